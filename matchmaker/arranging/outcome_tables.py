"""Outcomes in a sheet: a template with an event's meetings to fill in, and a filled one into remarks and rejected values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from matchmaker.actors import Actor, Rejection
from matchmaker.arranging.outcome_words import (
    BOTH,
    CAME_OF,
    COMMITMENTS,
    HEADERS,
    LANGUAGES,
    NO,
    REASONS,
    YES,
    came_of,
    held,
    rating,
    reason,
    word,
)
from matchmaker.events import (
    Appointment,
    Attendance,
    Attendee,
    Committed,
    Event,
    FollowUp,
    NewCompany,
    NoGood,
    Outcome,
    Rating,
    Remark,
)
from matchmaker.exports import Value
from matchmaker.sources import values
from matchmaker.sources.headers import Column
from matchmaker.sources.identity import ActorIndex
from matchmaker.sources.known_names import OUTCOME_NAMES
from matchmaker.sources.records import Record, open_table, refuse_not_found
from matchmaker.telling import told

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """What a table of outcomes says."""

    remarks: tuple[Remark, ...]
    """In the order of the file, what is said twice once; those of rejected rows are not among them."""
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a table may name."""

    attendees: tuple[Attendee, ...]
    actors: tuple[Actor, ...]
    """Everybody stored: who attends, and who may have come out of a meeting."""
    day: date | None
    """The first day of the event; nothing came of it before."""


def read_outcomes(path: Path, known: Known, mapping: Mapping[str, str]) -> OutcomeTable:
    """Read a CSV or XLSX file with a row per meeting, or per side of one; raises ``SourceError``."""
    reading = open_table(path, mapping, OUTCOME_NAMES)
    refuse_not_found(mapping, [reading])
    reading.require("a", "one of the two participants")
    reading.require("b", "the other participant")
    rows = _Rows(known)
    for record in reading.records():
        rows.add(record)
    return OutcomeTable(
        tuple(remark for remark, _ in rows.said.values()),
        reading.sorted_rejections(),
        reading.plan.columns,
        reading.rows,
    )


