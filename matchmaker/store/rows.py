"""Actors and collaborations as rows of the store, and back; the hash that tells whether a row has changed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import blake2b

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Commitment,
    Offer,
    Participation,
    Place,
    Request,
)

Value = str | int | float | None
Row = tuple[Value, ...]

PARTICIPATIONS = "participations"


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of row: its name in the audit trail, its table and its columns."""

    kind: str
    table: str
    columns: tuple[str, ...]

    @property
    def column_list(self) -> str:
        """The columns as SQL."""
        return ", ".join(f'"{column}"' for column in self.columns)

    @property
    def row_names(self) -> tuple[str, ...]:
        """What the values of a row made here mean: the columns and, of a collaboration, its participations.

        Participations have a table of their own, but change, compare and are told of with their collaboration.
        """
        return (*self.columns, PARTICIPATIONS) if self.kind == "collaboration" else self.columns


ACTORS = Subject(
    "actor",
    "actors",
    (
        "id",
        "name",
        "group",
        "country",
        "region",
        "city",
        "latitude",
        "longitude",
        "size",
        "registration_number",
        "website",
        "tags",
        "member",
        "offers",
        "requests",
        "description",
    ),
)
COLLABORATIONS = Subject(
    "collaboration",
    "collaborations",
    ("id", "title", "commitment", "signed", "start", "end", "fields", "topic", "text"),
)

_LISTS = {"tags", "offers", "requests", "fields", PARTICIPATIONS}
_NUMBERS = {"latitude", "longitude", "member"}
_MAY_BE_UNKNOWN = {"latitude", "longitude", "signed", "start", "end"}
_PLACE_FIELDS = {each.name for each in fields(Place)}
_ACTOR_FIELDS = {each.name for each in fields(Actor)} - {"id"}


def actor_row(actor: Actor) -> Row:
    """The values of ``ACTORS``; raises ``ValueError`` for what a database cannot keep unchanged."""
    place = actor.place
    row: Row = (
        actor.id,
        actor.name,
        str(actor.group),
        place.country,
        place.region,
        place.city,
        _plain_zero(place.latitude),
        _plain_zero(place.longitude),
        actor.size,
        actor.registration_number,
        actor.website,
        _dumped(list(actor.tags)),
        int(actor.member),
        _dumped([offer.text for offer in actor.offers]),
        _dumped([request.text for request in actor.requests]),
        actor.description,
    )
    _check(ACTORS, row)
    return row


def actor_of(row: Sequence[Value]) -> Actor:
    """The actor of a row with ``ACTORS``."""
    named = dict(zip(ACTORS.columns, row, strict=True))
    place = {name: named.pop(name) for name in ("country", "region", "city", "latitude", "longitude")}
    named["group"] = ActorGroup(str(named["group"]))
    loaded: dict[str, object] = {
        "place": Place(**place),  # type: ignore[arg-type]
        "tags": tuple(_loaded(named.pop("tags"))),
        "offers": tuple(Offer(text) for text in _loaded(named.pop("offers"))),
        "requests": tuple(Request(text) for text in _loaded(named.pop("requests"))),
        "member": bool(named.pop("member")),
    }
    return Actor(**named, **loaded)  # type: ignore[arg-type]


def collaboration_row(collaboration: Collaboration) -> Row:
    """The values of ``COLLABORATIONS`` and the participations; raises ``ValueError`` as ``actor_row``."""
    row: Row = (
        collaboration.id,
        collaboration.title,
        str(collaboration.commitment),
        _day(collaboration.signed),
        _day(collaboration.start),
        _day(collaboration.end),
        _dumped(list(collaboration.fields)),
        collaboration.topic,
        collaboration.text,
        _dumped([participation_values(part) for part in collaboration.participations]),
    )
    _check(COLLABORATIONS, row)
    return row


def participation_values(part: Participation) -> list[object]:
    """Actor id, role and, where it is known, funding.

    An unknown funding has no place of its own, so that a collaboration without any hashes as it did before there was
    one, and importing the same file again still changes nothing.
    """
    known = [] if part.funding is None else [_plain_zero(part.funding)]
    return [part.actor_id, part.role, *known]


def participation_of(values: Sequence[object]) -> Participation:
    """The inverse of ``participation_values``."""
    return Participation(*values)  # type: ignore[arg-type]


def collaboration_of(row: Sequence[Value], parts: Iterable[Participation]) -> Collaboration:
    """The collaboration of a row with ``COLLABORATIONS`` and its participations in order."""
    named: dict[str, object] = dict(zip(COLLABORATIONS.columns, row, strict=True))
    named["commitment"] = Commitment(str(named["commitment"]))
    named["fields"] = tuple(_loaded(named["fields"]))
    for name in ("signed", "start", "end"):
        named[name] = None if named[name] is None else date.fromisoformat(str(named[name]))
    return Collaboration(**named, participations=tuple(parts))  # type: ignore[arg-type]


