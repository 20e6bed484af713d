"""What a page offers to undo is kept together with the change: where the way back cannot be kept, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.workspace import Workspace
from service.pages.my.profile_form import marks_of, typed_of
from tests.service.firms import STRAW, UNI, Town, meet

CHANGES = {
    "profile": ("straw", "/my/profile", {"do": "save"}),
    "published": ("straw", "/my/profile", {"kind": "offer", "text": "Hemp", "do": "publish_new"}),
    "draft": ("straw", "/my/profile", {"kind": "offer", "text": "Hemp", "do": "keep_new"}),
    "draft away": ("uni", "/my/profile", {"draft": "", "do": "remove_draft"}),
    "person": ("straw", "/my/contact-persons", {"name": "Bo Bak", "do": "save"}),
    "person away": ("uni", "/my/contact-persons", {"contact": "", "do": "remove"}),
    "answer": ("straw", "/my/suggestions", {"partner": UNI, "do": "interested"}),
    "answer away": ("fibre", "/my/suggestions", {"partner": UNI, "do": "take_back"}),
    "own wish": ("straw", "/my/meetings/spring", {"own": "p1", "other": "p2", "do": "meet"}),
    "request": ("straw", "/my/meetings/spring", {"own": "p1", "other": "p3", "do": "ask"}),
    "participant": ("facilitator", "/events/spring/participants", {"participant": "p2", "do": "take_away"}),
    "wish": (
        "facilitator",
        "/events/spring/wishes",
        {"do": "add", "a": "p1", "b": "p3", "kind": "must_meet"},
    ),
    "judged": ("facilitator", "/proposals", {"seeker": STRAW, "partner": UNI, "do": "pinned.0"}),
    "noted": (
        "facilitator",
        "/proposals",
        {"seeker": STRAW, "partner": UNI, "note.0": "Call", "seen.0": "0", "do": "note.0"},
    ),
}

BROKEN = """
CREATE TRIGGER no_way_back BEFORE INSERT ON ways_back BEGIN SELECT raise(ABORT, 'no way back'); END
"""


def execute(workspace: Workspace, statement: str) -> None:
    with workspace._store._writing() as connection:
        connection.execute(statement)


def changes(workspace: Workspace) -> int:
    return workspace._store.latest_change()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_kept_only_together_with_its_way_back(town: Town, name: str) -> None:
    who, address, sent = CHANGES[name]
    workspace, client = town.workspace, town[who]
    client.headers["accept-language"] = "en"
    meet(workspace)
    kept = workspace.firms.kept
    drafts, contacts = kept.drafts(UNI), kept.contacts(UNI)
    workspace.answer("fibre:1", UNI, Judgement(AnswerKind.KNOWN), who="tests")
    filled: dict[str, Callable[[], str]] = {
        "draft": lambda: drafts[0].id,
        "contact": lambda: contacts[0].id,
    }
    form = {key: value or (filled[key]() if key in filled else "") for key, value in sent.items()}
    if name == "profile":
        typed = typed_of(workspace.actor(STRAW))
        marks = {f"was_{field}": mark for field, mark in marks_of(typed).items()}
        form |= {**typed, **marks, "description": "Anew"}
    before = changes(workspace)
    execute(workspace, BROKEN)
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    assert client.post(address, data=form, follow_redirects=False).status_code >= 500
    assert changes(workspace) == before, "nothing at all was changed"
    execute(workspace, "DROP TRIGGER no_way_back")
    done = client.post(address, data=form, follow_redirects=False)
    assert "undo=" in done.headers["location"]
    assert changes(workspace) > before