class _Rows:
    """The rows of a table while they are read."""

    def __init__(self, known: Known) -> None:
        self.said: dict[tuple[object, ...], tuple[Remark, int]] = {}
        """By meeting, topic and side, with the row that said it first."""
        self._known = known
        self._ids = {each.id for each in known.attendees}
        self._of_actor: dict[str, list[str]] = {}
        for each in known.attendees:
            self._of_actor.setdefault(each.actor_id, []).append(each.id)
        self._actor_of = {each.id: each.actor_id for each in known.attendees}
        self._here = ActorIndex(each for each in known.actors if each.id in self._of_actor)
        self._all = ActorIndex(known.actors)

    def add(self, record: Record) -> None:
        one, other = (self._participant(record, name) for name in ("a", "b"))
        remarks = list(self._remarks(record, one or "", other or ""))
        if one and one == other:
            record.reject(record.header("b"), record.text("b"), told("The participant is the same as in A."))
        if not record.ok:
            return
        for each, name in remarks:
            key = (each.a, each.b, each.topic, each.by)
            first, row = self.said.setdefault(key, (each, record.number))
            if first != each:
                why = told("Row {row} says something else of the same meeting. Make the rows agree.", row=row)
                record.reject(record.header(name), record.text(name), why)

    def _participant(self, record: Record, name: str) -> str | None:
        text = record.text(name)
        if not text:
            if not record.has_rejected(name):
                record.reject(record.header(name), "", told("The participant is missing."))
            return None
        return record.parsed(name, self._found, None)

    def _found(self, text: str) -> str:
        if text in self._ids:
            return text
        try:
            ids = self._of_actor[self._here.find(text)]
        except ValueError as error:
            raise ValueError(
                str(error)
                if "Several" in str(error)
                else told("Nobody at the event has this id or is of this actor.")
            ) from error
        if len(ids) > 1:
            raise ValueError(
                told(
                    "Several participants are of this actor ({named}); write the id instead.",
                    named=", ".join(ids[:5]),
                )
            )
        return ids[0]

    def _remarks(self, record: Record, one: str, other: str) -> Iterator[tuple[Remark, str]]:
        """What a row says, each with the field that it stands in."""
        a, b = sorted((one, other))
        missing = self._attendance(record, one, other)
        if missing is not None:
            yield Remark(a, b, Attendance(missing)), "held" if "held" in record.cells else "missing"
        for side, by in (("a", one), ("b", other)):
            value = record.parsed(f"rating_{side}", rating, None)
            if value is not None:
                yield Remark(a, b, Rating(value), by), f"rating_{side}"
            why = record.parsed(f"reason_{side}", reason, None)
            words = record.text(f"words_{side}")
            if words and why is None and not record.has_rejected(f"reason_{side}"):
                why_not = told("These words have no reason beside them. Give one; “other” will do.")
                record.reject(record.header(f"words_{side}"), words, why_not)
            elif why is not None:
                made = _tried(record, f"words_{side}", NoGood, why, words)
                if made is not None:
                    yield Remark(a, b, made, by), f"reason_{side}"
            later = record.parsed(f"came_of_{side}", came_of, None)
            on = self._day(record, f"came_of_on_{side}", needed=f"came_of_{side}")
            if later is not None and on is not None:
                yield Remark(a, b, FollowUp(later, on), by), f"came_of_{side}"
        yield from self._of_both(record, a, b)

    def _of_both(self, record: Record, a: str, b: str) -> Iterator[tuple[Remark, str]]:
        level = record.parsed("commitment", values.commitment, None)
        on = self._day(record, "commitment_on", needed="commitment")
        title = record.text("title")
        if level is not None and on is not None:
            if self._actor_of.get(a) == self._actor_of.get(b) and a != b:
                why = told("Both participants are of the same actor. A collaboration is between two.")
                record.reject(record.header("commitment"), record.text("commitment"), why)
            made = _tried(record, "title", Committed, level, on, title)
            if made is not None:
                yield Remark(a, b, made), "commitment"
        elif title and "commitment" not in record.cells:
            record.reject(
                record.header("title"), title, told("This title has no commitment beside it. Give its level.")
            )
        company = record.parsed("new_company", self._all.find, None)
        founded = self._day(record, "new_company_on", needed="new_company")
        if company is not None and founded is not None:
            yield Remark(a, b, NewCompany(company, founded)), "new_company"

    def _attendance(self, record: Record, one: str, other: str) -> tuple[str, ...] | None:
        """Who did not show up, nobody for a meeting that was held, ``None`` where nothing is said."""
        met = record.parsed("held", held, None)
        text = record.text("missing")
        if not text:
            if met is False:
                why = told("It was not held. Write under no-show who did not come: A, B, or both.")
                record.reject(record.header("held"), record.text("held"), why)
            return () if met else None
        if met:
            why = told("It was held, so nobody failed to show up. Clear one of the two cells.")
            record.reject(record.header("missing"), text, why)
            return None
        return record.parsed("missing", lambda cell: self._missing(cell, one, other), None)

    def _missing(self, text: str, one: str, other: str) -> tuple[str, ...]:
        plain = values.key(text)
        if plain in (*BOTH, "a b", "a og b", "a and b"):
            return tuple(sorted((one, other)))
        if plain in ("a", "b"):
            return (one if plain == "a" else other,)
        found = self._found(text)
        if found not in (one, other):
            raise ValueError(told("Neither of the two. Write A, B, or both."))
        return (found,)

    def _day(self, record: Record, name: str, *, needed: str) -> date | None:
        """The date of what stands in ``needed``."""
        on = record.parsed(name, values.day, None)
        if on is None:
            if needed in record.cells and not record.has_rejected(name):
                record.reject(
                    record.header(name),
                    "",
                    told("The date of “{named}” is missing.", named=record.text(needed)),
                )
            return None
        if needed not in record.cells:
            if not record.has_rejected(needed):
                why = told("This date has nothing beside it that it is the date of.")
                record.reject(record.header(name), record.text(name), why)
            return None
        if self._known.day is not None and on < self._known.day:
            why = told("Before the event, which began on {day}.", day=self._known.day.isoformat())
            record.reject(record.header(name), record.text(name), why)
        return on


