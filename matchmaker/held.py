"""What is held about a person, or about an actor, for whoever it is about to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

import pyarrow as pa

from matchmaker.answers import Answer, Side
from matchmaker.erasures import FoundPerson, plain
from matchmaker.errors import UserNotFoundError
from matchmaker.events import RequestState
from matchmaker.saved_searches import SavedSearch
from matchmaker.store import AuditRow, Store
from matchmaker.store.named import Named
from matchmaker.users import User

MOST_CHANGES = 1_000_000


def held(store: Store, wanted: str) -> dict[str, object]:
    """Everything that names the person with this name or e-mail address, or is kept under their name, as JSON values.

    Lists of participants with what was wanted, planned and said for each place; what is kept to let them sign in; changes
    made under the name; what can be undone by them or would bring them back; searches that a user of this name saved, with what they were told.
    """
    found = store.erasing.find(wanted)
    called = {wanted, *(text for each in found for text in (each.name, each.email) if text)}
    names, named = set(map(plain, called)), Named(called)
    made = [
        {"at": row.at, "action": row.action, "kind": row.subject_kind, "id": row.subject_id}
        for row in store.audit(limit=MOST_CHANGES)
        if plain(row.who) in names
    ]
    users = [each for each in store.users.all() if {plain(each.email), plain(each.name)} & names]
    made += [
        {"at": row.at, "action": row.action, "kind": row.subject_kind, "id": row.subject_id}
        for row in (store.audit(limit=MOST_CHANGES) if users else ())
        if row.who in {each.id for each in users}
    ]
    attending = [each for each in found if each.event_id]
    notes = [
        asdict(each)
        for each in store.pair_notes.all()
        if plain(each.who) in names or named.held(each.words, ids=False)
    ]
    return {
        "asked": wanted,
        "participations": [_place(store, each) for each in attending],
        "users": [_account(store, each) for each in users],
        "contact_person_of": [
            {"actor": each.actor_id, **asdict(contact.fields), "at": contact.at}
            for each in found
            if not each.event_id
            for contact in store.firms.contacts(each.actor_id)
            if contact.id == each.participant_id
        ],
        "changes_made": made,
        "notes": notes,
        "can_be_undone": [
            asdict(each) for each in store.ways_back.of({user.id for user in users} | {wanted}, names)
        ],
        "earlier_lists_of_participants": [asdict(each) for each in store.ways_back.lists_of(names)],
        "saved_searches": [
            _search(store, each, user.id) for user in users for each in store.saved_searches.of(user.id)
        ],
    }


def _search(store: Store, search: SavedSearch, owner: str) -> dict[str, object]:
    alerts = store.alerts.inbox(owner, search_id=search.id, limit=MOST_CHANGES)
    return {
        "name": search.name,
        "wanted": asdict(search.wanted),
        "at": search.at,
        "alerts": [asdict(each) for each in alerts],
    }


def _account(store: Store, user: User) -> dict[str, object]:
    """What is kept of somebody who can sign in, without secrets."""
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role.value,
        "actor_id": user.actor_id or None,
        "added_by": user.who,
        "added": user.at,
        "disabled": user.disabled,
        "has_password": user.has_password,
        "providers": list(store.identities.of(user.id)),
        "sessions": [
            {"device": each.device, "created": each.created, "last_seen": each.last_seen}
            for each in store.users.sessions(user.id)
        ],
        "failed_tries": store.tries.of_account(user.email),
        "keys": [
            {"id": each.id, "name": each.name, "created": each.created, "last_used": each.last_used or None}
            for each in store.keys.all()
            if each.user_id == user.id
        ],
    }


def held_of_actor(
    store: Store, actor_id: str, *, user_id: str = "", trail: Iterable[AuditRow] = ()
) -> dict[str, object]:
    """Everything that is held of an actor and, where one is named, of a user who speaks for it, as JSON values.

    What others said of it is theirs, and here only where both said that they are interested; so is what facilitators think.
    Raises ``ActorNotFoundError``.
    """
    actor = store.actor(actor_id)
    said = [each for each in store.answers.all(actor_id) if each.seeker_id == actor_id]
    users = [each for each in store.users.all() if each.actor_id == actor_id]
    return {
        "actor": asdict(actor),
        "drafts": [asdict(each) for each in store.firms.drafts(actor_id)],
        "contacts": [
            {"id": each.id, **asdict(each.fields), "who": each.who, "at": each.at}
            for each in store.firms.contacts(actor_id)
        ],
        "answers": [_told(each) for each in said if each.said.side is Side.FIRM],
        "mutual_interest": [
            {"partner": each.partner_of(actor_id), "since": each.since}
            for each in store.answers.mutual(actor_id)
        ],
        "collaborations": [asdict(each) for each in store.collaborations_of(actor_id)],
        "events": [
            _own_place(store, kept.event.id, attendee.id)
            for kept in store.events.all()
            for attendee in store.events.attendees(kept.event.id)
            if attendee.actor_id == actor_id
        ],
        "me": _user(store, user_id),
        "other_users": sum(each.id != user_id for each in users),
        "asked_to_leave": next((each.at for each in store.firms.leaving() if each.actor_id == actor_id), ""),
        "changes": [asdict(each) for each in trail],
    }


def tables_of(held: Mapping[str, object]) -> dict[str, pa.Table]:
    """What ``held_of_actor`` gives as tables by name, a value in a cell; lists and records within as JSON."""
    tables: dict[str, pa.Table] = {}
    for name, value in held.items():
        rows: Sequence[Mapping[str, object]] = (
            [each for each in value if isinstance(each, Mapping)]
            if isinstance(value, list)
            else [{"field": key, "value": each} for key, each in value.items()]
            if isinstance(value, Mapping)
            else [{"field": name, "value": value}]
        )
        columns = list(dict.fromkeys(key for row in rows for key in row)) or ["nothing"]
        tables[name] = pa.table(
            {each: pa.array([_cell(row.get(each)) for row in rows], pa.string()) for each in columns}
        )
    return tables


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _told(answer: Answer) -> dict[str, object]:
    said = answer.said
    return {
        "partner": answer.partner_id,
        "said": said.kind.value,
        "reason": said.reason.value if said.reason else "",
        "words": said.words,
        "told": said.told,
        "on_behalf": said.on_behalf,
        "who": answer.who,
        "at": answer.at,
    }


def _user(store: Store, user_id: str) -> dict[str, object]:
    if not user_id:
        return {}
    try:
        return {
            name: value for name, value in asdict(store.users.one(user_id)).items() if name != "has_password"
        }
    except UserNotFoundError:
        return {}


def _own_place(store: Store, event_id: str, own: str) -> dict[str, object]:
    """A place at an event with what its own side wanted and said; what others wished of it is theirs."""
    attendee = next(each for each in store.events.attendees(event_id) if each.id == own)
    person = FoundPerson(event_id, own, attendee.actor_id, "", "", "")
    place = _place(store, person)
    place["person"] = [asdict(each) for each in attendee.persons]
    place["preferences"] = [asdict(each) for each in store.events.preferences(event_id) if each.of == own]
    place["requests"] = [
        # Why the other side declined is theirs.
        asdict(
            replace(each, reason=None, reply="")
            if each.sender == own and each.state is RequestState.DECLINED
            else each
        )
        for each in store.events.requests(event_id)
        if own in (each.sender, each.recipient)
    ]
    place["outcomes"] = [
        asdict(each)
        for each in store.outcomes.said(event_id)
        if own in (each.remark.a, each.remark.b) and each.remark.by in ("", own)
    ]
    return place


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
