"""From evidence to ranked partners: points by kind of reason, the shared score they add up to, the best of them."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup
from matchmaker.copies import Copies
from matchmaker.corpus import Corpus
from matchmaker.matching.amounts import LINKS, Amounts, Comparison, Feature
from matchmaker.matching.answered import AnsweredRows
from matchmaker.matching.evidence import Evidence
from matchmaker.matching.explaining import Explaining
from matchmaker.matching.matches import Match, ReasonKind
from matchmaker.matching.weights import SHARE_OF_TYPICAL, Weights
from matchmaker.search import allowed

SEEKERS_AT_ONCE = 32
THREADS = 4

REASON_OF: dict[Feature, ReasonKind] = {
    Feature.REQUESTS: ReasonKind.REQUEST_MEETS_OFFER,
    Feature.OFFERS: ReasonKind.OFFER_MEETS_REQUEST,
    Feature.WORDS: ReasonKind.SIMILARITY,
    Feature.MEANING: ReasonKind.SIMILARITY,
    Feature.CIRCLE: ReasonKind.CIRCLE,
    Feature.SHARED: ReasonKind.SHARED_PARTNERS,
    Feature.TOGETHER: ReasonKind.WORKED_TOGETHER,
    Feature.EXPERIENCE: ReasonKind.EXPERIENCE,
    Feature.NEARNESS: ReasonKind.NEARBY,
    Feature.COUNTRIES: ReasonKind.NEARBY,
    Feature.GROUPS: ReasonKind.EXPERIENCE,
    Feature.PROGRAMMES: ReasonKind.PROGRAMMES,
}

USUAL = (
    Feature.WORDS,
    Feature.MEANING,
    Feature.NEARNESS,
    Feature.COUNTRIES,
    Feature.GROUPS,
    Feature.PROGRAMMES,
    Feature.EXPERIENCE,
)
"""What counts less the further afield a seeker looks: what is alike, near and known to all. What links the two stays."""
NEW_GROUND_POINTS = 20.0
"""What a linked partner that tells of nothing the seeker tells of earns when looking as far afield as can be; one as
much alike as the best partner of most actors earns nothing."""

COMPETITORS_ALIKE = 0.5
"""Likeness in meaning from which two actors of one group are taken to do the same."""

FEW_PARTNERS = 400
"""Pairs up to which those alone are compared that are to be explained."""

Points = dict[ReasonKind, NDArray[np.float32]]
"""By kind of reason, an array of points of shape (seekers, n) or (partners,)."""


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
    afield: float = 0.0
    """How far afield to look, from 0 (close) to 1 (bold): likeness counts less, and difference counts."""

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for fewer than one partner or an ``afield`` outside 0 to 1."""
        if self.top < 1:
            raise ValueError(f"top must be at least 1, not {self.top}")
        if not 0 <= self.afield <= 1:
            raise ValueError(f"afield must be from 0 to 1, not {self.afield}")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A seeker's best partners as rows of the corpus, with the points of each kind of reason."""

    seeker: int
    partners: NDArray[np.intp]
    scores: NDArray[np.float32]
    """As long as ``partners``: what the points add up to."""
    points: Points
    """By kind, an array as long as ``partners``."""
    competitors: NDArray[np.bool_]
    """As long as ``partners``."""


