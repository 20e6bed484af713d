"""Agendas as PDF pages: tagged, with the typesetter's own fonts, the same bytes for the same version and build."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import typst

from matchmaker.alphabet import name_key
from matchmaker.meetings.agendas import Agenda, Agendas, Entry, EntryKind, Party, Seating, Why
from matchmaker.reporting.agendas.wordings import Written
from matchmaker.reporting.letters import FONTS, breakable, settable

TEMPLATE = Path(__file__).with_name("agendas.typ")
For = Literal["participants", "tables", "desk", "door"]
"""Whom pages are for."""
TITLES: Mapping[For, str] = {
    "participants": "agenda.title",
    "tables": "agenda.title.tables",
    "desk": "agenda.title.desk",
    "door": "agenda.title.door",
}


def pdf(agendas: Agendas, what: For, only: Collection[str] = ()) -> bytes:
    """Pages for participants, tables, the desk or the door; each participant, table and slot begins on a new page.

    ``only`` are ids of participants, or names of tables; empty means all. Nothing is fetched, no font of the machine is used
    and no clock is read: the time in the file is that of the version.
    """
    sheets = {"participants": _participants, "tables": _tables, "desk": _desk, "door": _door}[what]
    return _set(agendas, what, [each for key, each in sheets(agendas) if not only or key in only])


def _set(agendas: Agendas, what: For, sheets: Sequence[dict[str, Any]]) -> bytes:
    written = Written(agendas.event, agendas.language)
    made = agendas.made.astimezone(UTC)
    title = written.words("agenda.title.one" if what == "participants" and len(sheets) == 1 else TITLES[what])
    content = {
        "kind": what,
        "language": agendas.language,
        "title": f"{agendas.event.name}: {title}",
        "made": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "fonts": FONTS,
        "name": "Matchmaker",
        "sheets": sheets,
    }
    # Every word reaches the typesetter as data, never as markup.
    done = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"agendas": json.dumps(breakable(settable(content)), ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(made.timestamp()),
    )
    if not isinstance(done, bytes):
        raise TypeError("The typesetter gave no PDF.")
    return done


def _frame(agendas: Agendas, written: Written) -> dict[str, Any]:
    """What stands at the head and the foot of every page."""
    spans = [each.span for each in agendas.slots]
    event = agendas.event
    return {
        "language": written.words.language,
        "event": event.name,
        "place": ", ".join(each for each in (event.place, written.days(spans)) if each),
        "version": written.version(agendas),
        "page": written.words("agenda.page", page="{page}", pages="{pages}"),
    }


def _participants(agendas: Agendas) -> Iterable[tuple[str, dict[str, Any]]]:
    by_language = {each.language for each in agendas.participants}
    written = {language: Written(agendas.event, language) for language in by_language}
    frames = {language: _frame(agendas, each) for language, each in written.items()}
    for agenda in agendas.participants:
        words = written[agenda.language]
        yield agenda.party.attendee_id, frames[agenda.language] | _participant(agenda, words)


def _participant(agenda: Agenda, written: Written) -> dict[str, Any]:
    party, meetings = agenda.party, agenda.meetings
    told = [written.words.count("agenda.meetings", len(meetings))] if meetings else []
    if meetings:
        first = meetings[0]
        time = written.clock(first.span.starts)
        told.append(written.words("agenda.first", time=time, table=first.table))
    return {
        "number": written.words("agenda.number", number=party.number),
        "name": party.name,
        "persons": written.persons(party.persons),
        "told": " · ".join(told) or written.words("agenda.no_meetings"),
        "free": not meetings,
        "days": _by_day(agenda.entries, written, lambda each: _entry(each, written)),
    }


def _by_day(
    entries: Sequence[Any], written: Written, shown: Callable[[Any], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Entries under the day that they begin on; a single day stands at the head of the page already."""
    days = groupby(entries, key=lambda each: written.day(each.span.starts))
    found = [{"heading": day, "entries": [shown(each) for each in those]} for day, those in days]
    return found if len(found) > 1 else [each | {"heading": ""} for each in found]


