"""Actors for a text that is nobody's yet: an idea, a call, a project to be; scored by the texts that are near it.

Two texts are alike by ``(words + 0.01) ** 1.4 * (meaning + 0.03) ** 1.2``: one without the other is little. Each of the
near texts of the cluster speaks for those who hold it, less where many hold it, and less where it is like many others
(a hub says little about any one of its neighbours: Radovanović, Nanopoulos and Ivanović, "Hubs in space", Journal of
Machine Learning Research 11, 2010). An actor's score is the sum, so that experience counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import ActorGroup, Collaboration, Passage, PassageKind, Quote
from matchmaker.centring import centre
from matchmaker.corpus import Corpus
from matchmaker.language import Glossary, words
from matchmaker.matching.candidates import Units, features, units
from matchmaker.matching.judging import ProjectArm
from matchmaker.matching.splits import Past, Project
from matchmaker.search import quote
from matchmaker.text import is_keywords, passages
from matchmaker.word_index import WordIndex, index_words

WORDS_FLOOR, MEANING_FLOOR = 0.01, 0.03
"""Added to both cosines: a text in a language without known words is still found by its meaning, and the reverse."""

COMMON_TERM_SHARE, COMMON_TERM_FLOOR = 0.1, 50
"""Terms in more than this share of the units, and in more units than this, hardly tell texts apart."""
RARITY_POWER = 2
"""Rare terms decide: a term weighs its inverse document frequency to this power, on either side."""

NEAR_PER_ROOT = 2
"""So many times the root of the number of units are asked, by words and by meaning each: a far one is only noise."""

CROWD_SAMPLED, CROWD_NEAREST = 2048, 8
"""How crowded it is around a unit: its likeness to the nearest 8 of at most 2,048 others."""
BLOCK = 1024

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class IdeaWeights:
    """How far each measure decides, as powers.

    Fitted as a conditional logit of who took part in CORDIS projects signed in 2023, half-year by half-year from what
    was known before, and rounded. What is measured (the constants above) was chosen on these and on January to June 2024.
    """

    words: float = 1.4
    meaning: float = 1.2
    members: float = 0.25
    """A text held by k actors speaks for each of them by k to minus this power."""
    crowd: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the cluster's texts say to one text; *n* actors, *t* near units."""

    scores: Floats
    """Shape (n,), 0 or more; 0 where nothing of the actor's is near. 1 is the worth of one whole likeness in words
    and meaning in a place as crowded as most."""
    units: Rows
    """Shape (t,): the near units, ascending."""
    worth: Floats
    """Shape (t,): what each adds to the score of those who hold it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One of an actor's texts that a score rests on."""

    share: float
    """Share of the actor's score that comes from it, 0 to 1."""
    quote: Quote


@dataclass(frozen=True, slots=True)
class Suited:
    """An actor suited to an idea."""

    actor_id: str
    name: str
    group: ActorGroup
    score: float
    grounds: tuple[Ground, ...]
    """The texts that the most of the score rests on, most first."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitTerms:
    """Which telling terms the units hold."""

    rarity: Floats
    """Shape (terms,): weight of a term, 0 where no unit holds it."""
    telling: NDArray[np.bool_]
    """Shape (terms,): held by some units, but not by too many."""
    by_unit: sparse.csr_array
    """Shape (u, terms): rows of unit length, float32."""
    by_term: sparse.csr_array
    """The same by term, shape (terms, u)."""


def idea_passages(text: str, *, title: str = "") -> list[Passage]:
    """A text cut into passages as a project's is, and like it to 60 of them; an empty text has none."""
    return passages([], [Collaboration("idea", title, (), text=text)])


def unit_terms(data: Units, passage_words: WordIndex) -> UnitTerms:
    """Terms of each unit, weighed by the root of how many of its passages hold them and by their rarity."""
    held = sparse.csr_array(passage_words.weights)
    held.data = np.ones_like(held.data)
    ones = np.ones(len(data.of_passage), dtype=np.float32)
    count = len(data.kinds)
    joins = sparse.csr_array((ones, (data.of_passage, np.arange(len(ones)))), shape=(count, len(ones)))
    counts = sparse.csr_array(joins @ held)
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.where(holders > 0, (np.log((1 + count) / (1 + holders)) + 1) ** RARITY_POWER, 0)
    rarity = rarity.astype(np.float32)
    telling = (holders > 0) & (holders <= max(COMMON_TERM_FLOOR, COMMON_TERM_SHARE * count))
    lengths = np.sqrt(counts @ rarity**2)  # the root of a count, squared, is the count
    counts.data = np.sqrt(counts.data) * rarity[counts.indices]
    by_unit = sparse.csr_array(sparse.diags_array(1 / np.maximum(lengths, 1e-12), dtype=np.float32) @ counts)
    return UnitTerms(rarity, telling, by_unit, sparse.csr_array(by_unit.T))


