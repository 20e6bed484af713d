"""What is said of a match is heeded at the next question, wherever partners are proposed, without a new build."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.actors import ActorGroup
from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.cli import main
from matchmaker.matching.matches import Match
from matchmaker.matching.teams import TeamWish
from matchmaker.published import Published
from matchmaker.workspace import Workspace
from tests.freshness.test_fresh_workspace import write
from tests.matching.test_preferences import market, who_want_their_like

ROWS = (
    "brew,Nordmarken Bryghus,company,We brew organic beer and have spent grain.,Spent grain every week,Somebody who takes spent grain",
    "feed,Hede Foder,supplier,We mix spent grain into feed for pigs.,We take spent grain every week,Spent grain from breweries",
    "lab,Kornlaboratoriet,knowledge_institution,We study spent grain and feed for pigs.,Analyses of spent grain,Samples of spent grain",
    "town,Struer Kommune,public_body,The town collects food waste and spent grain.,Spent grain from schools,A feed mill",
    "press,Pressehuset,service_provider,We press and dry spent grain.,Drying of spent grain,Breweries with spent grain",
    "rival,Andet Bryghus,company,Dark lager from an old cellar leaves spent grain behind.,Wet spent grain on Fridays,A farm that feeds spent grain",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built workspace, to be copied."""
    folder = tmp_path_factory.mktemp("answers")
    with Workspace.open(folder / "workspace", create=True) as opened:
        opened.import_table(write(folder / "a.csv", *ROWS), who="tests")
        opened.build()
    return folder / "workspace"


