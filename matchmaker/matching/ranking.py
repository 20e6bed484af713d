"""From evidence to ranked matches: points by kind of reason, the best partners, and the sentences that meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import ActorGroup, Quote
from matchmaker.corpus import GROUPS, Corpus
from matchmaker.matching.evidence import Evidence, go_between_weights
from matchmaker.matching.matches import Match, Reason, ReasonKind
from matchmaker.search import in_region, quote
from matchmaker.text import is_keywords

SEEKERS_AT_ONCE = 256
ACTORS_SAMPLED = 1000
NAMES_SHOWN = 3
PASSAGES_COMPARED = 24


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts."""

    most: dict[ReasonKind, float] = field(
        default_factory=lambda: {
            ReasonKind.REQUEST_MEETS_OFFER: 50.0,
            ReasonKind.OFFER_MEETS_REQUEST: 50.0,
            ReasonKind.SIMILARITY: 40.0,
            ReasonKind.SHARED_PARTNERS: 30.0,
            ReasonKind.WORKED_TOGETHER: 10.0,
        }
    )
    """Points that no amount of evidence exceeds."""
    same_region: float = 2.0
    length_exponent: float = 0.2
    """Likeness is divided by the product of both actors' numbers of texts to this power: 0 favours those with
    many texts, 0.5 is a cosine."""


Typical = dict[ReasonKind, float]
"""The amount of evidence that earns half the points: what the median actor has with its best partner."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which partners a seeker wants to see."""

    top: int = 10
    groups: tuple[ActorGroup, ...] = ()
    """Only these groups; empty means all that ``across`` allows."""
    region: str = ""
    new: bool = False
    """Only actors the seeker has not worked with."""
    across: bool = True
    """Only other groups than the seeker's own."""

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for fewer than one partner."""
        if self.top < 1:
            raise ValueError(f"top must be at least 1, not {self.top}")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A seeker's best partners as rows of the corpus, with the points of each kind of reason."""

    seeker: int
    partners: NDArray[np.intp]
    points: dict[ReasonKind, NDArray[np.float32]]
    """By kind, an array as long as ``partners``."""