def _tried(record: Record, name: str, make: Callable[..., Made], *values: object) -> Made | None:
    try:
        return make(*values)
    except ValueError as error:
        record.reject(record.header(name), record.text(name), str(error))
        return None


@dataclass(frozen=True, slots=True)
class Template:
    """A table to fill in."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Place of a column to what may be written there."""


def template(
    event: Event,
    attendees: Iterable[Attendee],
    names: Mapping[str, str],
    appointments: Iterable[Appointment],
    outcomes: Iterable[Outcome],
    language: str,
) -> Template:
    """One row a meeting by time, then those that were not scheduled; what is said already is filled in.

    ``names`` are those of actors; persons are not named.
    """
    actor_of = {each.id: each.actor_id for each in attendees}
    of_pair = {frozenset((each.a, each.b)): each for each in outcomes}
    zone, rows, planned = ZoneInfo(event.zone), [], set()
    for each in appointments:
        if each.pair <= actor_of.keys():
            planned.add(each.pair)
            when = each.span.starts.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            rows.append((each.a, each.b, when, each.table))
    rows += [
        (each.a, each.b, "", "")
        for pair, each in of_pair.items()
        if pair not in planned and pair <= actor_of.keys()
    ]
    place = LANGUAGES.index(language)
    fields = tuple(HEADERS)
    filled = []
    for a, b, when, table in rows:
        said = _cells(of_pair.get(frozenset((a, b))), a, b, language)
        said |= {"a": a, "b": b, "time": when, "table": table}
        said |= {"actor_a": names.get(actor_of[a], ""), "actor_b": names.get(actor_of[b], "")}
        filled.append(tuple(said.get(name, "") for name in fields))
    later, reasons = (tuple(each[place] for each in words.values()) for words in (CAME_OF, REASONS))
    choices = {
        "held": (YES[place], NO[place]),
        "missing": ("A", "B", BOTH[place]),
        "commitment": tuple(each[place] for each in COMMITMENTS.values()),
    }
    for side in ("a", "b"):
        choices |= {
            f"rating_{side}": ("1", "2", "3", "4", "5"),
            f"reason_{side}": reasons,
            f"came_of_{side}": later,
        }
    return Template(
        tuple(HEADERS[name][place] for name in fields),
        tuple(filled),
        {fields.index(name): allowed for name, allowed in choices.items()},
    )


def _cells(outcome: Outcome | None, a: str, b: str, language: str) -> dict[str, Value]:
    if outcome is None:
        return {}
    place, cells = LANGUAGES.index(language), dict[str, Value]()
    if outcome.attendance is not None:
        missing = outcome.attendance.missing
        cells["held"] = NO[place] if missing else YES[place]
        if missing:
            cells["missing"] = BOTH[place] if len(missing) > 1 else "A" if missing[0] == a else "B"
    for side, by in (("a", a), ("b", b)):
        if by in outcome.ratings:
            cells[f"rating_{side}"] = outcome.ratings[by].value
        if by in outcome.no_good:
            cells[f"reason_{side}"] = word(REASONS, outcome.no_good[by].reason, language)
            cells[f"words_{side}"] = outcome.no_good[by].words
        if by in outcome.follow_ups:
            cells[f"came_of_{side}"] = word(CAME_OF, outcome.follow_ups[by].came_of, language)
            cells[f"came_of_on_{side}"] = outcome.follow_ups[by].on.isoformat()
    if outcome.committed is not None:
        cells["commitment"] = word(COMMITMENTS, outcome.committed.level, language)
        cells["commitment_on"] = outcome.committed.on.isoformat()
        cells["title"] = outcome.committed.title
    if outcome.new_company is not None:
        cells["new_company"] = outcome.new_company.actor_id
        cells["new_company_on"] = outcome.new_company.on.isoformat()
    return cells
