"""A firm's workplace over the real app: there for whoever speaks for a firm, with nothing typed lost."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from matchmaker.profiles import WareKind
from matchmaker.users import UserRole
from tests.service.firms import FIBRE, INTERESTED, PASSWORD, STRAW, UNI, Town, field, meet

PAGES = (
    "/my",
    "/my/profile",
    "/my/profile?edit=about",
    "/my/profile/seen",
    "/my/contact-persons",
    "/my/suggestions",
    "/my/suggestions?view=answered",
    "/my/suggestions?group=company&region=DK04&within=100&size=small&member=yes&known=new&scope=all",
    "/my/suggestions?known=known",
    "/my/contacts",
    "/my/meetings",
    "/my/data",
)


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_page_is_there_for_a_firm_and_says_whose_it_is(town: Town, language: str) -> None:
    meet(town.workspace)
    for path in (*PAGES, "/my/meetings/spring"):
        answer = town["straw"].get(path, headers={"accept-language": language})
        assert answer.status_code == 200, path
        assert "Limfjord Straw" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("name", ["analyst", "facilitator"])
def test_who_speaks_for_no_firm_has_no_such_pages(town: Town, name: str) -> None:
    assert {town[name].get(path).status_code for path in PAGES} == {403}


def test_who_has_not_signed_in_is_led_to_the_door(town: Town) -> None:
    assert {town["nobody"].get(path).status_code for path in PAGES} == {303}


def test_the_first_page_says_what_helps_most_first(town: Town) -> None:
    town.workspace.firms.edit(STRAW, {"requests": [], "description": "x"}, who="tests")
    page = town["straw"].get("/my").text
    steps = re.findall(r"<h3>(.*?)</h3>", page.split('class="next"')[1].split("</ol>")[0])
    assert steps[:3] == [
        "Say what you look for.",
        "Say more of what you do.",
        "Name a contact person.",
    ]
    assert "suggestion" in steps[3]


def test_a_form_that_was_typed_while_the_session_ended_is_not_lost(town: Town) -> None:
    straw = town["straw"]
    user = next(each for each in town.workspace.users.users() if each.email == "straw@x.example")
    town.workspace.users.sign_out_everywhere(user.id)
    form = {"kind": "offer", "text": "An hour's work", "do": "publish_new"}
    asked = straw.post("/my/profile", data=form)
    assert asked.status_code == 401
    way = {name: html.unescape(field(asked.text, name)) for name in ("next", "kept")}
    again = straw.post("/sign-in", data={"email": user.email, "password": PASSWORD, **way})
    assert "An hour&#39;s work" in again.text
    assert straw.post("/my/profile", data=form).status_code == 303
    assert "An hour's work" in [each.text for each in town.workspace.actor(STRAW).offers]


def test_hostile_words_stay_words(town: Town) -> None:
    meet(town.workspace)
    script = "<script>alert(1)</script>"
    kept = town.workspace.firms.kept
    kept.add_draft(STRAW, WareKind.OFFER, script, who="tests")
    town["straw"].post("/my/profile", data={"kind": "request", "text": script, "do": "publish_new"})
    town["straw"].post(
        "/my/contact-persons", data={"name": script, "phone": "javascript:alert(1)", "do": "save"}
    )
    town["straw"].post("/my/suggestions", data={"partner": UNI, "do": "declined", "words": script})
    for path in (*PAGES, "/my/meetings/spring"):
        assert "<script>alert" not in town["straw"].get(path).text
    town.workspace.answer(STRAW, FIBRE, INTERESTED, who="tests")
    town.workspace.answer(FIBRE, STRAW, INTERESTED, who="tests")
    page = town["fibre"].get("/my/contacts").text
    assert 'href="javascript' not in page
    assert "<script>alert" not in page


def test_a_newcomer_is_at_home_before_the_next_build(town: Town, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text(
        "id,name,group,description,offers,requests\n"
        "new:1,Den Nye,company,We make insulation.,,Cellulose from straw and its analysis\n",
        "utf-8",
    )
    town.workspace.import_table(table, who="tests")
    town.workspace.users.add(
        name="Ny",
        email="ny@x.example",
        role=UserRole.FIRM,
        actor_id="new:1",
        password=PASSWORD,
        who="operator",
    )
    client = town["nobody"]
    client.post("/sign-in", data={"email": "ny@x.example", "password": PASSWORD})
    page = client.get("/my/suggestions", headers={"accept-language": "en"}).text
    assert "University of the West" in page
    assert "They offer what you look for" in page
    assert "Cellulose from straw and its analysis" in page
    assert "Analysis of cellulose from straw" in page
    assert client.get("/my").status_code == 200
