"""Pages, calendars and sheets of an event: what each says, whom it says it to, and what no name can do to it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader

from matchmaker.events import THERE_IS_ROOM, Attendee, LeftOut, Person, Session
from matchmaker.meetings.agendas import Agendas
from matchmaker.meetings.feeds import Past, calendar_entries
from matchmaker.meetings.solver.unplaced import REASONS
from matchmaker.reporting.agendas import WORDINGS, For, Written, calendar, pdf, sheets, workbook
from matchmaker.reporting.letters import BOX, _letters, settable
from tests.meetings.handed_out import HOSTILE, MADE, attendees, event, handed_out, plan, round_robin

NAMES = ("Birk Bio", "Æble & Co", "Ålborg Å", "Kløverkilden", "Nordtang", "Ærø Energi")
PAIRS = [(0, "p1", "p2"), (0, "p3", "p4"), (1, "p1", "p3"), (4, "p2", "p5")]


@cache
def small(language: str = "da") -> Agendas:
    return handed_out(
        NAMES, PAIRS, language=language, left_out=[LeftOut("p5", "p6", "cap_reached", must=True)]
    )


def pages_of(content: bytes) -> list[str]:
    """Texts of the pages, without the places where a long word may be broken."""
    pages = PdfReader(BytesIO(content)).pages
    return [" ".join(page.extract_text().replace("\xad", "").split()) for page in pages]


def events_of(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def fed(made: Agendas, of: str, *pairs: list[tuple[int, str, str]]) -> bytes:
    """The calendar of one participant after these versions."""
    pasts = [
        Past(number, MADE + timedelta(days=number), plan(made.event, each))
        for number, each in enumerate(pairs, 1)
    ]
    there = {each.party.attendee_id for each in made.participants}
    agenda = made.of(of)
    assert agenda is not None
    return calendar(made, agenda, calendar_entries(made.event.id, pasts, there))


def test_both_catalogues_have_the_same_keys_and_places_for_values() -> None:
    danish, english = WORDINGS["da"].texts, WORDINGS["en"].texts
    assert danish.keys() == english.keys()
    for key in danish:
        assert sorted(re.findall(r"{\w+}", danish[key])) == sorted(re.findall(r"{\w+}", english[key]))


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="da, en"):
        Written(event(), "de")


def test_each_participant_has_a_page_with_whom_why_where_and_when() -> None:
    pages = pages_of(pdf(small(), "participants"))
    assert len(pages) == len(NAMES)
    (page,) = [each for each in pages if "Birk Bio Nr. 1 Person 1 (direktør)" in each]
    for told in (
        "Forårsmøde",
        "Tinghallen, Viborg, torsdag 4. marts 2027",
        "2 møder · Første møde: 09:00, Bord 1",
        "09:00–09:20 Bord 1 Æble & Co",
        "Person 2 (direktør)",
        "De tilbyder det, I søger. De: “ord fra p2.” I: “ord fra p1.”",
        "Tilbyder: tilbud 2",
        "Søger: ønske 2",
        "09:50–11:50 Fri",
        "11:50–13:00 Pause",
        "Version 3 af tidsplanen, 1. marts 2027 kl. 13:30",
        "Side 1 af 1",
    ):
        assert told in page, told


def test_nobody_finds_the_meetings_or_the_words_of_others() -> None:
    pages = pages_of(pdf(small(), "participants", ["p1"]))
    assert len(pages) == 1
    for foreign in ("Nordtang", "Kløverkilden", "Person 4", "fra p4", "@"):
        assert foreign not in pages[0]
    assert "Nordtang" not in fed(small(), "p1", PAIRS).decode()
    rows = sheets(small(), ["p1"])
    assert set(rows) == {"meetings", "participants"}
    assert "Nordtang" not in repr(rows)


def test_a_participants_own_language_is_used() -> None:
    who = attendees(NAMES)
    who[1] = replace(who[1], language="en")
    made = handed_out(NAMES, PAIRS, who=who)
    pages = pages_of(pdf(made, "participants"))
    (english,) = [each for each in pages if "They offer what you look for" in each]
    assert "Æble & Co No. 4 Person 2 (direktør)" in english
    assert "Free" in english
    assert sum("De tilbyder det, I søger" in each for each in pages) == 4
    assert b"SUMMARY:Meeting with Birk Bio" in fed(made, "p2", PAIRS)


@pytest.mark.parametrize(
    ("what", "language", "told"),
    [
        ("tables", "da", ["Bord 1 3 møder", "09:00–09:20 Birk Bio"]),
        ("tables", "en", ["Bord 1 3 meetings"]),
        ("desk", "da", ["Efter organisation", "09:00 · Bord 1", "Efter person", "Person 6 Ærø Energi"]),
        ("desk", "en", ["By organisation", "First meeting"]),
        ("door", "da", ["09:00–09:20 torsdag 4. marts 2027 · Formiddag", "Birk Bio"]),
        ("door", "en", ["Thursday 4 March 2027"]),
    ],
)
def test_tables_desk_and_door_have_pages_of_their_own(what: For, language: str, told: list[str]) -> None:
    text = " ".join(pages_of(pdf(small(language), what)))
    for each in told:
        assert each in text, each
    assert "ord fra" not in text


def test_addresses_are_on_the_desks_list_alone() -> None:
    made = handed_out(NAMES, PAIRS, with_addresses=True)
    assert "p3@example.dk" in " ".join(pages_of(pdf(made, "desk")))
    others: tuple[For, ...] = ("participants", "tables", "door")
    for what in others:
        assert "@" not in " ".join(pages_of(pdf(made, what)))
    assert [name for name, sheet in sheets(made).items() if "@example" in repr(sheet)] == ["desk"]
    assert "@example.dk" not in fed(made, "p1", PAIRS).decode()


def test_the_same_version_gives_the_same_bytes() -> None:
    again = handed_out(NAMES, PAIRS, left_out=[LeftOut("p5", "p6", "cap_reached", must=True)])
    kinds: tuple[For, ...] = ("participants", "tables", "desk", "door")
    for what in kinds:
        assert pdf(small(), what) == pdf(again, what)
    assert fed(small(), "p1", PAIRS) == fed(again, "p1", PAIRS)
    assert workbook(sheets(small()).values(), MADE) == workbook(sheets(again).values(), MADE)


def test_a_pdf_has_the_time_of_its_version_and_is_tagged() -> None:
    reader = PdfReader(BytesIO(pdf(small(), "participants")))
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.replace(tzinfo=UTC) == MADE
    assert reader.trailer["/Root"].get_object()["/MarkInfo"]["/Marked"]


def test_twelve_meetings_with_reasons_fit_on_one_page() -> None:
    names = [f"Virksomheden med et ganske almindeligt navn {place} A/S" for place in range(1, 15)]
    made = handed_out(names, round_robin(14, 12))
    pages = pages_of(pdf(made, "participants"))
    assert len(pages) == 14
    assert all(page.count("De tilbyder det, I søger") == 12 for page in pages)


def test_what_does_not_fit_goes_overleaf_and_pages_are_counted_for_each_participant() -> None:
    long_day = event(sessions=[Session("Dag", datetime(2027, 3, 4, 7), datetime(2027, 3, 4, 21), 20)])
    made = handed_out([f"Navn {place}" for place in range(1, 43)], round_robin(42, 40), of=long_day)
    pages = pages_of(pdf(made, "participants", ["p1", "p2"]))
    assert len(pages) > 2
    firsts = [place for place, page in enumerate(pages) if "Side 1 af" in page]
    assert len(firsts) == 2
    assert f"Side {firsts[1]} af {firsts[1]}" in pages[firsts[1] - 1]
    assert pages[firsts[1] - 1].startswith("Navn 1 · Forårsmøde")
    assert pages[firsts[1]].startswith("Forårsmøde")


@cache
def hostile() -> Agendas:
    who = [
        Attendee(
            f"p{place}", f"a{place}", (Person(f"{name} {place}", "", name),), language=("", "en")[place % 2]
        )
        for place, name in enumerate(HOSTILE, 1)
    ]
    named = event(sessions=[Session(HOSTILE[6], datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 15), 20)])
    tables = tuple(replace(table, name=name) for table, name in zip(named.tables, HOSTILE, strict=False))
    named = replace(named, name=HOSTILE[3] + HOSTILE[7], place=HOSTILE[4] + HOSTILE[5], tables=tables)
    return handed_out(
        HOSTILE, round_robin(10, 9), of=named, who=who, left_out=[LeftOut("p1", "p2", "=1+1", must=False)]
    )


@pytest.mark.parametrize("what", ["participants", "tables", "desk", "door"])
def test_no_name_breaks_a_page_or_is_read_as_markup(what: For) -> None:
    content = pdf(hostile(), what)
    for active in (b"/JavaScript", b"/Launch", b"/URI", b"/SubmitForm"):
        assert active not in content
    text = " ".join(pages_of(content))
    for name in (
        "<script>alert(1)</script>",
        "#strong[bold]",
        "=HYPERLINK(",
        "Æblegård & Øllebrød",
        "Ελλάς",
        "Київ",
    ):
        assert name in text, name
    assert "\u202e" not in text
    assert "🌱" not in text


@pytest.mark.parametrize("what", ["participants", "tables", "desk", "door"])
def test_nothing_leaves_the_page(what: For) -> None:
    ends = []

    def placed(text: str, at: list[float], within: list[float], _font: Any, size: float | None) -> None:
        shown = text.strip("\n\xad ")
        if shown:
            x, y = at[4] + within[4], at[5] + within[5]
            # The width of a W is known to be nine tenths of its size or more; of other letters only the start is.
            ends.append((x, x + 0.9 * (size or 0) * shown.count("W"), y))

    for page in PdfReader(BytesIO(pdf(hostile(), what))).pages:
        page.extract_text(visitor_text=placed)
        assert tuple(page.mediabox[2:]) == pytest.approx((595.28, 841.89), abs=0.1)
    assert max(end - x for x, end, _ in ends) > 40
    assert all(x >= 40 and end <= 550 and 20 <= y <= 825 for x, end, y in ends)


def test_every_letter_of_the_table_can_be_set_and_others_are_not_tried() -> None:
    letters = "".join(sorted(_letters()))
    assert {"æ", "Ø", "ł", "Λ", "Ж", "ש", "☐"} <= _letters()
    who = [
        Attendee("p1", "a1", (Person(letters[place : place + 60]),)) for place in range(0, len(letters), 60)
    ]
    who = [replace(each, id=f"p{place}") for place, each in enumerate(who)]
    assert pdf(handed_out(["Alle bogstaver"], [], who=who), "desk").startswith(b"%PDF-")
    assert settable({"a": ["Gård 🌱", ("東京", 3, None)]}) == {"a": ["Gård ", [BOX * 2, 3, None]]}
    assert settable("🌱") == BOX
    assert settable("e\u0301\u0000\u202e\r\n") == "é  "


def test_a_calendar_says_whom_where_and_when_in_utc() -> None:
    (first, second) = events_of(fed(small(), "p1", PAIRS))
    assert str(first["summary"]) == "Møde med Æble & Co"
    assert first["dtstart"].dt == datetime(2027, 3, 4, 8, tzinfo=UTC)
    assert first["dtend"].dt - first["dtstart"].dt == timedelta(minutes=20)
    assert str(first["location"]) == "Bord 1, Tinghallen, Viborg"
    assert "De tilbyder det, I søger. De: “ord fra p2.” I: “ord fra p1.”" in str(first["description"])
    assert str(first["status"]) == "CONFIRMED"
    assert str(second["summary"]) == "Møde med Ålborg Å"


def test_times_are_right_on_either_side_of_a_clock_change() -> None:
    turn = event(sessions=[Session("Nat", datetime(2027, 3, 28, 1), datetime(2027, 3, 28, 5), 60)])
    made = handed_out(NAMES, [(0, "p1", "p2"), (1, "p1", "p3")], of=turn)
    one, other = events_of(fed(made, "p1", [(0, "p1", "p2"), (1, "p1", "p3")]))
    assert (one["dtstart"].dt.hour, other["dtstart"].dt.hour) == (0, 1)
    assert "01:00–03:00" in pages_of(pdf(made, "participants", ["p1"]))[0]
    assert "03:00–04:00" in pages_of(pdf(made, "participants", ["p1"]))[0]


def test_an_update_keeps_the_uid_moves_the_meeting_and_cancels_what_is_gone() -> None:
    first = PAIRS
    then = [(2, "p1", "p2")]
    before = {str(each["uid"]): each for each in events_of(fed(small(), "p1", first))}
    after = {str(each["uid"]): each for each in events_of(fed(small(), "p1", first, then))}
    assert before.keys() == after.keys()
    moved, gone = sorted(after.values(), key=lambda each: str(each["status"]), reverse=True)
    assert (str(moved["status"]), str(gone["status"])) == ("CONFIRMED", "CANCELLED")
    assert all(before[uid]["sequence"] < after[uid]["sequence"] for uid in after)
    assert moved["dtstart"].dt > before[str(moved["uid"])]["dtstart"].dt
    assert moved["dtstamp"].dt == MADE + timedelta(days=2)
    assert str(gone["description"]) == "Mødet er aflyst."
    assert len(events_of(fed(small(), "p6", first, then))) == 0


def test_no_name_puts_a_line_of_its_own_into_a_calendar() -> None:
    for agenda in hostile().participants:
        content = fed(hostile(), agenda.party.attendee_id, round_robin(10, 9))
        lines = content.decode("utf-8").split("\r\n")
        assert lines.pop() == ""
        assert all(len(each.encode("utf-8")) <= 75 for each in lines)
        assert not re.search("[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]", "".join(lines))
        assert sum(each == "BEGIN:VEVENT" for each in lines) == 9
        assert all(re.match(r" |[A-Z-]+[;:]", each) for each in lines)
        assert "SUMMARY:falsk" not in lines
        assert len(events_of(content)) == 9


def test_a_workbook_has_a_sheet_for_each_purpose_and_no_formula() -> None:
    made = hostile()
    content = workbook(sheets(made).values(), MADE)
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == [
        "Møder",
        "Deltageres planer",
        "Borde",
        "Deltagere",
        "Hvem er hvor",
        "Ikke lagt",
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert not any(isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@")) for cell in cells)
    assert book["Møder"].max_row == 1 + 45
    assert book["Ikke lagt"].max_row == 2


def test_rows_say_what_pages_say() -> None:
    made = sheets(small())
    assert made["meetings"].rows[0] == (
        date(2027, 3, 4),
        time(9),
        time(9, 20),
        "Bord 1",
        "Birk Bio",
        "Person 1 (direktør)",
        "Æble & Co",
        "Person 2 (direktør)",
    )
    assert len(made["meetings"].rows) == len(PAIRS)
    assert made["left-out"].rows[0][-2:] == ("ja", "en af dem har så mange møder, som de højst må have")
    assert made["desk"].rows[0][:4] == (1, "Birk Bio", "Person 1 (direktør)", datetime(2027, 3, 4, 9))
    assert sheets(small("en"))["left-out"].columns[-1] == "Reason"


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("reason", [*REASONS, THERE_IS_ROOM])
def test_every_reason_of_a_wish_without_a_meeting_has_words(language: str, reason: str) -> None:
    made = handed_out(NAMES, PAIRS, language=language, left_out=[LeftOut("p5", "p6", reason, must=False)])
    said = WORDINGS[language].texts.get(f"agenda.left_out.{reason}")
    assert said
    assert sheets(made)["left-out"].rows[0][-1] == said


def test_a_workbook_holds_no_time_but_that_of_the_version() -> None:
    content = workbook(sheets(small()).values(), MADE)
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert {each.date_time for each in package.infolist()} == {(2027, 3, 1, 12, 30, 4)}
        assert b"2027-03-01T12:30:05Z" in package.read("docProps/core.xml")


def test_an_event_without_any_meeting_has_pages_that_say_so() -> None:
    made = handed_out(NAMES[:2], [])
    assert all("Ingen møder er lagt endnu." in page for page in pages_of(pdf(made, "participants")))
    assert "Birk Bio" in " ".join(pages_of(pdf(made, "desk")))
    assert sheets(made)["meetings"].rows == ()
