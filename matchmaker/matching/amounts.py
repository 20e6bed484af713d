"""How much evidence of each kind speaks for each pair: dense numbers, before anything is said about their worth."""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.matching.evidence import Evidence, above_noise, go_between_weights
from matchmaker.matching.habits import COUNTRIES_ASSUMED, GROUPS_ASSUMED, leanings, mutual, programmes

FREQUENT = 0.1
"""Share of the actors from which a term is frequent: such columns are nearly dense, and multiplied as dense ones."""

FEW = 0.05
"""Share of the actors up to which partners are few: what they are compared by is picked out one by one."""

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
"""By feature, an array of shape (seekers, partners)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Partners:
    """What seekers are compared with; the last axis of each array, dense or sparse, is partners."""

    rows: NDArray[np.intp]
    meets: sparse.csr_array
    met_by: sparse.csr_array
    together: sparse.csr_array
    rare_words: sparse.csr_array
    frequent_words: NDArray[np.float32]
    tell: sparse.csc_array
    meaning_lengths: NDArray[np.float32]
    kin: sparse.csr_array
    outwards: sparse.csr_array
    go_betweens: sparse.csr_array
    experience: NDArray[np.float32]
    on_sphere: NDArray[np.float64]
    countries: NDArray[np.intp]
    regions: NDArray[np.intp]
    groups: NDArray[np.intp]
    to_countries: NDArray[np.float32]
    to_groups: NDArray[np.float32]
    programmes: sparse.csr_array

    def only(self, places: NDArray[np.intp]) -> _Partners:
        """Those at these places."""
        return _Partners(*(_columns(getattr(self, field.name), places) for field in fields(self)))


class Comparison:
    """Compares seekers with partners over one set of evidence; immutable, so that many threads may ask at once."""

    def __init__(self, corpus: Corpus, evidence: Evidence) -> None:
        """All actors are partners; ``among`` gives the same with some alone."""
        self.corpus = corpus
        self.evidence = evidence
        self.programmes = programmes(corpus.takes_part, corpus.topics)
        share, depth = self.programmes.share, self.programmes.depth
        collaborations = np.maximum(np.diff(corpus.takes_part.indptr), 1)
        per_collaboration = sparse.diags_array(1 / collaborations, dtype=np.float32)
        used_by = np.bincount(evidence.words.indices, minlength=evidence.words.shape[1])
        frequent = used_by >= FREQUENT * len(corpus.ids)
        bound = sparse.csr_array(
            (np.ones_like(evidence.ties.data), evidence.ties.indices, evidence.ties.indptr),
            shape=evidence.ties.shape,
        )
        countries, groups = _codes(corpus.countries), corpus.groups.astype(np.intp)
        self._frequent_words = sparse.csr_array(evidence.words[:, np.flatnonzero(frequent)])
        self._rare_words = sparse.csr_array(evidence.words[:, np.flatnonzero(~frequent)])
        self._unit_columns = np.ascontiguousarray(evidence.unit_vectors.T, dtype=np.float32)
        self._inwards = sparse.csr_array(evidence.ties @ per_collaboration)
        self._bound = bound
        self._told: NDArray[np.intp] | None = None
        # Both directions in one product.
        self._programmes = sparse.csr_array(sparse.hstack([share, depth], format="csr"))
        self._everybody = self._partners = _Partners(
            rows=np.arange(len(corpus.ids), dtype=np.intp),
            meets=evidence.meets,
            met_by=sparse.csr_array(evidence.meets.T),
            together=evidence.together,
            rare_words=sparse.csr_array(self._rare_words.T),
            frequent_words=np.ascontiguousarray(_dense(self._frequent_words).T),
            tell=sparse.csc_array(evidence.tells.T),
            meaning_lengths=evidence.meaning_lengths,
            kin=evidence.kin,
            outwards=sparse.csr_array(per_collaboration @ evidence.ties),
            go_betweens=sparse.csr_array(
                sparse.diags_array(go_between_weights(evidence), dtype=np.float32) @ bound
            ),
            experience=_experience(evidence.partner_count),
            on_sphere=_on_sphere(evidence.places),
            countries=countries,
            regions=_codes(corpus.regions),
            groups=groups,
            to_countries=leanings(bound, countries, assumed=COUNTRIES_ASSUMED, alike=False),
            to_groups=leanings(bound, groups, assumed=GROUPS_ASSUMED, alike=True),
            programmes=sparse.csr_array(sparse.hstack([depth, share], format="csr").T),
        )

    @property
    def partners(self) -> NDArray[np.intp]:
        """Shape (partners,): rows of those that seekers are compared with, ascending."""
        return self._partners.rows

    def among(self, partners: NDArray[np.intp]) -> Comparison:
        """The same with these partners alone, rows in ascending order; this object stays as it is.

        What partners are compared by is copied for it, which pays for a hundred seekers and more.
        """
        other = copy.copy(self)
        few = len(partners) <= FEW * len(self.corpus.ids)
        other._partners = self._only(partners) if few else self._everybody.only(partners)
        other._told = np.unique(other._partners.tell.indices) if few else None
        return other

    def _only(self, partners: NDArray[np.intp]) -> _Partners:
        """What ``_Partners.only`` gives: columns are read off as rows of the other direction, which finds a few at once."""
        everybody, evidence, programmes = self._everybody, self.evidence, self.programmes
        columns = {
            "meets": everybody.met_by[partners],
            "met_by": everybody.meets[partners],
            "together": evidence.together[partners],
            "rare_words": self._rare_words[partners],
            "kin": evidence.kin[partners],
            "outwards": self._inwards[partners],
            "go_betweens": self._bound[partners]
            @ sparse.diags_array(go_between_weights(evidence), dtype=np.float32),
            "programmes": sparse.hstack([programmes.depth[partners], programmes.share[partners]]),
        }

        def picked(name: str) -> Any:
            if name in columns:
                return sparse.csr_array(columns[name].T)
            return _columns(getattr(everybody, name), partners)

        return _Partners(*(picked(field.name) for field in fields(everybody)))

    def amounts(self, seekers: NDArray[np.intp]) -> Amounts:
        """Every feature of every pair; each of shape (seekers, partners), float32, 0 or more."""
        own, theirs = self._everybody, self._partners
        return {
            Feature.REQUESTS: _dense(theirs.meets[seekers]),
            Feature.OFFERS: _dense(theirs.met_by[seekers]),
            Feature.WORDS: self._words(seekers),
            Feature.MEANING: self._meaning(seekers),
            Feature.CIRCLE: self._circle(seekers),
            Feature.SHARED: _dense(self._bound[seekers] @ theirs.go_betweens),
            Feature.TOGETHER: _dense(theirs.together[seekers]),
            Feature.EXPERIENCE: np.outer(own.experience[seekers], theirs.experience) - 1,
            Feature.NEARNESS: self._nearness(seekers),
            Feature.COUNTRIES: mutual(
                own.to_countries[:, seekers], own.countries[seekers], theirs.to_countries, theirs.countries
            ),
            Feature.GROUPS: mutual(
                own.to_groups[:, seekers], own.groups[seekers], theirs.to_groups, theirs.groups
            ),
            Feature.PROGRAMMES: _dense(self._programmes[seekers] @ theirs.programmes),
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
        result = _dense(self._rare_words[seekers] @ self._partners.rare_words)
        frequent = self._frequent_words[seekers]
        used = np.unique(frequent.indices)
        # One seeker uses few of the words, many seekers nearly all: then picking rows costs more than it saves.
        if 2 * len(used) < frequent.shape[1]:
            result += _dense(frequent[:, used]) @ self._partners.frequent_words[used]
        else:
            result += _dense(frequent) @ self._partners.frequent_words
        return result

    def _meaning(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        told = self.evidence.tells[seekers]
        rows = np.unique(told.indices)
        tell, units = self._partners.tell, self._unit_columns
        if self._told is not None:
            tell, units = tell[self._told], units[:, self._told]
        by_unit = told[:, rows] @ above_noise(self.evidence.unit_vectors[rows] @ units)
        lengths = np.outer(self._everybody.meaning_lengths[seekers], self._partners.meaning_lengths)
        return np.asarray((by_unit @ tell) / lengths, dtype=np.float32)

    def _circle(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        result = _dense(self.evidence.kin[seekers] @ self._partners.outwards)
        result += _dense(self._inwards[seekers] @ self._partners.kin)
        return result

    def _nearness(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        # By chords, in one product; in float64, since of neighbours the difference to 1 is all that is left.
        own, theirs = self._everybody, self._partners
        along = own.on_sphere[:, seekers].T @ theirs.on_sphere
        chord = np.clip((1 - along) / 2, 0, 1).astype(np.float32)
        distance = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(chord))
        unknown = np.isnan(distance)
        if unknown.any():
            rows, columns = np.nonzero(unknown)
            here = seekers[rows]
            same_country = _same(own.countries[here], theirs.countries[columns])
            near = np.where(same_country, SAME_COUNTRY_DISTANCE, FAR)
            near[_same(own.regions[here], theirs.regions[columns])] = SAME_REGION_DISTANCE
            distance[rows, columns] = near
        return np.asarray(np.maximum((1 + FAR) / (1 + distance) - 1, 0), dtype=np.float32)


def _experience(partners: NDArray[np.int32]) -> NDArray[np.float32]:
    """Shape (n,): partners over those of the median actor that has any, at least 1."""
    median = float(np.median(partners[partners > 0])) if partners.any() else 0.0
    return np.maximum((1 + partners) / (1 + median), 1).astype(np.float32)


def _on_sphere(places: NDArray[np.float32]) -> NDArray[np.float64]:
    """Points of the unit sphere, shape (3, n); NaN where a place is unknown."""
    latitude, longitude = np.radians(places.astype(np.float64)).T
    points = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)
    return np.ascontiguousarray(np.stack(points))


def _codes(names: list[str]) -> NDArray[np.intp]:
    """Numbers of the names in alphabetical order; -1 for the empty one."""
    known = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return np.array([known.get(name, -1) for name in names], dtype=np.intp)


def _same(seekers: NDArray[np.intp], partners: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which pairs of codes are known and the same."""
    return np.asarray((seekers == partners) & (seekers >= 0))


def _columns(matrix: Any, places: NDArray[np.intp]) -> Any:
    """Some columns of an array, dense or sparse."""
    return np.take(matrix, places, axis=-1) if isinstance(matrix, np.ndarray) else matrix[:, places]


def _dense(matrix: sparse.csr_array) -> NDArray[np.float32]:
    return np.asarray(matrix.toarray(), dtype=np.float32)
