"""What an erasure is: what went, what still names it, and the list that keeps it from coming back with a backup."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matchmaker.errors import StoreError

LIST_FILE = "matchmaker-erasures.json"
"""The list of erasures as it lies beside backups."""

GONE = "erased:"
"""What the audit trail names somebody by afterwards, with the beginning of the key."""


@dataclass(frozen=True, slots=True, order=True)
class Erasure:
    """One line of the list: nobody can be read from it, and whoever is met again can be recognised."""

    key: str
    """``actor:`` or ``person:`` and a SHA-256 of what it was known by."""
    at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who is on a list of participants, or a contact person of an actor."""

    event_id: str
    """Empty for a contact person."""
    participant_id: str
    """The contact person's own id where there is no event."""
    actor_id: str
    name: str
    email: str
    title: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away, or would."""

    rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows went, by table."""
    changed: Mapping[str, int] = field(default_factory=dict)
    """How many rows stay without what named the erased, by table."""
    mentions: Mapping[str, int] = field(default_factory=dict)
    """How many texts of others still hold the name, by table and column: a person has to judge them."""

    def __bool__(self) -> bool:
        """Whether there was anything."""
        return bool(self.rows or self.changed)


def actor_key(actor_id: str) -> str:
    """The key of an actor."""
    return _key("actor", actor_id)


def person_keys(person: FoundPerson) -> tuple[str, ...]:
    """The keys of a person: by address where there is one, and by name within the actor."""
    keys = [_key("person", "name", plain(person.name), person.actor_id)] if person.name.strip() else []
    if person.email.strip():
        keys.append(email_key(person.email))
    return tuple(keys)


def user_key(email: str) -> str:
    """The key of somebody who could sign in."""
    return _key("person", "user", plain(email))


def email_key(email: str) -> str:
    """The key of a person by address alone."""
    return _key("person", "email", plain(email))


def author_key(name: str) -> str:
    """The key of whoever changed something under a name or an address."""
    return _key("person", "author", plain(name))


def pseudonym(key: str) -> str:
    """What stands in the audit trail in place of an id or a name."""
    return GONE + key.partition(":")[2][:12]


def plain(text: str) -> str:
    """A name or an address without differences of case and spaces."""
    return " ".join(text.split()).casefold()


def read_list(path: Path) -> tuple[Erasure, ...]:
    """The list in a file, empty where there is none; raises ``StoreError`` for one that cannot be read."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return tuple(sorted(Erasure(str(each["key"]), str(each["at"])) for each in content["erasures"]))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path} is not a list of erasures ({error}). Put the right one in its place: without it, "
            "those who were erased would come back.",
            path=path,
        ) from error


def write_list(path: Path, erasures: Iterable[Erasure]) -> None:
    """Add erasures to the list in a file; what it holds already stays, with the latest time of each. Raises as ``read_list``."""
    merged = latest((*erasures, *read_list(path)))
    content = {"erasures": [{"key": each.key, "at": each.at} for each in sorted(merged.values())]}
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def latest(erasures: Iterable[Erasure]) -> dict[str, Erasure]:
    """The last erasure of each, by key: who came back may have been erased again."""
    return {each.key: each for each in sorted(erasures)}


def _key(kind: str, *parts: str) -> str:
    told = json.dumps(["matchmaker", kind, *parts], ensure_ascii=False)
    return f"{kind}:{hashlib.sha256(told.encode()).hexdigest()}"