@pytest.fixture
def workspace(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(shutil.copytree(built, tmp_path / "workspace")) as opened:
        yield opened


def say(workspace: Workspace, seeker: str, partner: str, kind: AnswerKind, **more: object) -> None:
    workspace.answer(seeker, partner, Judgement(kind, **more), who="tests")  # type: ignore[arg-type]


def partners(workspace: Workspace, seeker: str, **wish: object) -> list[str]:
    return [each.partner_id for each in workspace.published().suggestions(seeker, **wish)]  # type: ignore[arg-type]


def everywhere(published: Published, **wish: object) -> list[dict[str, list[str]]]:
    """Everybody's partners in each of the ways in which they are proposed, by seeker."""
    one_by_one = [published.suggestions(seeker, **wish) for seeker in published.actor_names()]  # type: ignore[arg-type]
    return [
        {matches[0].seeker_id: [each.partner_id for each in matches] for matches in lists if matches}
        for lists in (
            one_by_one,
            published.all_suggestions(**wish),  # type: ignore[arg-type]
            published.proposals(balance=0, **wish),  # type: ignore[arg-type]
            published.proposals(balance=0.5, **wish),  # type: ignore[arg-type]
        )
    ]


def test_without_answers_everybody_of_another_group_is_proposed(workspace: Workspace) -> None:
    for lists in everywhere(workspace.published()):
        assert set(lists["brew"]) == {"feed", "lab", "town", "press"}
        assert set(lists["feed"]) == {"brew", "lab", "town", "press", "rival"}


@pytest.mark.parametrize("kind", [AnswerKind.DECLINED, AnswerKind.NEVER])
@pytest.mark.parametrize("changed", [False, True], ids=["as built", "with changed profiles"])
def test_declined_and_never_keep_both_sides_apart_at_once(
    workspace: Workspace, kind: AnswerKind, changed: bool
) -> None:
    workspace.published()
    if changed:
        workspace.edit_actor("lab", {"description": "We study spent grain."}, who="tests")
    say(workspace, "brew", "feed", kind)
    assert (workspace.published().overlay is not None) is changed
    for lists in everywhere(workspace.published()):
        assert set(lists["brew"]) == {"lab", "town", "press"}
        assert "brew" not in lists["feed"]
        assert "feed" in lists["rival"]


def test_hidden_keeps_the_partner_from_this_seeker_alone(workspace: Workspace) -> None:
    say(workspace, "brew", "feed", AnswerKind.HIDDEN)
    for lists in everywhere(workspace.published()):
        assert "feed" not in lists["brew"]
        assert "brew" in lists["feed"]


def test_a_list_is_filled_up_with_the_next_best(workspace: Workspace) -> None:
    before = partners(workspace, "brew", top=2)
    say(workspace, "brew", before[0], AnswerKind.HIDDEN)
    after = partners(workspace, "brew", top=2)
    assert len(after) == 2
    assert after[0] == before[1]


def test_known_partners_are_marked_and_left_out_when_new_ones_are_asked_for(workspace: Workspace) -> None:
    say(workspace, "brew", "feed", AnswerKind.KNOWN)
    for lists in everywhere(workspace.published()):
        assert "feed" in lists["brew"]
    for lists in everywhere(workspace.published(), new=True):
        assert "feed" not in lists["brew"]
        assert "brew" not in lists["feed"]
    known = {each.partner_id: each.known for each in workspace.published().suggestions("feed")}
    assert [partner for partner, is_known in known.items() if is_known] == ["brew"]


@pytest.mark.parametrize("changed", [False, True], ids=["as built", "with changed profiles"])
def test_pinned_partners_come_first_whoever_scores_higher(workspace: Workspace, changed: bool) -> None:
    if changed:
        workspace.edit_actor("lab", {"description": "We study spent grain."}, who="tests")
    last = partners(workspace, "brew")[-1]
    say(workspace, "brew", last, AnswerKind.PINNED)
    for lists in everywhere(workspace.published()):
        assert lists["brew"][0] == last
        assert len(lists["brew"]) == len(set(lists["brew"])) == 4
    for lists in everywhere(workspace.published(), top=1):
        assert lists["brew"] == [last]
    first, second = workspace.published().suggestions("brew")[:2]
    assert (first.pinned, second.pinned) == (True, False)
    assert first.score == pytest.approx(sum(reason.points for reason in first.reasons))
    assert first.score < second.score


def test_a_pinned_partner_that_does_not_fit_takes_nobodys_place(workspace: Workspace) -> None:
    say(workspace, "brew", "feed", AnswerKind.PINNED)
    published = workspace.published()
    assert [each.partner_id for each in published.suggestions("brew", top=1)] == ["feed"]
    others = published.suggestions("brew", top=1, fits=lambda partner_id: partner_id != "feed")
    assert len(others) == 1


def test_a_pinned_partner_may_be_of_the_same_group_but_not_against_a_filter(workspace: Workspace) -> None:
    say(workspace, "brew", "rival", AnswerKind.PINNED)
    for lists in everywhere(workspace.published()):
        assert lists["brew"][0] == "rival"
    for lists in everywhere(workspace.published(), groups=[ActorGroup.SUPPLIER]):
        assert lists["brew"] == ["feed"]
    say(workspace, "brew", "rival", AnswerKind.KNOWN)
    assert "rival" not in partners(workspace, "brew", new=True)


def test_a_firms_no_outranks_a_pin(workspace: Workspace) -> None:
    say(workspace, "feed", "brew", AnswerKind.DECLINED)
    say(workspace, "brew", "feed", AnswerKind.PINNED)
    for lists in everywhere(workspace.published()):
        assert "feed" not in lists["brew"]


def test_interest_leaves_the_suggestions_as_they_are(workspace: Workspace) -> None:
    before = workspace.published().suggestions("brew")
    say(workspace, "brew", "feed", AnswerKind.INTERESTED)
    assert workspace.published().suggestions("brew") == before


def test_what_is_taken_back_no_longer_counts(workspace: Workspace) -> None:
    before = everywhere(workspace.published())
    edition = workspace.published().proposals_edition
    for kind in (AnswerKind.DECLINED, AnswerKind.PINNED):
        say(workspace, "brew", "town", kind)
    assert everywhere(workspace.published()) != before
    for _ in range(2):
        workspace.take_back_answer("brew", "town", who="tests")
    assert everywhere(workspace.published()) == before
    assert workspace.published().proposals_edition == edition


def test_a_build_from_before_the_answer_stays_as_it_was_for_who_holds_it(workspace: Workspace) -> None:
    held = workspace.published()
    say(workspace, "brew", "feed", AnswerKind.DECLINED)
    assert "feed" in {each.partner_id for each in held.suggestions("brew")}
    assert workspace.published() is not held
    assert workspace.published() is workspace.published()
    assert workspace.published().edition == held.edition
    assert workspace.published().proposals_edition != held.proposals_edition


def test_another_process_heeds_an_answer_at_its_next_question(workspace: Workspace) -> None:
    with Workspace.open(workspace.folder) as other:
        assert "feed" in partners(other, "brew")
        say(workspace, "brew", "feed", AnswerKind.DECLINED)
        assert "feed" not in partners(other, "brew")


def pairs(workspace: Workspace) -> list[tuple[str, str]]:
    return [(each.seeker_id, each.partner_id) for each in workspace.answers()]


def test_what_was_said_of_an_actor_goes_with_it_into_another_and_back_whoever_read_it_before(
    workspace: Workspace,
) -> None:
    say(workspace, "lab", "rival", AnswerKind.NEVER)
    before = workspace.published()
    assert (pairs(workspace), before.apart()) == ([("lab", "rival")], {("lab", "rival"), ("rival", "lab")})
    made = workspace.identity.merge("brew", "rival", who="tests")
    merged = workspace.published()
    assert pairs(workspace) == [("lab", "brew")]
    assert merged.kept_apart("lab", "brew")
    assert merged.lists_edition != before.lists_edition
    workspace.identity.undo(made.number, who="tests")
    undone = workspace.published()
    assert pairs(workspace) == [("lab", "rival")]
    assert (undone.kept_apart("lab", "rival"), undone.kept_apart("lab", "brew")) == (True, False)
    assert undone.lists_edition == before.lists_edition


def test_no_answer_that_was_read_before_names_whoever_is_erased(workspace: Workspace) -> None:
    say(workspace, "brew", "feed", AnswerKind.HIDDEN)
    before = workspace.published()
    assert {each.who for each in (*workspace.answers(), *before.answers)} == {"tests"}
    workspace.erase_persons([], authors=["tests"], who="ida")
    after = workspace.published()
    assert not {each.who for each in (*workspace.answers(), *after.answers)} & {"tests"}
    assert after.proposals_edition != before.proposals_edition, "clients do not keep what named them"


def test_answers_that_nobody_changed_stay_the_same_objects(workspace: Workspace) -> None:
    say(workspace, "brew", "feed", AnswerKind.HIDDEN)
    before = workspace.answers()
    workspace.name_sub_cluster(workspace.published().sub_clusters()[0].id, "Grain", who="tests")
    assert workspace.answers() is before


def test_answers_are_heeded_over_a_new_build_and_one_rolled_back(workspace: Workspace) -> None:
    say(workspace, "brew", "feed", AnswerKind.DECLINED)
    workspace.edit_actor("lab", {"description": "We study spent grain."}, who="tests")
    assert workspace.build().made
    assert "feed" not in partners(workspace, "brew")
    workspace.roll_back()
    assert "feed" not in partners(workspace, "brew")


def test_a_pinned_newcomer_is_shown_before_the_next_build_and_sees_its_pins_first(
    workspace: Workspace, tmp_path: Path
) -> None:
    row = "new,Den Nye,supplier,We buy barley.,,"
    workspace.import_table(write(tmp_path / "b.csv", row), who="tests")
    say(workspace, "brew", "new", AnswerKind.PINNED)
    say(workspace, "new", "lab", AnswerKind.PINNED)
    first = workspace.published().suggestions("brew")[0]
    assert first == Match("brew", "new", "Den Nye", ActorGroup.SUPPLIER, False, (), pinned=True)
    assert partners(workspace, "new")[0] == "lab"


def test_exposure_counts_what_is_proposed_now(workspace: Workspace) -> None:
    before = workspace.published().exposure()
    say(workspace, "brew", "feed", AnswerKind.HIDDEN)
    say(workspace, "brew", "rival", AnswerKind.PINNED)
    after = workspace.published().exposure()
    assert after == {**before, "feed": before["feed"] - 1, "rival": before["rival"] + 1}
    lists = everywhere(workspace.published())[0]
    assert after["feed"] == sum("feed" in each for each in lists.values())


def test_the_measures_of_balancing_are_of_the_lists_that_answers_leave(workspace: Workspace) -> None:
    before = workspace.published().balance_curve([0])[0]
    say(workspace, "brew", "feed", AnswerKind.NEVER)
    after = workspace.published().balance_curve([0])[0]
    assert after.mutual == before.mutual - 1


def test_no_team_holds_two_who_are_never_to_be_paired(workspace: Workspace) -> None:
    idea = "Spent grain from breweries is dried and mixed into feed for pigs."
    wish = TeamWish(least=2, most=4, include=("feed",))
    members = {each.actor_id for each in workspace.published().team(idea, wish).members}
    other = sorted(members - {"feed"})[0]
    say(workspace, other, "feed", AnswerKind.NEVER)
    members = {each.actor_id for each in workspace.published().team(idea, wish).members}
    assert "feed" in members
    assert other not in members
    with pytest.raises(ValueError, match="never to be paired"):
        workspace.published().team(idea, TeamWish(least=2, most=4, include=("feed", other)))


def test_few_answers_are_counted_and_heeded_but_call_for_no_new_build(workspace: Workspace) -> None:
    before = workspace.status()
    assert before.points is not None
    assert before.points.origin.startswith("Learned from new partners across actor groups")
    say(workspace, "brew", "feed", AnswerKind.DECLINED, reason=DeclineReason.NOT_RELEVANT)
    after = workspace.status()
    assert after.answers == 1
    assert after.stale == ()
    assert after.points == before.points
    assert after.points.answers is None
    assert not workspace.build().made


def test_a_build_learns_from_enough_answers_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared, _ = market()
    names = compared.corpus.names
    rows = []
    for row, actor_id in enumerate(compared.corpus.ids):
        actor = compared.corpus.actor(row)
        offers, requests = (" | ".join(each.text for each in of) for of in (actor.offers, actor.requests))
        rows.append(f"{actor_id},{names[row]},{actor.group},{actor.description},{offers},{requests}")
    with Workspace.open(tmp_path / "workspace", create=True) as workspace:
        workspace.import_table(write(tmp_path / "a.csv", *rows), who="tests")
        first = workspace.build().generation
        answers = who_want_their_like()
        for each in answers:
            workspace.answer(each.seeker_id, each.partner_id, each.said, who="tests")
        before = workspace.status()
        assert before.stale == (
            "answers were given after the build, which are heeded but not yet learned from",
        )
        learned = workspace.build()
        assert learned.made
        assert learned.generation != first
        after = workspace.status()
        assert after.stale == ()
        assert after.points is not None
        assert after.points.origin.startswith("Learned from the answers of 60 actors about 360 partners")
        assert after.points.answers is not None
        assert after.points.answers.adopted
        assert after.points.answers.after > after.points.answers.before
        assert not workspace.build().made
        # What was learned follows from what is said, not from when it was said.
        workspace.take_back_answer(answers[0].seeker_id, answers[0].partner_id, who="tests")
        assert workspace.status().stale
        workspace.answer(answers[0].seeker_id, answers[0].partner_id, answers[0].said, who="tests")
        assert workspace.status().stale == ()
    assert main(["--workspace", str(tmp_path / "workspace"), "status"]) == 0
    said = capsys.readouterr().out
    figure = after.points.answers
    assert f"On answers held back: {figure.after:.0%} of pairs in the right order" in said
    assert f"the points before had {figure.before:.0%} (60 actors, 360 partners)" in said
