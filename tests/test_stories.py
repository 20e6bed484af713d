"""Whole journeys on real and on made data: from a file to what a facilitator, a firm and an analyst take away."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from matchmaker.actors import ActorGroup
from matchmaker.matching.matches import ReasonKind
from matchmaker.workspace import Workspace
from tests.conftest import DATA, ROOT

CORDIS = ROOT.parent / "shared" / "data" / "cordis-horizon" / "cordis-HORIZONprojects-csv.zip"
DANISH = ROOT.parent / "shared" / "data" / "danish-erdf"


def test_a_request_meets_an_offer_in_the_other_language(sample: Workspace) -> None:
    """Of all best five partners in the sample, many are found across languages, with both sentences quoted."""
    crossing = 0
    for matches in sample.published().all_suggestions(top=5, new=True):
        for match in matches:
            for reason in match.reasons:
                if reason.seeker_quote and reason.partner_quote:
                    assert reason.seeker_quote.text
                    assert reason.partner_quote.text
                    asked = reason.kind in (ReasonKind.REQUEST_MEETS_OFFER, ReasonKind.OFFER_MEETS_REQUEST)
                    spoken = {reason.seeker_quote.language, reason.partner_quote.language}
                    crossing += asked and spoken == {"da", "en"}
    assert crossing > 50


@pytest.mark.parametrize(
    ("need", "owner"),
    [
        ("Måling af protein og tørstof i uklare væsker, mens anlægget kører.", "Lysbro Spektral"),
        ("binder without formaldehyde for fibre boards", "Limgren Binders"),
        ("Hvem giver startkapital til virksomheder, der bruger sidestrømme?", "Sivhøj Kapital"),
    ],
)
def test_a_need_finds_who_answers_it(sample: Workspace, need: str, owner: str) -> None:
    assert owner in [hit.name for hit in sample.published().search(need, top=3)]


def test_every_actor_that_says_or_did_something_gets_suggestions(sample: Workspace) -> None:
    published = sample.published()
    without = [
        actor.id
        for actor in published.actors(limit=1000).items
        if (actor.description or published.collaborations_of(actor.id))
        and not published.suggestions(actor.id)
    ]
    assert without == []


def test_exposure_counts_the_lists_an_actor_is_in_and_nobody_is_in_all(sample: Workspace) -> None:
    published = sample.published()
    shown = dict.fromkeys(published.actor_names(), 0)
    for matches in published.all_suggestions(top=10):
        for match in matches:
            shown[match.partner_id] += 1
    assert published.exposure(top=10) == shown
    assert max(shown.values()) < 0.7 * len(shown)
    assert sum(count > 0 for count in shown.values()) > 0.8 * len(shown)


def test_the_spin_off_that_is_planted_in_the_sample_is_among_the_first(sample: Workspace) -> None:
    """The sample's README names the actors of the fermentation spin-off; most of them are in one candidate."""
    published = sample.published()
    with (DATA / "actors.csv").open(encoding="utf-8", newline="") as source:
        fermenting = {row["Id"] for row in csv.DictReader(source) if "gær" in row["Beskrivelse"].casefold()
                      or "ferment" in row["Beskrivelse"].casefold()}  # fmt: skip
    shares = []
    for candidate in published.spin_offs()[:3]:
        members = {each.actor_id for each in published.sub_cluster(candidate.sub_cluster_id).members}
        shares.append(len(members & fermenting) / len(members))
    assert max(shares) > 0.5


@pytest.mark.skipif(
    not CORDIS.exists(), reason=f"needs the CORDIS bulk download at {CORDIS.name} in ../shared"
)
def test_real_danish_research_is_imported_built_and_asked(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "cordis", create=True) as workspace:
        workspace.import_cordis(
            CORDIS, fields=["/agricultural sciences/animal and dairy science"], who="tests"
        )
        workspace.build()
        published = workspace.published()
        assert published.counts().by_group[ActorGroup.KNOWLEDGE_INSTITUTION] > 50
        seeker = published.find_actor("AARHUS UNIVERSITET")
        matches = published.suggestions(seeker.id)
        assert matches
        assert all(match.partner_group is not ActorGroup.KNOWLEDGE_INSTITUTION for match in matches)
        assert published.search("hvem forsker i køernes sundhed og velfærd?")


@pytest.mark.skipif(not DANISH.exists(), reason="needs the Danish structural-fund projects in ../shared")
def test_danish_tables_keep_their_letters_from_file_to_answer(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "dansk", create=True) as workspace:
        report = workspace.import_table(
            DANISH / "organisations.csv",
            collaborations=DANISH / "projects.csv",
            participations=DANISH / "participations.csv",
            default_group=ActorGroup.OTHER,
            dry_run=True,
            who="tests",
        )
    assert report.rejections == ()
    assert len(report.changes.actors.new) == 1085
    assert len(report.changes.collaborations.new) == 547
    assert not report.applied
