"""What today's words earn is what a build would give for them, and lists keep to their own rules over changed actors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Request
from matchmaker.corpus import corpus
from matchmaker.freshness import Changed
from matchmaker.freshness.overlay import lay_over
from matchmaker.generation import Generation, make_generation
from matchmaker.matching.amounts import Feature
from matchmaker.matching.matches import Match, ReasonKind
from matchmaker.matching.ranking import NEW_GROUND_POINTS, Wish
from matchmaker.suggesting import Suggesting
from matchmaker.text import passages
from tests.small_encoder import DIMENSIONS, WordsEncoder

PIGS, BOATS = "We mix feed for pigs.", "We build wooden boats."
BREWERY = Actor("brew", "Bryg", ActorGroup.COMPANY, "We brew dark beer from barley malt.")
FEED = Actor("feed", "Foder", ActorGroup.SUPPLIER, PIGS, requests=(Request("Drivers with a lorry"),))
YARD = Actor("yard", "Værft", ActorGroup.SUPPLIER, BOATS)
LAB = Actor("lab", "Laboratorium", ActorGroup.KNOWLEDGE_INSTITUTION, "We study feed for fish and pigs.")
ACTORS = [BREWERY, FEED, LAB, YARD]
NEW = Actor("new", "Ny", ActorGroup.COMPANY, PIGS)

STRAW = Request("Straw pressed into round bales")
PRESSED = Offer("Round bales of pressed straw")


class TableEncoder(WordsEncoder):
    """Gives some texts the directions that a test sets down for them."""

    def __init__(self, rows: Mapping[str, NDArray[np.float32]]) -> None:
        self._rows = rows

    def _row(self, text: str) -> NDArray[np.float32]:
        return self._rows[text] if text in self._rows else super()._row(text)


class Cluster:
    """A build of some actors, asked after others changed."""

    def __init__(self, actors: Sequence[Actor], encoder: WordsEncoder | None = None) -> None:
        data = corpus(actors, [], passages(actors, []))
        self._encoder = encoder or WordsEncoder()
        self.made: Generation = make_generation(data, self._encoder.encode(data.texts), step=lambda _: None)

    def after(self, *changed: Actor) -> Suggesting:
        row_of = self.made.corpus.row_of
        overlay = lay_over(
            self.made,
            row_of,
            Changed(1, {each.id: each for each in changed}),
            lambda texts, _languages, _width: self._encoder.encode(texts),
        )
        return Suggesting(self.made, row_of).under(overlay)

    def found(self, seeker: str, *changed: Actor, **wish: object) -> dict[str, Match]:
        """The seeker's partners by id, the best first."""
        matches = self.after(*changed).partners(seeker, Wish(**{"top": 200, **wish}))  # type: ignore[arg-type]
        return {each.partner_id: each for each in matches}

    def amount(self, feature: Feature, points: float) -> float:
        """The evidence that earned these points."""
        weights = self.made.weights
        return float(weights.scale[feature] * (2 ** (points / weights.points[feature]) - 1))


def points(match: Match) -> dict[ReasonKind, float]:
    return {each.kind: each.points for each in match.reasons}


def said_by(match: Match, kind: ReasonKind) -> str:
    """What the partner is quoted with in a reason."""
    (reason,) = (each for each in match.reasons if each.kind is kind)
    assert reason.partner_quote is not None
    return reason.partner_quote.text


def some_offers(count: int) -> tuple[Offer, ...]:
    return tuple(Offer(f"Gadget{n} wired{n}") for n in range(count))


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster(ACTORS)


def test_a_newcomer_is_not_like_a_partner_for_words_that_this_one_withdrew(cluster: Cluster) -> None:
    assert "feed" in cluster.found("new", NEW)
    assert "feed" not in cluster.found("new", NEW, replace(FEED, description=BOATS))


def test_a_newcomer_is_as_like_a_partner_that_says_the_same_since_as_one_that_always_did(
    cluster: Cluster,
) -> None:
    found = cluster.found("new", NEW, replace(YARD, description=PIGS))
    assert found["yard"].score == pytest.approx(found["feed"].score, abs=0.01)
    assert said_by(found["yard"], ReasonKind.SIMILARITY) == PIGS


def test_two_newcomers_are_as_like_as_a_newcomer_and_a_built_partner_that_says_the_same(
    cluster: Cluster,
) -> None:
    found = cluster.found("new", NEW, replace(FEED, id="second", requests=()))
    assert points(found["second"]) == points(found["feed"])


def test_what_a_partner_left_unchanged_beside_an_edit_counts_over_what_it_says_now(cluster: Cluster) -> None:
    more = replace(FEED, offers=(Offer("Carved oars and masts"),))
    before, after = (
        points(found["feed"])[ReasonKind.SIMILARITY]
        for found in (cluster.found("new", NEW), cluster.found("new", NEW, more))
    )
    # What it tells beside it makes the same sentence a smaller share of all that it tells.
    ratio = cluster.amount(Feature.MEANING, after) / cluster.amount(Feature.MEANING, before)
    assert ratio == pytest.approx(1 / np.sqrt(2), abs=0.03)


