"""Partners by an actor's words as they are now: for one that is newer than the build, or says something else since.

The same points as a build gives for requests that meet offers and for likeness in meaning, worked out for one seeker at
the time of asking; what rests on collaborations is the build's to know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind, Quote
from matchmaker.copies import Copies
from matchmaker.corpus import KINDS
from matchmaker.freshness.columns import Columns, own_passages
from matchmaker.generation import Generation
from matchmaker.matching.amounts import Feature
from matchmaker.matching.candidates import COMMON_TERM_FLOOR, COMMON_TERM_SHARE, NEIGHBOURS
from matchmaker.matching.evidence import MEANING_SHARE, NOISE, STATEMENTS_IN_FULL, above_noise
from matchmaker.matching.matches import Match, Reason, ReasonKind
from matchmaker.matching.ranking import Wish, best_of
from matchmaker.search import allowed, quote
from matchmaker.word_index import WordIndex

_OFFER, _REQUEST, _DESCRIPTION = (
    KINDS.index(each) for each in (PassageKind.OFFER, PassageKind.REQUEST, PassageKind.DESCRIPTION)
)

LOOKED_AT = 500
"""Of a seeker's best partners, those among whom the ones that fit are looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """How well each actor answers some passages, and by which passage of each side; shape (n,), -1 for none."""

    amount: NDArray[np.float32]
    ours: NDArray[np.intp]
    theirs: NDArray[np.intp]


