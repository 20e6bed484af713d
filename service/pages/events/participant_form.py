"""A participant as it is typed: from an attendee to the fields of the form and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from matchmaker.events import Attendee, Person, Slot, Span
from service.pages.events.forms import Form, whole_number
from service.pages.events.setup_form import MOST_MEETINGS, Errors

MOST_PERSONS = 50


@dataclass(slots=True)
class PersonRow:
    """A person as typed."""

    name: str = ""
    title: str = ""
    email: str = ""


@dataclass(slots=True)
class ParticipantDraft:
    """All that is typed in the form."""

    persons: list[PersonRow] = field(default_factory=list)
    there: set[int] = field(default_factory=set)
    """Numbers of the slots that are ticked."""
    most: str = ""
    least: str = ""
    language: str = ""


def draft_of(attendee: Attendee, slots: Sequence[Slot]) -> ParticipantDraft:
    """The fields that lead to a participant; with a row for a person where there is none."""
    return ParticipantDraft(
        [PersonRow(each.name, each.title, each.email) for each in attendee.persons] or [PersonRow()],
        {each.number for each in slots if attendee.is_there(each.span)},
        "" if attendee.most_meetings is None else str(attendee.most_meetings),
        "" if attendee.least_meetings is None else str(attendee.least_meetings),
        attendee.language,
    )


def draft_from(form: Form) -> ParticipantDraft:
    """The fields as they were sent."""
    rows = form.rows("person_name", "person_title", "person_email")[:MOST_PERSONS]
    return ParticipantDraft(
        [PersonRow(*row.values()) for row in rows],
        {number for each in form.texts("slot") if (number := whole_number(each, 0, 10_000)) is not None},
        form.text("most"),
        form.text("least"),
        form.text("language") if form.text("language") in ("da", "en") else "",
    )


def read(
    draft: ParticipantDraft, attendee: Attendee, slots: Sequence[Slot]
) -> tuple[Attendee | None, Errors]:
    """The participant that a draft describes, or what is wrong with it, field by field."""
    errors: Errors = {}
    persons = []
    for place, row in enumerate(draft.persons):
        if row.name:
            persons.append(Person(row.name, row.email, row.title))
        elif row.title or row.email:
            errors[f"person_name.{place}"] = ("event.participant.wrong.name", {})
        if row.email and ("@" not in row.email or " " in row.email):
            errors[f"person_email.{place}"] = ("event.participant.wrong.email", {})
    numbers: dict[str, int | None] = {}
    for name in ("most", "least"):
        text = getattr(draft, name)
        numbers[name] = whole_number(text, 0, MOST_MEETINGS) if text else None
        if text and numbers[name] is None:
            errors[name] = ("event.setup.wrong.meetings", {"most": MOST_MEETINGS})
    most, least = numbers["most"], numbers["least"]
    if most is not None and least is not None and most < least:
        errors["least"] = ("event.setup.wrong.least", {"most": most})
    if slots and not draft.there:
        errors["there"] = ("event.participant.wrong.there", {})
    if errors:
        return None, errors
    there = attendee.there if unchanged(draft, attendee, slots) else spans(draft.there, slots)
    changed = replace(
        attendee,
        persons=tuple(persons),
        there=there,
        most_meetings=most,
        least_meetings=least,
        language=draft.language,
    )
    return changed, {}


def unchanged(draft: ParticipantDraft, attendee: Attendee, slots: Sequence[Slot]) -> bool:
    """Whether the same slots are ticked as the participant is there for; then times to the minute stay as they are."""
    return draft.there == {each.number for each in slots if attendee.is_there(each.span)}


def spans(there: set[int], slots: Sequence[Slot]) -> tuple[Span, ...]:
    """Stretches of time that hold these slots and no others; none where it is all of them."""
    if all(each.number in there for each in slots):
        return ()
    found: list[Span] = []
    before: Slot | None = None
    for slot in slots:
        if slot.number not in there:
            before = None
            continue
        if before and before.session == slot.session:
            found[-1] = Span(found[-1].starts, slot.span.ends)
        else:
            found.append(slot.span)
        before = slot
    return tuple(found)
