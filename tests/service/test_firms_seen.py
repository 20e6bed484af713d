"""What facilitators see of firms' own work: all of it and nobody else any; nothing of it beside the page that it is on."""

from __future__ import annotations

import csv
import shutil
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.saved_searches import SearchKind, Wanted
from matchmaker.workspace import Workspace
from service.grants import Action, Reach, Resource, Role, who_reaches
from service.permissions import RULES
from tests.service.firms import CANARIES, DRAFT, FIBRE, STRAW, UNI, Town, settle

ONE = f"/firms/one?actor={quote(UNI)}"
FILE = f"/firms/download?actor={quote(UNI)}"
ADDRESSES = ("/firms", "/firms?show=mutual&text=u", ONE, f"{ONE}&kind=declined", FILE, f"{FILE}&format=xlsx")
WORDS = "=We asked them last year & lost"
PRIVATE = (*CANARIES, DRAFT, "last year")


@pytest.fixture(scope="module")
def settled(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder in which the university declined one, knows one, and agrees with one who agrees."""
    folder = tmp_path_factory.mktemp("seen") / "town"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        tokens = settle(opened)
        opened.answer(
            UNI, FIBRE, Judgement(AnswerKind.DECLINED, DeclineReason.COMPETITOR, WORDS), who="tests"
        )
        opened.answer(UNI, STRAW, Judgement(AnswerKind.INTERESTED, on_behalf=True), who="tests")
        opened.answer(STRAW, UNI, Judgement(AnswerKind.INTERESTED), who="tests")
        opened.answer("gas:1", UNI, Judgement(AnswerKind.INTERESTED, words="They make pulp"), who="tests")
        opened.answer(UNI, "gas:1", Judgement(AnswerKind.HIDDEN, words="facilitators only"), who="tests")
        return folder, tokens


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_facilitator_sees_drafts_persons_answers_with_reasons_and_mutual_interest(
    town: Town, language: str
) -> None:
    answer = town["facilitator"].get(ONE, headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = answer.text
    for each in (*CANARIES[:2], DRAFT, "=We asked them last year &amp; lost", "They make pulp"):
        assert each in page
    reason, on_behalf = {
        "en": ("A competitor", "for the firm, by"),
        "da": ("En konkurrent", "for organisationen, af"),
    }[language]
    assert reason in page
    assert on_behalf in page
    # What a facilitator said of the pair is none of its answers.
    assert "facilitators only" not in page


def test_answers_can_be_narrowed_to_a_kind(town: Town) -> None:
    page = town["facilitator"].get(f"{ONE}&kind=known").text
    assert "No answer of this kind." in page
    assert "last year" not in page
    declined = town["facilitator"].get(f"{ONE}&kind=declined").text
    assert "last year" in declined
    assert declined.count("for the firm, by") == 0
    assert town["facilitator"].get(f"{ONE}&kind=pinned").status_code == 422


@pytest.mark.parametrize("name", ["straw", "uni", "analyst"])
def test_neither_a_firm_nor_an_analyst_opens_it(town: Town, name: str) -> None:
    for address in ADDRESSES:
        answer = town[name].get(address)
        assert answer.status_code == 403, address
        assert not [each for each in PRIVATE if each in answer.text]
    assert 'href="/firms' not in town[name].get(f"/actors/{quote(UNI)}").text


def test_who_has_not_signed_in_is_led_to_the_door(town: Town) -> None:
    for address in ADDRESSES:
        answer = town["nobody"].get(address)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


def test_the_pages_are_open_to_nobody_who_does_not_reach_all_that_is_on_them() -> None:
    everything = frozenset({Reach.ALL})
    for resource in (Resource.DRAFTS, Resource.CONTACT_PERSON, Resource.DECISIONS):
        for path in ("/firms", "/firms/one", "/firms/download"):
            assert set(RULES["GET", path].roles) <= who_reaches(resource, Action.READ, everything)
    assert set(RULES["GET", "/firms/one"].roles) == {Role.FACILITATOR}


def test_saved_searches_are_their_owners_and_not_on_it(town: Town) -> None:
    owner = next(each.id for each in town.workspace.users.users() if each.actor_id == UNI)
    wanted = Wanted(SearchKind.TEXT, "brown juice")
    town.workspace.alerts.save(owner, "Kanariebrun saft", wanted, who=owner)
    for address in ADDRESSES[:4]:
        assert "Kanariebrun" not in town["facilitator"].get(address).text


def test_the_list_counts_and_names_no_person_and_no_word(town: Town) -> None:
    page = town["facilitator"].get("/firms").text
    assert page.count('href="/firms/one?actor=') == 3
    assert "Not now 1" in page
    assert not [each for each in (*PRIVATE, "make pulp") if each in page]
    mutual = town["facilitator"].get("/firms?show=mutual").text
    assert mutual.count('href="/firms/one?actor=') == 2
    # The straw named nobody, so a yes of both leads nowhere yet.
    unreachable = town["facilitator"].get("/firms?show=unreachable").text
    assert unreachable.count('href="/firms/one?actor=') == 1
    assert "Limfjord Straw" in unreachable
    assert "No actor fits" in town["facilitator"].get("/firms?text=nobody+at+all").text


def test_nothing_said_yet_says_what_to_do(workspace: Workspace, town: Town) -> None:
    for each in ("straw:1", "gas:1", UNI):
        for answer in town.workspace.firms.answers(each):
            town.workspace.firms.take_back_answer(each, answer.partner_id, who="tests")
    kept = town.workspace.firms.kept
    kept.remove_contact(UNI, kept.contacts(UNI)[0].id, who="tests")
    kept.remove_draft(UNI, kept.drafts(UNI)[0].id, who="tests")
    assert "matchmaker user invite" in town["facilitator"].get("/firms").text
    page = town["facilitator"].get(ONE).text
    for each in ("has not answered any suggestion yet", "No drafts.", "No contact person is named"):
        assert each in page
    assert "/firms/download" not in page


def test_the_files_hold_the_answers_and_no_person(town: Town) -> None:
    answer = town["facilitator"].get(FILE, headers={"accept-language": "da"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(each["Aktør-id"], each["Svar"], each["Gensidigt"]) for each in rows] == [
        (STRAW, "Interesseret", "ja"),
        (FIBRE, "Ikke nu", "nej"),
    ]
    assert rows[1]["Grund"] == "En konkurrent"
    # Harmless in a spreadsheet.
    assert rows[1]["Med egne ord"] == f"'{WORDS}"
    assert not [each for each in (*CANARIES, DRAFT) if each in answer.text]
    sheet = load_workbook(BytesIO(town["facilitator"].get(f"{FILE}&format=xlsx").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:4] == ["Actor id", "Actor", "Said", "Reason"]
    assert sheet.max_row == 3


def test_it_is_found_where_a_facilitator_looks(town: Town) -> None:
    facilitator = town["facilitator"]
    link = f"/firms/one?actor={UNI}"
    assert f'href="{link.replace(":", "%3A")}"' in facilitator.get(f"/actors/{quote(UNI)}").text
    assert 'href="/firms"' in facilitator.get("/actors").text
    # A member of staff who wants a profile completed needs to know whom to ask.
    town.workspace.firms.edit(UNI, {"requests": []}, who="tests")
    page = facilitator.get("/profiles").text
    assert "1 contact person · 1 draft" in page
    assert CANARIES[0] not in page


def test_an_actor_that_is_not_there_is_said_not_to_be(town: Town) -> None:
    for address in ("/firms/one?actor=nobody", "/firms/download?actor=nobody"):
        answer = town["facilitator"].get(address)
        assert answer.status_code == 404
        assert "There is no such actor" in answer.text
    assert town["facilitator"].get("/firms/one").status_code == 422


def test_an_old_address_of_a_merged_actor_leads_to_what_it_became(town: Town) -> None:
    town.workspace.identity.merge(UNI, "gas:1", who="tests")
    answer = town["facilitator"].get("/firms/one?actor=gas:1")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/firms/one?actor={quote(UNI)}"


def test_hostile_words_stay_words(town: Town) -> None:
    said = Judgement(AnswerKind.DECLINED, words="<script>hit()</script>")
    town.workspace.answer(UNI, "gas:1", said, who="<b>x</b>")
    page = town["facilitator"].get(ONE).text
    assert "<script>hit()" not in page
    assert "<b>x</b>" not in page
