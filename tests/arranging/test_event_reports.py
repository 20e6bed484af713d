"""What events came to, from the store to the PDF, the workbook and the command line; the outcomes are made up."""

from __future__ import annotations

import json
import string
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from matchmaker.actors import Commitment
from matchmaker.answers import DeclineReason
from matchmaker.cli import main
from matchmaker.errors import EventNotFoundError, EventRejectedError
from matchmaker.events import (
    Attendance,
    CameOf,
    Committed,
    FollowUp,
    Measure,
    NewCompany,
    NoGood,
    Rating,
    Remark,
)
from matchmaker.meetings.following.chain import Step
from matchmaker.meetings.following.followed import Followed
from matchmaker.meetings.following.targets import Course
from matchmaker.reporting import WORDINGS, event_report, write
from matchmaker.reporting.meetings_danish import TEXTS as DANISH
from matchmaker.reporting.meetings_english import TEXTS as ENGLISH
from matchmaker.reporting.pdf import pdf
from matchmaker.reporting.workbook import workbook
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT

LATER = date(2027, 9, 1)
END = date(2028, 3, 1)


@pytest.fixture
def told(arranged: Workspace) -> Workspace:
    """The event with a schedule, two targets and made outcomes of its first eight meetings."""
    plan = arranged.events.schedule(EVENT, who="tests").plan
    remarks = []
    for place, each in enumerate(plan.appointments[:8]):
        a, b = sorted(each.pair)
        remarks += [Remark(a, b, Attendance((a,) if place == 7 else ()))]
        if place < 6:
            remarks.append(Remark(a, b, Rating(2 + place // 2), a))
        if place == 0:
            remarks.append(Remark(a, b, NoGood(DeclineReason.TOO_FAR), a))
        if place in (4, 5):
            remarks.append(Remark(a, b, FollowUp(list(CameOf)[place - 1], LATER), b))
    one = sorted(plan.appointments[4].pair)
    remarks.append(Remark(*one, Committed(Commitment.COMMITTED, date(2027, 11, 1), "Ål & tang <script>")))
    company = sorted(arranged.published().actor_names())[40]
    remarks.append(Remark(*one, NewCompany(company, date(2028, 1, 1))))
    arranged.events.follow_up.say(EVENT, remarks, who="tests")
    arranged.events.follow_up.set_target(
        Measure.COMMITTED, 3, starts=date(2027, 3, 1), months=24, across_groups=True, who="tests"
    )
    arranged.events.follow_up.set_target(
        Measure.NEW_COMPANIES, 1, starts=date(2027, 3, 1), months=24, who="tests"
    )
    return arranged


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_both_catalogues_have_the_same_keys_with_the_same_values_to_fill_in() -> None:
    assert DANISH.keys() == ENGLISH.keys()
    for key in ENGLISH:
        danish, english = (
            {name for _, name, _, _ in string.Formatter().parse(each[key]) if name}
            for each in (DANISH, ENGLISH)
        )
        assert danish == english, key


def test_the_report_counts_what_was_said(told: Workspace) -> None:
    found = told.events.follow_up.report(until=END)
    whole = found.chain.whole
    assert whole.took(Step.HELD) == 7
    # Rated 4 at once and valued later; the other speaks of an agreement that is not entered.
    assert whole.took(Step.VALUED) == 2
    assert whole.took(Step.COMMITTED) == 1
    assert [each.course for each in found.targets] == [Course.OPEN, Course.REACHED]
    assert len(found.unentered) == 1
    assert found.events[0].no_shows == 1
    assert sum(each.took(Step.HELD) for each in found.chain.by_groups.values()) == 7
    assert set(found.chain.by_sub_cluster) <= {"", *found.cluster.labels}


def test_what_came_after_the_day_that_is_asked_for_is_left_out(told: Workspace) -> None:
    found = told.events.follow_up.report(until=date(2027, 10, 1))
    assert found.chain.whole.took(Step.COMMITTED) == 0
    assert found.commitments == ()
    assert told.events.follow_up.report(until=date(2027, 3, 3)).events == ()


def test_targets_count_every_event_whatever_the_report_is_about(told: Workspace) -> None:
    other = told.events.create("Andet møde", zone="Europe/Copenhagen", who="tests").event.id
    found = told.events.follow_up.report([other], until=END)
    assert found.chain.whole.pairs == 0
    assert [each.count for each in found.targets] == [1, 1]


def test_a_window_that_ends_before_it_begins_and_an_unknown_event_are_refused(told: Workspace) -> None:
    with pytest.raises(EventRejectedError, match="Swap them"):
        told.events.follow_up.report(since=END, until=LATER)
    with pytest.raises(EventNotFoundError):
        told.events.follow_up.report(["nowhere"])


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_pdf_says_it_in_words_and_is_the_same_to_the_byte(told: Workspace, language: str) -> None:
    found = told.events.follow_up.report(until=END)
    content = made_pdf(found, language)
    assert content == made_pdf(told.events.follow_up.report(until=END), language)
    text = text_of(content)
    expected = {
        "da": ("Fra forslag til aftale", "Åbent", "Ål & tang <script>", "Sådan er der talt"),
        "en": ("From proposal to agreement", "Open", "Ål & tang <script>", "How it is counted"),
    }
    for words in expected[language]:
        assert words in text
    assert "Deltager 1" not in text


def made_pdf(found: Followed, language: str) -> bytes:
    wording = WORDINGS[language]
    return pdf([write(event_report(found), wording)], wording)


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_empty_event_has_a_report_that_says_so(arranged: Workspace, language: str) -> None:
    other = arranged.events.create("Tomt", zone="Europe/Copenhagen", who="tests").event.id
    found = arranged.events.follow_up.report([other])
    words = {"da": "Der er endnu ingen par at tælle", "en": "There is no pair to count yet"}[language]
    assert words in text_of(made_pdf(found, language))
    assert workbook(event_report(found), WORDINGS[language])
    none = arranged.events.follow_up.report(until=date(1990, 1, 1))
    assert made_pdf(none, language).startswith(b"%PDF")


def test_the_workbook_holds_figures_as_figures_and_no_formula(told: Workspace) -> None:
    book = load_workbook(
        BytesIO(workbook(event_report(told.events.follow_up.report(until=END)), WORDINGS["en"]))
    )
    steps = book["Step by step"]
    rows = {row[0]: row[1:] for row in steps.iter_rows(min_row=2, values_only=True)}
    assert rows["Held"][0] == 7
    assert rows["Committed"][0] == 1
    share = next(cell for cell in steps["E"] if isinstance(cell.value, float))
    assert share.number_format == "0%"
    assert [cell.value for cell in steps[1]][-2:] == ["95\u00a0% interval, from", "95\u00a0% interval, to"]
    assert {"In brief", "Targets and where they stand", "Commitments", "New companies"} <= set(
        book.sheetnames
    )
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_commands_say_take_back_list_and_report(
    arranged: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--workspace", str(arranged.folder), "event"]

    def run(*arguments: str) -> str:
        assert main([*where, *arguments]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    said = ["outcomes", EVENT, "p2", "p1"]
    assert run(*said, "held") == "p1 and p2: held\n"
    assert "(nothing new)" in run(*said, "held")
    run(*said, "rated", "4", "--by", "p1")
    run(*said, "no-good", "too_far", "--by", "p2", "--words", "Fire timer")
    run(*said, "came-of", "negotiation_started", "--by", "p1", "--on", "2027-09-01")
    assert "Now run: matchmaker build" in run(*said, "committed", "project", "--on", "2027-11-01")
    listed = run("outcomes", EVENT)
    assert "not in the schedule" in listed
    assert "rated 4 by p1" in listed
    assert "Taken back: p1 and p2: project" in run(*said, "--undo")
    (item,) = json.loads(run("outcomes", EVENT, "--json"))["items"]
    assert (item["ratings"], item["committed"], item["spontaneous"]) == ({"p1": 4}, None, True)
    blank = tmp_path / "blank.xlsx"
    assert "meetings to fill in" in run("outcomes", EVENT, "--template", str(blank), "--language", "da")
    assert "0 new, 0 changed" in run("outcomes", EVENT, "--import", str(blank))
    run("targets", "add", "held", "--goal", "5", "--starts", "2027-03-01", "--months", "12")
    assert "1 so far" in run("targets", "list", "--on", "2027-09-02")
    figures = json.loads(run("report", EVENT, "--until", "2028-01-01", "--json"))
    assert {each["step"]: each["took"] for each in figures["chain"]["steps"]}["held"] == 1
    assert "Muligt" in run("report", "--until", "2028-01-01", "--language", "da")
    for name in ("report.pdf", "report.xlsx"):
        run("report", EVENT, "--until", "2028-01-01", "--output", str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 5000
    assert "Removed: held" in run("targets", "remove", "held")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["p1", "p2"], 2, "Say one of"),
        (["p1", "p2", "danced"], 2, "Say one of"),
        (["p1", "p2", "rated", "9", "--by", "p1"], 2, "1 to 5"),
        (["p1", "p2", "rated", "4"], 1, "Say whose judgement"),
        (["p1", "p2", "came-of", "valuable_contact", "--by", "p1"], 2, "--on 2027-09-01"),
        (["p1", "p2", "held", "--title", "x"], 2, "--title goes with committed"),
        (["p1", "p99", "held"], 1, "p99"),
        (["p1", "--undo"], 2, "--undo takes two"),
        (["p1", "p2", "--undo"], 1, "Nothing is said"),
    ],
)
def test_a_wrong_command_says_what_to_do(
    arranged: Workspace, arguments: list[str], status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--workspace", str(arranged.folder), "event", "outcomes", EVENT, *arguments]) == status
    assert told in " ".join(capsys.readouterr().err.split())
