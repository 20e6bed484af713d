"""A firm's workplace over the real app: its own alone, with nothing lost and everything undone that can be."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.events import Appointment, Attendee, Person, Plan, PlanKind, Session, Table
from matchmaker.profiles import WareKind
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.permissions import RULES
from tests.service.firms import CANARIES, DRAFT, FIBRE, PASSWORD, STRAW, UNI, Town, field, settle, town_of

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
ABOUT = ("description", "website", "size", "city", "region", "country", "tags")
INTERESTED = Judgement(AnswerKind.INTERESTED)


@pytest.fixture(scope="module")
def settled(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with users who are signed in, and their sessions."""
    folder = tmp_path_factory.mktemp("firms") / "town"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        return folder, settle(opened)


@pytest.fixture
def town(settled: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "town"
    shutil.copytree(settled[0], folder)
    with Workspace.open(folder) as opened:
        yield town_of(opened, settled[1])


def meet(workspace: Workspace) -> None:
    """An event with a schedule in which the straw and the university meet, and two others do."""
    starts = datetime(2027, 3, 4, 9)
    workspace.events.create(
        "Spring",
        zone="Europe/Copenhagen",
        place="Struer",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1"), Table("2")),
        event_id="spring",
        who="tests",
    )
    persons = {"p1": "Ib Straw", "p2": "Ea Uni", "p3": "Bo Fibre", "p4": "Eva Gas"}
    actors = {"p1": STRAW, "p2": UNI, "p3": FIBRE, "p4": "gas:1"}
    workspace.events.attend(
        "spring",
        [
            Attendee(each, actors[each], (Person(name, f"{each}@x.example"),))
            for each, name in persons.items()
        ],
        who="tests",
    )
    slots = workspace.events.slots(workspace.events.one("spring").event)
    plan = Plan(
        kind=PlanKind.SCHEDULED,
        value=2.0,
        bound=2.0,
        appointments=(
            Appointment("p1", "p2", slots[0].span, "1"),
            Appointment("p3", "p4", slots[1].span, "2"),
        ),
    )
    workspace._store.events.add_version("spring", plan, expected=None, who="tests")


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


def test_what_is_typed_is_kept_by_hand_and_can_be_undone(town: Town) -> None:
    straw = town["straw"]
    page = straw.get("/my/profile?edit=about").text
    sent = {f"was_{name}": field(page, f"was_{name}") for name in ABOUT}
    typed = {
        "description": "We press straw.\r\n\r\nAnd hemp.",
        "website": "straw.example",
        "tags": "straw, hemp,straw",
        "region": "DK041",
        "country": "DK",
        "city": "",
        "size": "12",
    }
    done = straw.post("/my/profile", data={**sent, **typed, "do": "save"})
    assert done.status_code == 303
    actor = town.workspace.actor(STRAW)
    assert actor.description == "We press straw.\n\nAnd hemp."
    assert (actor.website, actor.tags, actor.size) == ("straw.example", ("straw", "hemp"), "12")
    undo = field(straw.get(done.headers["location"]).text, "undo")
    back = straw.post("/my/profile", data={"do": "undo", "undo": undo})
    assert "done=undone" in back.headers["location"]
    assert town.workspace.actor(STRAW).description.startswith("We press and sell")
    assert "too_late" in straw.post("/my/profile", data={"do": "undo", "undo": undo}).headers["location"]


def test_what_nobody_touched_is_no_change(town: Town) -> None:
    straw = town["straw"]
    before = len(town.workspace.history(subject=STRAW))
    page = straw.get("/my/profile?edit=about").text
    sent = {f"was_{name}": field(page, f"was_{name}") for name in ABOUT}
    typed = {name: html.unescape(field(page, name)) for name in ABOUT if name != "description"}
    text = html.unescape(page.split('name="description"')[1].split(">\n", 1)[1].split("</textarea>")[0])
    done = straw.post("/my/profile", data={**sent, **typed, "description": text, "do": "save"})
    assert "done=nothing" in done.headers["location"]
    assert len(town.workspace.history(subject=STRAW)) == before


def test_the_second_of_two_is_told_what_the_first_changed_and_loses_nothing(town: Town) -> None:
    straw = town["straw"]
    page = straw.get("/my/profile?edit=about").text
    sent = {f"was_{name}": field(page, f"was_{name}") for name in ABOUT}
    now = town.workspace.actor(STRAW)
    typed = {
        "description": "Mine, typed for an hour",
        "website": "mine.example",
        "region": now.place.region,
        "country": now.place.country,
    }
    town.workspace.firms.edit(
        STRAW, {"description": "Theirs", "size": "99"}, who=town.workspace.users.users()[0].id
    )
    told = straw.post("/my/profile", data={**sent, **typed, "do": "save"})
    assert told.status_code == 412
    assert "changed the profile meanwhile" in told.text
    assert "Theirs" in told.text
    assert "Mine, typed for an hour" in told.text
    assert 'value="mine.example"' in told.text
    assert 'name="size" type="text" value="99"' in told.text, "what I did not touch is theirs"
    assert town.workspace.actor(STRAW).description == "Theirs"
    marks = {f"was_{name}": field(told.text, f"was_{name}") for name in ABOUT}
    taken = straw.post("/my/profile", data={**marks, **typed, "size": "99", "do": "take.0"})
    assert "Theirs</textarea>" in taken.text
    assert 'value="mine.example"' in taken.text
    marks = {f"was_{name}": field(taken.text, f"was_{name}") for name in ABOUT}
    saved = straw.post(
        "/my/profile", data={**marks, **typed, "description": "Theirs", "size": "99", "do": "save"}
    )
    assert saved.status_code == 303
    after = town.workspace.actor(STRAW)
    assert (after.description, after.website, after.size) == ("Theirs", "mine.example", "99")


def test_two_who_change_different_fields_are_both_kept(town: Town) -> None:
    straw = town["straw"]
    page = straw.get("/my/profile?edit=about").text
    now = town.workspace.actor(STRAW)
    sent = {f"was_{name}": field(page, f"was_{name}") for name in ABOUT}
    town.workspace.firms.edit(STRAW, {"size": "99"}, who="tests")
    typed = {
        "description": now.description,
        "website": "mine.example",
        "region": now.place.region,
        "country": now.place.country,
    }
    assert straw.post("/my/profile", data={**sent, **typed, "do": "save"}).status_code == 303
    after = town.workspace.actor(STRAW)
    assert (after.size, after.website) == ("99", "mine.example")


def test_what_is_too_long_is_said_and_stays_in_the_form(town: Town) -> None:
    straw = town["straw"]
    page = straw.get("/my/profile?edit=about").text
    sent = {f"was_{name}": field(page, f"was_{name}") for name in ABOUT}
    refused = straw.post(
        "/my/profile", data={**sent, "description": "x" * 10_001, "website": "y" * 300, "do": "save"}
    )
    assert refused.status_code == 422
    assert "x" * 10_001 in refused.text
    assert "y" * 300 in refused.text
    assert refused.text.count('aria-invalid="true"') == 2


def test_a_draft_is_nobodys_business_until_it_is_published(town: Town) -> None:
    straw = town["straw"]
    words = "Hemp shives for zeppelin insulation"
    straw.post("/my/profile", data={"kind": "offer", "text": words, "do": "keep_new"})
    (draft,) = town.workspace.firms.kept.drafts(STRAW)
    assert words in straw.get("/my/profile").text
    assert words not in straw.get("/my/profile/seen").text
    uni = town["uni"]
    for path in (f"/actors/{STRAW}", "/search?q=zeppelin+insulation", f"/api/v1/actors/{STRAW}"):
        assert words not in uni.get(path).text
    done = straw.post("/my/profile", data={"kind": "offer", "draft": draft.id, "do": "publish"})
    assert words in uni.get("/search?q=zeppelin").text
    assert words in uni.get(f"/actors/{STRAW}").text
    assert words in straw.get("/my/profile/seen").text
    undo = field(straw.get(done.headers["location"]).text, "undo")
    straw.post("/my/profile", data={"do": "undo", "undo": undo})
    assert words not in uni.get(f"/actors/{STRAW}").text
    assert [each.text for each in town.workspace.firms.kept.drafts(STRAW)] == [words]


def test_offers_and_requests_are_added_changed_withdrawn_and_removed_with_undo(town: Town) -> None:
    straw, workspace = town["straw"], town.workspace
    before = [each.text for each in workspace.actor(STRAW).offers]

    def offers() -> list[str]:
        return [each.text for each in workspace.actor(STRAW).offers]

    def press(**data: str) -> str:
        done = straw.post("/my/profile", data={"kind": "offer", **data})
        assert done.status_code == 303
        return field(straw.get(done.headers["location"]).text, "undo")

    def undo(name: str) -> None:
        straw.post("/my/profile", data={"do": "undo", "undo": name})

    name = press(text="  Straw   pellets ", do="publish_new")
    assert offers() == [*before, "Straw pellets"]
    undo(name)
    assert offers() == before
    name = press(was=before[0], text="Cleaner straw", do="save_ware")
    assert offers() == ["Cleaner straw"]
    undo(name)
    for action in ("remove_ware", "withdraw"):
        name = press(was=before[0], text="ignored", do=action)
        assert offers() == []
        undo(name)
        assert offers() == before


def test_a_ware_that_somebody_else_changed_is_told_and_the_text_is_kept(town: Town) -> None:
    straw = town["straw"]
    was = town.workspace.actor(STRAW).offers[0].text
    town.workspace.firms.edit(STRAW, {"offers": ["Another"]}, who="tests")
    told = straw.post(
        "/my/profile", data={"kind": "offer", "was": was, "text": "My new words", "do": "save_ware"}
    )
    assert told.status_code == 412
    assert "My new words</textarea>" in told.text
    assert [each.text for each in town.workspace.actor(STRAW).offers] == ["Another"]
    refused = straw.post("/my/profile", data={"kind": "request", "text": "z" * 1001, "do": "publish_new"})
    assert refused.status_code == 422
    assert "z" * 1001 in refused.text


def test_an_import_leaves_alone_what_the_firm_wrote(town: Town, tmp_path: Path) -> None:
    town["straw"].post("/my/profile", data={"kind": "offer", "text": "By hand", "do": "publish_new"})
    table = tmp_path / "again.csv"
    table.write_text("id,name,group,offers\nstraw:1,Limfjord Straw,company,From the list\n", "utf-8")
    town.workspace.import_table(table, who="tests")
    assert "By hand" in [each.text for each in town.workspace.actor(STRAW).offers]


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


def fill(path: str, event: str = "spring") -> list[str]:
    """The address of a route for each thing that it may be about."""
    values = {
        "actor_id": [UNI, STRAW],
        "partner_id": [UNI],
        "event_id": [event],
        "participant_id": ["p1", "p2"],
        "draft_id": ["x"],
        "contact_id": ["x"],
        "ending": ["json", "xlsx"],
        "what": ["participants"],
    }
    found = [path]
    for name, options in values.items():
        found = [
            re.sub(rf"\{{{name}(:path)?\}}", option, each)
            for each in found
            for option in (options if f"{{{name}" in each else [""])
        ]
    return [re.sub(r"\{[^}]*\}", "x", each) for each in found]


def reading() -> list[str]:
    """Every address that is read, and some questions."""
    paths = [each for method, path in RULES if method == "GET" for each in fill(path)]
    words = "qvorbinda+zaltman+vlixomer"
    return [
        *paths,
        f"/search?q={words}",
        f"/actors?text={words}",
        f"/team?idea={words}",
        f"/api/v1/actors?q={words}",
        "/my/suggestions?scope=all&top=50",
        f"/my/profile?edit={words}",
    ]


def texts(content: bytes, media_type: str) -> str:
    if "spreadsheet" not in media_type:
        return html.unescape(content.decode("utf-8", "replace"))
    sheets = load_workbook(BytesIO(content)).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)


