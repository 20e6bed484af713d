"""Whoever is erased is also gone from what merges and imports keep to be taken back, and from files that wait."""

from __future__ import annotations

from pathlib import Path

from matchmaker.erasures import actor_key
from matchmaker.store import Store
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.planted import ACTOR, CANARIES, EMAIL, PERSON_CANARIES, holds
from tests.service.tiny_cluster import HEADERS, write_csv

OTHER_NAME = ("gammelzyx", "oldvlimborg")
"""Words of an actor that was merged into the planted one."""


def merged(folder: Path, tables: Path) -> int:
    """Merge another into the planted actor, change it by an import, and let a file wait that names it."""
    old = ("gammelzyx-1", "Gammelzyx Mejeri", "company", "Oldvlimborg af mælk.", "", "", "DK", "DK041", "yes")
    again = (ACTOR, "Zyxquar Mejeri", "company", "Vi laver andet.", "Nyt", "", "DK", "DK041", "yes")
    waiting = tables / "waiting.csv"
    write_csv(waiting, HEADERS, [old])
    with Workspace.open(folder) as workspace:
        workspace.import_table(write_csv(tables / "old.csv", HEADERS, [old]), who="tests")
        workspace.build()
        made = workspace.identity.merge(ACTOR, "gammelzyx-1", {"description": "keep"}, who="tests")
        workspace.import_table(write_csv(tables / "again.csv", HEADERS, [again]), who="tests")
        workspace.intake.start({"actors": ("waiting.csv", waiting)}, owner="tests")
        return made.number


def test_of_an_erased_actor_and_of_those_merged_into_it_no_byte_is_left(
    planted: Path, tmp_path: Path
) -> None:
    merged(planted, tmp_path)
    assert set(OTHER_NAME) <= set().union(*holds(planted, OTHER_NAME).values())
    with Workspace.open(planted) as workspace:
        workspace.erase_actor(ACTOR, who="tests")
        workspace.finish_erasing()
        assert {actor_key(ACTOR), actor_key("gammelzyx-1")} <= {each.key for each in workspace.erasures()}
        assert workspace.identity.merges() == ()
        assert workspace.identity.former_ids() == frozenset()
    assert holds(planted, (*CANARIES, *OTHER_NAME)) == {}


def test_a_person_is_gone_from_what_could_be_taken_back(planted: Path, tmp_path: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.edit_actor("uni:1", {"description": "Ask Olga Hvidtfeldquist."}, who="tests")
    number = merged(planted, tmp_path)
    with Workspace.open(planted) as workspace:
        other = workspace.identity.merge("uni:2", "uni:1", {"description": "away"}, who="tests")
        workspace.edit_actor("uni:2", {"description": "Ask somebody."}, who="tests")
        persons = (*workspace.find_person(EMAIL), *workspace.find_person("Olga Hvidtfeldquist"))
        workspace.erase_persons(persons, authors=("Olga Hvidtfeldquist", EMAIL), who="tests")
        workspace.finish_erasing()
        can = {each.number: each.can_be_undone for each in workspace.identity.merges()}
        assert can == {number: True, other.number: False}, "only what named the person stands for good"
    # A build keeps the texts of actors as they were until the next one.
    assert DATABASE not in holds(planted, PERSON_CANARIES)


def test_a_service_that_read_the_content_before_notices_every_way_in_which_it_changes(
    planted: Path, tmp_path: Path
) -> None:
    def seen_anew() -> str:
        with Store.open(planted / DATABASE) as store:
            return store.fingerprint()

    with Store.open(planted / DATABASE) as running, Workspace.open(planted) as workspace:
        found = [running.fingerprint()]

        def changed() -> None:
            assert running.fingerprint() == seen_anew()
            found.append(running.fingerprint())

        old = (
            "gammelzyx-1",
            "Gammelzyx Mejeri",
            "company",
            "Oldvlimborg af mælk.",
            "",
            "",
            "DK",
            "DK041",
            "yes",
        )
        workspace.import_table(write_csv(tmp_path / "old.csv", HEADERS, [old]), who="tests")
        changed()
        merge = workspace.identity.merge(ACTOR, "gammelzyx-1", {"description": "keep"}, who="tests")
        changed()
        workspace.identity.undo(merge.number, who="tests")
        changed()
        workspace.edit_actor("uni:1", {"description": "Ask Olga Hvidtfeldquist."}, who="tests")
        changed()
        persons = workspace.find_person(EMAIL)
        workspace.erase_persons(persons, authors=("Olga Hvidtfeldquist", EMAIL), who="tests")
        changed()
        workspace.erase_actor(ACTOR, who="tests")
        changed()
        before, added, merged_, apart, edited, _, erased = found
        # The merge kept everything of the one that stays.
        assert merged_ == before
        assert added == apart
        assert len({before, added, edited, erased}) == 4
