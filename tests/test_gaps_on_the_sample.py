"""Gaps, brokers and the portfolio of the sample cluster, by hand and from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.actors import Commitment
from matchmaker.cli import caveats, holding, main, missing
from matchmaker.landscape.caveats import Unknown
from matchmaker.landscape.fillers import FillerReason
from matchmaker.landscape.gap_signs import SignId
from matchmaker.landscape.gaps import GapKind, GapVerdict
from matchmaker.landscape.portfolio import State
from matchmaker.workspace import Workspace
from tests.test_sample import BRIDGES, MISSING_LINK, STAR

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], sample_folder: Path) -> Ask:
    """Runs the command line on the built sample; returns status, output and errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main(["--workspace", str(sample_folder), *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_the_spray_dryer_that_nobody_offers_is_the_link_most_ask_for(sample: Workspace) -> None:
    found = [each for each in sample.published().analysis.gaps().gaps if each.kind is GapKind.REQUEST]
    most = max(found, key=lambda each: each.asked)
    assert most.request is not None
    assert MISSING_LINK.search(most.request.text)
    assert most.verdict is GapVerdict.MISSING
    assert most.asked >= 5
    assert most.fillers == ()


def test_the_star_comes_first_and_the_bridges_come_beyond_their_size(sample: Workspace) -> None:
    analysis = sample.published().analysis
    assert analysis.brokers().brokers[0].actor_id == STAR
    beyond = analysis.brokers(limit=20, beyond_size=True).brokers
    for bridge in BRIDGES:
        broker = next(each for each in beyond if each.actor_id == bridge)
        assert broker.sole_links_above_peers is not None
        assert broker.sole_links_above_peers > 0.5


def test_more_is_lost_without_the_star_than_without_others(sample: Workspace) -> None:
    held = sample.published().analysis.holding([STAR])
    assert held.efficient[0].left < held.efficient[0].left_random_low


def test_every_collaboration_of_the_sample_is_in_the_portfolio(sample: Workspace) -> None:
    published = sample.published()
    found = published.analysis.portfolio()
    assert sum(each.collaborations for each in found.rows) == published.counts().collaborations


def test_gaps_are_told_in_words_and_as_json(ask: Ask, sample: Workspace) -> None:
    status, words, _ = ask("gaps", "--limit", 2)
    assert status == 0
    assert "members look for it" in words
    assert "too rare to tell from chance" in words
    place = next(each for each in sample.published().sub_clusters() if each.parent_id is None)
    by_id, by_label = (json.loads(ask("gaps", name, "--json")[1]) for name in (place.id, place.label))
    assert by_id == by_label
    assert {each["sub_cluster_id"] for each in by_id["gaps"]} <= {place.id}


def test_brokers_are_told_in_words_and_as_json(ask: Ask) -> None:
    status, words, _ = ask("brokers", "--limit", 3)
    assert status == 0
    assert "links between sub-clusters through it alone" in words
    assert "Bridges between sub-clusters" in words
    found = json.loads(ask("brokers", "--limit", 3, "--beyond-size", "--json")[1])
    assert len(found["brokers"]) == 3
    assert found["holding"]["whole"]["actors"] == 212


def test_the_portfolio_is_told_in_words_and_as_json(ask: Ask) -> None:
    status, words, _ = ask("portfolio")
    assert status == 0
    assert "across groups" in words
    found = json.loads(ask("portfolio", "--on", "2024-12-31", "--json")[1])
    assert {each["commitment"] for each in found["rows"]} <= set(Commitment)


def test_what_is_wrong_is_one_line(ask: Ask) -> None:
    status, words, error = ask("gaps", "sc-nowhere")
    assert (status, words) == (1, "")
    assert "There is no sub-cluster with the id 'sc-nowhere'" in error
    status, _, error = ask("portfolio", "--on", "2999-01-01")
    assert status == 2
    assert "in the future" in error
    assert ask("gaps", "--limit", 0)[0] == 2


def test_there_is_a_sentence_for_everything_that_can_be_said() -> None:
    assert set(caveats.SENTENCES) == set(Unknown)
    assert set(missing.SIGNS) == set(SignId)
    assert set(missing.REASONS) == set(FillerReason)
    assert set(missing.VERDICTS) == set(GapVerdict)
    assert set(State) <= set(holding.POSITION)
