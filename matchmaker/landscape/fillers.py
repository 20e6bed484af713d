"""Who could fill a gap in a sub-cluster: actors outside it, each with the reasons and the passage that is nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind, Quote
from matchmaker.corpus import KINDS, Corpus
from matchmaker.landscape.incidence import Incidence
from matchmaker.text import best_sentence

SAME_TEXT = 0.98
"""Actors are near-copies where the means of their passages have this cosine; a list shows one of them."""
MOST_ALIKE = 5
"""Near-copies that are named with the one that is shown, at most."""
POINTS_NEAR, POINTS_TAKES_PART, POINTS_WORKED_WITH = 4.0, 1.0, 0.5
"""Points for a cosine of 1, for each e-fold of collaborations, for each e-fold of members worked with.

Chosen on what came of proposals at the middle of 2022 in CORDIS Horizon; later windows were not looked at for it.
"""


class FillerReason(StrEnum):
    """Why an actor could fill a gap."""

    NEAR = "near"
    """The quoted passage is near what the sub-cluster is about; the amount is the cosine."""
    TAKES_PART = "takes_part"
    """It takes part in so many of the sub-cluster's collaborations without being a member."""
    WORKED_WITH = "worked_with"
    """It worked with so many of the sub-cluster's members, anywhere."""
    BRIDGE = "bridge"
    """It is a member of so many other sub-clusters at the same level, so used to more than one; no points."""
    OFFERS = "offers"
    """The quoted offer answers what is asked for; the amount is the cosine, and its points."""


@dataclass(frozen=True, slots=True)
class Because:
    """One reason with its amount and its part of the score."""

    id: FillerReason
    amount: float
    points: float


@dataclass(frozen=True, slots=True)
class Filler:
    """An actor that could fill a gap; it is not a member of the sub-cluster."""

    actor_id: str
    member: bool
    """Of the organised cluster; those come first."""
    score: float
    """The sum of the reasons' points."""
    reasons: tuple[Because, ...]
    """By falling points."""
    quote: Quote | None
    """Its passage nearest to the sub-cluster, or its offer that answers; ``None`` where it has no text."""
    alike: tuple[str, ...] = ()
    """Ids of actors with nearly the same text that could as well stand here; they are not listed beside it."""


