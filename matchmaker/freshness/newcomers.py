"""Partners by an actor's words as they are now: for one that is newer than the build, or says something else since.

The same points as a build gives for requests that meet offers and for likeness in meaning, worked out for one seeker at
the time of asking; what rests on collaborations is the build's to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
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
from matchmaker.matching.evidence import (
    MEANING_SHARE,
    NOISE,
    STATEMENTS_IN_FULL,
    above_noise,
    meaning_lengths,
)
from matchmaker.matching.matches import Match, Reason, ReasonKind
from matchmaker.matching.ranking import NEW_GROUND_POINTS, Points, Wish, best_of
from matchmaker.matching.weights import SHARE_OF_TYPICAL
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


@dataclass(frozen=True, slots=True, eq=False)
class _Telling:
    """What *r* actors tell now that no longer tell what they told in the build."""

    rows: NDArray[np.intp]
    """Shape (r,), ascending."""
    tells: sparse.csr_array
    """Shape (r, units + added passages), float32 ones: the build's units first; requests are left out."""
    lengths: NDArray[np.float32]
    """Shape (r,): as ``Evidence.meaning_lengths``."""


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
        self._allowed = lru_cache(maxsize=8)(partial(allowed, columns.now))

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

    @cached_property
    def _offering(self) -> NDArray[np.float32]:
        return self._in_full(_OFFER)

    @cached_property
    def _asking(self) -> NDArray[np.float32]:
        return self._in_full(_REQUEST)

    def _in_full(self, kind: int) -> NDArray[np.float32]:
        """What each actor's statements of one kind count for, as in a build; shape (n,)."""
        spoken = self._now.holds @ (self._now.kinds == kind).astype(np.float32)
        statements = np.maximum(spoken, STATEMENTS_IN_FULL)
        return np.asarray(np.sqrt(STATEMENTS_IN_FULL / statements), dtype=np.float32)

    @cached_property
    def _anew(self) -> _Telling:
        """Those who withdrew or added words, or are new, with what they tell now."""
        columns, units = self._columns, self._made.evidence.units
        withdrew = {self._made.corpus.sources[each] for each in np.flatnonzero(columns.withdrawn)}
        there = [columns.row_of[each] for each in withdrew if each in columns.row_of]
        rows = np.union1d(np.array(there, dtype=np.intp), columns.added_rows)
        held = sparse.coo_array(self._now.holds[rows])
        told = self._now.kinds[held.col] != _REQUEST
        added = len(units.kinds) + np.arange(len(self._added_vectors))
        places = np.concatenate([units.of_passage, added])[held.col[told]]
        shape = (len(rows), len(units.kinds) + len(added))
        tells = sparse.csr_array((held.data[told], (held.row[told], places)), shape=shape)
        # Several passages of one project are one unit.
        tells.data = np.ones_like(tells.data)
        used = np.unique(tells.indices).astype(np.intp)
        return _Telling(rows, tells, meaning_lengths(tells[:, used], self._unit_vectors(used)))

    def _vectors(self, passages: NDArray[np.intp]) -> NDArray[np.float32]:
        """Vectors of some passages, shape (passages, d)."""
        return _rows_of_both(self._made.vectors, self._added_vectors, passages)

    def _unit_vectors(self, units: NDArray[np.intp]) -> NDArray[np.float32]:
        """Vectors of some units, those of the build first and the added passages behind them; shape (units, d)."""
        return _rows_of_both(self._made.evidence.unit_vectors, self._added_vectors, units)

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
        requests = self._now.kinds[own] == _REQUEST
        asks = self._met(row, own[requests], asked=True)
        gives = self._met(row, own[~requests], asked=False)
        alike = self._alike(own[~requests])
        points = self._points(asks, gives, alike, wish.afield)
        scores = np.round(sum(points.values(), np.zeros(len(alike), np.float32)), 3)
        linked = (asks.amount > 0) | (gives.amount > 0) | (alike > 0)
        left = self._left(row, wish, linked & (scores > 0), apart)
        scores = np.where(left, scores, -np.inf).astype(np.float32)
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

    def listed(self, seeker_id: str, matches: Iterable[Match], wish: Wish) -> list[Match]:
        """Of matches, best first, those whose partner, as it is now, is of a group and in a region that the wish asks for.

        Of partners with nearly the same text the first alone is listed, and names the others.
        """
        row_of = self._columns.row_of
        wanted = self._wanted(row_of[seeker_id], wish)
        found: dict[int, Match] = {}
        for each in matches:
            row = row_of.get(each.partner_id)
            if row is not None and wanted[row]:
                found.setdefault(int(self._copies.groups[row]), each)
        beside = {seeker_id, *(each.partner_id for each in found.values())}
        return [
            replace(each, alike=tuple(sorted({*each.alike, *self._alike_to(each.partner_id)} - beside)))
            for each in found.values()
        ]

    def _alike_to(self, actor_id: str) -> tuple[str, ...]:
        """The ids of those with nearly the same text."""
        return tuple(self._now.ids[row] for row in self._copies.others(self._columns.row_of[actor_id]))

    def _points(self, asks: _Met, gives: _Met, alike: NDArray[np.float32], afield: float) -> Points:
        """What the evidence is worth, by kind of reason, as a build counts it; each of shape (n,)."""
        weights = self._made.weights
        points = {
            ReasonKind.REQUEST_MEETS_OFFER: weights.of(Feature.REQUESTS, asks.amount),
            ReasonKind.OFFER_MEETS_REQUEST: weights.of(Feature.OFFERS, gives.amount),
            ReasonKind.SIMILARITY: weights.of(Feature.MEANING, alike) * np.float32(1 - afield),
        }
        if afield:
            typical = np.float32(SHARE_OF_TYPICAL / weights.scale[Feature.MEANING])
            different = np.maximum(1 - alike * typical, 0)
            points[ReasonKind.NEW_GROUND] = different * np.float32(NEW_GROUND_POINTS * afield)
        return points

    def _speaks_anew(self, row: int) -> bool:
        built_row = int(self._columns.built_rows[row])
        if built_row < 0:
            return True
        before = {self._made.corpus.texts[each] for each in own_passages(self._made.corpus, built_row)}
        return before != {self._now.texts[each] for each in own_passages(self._now, row)}

    def _met(self, row: int, own: NDArray[np.intp], *, asked: bool) -> _Met:
        """What meets an actor's passages: the best of each other actor for each request, as a build counts it.

        The passages are its requests (``asked``), or else what it tells, for the requests of others.
        """
        kinds = (_OFFER, _DESCRIPTION) if asked else (_REQUEST,)
        count = len(self._now.ids)
        amount = np.zeros(count, dtype=np.float32)
        best = np.zeros(count, dtype=np.float32)
        others = np.flatnonzero(np.isin(self._now.kinds, kinds) & self._said)
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
        here, there = (self._asking, self._offering) if asked else (self._offering, self._asking)
        return _Met(amount * here[row] * there, ours, theirs)

    def _holding(self, passage: int) -> NDArray[np.intp]:
        span = slice(self._holders.indptr[passage], self._holders.indptr[passage + 1])
        return np.asarray(self._holders.indices[span], dtype=np.intp)

    def _strength(self, passage: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """Likeness above the noise with other passages, of the nearest in meaning or words alone; shape (others,)."""
        if not len(others):
            return np.zeros(0, dtype=np.float32)
        meaning = self._vectors(others) @ self._vectors(np.array([passage]))[0]
        lexical = self._lexical(passage, others)
        near = np.zeros(len(others), dtype=np.bool_)
        near[np.argsort(-meaning, kind="stable")[:NEIGHBOURS]] = True
        # Whoever shares no word is not near by words, however few do.
        shared = np.flatnonzero(lexical > 0)
        near[shared[np.argsort(-lexical[shared], kind="stable")[:NEIGHBOURS]]] = True
        blend = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * lexical
        return np.where(near, np.clip((blend - NOISE) / (1 - NOISE), 0, 1), 0).astype(np.float32)

    def _alike(self, own: NDArray[np.intp]) -> NDArray[np.float32]:
        """Likeness in meaning with all that everybody tells now, as ``Feature.MEANING``; shape (n,)."""
        result = np.zeros(len(self._now.ids), dtype=np.float32)
        if not len(own):
            return result
        evidence, vectors, anew = self._made.evidence, self._vectors(own), self._anew
        length = np.sqrt(max(float(above_noise(vectors @ vectors.T).sum()), 1e-12))
        built, added = (
            above_noise(np.asarray(each @ vectors.T, np.float32)).sum(axis=1)
            for each in (evidence.unit_vectors, self._added_vectors)
        )
        known = self._columns.built_rows >= 0
        rows = self._columns.built_rows[known]
        result[known] = ((evidence.tells @ built) / (evidence.meaning_lengths * length))[rows]
        # A build's row holds what was withdrawn, too.
        result[anew.rows] = (anew.tells @ np.concatenate([built, added])) / (anew.lengths * length)
        return result

    def _wanted(self, row: int, wish: Wish) -> NDArray[np.bool_]:
        """Who is now of a group and in a region that the wish asks for, shape (n,)."""
        wanted = self._allowed(wish.groups, wish.region)
        if wish.across and not wish.groups:
            return np.asarray(wanted & (self._now.groups != self._now.groups[row]))
        return wanted

    def _left(
        self, row: int, wish: Wish, linked: NDArray[np.bool_], apart: frozenset[tuple[str, str]]
    ) -> NDArray[np.bool_]:
        """Who of those that something links is proposed, shape (n,)."""
        left = self._wanted(row, wish) & linked
        left[row] = False
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
        if kind is ReasonKind.NEW_GROUND:
            return Reason(kind, points)
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
            alike=self._alike_to(self._now.ids[partner]),
        )