@pytest.mark.parametrize("name", ["straw", "fibre", "analyst", "nobody"])
def test_no_address_gives_a_contact_person_or_a_draft_to_anybody_else(town: Town, name: str) -> None:
    meet(town.workspace)
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.INTERESTED, told=True), who="tests")
    client = town[name]
    secrets = (*CANARIES, DRAFT, "Vlixomer")
    leaks: list[tuple[str, str]] = []
    for path in reading():
        answer = client.get(path)
        text = texts(answer.content, answer.headers.get("content-type", ""))
        # A question is told back in the page, in small letters.
        leaks += [(path, each) for each in secrets if each in text]
    for body in ({"text": "qvorbinda zaltman"}, {"text": DRAFT.lower()}):
        leaks += [
            ("search", each) for each in secrets if each in client.post("/api/v1/search", json=body).text
        ]
    assert leaks == []


def test_the_one_who_is_meant_does_see_them(town: Town) -> None:
    meet(town.workspace)
    seen = "".join(
        texts(answer.content, answer.headers.get("content-type", ""))
        for answer in map(town["uni"].get, reading())
    )
    assert all(each in seen for each in (*CANARIES, DRAFT))


def test_a_facilitator_reads_drafts_and_contact_persons(town: Town) -> None:
    facilitator = town["facilitator"]
    assert CANARIES[1] in facilitator.get(f"/api/v1/actors/{UNI}/contacts").text
    assert DRAFT in facilitator.get(f"/api/v1/actors/{UNI}/drafts").text
    refused = facilitator.post(f"/api/v1/actors/{UNI}/drafts", json={"kind": "offer", "text": "x"})
    assert refused.status_code == 403