def test_a_partner_that_offers_everything_counts_as_little_for_a_newcomer_as_in_a_build() -> None:
    few = Actor("few", "Few", ActorGroup.SUPPLIER, offers=(PRESSED,))
    many = replace(few, id="many", offers=(PRESSED, *some_offers(31)))
    cluster = Cluster([few, many, LAB])
    found = cluster.found("new", replace(NEW, requests=(STRAW,)))
    one, other = (
        cluster.amount(Feature.REQUESTS, points(found[each])[ReasonKind.REQUEST_MEETS_OFFER])
        for each in ("few", "many")
    )
    assert other == pytest.approx(one / 2, rel=0.05)


def test_a_partner_that_asks_for_everything_counts_as_little_for_a_newcomer_as_in_a_build() -> None:
    wants = tuple(Request(each.text) for each in some_offers(31))
    few = Actor("few", "Few", ActorGroup.SUPPLIER, requests=(STRAW,))
    cluster = Cluster([few, replace(few, id="many", requests=(STRAW, *wants)), LAB])
    found = cluster.found("new", replace(NEW, offers=(PRESSED,)))
    one, other = (
        cluster.amount(Feature.OFFERS, points(found[each])[ReasonKind.OFFER_MEETS_REQUEST])
        for each in ("few", "many")
    )
    assert other == pytest.approx(one / 2, rel=0.05)


def test_a_long_description_takes_nothing_from_what_a_newcomer_offers() -> None:
    cluster = Cluster([Actor("farm", "Farm", ActorGroup.SUPPLIER, requests=(STRAW,)), LAB])
    brief = replace(NEW, description="", offers=(PRESSED,))
    long = replace(brief, description=" ".join(f"Gadget{n} wired{n} {'soldered ' * 30}." for n in range(40)))
    assert len(passages([long], [])) > 30
    earned = [
        points(cluster.found("new", each)["farm"])[ReasonKind.OFFER_MEETS_REQUEST] for each in (brief, long)
    ]
    assert earned[0] == pytest.approx(earned[1], abs=0.02)


def test_who_shares_no_word_with_a_request_is_near_by_meaning_or_not_at_all() -> None:
    rng = np.random.default_rng(7)
    asked = np.eye(DIMENSIONS, dtype=np.float32)[0]

    def at(cosine: float) -> NDArray[np.float32]:
        aside = rng.standard_normal(DIMENSIONS)
        aside[0] = 0
        return np.asarray(cosine * asked + np.sqrt(1 - cosine**2) * aside / np.linalg.norm(aside), np.float32)

    near = {f"near{n:02}": at(0.6) for n in range(40)}
    # First by id, so that whoever is near for nothing would be one of these.
    less = {f"less{n:02}": at(0.4) for n in range(20)}
    unlike = {f"unlike{n:02}": at(-0.5) for n in range(64)}
    rows = {**less, **near, **unlike}
    actors = [Actor(each, each, ActorGroup.SUPPLIER, offers=(Offer(each),)) for each in rows]
    cluster = Cluster(actors, TableEncoder({**rows, "sought": asked}))
    found = cluster.found("new", replace(NEW, description="", requests=(Request("sought"),)))
    assert found.keys() == near.keys()


def test_the_further_afield_a_newcomer_looks_the_less_it_counts_to_be_alike(cluster: Cluster) -> None:
    close, half, bold = (cluster.found("new", NEW, afield=each) for each in (0, 0.5, 1))
    earned = points(close["lab"])[ReasonKind.SIMILARITY]
    assert points(half["lab"])[ReasonKind.SIMILARITY] == pytest.approx(earned / 2, abs=0.01)
    assert not any(ReasonKind.SIMILARITY in points(each) for each in bold.values())


def test_new_ground_is_worth_to_a_newcomer_what_a_build_gives_for_it() -> None:
    farm = Actor("farm", "Farm", ActorGroup.SUPPLIER, "Geese on meadows by a river.", offers=(PRESSED,))
    cluster = Cluster([*ACTORS, farm])
    found = cluster.found("new", replace(NEW, requests=(STRAW,)), afield=0.5)
    assert points(found["farm"])[ReasonKind.NEW_GROUND] == pytest.approx(NEW_GROUND_POINTS / 2, abs=0.01)
    assert "brew" not in found, "that two differ links nobody"


@pytest.mark.parametrize("afield", [0.5, 1.0])
def test_a_request_that_nobody_meets_leaves_a_changed_actors_list_far_afield_as_it_was(afield: float) -> None:
    lorries = Actor("haul", "Haul", ActorGroup.OTHER, PIGS, offers=(Offer("A lorry with drivers"),))
    cluster = Cluster([*ACTORS, lorries])
    edited = replace(FEED, requests=(*FEED.requests, Request("Quartz xylophones")))
    before, after = (
        {partner: points(match) for partner, match in cluster.found("feed", each, afield=afield).items()}
        for each in (replace(YARD, name="Værftet"), edited)
    )
    assert ReasonKind.REQUEST_MEETS_OFFER in before["haul"]
    assert before.keys() == after.keys()
    for partner, earned in before.items():
        assert after[partner] == pytest.approx(earned, abs=0.02)


