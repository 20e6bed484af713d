"""Outcomes go into a sheet and come back from it: filled in by hand, twice, in either language, or refused all together."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matchmaker.actors import Commitment
from matchmaker.answers import DeclineReason
from matchmaker.arranging.outcome_sheet import write_template
from matchmaker.errors import ImportRejectedError, SourceError
from matchmaker.events import (
    Attendance,
    Attendee,
    CameOf,
    Committed,
    FollowUp,
    NewCompany,
    NoGood,
    Rating,
    Remark,
)
from matchmaker.exports import write_rows
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT

LATER = date(2027, 9, 1)


def table(folder: Path, headers: Sequence[str], *rows: Sequence[str]) -> Path:
    path = folder / "outcomes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([headers, *rows])
    return path


def everything(workspace: Workspace) -> list[Remark]:
    return [each.remark for each in workspace.events.follow_up.said(EVENT)]


def test_a_danish_sheet_says_all_there_is_to_say(arranged: Workspace, tmp_path: Path) -> None:
    actors = {each.id: each.actor_id for each in arranged.events.attendees(EVENT)}
    company = sorted(arranged.published().actor_names())[40]
    headers = ["Deltager A", "Aktør B", "Afholdt", "Udeblev", "Vurdering A", "Vurdering B", "Hvorfor ikke B"]
    headers += ["Bemærkning B", "Senere A", "Senere dato A", "Forpligtelse", "Aftaledato", "Titel"]
    headers += ["Ny virksomhed", "Stiftet", "Bord", "Telefon"]
    name = arranged.actor(actors["p2"]).name
    first = ["p1", name, "ja", "", "4", "2", "for langt væk", "Fire timer; for meget", "værdifuld kontakt"]
    first += ["01-09-2027", "projekt", "2027-10-01", "Saft", company, "2028-01-02", "Bord 3", "12345678"]
    path = table(tmp_path, headers, first, ["p4", "p3", "nej", "A", *[""] * 13])
    report = arranged.events.follow_up.import_outcomes(EVENT, path, who="anna")
    assert (report.new, report.changed, report.unchanged, report.rows) == (8, 0, 0, 2)
    assert set(everything(arranged)) == {
        Remark("p1", "p2", Attendance()),
        Remark("p1", "p2", Rating(4), "p1"),
        Remark("p1", "p2", Rating(2), "p2"),
        Remark("p1", "p2", NoGood(DeclineReason.TOO_FAR, "Fire timer; for meget"), "p2"),
        Remark("p1", "p2", FollowUp(CameOf.VALUABLE_CONTACT, LATER), "p1"),
        Remark("p1", "p2", Committed(Commitment.PROJECT, date(2027, 10, 1), "Saft")),
        Remark("p1", "p2", NewCompany(company, date(2028, 1, 2))),
        Remark("p3", "p4", Attendance(("p4",))),
    }
    how = {column.header: column.how for column in report.columns}
    assert (how["Bord"], how["Telefon"]) == ("unknown", "personal")


def test_the_same_sheet_twice_changes_nothing_and_an_empty_cell_takes_nothing_back(
    arranged: Workspace, tmp_path: Path
) -> None:
    headers = ["Participant A", "Participant B", "Held", "Rating A"]
    path = table(tmp_path, headers, ["p1", "p2", "yes", "4"])
    arranged.events.follow_up.import_outcomes(EVENT, path, who="anna")
    before = arranged.history(limit=1)[0].number
    again = arranged.events.follow_up.import_outcomes(EVENT, path, who="anna")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert arranged.history(limit=1)[0].number == before
    other = table(tmp_path, headers, ["p2", "p1", "", "5"])
    report = arranged.events.follow_up.import_outcomes(EVENT, other, who="anna")
    assert (report.new, report.changed) == (1, 0)
    assert len(everything(arranged)) == 3


def test_a_dry_run_says_what_would_change_and_changes_nothing(arranged: Workspace, tmp_path: Path) -> None:
    path = table(tmp_path, ["Deltager A", "Deltager B", "Afholdt"], ["p1", "p2", "ja"], ["p1", "p1", "ja"])
    report = arranged.events.follow_up.import_outcomes(EVENT, path, dry_run=True, who="anna")
    assert (report.new, len(report.rejections), report.applied) == (1, 1, False)
    assert everything(arranged) == []


def test_everything_wrong_is_named_together_with_row_and_column(arranged: Workspace, tmp_path: Path) -> None:
    arranged.events.attend(
        EVENT, [Attendee("p1b", arranged.events.attendees(EVENT)[0].actor_id)], who="tests"
    )
    double = arranged.events.attendees(EVENT)[0].actor_id
    headers = ["Deltager A", "Deltager B", "Afholdt", "Udeblev", "Vurdering A", "Hvorfor ikke A"]
    headers += [
        "Bemærkning A",
        "Senere A",
        "Senere dato A",
        "Forpligtelse",
        "Aftaledato",
        "Titel",
        "Ny virksomhed",
    ]
    path = table(
        tmp_path,
        headers,
        ["p2", "p3", "ja", "", "4", "", "", "", "", "", "", "", ""],
        ["p2", "p99", "måske", "", "6", "kedelig", "", "", "", "", "", "", ""],
        ["", "p3", "ja", "A", "", "", "ord", "viden", "", "", "", "", ""],
        ["p4", "p5", "nej", "", "", "", "", "", "2027-09-01", "projekt", "2026-01-01", "", ""],
        [double, "p4", "", "p9", "", "", "", "", "", "", "", "En titel", "ingen"],
        ["p3", "p2", "", "A", "", "", "", "", "", "", "", "", ""],
        ["p1", "p1b", "", "", "", "", "", "", "", "forpligtende", "2027-10-01", "", ""],
        ["p6", "p6", "ja", "", "", "", "", "", "", "", "", "", ""],
    )
    with pytest.raises(ImportRejectedError) as caught:
        arranged.events.follow_up.import_outcomes(EVENT, path, who="anna")
    found = {(each.row, each.column) for each in caught.value.rejections}
    assert found == {
        (3, "Deltager B"),
        (3, "Afholdt"),
        (3, "Vurdering A"),
        (3, "Hvorfor ikke A"),
        (4, "Deltager A"),
        (4, "Udeblev"),
        (4, "Bemærkning A"),
        (4, "Senere dato A"),
        (5, "Afholdt"),
        (5, "Senere dato A"),
        (5, "Aftaledato"),
        (6, "Deltager A"),
        (6, "Udeblev"),
        (6, "Titel"),
        (6, "Ny virksomhed"),
        (6, "new_company_on"),
        (7, "Udeblev"),
        (8, "Forpligtelse"),
        (9, "Deltager B"),
    }
    assert everything(arranged) == []
    done = arranged.events.follow_up.import_outcomes(EVENT, path, partial=True, who="anna")
    assert set(everything(arranged)) == {
        Remark("p2", "p3", Attendance()),
        Remark("p2", "p3", Rating(4), "p2"),
    }
    assert len(done.rejections) == 19


def test_a_sheet_without_participants_is_refused_as_a_whole(arranged: Workspace, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--map"):
        arranged.events.follow_up.import_outcomes(
            EVENT, table(tmp_path, ["Hvem", "Afholdt"], ["p1", "ja"]), who="anna"
        )
    path = table(tmp_path, ["Hvem", "Hvem mere", "Afholdt"], ["p1", "p2", "ja"])
    mapping = {"Hvem": "a", "Hvem mere": "b"}
    assert arranged.events.follow_up.import_outcomes(EVENT, path, mapping=mapping, who="anna").new == 1


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_template_holds_the_meetings_and_comes_back_unchanged(
    arranged: Workspace, tmp_path: Path, language: str, ending: str
) -> None:
    plan = arranged.events.schedule(EVENT, who="tests").plan
    first, second = (sorted(each.pair) for each in plan.appointments[:2])
    free = next(
        (a, b)
        for a, b in (("p1", f"p{n}") for n in range(3, 10))
        if frozenset((a, b)) not in {each.pair for each in plan.appointments}
    )
    company = sorted(arranged.published().actor_names())[40]
    arranged.events.follow_up.say(
        EVENT,
        [
            Remark(*first, Attendance()),
            Remark(*first, Rating(5), first[1]),
            Remark(*first, NoGood(DeclineReason.OTHER, '=HYPERLINK("x")'), first[0]),
            Remark(*first, FollowUp(CameOf.COOPERATION_AGREEMENT, LATER), first[0]),
            Remark(*first, Committed(Commitment.NON_COMMITTAL, LATER, "Æbler & ål")),
            Remark(*first, NewCompany(company, LATER)),
            Remark(*second, Attendance(tuple(second))),
            Remark(*free, Attendance((free[0],))),
        ],
        who="anna",
    )
    made = arranged.events.follow_up.outcome_template(EVENT, language=language)
    assert len(made.rows) == len(plan.appointments) + 1
    path = tmp_path / f"outcomes{ending}"
    if ending == ".xlsx":
        write_template(path, made)
    else:
        write_rows(path, made.headers, made.rows)
    before = arranged.history(limit=1)[0].number
    report = arranged.events.follow_up.import_outcomes(EVENT, path, who="bo")
    assert (report.new, report.changed, report.unchanged, report.rejections) == (0, 0, 8, ())
    assert arranged.history(limit=1)[0].number == before


def test_a_template_names_no_person_and_offers_the_words_to_choose_from(
    arranged: Workspace, tmp_path: Path
) -> None:
    arranged.events.schedule(EVENT, who="tests")
    made = arranged.events.follow_up.outcome_template(EVENT, language="da")
    path = tmp_path / "outcomes.xlsx"
    write_template(path, made)
    sheet = load_workbook(path).active
    assert sheet is not None
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert not any("Deltager 1" in each for each in words)
    assert "Senere A" in words
    offered = " ".join(str(each.formula1) for each in sheet.data_validations.dataValidation)
    assert "værdifuld kontakt" in offered
    assert "forpligtende" in offered


def test_an_event_without_a_schedule_has_an_empty_template(arranged: Workspace) -> None:
    assert arranged.events.follow_up.outcome_template(EVENT).rows == ()
