"""A firm's own profile as pages: kept by hand, two who write at once, drafts and wares, and the way back."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tests.service.firms import STRAW, Town, field

ABOUT = ("description", "website", "size", "city", "region", "country", "tags")


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


def test_many_drafts_come_in_pages_those_written_last_first(town: Town) -> None:
    straw = town["straw"]
    for number in range(1, 21):
        body = {"kind": "offer", "text": f"Draft number {number:02}.", "do": "keep_new"}
        assert straw.post("/my/profile", data=body).status_code == 303

    def drafts(page: int) -> list[str]:
        text = straw.get("/my/profile", params={"offers_drafts": page}).text
        return re.findall(r"</span> (Draft number \d+\.)</p>", text)

    assert drafts(1) == [f"Draft number {number:02}." for number in range(20, 12, -1)]
    assert drafts(3) == drafts(9) == [f"Draft number {number:02}." for number in range(4, 0, -1)]
    first = straw.get("/my/profile").text
    assert "offers_drafts=2#offers" in first
    assert "requests_drafts=2" not in first
