"""What a firm does by itself: edits its profile, answers suggestions, meets those who said yes, and takes its data along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matchmaker.actors import Actor
from matchmaker.answers import SIDE_OF, Answer, AnswerKind, Mutual, Side
from matchmaker.arranging import Arranging
from matchmaker.bundles import write_tables
from matchmaker.completeness import Lack, lacks, lacks_for_people, readiness
from matchmaker.errors import ActorNotFoundError, ProfileRejectedError
from matchmaker.held import held_of_actor, tables_of
from matchmaker.profiles import (
    LONGEST_DESCRIPTION,
    LONGEST_FIELD,
    LONGEST_TAG,
    LONGEST_WARE,
    MOST_TAGS,
    MOST_WARES,
    Contact,
    Draft,
)
from matchmaker.store import AuditRow, Store
from matchmaker.store.editing import revision_of
from matchmaker.telling import told
from matchmaker.workplace.meetings import OwnEvent, OwnMeeting, next_meeting, own_event, own_events
from matchmaker.workplace.seen import Activity, Seen, activities_of, seen_of

OWN_KINDS = frozenset({"actor", "answer", "draft", "contact", "actor_request"})
"""Kinds of audit rows that are a firm's own, where their subject is its actor."""

_LINES = ("name", "website", "size", "country", "region", "city", "registration_number")


@dataclass(frozen=True, slots=True)
class Profile:
    """A firm's profile with what only it and facilitators see."""

    actor: Actor
    revision: str
    drafts: tuple[Draft, ...]
    contacts: tuple[Contact, ...]
    lacks: tuple[Lack, ...]
    """What it lacks to be matched by, the most helpful first, and then what helps people."""

    @property
    def readiness(self) -> int:
        """0 (nothing to match) to 100 (nothing is missing to be matched by)."""
        return readiness(self.lacks)


class Workplace:
    """The work of firms in one workspace; each method that names an actor raises ``ActorNotFoundError``."""

    def __init__(self, store: Store, events: Arranging) -> None:
        self._store = store
        self._events = events
        self.kept = store.firms
        """Drafts, contact persons and who asked to leave, to read and to change."""

    def profile(self, actor_id: str) -> Profile:
        """A profile as it is stored."""
        actor = self._store.actor(actor_id)
        contacts = self.kept.contacts(actor_id)
        return Profile(
            actor,
            revision_of(actor),
            self.kept.drafts(actor_id),
            contacts,
            lacks(actor) + lacks_for_people(actor, contacts=len(contacts)),
        )

    def revision(self, actor: Actor) -> str:
        """32 hexadecimal characters that change with this profile and with nothing else."""
        return revision_of(actor)

    def edit(
        self, actor_id: str, changes: Mapping[str, object], *, expected: str | None = None, who: str
    ) -> Actor:
        """Change a profile by hand; later imports leave the changed fields alone.

        ``expected`` is the revision that the change was made from. Raises ``ActorChangedError`` where the profile has another,
        and ``ProfileRejectedError`` for what is too long or too much.
        """
        for name, value in changes.items():
            _check(name, value)
        try:
            return self._store.edit_actor(actor_id, changes, expected=expected, who=who)
        except (ValueError, TypeError) as error:
            raise ProfileRejectedError(str(error), field=next(iter(changes), "")) from None

    def latest_edit(self, actor_id: str) -> AuditRow | None:
        """The latest change of a profile, whoever made it."""
        rows = self._store.audit(subject=actor_id, limit=50)
        return next((each for each in rows if each.subject_kind == "actor"), None)

    def take_back_edit(self, actor_id: str, number: int, *, who: str) -> bool:
        """Undo an edit by its number in the audit trail; false where it is none of this actor or was changed since."""
        rows = self._store.audit(subject=actor_id, limit=200)
        row = next((each for each in rows if each.number == number), None)
        if row is None or row.subject_kind != "actor" or row.action != "edited":
            return False
        actor = self._store.actor(actor_id)
        now = {name: _field(actor, name) for name in row.after}
        if now != dict(row.after):
            return False
        self._store.edit_actor(actor_id, row.before, expected=revision_of(actor), who=who)
        return True

    def answers(self, actor_id: str) -> tuple[Answer, ...]:
        """What a firm itself said of others, the latest first."""
        found = [
            each
            for each in self._store.answers.all(actor_id)
            if each.seeker_id == actor_id and each.said.side is Side.FIRM
        ]
        return tuple(sorted(found, key=lambda each: -each.change))

    def interested_in(self, actor_id: str) -> tuple[str, ...]:
        """The ids of firms that are interested, let that be told, and were not answered yet; the latest first."""
        every = self._store.answers.all(actor_id)
        # Whatever a facilitator keeps apart is not told either.
        silent = {each.partner_id for each in every if each.seeker_id == actor_id and _ends(each)}
        silent |= {each.seeker_id for each in every if each.said.kind is AnswerKind.NEVER}
        told = [
            each
            for each in every
            if each.partner_id == actor_id and each.said.told and each.seeker_id not in silent
        ]
        return tuple(each.seeker_id for each in sorted(told, key=lambda each: -each.change))

    def take_back_answer(self, actor_id: str, partner_id: str, *, who: str) -> Answer:
        """Take back what a firm itself said of another; raises ``AnswerNotFoundError``."""
        return self._store.answers.take_back(actor_id, partner_id, side=Side.FIRM, who=who)

    def mutual(self, actor_id: str) -> tuple[Mutual, ...]:
        """The pairs of a firm in which both said that they are interested, the latest first."""
        return self._store.answers.mutual(actor_id)

    def contacts_shown(self, viewer_id: str, actor_id: str) -> tuple[Contact, ...]:
        """The contact persons of an actor as another one sees them, which needs a yes of both.

        Raises ``ActorNotFoundError`` where there was none, as if the actor were not there.
        """
        if viewer_id != actor_id and not self._store.answers.is_mutual(viewer_id, actor_id):
            raise ActorNotFoundError(actor_id)
        return self.kept.contacts(actor_id)

    def events(self, actor_id: str) -> tuple[OwnEvent, ...]:
        """The events that an actor attends, those that begin last first."""
        return own_events(self._events, actor_id)

    def event(self, actor_id: str, event_id: str) -> OwnEvent:
        """One of them; raises ``EventNotFoundError`` for any other."""
        return own_event(self._events, event_id, actor_id)

    def next_meeting(self, actor_id: str, now: datetime) -> tuple[OwnEvent, OwnMeeting] | None:
        """The first meeting of an actor that is not over, with its event."""
        return next_meeting(self.events(actor_id), now)

    def seen(self, actor_id: str) -> Seen:
        """What an actor drafted, whom it named and what it answered, as facilitators see it."""
        return seen_of(self._store, actor_id)

    def activities(self) -> tuple[Activity, ...]:
        """The actors that drafted, named or answered something, the latest first."""
        return activities_of(self._store)

    def trail(self, actor_id: str, *, limit: int = 100) -> list[AuditRow]:
        """Who changed what of an actor, newest first; judgements of facilitators are theirs and are left out."""
        self._store.actor(actor_id)
        rows = self._store.audit(subject=actor_id, limit=limit)
        return [each for each in rows if each.subject_kind in OWN_KINDS and not _of_facilitators(each)]

    def held(self, actor_id: str, *, user_id: str = "") -> dict[str, object]:
        """Everything that is held of an actor and of one of its users, as JSON values."""
        return held_of_actor(
            self._store, actor_id, user_id=user_id, trail=self.trail(actor_id, limit=100_000)
        )

    def write_held(self, actor_id: str, path: Path, *, user_id: str = "") -> int:
        """The same as a workbook, a sheet for each part; returns the rows."""
        return write_tables(path, tables_of(self.held(actor_id, user_id=user_id)))


