"""The door to what came of the events of one workspace, and to what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from matchmaker.arranging.following import report, set_target
from matchmaker.arranging.outcome_tables import Template
from matchmaker.arranging.outcomes import (
    OutcomeImport,
    import_outcomes,
    met_at_earlier_events,
    outcome_template,
    outcomes_of,
    say,
    take_back,
)
from matchmaker.events import Measure, Outcome, Remark, Said, Target
from matchmaker.meetings.following.followed import Followed
from matchmaker.published import Published
from matchmaker.store import Store


class FollowUp:
    """Outcomes, targets and the report. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(
        self, store: Store, published: Callable[[], Published], clock: Callable[[], datetime]
    ) -> None:
        """``published`` gives the newest build and raises ``NotBuiltError`` where there is none."""
        self._store, self._published, self._clock = store, published, clock

    def said(self, event_id: str) -> tuple[Said, ...]:
        """Every statement about the meetings of an event, those replaced since too, in the order in which they were said."""
        return self._store.outcomes.said(event_id)

    def outcomes(self, event_id: str) -> tuple[Outcome, ...]:
        """What stands of it, meeting by meeting."""
        return outcomes_of(self._store, event_id)

    def say(self, event_id: str, remarks: Iterable[Remark], *, who: str) -> tuple[Said, ...]:
        """Keep what is said of meetings, each in place of the same side's earlier word on the topic; return what was new.

        A commitment is kept as a collaboration of the two actors in the same transaction. Raises ``EventRejectedError``
        with everything that cannot be, and ``ActorNotFoundError`` for a new company that is not stored.
        """
        return say(self._store, event_id, remarks, who=who)

    def take_back(self, event_id: str, a: str, b: str, *, who: str) -> Said:
        """Take back what was said last of a meeting and return it; what the same side said before stands again.

        Raises ``OutcomeNotFoundError`` where nothing is said.
        """
        return take_back(self._store, event_id, a, b, who=who)

    def import_outcomes(
        self,
        event_id: str,
        path: Path,
        *,
        mapping: Mapping[str, str] | None = None,
        dry_run: bool = False,
        partial: bool = False,
        who: str,
    ) -> OutcomeImport:
        """Take outcomes from a CSV or XLSX file; an empty cell says nothing and takes nothing back.

        Raises ``SourceError``, and ``ImportRejectedError`` with every rejected value unless ``partial`` is set.
        """
        return import_outcomes(
            self._store, event_id, path, mapping=mapping, dry_run=dry_run, partial=partial, who=who
        )

    def outcome_template(self, event_id: str, *, language: str = "en") -> Template:
        """A table of the event's meetings to fill in and import, with what is said already."""
        return outcome_template(self._store, event_id, language)

    def met_at_earlier_events(self, actor_ids: Iterable[str], before_event: str) -> frozenset[frozenset[str]]:
        """The pairs of these actors that met at an event that began before this one."""
        return met_at_earlier_events(self._store, actor_ids, before_event)

    def targets(self) -> tuple[Target, ...]:
        """What is aimed at, by the first day and the id."""
        return self._store.outcomes.targets()

    def set_target(
        self,
        measure: Measure,
        goal: int,
        *,
        starts: date,
        months: int,
        across_groups: bool = False,
        target_id: str = "",
        who: str,
    ) -> Target:
        """Keep a target in place of the one with its id; one without an id is a new one. Raises ``EventRejectedError``."""
        return set_target(
            self._store,
            measure,
            goal,
            starts=starts,
            months=months,
            across_groups=across_groups,
            target_id=target_id,
            who=who,
        )

    def remove_target(self, target_id: str, *, who: str) -> Target:
        """Take a target away and return it; raises ``EventRejectedError`` where there is none."""
        return self._store.outcomes.remove_target(target_id, who=who)

    def report(
        self,
        event_ids: Sequence[str] = (),
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> Followed:
        """What these events came to, or all of them: the chain, the targets, and the score in hindsight.

        Events that began before ``since`` or after ``until`` are left out, and so is what came after ``until``. Without one,
        events to come are told of as far as they are, and what came of meetings counts until today. ``matchmaker.reporting.event_report`` puts it in words. Raises ``EventRejectedError``
        for a window that ends before it begins.
        """
        today = self._clock().date()
        return report(self._store, self._published, event_ids, since=since, until=until, today=today)
