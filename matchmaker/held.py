"""What is held about a person, for that person to read."""

from __future__ import annotations

from dataclasses import asdict

from matchmaker.erasures import FoundPerson, plain
from matchmaker.store import Store

MOST_CHANGES = 1_000_000


def held(store: Store, wanted: str) -> dict[str, object]:
    """Everything that names the person with this name or e-mail address, or is kept under their name, as JSON values.

    Lists of participants with what was wanted, planned and said for each place; changes made under the name.
    """
    found = store.erasing.find(wanted)
    names = {plain(wanted)} | {plain(text) for each in found for text in (each.name, each.email) if text}
    made = [
        {"at": row.at, "action": row.action, "kind": row.subject_kind, "id": row.subject_id}
        for row in store.audit(limit=MOST_CHANGES)
        if plain(row.who) in names
    ]
    notes = [
        asdict(each)
        for each in store.pair_notes.all()
        if plain(each.who) in names or any(len(name) > 3 and name in plain(each.words) for name in names)
    ]
    return {
        "asked": wanted,
        "participations": [_place(store, each) for each in found],
        "changes_made": made,
        "notes": notes,
    }


def _place(store: Store, person: FoundPerson) -> dict[str, object]:
    event_id, own = person.event_id, person.participant_id
    kept = store.events.one(event_id)
    attendee = next(each for each in store.events.attendees(event_id) if each.id == own)
    version = store.events.version(event_id)
    told = {name: value for name, value in asdict(attendee).items() if name != "persons"}
    return {
        "event": {"id": event_id, "name": kept.event.name, "place": kept.event.place},
        "person": {"name": person.name, "email": person.email, "title": person.title},
        "participant": told,
        "preferences": [
            asdict(each) for each in store.events.preferences(event_id) if own in (each.a, each.b)
        ],
        "requests": [
            asdict(each) for each in store.events.requests(event_id) if own in (each.sender, each.recipient)
        ],
        "appointments": [
            asdict(each) for each in (version.plan.appointments if version else ()) if own in (each.a, each.b)
        ],
        "outcomes": [
            asdict(each) for each in store.outcomes.said(event_id) if own in (each.remark.a, each.remark.b)
        ],
    }
