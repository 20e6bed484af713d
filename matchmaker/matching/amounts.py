"""How much evidence of each kind speaks for each pair: dense numbers, before anything is said about their worth."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.matching.evidence import Evidence, above_noise, go_between_weights
from matchmaker.matching.habits import COUNTRIES_ASSUMED, GROUPS_ASSUMED, leanings, mutual, programmes

FREQUENT = 0.1
"""Share of the actors from which a term is frequent: such columns are nearly dense, and multiplied as dense ones."""

EARTH_RADIUS = 6371.0
"""Kilometres."""
FAR = 3000.0
"""Kilometres from which a pair is not near at all."""
SAME_REGION_DISTANCE, SAME_COUNTRY_DISTANCE = 30.0, 300.0
"""Kilometres that stand for an unknown distance within one region and one country."""


class Feature(StrEnum):
    """One number about a pair, 0 where there is no such evidence."""

    REQUESTS = "requests"
    """How well the partner's offers meet the seeker's requests."""
    OFFERS = "offers"
    """The same the other way round."""
    WORDS = "words"
    """Cosine of what the two tell, in words that tell texts apart; 0 to 1."""
    MEANING = "meaning"
    """Likeness in meaning of all that the two tell, by the squared cosines of their units; 0 to 1."""
    CIRCLE = "circle"
    """Collaborations of the one with actors that do what the other does."""
    SHARED = "shared"
    """Partners that both have worked with, those of few partners counting most."""
    TOGETHER = "together"
    """Collaborations of the two with each other."""
    EXPERIENCE = "experience"
    """How many times more partners the one has had than the median actor, times the same for the other, less 1;
    whoever has had fewer counts as the median does, so that newcomers lose nothing by it among themselves."""
    NEARNESS = "nearness"
    """(1 + 3,000 km) / (1 + distance) - 1."""
    COUNTRIES = "countries"
    """How many times more often than by chance each works with the other's country (geometric mean), less 1."""
    GROUPS = "groups"
    """How many times more often than others of its actor group each works with the other's (geometric mean), less 1."""
    PROGRAMMES = "programmes"
    """How much the one has done in the programmes that the other works in, both ways."""


LINKS = (
    Feature.REQUESTS,
    Feature.OFFERS,
    Feature.WORDS,
    Feature.MEANING,
    Feature.CIRCLE,
    Feature.SHARED,
    Feature.TOGETHER,
)
"""What links two actors; the other features only say which of the linked are likely partners."""

Amounts = dict[Feature, NDArray[np.float32]]
"""By feature, an array of shape (seekers, n)."""