def test_neither_is_in_an_export_or_a_build(town: Town, tmp_path: Path) -> None:
    workspace = town.workspace
    workspace.export("actors", tmp_path / "actors.csv")
    workspace.build()
    names = (tmp_path / "actors.csv").read_text("utf-8")
    files = b"".join(each.read_bytes() for each in (workspace.folder / "builds").rglob("*") if each.is_file())
    for secret in (*CANARIES, "Vlixomer"):
        assert secret not in names
        assert secret.encode() not in files


def test_contact_persons_are_kept_changed_and_removed_with_undo(town: Town) -> None:
    straw, kept = town["straw"], town.workspace.firms.kept
    wrong = straw.post(
        "/my/contact-persons", data={"name": "Ib", "email": "not an address", "phone": "12", "do": "save"}
    )
    assert wrong.status_code == 422
    assert 'value="not an address"' in wrong.text
    straw.post("/my/contact-persons", data={"name": "Ib", "email": "ib@straw.example", "do": "save"})
    (ib,) = kept.contacts(STRAW)
    form = straw.get(f"/my/contact-persons?edit={ib.id}").text
    assert field(form, "email") == "ib@straw.example"
    straw.post("/my/contact-persons", data={"contact": ib.id, "name": "Ib Olsen", "do": "save"})
    assert kept.contacts(STRAW)[0].fields.name == "Ib Olsen"
    done = straw.post("/my/contact-persons", data={"contact": ib.id, "do": "remove"})
    assert kept.contacts(STRAW) == ()
    undo = field(straw.get(done.headers["location"]).text, "undo")
    straw.post("/my/contact-persons", data={"do": "undo", "undo": undo})
    assert [each.id for each in kept.contacts(STRAW)] == [ib.id]
    other = town["fibre"].post("/my/contact-persons", data={"contact": ib.id, "do": "remove"})
    assert "too_late" in other.headers["location"]
    assert len(kept.contacts(STRAW)) == 1


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
    assert "not answered yet" in again.text
    assert "1 request for a meeting waits" in fibre.get("/my").text
    assert "About fibres" in fibre.get("/my/meetings/spring").text
    fibre.post("/my/meetings/spring", data={"own": "p3", "other": "p1", "do": "decline", "words": "No time"})
    assert "No time" not in straw.get("/my/meetings/spring").text
    assert "No time" not in straw.get("/my/data/held.json").text
    fibre.post("/my/meetings/spring", data={"own": "p3", "other": "p1", "do": "reopen"})
    fibre.post("/my/meetings/spring", data={"own": "p3", "other": "p1", "do": "accept"})
    (request,) = town.workspace.events.requests.all("spring")
    assert request.state.value == "accepted"
    straw.post("/my/meetings/spring", data={"own": "p1", "other": "p3", "do": "cancel"})
    (request,) = town.workspace.events.requests.all("spring")
    assert request.state.value == "cancelled"


