"""Actors as lines of JSON (NDJSON), each a whole actor by its id, into actors and what had to be rejected."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Rejection, Request
from matchmaker.errors import FieldsRejectedError
from matchmaker.sources import values
from matchmaker.sources.rows import CELL_LIMIT

LINE_LIMIT = 256 * 1024
"""Longest line, in bytes."""
ID_LIMIT = 500
ITEMS_LIMIT = 200
"""Most offers, requests or tags of an actor."""
SHOWN = 100
"""Characters of a rejected value that are told."""

Read = Callable[[str, object], object]


@dataclass(frozen=True, slots=True)
class ActorLines:
    """What lines of JSON say."""

    actors: tuple[Actor, ...]
    """In the order of the lines; those of rejected lines are not among them."""
    rejections: tuple[Rejection, ...]
    """Every value that cannot be accepted; ``row`` is the number of the line, from 1, and ``column`` the field."""
    lines: int
    """Lines with content, rejected ones included."""


def read_actor_lines(
    source: Iterable[bytes], name: str, *, progress: Callable[[int], None] = lambda _done: None
) -> ActorLines:
    """Read lines, each a JSON object with ``id``, ``name``, ``group`` and any other fields of an actor.

    A field that a line leaves out is empty. Unknown fields, ids that come twice and values of another type are rejected
    with their line; empty lines are passed over. ``progress`` is told the number of lines now and then.
    """
    actors: list[Actor] = []
    rejections: list[Rejection] = []
    seen: dict[str, int] = {}
    count = 0
    for number, line in enumerate(_lines(source), 1):
        if not line.strip():
            continue
        count += 1
        if count % 1000 == 0:
            progress(count)
        wrong: list[tuple[str, object, str]] = []
        actor = _actor(line, wrong)
        if actor is not None and actor.id in seen:
            wrong.append(("id", actor.id, f"the actor is in line {seen[actor.id]} already"))
        elif actor is not None:
            seen[actor.id] = number
        if wrong:
            rejections += (
                Rejection(name, number, field, _shown(value), reason) for field, value, reason in wrong
            )
        elif actor is not None:
            actors.append(actor)
    return ActorLines(tuple(actors), tuple(rejections), count)


def read_actor(told: Mapping[str, object]) -> Actor:
    """The actor of one object; raises ``FieldsRejectedError`` with every field that cannot be accepted."""
    wrong: list[tuple[str, object, str]] = []
    actor = _of_object(told, wrong)
    if actor is None or wrong:
        raise FieldsRejectedError([(field, reason) for field, _, reason in wrong])
    return actor


def _lines(source: Iterable[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(source):
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line


def _actor(line: bytes, wrong: list[tuple[str, object, str]]) -> Actor | None:
    if len(line) > LINE_LIMIT:
        wrong.append(("", "", f"the line is longer than {LINE_LIMIT} bytes"))
        return None
    try:
        told = json.loads(line.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_each_once)
    except UnicodeDecodeError:
        wrong.append(("", "", "the line is not UTF-8"))
        return None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _TwiceError) else "the line is not JSON that can be read"
        wrong.append(("", "", reason))
        return None
    if not isinstance(told, dict):
        wrong.append(("", "", "the line is not a JSON object"))
        return None
    return _of_object(told, wrong)


def _of_object(told: Mapping[str, object], wrong: list[tuple[str, object, str]]) -> Actor | None:
    found: dict[str, Any] = {}
    for field, value in told.items():
        read = FIELDS.get(field)
        if read is None:
            wrong.append((_shown(field), "", f"there is no such field; there are {', '.join(FIELDS)}"))
            continue
        try:
            found[field] = read(field, value)
        except ValueError as error:
            wrong.append((field, value, str(error)))
    refused = {field for field, _, _ in wrong}
    for field in ("id", "name", "group"):
        if field not in told:
            wrong.append((field, "", "is missing"))
        elif field not in refused and not found[field]:
            wrong.append((field, "", "must not be empty"))
    if wrong:
        return None
    place = {name: found.pop(name) for name in PLACE if name in found}
    return Actor(**found, place=Place(**place))


class _TwiceError(ValueError):
    """A name that stands in an object twice."""


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise _TwiceError("a field stands in the line twice")
    return told


def _no_number(_word: str) -> object:
    raise ValueError("not a number")


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - one kind of refusal, told alike
    limit = CELL_LIMIT if field in values.RUNNING_TEXT else values.SHORT_LIMIT
    if len(value) > limit:
        raise ValueError(f"is longer than {limit:,} characters")
    for character in value:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n\r") or 0x7F <= code < 0xA0:
            raise ValueError(f"holds the control character U+{code:04X}")
        if 0xD800 <= code < 0xE000:
            raise ValueError("holds half of a surrogate pair")
    return unicodedata.normalize("NFC", value)


def _id(field: str, value: object) -> str:
    text = _text(field, value)
    if text != value:
        raise ValueError("must be in Unicode's form NFC")
    if len(text) > ID_LIMIT:
        raise ValueError(f"is longer than {ID_LIMIT} characters")
    if text != text.strip() or any(each in text for each in "\t\n\r"):
        raise ValueError("must not begin or end with a space, or hold a tab or a line break")
    return text


def _bare(field: str, value: object) -> str:
    return _text(field, value).strip()


def _group(_field: str, value: object) -> ActorGroup:
    if isinstance(value, str) and value in set(ActorGroup):
        return ActorGroup(value)
    raise ValueError(f"must be one of {', '.join(ActorGroup)}")


def _texts(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")  # noqa: TRY004 - one kind of refusal, told alike
    if len(value) > ITEMS_LIMIT:
        raise ValueError(f"has more than {ITEMS_LIMIT} items")
    return tuple(dict.fromkeys(text for each in value if (text := _bare(field, each))))


def _offers(field: str, value: object) -> tuple[Offer, ...]:
    return tuple(map(Offer, _texts(field, value)))


def _requests(field: str, value: object) -> tuple[Request, ...]:
    return tuple(map(Request, _texts(field, value)))


def _yes_or_no(_field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - one kind of refusal, told alike
    return value


def _degrees(limit: int) -> Read:
    def read(_field: str, value: object) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > limit:
            raise ValueError(f"must be a number from {-limit} to {limit}, or null")
        if not math.isfinite(value):
            raise ValueError("must be a finite number")
        return float(value)

    return read


PLACE = ("country", "region", "city", "latitude", "longitude")
FIELDS: dict[str, Read] = {
    "id": _id,
    "name": _bare,
    "group": _group,
    "description": _text,
    "offers": _offers,
    "requests": _requests,
    "country": _bare,
    "region": _bare,
    "city": _bare,
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "size": _bare,
    "registration_number": _bare,
    "website": _bare,
    "tags": _texts,
    "member": _yes_or_no,
}
"""What a line may say, in the order in which it is documented."""


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # Half a surrogate pair can be told to nobody.
    text = text[: SHOWN + 1].encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