def test_what_a_build_adds_to_a_partner_found_today_counts_less_far_afield_too() -> None:
    here = Place("DK", "DK041", "Skive")
    seeker = replace(BREWERY, place=here)
    alike = [Actor(f"malt{n:02}", f"Malt {n}", ActorGroup.SUPPLIER, BREWERY.description) for n in range(14)]
    baler = Actor("baler", "Baler", ActorGroup.SUPPLIER, "Geese by a river.", offers=(PRESSED,), place=here)
    cluster = Cluster([seeker, *alike, baler])
    edited = replace(seeker, requests=(STRAW,))
    (usual,) = cluster.after(edited).between([("brew", "baler")])
    assert ReasonKind.NEARBY in points(usual)
    bold = cluster.found("brew", edited, top=1, afield=1.0)["baler"]
    assert points(bold).keys() == {ReasonKind.REQUEST_MEETS_OFFER, ReasonKind.NEW_GROUND}


def test_nobody_is_both_alike_by_the_words_of_a_build_and_new_ground_by_those_of_today() -> None:
    alike = Actor("mill", "Mill", ActorGroup.SUPPLIER, BREWERY.description, offers=(PRESSED,))
    cluster = Cluster([BREWERY, alike, LAB])
    edited = replace(BREWERY, description=f"{BREWERY.description} Geese by a river.", requests=(STRAW,))
    found = cluster.found("brew", edited, afield=0.5)["mill"]
    assert points(found).keys() == {ReasonKind.REQUEST_MEETS_OFFER, ReasonKind.SIMILARITY}


TWICE = "We sort, wash and grade everything that growers of vegetables and berries bring us in crates."


def test_of_copies_that_the_build_and_todays_words_rank_otherwise_one_is_listed() -> None:
    straw = Actor("straw", "Straw", ActorGroup.SUPPLIER, TWICE, offers=(PRESSED,))
    whey = replace(straw, id="whey", offers=(Offer("Whey powder in sacks"),))
    seeker = replace(BREWERY, requests=(STRAW,))
    cluster = Cluster([seeker, straw, whey, LAB])
    assert cluster.found("brew", YARD).keys() & {"straw", "whey"} == {"straw"}
    found = cluster.found("brew", replace(seeker, requests=(Request("Sacks of whey powder"),)))
    assert found.keys() & {"straw", "whey"} == {"whey"}
    assert found["whey"].alike == ("straw",)


def test_of_partners_that_became_copies_one_is_listed_and_names_the_other() -> None:
    seeker = replace(BREWERY, requests=(STRAW,))
    one = Actor("one", "One", ActorGroup.SUPPLIER, "We press straw.", offers=(PRESSED,))
    other = replace(one, id="other", description="We sell round bales.")
    cluster = Cluster([seeker, one, other, LAB])
    assert cluster.found("brew", YARD).keys() >= {"one", "other"}
    found = cluster.found("brew", *(replace(each, description=TWICE) for each in (one, other)))
    (listed,) = found.keys() & {"one", "other"}
    assert {listed, *found[listed].alike} == {"one", "other"}


def test_a_newcomer_is_not_named_as_the_copy_of_a_partner(cluster: Cluster) -> None:
    found = cluster.found("new", replace(NEW, description=TWICE), replace(YARD, description=TWICE))
    assert found["yard"].alike == ()


SEEKS = replace(BREWERY, requests=(Request("Feed for pigs and fish"),))


@pytest.fixture(scope="module")
def moving() -> Cluster:
    return Cluster([SEEKS, *(replace(each, place=Place("DK", "Midtjylland")) for each in (FEED, LAB, YARD))])


def test_a_partner_that_is_now_of_the_seekers_own_group_is_listed_only_where_that_is_asked_for(
    moving: Cluster,
) -> None:
    regrouped = replace(FEED, group=ActorGroup.COMPANY)
    assert "feed" in moving.found("brew", YARD)
    assert "feed" not in moving.found("brew", regrouped)
    assert "feed" in moving.found("brew", regrouped, across=False)


def test_a_list_of_one_group_leaves_out_who_is_of_another_now(moving: Cluster) -> None:
    wanted = {"groups": (ActorGroup.SUPPLIER,)}
    assert "feed" in moving.found("brew", YARD, **wanted)
    assert "feed" not in moving.found("brew", replace(FEED, group=ActorGroup.COMPANY), **wanted)


def test_a_list_of_one_region_leaves_out_who_moved_away(moving: Cluster) -> None:
    wanted = {"region": "Midtjylland"}
    assert moving.found("brew", YARD, **wanted).keys() >= {"feed", "lab"}
    moved = replace(FEED, place=Place("DK", "Sjælland"))
    assert moving.found("brew", moved, **wanted).keys() & {"feed", "lab"} == {"lab"}


def test_who_changed_its_own_group_is_shown_nobody_of_the_one_it_is_of_now(moving: Cluster) -> None:
    found = moving.found("brew", replace(SEEKS, group=ActorGroup.SUPPLIER))
    assert "lab" in found
    assert "feed" not in found
