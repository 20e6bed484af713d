"""What a firm says of its suggestions: heeded at once, taken back, and seen by the other side only where it is mutual."""

from __future__ import annotations

import html
import re

from matchmaker.answers import AnswerKind, Judgement
from tests.service.firms import CANARIES, INTERESTED, STRAW, UNI, Town, field


def test_an_answer_is_heeded_at_once_moves_to_its_tab_and_can_be_undone(town: Town) -> None:
    straw = town["straw"]
    before = straw.get("/my/suggestions?scope=all").text
    partner = re.findall(r'name="partner" value="([^"]+)"', before)[0]
    done = straw.post(
        "/my/suggestions",
        data={
            "partner": partner,
            "do": "declined",
            "reason": "too_far",
            "words": "Four hours",
            "back": "/my/suggestions?scope=all",
        },
    )
    assert done.headers["location"].startswith("/my/suggestions?scope=all&done=declined")
    after = straw.get(done.headers["location"]).text
    assert f'name="partner" value="{partner}"' not in after
    answered = straw.get("/my/suggestions?view=answered").text
    assert "Too far away" in answered
    assert "Four hours" in answered
    straw.post("/my/suggestions", data={"do": "undo", "undo": field(after, "undo")})
    assert town.workspace.firms.answers(STRAW) == ()
    assert f'name="partner" value="{partner}"' in straw.get("/my/suggestions?scope=all").text


def test_a_changed_answer_is_undone_to_what_it_was(town: Town) -> None:
    straw = town["straw"]
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.KNOWN), who="tests")
    done = straw.post("/my/suggestions", data={"partner": UNI, "do": "interested"})
    undo = field(straw.get(done.headers["location"]).text, "undo")
    straw.post("/my/suggestions", data={"do": "undo", "undo": undo})
    assert [each.said.kind for each in town.workspace.firms.answers(STRAW)] == [AnswerKind.KNOWN]


def test_another_firm_cannot_take_back_what_is_not_its_own(town: Town) -> None:
    done = town["straw"].post("/my/suggestions", data={"partner": UNI, "do": "interested"})
    undo = re.search(r"undo=([\w-]+)", done.headers["location"])
    assert undo
    town["fibre"].post("/my/suggestions", data={"do": "undo", "undo": undo[1]})
    assert len(town.workspace.firms.answers(STRAW)) == 1


def test_interest_of_one_side_changes_nothing_that_the_other_sees(town: Town) -> None:
    paths = ("/my", "/my/suggestions?scope=all", "/my/contacts", "/my/data", f"/actors/{STRAW}")

    def seen() -> list[str]:
        pages = [town["uni"].get(path).text for path in paths]
        return [re.sub(r"·?\s*Build [\w+~-]+|generation[^<]*", "", page) for page in pages]

    before = seen()
    town["straw"].post("/my/suggestions", data={"partner": UNI, "do": "interested"})
    assert seen() == before
    town["straw"].post("/my/suggestions", data={"partner": UNI, "do": "interested", "told": "yes"})
    home, listed, *_ = seen()
    assert "1 organisation is interested in you" in home
    assert "said that they are interested" in listed
    assert "Limfjord Straw" in listed


def test_who_a_facilitator_keeps_apart_is_not_told(town: Town) -> None:
    said = Judgement(AnswerKind.INTERESTED, told=True)
    town.workspace.answer(STRAW, UNI, said, who="tests")
    assert town.workspace.firms.interested_in(UNI) == (STRAW,)
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.NEVER), who="tests")
    assert town.workspace.firms.interested_in(UNI) == ()


def test_mutual_interest_opens_the_contact_to_both_and_closes_it_again(town: Town) -> None:
    straw, uni = town["straw"], town["uni"]
    town.workspace.answer(UNI, STRAW, INTERESTED, who="tests")
    assert CANARIES[0] not in straw.get("/my/contacts").text
    done = straw.post("/my/suggestions", data={"partner": UNI, "do": "interested"})
    assert done.headers["location"].startswith("/my/contacts?done=mutual")
    page = straw.get(done.headers["location"]).text
    assert all(each in html.unescape(page) for each in CANARIES)
    assert "Limfjord Straw" in uni.get("/my/contacts").text
    uni.post("/my/suggestions", data={"partner": STRAW, "do": "take_back", "back": "/my/contacts"})
    assert CANARIES[0] not in straw.get("/my/contacts").text
    assert straw.get(f"/api/v1/actors/{UNI}/contacts").status_code == 404
