"""A firm that joined a minute ago gets by its words what the next build gives it by them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from matchmaker.actors import Actor
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.matching.matches import ReasonKind
from matchmaker.workspace import Workspace
from tests.freshness.test_fresh_workspace import write

BY_REQUEST = ReasonKind.REQUEST_MEETS_OFFER
ROW = (
    "newcomer,Nystartet,company,Vi bygger et anlæg der laver tekstilfibre af planter.,"
    "Tekstilfibre af græs,Fast gødning fra biogas til egne marker"
)


@pytest.fixture
def workspace(sample_folder: Path, tmp_path: Path) -> Workspace:
    folder = tmp_path / "workspace"
    shutil.copytree(sample_folder, folder)
    return Workspace.open(folder)


def points(workspace: Workspace, kind: ReasonKind) -> dict[str, float]:
    return {
        match.partner_id: reason.points
        for match in workspace.published().suggestions("newcomer", top=15)
        for reason in match.reasons
        if reason.kind is kind
    }


def test_a_newcomers_requests_are_met_by_whom_the_next_build_finds(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.import_table(write(tmp_path / "new.csv", ROW), who="tests")
    before = points(workspace, BY_REQUEST)
    assert len(before) >= 3
    workspace.build()
    after = points(workspace, BY_REQUEST)
    # A build learns the points anew, so that they differ and their order hardly does.
    assert max(before, key=before.__getitem__) in sorted(after, key=after.__getitem__)[-3:]
    assert len(before.keys() & after.keys()) >= min(len(before), len(after)) // 2


def test_both_sentences_that_meet_are_quoted(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_table(write(tmp_path / "new.csv", ROW), who="tests")
    first = workspace.published().suggestions("newcomer")[0].reasons[0]
    assert first.seeker_quote is not None
    assert first.partner_quote is not None
    assert first.seeker_quote.source_id == "newcomer"
    assert first.partner_quote.source_id != "newcomer"


def test_a_request_written_now_is_met_now_and_the_rest_stays(workspace: Workspace) -> None:
    before = {each.partner_id for each in workspace.published().suggestions("hejrebaek", top=30)}
    request = "En partner som laver tekstilfibre af halm"
    actor: Actor = workspace.edit_actor("hejrebaek", {"requests": [request]}, who="tests")
    found = workspace.published().suggestions("hejrebaek", top=30)
    met = [reason for match in found for reason in match.reasons if reason.kind is BY_REQUEST]
    assert met
    assert {each.seeker_quote.text for each in met if each.seeker_quote} == {actor.requests[0].text}
    assert len(before & {each.partner_id for each in found}) > 10


def test_answers_and_filters_hold_for_a_newcomer(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_table(write(tmp_path / "new.csv", ROW), who="tests")
    first, second = (each.partner_id for each in workspace.published().suggestions("newcomer")[:2])
    workspace.answer("newcomer", first, Judgement(AnswerKind.DECLINED), who="tests")
    workspace.answer("newcomer", second, Judgement(AnswerKind.KNOWN), who="tests")
    published = workspace.published()
    listed = {each.partner_id: each.known for each in published.suggestions("newcomer", top=40)}
    assert first not in listed
    assert listed[second]
    assert second not in {each.partner_id for each in published.suggestions("newcomer", new=True, top=40)}
    assert published.suggestions("newcomer", new=True, top=1), "one who is known takes nobody's place"
    only = published.suggestions("newcomer", fits=lambda actor_id: actor_id == second)
    assert [each.partner_id for each in only] == [second]


def test_who_fits_is_the_same_list_with_the_others_left_out(workspace: Workspace) -> None:
    published = workspace.published()
    every = published.suggestions("hejrebaek", top=40)
    kept = {each.partner_id for each in every[::2]}
    found = published.suggestions("hejrebaek", top=20, fits=kept.__contains__)
    assert [each.partner_id for each in found] == [
        each.partner_id for each in every if each.partner_id in kept
    ]
    assert [each.score for each in found] == [each.score for each in every if each.partner_id in kept]