class Newcomers:
    """Compares what changed actors say now with everybody; immutable, so that many threads may ask."""

    def __init__(
        self,
        made: Generation,
        columns: Columns,
        words: tuple[WordIndex, WordIndex],
        added_vectors: NDArray[np.float32],
        copies: Copies,
    ) -> None:
        """``words`` are the build's passages' and the added ones', in one vocabulary."""
        self._made = made
        self._columns = columns
        self._now = columns.now
        self._words = words
        self._added_vectors = added_vectors
        self._copies = copies

    @cached_property
    def _said(self) -> NDArray[np.bool_]:
        """Shape (passages,): those that somebody says now."""
        said = np.ones(len(self._now.texts), dtype=np.bool_)
        said[: len(self._columns.withdrawn)] = ~self._columns.withdrawn
        return said

    @cached_property
    def _holders(self) -> sparse.csc_array:
        return sparse.csc_array(self._now.holds)

    @cached_property
    def _lengths(self) -> NDArray[np.float32]:
        """Shape (passages,): the lengths of the passages' weights of words, every word counted."""
        squares = [
            np.bincount(each.weights.indices, each.weights.data**2, minlength=each.weights.shape[0])
            for each in self._words
        ]
        return np.maximum(np.sqrt(np.concatenate(squares)), 1e-12).astype(np.float32)

    @cached_property
    def _telling(self) -> NDArray[np.bool_]:
        """Shape (terms,): words that several passages share, but not too many."""
        holders = sum(np.diff(each.weights.indptr) for each in self._words)
        most = max(COMMON_TERM_FLOOR, COMMON_TERM_SHARE * len(self._now.texts))
        return np.asarray((holders > 1) & (holders <= most), dtype=np.bool_)

    def _vectors(self, passages: NDArray[np.intp]) -> NDArray[np.float32]:
        """Vectors of some passages, shape (passages, d)."""
        built = len(self._made.vectors)
        result = np.empty((len(passages), self._made.vectors.shape[1]), dtype=np.float32)
        behind = passages >= built
        result[~behind] = self._made.vectors[passages[~behind]]
        result[behind] = self._added_vectors[passages[behind] - built]
        return result

    def _lexical(self, passage: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """Cosines in telling words of one of the added passages with others, shape (others,)."""
        built = len(self._made.vectors)
        index = self._words[passage >= built]
        own = sparse.csr_array(index.weights[[passage - built * (passage >= built)], :])
        kept = self._telling[own.indices]
        terms, weights = own.indices[kept], own.data[kept] / self._lengths[passage]
        answered = np.concatenate(
            [np.asarray(each.weights[:, terms] @ weights).ravel() for each in self._words]
        )
        return np.asarray(answered[others] / self._lengths[others], dtype=np.float32)

    def concerns(self, actor_id: str) -> bool:
        """Whether the actor says something else than in the build, or is not in it."""
        row = self._columns.row_of.get(actor_id)
        return row is not None and bool(np.isin(row, self._columns.added_rows)) and self._speaks_anew(row)

    def matches(
        self,
        seeker_id: str,
        wish: Wish,
        *,
        apart: frozenset[tuple[str, str]],
        fits: Callable[[str], bool] | None = None,
    ) -> list[Match]:
        """The best partners by words alone, best first; ``apart`` are pairs that are not proposed.

        Of those alone whose id ``fits``, where that is given, among the ``LOOKED_AT`` best.
        """
        row = self._columns.row_of[seeker_id]
        own = own_passages(self._now, row)
        if not len(own):
            return []
        kinds = self._now.kinds
        asks = self._met(own[kinds[own] == _REQUEST], (_OFFER, _DESCRIPTION), full=_REQUEST)
        gives = self._met(own[kinds[own] != _REQUEST], (_REQUEST,), full=_OFFER)
        alike = self._alike(own[kinds[own] != _REQUEST])
        points = {
            ReasonKind.REQUEST_MEETS_OFFER: self._made.weights.of(Feature.REQUESTS, asks.amount),
            ReasonKind.OFFER_MEETS_REQUEST: self._made.weights.of(Feature.OFFERS, gives.amount),
            ReasonKind.SIMILARITY: self._made.weights.of(Feature.MEANING, alike),
        }
        scores = np.round(sum(points.values(), np.zeros(len(alike), np.float32)), 3)
        scores = np.where(self._left(row, wish, scores, apart), scores, -np.inf).astype(np.float32)
        scores[self._copies.hidden(scores[None])[0]] = -np.inf
        found = []
        best = best_of(scores, wish.top if fits is None else max(LOOKED_AT, wish.top))
        wanted = (each for each in best if fits is None or fits(self._now.ids[int(each)]))
        for partner in islice(wanted, wish.top):
            reasons = [
                self._reason(kind, round(float(earned[partner]), 2), own, int(partner), asks, gives)
                for kind, earned in points.items()
                if round(float(earned[partner]), 2) > 0
            ]
            reasons.sort(key=lambda each: (-each.points, each.kind))
            found.append(self._match(seeker_id, int(partner), tuple(reasons)))
        return found

    def _speaks_anew(self, row: int) -> bool:
        built_row = int(self._columns.built_rows[row])
        if built_row < 0:
            return True
        before = {self._made.corpus.texts[each] for each in own_passages(self._made.corpus, built_row)}
        return before != {self._now.texts[each] for each in own_passages(self._now, row)}

    def _met(self, own: NDArray[np.intp], kinds: tuple[int, ...], *, full: int) -> _Met:
        """What meets the passages: the best of each other actor for each request, as a build counts it."""
        count = len(self._now.ids)
        amount = np.zeros(count, dtype=np.float32)
        best = np.zeros(count, dtype=np.float32)
        others = np.flatnonzero(np.isin(self._now.kinds, kinds) & self._said)
        asked = full == _REQUEST
        by_request: dict[int, NDArray[np.float32]] = {}
        ours, theirs = np.full(count, -1, dtype=np.intp), np.full(count, -1, dtype=np.intp)
        for passage in own:
            strength = self._strength(int(passage), others)
            for place in np.flatnonzero(strength):
                other, value = int(others[place]), np.float32(strength[place])
                # What one request gets is the best that one actor has for it.
                request = int(passage) if asked else other
                got = by_request.setdefault(request, np.zeros(count, dtype=np.float32))
                for actor in self._holding(other):
                    got[actor] = max(got[actor], value)
                    if value > best[actor]:
                        best[actor], ours[actor], theirs[actor] = value, passage, other
        for got in by_request.values():
            amount += got
        return _Met(amount * self._in_full(len(own)), ours, theirs)

    def _holding(self, passage: int) -> NDArray[np.intp]:
        span = slice(self._holders.indptr[passage], self._holders.indptr[passage + 1])
        return np.asarray(self._holders.indices[span], dtype=np.intp)

    def _in_full(self, statements: int) -> np.float32:
        return np.float32(np.sqrt(STATEMENTS_IN_FULL / max(statements, STATEMENTS_IN_FULL)))

    def _strength(self, passage: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """Likeness above the noise with other passages, of the nearest in meaning or words alone; shape (others,)."""
        if not len(others):
            return np.zeros(0, dtype=np.float32)
        meaning = self._vectors(others) @ self._vectors(np.array([passage]))[0]
        lexical = self._lexical(passage, others)
        near = np.zeros(len(others), dtype=np.bool_)
        for likeness in (meaning, lexical):
            near[np.argsort(-likeness, kind="stable")[:NEIGHBOURS]] = True
        blend = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * lexical
        return np.where(near, np.clip((blend - NOISE) / (1 - NOISE), 0, 1), 0).astype(np.float32)

    def _alike(self, own: NDArray[np.intp]) -> NDArray[np.float32]:
        """Likeness in meaning with everybody of the build, as ``Feature.MEANING``; shape (n,)."""
        result = np.zeros(len(self._now.ids), dtype=np.float32)
        if not len(own):
            return result
        evidence, vectors = self._made.evidence, self._vectors(own)
        length = np.sqrt(max(float(above_noise(vectors @ vectors.T).sum()), 1e-12))
        told = above_noise(np.asarray(evidence.unit_vectors @ vectors.T, np.float32)).sum(axis=1)
        built = np.asarray(evidence.tells @ told, dtype=np.float32) / (evidence.meaning_lengths * length)
        known = self._columns.built_rows >= 0
        result[known] = built[self._columns.built_rows[known]]
        return result

    def _left(
        self, row: int, wish: Wish, scores: NDArray[np.float32], apart: frozenset[tuple[str, str]]
    ) -> NDArray[np.bool_]:
        left = allowed(self._now, wish.groups, wish.region) & (scores > 0)
        left[row] = False
        if wish.across and not wish.groups:
            left &= self._now.groups != self._now.groups[row]
        seeker_id = self._now.ids[row]
        for one, other in apart:
            if one == seeker_id and other in self._columns.row_of:
                left[self._columns.row_of[other]] = False
        return left

    def _reason(
        self, kind: ReasonKind, points: float, own: NDArray[np.intp], partner: int, asks: _Met, gives: _Met
    ) -> Reason:
        if kind is ReasonKind.SIMILARITY:
            return Reason(kind, points, *self._meeting(own, partner))
        met = asks if kind is ReasonKind.REQUEST_MEETS_OFFER else gives
        return Reason(kind, points, *self._quoted(int(met.ours[partner]), int(met.theirs[partner])))

    def _meeting(self, own: NDArray[np.intp], partner: int) -> tuple[Quote | None, Quote | None]:
        """The passages of both sides that are most alike in meaning."""
        held = np.sort(self._now.holds[[partner], :].indices)
        held = held[(self._now.kinds[held] != _REQUEST) & self._said[held]]
        told = own[self._now.kinds[own] != _REQUEST]
        if not len(held) or not len(told):
            return None, None
        likeness = self._vectors(told) @ self._vectors(held).T
        one, other = np.unravel_index(int(np.argmax(likeness)), likeness.shape)
        return self._quoted(int(told[one]), int(held[other]))

    def _quoted(self, ours: int, theirs: int) -> tuple[Quote, Quote]:
        texts = self._now.texts
        return (
            quote(self._now, ours, against=texts[theirs]),
            quote(self._now, theirs, against=texts[ours]),
        )

    def _match(self, seeker_id: str, partner: int, reasons: tuple[Reason, ...]) -> Match:
        return Match(
            seeker_id=seeker_id,
            partner_id=self._now.ids[partner],
            partner_name=self._now.names[partner],
            partner_group=self._now.group(partner),
            known=False,
            reasons=reasons,
            alike=tuple(self._now.ids[row] for row in self._copies.others(partner)),
        )


def joined(built: Match, fresh: Match) -> Match:
    """One match of what a build and what today's words say: of each kind of reason the stronger."""
    kept = {each.kind: each for each in built.reasons}
    for each in fresh.reasons:
        if each.kind not in kept or each.points > kept[each.kind].points:
            kept[each.kind] = each
    reasons = sorted(kept.values(), key=lambda each: (-each.points, each.kind))
    return replace(built, reasons=tuple(reasons))
