"""An actor that was merged into another, taken out again and erased stays gone, from the notes of the merge and from backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation
from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.backups import restore
from matchmaker.erasures import actor_key
from matchmaker.errors import ActorNotFoundError
from matchmaker.events import Attendee, Person
from matchmaker.profiles import ContactFields
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.planted import holds

AWAY = Actor(
    "oldzyx-1",
    "Gammelzyx Mejeri",
    ActorGroup.COMPANY,
    "Oldvlimborg af mælk.",
    (Offer("qwertanol"),),
    registration_number="DK 77889911",
)
KEEP = Actor("keep", "Østerå Mejeri", ActorGroup.COMPANY, "Ost og smør.", registration_number="DK 12345678")
OTHER = Actor("uni", "Aarhus Universitet", ActorGroup.KNOWLEDGE_INSTITUTION, "Ost.")
WORDS = ("oldzyx", "gammelzyx", "oldvlimborg", "qwertanol", "77889911", "tjatolin", "ploxenia", "slimskinke")
NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Two actors that may be one, with what is said of the one that goes."""
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        both = Collaboration("c1", "Sammen", (Participation(AWAY.id), Participation("uni")))
        opened._store.apply([AWAY, KEEP, OTHER], [both], source="list.csv", who="tests")
        opened.answer(
            "uni", AWAY.id, Judgement(AnswerKind.DECLINED, DeclineReason.OTHER, "slimskinke"), who="tests"
        )
        opened.firms.kept.add_contact(
            AWAY.id, ContactFields("Ib Tjatolin", "", "ib@tjatolin.example", ""), who="tests"
        )
        opened.events.create("Spring", zone="Europe/Copenhagen", event_id="spring", who="tests")
        opened.events.attend("spring", [Attendee("p1", AWAY.id, (Person("Ib Tjatolin"),))], who="tests")
        opened.edit_actor(AWAY.id, {"website": "https://ploxenia.example"}, who="tests")
        yield opened


def merge(workspace: Workspace, **chosen: str) -> int:
    fields = {"offers": "keep", "website": "keep"} | chosen
    return workspace.identity.merge("keep", AWAY.id, fields, who="tests").number


def erase(workspace: Workspace, actor_id: str = AWAY.id) -> None:
    workspace.erase_actor(actor_id, who="tests")
    workspace.finish_erasing(rebuild=False)


def again(backup: Path, workspace: Workspace, target: Path) -> int:
    """Restore the backup with the list of the workspace as it is now; returns how many were erased again."""
    workspace.back_up(backup.with_name("later.sqlite"))
    return restore(backup, target, DATABASE, lists=(), replace=False, now=NOON, who="tests").erased_again


def test_an_actor_that_was_merged_and_taken_apart_leaves_nothing_of_the_merge(workspace: Workspace) -> None:
    workspace.identity.undo(merge(workspace, description="away", website="away"), who="tests")
    other = Actor("third", "Tredje", ActorGroup.COMPANY)
    workspace._store.apply([other], [], source="third.csv", who="tests")
    kept = workspace.identity.merge("uni", "third", who="tests")
    erase(workspace)
    assert [each.number for each in workspace.identity.merges()] == [kept.number]
    assert holds(workspace.folder, WORDS) == {}
    assert workspace.actor("keep") == KEEP


def test_a_later_name_of_the_actor_does_not_hide_the_one_it_was_merged_under(workspace: Workspace) -> None:
    workspace.edit_actor("keep", {"description": "Som Gammelzyx Mejeri."}, who="tests")
    workspace.edit_actor("keep", {"description": "Ost og smør."}, who="tests")
    workspace.identity.undo(merge(workspace), who="tests")
    workspace.edit_actor(AWAY.id, {"name": "Oldvlimborg ApS"}, who="tests")
    erase(workspace)
    assert holds(workspace.folder, WORDS) == {}