def crowding(vectors: Floats, terms: UnitTerms, weights: IdeaWeights | None = None) -> Floats:
    """How crowded it is around each unit, shape (u,), 1 for the median; from vectors of shape (u, d), unit rows."""
    weights = weights or IdeaWeights()
    count = len(vectors)
    sampled = np.unique(np.linspace(0, max(count - 1, 0), min(count, CROWD_SAMPLED)).astype(np.intp))
    nearest = min(CROWD_NEAREST, len(sampled) - 1)
    if nearest < 1:
        return np.ones(count, dtype=np.float32)
    told = sparse.csr_array(sparse.csc_array(terms.by_unit)[:, np.flatnonzero(terms.telling)])
    their_vectors, their_terms = vectors[sampled].T, sparse.csc_array(told[sampled].T)
    crowd = np.empty(count, dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = np.arange(start, min(start + BLOCK, count))
        alike = _alike((told[block] @ their_terms).toarray(), vectors[block] @ their_vectors, weights)
        alike[block[:, None] == sampled[None, :]] = 0
        crowd[block] = np.partition(alike, len(sampled) - nearest, axis=1)[:, -nearest:].sum(axis=1)
    return np.asarray(crowd / np.median(crowd), dtype=np.float32)


def _alike(lexical: Floats, meaning: Floats, weights: IdeaWeights) -> Floats:
    by_words = (lexical + np.float32(WORDS_FLOOR)) ** weights.words
    return np.asarray(
        by_words * (np.maximum(meaning, 0) + MEANING_FLOOR) ** weights.meaning, dtype=np.float32
    )


class Ideas:
    """Finds the actors for a text; immutable, so that many threads may ask at once."""

    def __init__(
        self,
        corpus: Corpus,
        data: Units,
        vectors: Floats,
        passage_words: WordIndex,
        *,
        crowd: Floats | None = None,
        glossary: Glossary | None = None,
        weights: IdeaWeights | None = None,
    ) -> None:
        """``vectors``: shape (u, d), the units' (``Features.vectors``); ``crowd`` is worked out where it is not given."""
        self.corpus = corpus
        self.units = data
        self._vectors = vectors
        self._columns = passage_words.terms
        self._glossary = glossary
        self._weights = weights or IdeaWeights()
        self._terms = unit_terms(data, passage_words)
        crowd = crowding(vectors, self._terms, self._weights) if crowd is None else crowd
        self._holders = sparse.csc_array(data.holds)
        members = np.maximum(np.diff(self._holders.indptr), 1).astype(np.float32)
        self._trust = (members**-self._weights.members * crowd**-self._weights.crowd).astype(np.float32)

    def answer(
        self, texts: Sequence[Passage], vectors: Floats, *, allowed: NDArray[np.bool_] | None = None
    ) -> Answer:
        """How suited every actor is to a text, cut by ``idea_passages``, with its passages' vectors, shape (k, d).

        Texts that none of the ``allowed``, shape (n,), holds are left out before the nearest are taken, where they would
        leave the others no place. The vectors are centred as the units' are.

        Raises ``ValueError`` where there is not one vector to a passage.
        """
        if len(texts) != len(vectors):
            raise ValueError(f"{len(texts)} passages need as many vectors, not {len(vectors)}")
        lexical = self._lexical(texts)
        total = vectors.sum(axis=0) if len(vectors) else np.zeros(self._vectors.shape[1], dtype=np.float32)
        meaning = self._vectors @ np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), np.float32)
        if allowed is not None:
            others = np.asarray(allowed.astype(np.float32) @ self._holders == 0, dtype=np.bool_)
            lexical[others] = meaning[others] = 0
        near = self._near(lexical, meaning)
        alike = _alike(lexical[near], self._nearest(near, vectors), self._weights)
        worth = np.asarray(alike * self._trust[near], dtype=np.float32)
        return Answer(np.asarray(self._holders[:, near] @ worth, dtype=np.float32), near, worth)

    def best(
        self,
        answer: Answer,
        texts: Sequence[Passage],
        vectors: Floats,
        *,
        top: int,
        allowed: NDArray[np.bool_] | None = None,
        quotes: int = 2,
    ) -> list[Suited]:
        """The ``top`` actors of an answer with what it rests on; ties break by id. ``allowed``: shape (n,)."""
        scores = answer.scores if allowed is None else np.where(allowed, answer.scores, 0)
        order = np.argsort(-scores, kind="stable")[: max(top, 0)]
        return [self._suited(int(row), answer, texts, vectors, quotes) for row in order if scores[row] > 0]

    def grounds(
        self, row: int, answer: Answer, texts: Sequence[Passage], vectors: Floats, count: int
    ) -> tuple[Ground, ...]:
        """The texts of one actor that the most of its score rests on, quoted where they are nearest to the idea."""
        places = np.flatnonzero(np.isin(answer.units, self.units.holds[[row], :].indices))
        places = places[np.argsort(-answer.worth[places], kind="stable")]
        total = max(float(answer.scores[row]), 1e-12)
        found: dict[str, Ground] = {}
        for place in places:
            said = self._said(int(answer.units[place]), texts, vectors)
            found.setdefault(said.text, Ground(min(float(answer.worth[place]) / total, 1.0), said))
            if len(found) == count:
                break
        return tuple(found.values())

    def _suited(
        self, row: int, answer: Answer, texts: Sequence[Passage], vectors: Floats, quotes: int
    ) -> Suited:
        corpus = self.corpus
        grounds = self.grounds(row, answer, texts, vectors, quotes)
        return Suited(
            corpus.ids[row], corpus.names[row], corpus.group(row), float(answer.scores[row]), grounds
        )

    def _lexical(self, texts: Sequence[Passage]) -> Floats:
        """Cosine of words with every unit, shape (u,)."""
        known = Counter(
            self._columns[term]
            for passage in texts
            for term in set(words(passage.text, passage.language, glossary=self._glossary))
            if term in self._columns
        )
        columns = np.array(sorted(known), dtype=np.intp)
        counts = np.array([known[column] for column in columns], dtype=np.float32)
        weights = np.sqrt(counts) * self._terms.rarity[columns]
        length = max(float(np.linalg.norm(weights)), 1e-12)
        telling = self._terms.telling[columns]
        if telling.any():
            # Where nothing else is said, a word that everybody uses is better than none.
            columns, weights = columns[telling], weights[telling]
        return np.asarray((weights / length) @ self._terms.by_term[columns], dtype=np.float32)

    def _near(self, lexical: Floats, meaning: Floats) -> Rows:
        count = min(len(lexical), max(1, round(NEAR_PER_ROOT * len(lexical) ** 0.5)))
        found = [np.argpartition(-each, count - 1)[:count] for each in (lexical, meaning) if len(each)]
        near = np.unique(np.concatenate([np.zeros(0, dtype=np.intp), *found]))
        return np.asarray(near[(lexical[near] > 0) | (meaning[near] > 0)], dtype=np.intp)

    def _nearest(self, near: Rows, vectors: Floats) -> Floats:
        """Mean over the text's passages of the best cosine with any passage of each near unit, shape (near,)."""
        if not len(near) or not len(vectors):
            return np.zeros(len(near), dtype=np.float32)
        spans = [self.units.passages_of(int(unit)) for unit in near]
        starts = np.cumsum([0, *map(len, spans[:-1])])
        cosines = vectors @ self.units.passage_vectors[np.concatenate(spans)].T
        return np.asarray(np.maximum.reduceat(cosines, starts, axis=1).clip(0).mean(axis=0), dtype=np.float32)

    def _said(self, unit: int, texts: Sequence[Passage], vectors: Floats) -> Quote:
        """The sentence of a unit that is nearest to one of the text's passages."""
        own = self.units.passages_of(unit)
        bare = np.array([is_keywords(self.corpus.texts[passage]) for passage in own], dtype=np.bool_)
        own = own if bare.all() else own[~bare]
        cosines = vectors @ self.units.passage_vectors[own].T
        asked, said = np.unravel_index(int(np.argmax(cosines)), cosines.shape)
        return quote(self.corpus, int(own[said]), against=texts[int(asked)].text)


def project_arm(past: Past) -> ProjectArm:
    """Ours for the texts of projects, from what was known on a day."""
    middle = centre(past.vectors, past.corpus.languages)
    passage_words = index_words(past.corpus.texts, past.corpus.languages)
    data = units(past.corpus, middle.centred(past.vectors, past.corpus.languages))
    ideas = Ideas(past.corpus, data, features(data, passage_words).vectors, passage_words)

    def scores(project: Project) -> Floats:
        told = zip(project.texts, project.languages, strict=True)
        texts = [Passage(project.id, (), PassageKind.PROJECT, text, language) for text, language in told]
        return ideas.answer(texts, middle.centred(project.vectors, project.languages)).scores

    return lambda asked: np.array([scores(project) for project in asked], dtype=np.float32)
