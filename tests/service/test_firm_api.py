"""What a firm does over the API: nothing is lost to a second writer, nothing of another's can be told from nothing at all."""

from __future__ import annotations

import pytest

from matchmaker.answers import AnswerKind, Judgement
from tests.service.firms import CANARIES, DRAFT, FIBRE, STRAW, UNI, Town

OWN = f"/api/v1/actors/{STRAW}"


def test_a_change_needs_the_tag_that_was_read_and_fails_with_an_old_one(town: Town) -> None:
    straw = town["straw"]
    assert straw.patch(OWN, json={"size": "12"}).status_code == 428
    tag = straw.get(OWN).headers["etag"]
    done = straw.patch(OWN, json={"size": "12"}, headers={"if-match": tag})
    assert done.status_code == 200
    assert done.json()["size"] == "12"
    late = straw.patch(OWN, json={"size": "13"}, headers={"if-match": tag})
    assert late.status_code == 412
    assert late.json()["type"] == "urn:matchmaker:problem:actor-changed"
    assert town.workspace.actor(STRAW).size == "12"
    for tag in (
        done.headers["etag"],
        straw.get(OWN).headers["etag"],
        straw.get(f"{OWN}/own").headers["etag"],
    ):
        assert straw.patch(OWN, json={"size": "12"}, headers={"if-match": tag}).status_code == 200
    assert straw.patch(OWN, json={"size": "14"}, headers={"if-match": "*"}).status_code == 200
    assert straw.patch(OWN, json={"size": "15"}, headers={"if-match": '"nonsense"'}).status_code == 412


def test_the_tag_of_an_actor_answers_304_until_it_changes(town: Town) -> None:
    straw = town["straw"]
    held = {"if-none-match": straw.get(OWN).headers["etag"]}
    assert straw.get(OWN, headers=held).status_code == 304
    straw.patch(OWN, json={"website": "x.example"}, headers={"if-match": "*"})
    assert straw.get(OWN, headers=held).status_code == 200


def test_lists_and_places_are_changed_and_the_rest_stays(town: Town) -> None:
    before = town.workspace.actor(STRAW)
    body = {
        "requests": ["A", "B"],
        "place": {"city": "Struer", "latitude": 56.5, "longitude": 8.6},
        "tags": ["x"],
    }
    assert town["straw"].patch(OWN, json=body, headers={"if-match": "*"}).status_code == 200
    after = town.workspace.actor(STRAW)
    assert [each.text for each in after.requests] == ["A", "B"]
    assert (after.place.city, after.place.region, after.place.latitude) == ("Struer", "DK041", 56.5)
    assert after.offers == before.offers


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Other"}, "name"),
        ({"member": False}, "member"),
        ({"offers": [" "]}, "offers.0"),
        ({"offers": ["x" * 1001]}, "offers.0"),
        ({"description": "x" * 10_001}, "description"),
        ({"place": {"latitude": 91}}, "place.latitude"),
        ({"password": "x"}, "password"),
        ({"website": "a\nb"}, "website"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(town: Town, body: dict[str, object], field: str) -> None:
    refused = town["straw"].patch(OWN, json=body, headers={"if-match": "*"})
    assert refused.status_code == 422
    assert refused.json()["field"].endswith(field)
    assert town.workspace.actor(STRAW).name == "Limfjord Straw"


def test_a_facilitator_changes_any_actor_also_what_firms_may_not(town: Town) -> None:
    done = town["facilitator"].patch(OWN, json={"name": "New", "member": False}, headers={"if-match": "*"})
    assert done.status_code == 200
    assert (town.workspace.actor(STRAW).name, town.workspace.actor(STRAW).member) == ("New", False)
    assert town["analyst"].patch(OWN, json={"size": "1"}, headers={"if-match": "*"}).status_code == 403
    assert town["nobody"].patch(OWN, json={"size": "1"}, headers={"if-match": "*"}).status_code == 401


def test_drafts_are_kept_changed_published_and_removed(town: Town) -> None:
    straw = town["straw"]
    made = straw.post(f"{OWN}/drafts", json={"kind": "request", "text": "Hemp"})
    assert made.status_code == 201
    address = made.headers["location"]
    assert straw.put(address, json={"text": "More hemp"}).json()["text"] == "More hemp"
    assert [each["text"] for each in straw.get(f"{OWN}/drafts").json()["items"]] == ["More hemp"]
    published = straw.post(f"{address}/publish")
    assert published.json()["requests"][-1] == {"text": "More hemp"}
    assert straw.delete(address).status_code == 404
    other = straw.post(f"{OWN}/drafts", json={"kind": "offer", "text": "x"}).headers["location"]
    assert straw.delete(other).status_code == 204
    assert straw.get(f"{OWN}/drafts").json()["items"] == []


def test_answers_are_given_listed_and_taken_back(town: Town) -> None:
    straw, uni = town["straw"], town["uni"]
    address = f"{OWN}/answers/{UNI}"
    said = straw.put(address, json={"answer": "interested", "told": True}).json()
    assert (said["answer"], said["told"], said["on_behalf"]) == ("interested", True, False)
    assert not straw.get(f"{OWN}/answers").json()["items"][0]["mutual"]
    assert straw.get(f"{OWN}/mutual").json()["items"] == []
    assert uni.put(f"/api/v1/actors/{UNI}/answers/{STRAW}", json={"answer": "interested"}).status_code == 200
    assert straw.get(f"{OWN}/answers").json()["items"][0]["mutual"]
    assert [each["partner_id"] for each in straw.get(f"{OWN}/mutual").json()["items"]] == [UNI]
    assert straw.get(f"/api/v1/actors/{UNI}/contacts").json()["items"][0]["email"] == CANARIES[1]
    assert straw.delete(address).json()["answer"] == "interested"
    assert straw.delete(address).status_code == 404
    assert straw.get(f"/api/v1/actors/{UNI}/contacts").status_code == 404
    assert straw.put(address, json={"answer": "never"}).status_code == 403
    for body in ({"answer": "known", "told": True}, {"answer": "known", "reason": "too_far"}):
        assert straw.put(address, json=body).status_code == 422
    assert straw.put(f"{OWN}/answers/{STRAW}", json={"answer": "known"}).status_code == 422


def test_a_facilitator_answers_on_a_firms_behalf_and_that_is_kept(town: Town) -> None:
    said = town["facilitator"].put(f"{OWN}/answers/{UNI}", json={"answer": "declined", "reason": "too_far"})
    assert said.json()["on_behalf"]
    assert "said for you by a facilitator" in town["straw"].get("/my/suggestions?view=answered").text


def test_taking_an_answer_back_leaves_what_a_facilitator_said(town: Town) -> None:
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.PINNED), who="tests")
    assert town["straw"].delete(f"{OWN}/answers/{UNI}").status_code == 404
    assert len(town.workspace.answers(STRAW)) == 1