class Recommender:
    """Ranks partners over one set of evidence; immutable, so that many threads may ask at once."""

    def __init__(
        self, corpus: Corpus, evidence: Evidence, typical: Typical, weights: Weights | None = None
    ) -> None:
        self._corpus = corpus
        self._evidence = evidence
        self._typical = typical
        self._weights = weights or Weights()
        known = {region: number for number, region in enumerate(sorted(set(corpus.regions) - {""}))}
        self._regions = np.array([known.get(region, -1) for region in corpus.regions], dtype=np.int64)
        holds = evidence.units.holds
        texts = np.maximum(np.diff(holds.indptr), 1).astype(np.float32)
        shorten = sparse.diags_array(texts**-self._weights.length_exponent, dtype=np.float32)
        self._profiles = sparse.csr_array(shorten @ holds)
        self._profiles_by_unit = sparse.csr_array(self._profiles.T)
        self._met_by = sparse.csr_array(evidence.meets.T)
        self._answered_by = sparse.csr_array(evidence.answers.T)
        self._go_betweens = sparse.csr_array(sparse.diags_array(go_between_weights(evidence)) @ evidence.ties)

    def amounts(self, seekers: NDArray[np.intp]) -> dict[ReasonKind, sparse.csr_array]:
        """How much evidence of each kind speaks for each pair; each of shape (seekers, n)."""
        evidence = self._evidence
        return {
            ReasonKind.REQUEST_MEETS_OFFER: sparse.csr_array(evidence.meets[seekers]),
            ReasonKind.OFFER_MEETS_REQUEST: sparse.csr_array(self._met_by[seekers]),
            ReasonKind.SIMILARITY: sparse.csr_array(
                self._profiles[seekers] @ evidence.likeness @ self._profiles_by_unit
            ),
            ReasonKind.SHARED_PARTNERS: sparse.csr_array(evidence.ties[seekers] @ self._go_betweens),
            ReasonKind.WORKED_TOGETHER: sparse.csr_array(evidence.together[seekers]),
        }

    def rank(self, seekers: Sequence[int], wish: Wish) -> Iterator[Ranked]:
        """The best partners of each seeker, in the seekers' order; ties break by id."""
        allowed = self._allowed(wish)
        for start in range(0, len(seekers), SEEKERS_AT_ONCE):
            block = np.array(seekers[start : start + SEEKERS_AT_ONCE], dtype=np.intp)
            points = {kind: self._points(kind, amount) for kind, amount in self.amounts(block).items()}
            total = _sum(list(points.values()))
            for position, seeker in enumerate(block):
                partners = self._best(int(seeker), *_entries(total, position), allowed, wish)
                earned = {kind: _at(matrix, position, partners) for kind, matrix in points.items()}
                earned[ReasonKind.SAME_REGION] = self._region_points(int(seeker), partners)
                yield Ranked(int(seeker), partners, earned)

    def matches(self, seekers: Sequence[int], wish: Wish) -> Iterator[list[Match]]:
        """The best partners of each seeker as matches with reasons and quotes."""
        for ranked in self.rank(seekers, wish):
            yield [self._match(ranked, position) for position in range(len(ranked.partners))]

    def _points(self, kind: ReasonKind, amount: sparse.csr_array) -> sparse.csr_array:
        # Saturating, and on one scale for all seekers: more evidence never earns less, and no kind outgrows its most.
        points = self._weights.most[kind] * amount.data / (amount.data + self._typical[kind])
        return sparse.csr_array(
            (points.astype(np.float32), amount.indices, amount.indptr), shape=amount.shape
        )

    def _allowed(self, wish: Wish) -> NDArray[np.bool_]:
        allowed = np.ones(len(self._corpus.ids), dtype=np.bool_)
        if wish.groups:
            allowed &= np.isin(self._corpus.groups, [GROUPS.index(group) for group in wish.groups])
        if wish.region:
            allowed &= in_region(self._corpus, wish.region)
        return allowed

    def _best(
        self,
        seeker: int,
        partners: NDArray[np.intp],
        scores: NDArray[np.float32],
        allowed: NDArray[np.bool_],
        wish: Wish,
    ) -> NDArray[np.intp]:
        keep = allowed[partners] & (partners != seeker) & (scores > 0)
        if wish.across and not wish.groups:
            keep &= self._corpus.groups[partners] != self._corpus.groups[seeker]
        if wish.new:
            keep &= ~np.isin(partners, self._partners(seeker))
        partners, scores = partners[keep], scores[keep]
        scores = np.round(scores + self._region_points(seeker, partners), 4)
        if len(scores) > wish.top:
            least = np.partition(scores, len(scores) - wish.top)[len(scores) - wish.top]
            partners, scores = partners[scores >= least], scores[scores >= least]
        order = np.lexsort((partners, -scores))
        return np.asarray(partners[order[: wish.top]], dtype=np.intp)

    def _partners(self, seeker: int) -> NDArray[np.intp]:
        return _entries(self._evidence.together, seeker)[0]

    def _region_points(self, seeker: int, partners: NDArray[np.intp]) -> NDArray[np.float32]:
        same = (self._regions[partners] == self._regions[seeker]) & (self._regions[seeker] >= 0)
        return np.asarray(same * self._weights.same_region, dtype=np.float32)

    def _match(self, ranked: Ranked, position: int) -> Match:
        seeker, partner = ranked.seeker, int(ranked.partners[position])
        earned = {kind: round(float(points[position]), 2) for kind, points in ranked.points.items()}
        reasons = [
            self._reason(kind, points, seeker, partner) for kind, points in earned.items() if points > 0
        ]
        reasons.sort(key=lambda reason: (-reason.points, reason.kind))
        return Match(
            seeker_id=self._corpus.ids[seeker],
            partner_id=self._corpus.ids[partner],
            partner_name=self._corpus.names[partner],
            partner_group=self._corpus.group(partner),
            known=bool(np.isin(partner, self._partners(seeker))),
            reasons=tuple(reasons),
        )

    def _reason(self, kind: ReasonKind, points: float, seeker: int, partner: int) -> Reason:
        evidence = self._evidence
        if kind is ReasonKind.SHARED_PARTNERS:
            return Reason(kind, points, names=self._shared_partners(seeker, partner))
        if kind is ReasonKind.WORKED_TOGETHER:
            return Reason(kind, points, names=self._shared_collaborations(seeker, partner))
        if kind is ReasonKind.SAME_REGION:
            return Reason(kind, points, names=(self._corpus.regions[seeker],))
        links = {
            ReasonKind.REQUEST_MEETS_OFFER: evidence.answers,
            ReasonKind.OFFER_MEETS_REQUEST: self._answered_by,
            ReasonKind.SIMILARITY: evidence.likeness,
        }[kind]
        ours, theirs = self._quotes(links, seeker, partner)
        return Reason(kind, points, seeker_quote=ours, partner_quote=theirs)

    def _shared_partners(self, seeker: int, partner: int) -> tuple[str, ...]:
        ours = np.asarray(self._evidence.ties[[seeker], :].toarray()).ravel()
        theirs = np.asarray(self._go_betweens[:, [partner]].toarray()).ravel()
        worth = ours * theirs
        best = np.argsort(-worth, kind="stable")[:NAMES_SHOWN]
        return tuple(self._corpus.names[row] for row in best if worth[row] > 0)

    def _shared_collaborations(self, seeker: int, partner: int) -> tuple[str, ...]:
        takes_part = self._corpus.takes_part
        shared = np.intersect1d(takes_part[[seeker], :].indices, takes_part[[partner], :].indices)
        newest = shared[np.lexsort((shared, -self._corpus.collaboration_dates[shared].astype(np.int64)))]
        return tuple(self._corpus.titles[column] for column in newest[:NAMES_SHOWN])

    def _quotes(self, links: sparse.csr_array, seeker: int, partner: int) -> tuple[Quote, Quote]:
        holds = self._evidence.units.holds
        ours, theirs = holds[[seeker], :].indices, holds[[partner], :].indices
        block = sparse.csc_array(links[ours])[:, theirs].tocoo()
        strongest = np.lexsort((block.col, block.row, -block.data))[0]
        return self._passages_that_meet(int(ours[block.row[strongest]]), int(theirs[block.col[strongest]]))

    def _quotable(self, unit: int) -> NDArray[np.intp]:
        passages = self._evidence.units.passages_of(unit)[:PASSAGES_COMPARED]
        bare = np.array([is_keywords(self._corpus.texts[passage]) for passage in passages], dtype=np.bool_)
        return passages if bare.all() else passages[~bare]

    def _passages_that_meet(self, our_unit: int, their_unit: int) -> tuple[Quote, Quote]:
        left, right = self._quotable(our_unit), self._quotable(their_unit)
        vectors = self._evidence.units.passage_vectors
        nearest = vectors[left].astype(np.float32) @ vectors[right].astype(np.float32).T
        row, column = np.unravel_index(int(np.argmax(nearest)), nearest.shape)
        texts = self._corpus.texts
        ours, theirs = int(left[row]), int(right[column])
        return (
            quote(self._corpus, ours, against=texts[theirs]),
            quote(self._corpus, theirs, against=texts[ours]),
        )