class Recommender:
    """Ranks partners over one set of evidence; immutable, so that many threads may ask at once."""

    def __init__(
        self, corpus: Corpus, evidence: Evidence, weights: Weights, copies: Copies | None = None
    ) -> None:
        """Of actors that say nearly the same (``copies``) only the best-scored one is in a list."""
        self._corpus = corpus
        self._copies = copies
        self._evidence = evidence
        self._weights = weights
        self.compared = Comparison(corpus, evidence)
        self._explaining = Explaining(self.compared, weights)
        self._answered: AnsweredRows | None = None

    def heeding(self, answered: AnsweredRows) -> Recommender:
        """The same over the same evidence, that heeds what was answered; this object stays as it is."""
        other = copy.copy(self)
        other._answered = answered
        return other

    def scores(self, seekers: NDArray[np.intp], wish: Wish) -> NDArray[np.float32]:
        """Shared scores with all actors, shape (seekers, n); minus infinity for partners the wish leaves out."""
        amounts = self.compared.amounts(seekers)
        scores = _total(self._points(amounts, wish))
        return self._left(seekers, self.compared.partners, scores, amounts, wish)

    def rank(self, seekers: Sequence[int], wish: Wish) -> Iterator[Ranked]:
        """The best partners of each seeker, in the seekers' order; ties break by id.

        Many seekers take the least time sorted by actor group: they are then not compared with their own.
        """
        if not seekers:
            return
        if len(seekers) <= SEEKERS_AT_ONCE:
            yield from self._ranked(np.array(seekers, dtype=np.intp), self.compared, wish)
            return
        # Sparse products use one core each; a few blocks ahead keep the cores busy without filling the memory.
        with ThreadPoolExecutor(THREADS) as threads:
            ahead: deque[Future[list[Ranked]]] = deque()
            for block, compared in self._blocks(seekers, wish):
                ahead.append(threads.submit(self._ranked, block, compared, wish))
                if len(ahead) > THREADS:
                    yield from ahead.popleft().result()
            while ahead:
                yield from ahead.popleft().result()

    def _blocks(self, seekers: Sequence[int], wish: Wish) -> Iterator[tuple[NDArray[np.intp], Comparison]]:
        """Seekers to rank at once, with the comparison that has all partners the wish leaves them."""
        groups, group, others = self._corpus.groups, -1, self.compared
        for start in range(0, len(seekers), SEEKERS_AT_ONCE):
            block = np.array(seekers[start : start + SEEKERS_AT_ONCE], dtype=np.intp)
            if not _across(wish) or np.ptp(groups[block]):
                yield block, self.compared
                continue
            if groups[block[0]] != group:
                group = groups[block[0]]
                others = self.compared.among(np.flatnonzero(groups != group))
            yield block, others

    def explained(
        self, seekers: Sequence[int], partners: Sequence[NDArray[np.intp]], wish: Wish | None = None
    ) -> Iterator[list[Match]]:
        """The matches of each seeker with its own ``partners``, whoever they are, in the order given."""
        for start in range(0, len(seekers), SEEKERS_AT_ONCE):
            block = np.array(seekers[start : start + SEEKERS_AT_ONCE], dtype=np.intp)
            chosen = partners[start : start + SEEKERS_AT_ONCE]
            # Whoever is not among them need not be compared.
            several = len(chosen) and sum(map(len, chosen)) <= FEW_PARTNERS
            compared = self.compared.among(np.unique(np.concatenate(chosen))) if several else self.compared
            for ranked in self._ranked(block, compared, wish or Wish(), chosen):
                yield [self._match(ranked, position) for position in range(len(ranked.partners))]

    def _ranked(
        self,
        block: NDArray[np.intp],
        compared: Comparison,
        wish: Wish,
        chosen: Sequence[NDArray[np.intp]] | None = None,
    ) -> list[Ranked]:
        amounts = compared.amounts(block)
        points = self._points(amounts, wish)
        scores = self._left(block, compared.partners, _total(points), amounts, wish)
        best = chosen or [best_of(each, wish.top) for each in self._without_copies(scores)]
        columns = [np.searchsorted(compared.partners, partners) for partners in best]
        return [
            Ranked(
                int(seeker),
                partners,
                scores[position, partners],
                {kind: each[position, columns[position]] for kind, each in points.items()},
                self._competitors(int(seeker), partners, amounts, (position, columns[position])),
            )
            for position, (seeker, partners) in enumerate(zip(block, best, strict=True))
        ]

    def matches(self, seekers: Sequence[int], wish: Wish) -> Iterator[list[Match]]:
        """The best partners of each seeker as matches with reasons and quotes."""
        for ranked in self.rank(seekers, wish):
            yield [self._match(ranked, position) for position in range(len(ranked.partners))]

    def told(self, ranked: Ranked, positions: Sequence[int]) -> list[Match]:
        """Some of a seeker's ranked partners, by their positions, as matches with reasons and quotes."""
        return [self._match(ranked, position) for position in positions]

    def _points(self, amounts: Amounts, wish: Wish) -> Points:
        points: Points = {}
        for feature, amount in amounts.items():
            earned = self._weights.of(feature, amount)
            if feature in USUAL and wish.afield:
                earned *= np.float32(1 - wish.afield)
            kind = REASON_OF[feature]
            points[kind] = points[kind] + earned if kind in points else earned
        if wish.afield:
            alike = amounts[Feature.MEANING] * np.float32(
                SHARE_OF_TYPICAL / self._weights.scale[Feature.MEANING]
            )
            different = np.maximum(1 - alike, 0)
            points[ReasonKind.NEW_GROUND] = different * np.float32(NEW_GROUND_POINTS * wish.afield)
        return points

    def _left(
        self,
        seekers: NDArray[np.intp],
        partners: NDArray[np.intp],
        scores: NDArray[np.float32],
        amounts: Amounts,
        wish: Wish,
    ) -> NDArray[np.float32]:
        """The scores, rounded, with minus infinity for those the wish leaves out or nothing links."""
        corpus = self._corpus
        linked = np.zeros((len(seekers), len(corpus.ids)), dtype=np.bool_)
        linked[:, partners] = _linked(amounts, wish)
        linked[:, ~allowed(corpus, wish.groups, wish.region)] = False
        linked[np.arange(len(seekers)), seekers] = False
        if _across(wish):
            linked &= corpus.groups[None, :] != corpus.groups[seekers][:, None]
        if self._answered is not None:
            self._answered.leave_out(linked, seekers, new=wish.new)
        left = np.full(linked.shape, -np.inf, dtype=np.float32)
        left[:, partners] = np.round(scores, 3)
        left[~linked] = -np.inf
        return left

    def _without_copies(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        return (
            scores
            if self._copies is None
            else np.where(self._copies.hidden(scores), np.float32(-np.inf), scores)
        )

    def _competitors(
        self, seeker: int, partners: NDArray[np.intp], amounts: Amounts, at: tuple[int, NDArray[np.intp]]
    ) -> NDArray[np.bool_]:
        """Which of the partners, whose amounts are ``at`` these places, do what the seeker does."""
        requests, offers, meaning = (
            amounts[each][at] for each in (Feature.REQUESTS, Feature.OFFERS, Feature.MEANING)
        )
        same_group = self._corpus.groups[partners] == self._corpus.groups[seeker]
        return np.asarray((meaning >= COMPETITORS_ALIKE) & same_group & (requests + offers == 0))

    def _match(self, ranked: Ranked, position: int) -> Match:
        corpus = self._corpus
        seeker, partner = ranked.seeker, int(ranked.partners[position])
        earned = {kind: round(float(points[position]), 2) for kind, points in ranked.points.items()}
        reasons = [
            self._explaining.reason(kind, points, seeker, partner)
            for kind, points in earned.items()
            if points > 0
        ]
        reasons.sort(key=lambda reason: (-reason.points, reason.kind))
        return Match(
            seeker_id=corpus.ids[seeker],
            partner_id=corpus.ids[partner],
            partner_name=corpus.names[partner],
            partner_group=corpus.group(partner),
            known=self._known(seeker, partner),
            reasons=tuple(reasons),
            competitor=bool(ranked.competitors[position]),
            alike=self._alike(partner, seeker),
        )

    def _alike(self, partner: int, seeker: int) -> tuple[str, ...]:
        others = () if self._copies is None else self._copies.others(partner)
        return tuple(self._corpus.ids[row] for row in others if row != seeker)

    def _known(self, seeker: int, partner: int) -> bool:
        said = self._answered is not None and bool(self._answered.acquainted[seeker, partner])
        return said or bool(self._evidence.together[seeker, partner])


def _across(wish: Wish) -> bool:
    """Whether a seeker's own group is left out; naming groups outranks it."""
    return wish.across and not wish.groups


def _linked(amounts: Amounts, wish: Wish) -> NDArray[np.bool_]:
    """Which pairs something links, in the shape of the amounts."""
    linked = np.zeros(amounts[Feature.MEANING].shape, dtype=np.bool_)
    for feature in LINKS:
        linked |= amounts[feature] > 0
    if wish.new:
        linked &= amounts[Feature.TOGETHER] == 0
    return linked


def _total(points: Points) -> NDArray[np.float32]:
    return np.asarray(sum(points.values()), dtype=np.float32)


def best_of(scores: NDArray[np.float32], top: int) -> NDArray[np.intp]:
    """Rows of the best scores, best first; ties break by row, which is by id."""
    partners = np.flatnonzero(np.isfinite(scores))
    if len(partners) > top:
        values = scores[partners]
        partners = partners[values >= np.partition(values, len(values) - top)[len(values) - top]]
    order = np.lexsort((partners, -scores[partners]))
    return np.asarray(partners[order[:top]], dtype=np.intp)
