"""From a kept schedule to files: agendas with reasons, calendars through versions, and the command."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar
from pypdf import PdfReader

from matchmaker.cli import cli
from matchmaker.errors import EventNotFoundError, EventRejectedError
from matchmaker.meetings.feeds import CalendarEntry
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT


@pytest.fixture
def scheduled(arranged: Workspace) -> Workspace:
    """The event with a first version of its schedule."""
    arranged.events.schedule(EVENT, who="tests")
    return arranged


def run(workspace: Workspace, *words: str) -> str:
    done = CliRunner().invoke(
        cli, ["--workspace", str(workspace.folder), "event", "agendas", EVENT, *words], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def refused(workspace: Workspace, *words: str) -> str:
    done = CliRunner().invoke(cli, ["--workspace", str(workspace.folder), "event", "agendas", EVENT, *words])
    assert done.exit_code != 0
    return done.output + str(done.exception)


def test_reasons_are_those_of_the_match_told_from_either_side(scheduled: Workspace) -> None:
    made = scheduled.events.handouts.agendas(EVENT, language="da")
    told = {
        (agenda.party.attendee_id, each.other.attendee_id): each.whys
        for agenda in made.participants
        for each in agenda.meetings
        if each.other
    }
    turned = {"request_meets_offer": "offer_meets_request", "offer_meets_request": "request_meets_offer"}
    quoted = 0
    for (reader, other), whys in told.items():
        mirrored = told[other, reader]
        assert [(turned.get(each.kind, each.kind), each.theirs, each.ours) for each in whys] == [
            (each.kind, each.ours, each.theirs) for each in mirrored
        ]
        quoted += any(each.ours and each.theirs for each in whys)
        assert len(whys) <= 3
    assert quoted > 0.6 * len(told)
    actor_of = {each.party.attendee_id: each.party.actor_id for each in made.participants}
    texts = {each.id: " ".join((each.description, *(o.text for o in each.offers), *(o.text for o in each.requests)))
             for each in (scheduled.actor(actor_id) for actor_id in actor_of.values())}  # fmt: skip
    words = [
        (texts[actor_of[reader]], each.ours)
        for (reader, _), whys in told.items()
        for each in whys
        if each.kind in turned
    ]
    assert words
    assert all(" ".join(sentence.split())[:20] in " ".join(text.split()) for text, sentence in words)


def test_every_meeting_of_the_version_is_in_exactly_two_agendas(scheduled: Workspace) -> None:
    version = scheduled.events.version(EVENT)
    assert version is not None
    made = scheduled.events.handouts.agendas(EVENT)
    told = [
        (frozenset((agenda.party.attendee_id, each.other.attendee_id)), each.span, each.table)
        for agenda in made.participants
        for each in agenda.meetings
        if each.other
    ]
    wanted = [(each.pair, each.span, each.table) for each in version.plan.appointments]
    assert len(told) == 2 * len(wanted)
    assert set(told) == set(wanted)


def test_without_a_build_agendas_have_no_reasons_and_everything_else(
    scheduled: Workspace, tmp_path: Path
) -> None:
    before = scheduled.events.handouts.agendas(EVENT)
    (scheduled.folder / "builds").rename(tmp_path / "elsewhere")
    with Workspace.open(scheduled.folder) as unbuilt:
        after = unbuilt.events.handouts.agendas(EVENT)
        run(unbuilt, "--output", str(tmp_path / "a.pdf"))
    assert [each.party for each in after.participants] == [each.party for each in before.participants]
    assert not any(each.whys for agenda in after.participants for each in agenda.meetings)
    assert after.tables == before.tables
    text = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert "offer what you look for" not in text
    assert "Offers:" in text


def test_an_event_without_a_schedule_and_a_version_that_is_not_there_are_refused(arranged: Workspace) -> None:
    with pytest.raises(EventRejectedError, match="event schedule"):
        arranged.events.handouts.agendas(EVENT)
    arranged.events.schedule(EVENT, who="tests")
    with pytest.raises(EventRejectedError, match="no version 7"):
        arranged.events.handouts.agendas(EVENT, 7)
    with pytest.raises(EventNotFoundError):
        arranged.events.handouts.agendas("nowhere")


def test_a_participant_who_is_taken_away_is_in_no_agenda_and_their_meetings_are_off(
    scheduled: Workspace,
) -> None:
    made = scheduled.events.handouts.agendas(EVENT)
    gone = next(each for each in made.participants if each.meetings)
    met = [each.other.attendee_id for each in gone.meetings if each.other]
    scheduled.events.attend(EVENT, [], [gone.party.attendee_id], who="tests")
    after = scheduled.events.handouts.agendas(EVENT)
    assert after.of(gone.party.attendee_id) is None
    shown = {
        each.other.attendee_id for agenda in after.participants for each in agenda.meetings if each.other
    }
    shown |= {
        party.attendee_id for sheet in after.slots for each in sheet.seatings for party in (each.a, each.b)
    }
    assert shown
    assert gone.party.attendee_id not in shown
    off = [each for each in scheduled.events.handouts.calendar_entries(EVENT) if each.cancelled]
    assert sorted(each.other(gone.party.attendee_id) for each in off) == sorted(met)


def test_a_meeting_that_went_with_a_participant_comes_back_to_calendars_with_them(
    scheduled: Workspace,
) -> None:
    """A calendar program keeps what has the highest SEQUENCE (RFC 5546, 2.1.5)."""

    def entries() -> dict[str, CalendarEntry]:
        return {each.uid: each for each in scheduled.events.handouts.calendar_entries(EVENT)}

    events, before = scheduled.events, entries()
    gone = next(each for each in events.handouts.agendas(EVENT).participants if each.meetings)
    one = gone.party.attendee_id
    were = events.take_away(EVENT, one, who="tests")
    off = entries()
    assert events.put_back(EVENT, were, who="tests").back == (one,)
    back = entries()
    for uid, each in before.items():
        is_theirs = one in (each.a, each.b)
        assert (off[uid].cancelled, back[uid].cancelled) == (is_theirs, False)
        assert (each.sequence < off[uid].sequence < back[uid].sequence) == is_theirs
        assert each.changed <= off[uid].changed <= back[uid].changed
        assert is_theirs or back[uid] == each
        assert (back[uid].span, back[uid].table) == (each.span, each.table)


def test_a_newer_calendar_knows_every_meeting_of_an_older_one(scheduled: Workspace, tmp_path: Path) -> None:
    attendees = scheduled.events.attendees(EVENT)
    one = attendees[0].id
    run(scheduled, "--output", str(tmp_path / "first.ics"), "--participant", one)
    scheduled.events.attend(EVENT, [], [each.id for each in attendees[12:16]], who="tests")
    scheduled.events.schedule(EVENT, seed=5, who="tests")
    run(scheduled, "--output", str(tmp_path / "second.ics"), "--participant", one)
    first, second = (
        {str(each["uid"]): each for each in Calendar.from_ical((tmp_path / name).read_bytes()).walk("VEVENT")}
        for name in ("first.ics", "second.ics")
    )
    assert first.keys() <= second.keys()
    for uid, each in first.items():
        same = (each["dtstart"].dt, str(each["location"]), "CONFIRMED")
        later = second[uid]
        moved = same != (later["dtstart"].dt, str(later["location"]), str(later["status"]))
        assert (later["sequence"] > each["sequence"]) == moved
    made = scheduled.events.handouts.agendas(EVENT).of(one)
    assert made is not None
    held = {each["dtstart"].dt for each in second.values() if str(each["status"]) == "CONFIRMED"}
    assert held == {each.span.starts for each in made.meetings}


def test_a_folder_and_a_zip_hold_a_pdf_and_a_calendar_each(scheduled: Workspace, tmp_path: Path) -> None:
    run(scheduled, "--output", str(tmp_path / "each"), "--language", "da")
    run(scheduled, "--output", str(tmp_path / "each.zip"), "--language", "da")
    names = sorted(each.name for each in (tmp_path / "each").iterdir())
    assert len(names) == 48
    assert names[0].startswith("001-")
    with zipfile.ZipFile(tmp_path / "each.zip") as bundle:
        assert sorted(bundle.namelist()) == names
        for name in names:
            assert bundle.read(name) == (tmp_path / "each" / name).read_bytes()
    pages = PdfReader(BytesIO((tmp_path / "each" / names[1]).read_bytes())).pages
    assert "Nr. 1" in pages[0].extract_text()


def test_the_command_writes_what_the_ending_says_and_tells_so(scheduled: Workspace, tmp_path: Path) -> None:
    told = json.loads(run(scheduled, "--output", str(tmp_path / "door.pdf"), "--for", "door", "--json"))
    assert told == {"event": EVENT, "version": 1, "output": str(tmp_path / "door.pdf"), "files": 1}
    assert "Version 1" in run(scheduled, "--output", str(tmp_path / "all.xlsx"))
    run(scheduled, "--output", str(tmp_path / "m.csv"), "--for", "meetings", "--language", "da")
    version = scheduled.events.version(EVENT)
    assert version is not None
    lines = (tmp_path / "m.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Dato,Start,Slut,Bord,Deltager 1")
    assert len(lines) == 1 + len(version.plan.appointments)
    assert len(run(scheduled, "--output", str(tmp_path / "t.zip"), "--for", "tables")) > 0
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--output", "a.doc"), "must end in"),
        (("--output", "a.ics"), "--participant"),
        (("--output", "a.pdf", "--for", "meetings"), ".csv or .xlsx"),
        (("--output", "a.zip", "--for", "door"), "one file"),
        (("--output", "a.pdf", "--for", "door", "--participant", "p1"), "--for participants"),
        (("--output", "a.pdf", "--with-addresses"), "--for desk"),
        (("--output", "a.csv", "--participant", "p999"), "No participant"),
        (("--output", "nowhere/a.pdf"), "make it first"),
        (("--output", "a.pdf", "--version", "9"), "no version 9"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do_and_nothing_is_written(
    scheduled: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert said in refused(scheduled, *words)
    assert list(here.iterdir()) == []