def _ends(answer: Answer) -> bool:
    return answer.said.side is Side.FIRM or answer.said.kind in (AnswerKind.NEVER, AnswerKind.HIDDEN)


def _of_facilitators(row: AuditRow) -> bool:
    said = [each.get("answer") for each in (row.before, row.after) if "answer" in each]
    return any(SIDE_OF[AnswerKind(str(each))] is Side.FACILITATOR for each in said)


def _field(actor: Actor, name: str) -> object:
    """A field as the audit trail tells it."""
    if name in ("offers", "requests"):
        return [each.text for each in getattr(actor, name)]
    if name == "tags":
        return list(actor.tags)
    if name in ("country", "region", "city", "latitude", "longitude"):
        return getattr(actor.place, name)
    value = getattr(actor, name)
    return str(value) if name == "group" else value


def _check(name: str, value: object) -> None:
    """Raise ``ProfileRejectedError`` for a value that is too long or too much."""
    if name == "description" and len(str(value)) > LONGEST_DESCRIPTION:
        raise ProfileRejectedError(
            told(
                "The description has {number} characters; at most {most} fit.",
                number=len(str(value)),
                most=LONGEST_DESCRIPTION,
            ),
            field=name,
        )
    if name in _LINES and len(str(value)) > LONGEST_FIELD:
        raise ProfileRejectedError(
            told(
                "The {name} is longer than {most} characters.",
                name=name,
                most=LONGEST_FIELD,
            ),
            field=name,
        )
    limits = {
        "offers": (MOST_WARES, LONGEST_WARE),
        "requests": (MOST_WARES, LONGEST_WARE),
        "tags": (MOST_TAGS, LONGEST_TAG),
    }
    if name in limits and isinstance(value, (list, tuple)):
        most, longest = limits[name]
        texts = [str(getattr(each, "text", each)) for each in value]
        if len(texts) > most or any(len(each) > longest or not each.strip() for each in texts):
            raise ProfileRejectedError(
                told(
                    "There may be {most} {name} of 1 to {longest} characters each.",
                    most=most,
                    name=name,
                    longest=longest,
                ),
                field=name,
            )
