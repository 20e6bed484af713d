"""Agendas as rows for spreadsheets: every meeting once, and what each participant, table, desk and door sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.exports import Value
from matchmaker.meetings.agendas import Agenda, Agendas, Entry, Party, Seating
from matchmaker.reporting.agendas.wordings import Written


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under a heading, in the language of the agendas."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


SHEETS = ("meetings", "participants", "tables", "desk", "door", "left-out")


def sheets(agendas: Agendas, only: Iterable[str] = ()) -> Mapping[str, Sheet]:
    """All the sheets by name; with ``only``, ids of participants, the rows that are about these, on the sheets that have any.

    Addresses are on the desk's sheet alone, and only where the agendas hold them.
    """
    written, wanted = Written(agendas.event, agendas.language), frozenset(only)
    made = {
        "meetings": _meetings(agendas, written, wanted),
        "participants": _participants(agendas, written, wanted),
        "tables": _tables(agendas, written),
        "desk": _desk(agendas, written),
        "door": _door(agendas, written),
        "left-out": _left_out(agendas, written),
    }
    # A list with one participant's rows alone would be theirs to keep, and wishes left out are for the organiser.
    return {name: made[name] for name in (("meetings", "participants") if wanted else SHEETS)}


def _sheet(name: str, written: Written, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Sheet:
    words = written.words
    return Sheet(
        words(f"agenda.sheet.{name}"),
        tuple(words(f"agenda.column.{each}") for each in columns),
        tuple(tuple(each) for each in rows),
    )


WHEN = ("date", "starts", "ends")
BOTH = ("one", "one_persons", "other", "other_persons")


def _when(entry: Entry | Seating, written: Written) -> tuple[Value, Value, Value]:
    starts, ends = written.local(entry.span.starts), written.local(entry.span.ends)
    return starts.date(), starts.time(), ends.time()


def _clock(at: datetime, written: Written) -> datetime:
    """A moment by the clock of the place: sheets know no zones."""
    return written.local(at).replace(tzinfo=None)


def _both(seating: Seating, written: Written) -> tuple[Value, ...]:
    return tuple(
        text for party in (seating.a, seating.b) for text in (party.name, written.persons(party.persons))
    )


def _has(wanted: frozenset[str], *those: Party) -> bool:
    return not wanted or any(each.attendee_id in wanted for each in those)


def _meetings(agendas: Agendas, written: Written, wanted: frozenset[str]) -> Sheet:
    rows = (
        (*_when(each, written), each.table, *_both(each, written))
        for sheet in agendas.slots
        for each in sheet.seatings
        if _has(wanted, each.a, each.b)
    )
    return _sheet("meetings", written, (*WHEN, "table", *BOTH), rows)


def _participants(agendas: Agendas, written: Written, wanted: frozenset[str]) -> Sheet:
    columns = ("number", "participant", "persons", *WHEN, "what", "table", "meets", "their_persons", "why")
    rows = (row for each in agendas.participants if _has(wanted, each.party) for row in _day(each, written))
    return _sheet("participants", written, columns, rows)


def _day(agenda: Agenda, written: Written) -> Iterator[tuple[Value, ...]]:
    party = agenda.party
    for each in agenda.entries:
        who = (each.other.name, written.persons(each.other.persons)) if each.other else ("", "")
        yield (
            party.number,
            party.name,
            written.persons(party.persons),
            *_when(each, written),
            written.words(f"agenda.{each.kind.value}"),
            each.table,
            *who,
            " | ".join(written.why_line(why) for why in each.whys),
        )


def _tables(agendas: Agendas, written: Written) -> Sheet:
    rows = (
        (sheet.table, *_when(each, written), *_both(each, written))
        for sheet in agendas.tables
        for each in sheet.seatings
    )
    return _sheet("tables", written, ("table", *WHEN, *BOTH), rows)


def _desk(agendas: Agendas, written: Written) -> Sheet:
    addresses = any(each.addresses for each in agendas.participants)
    asked = ("addresses",) if addresses else ()
    columns = ("number", "participant", "persons", *asked, "arrives", "first", "table", "meetings")
    rows: list[tuple[Value, ...]] = []
    for each in agendas.participants:
        first = each.meetings[0] if each.meetings else None
        rows.append(
            (
                each.party.number,
                each.party.name,
                written.persons(each.party.persons),
                *([", ".join(each.addresses)] if addresses else []),
                _clock(each.arrives, written) if each.arrives else "",
                _clock(first.span.starts, written) if first else "",
                first.table if first else "",
                len(each.meetings),
            )
        )
    return _sheet("desk", written, columns, rows)


def _door(agendas: Agendas, written: Written) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    for sheet in agendas.slots:
        where = [(party, each) for each in sheet.seatings for party in (each.a, each.b)]
        for party, each in sorted(where, key=lambda entry: entry[0].number):
            rows.append((*_when(each, written), party.name, written.persons(party.persons), each.table))
    return _sheet("door", written, (*WHEN, "participant", "persons", "table"), rows)


def _left_out(agendas: Agendas, written: Written) -> Sheet:
    words = written.words
    rows = (
        (
            each.a.name,
            written.persons(each.a.persons),
            each.b.name,
            written.persons(each.b.persons),
            words("agenda.yes" if each.must else "agenda.no"),
            words.either(f"agenda.left_out.{each.reason}", each.reason),
        )
        for each in agendas.left_out
    )
    return _sheet("left-out", written, (*BOTH, "must", "reason"), rows)
