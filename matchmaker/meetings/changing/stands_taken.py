"""Who sits at the tables that are kept for an actor, in one slot: as many as can, so that the fewest need a table of all."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from matchmaker.meetings.worth import Pair


class StandsTaken:
    """The own tables of a slot. Meetings that were there before keep theirs; the others are exchanged as they come and go.

    Each step keeps as many of the others at own tables as can be (augmenting paths, Kuhn 1955), so what ``sit``, ``keep`` and
    ``leave`` answer does not depend on the order in which meetings came.
    """

    def __init__(self, actor_of: Mapping[str, str]) -> None:
        """``actor_of`` names for whom each of the tables is kept."""
        self._actor_of = actor_of
        self._of_actor: dict[str, list[str]] = {}
        for table, actor in actor_of.items():
            self._of_actor.setdefault(actor, []).append(table)
        self._at: dict[str, Pair] = {}
        self._kept: set[str] = set()
        """Tables of meetings that were there before."""
        self._actors: dict[Pair, AbstractSet[str]] = {}
        """Of each meeting that could be at one and was not there before."""

    def __bool__(self) -> bool:
        """Whether there is any own table."""
        return bool(self._actor_of)

    def free(self) -> Counter[str]:
        """How many of the tables nobody sits at, by the actor that they are kept for."""
        return Counter(actor for table, actor in self._actor_of.items() if table not in self._at)

    def most_more(self, there: Mapping[str, int]) -> int:
        """How many more meetings can be at the tables at most.

        ``there`` says by actor how many agendas are free or in a meeting that was not there before.
        """
        open_to = Counter(actor for table, actor in self._actor_of.items() if table not in self._kept)
        most = sum(min(tables, there.get(actor, 0)) for actor, tables in open_to.items())
        return min(self.free().total(), most - sum(table not in self._kept for table in self._at))

    def has_room(self, actors: AbstractSet[str]) -> bool:
        """Whether one more meeting of these actors could be at one of the tables, others changing to another of theirs."""
        return self._path(actors) is not None

    def is_free(self, table: str) -> bool:
        """Whether a meeting that was at a table before could be there again, whoever sits there changing to another of theirs."""
        other = self._at.get(table)
        return other is None or self._path(self._actors.get(other, frozenset()), table) is not None

    def keep(self, pair: Pair, table: str) -> int:
        """Put a meeting at the table where it was; says how many more need a table that anybody may use."""
        other = self._at.get(table)
        self._at[table] = pair
        self._kept.add(table)
        return self._seated(other) if other in self._actors else 0

    def sit(self, pair: Pair, actors: AbstractSet[str]) -> int:
        """Take a meeting in; says how many more need a table that anybody may use: one or none."""
        if not actors & self._of_actor.keys():
            return 1
        self._actors[pair] = actors
        return self._seated(pair)

    def leave(self, pair: Pair) -> int:
        """Let a meeting go; says how many fewer need a table that anybody may use: one or none."""
        table = next((name for name, one in self._at.items() if one == pair), None)
        self._actors.pop(pair, None)
        if table is None:
            return 1
        del self._at[table]
        self._kept.discard(table)
        seated = set(self._at.values())
        waiting: Iterable[Pair] = (one for one in self._actors if one not in seated)
        return int(any(self._seated(one) == 0 for one in waiting))

    def _seated(self, pair: Pair) -> int:
        """Give a meeting one of the tables; 0 where there was one, else 1."""
        path = self._path(self._actors[pair])
        for table in path or ():
            # Each table of the path goes to whoever sat at the one before it.
            self._at[table], pair = pair, self._at.get(table, pair)
        return int(path is None)

    def _path(self, actors: AbstractSet[str], avoid: str = "") -> list[str] | None:
        """Tables from one of these actors' to one where nobody sits, whoever sits at each going on to the next; the shortest."""
        before = dict.fromkeys(self._tables(actors, avoid), "")
        ahead = deque(before)
        while ahead:
            table = ahead.popleft()
            if table not in self._at:
                path = [table]
                while before[path[-1]]:
                    path.append(before[path[-1]])
                return path[::-1]
            for further in self._tables(self._actors[self._at[table]], avoid):
                if further not in before:
                    before[further] = table
                    ahead.append(further)
        return None

    def _tables(self, actors: AbstractSet[str], avoid: str) -> list[str]:
        """The tables of these actors that are not those of meetings that were there before."""
        return [
            table
            for actor in sorted(actors)
            for table in self._of_actor.get(actor, ())
            if table not in self._kept and table != avoid
        ]
