"""What was found of all profiles follows every change, and is at any time what looking through them anew finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import matchmaker.looked_through as looking
from matchmaker.actors import Actor, ActorGroup
from matchmaker.completeness import incomplete
from matchmaker.identity import likely_same
from matchmaker.store import Store
from matchmaker.workspace import Workspace
from tests.service.tiny_cluster import HEADERS, write_csv

TWIN = ("gas:2", "Holstebro Biogas ApS", "supplier", "Biogas.", "Varme", "", "DK", "DK041", "yes")


@pytest.fixture
def opened(sample_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        yield workspace


def _holds(workspace: Workspace) -> None:
    """Raise where what is kept differs from what is found anew."""
    actors = [workspace.actor(each) for each in sorted(_ids(workspace))]
    assert list(workspace.looked_through.incomplete()) == incomplete(actors)
    assert workspace.looked_through.suspected() == workspace.identity.duplicates()


def _ids(workspace: Workspace) -> set[str]:
    return {each.actor.id for each in workspace.looked_through.incomplete()} | {
        each for each in workspace.published().actor_groups() if workspace.identity.there([each])
    }


def test_it_is_what_is_found_anew_whatever_changes(opened: Workspace, tmp_path: Path) -> None:
    _holds(opened)
    first, second, third = sorted(opened.published().actor_groups())[:3]
    opened.edit_actor(first, {"description": ""}, who="tests")
    _holds(opened)
    opened.edit_actor(first, {"description": "We press wheat straw into boards for houses."}, who="tests")
    _holds(opened)
    opened.edit_actor(second, {"name": opened.actor(third).name}, who="tests")
    _holds(opened)
    opened.edit_actor(third, {"website": "https://straw.example", "member": False}, who="tests")
    _holds(opened)
    opened.import_table(write_csv(tmp_path / "twin.csv", HEADERS, [TWIN]), who="tests")
    _holds(opened)
    assert any(each.actor.id == "gas:2" for each in opened.looked_through.incomplete())
    opened.identity.merge(second, third, who="tests")
    _holds(opened)
    opened.identity.undo(opened.identity.merges()[0].number, who="tests")
    _holds(opened)


def test_an_edit_looks_at_the_edited_actor_alone(opened: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.looked_through.incomplete()
    before = opened.looked_through.suspected()
    looked: list[str] = []

    def noted(actors: list[object]) -> object:
        found = list(actors)
        looked.extend(each.id for each in found)  # type: ignore[attr-defined]
        return incomplete(found)  # type: ignore[arg-type]

    monkeypatch.setattr(looking, "incomplete", noted)
    monkeypatch.setattr(
        looking, "likely_same", lambda *_asked, **_more: pytest.fail("everybody was compared")
    )
    edited = sorted(opened.published().actor_groups())[5]
    opened.edit_actor(edited, {"description": "Seaweed."}, who="tests")
    found = opened.looked_through.incomplete()
    assert set(looked) == {edited}
    assert next(each for each in found if each.actor.id == edited).actor.description == "Seaweed."
    assert [each.suspicion for each in opened.looked_through.suspected()] == [
        each.suspicion for each in before
    ]


def test_a_new_name_compares_everybody_again(opened: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.looked_through.suspected()
    compared = []

    def noted(*asked: object, **more: object) -> object:
        compared.append(asked)
        return likely_same(*asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(looking, "likely_same", noted)
    opened.edit_actor(sorted(opened.published().actor_groups())[5], {"name": "Tang og Salt"}, who="tests")
    opened.looked_through.suspected()
    assert len(compared) == 1


def test_whoever_is_erased_is_in_nothing_that_is_kept(opened: Workspace, tmp_path: Path) -> None:
    opened.import_table(write_csv(tmp_path / "twin.csv", HEADERS, [TWIN]), who="tests")
    kept = opened.looked_through
    kept.incomplete()
    kept.suspected()
    opened.erase_actor("gas:2", who="tests")
    assert all(each.actor.id != "gas:2" for each in kept.incomplete())
    assert all("gas:2" not in each.suspicion.pair for each in kept.suspected())
    assert "Holstebro Biogas ApS" not in repr(vars(kept))


def test_whoever_is_erased_for_good_by_another_process_is_in_nothing_either(
    opened: Workspace, tmp_path: Path
) -> None:
    opened.import_table(write_csv(tmp_path / "twin.csv", HEADERS, [TWIN]), who="tests")
    kept = opened.looked_through
    assert any(each.actor.id == "gas:2" for each in kept.incomplete())
    kept.suspected()
    with Workspace.open(opened.folder) as other:
        other.erase_actor("gas:2", who="tests")
        # Nobody looks until the trail has forgotten whom it tells of.
        other.finish_erasing(rebuild=False)
    assert all(each.actor.id != "gas:2" for each in kept.incomplete())
    assert all("gas:2" not in each.suspicion.pair for each in kept.suspected())
    assert "Holstebro Biogas ApS" not in repr(vars(kept))


def test_whoever_rests_between_actors_keeps_nobody_from_emptying_the_log(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", create=True) as workspace:
        actors = [Actor(f"actor:{place}", f"Actor {place}", ActorGroup.COMPANY) for place in range(1500)]
        workspace._store.apply(actors, [], source="list.csv", who="tests")
        rests = 0

        def rest() -> None:
            nonlocal rests
            rests += 1
            if rests == 1:
                with Store.open(workspace._store.path) as other:
                    other.compact(wait=0.2)

        assert len(workspace.looked_through.incomplete(rest)) == 1500
        assert rests > 1500


def test_many_changes_at_once_are_looked_through_anew(
    opened: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.looked_through.incomplete()
    monkeypatch.setattr(looking, "MOST_FOLLOWED", 1)
    for each in sorted(opened.published().actor_groups())[:3]:
        opened.edit_actor(each, {"description": "Short."}, who="tests")
    _holds(opened)


def test_a_list_that_somebody_holds_does_not_change(opened: Workspace) -> None:
    held = opened.looked_through.incomplete()
    before = list(held)
    opened.edit_actor(before[0].actor.id, {"description": "Something else entirely."}, who="tests")
    assert opened.looked_through.incomplete() != before
    assert list(held) == before
