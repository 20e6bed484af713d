"""What came of meetings, between the store and those who ask: one by one, from a sheet, and what later events make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from matchmaker.actors import Rejection
from matchmaker.arranging.outcome_tables import Known, Template, read_outcomes, template
from matchmaker.errors import EventRejectedError, ImportRejectedError
from matchmaker.events import (
    Committed,
    Event,
    FollowUp,
    NewCompany,
    Outcome,
    Remark,
    Said,
)
from matchmaker.events.outcomes import outcomes, standing
from matchmaker.meetings.programme import in_utc
from matchmaker.sources.headers import Column
from matchmaker.store import Store
from matchmaker.telling import told


@dataclass(frozen=True, slots=True)
class OutcomeImport:
    """What an import of outcomes did, or would do."""

    new: int
    """Statements on something that nothing was said of."""
    changed: int
    """Statements in place of earlier ones."""
    unchanged: int
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    """How the headers were understood."""
    rows: int
    applied: bool


def outcomes_of(store: Store, event_id: str) -> tuple[Outcome, ...]:
    """What stands of all that is said about an event's meetings."""
    return _outcomes(store, event_id, store.outcomes.said(event_id))


def _outcomes(store: Store, event_id: str, said: Iterable[Said]) -> tuple[Outcome, ...]:
    version = store.events.version(event_id)
    planned = [each.pair for each in version.plan.appointments] if version else []
    return outcomes(said, planned)


def say(store: Store, event_id: str, remarks: Iterable[Remark], *, who: str) -> tuple[Said, ...]:
    """Keep remarks; raises ``EventRejectedError`` for what cannot be, and ``ActorNotFoundError``."""
    remarks = tuple(remarks)
    began = store.events.one(event_id).event.first_day
    early = [
        told(
            "{on} is before the event, which began on {began}. Correct the date.",
            on=each.said.on.isoformat(),
            began=began.isoformat(),
        )
        for each in remarks
        if isinstance(each.said, FollowUp | Committed | NewCompany) and began and each.said.on < began
    ]
    if early:
        raise EventRejectedError(early)
    return store.outcomes.say(event_id, remarks, names=actor_names(store, event_id), who=who)


def take_back(store: Store, event_id: str, a: str, b: str, *, who: str) -> Said:
    """Take back what was said last of a meeting; raises ``OutcomeNotFoundError``."""
    return store.outcomes.take_back(event_id, a, b, names=actor_names(store, event_id), who=who)


def import_outcomes(
    store: Store,
    event_id: str,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    partial: bool = False,
    who: str,
) -> OutcomeImport:
    """Take outcomes from a sheet; an empty cell says nothing and takes nothing back.

    Raises ``SourceError``, and ``ImportRejectedError`` with every rejected value unless ``partial`` is set.
    """
    attendees = store.events.attendees(event_id)
    known = Known(attendees, tuple(store.actors()), store.events.one(event_id).event.first_day)
    table = read_outcomes(path, known, mapping or {})
    if table.rejections and not partial and not dry_run:
        raise ImportRejectedError(
            told(
                "{number} value(s) were rejected, so nothing was imported. Correct them, or import the good rows alone (--partial).",
                number=len(table.rejections),
            ),
            rejections=table.rejections,
        )
    actor_of = {each.id: each.actor_id for each in attendees}
    now = standing(store.outcomes.said(event_id))
    new = changed = 0
    for each in table.remarks:
        before = now.get((each.a, each.b, actor_of[each.a], actor_of[each.b], each.topic, each.by))
        new += before is None
        changed += before is not None and before.remark != each
    if not dry_run:
        say(store, event_id, table.remarks, who=who)
    return OutcomeImport(
        new,
        changed,
        len(table.remarks) - new - changed,
        table.rejections,
        table.columns,
        table.rows,
        applied=not dry_run,
    )


def outcome_template(store: Store, event_id: str, language: str) -> Template:
    """A table of the event's meetings to fill in, with what is said already."""
    version = store.events.version(event_id)
    return template(
        store.events.one(event_id).event,
        store.events.attendees(event_id),
        actor_names(store, event_id),
        version.plan.appointments if version else (),
        outcomes_of(store, event_id),
        language,
    )


def met_at_earlier_events(
    store: Store, actor_ids: Iterable[str], before_event: str
) -> frozenset[frozenset[str]]:
    """The pairs of these actors that met at an event that began before this one.

    Where one of the two events has no sessions yet, a meeting that was held counts as earlier.
    """
    wanted, begins = set(actor_ids), _begins(store.events.one(before_event).event)
    met = set()
    for event_id, said in store.outcomes.all_said().items():
        if event_id == before_event:
            continue
        other = _begins(store.events.one(event_id).event)
        if begins is not None and other is not None and other >= begins:
            continue
        for each in outcomes(said, ()):
            if each.held and each.actors[0] != each.actors[1] and wanted.issuperset(each.actors):
                met.add(frozenset(each.actors))
    return frozenset(met)


def actor_names(store: Store, event_id: str) -> dict[str, str]:
    """The names of the actors that attend, and of those that something is said of."""
    ids = {each.actor_id for each in store.events.attendees(event_id)}
    ids |= {actor_id for each in store.outcomes.said(event_id) for actor_id in each.actors}
    return {each: store.actor(each).name for each in sorted(ids)}


def _begins(event: Event) -> datetime | None:
    zone = ZoneInfo(event.zone)
    return min((in_utc(each.starts, zone) for each in event.sessions), default=None)