def _entry(entry: Entry, written: Written) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": entry.kind.value, "time": written.times(entry.span)}
    if entry.kind is not EntryKind.MEETING or entry.other is None:
        return shown | {"words": written.words(f"agenda.{entry.kind.value}")}
    other = entry.other
    quoted = {text for why in entry.whys for text in (why.ours, why.theirs)}
    return shown | {
        "table": entry.table,
        "name": other.name,
        "group": written.words(f"agenda.group.{other.group.value}"),
        "persons": written.persons(other.persons),
        "whys": [_why(why, written) for why in entry.whys],
        "profile": [
            {"words": written.words(key), "texts": texts}
            for key, texts in (
                ("agenda.offers", [each for each in other.offers if each not in quoted]),
                ("agenda.seeks", [each for each in other.seeks if each not in quoted]),
            )
            if texts
        ],
    }


def _why(why: Why, written: Written) -> dict[str, Any]:
    quotes = written.quotes(why)
    return {
        "words": written.why(why),
        "quotes": [{"who": who, "text": text} for who, text in quotes],
        "names": "" if quotes else ", ".join(why.names),
    }


def _tables(agendas: Agendas) -> Iterable[tuple[str, dict[str, Any]]]:
    written = Written(agendas.event, agendas.language)
    frame = _frame(agendas, written)
    for sheet in agendas.tables:
        yield (
            sheet.table,
            frame
            | {
                "name": sheet.table,
                "told": written.words.count("agenda.meetings", len(sheet.seatings)),
                "days": _by_day(sheet.seatings, written, lambda each: _seating(each, written)),
            },
        )


def _seating(seating: Seating, written: Written) -> dict[str, Any]:
    return {
        "time": written.times(seating.span),
        "parties": [
            {"name": each.name, "persons": written.persons(each.persons)} for each in (seating.a, seating.b)
        ],
    }


def _desk(agendas: Agendas) -> Iterable[tuple[str, dict[str, Any]]]:
    """One sheet with two lists: by organisation, and by person, since people give either name when they arrive."""
    written = Written(agendas.event, agendas.language)
    words = written.words
    several = len({written.local(each.span.starts).date() for each in agendas.slots}) > 1
    addresses = any(each.addresses for each in agendas.participants)
    columns = [
        "number",
        "participant",
        "persons",
        *(["addresses"] if addresses else []),
        "arrives",
        "first",
        "meetings",
    ]
    persons = sorted(
        (name_key(person.name), each.party.number, person.name, each.party.name)
        for each in agendas.participants
        for person in each.party.persons
    )
    yield (
        "",
        _frame(agendas, written)
        | {
            "name": words("agenda.title.desk"),
            "headings": [words("agenda.by_participant"), words("agenda.by_person")],
            "columns": [words(f"agenda.column.{each}") for each in columns],
            "rows": [_desk_row(each, written, several, addresses) for each in agendas.participants],
            "person_columns": [
                words(f"agenda.column.{each}") for each in ("person", "participant", "number")
            ],
            "persons": [[name, actor, str(number)] for _, number, name, actor in persons],
        },
    )


def _desk_row(agenda: Agenda, written: Written, several: bool, addresses: bool) -> list[str | list[str]]:
    def moment(entry: Entry | None) -> str:
        if entry is None:
            return "–"
        time = written.clock(entry.span.starts)
        return f"{written.local(entry.span.starts):%d.%m.} {time}" if several else time

    meetings = agenda.meetings
    first = meetings[0] if meetings else None
    return [
        str(agenda.party.number),
        agenda.party.name,
        [written.persons([each]) for each in agenda.party.persons],
        *([list(agenda.addresses)] if addresses else []),
        moment(agenda.entries[0] if agenda.entries else None),
        f"{moment(first)} · {first.table}" if first else "–",
        str(len(meetings)),
    ]


def _door(agendas: Agendas) -> Iterable[tuple[str, dict[str, Any]]]:
    written = Written(agendas.event, agendas.language)
    frame = _frame(agendas, written)
    for sheet in agendas.slots:
        where = sorted(
            ((party, seating.table) for seating in sheet.seatings for party in (seating.a, seating.b)),
            key=lambda entry: entry[0].number,
        )
        yield (
            written.times(sheet.span),
            frame
            | {
                "name": written.times(sheet.span),
                "told": " · ".join(each for each in (written.day(sheet.span.starts), sheet.session) if each),
                "rows": [_place(party, table) for party, table in where],
            },
        )


def _place(party: Party, table: str) -> dict[str, str]:
    return {"name": party.name, "persons": ", ".join(each.name for each in party.persons), "table": table}