class Comparison:
    """Compares seekers with all actors over one set of evidence; immutable, so that many threads may ask at once."""

    def __init__(self, corpus: Corpus, evidence: Evidence) -> None:
        self.corpus = corpus
        self.evidence = evidence
        collaborations = np.maximum(np.diff(corpus.takes_part.indptr), 1)
        per_collaboration = sparse.diags_array(1 / collaborations, dtype=np.float32)
        self._met_by = sparse.csr_array(evidence.meets.T)
        used_by = np.bincount(evidence.words.indices, minlength=evidence.words.shape[1])
        frequent = used_by >= FREQUENT * len(corpus.ids)
        self._frequent_words = sparse.csr_array(evidence.words[:, np.flatnonzero(frequent)])
        self._by_frequent_word = np.ascontiguousarray(_dense(self._frequent_words).T)
        self._rare_words = sparse.csr_array(evidence.words[:, np.flatnonzero(~frequent)])
        self._by_rare_word = sparse.csr_array(self._rare_words.T)
        self._unit_columns = np.ascontiguousarray(evidence.unit_vectors.T, dtype=np.float32)
        self._outwards = sparse.csr_array(per_collaboration @ evidence.ties)
        self._inwards = sparse.csr_array(evidence.ties @ per_collaboration)
        bound = sparse.csr_array(
            (np.ones_like(evidence.ties.data), evidence.ties.indices, evidence.ties.indptr),
            shape=evidence.ties.shape,
        )
        self._bound = bound
        self._go_betweens = sparse.csr_array(
            sparse.diags_array(go_between_weights(evidence), dtype=np.float32) @ bound
        )
        self._experience = _experience(evidence.partner_count)
        self._countries = _codes(corpus.countries)
        self._regions = _codes(corpus.regions)
        self._groups = corpus.groups.astype(np.intp)
        self._to_countries = leanings(bound, self._countries, assumed=COUNTRIES_ASSUMED, alike=False)
        self._to_groups = leanings(bound, self._groups, assumed=GROUPS_ASSUMED, alike=True)
        self.programmes = programmes(corpus.takes_part, corpus.topics)
        share, depth = self.programmes.share, self.programmes.depth
        # Both directions in one product.
        self._programmes = sparse.csr_array(sparse.hstack([share, depth], format="csr"))
        self._by_programme = sparse.csr_array(sparse.hstack([depth, share], format="csr").T)
        self._on_sphere = _on_sphere(evidence.places)

    def amounts(self, seekers: NDArray[np.intp]) -> Amounts:
        """Every feature of every pair; each of shape (seekers, n), float32, 0 or more."""
        evidence = self.evidence
        return {
            Feature.REQUESTS: _dense(evidence.meets[seekers]),
            Feature.OFFERS: _dense(self._met_by[seekers]),
            Feature.WORDS: self._words(seekers),
            Feature.MEANING: self._meaning(seekers),
            Feature.CIRCLE: self._circle(seekers),
            Feature.SHARED: _dense(sparse.csr_array(self._bound[seekers] @ self._go_betweens)),
            Feature.TOGETHER: _dense(evidence.together[seekers]),
            Feature.EXPERIENCE: np.outer(self._experience[seekers], self._experience) - 1,
            Feature.NEARNESS: self._nearness(seekers),
            Feature.COUNTRIES: mutual(self._to_countries, self._countries, seekers),
            Feature.GROUPS: mutual(self._to_groups, self._groups, seekers),
            Feature.PROGRAMMES: _dense(sparse.csr_array(self._programmes[seekers] @ self._by_programme)),
        }

    def kilometres(self, seeker: int, partner: int) -> float:
        """Great-circle distance of one pair; NaN where a place is unknown.

        The haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984.
        """
        here, there = np.radians(self.evidence.places[[seeker, partner]].astype(np.float64))
        height = np.sin((here[0] - there[0]) / 2) ** 2
        width = np.cos(here[0]) * np.cos(there[0]) * np.sin((here[1] - there[1]) / 2) ** 2
        return float(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(height + width, 0, 1))))

    def likeness(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float32]:
        """Squared cosines above the noise between some units and others, shape (left, right)."""
        vectors = self.evidence.unit_vectors
        return above_noise(vectors[left] @ vectors[right].T)

    def _words(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        result = _dense(sparse.csr_array(self._rare_words[seekers] @ self._by_rare_word))
        frequent = self._frequent_words[seekers]
        used = np.unique(frequent.indices)
        # One seeker uses few of the words, many seekers nearly all: then picking rows costs more than it saves.
        if 2 * len(used) < frequent.shape[1]:
            result += _dense(frequent[:, used]) @ self._by_frequent_word[used]
        else:
            result += _dense(frequent) @ self._by_frequent_word
        return result

    def _meaning(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        tells, lengths = self.evidence.tells, self.evidence.meaning_lengths
        told = tells[seekers]
        rows = np.unique(told.indices)
        by_unit = sparse.csr_array(told[:, rows]) @ above_noise(
            self.evidence.unit_vectors[rows] @ self._unit_columns
        )
        sums = (tells @ np.ascontiguousarray(by_unit.T)).T
        return np.asarray(
            sums / (lengths[seekers][:, None] * lengths[None, :]),
            dtype=np.float32,
        )

    def _circle(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        kin = self.evidence.kin
        result = _dense(sparse.csr_array(kin[seekers] @ self._outwards))
        result += _dense(sparse.csr_array(self._inwards[seekers] @ kin))
        return result

    def _nearness(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        # By chords, in one product: exact to a few kilometres, which is as exact as places are.
        along = self._on_sphere[seekers] @ self._on_sphere.T
        distance = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip((1 - along) / 2, 0, 1)))
        unknown = np.isnan(distance)
        if unknown.any():
            rows, columns = np.nonzero(unknown)
            near = np.where(_same(self._countries, seekers[rows], columns), SAME_COUNTRY_DISTANCE, FAR)
            near[_same(self._regions, seekers[rows], columns)] = SAME_REGION_DISTANCE
            distance[rows, columns] = near
        return np.asarray(np.maximum((1 + FAR) / (1 + distance) - 1, 0), dtype=np.float32)


def _experience(partners: NDArray[np.int32]) -> NDArray[np.float32]:
    """Shape (n,): partners over those of the median actor that has any, at least 1."""
    median = float(np.median(partners[partners > 0])) if partners.any() else 0.0
    return np.maximum((1 + partners) / (1 + median), 1).astype(np.float32)


def _on_sphere(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Points of the unit sphere, shape (n, 3); NaN where a place is unknown."""
    latitude, longitude = np.radians(places.astype(np.float64)).T
    points = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)
    return np.ascontiguousarray(np.stack(points, axis=1), dtype=np.float32)


def _codes(names: list[str]) -> NDArray[np.intp]:
    """Numbers of the names in alphabetical order; -1 for the empty one."""
    known = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return np.array([known.get(name, -1) for name in names], dtype=np.intp)


def _same(
    codes: NDArray[np.intp], seekers: NDArray[np.intp], partners: NDArray[np.intp]
) -> NDArray[np.bool_]:
    return np.asarray((codes[seekers] == codes[partners]) & (codes[seekers] >= 0))


def _dense(matrix: sparse.csr_array) -> NDArray[np.float32]:
    return np.asarray(matrix.toarray(), dtype=np.float32)