PARTS = ("own", "drafts", "answers", "mutual", "meetings", "held", "contacts", "suggestions")


def test_anothers_a_gone_and_a_random_actor_are_answered_alike(town: Town) -> None:
    town.workspace.erase_actor("gas:1", who="tests")
    for part in PARTS:
        answers = set()
        for actor_id in (UNI, "gas:1", "random"):
            answer = town["straw"].get(f"/api/v1/actors/{actor_id}/{part}")
            body = {name: value for name, value in answer.json().items() if name != "request_id"}
            answers.add((answer.status_code, str(body).replace(actor_id, "…")))
        assert {status for status, _ in answers} == {404}, part
        assert len(answers) == 1, part


def test_changing_anothers_is_answered_as_if_it_were_not_there(town: Town) -> None:
    straw = town["straw"]
    draft = town.workspace.firms.kept.drafts(UNI)[0].id
    contact = town.workspace.firms.kept.contacts(UNI)[0].id
    other = f"/api/v1/actors/{UNI}"
    person = {"name": "x"}
    tried = [
        straw.patch(other, json={"size": "1"}, headers={"if-match": "*"}),
        straw.post(f"{other}/drafts", json={"kind": "offer", "text": "x"}),
        straw.put(f"{other}/drafts/{draft}", json={"text": "x"}),
        straw.delete(f"{other}/drafts/{draft}"),
        straw.post(f"{other}/drafts/{draft}/publish"),
        straw.post(f"{other}/contacts", json=person),
        straw.put(f"{other}/contacts/{contact}", json=person),
        straw.delete(f"{other}/contacts/{contact}"),
        straw.put(f"{other}/answers/{FIBRE}", json={"answer": "known"}),
        straw.delete(f"{other}/answers/{FIBRE}"),
        # One's own actor with another's draft or contact person in the address.
        straw.delete(f"{OWN}/drafts/{draft}"),
        straw.post(f"{OWN}/drafts/{draft}/publish"),
        straw.delete(f"{OWN}/contacts/{contact}"),
        straw.put(f"{OWN}/contacts/{contact}", json=person),
    ]
    assert {each.status_code for each in tried} == {404}
    assert town.workspace.firms.kept.drafts(UNI)[0].text == DRAFT
    assert town.workspace.firms.kept.contacts(UNI)[0].fields.name == CANARIES[0]


def test_contact_persons_are_kept_and_checked(town: Town) -> None:
    straw = town["straw"]
    made = straw.post(f"{OWN}/contacts", json={"name": "Ib", "email": "ib@straw.example", "language": "da"})
    assert made.status_code == 201
    address = made.headers["location"]
    assert straw.put(address, json={"name": "Ib Olsen"}).json()["name"] == "Ib Olsen"
    wrong = straw.put(address, json={"name": "Ib", "email": "nowhere"})
    assert wrong.status_code == 422
    assert wrong.json()["field"] == "email"
    assert straw.delete(address).status_code == 204


def test_an_id_with_a_slash_reaches_its_own(town: Town) -> None:
    address = "/api/v1/actors/a%2Fb%20%252F%20c%3F%23/answers/twin%3A1"
    said = town["facilitator"].put(address, json={"answer": "known"})
    assert said.status_code == 200
    assert town.workspace.answers("a/b %2F c?#")[0].partner_id == "twin:1"
