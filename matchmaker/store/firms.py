"""What firms keep of themselves beside their public profile: drafts, contact persons, and whether they want to leave."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import astuple

from matchmaker.actors import Actor
from matchmaker.alphabet import name_key
from matchmaker.errors import ContactNotFoundError, DraftNotFoundError, ProfileRejectedError
from matchmaker.profiles import (
    MOST_CONTACTS,
    MOST_WARES,
    Contact,
    ContactFields,
    Draft,
    KeptOf,
    Leaving,
    WareKind,
    checked_ware,
)
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.editing import changed_since, edit, row_of
from matchmaker.store.rows import actor_of
from matchmaker.telling import told

Opened = Callable[[], AbstractContextManager[Connection]]

_DRAFT = "id, actor_id, kind, text, who, at"
_CONTACT = "id, actor_id, name, title, email, phone, language, who, at"


class Firms:
    """Drafts and contact persons of one store's actors; methods raise ``StoreError`` as the store's own do.

    Each that names an actor raises ``ActorNotFoundError``. The audit trail holds neither the words of drafts nor anything
    about persons.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def drafts(self, actor_id: str) -> tuple[Draft, ...]:
        """An actor's drafts, in the order in which they were written."""
        with self._reading() as connection:
            row_of(connection, actor_id)
            return _drafts(connection, actor_id)

    def add_draft(self, actor_id: str, kind: WareKind, text: str, *, who: str, draft_id: str = "") -> Draft:
        """Keep a draft; ``draft_id`` is that of one that was taken away. Raises ``ProfileRejectedError``."""
        text = _ware(text)
        with self._writing() as connection:
            row_of(connection, actor_id)
            if sum(each.kind is kind for each in _drafts(connection, actor_id)) >= MOST_WARES:
                raise ProfileRejectedError(
                    told(
                        "There are {most} such drafts already. Publish or remove some.",
                        most=MOST_WARES,
                    ),
                    field="text",
                )
            stamp = self._stamp(who)
            draft = Draft(draft_id or f"draft-{secrets.token_hex(8)}", actor_id, kind, text, who, stamp.at)
            _insert_draft(connection, draft)
            record(connection, stamp, "drafted", "draft", actor_id, {}, _told(draft))
            return draft

    def change_draft(
        self, actor_id: str, draft_id: str, text: str, *, expected: str | None = None, who: str
    ) -> Draft:
        """Put a draft in other words; raises ``DraftNotFoundError`` and ``ProfileRejectedError``.

        ``expected`` are the words that it was changed from, here as below: ``ActorChangedError`` where it has others.
        """
        text = _ware(text)
        with self._writing() as connection:
            before = _one_draft(connection, actor_id, draft_id, expected)
            if before.text == text:
                return before
            stamp = self._stamp(who)
            draft = Draft(draft_id, actor_id, before.kind, text, who, stamp.at)
            connection.execute("DELETE FROM unpublished WHERE id = ?", (draft_id,))
            _insert_draft(connection, draft)
            record(connection, stamp, "drafted", "draft", actor_id, _told(before), _told(draft))
            return draft

    def remove_draft(self, actor_id: str, draft_id: str, *, expected: str | None = None, who: str) -> Draft:
        """Take a draft away and return it; raises ``DraftNotFoundError``."""
        with self._writing() as connection:
            draft = _one_draft(connection, actor_id, draft_id, expected)
            connection.execute("DELETE FROM unpublished WHERE id = ?", (draft_id,))
            record(connection, self._stamp(who), "removed", "draft", actor_id, _told(draft), {})
            return draft

    def publish(self, actor_id: str, draft_id: str, *, expected: str | None = None, who: str) -> Actor:
        """Put a draft on the market place, last of its kind; raises ``DraftNotFoundError`` and ``ProfileRejectedError``."""
        with self._writing() as connection:
            actor = actor_of(row_of(connection, actor_id))
            draft = _one_draft(connection, actor_id, draft_id, expected)
            stamp = self._stamp(who)
            connection.execute("DELETE FROM unpublished WHERE id = ?", (draft_id,))
            record(connection, stamp, "published", "draft", actor_id, _told(draft), {})
            texts = _with_one_more(_published(actor, draft.kind), draft.text)
            return edit(connection, actor_id, {draft.kind.field: texts}, stamp)

    def withdraw(self, actor_id: str, kind: WareKind, text: str, *, who: str) -> Draft:
        """Take an offer or a request off the market place and keep it as a draft.

        Raises ``ActorChangedError`` where it is not there any more.
        """
        with self._writing() as connection:
            texts = _without(connection, actor_id, kind, text)
            stamp = self._stamp(who)
            draft = Draft(f"draft-{secrets.token_hex(8)}", actor_id, kind, text, who, stamp.at)
            edit(connection, actor_id, {kind.field: texts}, stamp)
            _insert_draft(connection, draft)
            record(connection, stamp, "drafted", "draft", actor_id, {}, _told(draft))
            return draft

    def add_ware(self, actor_id: str, kind: WareKind, text: str, *, who: str) -> Actor:
        """Publish an offer or a request at once; one that is there already changes nothing. Raises ``ProfileRejectedError``."""
        text = _ware(text)
        with self._writing() as connection:
            actor = actor_of(row_of(connection, actor_id))
            texts = _with_one_more(_published(actor, kind), text)
            return edit(connection, actor_id, {kind.field: texts}, self._stamp(who))

    def change_ware(self, actor_id: str, kind: WareKind, before: str, after: str, *, who: str) -> Actor:
        """Put a published offer or request in other words; empty ones take it away.

        Raises ``ActorChangedError`` where ``before`` is not there any more, and ``ProfileRejectedError``.
        """
        after = _ware(after) if after.strip() else ""
        with self._writing() as connection:
            actor = actor_of(row_of(connection, actor_id))
            texts = _published(actor, kind)
            if before not in texts:
                raise changed_since(connection, actor_id)
            place = texts.index(before)
            texts[place : place + 1] = [after] if after and after not in texts else []
            if after == before:
                return actor
            return edit(connection, actor_id, {kind.field: texts}, self._stamp(who))

    def contacts(self, actor_id: str) -> tuple[Contact, ...]:
        """An actor's contact persons by name; whether they may be shown is for the caller to ask."""
        with self._reading() as connection:
            row_of(connection, actor_id)
            return _contacts(connection, actor_id)

    def add_contact(self, actor_id: str, fields: ContactFields, *, who: str, contact_id: str = "") -> Contact:
        """Keep a contact person; ``contact_id`` is that of one who was taken away. Raises ``ProfileRejectedError``."""
        with self._writing() as connection:
            row_of(connection, actor_id)
            if len(_contacts(connection, actor_id)) >= MOST_CONTACTS:
                raise ProfileRejectedError(
                    told(
                        "There are {most} contact persons already. Remove one first.",
                        most=MOST_CONTACTS,
                    ),
                    field="name",
                )
            stamp = self._stamp(who)
            contact = Contact(
                contact_id or f"contact-{secrets.token_hex(8)}", actor_id, fields, who, stamp.at
            )
            _insert_contact(connection, contact)
            record(connection, stamp, "added", "contact", actor_id, {}, {"contact": contact.id})
            return contact

    def change_contact(
        self,
        actor_id: str,
        contact_id: str,
        fields: ContactFields,
        *,
        expected: ContactFields | None = None,
        who: str,
    ) -> Contact:
        """Keep a contact person in place of what was known; raises ``ContactNotFoundError``.

        ``expected`` is what was known, here as below: ``ActorChangedError`` where it is something else.
        """
        with self._writing() as connection:
            before = _one_contact(connection, actor_id, contact_id, expected)
            if before.fields == fields:
                return before
            stamp = self._stamp(who)
            contact = Contact(contact_id, actor_id, fields, who, stamp.at)
            connection.execute("DELETE FROM contacts WHERE id = ?", (contact_id,))
            _insert_contact(connection, contact)
            record(connection, stamp, "changed", "contact", actor_id, {}, {"contact": contact.id})
            return contact

    def remove_contact(
        self, actor_id: str, contact_id: str, *, expected: ContactFields | None = None, who: str
    ) -> Contact:
        """Take a contact person away and return them; raises ``ContactNotFoundError``."""
        with self._writing() as connection:
            contact = _one_contact(connection, actor_id, contact_id, expected)
            connection.execute("DELETE FROM contacts WHERE id = ?", (contact_id,))
            record(connection, self._stamp(who), "removed", "contact", actor_id, {"contact": contact_id}, {})
            return contact

    def kept(self) -> dict[str, KeptOf]:
        """How much each actor keeps of itself, by id; those with nothing are left out. Counts and times, nobody's words."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT actor_id, SUM(drafts), SUM(contacts), MAX(at) FROM ("
                " SELECT actor_id, 1 AS drafts, 0 AS contacts, at FROM unpublished"
                " UNION ALL SELECT actor_id, 0, 1, at FROM contacts) GROUP BY actor_id ORDER BY actor_id"
            )
            return {actor_id: KeptOf(drafts, contacts, latest) for actor_id, drafts, contacts, latest in rows}

    def leaving(self) -> tuple[Leaving, ...]:
        """The firms that asked to be erased, the first that asked first."""
        with self._reading() as connection:
            rows = connection.execute("SELECT actor_id, who, at FROM leaving ORDER BY at, actor_id")
            return tuple(Leaving(*row) for row in rows)

    def ask_to_leave(self, actor_id: str, *, who: str) -> Leaving:
        """Note that a firm wants to be erased; asking again changes nothing."""
        with self._writing() as connection:
            row_of(connection, actor_id)
            there = connection.execute(
                "SELECT actor_id, who, at FROM leaving WHERE actor_id = ?", (actor_id,)
            ).fetchone()
            if there:
                return Leaving(*there)
            stamp = self._stamp(who)
            connection.execute(
                "INSERT INTO leaving (actor_id, who, at) VALUES (?, ?, ?)", (actor_id, who, stamp.at)
            )
            record(connection, stamp, "asked_to_leave", "actor_request", actor_id, {}, {})
            return Leaving(actor_id, who, stamp.at)

    def stay(self, actor_id: str, *, who: str) -> None:
        """Take back that a firm wants to be erased; changes nothing where it did not."""
        with self._writing() as connection:
            row_of(connection, actor_id)
            gone = connection.execute("DELETE FROM leaving WHERE actor_id = ?", (actor_id,)).rowcount
            if gone:
                record(connection, self._stamp(who), "stays", "actor_request", actor_id, {}, {})


def _ware(text: str) -> str:
    try:
        return checked_ware(text)
    except ValueError as error:
        raise ProfileRejectedError(str(error), field="text") from None


def _published(actor: Actor, kind: WareKind) -> list[str]:
    wares = actor.offers if kind is WareKind.OFFER else actor.requests
    return [each.text for each in wares]


def _with_one_more(texts: list[str], text: str) -> list[str]:
    if text in texts:
        return texts
    if len(texts) >= MOST_WARES:
        raise ProfileRejectedError(
            told("There are {most} of them already. Remove one first.", most=MOST_WARES),
            field="text",
        )
    return [*texts, text]


def _without(connection: Connection, actor_id: str, kind: WareKind, text: str) -> list[str]:
    texts = _published(actor_of(row_of(connection, actor_id)), kind)
    if text not in texts:
        raise changed_since(connection, actor_id)
    texts.remove(text)
    return texts


def _told(draft: Draft) -> Mapping[str, object]:
    return {"draft": draft.id, "kind": draft.kind.value, "characters": len(draft.text)}


def _drafts(connection: Connection, actor_id: str) -> tuple[Draft, ...]:
    rows = connection.execute(
        f"SELECT {_DRAFT} FROM unpublished WHERE actor_id = ? ORDER BY at, id", (actor_id,)
    )
    return tuple(_draft(row) for row in rows)


def _draft(row: tuple[str, ...]) -> Draft:
    return Draft(row[0], row[1], WareKind(row[2]), *row[3:])


def _one_draft(connection: Connection, actor_id: str, draft_id: str, expected: str | None = None) -> Draft:
    row = connection.execute(
        f"SELECT {_DRAFT} FROM unpublished WHERE id = ? AND actor_id = ?", (draft_id, actor_id)
    ).fetchone()
    if row is None:
        raise DraftNotFoundError(draft_id)
    draft = _draft(row)
    if expected not in (None, draft.text):
        raise changed_since(connection, actor_id)
    return draft


def _insert_draft(connection: Connection, draft: Draft) -> None:
    connection.execute(f"INSERT INTO unpublished ({_DRAFT}) VALUES (?, ?, ?, ?, ?, ?)", astuple(draft))


def _contacts(connection: Connection, actor_id: str) -> tuple[Contact, ...]:
    rows = connection.execute(f"SELECT {_CONTACT} FROM contacts WHERE actor_id = ?", (actor_id,))
    return tuple(sorted(map(contact_of, rows), key=lambda each: (name_key(each.fields.name), each.id)))


def contact_of(row: tuple[str, ...]) -> Contact:
    """The contact person of a row."""
    return Contact(row[0], row[1], ContactFields(*row[2:7]), *row[7:])


def _one_contact(
    connection: Connection, actor_id: str, contact_id: str, expected: ContactFields | None = None
) -> Contact:
    row = connection.execute(
        f"SELECT {_CONTACT} FROM contacts WHERE id = ? AND actor_id = ?", (contact_id, actor_id)
    ).fetchone()
    if row is None:
        raise ContactNotFoundError(contact_id)
    contact = contact_of(row)
    if expected not in (None, contact.fields):
        raise changed_since(connection, actor_id)
    return contact


def _insert_contact(connection: Connection, contact: Contact) -> None:
    connection.execute(
        f"INSERT INTO contacts ({_CONTACT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (contact.id, contact.actor_id, *astuple(contact.fields), contact.who, contact.at),
    )