def _sum(matrices: Sequence[sparse.csr_array]) -> sparse.csr_array:
    entries = [matrix.tocoo() for matrix in matrices]
    rows, columns = (np.concatenate([each.coords[axis] for each in entries]) for axis in (0, 1))
    values = np.concatenate([each.data for each in entries])
    return sparse.csr_array((values, (rows, columns)), shape=matrices[0].shape)


def _entries(matrix: sparse.csr_array, row: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Columns and values of one row."""
    span = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[span].astype(np.intp), matrix.data[span]


def _at(matrix: sparse.csr_array, row: int, columns: NDArray[np.intp]) -> NDArray[np.float32]:
    """The values of one row in some columns, 0 where there is none."""
    present, values = _entries(matrix, row)
    order = np.argsort(present)
    present, values = present[order], values[order]
    place = np.minimum(np.searchsorted(present, columns), max(len(present) - 1, 0))
    if not len(present):
        return np.zeros(len(columns), dtype=np.float32)
    return np.where(present[place] == columns, values[place], 0).astype(np.float32)


def typical_amounts(corpus: Corpus, evidence: Evidence, weights: Weights | None = None) -> Typical:
    """How much evidence of each kind the median actor has with its best partner, of those who have any.

    The scale thus fits a cluster of forty as well as a register; at most ``ACTORS_SAMPLED`` actors are asked.
    """
    everything = dict.fromkeys((weights or Weights()).most, 1.0)
    recommender = Recommender(corpus, evidence, everything, weights)
    count = len(corpus.ids)
    sampled = np.unique(np.linspace(0, max(count - 1, 0), min(count, ACTORS_SAMPLED)).astype(np.intp))
    typical = everything
    for kind, amount in recommender.amounts(sampled).items():
        own = sparse.csr_array(
            (np.ones(len(sampled)), (np.arange(len(sampled)), sampled)), shape=amount.shape
        )
        others = sparse.csr_array(amount - amount.multiply(own))
        best = np.asarray(others.max(axis=1).toarray()).ravel() if others.nnz else np.zeros(0)
        if (best > 0).any():
            typical[kind] = float(np.median(best[best > 0]))
    return typical