def test_everything_that_is_held_comes_in_one_file(town: Town) -> None:
    meet(town.workspace)
    town.workspace.answer(UNI, FIBRE, INTERESTED, who="tests")
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.DECLINED, words="Not these"), who="tests")
    held = json.loads(town["uni"].get("/my/data/held.json").content)
    assert held["actor"]["id"] == UNI
    assert held["drafts"][0]["text"] == DRAFT
    assert held["contacts"][0]["email"] == CANARIES[1]
    assert [each["partner"] for each in held["answers"]] == [FIBRE]
    assert held["me"]["email"] == "uni@x.example"
    assert held["events"][0]["participant"]["id"] == "p2"
    assert "Not these" not in json.dumps(held), "what others said is theirs"
    assert "password" not in json.dumps(held)
    book = load_workbook(BytesIO(town["uni"].get("/my/data/held.xlsx").content))
    assert {"actor", "drafts", "contacts", "answers"} <= set(book.sheetnames)
    assert town["uni"].get("/my/data/held.exe").status_code == 404


def test_a_firm_asks_to_be_deleted_and_takes_it_back(town: Town) -> None:
    straw, kept = town["straw"], town.workspace.firms.kept
    straw.post("/my/data", data={"do": "leave"})
    assert [each.actor_id for each in kept.leaving()] == [STRAW]
    assert "You have asked" in straw.get("/my").text
    assert "asked to be deleted" in town["facilitator"].get(f"/actors/{STRAW}").text
    assert "asked to be deleted" not in town["uni"].get(f"/actors/{STRAW}").text
    straw.post("/my/data", data={"do": "stay"})
    assert kept.leaving() == ()


def test_deleting_ones_user_takes_ones_address_and_ends_the_session(town: Town) -> None:
    straw = town["straw"]
    wrong = straw.post("/my/data", data={"do": "delete_me", "email": "uni@x.example"})
    assert wrong.status_code == 422
    assert len([each for each in town.workspace.users.users() if each.email == "straw@x.example"]) == 1
    gone = straw.post("/my/data", data={"do": "delete_me", "email": " Straw@X.example "})
    assert gone.headers["location"] == "/sign-in"
    assert straw.get("/my").status_code == 303
    assert "straw@x.example" not in {each.email for each in town.workspace.users.users()}
    assert town.workspace.actor(STRAW).name == "Limfjord Straw"


def test_the_own_trail_leaves_out_what_facilitators_think(town: Town) -> None:
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.HIDDEN), who="tests")
    town.workspace.answer(STRAW, UNI, INTERESTED, who="tests")
    page = town["straw"].get("/my/data").text
    trail = page.split('id="trail"')[1]
    assert trail.count("Answer: given") == 1
    assert [
        each.after.get("answer")
        for each in town.workspace.firms.trail(STRAW)
        if each.subject_kind == "answer"
    ] == ["interested"]


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
