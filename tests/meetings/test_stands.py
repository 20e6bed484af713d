"""Tables kept for an actor: which meetings of a slot can have a table, and how many, against every way to give them out."""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.events import Table
from matchmaker.meetings.changing.stands_taken import StandsTaken
from matchmaker.meetings.solver.instance import Meeting
from matchmaker.meetings.stands import seated_best

ACTORS = "abcd"
AGENDAS = {f"{actor}{number}": actor for actor in ACTORS for number in range(2)}

meetings = st.lists(
    st.tuples(st.sampled_from(sorted(AGENDAS)), st.sampled_from(sorted(AGENDAS)), st.integers(1, 9)).filter(
        lambda each: AGENDAS[each[0]] != AGENDAS[each[1]]
    ),
    max_size=5,
    unique_by=lambda each: frozenset(each[:2]),
)


def can_sit(chosen: tuple[Meeting, ...], common: int, stands: tuple[Table, ...]) -> bool:
    """Whether every meeting has a table in some order of giving them out."""
    places = [*stands, *[Table(f"common {number}") for number in range(common)]]
    return any(
        all(
            table.actor_id in ("", AGENDAS[each.a], AGENDAS[each.b])
            for each, table in zip(chosen, order, strict=True)
        )
        for order in permutations(places, len(chosen))
    )


@settings(max_examples=300, deadline=None)
@given(meetings, st.integers(0, 2), st.lists(st.sampled_from(ACTORS), max_size=3))
def test_the_best_set_that_can_be_seated_is_found(
    drawn: list[tuple[str, str, int]], common: int, owners: list[str]
) -> None:
    stands = tuple(Table(f"stand {number}", (), owner) for number, owner in enumerate(owners))
    worth = {Meeting(a, b, 0, 0): value for a, b, value in drawn}
    found = seated_best(worth, [common], [stands], AGENDAS, worth.__getitem__)
    kept_for = {each.name: each.actor_id for each in stands}
    own = [name for _, name in found if name]
    assert len(set(own)) == len(own)
    assert len(found) - len(own) <= common
    assert all(not name or kept_for[name] in (AGENDAS[each.a], AGENDAS[each.b]) for each, name in found)
    every = chain.from_iterable(combinations(worth, number) for number in range(len(worth) + 1))
    best = max(sum(worth[each] for each in chosen) for chosen in every if can_sit(chosen, common, stands))
    assert sum(worth[each] for each, _ in found) == best


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_as_many_as_can_sit_at_own_tables_whoever_comes_and_goes(data: st.DataObject) -> None:
    owners = data.draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
    tables = {f"stand {number}": actor for number, actor in enumerate(owners)}
    taken, common = StandsTaken(tables), 0
    before: dict[frozenset[str], str] = {}
    others: dict[frozenset[str], frozenset[str]] = {}

    def most(of: list[frozenset[str]]) -> int:
        """How many of the meetings can be at own tables beside those that were there before."""
        free = [actor for table, actor in tables.items() if table not in before.values()]
        places = [*free, *[""] * len(of)]
        return max(
            sum(actor in actors for actor, actors in zip(order, of, strict=True))
            for order in permutations(places, len(of))
        )

    for number in range(data.draw(st.integers(1, 8))):
        pair, there = frozenset((f"p{number}", f"q{number}")), [*before, *others]
        step = data.draw(st.sampled_from(["sit", "sit", "keep", "leave"]))
        table = data.draw(st.sampled_from(sorted(tables)))
        actors = frozenset(data.draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=2, unique=True)))
        if step == "sit" and len(others) < 4:
            room = taken.has_room(actors)
            needs = taken.sit(pair, actors)
            assert room == (needs == 0)
            common, others[pair] = common + needs, actors
        elif step == "keep" and table not in before.values():
            free, needs = taken.is_free(table), taken.keep(pair, table)
            assert free == (needs == 0)
            common, before[pair] = common + needs, table
        elif step == "leave" and there:
            gone = data.draw(st.sampled_from(there))
            common -= taken.leave(gone)
            before.pop(gone, None)
            others.pop(gone, None)
        assert common == len(others) - most([*others.values()])
        assert taken.free().total() == len(tables) - len(before) - most([*others.values()])
    agendas = Counter(actor for actors in others.values() for actor in actors)
    assert taken.most_more(agendas + Counter("abcd")) >= taken.has_room(frozenset("a"))
