"""An earlier build leaves memory as soon as nobody asks it any more, without waiting for the collection of garbage."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.matching.team_wishes import TeamWish
from matchmaker.published import Published
from matchmaker.workspace import Workspace


@pytest.fixture
def nothing_collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("nothing_collected")
def test_a_build_that_was_asked_everything_goes_when_the_next_one_is_served(
    sample_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        one, other = sorted(workspace.published().actor_names())[:2]
        workspace.edit_actor(one, {"description": "We press protein out of grass."}, who="tests")
        held = ask_everything(workspace.published(), other)
        workspace.edit_actor(other, {"description": "We feed pigs with protein of grass."}, who="tests")
        workspace.build()
        assert workspace.published().suggestions(other, top=5)
        assert [each() for each in held] == [None] * 3


def ask_everything(published: Published, actor_id: str) -> list[weakref.ref[object]]:
    """Have a build fill what it keeps for those who ask; returns what tells whether parts of it are still held."""
    assert published.suggestions(actor_id, top=5)
    assert published.search("græsprotein", top=3)
    assert published.search("We press grass. We feed pigs with the protein in it. " * 30, top=3)
    assert published.team("protein of grass for pigs", TeamWish(2, 3)).members
    assert published.balanced(balance=0.5, top=3)
    recommender = published._suggesting._recommender
    return [
        weakref.ref(each) for each in (published._questions._teams(), recommender, recommender._explaining)
    ]