def test_the_one_that_stayed_can_be_erased_without_the_one_that_was_taken_out_again(
    workspace: Workspace,
) -> None:
    workspace.identity.undo(merge(workspace), who="tests")
    workspace.edit_actor("uni", {"description": "Med Gammelzyx Mejeri."}, who="tests")
    before = [row for row in workspace.history(subject=AWAY.id) if row.action not in ("merged", "unmerged")]
    erase(workspace, "keep")
    after = [row for row in workspace.history(subject=AWAY.id) if row.action not in ("merged", "unmerged")]
    assert after == before
    assert workspace.history(subject="uni", limit=1)[0].after == {"description": "Med Gammelzyx Mejeri."}
    assert holds(workspace.folder, ("østerå", "12345678")) == {}


def nothing(_: Workspace) -> None:
    pass


def changed_since(workspace: Workspace) -> None:
    """So that the merge cannot be undone as it stands in the backup."""
    workspace.edit_actor("keep", {"size": "12"}, who="tests")


@pytest.mark.parametrize("since", [nothing, changed_since])
def test_an_actor_that_was_merged_at_the_time_of_a_backup_does_not_come_back_with_it(
    workspace: Workspace, tmp_path: Path, since: Callable[[Workspace], None]
) -> None:
    number = merge(workspace)
    since(workspace)
    backup = tmp_path / "old.sqlite"
    workspace.back_up(backup)
    if since is changed_since:
        workspace.edit_actor("keep", {"size": ""}, who="tests")
        # An edit counts by hand for good, so the two are made two by an import of the one that goes.
        with workspace._store._writing() as connection:
            connection.execute("DELETE FROM aliases")
            connection.execute("DELETE FROM merges")
        workspace._store.apply([AWAY], [], source="again.csv", who="tests")
    else:
        workspace.identity.undo(number, who="tests")
    erase(workspace)
    target = tmp_path / "again"
    assert again(backup, workspace, target) == 1
    words = WORDS if since is nothing else ("oldzyx", "gammelzyx", "oldvlimborg", "qwertanol", "77889911")
    assert holds(target, words) == {}
    with Workspace.open(target) as restored:
        assert restored.identity.former_ids() == frozenset()
        assert restored.identity.merges() == ()
        assert restored.actor("keep") == (KEEP if since is nothing else replace(KEEP, size="12"))
        with pytest.raises(ActorNotFoundError):
            restored.actor(AWAY.id)
        assert actor_key(AWAY.id) in {each.key for each in restored.erasures()}
        (part,) = [each for one in restored._store.collaborations() for each in one.participations][-1:]
        assert part.actor_id == "uni"


@pytest.mark.parametrize("first", ["a-first", "z-first"])
def test_those_that_had_gone_into_it_before_do_not_come_back_either(
    workspace: Workspace, tmp_path: Path, first: str
) -> None:
    old = replace(AWAY, id=first, name="Kvidderot ApS", description="", offers=(), registration_number="")
    workspace._store.apply([old], [], source="first.csv", who="tests")
    workspace.firms.kept.add_contact(first, ContactFields("Bo Brixomat", "", "", ""), who="tests")
    workspace.identity.merge(AWAY.id, first, who="tests")
    number = merge(workspace)
    backup = tmp_path / "old.sqlite"
    workspace.back_up(backup)
    workspace.identity.undo(number, who="tests")
    erase(workspace)
    target = tmp_path / "again"
    assert again(backup, workspace, target) == 1
    assert holds(target, (*WORDS, "kvidderot", "brixomat", first)) == {}
    with Workspace.open(target) as restored:
        assert restored.actor("keep") == KEEP


def test_an_actor_that_is_still_merged_stays_merged_when_others_are_erased_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    number = merge(workspace)
    backup = tmp_path / "old.sqlite"
    workspace.back_up(backup)
    erase(workspace, "uni")
    target = tmp_path / "again"
    assert again(backup, workspace, target) == 1
    with Workspace.open(target) as restored:
        assert restored.identity.former_ids() == {AWAY.id}
        assert [each.number for each in restored.identity.merges()] == [number]
