"""An import taken back: as it was where nobody changed it since, told where somebody did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.errors import ImportNotFoundError
from matchmaker.workspace import Workspace

A = Actor("a", "A", ActorGroup.COMPANY, "Old.")
B = Actor("b", "B", ActorGroup.COMPANY)
C = Actor("c", "C", ActorGroup.SUPPLIER)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        opened._store.apply([A], [], source="first.csv", who="tests")
        yield opened


def bring_in(workspace: Workspace, *actors: Actor, collaborations: tuple[Collaboration, ...] = ()) -> int:
    workspace._store.apply(actors, collaborations, source="second.csv", who="ida")
    return workspace.intake.made()[0].number


def test_what_nobody_touched_is_as_it_was(workspace: Workspace) -> None:
    before = workspace.content()
    number = bring_in(
        workspace,
        replace(A, description="New."),
        B,
        collaborations=(Collaboration("p", "P", (Participation("b"), Participation("a"))),),
    )
    taken = workspace.intake.undo(number, who="bo")
    assert (taken.removed, taken.restored, taken.left) == ({"collaboration": 1, "actor": 1}, {"actor": 1}, ())
    assert workspace.content() == before
    assert workspace.history(subject="b")[0].action == "removed"
    assert workspace.history(subject="b")[0].who == "bo"


def test_a_trial_says_the_same_and_changes_nothing(workspace: Workspace) -> None:
    number = bring_in(workspace, B)
    before = workspace.content()
    would = workspace.intake.undo(number, who="bo", trial=True)
    assert workspace.content() == before
    assert workspace.intake.undo(number, who="bo") == would


def test_what_somebody_changed_since_stays_and_is_told(workspace: Workspace) -> None:
    number = bring_in(workspace, replace(A, description="New."), B, C)
    workspace.edit_actor("a", {"size": "7"}, who="bo")
    workspace.answer("b", "a", Judgement(AnswerKind.INTERESTED), who="bo")
    taken = workspace.intake.undo(number, who="ida")
    assert {(each.id, each.reason) for each in taken.left} == {("a", "changed"), ("b", "in_use")}
    assert taken.removed == {"actor": 1}
    assert workspace.actor("a").description == "New."
    assert workspace.actor("b") == B


def test_an_import_is_taken_back_once(workspace: Workspace) -> None:
    number = bring_in(workspace, B)
    workspace.intake.undo(number, who="ida")
    with pytest.raises(ImportNotFoundError, match="already"):
        workspace.intake.undo(number, who="ida")
    with pytest.raises(ImportNotFoundError):
        workspace.intake.undo(number + 1, who="ida")


def test_an_import_that_changes_nothing_is_none(workspace: Workspace) -> None:
    made = workspace.intake.made()
    workspace._store.apply([A], [], source="again.csv", who="ida")
    assert workspace.intake.made() == made


def test_imports_are_taken_back_from_the_latest(workspace: Workspace) -> None:
    before = workspace.content()
    first = bring_in(workspace, replace(A, description="One."))
    second = bring_in(workspace, replace(A, description="Two."))
    assert [each.reason for each in workspace.intake.undo(first, who="ida", trial=True).left] == ["changed"]
    workspace.intake.undo(second, who="ida")
    workspace.intake.undo(first, who="ida")
    assert workspace.content() == before


def test_too_old_imports_cannot_be_taken_back(workspace: Workspace) -> None:
    first = bring_in(workspace, B)
    for turn in range(20):
        bring_in(workspace, replace(A, size=str(turn)))
    assert not workspace.intake.one_made(first).can_be_undone
    with pytest.raises(ImportNotFoundError, match="too old"):
        workspace.intake.undo(first, who="ida")


states = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(st.sampled_from(["", "x", "y"]), st.sampled_from(["A", "B"])),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=states, second=states, third=states)
def test_any_imports_taken_back_in_turn_leave_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[str, tuple[str, str]],
    second: dict[str, tuple[str, str]],
    third: dict[str, tuple[str, str]],
) -> None:
    with Workspace.open(tmp_path_factory.mktemp("back") / "w", create=True) as workspace:
        contents = [workspace.content()]
        numbers = []
        for state in (first, second, third):
            actors = [Actor(key, name, ActorGroup.COMPANY, text) for key, (text, name) in state.items()]
            if workspace._store.apply(actors, [], source="f", who="t"):
                numbers.append(workspace.intake.made()[0].number)
                contents.append(workspace.content())
        for number, content in zip(reversed(numbers), reversed(contents[:-1]), strict=True):
            assert workspace.intake.undo(number, who="t").left == ()
            assert workspace.content() == content
