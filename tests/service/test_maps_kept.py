"""Maps are kept for all who read at once."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matchmaker.published import Published
from matchmaker.workspace import Workspace
from service.pages.atlas import Atlas, atlas

LONG_ENOUGH = 1.0
"""Seconds in which another reader's map is kept where nothing holds it up."""


class Slow(OrderedDict[str, Atlas]):
    """Maps that somebody looks through for so long that another reader comes meanwhile."""

    def __init__(self, *kept: tuple[str, Atlas], another: threading.Thread) -> None:
        super().__init__(kept)
        self.another = another

    def items(self) -> Iterator[tuple[str, Atlas]]:  # type: ignore[override]
        for each in super().items():
            if self.another.ident is None:
                self.another.start()
                self.another.join(LONG_ENOUGH)
            yield each


def called(workspace: Workspace, name: str) -> Published:
    workspace.edit_actor("uni:1", {"name": name}, who="tests")
    return workspace.published()


def test_two_maps_that_are_laid_out_at_once_are_both_shown(
    built_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    shown: dict[str, Any] = {}
    with Workspace.open(folder) as workspace:
        first, second, third = (called(workspace, f"Institute {number}") for number in range(3))
        another = threading.Thread(target=lambda: shown.update(third=atlas(third)))
        earlier = "of the build before", replace(atlas(first), generation="before")
        kept = Slow(earlier, (first.landscape_edition, atlas(first)), another=another)
        monkeypatch.setattr("service.pages.atlas._LAID_OUT", kept)
        shown["second"] = atlas(second)
        another.join()
    assert {name: "Institute 1" in each.names for name, each in shown.items()} == {
        "second": True,
        "third": False,
    }
    assert "Institute 2" in shown["third"].names
    assert list(kept) == [earlier[0], third.landscape_edition], "of each build what was laid out last"