def joined(built: Match, fresh: Match) -> Match:
    """One match of what a build and what today's words say: of each kind of reason the stronger.

    How much is new ground goes with the likeness that counts, so that nobody is both alike and different.
    """
    before, now = ({each.kind: each for each in match.reasons} for match in (built, fresh))
    kept = dict(before)
    for each in fresh.reasons:
        if each.kind not in kept or each.points > kept[each.kind].points:
            kept[each.kind] = each
    kept.pop(ReasonKind.NEW_GROUND, None)
    as_built = (
        ReasonKind.SIMILARITY in before and kept[ReasonKind.SIMILARITY] is before[ReasonKind.SIMILARITY]
    )
    new_ground = (before if as_built else now).get(ReasonKind.NEW_GROUND)
    reasons = [*kept.values(), *([new_ground] if new_ground else [])]
    reasons.sort(key=lambda each: (-each.points, each.kind))
    return replace(built, reasons=tuple(reasons))


def _rows_of_both(
    built: NDArray[np.float32], added: NDArray[np.float32], rows: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Some rows of one matrix with those of another behind them, without copying either."""
    result = np.empty((len(rows), built.shape[1]), dtype=np.float32)
    behind = rows >= len(built)
    result[~behind] = built[rows[~behind]]
    result[behind] = added[rows[behind] - len(built)]
    return result
