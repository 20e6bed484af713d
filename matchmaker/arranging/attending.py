"""Who attends an event: lists and single participants from words to the store, and what to know of them before a schedule is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matchmaker.actors import ActorGroup
from matchmaker.arranging.participants import ParticipantImport, Taken, fresh_id, read, there
from matchmaker.arranging.recognising import Actors, Participants
from matchmaker.errors import EventRejectedError, ImportRejectedError
from matchmaker.events import Attendee, Event, Person, PreferenceKind
from matchmaker.meetings.attendance import doubts_of, problems_of_attendance
from matchmaker.store import Store
from matchmaker.telling import told


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of one participant; ``None`` leaves what there is."""

    persons: tuple[Person, ...] | None = None
    available: str | None = None
    """As ``meetings.wall_clock.spans_of`` reads it; empty means the whole programme."""
    most_meetings: int | None = None
    """-1 means what the rules say."""
    least_meetings: int | None = None
    language: str | None = None
    agenda: str | None = None


def take_in_list(
    store: Store,
    event_id: str,
    path: Path,
    *,
    mapping: Mapping[str, str],
    remove_missing: bool,
    dry_run: bool,
    expected: int | None,
    who: str,
) -> ParticipantImport:
    """Read a list of participants and keep all of it, or nothing; the same list again changes nothing.

    What it did is kept under the name of the file, so that it can be taken back.
    Raises ``SourceError``, ``ImportRejectedError`` with every value that cannot be accepted, and ``EventChangedError``.
    """
    kept, stored = store.events.one(event_id), store.events.attendees(event_id)
    taken = read(
        path,
        kept.event,
        stored,
        Actors(store.actors()),
        store.events.ids_given(event_id),
        _bound(store, event_id),
        mapping=mapping,
        remove_missing=remove_missing,
    )
    if taken.said.rejections and not dry_run:
        raise ImportRejectedError(
            told(
                "{number} value(s) were rejected, so nothing was imported. Correct them and import again.",
                number=len(taken.said.rejections),
            ),
            rejections=taken.said.rejections,
        )
    if not dry_run:
        _keep(
            store,
            event_id,
            taken,
            kept.revision if expected is None else expected,
            path.name,
            who,
        )
    doubts = (
        doubts_of(kept.event, taken.after, groups_of(store, taken.after)) if not taken.said.rejections else []
    )
    return replace(taken.said, doubts=tuple(doubts), applied=not dry_run)


def _bound(store: Store, event_id: str) -> frozenset[str]:
    """The participants of whom a wish, a request or a meeting of the newest schedule speaks."""
    version = store.events.version(event_id)
    return frozenset(
        each
        for pair in (
            *((one.a, one.b) for one in store.events.preferences(event_id)),
            *((one.sender, one.recipient) for one in store.events.requests(event_id)),
            *((one.a, one.b) for one in (version.plan.appointments if version else ())),
        )
        for each in pair
    )


def _keep(store: Store, event_id: str, taken: Taken, revision: int, source: str, who: str) -> None:
    touched = {*taken.said.new, *taken.said.changed}
    changed = [each for each in taken.after if each.id in touched]
    store.events.attend(event_id, changed, taken.said.gone, expected=revision, source=source, who=who)


def with_one_more(
    store: Store, event_id: str, actor: str, said: Change, *, expected: int | None, who: str
) -> Attendee:
    """Add a participant of an actor, by id, name or number; raises ``EventRejectedError`` and ``EventChangedError``."""
    kept = store.events.one(event_id)
    try:
        actor_id = Actors(store.actors()).find(actor)
    except ValueError as error:
        raise EventRejectedError([f"{actor!r}: {error}"]) from error
    made = _said(Attendee(fresh_id(store.events.ids_given(event_id)), actor_id), said, kept.event)
    return _kept_one(store, event_id, made, kept.revision if expected is None else expected, who)


def with_one_changed(
    store: Store, event_id: str, participant: str, said: Change, *, expected: int | None, who: str
) -> Attendee:
    """Change a participant, by id, person or actor; raises ``EventRejectedError`` and ``EventChangedError``."""
    kept = store.events.one(event_id)
    wanted = found(participants(store, event_id), participant)
    before = next(each for each in store.events.attendees(event_id) if each.id == wanted)
    made = _said(before, said, kept.event)
    return _kept_one(store, event_id, made, kept.revision if expected is None else expected, who)


def _said(attendee: Attendee, said: Change, event: Event) -> Attendee:
    fields: dict[str, Any] = {
        name: value
        for name in ("persons", "least_meetings", "language", "agenda", "most_meetings")
        if (value := getattr(said, name)) is not None
    }
    fields |= {name: None for name in ("most_meetings", "least_meetings") if fields.get(name) == -1}
    if said.available is not None:
        try:
            fields["there"] = there(said.available, event)
        except ValueError as error:
            raise EventRejectedError([str(error)]) from error
    return replace(attendee, **fields)


def _kept_one(store: Store, event_id: str, made: Attendee, revision: int, who: str) -> Attendee:
    others = [each for each in store.events.attendees(event_id) if each.id != made.id]
    if problems := problems_of_attendance([*others, made]):
        raise EventRejectedError(problems)
    store.events.attend(event_id, [made], expected=revision, who=who)
    return made


def participants(store: Store, event_id: str) -> Participants:
    """Those who attend, to be found by id, e-mail, person or actor."""
    attendees = store.events.attendees(event_id)
    return Participants(attendees, actor_names(store, attendees))


def found(there: Participants, text: str) -> str:
    """The id of a participant; raises ``EventRejectedError`` where nobody or more than one fits."""
    try:
        return there.find(text)
    except ValueError as error:
        raise EventRejectedError([f"{text!r}: {error}"]) from error


def actor_names(store: Store, attendees: Sequence[Attendee]) -> dict[str, str]:
    """The names of the actors that attend, by id."""
    return {each: store.actor(each).name for each in dict.fromkeys(one.actor_id for one in attendees)}


def groups_of(store: Store, attendees: Sequence[Attendee]) -> dict[str, ActorGroup]:
    """The groups of the actors that attend, by id."""
    return {each: store.actor(each).group for each in dict.fromkeys(one.actor_id for one in attendees)}


def doubts(store: Store, event_id: str) -> list[str]:
    """What stands in the way of meetings though it can be, each with what to do."""
    event, attendees = store.events.one(event_id).event, store.events.attendees(event_id)
    found = doubts_of(event, attendees, groups_of(store, attendees))
    said: dict[frozenset[str], set[PreferenceKind]] = {}
    for each in store.events.preferences(event_id):
        said.setdefault(frozenset((each.a, each.b)), set()).add(each.kind)
    for pair, kinds in said.items():
        if PreferenceKind.MUST_MEET in kinds and kinds & {PreferenceKind.NO_THANKS, PreferenceKind.APART}:
            found.append(
                told(
                    "{named} must meet, and one of them does not want to. Take back one of the two.",
                    named=" and ".join(sorted(pair)),
                )
            )
    return found
