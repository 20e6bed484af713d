"""The door to what is changed of the schedules of one workspace's events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from matchmaker.arranging.changing import Changing
from matchmaker.events import Comparison, Conflict, Edit, Explanation, Gone, News, Plan, Repair
from matchmaker.meetings.worth import Wishes
from matchmaker.store import Store
from matchmaker.store.events import Version


class ScheduleChanges:
    """Changes of schedules. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(self, store: Store, wishes: Callable[[str], Wishes], clock: Callable[[], datetime]) -> None:
        """``wishes`` gives what is wanted at an event."""
        self._store, self._wishes, self._clock = store, wishes, clock

    def gone(self, event_id: str, number: int | None = None) -> Gone:
        """What a version names and the event has no more; of the latest one where no number is given."""
        found = self._store.events.version(event_id, number)
        return Gone() if found is None else self.of(event_id).read(found)[1]

    def check_edit(self, event_id: str, edit: Edit) -> tuple[Conflict, ...]:
        """All conflicts that a change by hand of the latest version would have; nothing is changed.

        This method and those below raise ``EventRejectedError`` where there is no schedule yet.
        """
        return self.of(event_id).check(edit)

    def check_edits(self, event_id: str, edits: Sequence[Edit]) -> tuple[tuple[Conflict, ...], ...]:
        """The conflicts of each of several changes, as ``check_edit`` gives them; the schedule is read once."""
        return self.of(event_id).checks(edits)

    def edit(self, event_id: str, edit: Edit, *, expected: int | None = None, who: str) -> Version:
        """Change the latest version by hand; raises ``EditRejectedError`` with all conflicts, and ``EventChangedError``."""
        return self.of(event_id).edit(edit, expected=expected, who=who)

    def try_repair(
        self,
        event_id: str,
        news: News,
        *,
        moves: int = 0,
        only_free: bool = False,
        seed: int = 0,
        time_limit: float = 10.0,
        at: datetime | None = None,
    ) -> tuple[Repair, Plan]:
        """What a repair would do and the version it would make; nothing is kept. ``at`` stands for now, in UTC."""
        return self.of(event_id, at).repair(
            news, moves=moves, only_free=only_free, seed=seed, time_limit=time_limit
        )

    def repair(
        self,
        event_id: str,
        news: News,
        *,
        moves: int = 0,
        only_free: bool = False,
        seed: int = 0,
        time_limit: float = 10.0,
        at: datetime | None = None,
        expected: int | None = None,
        who: str,
    ) -> tuple[Repair, Version]:
        """Make the latest version hold again after what is new, with at most ``moves`` meetings moved that could have stayed.

        With ``only_free`` no present meeting is moved, and free slots are filled.
        """
        changing = self.of(event_id, at)
        changing.expect(expected)
        repair, plan = changing.repair(
            news, moves=moves, only_free=only_free, seed=seed, time_limit=time_limit
        )
        return repair, changing.keep(plan, expected=expected, who=who)

    def undo(self, event_id: str, *, expected: int | None = None, who: str) -> Version:
        """Go back to the version that the latest one was made from; undoing again goes further back."""
        return self.of(event_id).undo(expected=expected, who=who)

    def redo(self, event_id: str, *, expected: int | None = None, who: str) -> Version:
        """Take back what was undone last; possible until something else is changed."""
        return self.of(event_id).redo(expected=expected, who=who)

    def restore(self, event_id: str, number: int, *, expected: int | None = None, who: str) -> Version:
        """Make an earlier version the latest; undoing takes that back."""
        return self.of(event_id).restore(number, expected=expected, who=who)

    def compare(self, event_id: str, before: int, after: int) -> Comparison:
        """What changed from one version to another."""
        return self.of(event_id).compare(before, after)

    def history(self, event_id: str) -> tuple[tuple[Version, Comparison], ...]:
        """Every version with what changed from the one before it, the oldest first."""
        return self.of(event_id).history()

    def explain(
        self, event_id: str, pairs: Sequence[tuple[str, str]] | None = None
    ) -> tuple[Explanation, ...]:
        """Why each wish has no meeting in the latest version, or each of the pairs, with the cheapest change that helps."""
        return self.of(event_id).explain(pairs)

    def of(self, event_id: str, at: datetime | None = None) -> Changing:
        """One event's schedule to work on; ``at`` stands for now, in UTC."""
        return Changing(self._store, event_id, self._wishes, at or self._clock())