class Outside:
    """One sub-cluster as seen by all *n* actors: how near each is to it, and what each did with it."""

    def __init__(
        self,
        corpus: Corpus,
        vectors: NDArray[np.float32],
        places: Incidence,
        place: int,
        *,
        centres: NDArray[np.float32],
        about: str = "",
    ) -> None:
        """``vectors``, shape (p, d): the passages' unit rows; ``centres``, shape (s, d), as ``theme_centres`` gives them.

        ``about`` are words of the sub-cluster, by which the sentence to quote is chosen.
        """
        self._corpus, self._vectors, self._about = corpus, vectors, about
        members, columns = places.members(place), places.columns(place)
        self.inside = np.zeros(len(corpus.ids), dtype=np.bool_)
        self.inside[members] = True
        themes = np.flatnonzero(places.parents == place)
        cosines = (vectors @ centres[themes if len(themes) else [place]].T).max(axis=1)
        self.near, self._nearest = _best_passage(corpus, cosines)
        """Shape (n,): cosine of the passage that is nearest to a theme of the sub-cluster, 0 without any that is near."""
        self.takes_part = np.diff(sparse.csr_array(corpus.takes_part[:, columns]).indptr).astype(np.float64)
        mates = sparse.csr_array(corpus.takes_part @ sparse.csr_array(corpus.takes_part[members]).T)
        self.worked_with = np.diff(mates.indptr).astype(np.float64)
        self.bridge = np.diff(sparse.csr_array(places.confidence[:, places.siblings(place)]).indptr)
        self.score = (
            POINTS_NEAR * self.near
            + POINTS_TAKES_PART * np.log1p(self.takes_part)
            + POINTS_WORKED_WITH * np.log1p(self.worked_with)
        )
        """Shape (n,): what the reasons add up to."""

    def fillers(self, candidates: NDArray[np.int64], *, top: int) -> tuple[Filler, ...]:
        """The best of some actors that are not members, those of the organised cluster first, near-copies once.

        Who has neither text nor anything to do with the sub-cluster is not proposed.
        """
        open_to = candidates[~self.inside[candidates] & (self.score[candidates] > 0)]
        order = np.lexsort((open_to, -self.score[open_to], ~self._corpus.members[open_to]))
        return self._distinct(open_to[order].tolist(), top, self._near_filler)

    def answering(
        self, asked: NDArray[np.float32], text: str, offers: NDArray[np.int64], *, top: int
    ) -> tuple[Filler, ...]:
        """The actors outside that hold some offers, by how near their best offer is to what is asked for.

        ``asked``, shape (d,): a unit row of the ``text`` that asks; ``offers``: rows of passages.
        """
        best: dict[int, tuple[float, int]] = {}
        holders = sparse.csc_array(sparse.csr_array(self._corpus.holds[:, offers]))
        for place, cosine in enumerate((self._vectors[offers] @ asked).tolist()):
            for row in holders.indices[holders.indptr[place] : holders.indptr[place + 1]].tolist():
                if not self.inside[row] and cosine > best.get(row, (0.0, 0))[0]:
                    best[row] = (cosine, int(offers[place]))
        order = sorted(best, key=lambda row: (not self._corpus.members[row], -best[row][0], row))

        def made(row: int, alike: tuple[str, ...]) -> Filler:
            cosine, passage = best[row]
            offer = Because(FillerReason.OFFERS, cosine, POINTS_NEAR * cosine)
            rest = [
                replace(each, points=0.0) for each in self._reasons(row) if each.id is not FillerReason.NEAR
            ]
            return self._filler(row, alike, [offer, *rest], self._quote(passage, text))

        return self._distinct(order, top, made)

    def _near_filler(self, row: int, alike: tuple[str, ...]) -> Filler:
        quote = self._quote(int(self._nearest[row]), self._about) if self.near[row] > 0 else None
        return self._filler(row, alike, self._reasons(row), quote)

    def _distinct(
        self, rows: Sequence[int], top: int, made: Callable[[int, tuple[str, ...]], Filler]
    ) -> tuple[Filler, ...]:
        """The first ``top`` rows that are no near-copies of each other, and who is like each of them, as far as looked."""
        alike: dict[int, list[str]] = {}
        means: dict[int, NDArray[np.float64]] = {}
        for row in rows:
            mean = self._mean(row)
            same = next((other for other, theirs in means.items() if mean @ theirs >= SAME_TEXT), None)
            if same is not None:
                alike[same].append(self._corpus.ids[row])
            elif len(means) == top:
                break
            else:
                means[row] = mean
                alike[row] = []
        return tuple(made(row, tuple(alike[row][:MOST_ALIKE])) for row in means)

    def _mean(self, row: int) -> NDArray[np.float64]:
        """Mean of an actor's passages as a unit row; zeros without text."""
        holds = self._corpus.holds
        total = self._vectors[holds.indices[holds.indptr[row] : holds.indptr[row + 1]]].sum(
            axis=0, dtype=np.float64
        )
        length = float(np.linalg.norm(total))
        return np.asarray(total / length if length > 1e-6 else np.zeros_like(total))

    def _reasons(self, row: int) -> list[Because]:
        near, takes_part, worked_with = (
            float(each[row]) for each in (self.near, self.takes_part, self.worked_with)
        )
        found = [
            Because(FillerReason.NEAR, near, POINTS_NEAR * near),
            Because(FillerReason.TAKES_PART, takes_part, POINTS_TAKES_PART * float(np.log1p(takes_part))),
            Because(FillerReason.WORKED_WITH, worked_with, POINTS_WORKED_WITH * float(np.log1p(worked_with))),
            Because(FillerReason.BRIDGE, float(self.bridge[row]) if self.bridge[row] > 1 else 0.0, 0.0),
        ]
        return [each for each in found if each.amount > 0]

    def _filler(
        self, row: int, alike: tuple[str, ...], reasons: list[Because], quote: Quote | None
    ) -> Filler:
        return Filler(
            actor_id=self._corpus.ids[row],
            member=bool(self._corpus.members[row]),
            score=sum(each.points for each in reasons),
            reasons=tuple(sorted(reasons, key=lambda each: -each.points)),
            quote=quote,
            alike=alike,
        )

    def _quote(self, passage: int, against: str) -> Quote:
        corpus = self._corpus
        return Quote(
            best_sentence(corpus.texts[passage], against),
            KINDS[int(corpus.kinds[passage])],
            corpus.sources[passage],
            corpus.languages[passage],
        )


def theme_centres(corpus: Corpus, vectors: NDArray[np.float32], places: Incidence) -> NDArray[np.float32]:
    """Where each sub-cluster lies among the texts: shape (s, d), float32, unit rows, zeros without text.

    The mean of the passages of its collaborations and of its members' own, the latter by confidence. Raises ``ValueError``
    where ``vectors``, shape (p, d), do not fit the passages.
    """
    if vectors.ndim != 2 or len(vectors) != len(corpus.texts):
        raise ValueError(f"{len(corpus.texts)} passages need as many vectors, not the shape {vectors.shape}.")
    project = corpus.kinds == KINDS.index(PassageKind.PROJECT)
    column_of = {each: column for column, each in enumerate(corpus.collaboration_ids)}
    told = [row for row in np.flatnonzero(project).tolist() if corpus.sources[row] in column_of]
    by_source = sparse.csr_array(
        (np.ones(len(told)), ([column_of[corpus.sources[row]] for row in told], told)),
        shape=(len(corpus.collaboration_ids), len(corpus.texts)),
    )
    own = sparse.csr_array(corpus.holds @ sparse.diags_array((~project).astype(np.float64)))
    weights = sparse.csr_array(places.collaborations.T @ by_source + places.confidence.T @ own)
    centres = weights @ np.nan_to_num(np.asarray(vectors, dtype=np.float64))
    lengths = np.linalg.norm(centres, axis=1, keepdims=True)
    return np.where(lengths > 1e-6, centres / np.maximum(lengths, 1e-6), 0).astype(np.float32)


def _best_passage(
    corpus: Corpus, cosines: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The highest cosine of each actor's passages, 0 where none is above 0, and the first passage that has it."""
    held = sparse.coo_array(corpus.holds)
    rows, passages = held.coords
    values = np.nan_to_num(cosines[passages].astype(np.float64))
    order = np.lexsort((passages, -values, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    near, nearest = np.zeros(len(corpus.ids)), np.zeros(len(corpus.ids), dtype=np.int64)
    near[rows[first]] = np.maximum(values[first], 0)
    nearest[rows[first]] = passages[first]
    return near, nearest
