"""A firm's own meetings, wishes and requests, and nobody else's."""

from __future__ import annotations

from tests.service.firms import Town, field, meet


def test_a_firm_sees_its_own_meetings_and_nobody_elses(town: Town) -> None:
    meet(town.workspace)
    page = town["straw"].get("/my/meetings/spring").text
    agenda = page.split('id="agenda-1"')[1].split("</section>")[0]
    assert "University of the West" in agenda
    assert "09:00" in agenda
    assert "Ea Uni" in agenda
    assert "p2@x.example" not in page
    assert "Eva Gas" not in page
    assert "Fjord Fibres" not in agenda
    token = town.workspace.events.handouts.calendar_tokens("spring")["p1"]
    assert token in page
    assert town["nobody"].get(f"/calendars/{token}.ics").status_code in (200, 503)
    others = town.workspace.events.handouts.calendar_tokens("spring")
    assert not any(others[each] in page for each in ("p2", "p3", "p4"))
    town.workspace.events.attend("spring", (), ["p1"], who="tests")
    gone, unknown = (town["straw"].get(f"/my/meetings/{each}") for each in ("spring", "nothing"))
    assert gone.status_code == unknown.status_code == 404


def test_wishes_are_given_and_taken_back_for_oneself_alone(town: Town) -> None:
    meet(town.workspace)
    events, straw = town.workspace.events, town["straw"]
    wish = {"own": "p1", "other": "p4", "words": "Digestate", "do": "meet"}
    done = straw.post("/my/meetings/spring", data=wish)
    assert [(each.a, each.b, each.kind.value, each.of) for each in events.preferences("spring")] == [
        ("p1", "p4", "meet", "p1")
    ]
    page = straw.get(done.headers["location"]).text
    straw.post("/my/meetings/spring", data={"do": "undo", "undo": field(page, "undo")})
    assert events.preferences("spring") == ()
    for forged in ({"own": "p2", "other": "p4"}, {"own": "p1", "other": "p1"}, {"own": "p3", "other": "p2"}):
        straw.post("/my/meetings/spring", data={**forged, "do": "no_thanks"})
    assert events.preferences("spring") == ()
    straw.post("/my/meetings/spring", data={**wish, "do": "no_thanks"})
    assert "Digestate" not in town["fibre"].get("/my/meetings/spring").text
    straw.post("/my/meetings/spring", data={**wish, "do": "no_wish"})
    assert events.preferences("spring") == ()


def test_a_request_is_sent_answered_and_taken_back(town: Town) -> None:
    meet(town.workspace)
    straw, fibre = town["straw"], town["fibre"]
    ask = {"own": "p1", "other": "p3", "words": "About fibres", "do": "ask"}
    straw.post("/my/meetings/spring", data=ask)
    again = straw.post("/my/meetings/spring", data=ask)
    assert again.status_code == 422
    assert "The request from Limfjord Straw to Fjord Fibres is not answered yet" in again.text
    assert 'value="About fibres"' in again.text
    for _ in range(2):
        refused = straw.post("/my/meetings/spring", data={**ask, "other": "p2"})
    assert '<option value="p2" selected>' in refused.text, "a second press does not ask somebody else"
    straw.post("/my/meetings/spring", data={"own": "p1", "other": "p2", "do": "cancel"})
    assert "1 request for a meeting waits" in fibre.get("/my").text
    assert "About fibres" in fibre.get("/my/meetings/spring").text
    fibre.post("/my/meetings/spring", data={"own": "p3", "other": "p1", "do": "decline", "words": "No time"})
    assert "No time" not in straw.get("/my/meetings/spring").text
    assert "No time" not in straw.get("/my/data/held.json").text
    assert "Answer: “No time”" in fibre.get("/my/meetings/spring").text
    assert "About fibres" in straw.get("/my/data/held.json").text
    fibre.post("/my/meetings/spring", data={"own": "p3", "other": "p1", "do": "reopen"})
    for firm in (straw, fibre):
        page = firm.get("/my/meetings/spring").text
        assert "No time" not in page, "a refusal that was taken back leaves no words"
        assert "“About fibres”" in page
    fibre.post("/my/meetings/spring", data={"own": "p3", "other": "p1", "do": "accept"})
    _, request = town.workspace.events.requests.all("spring")
    assert request.state.value == "accepted"
    straw.post("/my/meetings/spring", data={"own": "p1", "other": "p3", "do": "cancel"})
    _, request = town.workspace.events.requests.all("spring")
    assert request.state.value == "cancelled"
