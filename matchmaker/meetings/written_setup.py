"""A set-up in plain words, as the command line and a TOML or JSON file give it, into an event; every problem named together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from matchmaker.actors import ActorGroup
from matchmaker.errors import EventRejectedError
from matchmaker.events import Event, MetBefore, Table, at_same_hours
from matchmaker.meetings.programme import MOST_TABLES, problems_of
from matchmaker.meetings.wall_clock import AS_SESSION, as_written, session_line, session_of, spans_of
from matchmaker.meetings.zones import zone_of
from matchmaker.telling import told

TABLE_WORD = "Table"
"""What tables that are only counted are called, with a number each."""
KEYS = (
    "name", "place", "zone", "sessions", "tables", "table_word", "may_meet", "most_meetings", "least_meetings",
    "wishes_weigh", "met_before", "fairness",
)  # fmt: skip
_RULES = ("most_meetings", "least_meetings", "wishes_weigh", "met_before", "fairness")
_GROUPS = {each.value: each for each in ActorGroup}

_Made = TypeVar("_Made")


def setup_of(document: Mapping[str, Any], event: Event, actor_of: Callable[[str], str]) -> Event:
    """The event with what the document says in place of what it had; what it does not name stays.

    ``sessions`` are lines such as ``wall_clock.AS_SESSION``; ``tables`` is a number, or lines ``name | actor | times`` of which
    the last two parts may be left out; ``may_meet`` are pairs such as ``company:supplier``. ``actor_of`` gives the id of an
    actor by id or name and raises ``ValueError``. In another zone tables that are not named stay open at the same hours of the clock.

    Raises:
        EventRejectedError: everything that cannot be, each with what to do.
    """
    problems: list[str] = [
        told("{key!r} is not a part of a set-up. The parts are {named}.", key=key, named=", ".join(KEYS))
        for key in document
        if key not in KEYS
    ]
    words = {
        key: _text(document, key, problems) if key in document else getattr(event, key)
        for key in ("name", "place", "zone")
    }
    made = replace(event, name=words["name"], place=words["place"], zone=words["zone"])
    if "sessions" in document:
        made = replace(made, sessions=tuple(_each(document["sessions"], "sessions", session_of, problems)))
    if "tables" in document:
        made = replace(made, tables=_tables(document, made, actor_of, problems))
    elif event.zone != made.zone and zone_of(made.zone):
        made = replace(made, tables=tuple(_at_same_hours(event.tables, event.zone, made.zone, problems)))
    made = _with_rules(made, document, problems)
    problems += [each for each in problems_of(made) if each not in problems]
    if problems:
        raise EventRejectedError(problems)
    return made


def document_of(event: Event) -> dict[str, Any]:
    """The document that ``setup_of`` reads back, whole."""
    rules = event.rules
    return {
        "name": event.name,
        "place": event.place,
        "zone": event.zone,
        "sessions": [session_line(each) for each in event.sessions],
        "tables": [table_line(each, event) for each in event.tables],
        "may_meet": [f"{one.value}:{other.value}" for one, other in rules.may_meet],
        "most_meetings": rules.most_meetings,
        "least_meetings": rules.least_meetings,
        "wishes_weigh": rules.wishes_weigh,
        "met_before": rules.met_before.value,
        "fairness": rules.fairness,
    }


def table_line(table: Table, event: Event) -> str:
    """A table as ``setup_of`` reads it."""
    parts = [table.name, table.actor_id, as_written(table.open, event)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def _text(document: Mapping[str, Any], key: str, problems: list[str]) -> str:
    value = document[key]
    if not isinstance(value, str):
        problems.append(
            told("{key} is {value!r}. Write it as text in quotation marks.", key=key, value=value)
        )
        return "?"
    return " ".join(value.split())


def _each(lines: object, what: str, made: Callable[[str], _Made], problems: list[str]) -> Iterable[_Made]:
    if not isinstance(lines, list | tuple) or not all(isinstance(each, str) for each in lines):
        problems.append(
            told(
                '{what} are {lines!r}. Write a list of lines, such as ["{example}"].',
                what=what,
                lines=lines,
                example=AS_SESSION,
            )
        )
        return []
    found = []
    for line in lines:
        try:
            found.append(made(line))
        except ValueError as error:
            problems.append(str(error))
    return found


def _tables(
    document: Mapping[str, Any], event: Event, actor_of: Callable[[str], str], problems: list[str]
) -> tuple[Table, ...]:
    said = document["tables"]
    if isinstance(said, int) and not isinstance(said, bool):
        if not 0 <= said <= MOST_TABLES:
            problems.append(
                told(
                    "{said} tables. Give a number from 0 to {most}.",
                    said=said,
                    most=MOST_TABLES,
                )
            )
            return ()
        word = document.get("table_word", TABLE_WORD)
        return tuple(Table(f"{word} {number}") for number in range(1, said + 1))

    def table(line: str) -> Table:
        name, actor, times = (part.strip() for part in [*line.split("|", 2), "", ""][:3])
        try:
            # Times need a sound zone; one that is not known is told of by itself.
            spans = spans_of(times, event) if times and zone_of(event.zone) else ()
            return Table(name, spans, actor_of(actor) if actor else "")
        except ValueError as error:
            raise ValueError(f"Table {name!r}: {error}") from error

    return tuple(_each(said, "tables", table, problems))


def _at_same_hours(tables: Iterable[Table], before: str, after: str, problems: list[str]) -> Iterator[Table]:
    """Tables as they are open by the clocks of another zone, at the hours at which they were by those of the zone before."""
    for table in tables:
        spans = at_same_hours(table.open, before, after)
        if spans is None:
            problems.append(
                told(
                    "Table {table!r} is open at hours that the clocks of {zone} leave out. Give it other times.",
                    table=table.name,
                    zone=after,
                )
            )
        yield table if spans is None else replace(table, open=spans)


def _with_rules(event: Event, document: Mapping[str, Any], problems: list[str]) -> Event:
    rules = event.rules
    if "may_meet" in document:
        rules = replace(rules, may_meet=tuple(_each(document["may_meet"], "may_meet", groups_of, problems)))
    for key in _RULES:
        if key not in document:
            continue
        try:
            rules = replace(rules, **{key: _rule(key, document[key])})
        except ValueError as error:
            problems.append(str(error))
    return replace(event, rules=rules)


def _rule(key: str, value: Any) -> Any:
    if key == "met_before":
        if value not in set(MetBefore):
            raise ValueError(
                told(
                    "met_before is {value!r}. Write one of {named}.", value=value, named=", ".join(MetBefore)
                )
            )
        return MetBefore(value)
    if key == "most_meetings" and value is None:
        return None
    whole = key in ("most_meetings", "least_meetings")
    if (
        isinstance(value, bool)
        or not isinstance(value, int if whole else int | float)
        or not math.isfinite(value)
    ):
        raise ValueError(
            told("{key} is {value!r}. Write a whole number.", key=key, value=value)
            if whole
            else told("{key} is {value!r}. Write a number from 0 to 1.", key=key, value=value)
        )
    return value if whole else float(value)


def groups_of(text: str) -> tuple[ActorGroup, ActorGroup]:
    """Two actor groups that may meet, from ``company:supplier``; raises ``ValueError``."""
    parts = [part.strip().casefold().replace(" ", "_") for part in text.split(":")]
    if len(parts) != 2 or any(part not in _GROUPS for part in parts):
        raise ValueError(
            told(
                "{text!r} is not a pair of actor groups. Write it as company:supplier; the groups are {named}.",
                text=text,
                named=", ".join(_GROUPS),
            )
        )
    return _GROUPS[parts[0]], _GROUPS[parts[1]]
