"""What is said of files at the same time is kept whole, and told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matchmaker.drafts import Draft, Drafts
from matchmaker.errors import ImportDraftNotFoundError

NAME = {"actors": {"Firma": "name"}}
CITY = {"actors": {"Firma": "city"}}


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "imports")


@pytest.fixture
def draft(drafts: Drafts, tmp_path: Path) -> Draft:
    sent = tmp_path / "list.csv"
    sent.write_text("Firma\nNy\n", encoding="utf-8")
    return drafts.start({"actors": ("list.csv", sent)}, owner="ida")


def test_two_that_say_something_at_once_are_both_heard(
    drafts: Drafts, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one says all it has to say while the other has written its file and not yet put it in place."""
    replace = Path.replace

    def interrupted(part: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        drafts.say(draft, mappings=CITY, default_group="")
        assert drafts.one(draft.id, owner="ida").mappings == CITY
        return part.replace(target)

    monkeypatch.setattr(Path, "replace", interrupted)
    drafts.say(draft, mappings=NAME, default_group="other")
    kept = drafts.one(draft.id, owner="ida")
    assert (kept.mappings, kept.default_group) == (NAME, "other")


def test_what_two_said_of_the_same_draft_is_told_apart(drafts: Drafts, draft: Draft) -> None:
    one, other = (drafts.say(draft, mappings=each, default_group="") for each in (NAME, CITY))
    assert len({draft.revision, one.revision, other.revision}) == 3
    assert drafts.say(draft, mappings=NAME, default_group="other").revision != one.revision
    again = drafts.say(draft, mappings={"actors": {"Firma": "name"}}, default_group="")
    assert again.revision == one.revision == drafts.one(draft.id, owner="ida").revision


def test_what_could_not_be_written_leaves_the_draft_as_it_was(
    drafts: Drafts, draft: Draft, tmp_path: Path
) -> None:
    drafts.say(draft, mappings=NAME, default_group="")
    there = sorted((tmp_path / "imports").rglob("*"))
    with pytest.raises(UnicodeEncodeError):
        drafts.say(draft, mappings={"actors": {"half a character: \ud800": "name"}}, default_group="")
    assert sorted((tmp_path / "imports").rglob("*")) == there
    assert drafts.one(draft.id, owner="ida").mappings == NAME


def test_nothing_can_be_said_of_a_draft_that_was_given_up_meanwhile(drafts: Drafts, draft: Draft) -> None:
    drafts.forget(draft.id)
    with pytest.raises(ImportDraftNotFoundError):
        drafts.say(draft, mappings=NAME, default_group="")


def test_a_draft_of_an_earlier_release_is_still_read(drafts: Drafts, draft: Draft, tmp_path: Path) -> None:
    about = tmp_path / "imports" / draft.id / "draft.json"
    about.write_text(json.dumps({**json.loads(about.read_text("utf-8")), "revision": 3}), encoding="utf-8")
    assert drafts.one(draft.id, owner="ida") == draft