def content_hash(row: Row) -> bytes:
    """16 bytes that stand for the whole row: equal rows have equal hashes, others practically never."""
    return blake2b(_dumped(row).encode(), digest_size=16).digest()


def plain(column: str, value: Value) -> object:
    """A column's value as a reader of the audit trail wants it: lists as lists, yes and no as such."""
    if column in _LISTS:
        return json.loads(str(value))
    return bool(value) if column == "member" else value


def column_value(column: str, value: object) -> Value:
    """The inverse of ``plain``."""
    if column in _LISTS:
        return _dumped(value)
    return int(bool(value)) if column == "member" else value  # type: ignore[return-value]


def edited(actor: Actor, changes: Mapping[str, object]) -> Actor:
    """The actor with some fields changed; place is named as a whole or by its parts.

    Offers, requests and tags may be given as strings. Raises ``ValueError`` for a field that does not exist or cannot be
    edited, and ``TypeError`` for a value of the wrong type.
    """
    unknown = sorted(set(changes) - _ACTOR_FIELDS - _PLACE_FIELDS)
    if unknown:
        allowed = ", ".join(sorted(_ACTOR_FIELDS | _PLACE_FIELDS))
        raise ValueError(f"An actor has no field {unknown[0]!r} that can be edited; there are {allowed}.")
    values: dict[str, object] = {}
    place = changes.get("place", actor.place)
    if not isinstance(place, Place):
        raise TypeError(f"place must be a Place, not {type(place).__name__}.")
    parts = {name: value for name, value in changes.items() if name in _PLACE_FIELDS}
    for name, value in parts.items():
        _check_type(name, value, (int, float, type(None)) if name in _NUMBERS else (str,))
    values["place"] = replace(place, **parts)  # type: ignore[arg-type]
    for name in changes.keys() - _PLACE_FIELDS - {"place"}:
        values[name] = _edited_value(name, changes[name])
    return replace(actor, **values)  # type: ignore[arg-type]


def _edited_value(name: str, value: object) -> object:
    if name == "group":
        return ActorGroup(str(value))
    if name == "member":
        _check_type(name, value, (bool,))
        return value
    if name in _LISTS:
        kind = {"offers": Offer, "requests": Request, "tags": str}[name]
        _check_type(name, value, (list, tuple))
        items = [kind(each) if isinstance(each, str) else each for each in value]  # type: ignore[attr-defined]
        for each in items:
            _check_type(name, each, (kind,))
        return tuple(items)
    _check_type(name, value, (str,))
    return value


def _check_type(name: str, value: object, allowed: tuple[type, ...]) -> None:
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        wanted = " or ".join(each.__name__ for each in allowed)
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}.")


def _plain_zero(value: float | None) -> float | None:
    # Minus zero would come back as zero and be a change that nobody made.
    return None if value is None else float(value) + 0.0


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _loaded(value: object) -> list[str]:
    loaded: list[str] = json.loads(str(value))
    return loaded


def _check(subject: Subject, row: Row) -> None:
    """Refuse what would not come back as it went in, naming the subject and the field."""
    for column, value in zip(subject.row_names, row, strict=True):
        reason = ""
        if isinstance(value, str):
            reason = _flaw_of_text(column, value)
        elif value is None:
            reason = "" if column in _MAY_BE_UNKNOWN else "is missing"
        elif column not in _NUMBERS:
            reason = "is not text"
        elif not math.isfinite(value):
            reason = "is not a finite number"
        if reason:
            raise ValueError(f"The {subject.kind} {row[0]!r}: {column} {reason}.")
    if not row[0]:
        raise ValueError(f"The {subject.kind} {row[1]!r} has no id.")


def _flaw_of_text(column: str, value: str) -> str:
    if not value.isascii() and not _encodable(value):
        return "holds half a character (a lone surrogate)"
    if "\0" in value or (column in _LISTS and "\\u0000" in value and _has_nul(value)):
        return "holds a NUL character"
    if column == PARTICIPATIONS and _has_endless_funding(value):
        return "hold a funding that is not a finite number"
    return ""


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_nul(value: str) -> bool:
    # Only now worth the reading: a text may hold the six characters of the escape itself.
    return any(
        "\0" in str(text)
        for item in json.loads(value)
        for text in ([item] if isinstance(item, str) else item)
    )


def _has_endless_funding(value: str) -> bool:
    # JSON has no such numbers; the words stand in a text often enough that it is read only then.
    if "NaN" not in value and "Infinity" not in value:
        return False
    return any(not math.isfinite(part[2]) for part in json.loads(value) if len(part) > 2)
