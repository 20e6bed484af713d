"""A profile's own fields as they are typed: from an actor to the form and back, and what somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.actors import Actor
from matchmaker.profiles import LONGEST_DESCRIPTION, LONGEST_FIELD, LONGEST_TAG, MOST_TAGS
from service.pages.events.forms import Form, seen
from service.pages.filters import readable

FIELDS = ("description", "website", "size", "city", "region", "country", "tags")
"""What is typed in the form, in its order."""

MOST_TYPED = 20_000
"""Characters of a field that are read and shown again."""


def typed_of(actor: Actor) -> dict[str, str]:
    """The texts that lead to a profile, as a browser would send them back: so that what nobody touched is no change."""
    return {
        "description": _paragraphs(actor.description),
        "website": readable(actor.website),
        "size": readable(actor.size),
        "city": readable(actor.place.city),
        "region": readable(actor.place.region),
        "country": readable(actor.place.country),
        "tags": readable(", ".join(actor.tags)),
    }


def typed_from(form: Form) -> dict[str, str]:
    """The texts as they were sent."""
    typed = {name: form.text(name, longest=MOST_TYPED) for name in FIELDS if name != "description"}
    return {"description": _paragraphs(form.as_sent("description"))[:MOST_TYPED]} | typed


def marks_of(typed: Mapping[str, str]) -> dict[str, str]:
    """A mark of each text, to know later whether anybody changed it."""
    return {name: seen(typed[name]) for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Change:
    """What a form changes against a profile as it is now."""

    mine: Mapping[str, str]
    """Fields that were typed anew, with the text."""
    theirs: tuple[str, ...]
    """Fields that somebody else changed since the form was opened."""
    clashing: tuple[str, ...]
    """Fields that both changed, to different texts."""


def change_of(typed: Mapping[str, str], marks: Mapping[str, str], actor: Actor) -> Change:
    """Compare what was typed with what the form began from and with what is there now."""
    now = typed_of(actor)
    mine = {name: typed[name] for name in FIELDS if seen(typed[name]) != marks[name]}
    theirs = tuple(name for name in FIELDS if seen(now[name]) != marks[name])
    clashing = tuple(name for name in theirs if name in mine and typed[name] != now[name])
    return Change({name: text for name, text in mine.items() if text != now[name]}, theirs, clashing)


def values_of(typed: Mapping[str, str]) -> dict[str, object]:
    """Typed fields as the library takes them."""
    values: dict[str, object] = dict(typed)
    if "tags" in typed:
        tags = [" ".join(each.split()) for each in typed["tags"].replace(";", ",").split(",")]
        values["tags"] = list(dict.fromkeys(each for each in tags if each))
    return values


def wrong(typed: Mapping[str, str]) -> dict[str, tuple[str, dict[str, object]]]:
    """What cannot be kept, field by field: the key of what to say, and its values."""
    errors: dict[str, tuple[str, dict[str, object]]] = {}
    for name, text in typed.items():
        longest = LONGEST_DESCRIPTION if name == "description" else LONGEST_FIELD
        if name == "tags":
            tags = values_of({"tags": text})["tags"]
            assert isinstance(tags, list)
            if len(tags) > MOST_TAGS or any(len(each) > LONGEST_TAG for each in tags):
                errors[name] = ("my.wrong.tags", {"most": MOST_TAGS, "longest": LONGEST_TAG})
        elif len(text) > longest:
            errors[name] = ("my.wrong.long", {"length": len(text), "longest": longest})
    return errors


def _paragraphs(text: str) -> str:
    """A text of several lines without control characters, ends trimmed, browsers' line ends undone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    readable = ["".join(each if each.isprintable() else " " for each in line).rstrip() for line in lines]
    return "\n".join(readable).strip()
