"""From a sentence to ranked actors: words and meaning over passages, names and numbers over actors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import ActorGroup, Quote
from matchmaker.copies import Copies
from matchmaker.corpus import GROUPS, KINDS, Corpus
from matchmaker.directions import Direction, passage_direction, read_direction
from matchmaker.language import Glossary, detect, words
from matchmaker.places import is_called
from matchmaker.text import best_sentence, is_keywords
from matchmaker.word_index import WordIndex

NAMES = "en"
"""Names are read as English, whatever they are: that takes their words as they stand, without translation."""

SHORT_QUERY_TERMS = 16
"""In a query of so few terms a shared word is easily a coincidence; the more terms there are beyond, the less so."""

COINCIDENCE = 0.5
"""The share of a short query that a passage answers in words is raised to the power of 1.5: a part counts for less."""

WORDS_WEIGHT, WORDS_WEIGHT_SHORT, NAME_WEIGHT = 0.5, 0.42, 1.0
"""What words weigh in a long and in a short query, where meaning weighs the rest, and what a name weighs beside both."""

PASSAGE_POWER = 8
"""An actor's passages add up as the eighth root of the sum of eighth powers: the best one decides, more help a little."""

SAME_WAY = 0.6
"""What is left of a passage's score where it points the way the query does: a request for what is asked for, say."""

PASSAGES_PER_QUERY = 3000
QUOTES_PER_HIT = 3

LAST_DIGITS = 1e-5
"""Scores of two ways to multiply the same vectors differ by far less than this."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An actor that answers a query, with the sentences that do."""

    actor_id: str
    name: str
    group: ActorGroup
    score: float
    quotes: tuple[Quote, ...]
    alike: tuple[str, ...] = ()
    """Ids of other actors with nearly the same text; they are not listed beside it."""


@lru_cache(maxsize=1024)
def language_of(query: str) -> str:
    """``detect``, kept for queries: one is asked about several times over."""
    return detect(query)


class Search:
    """Ranks actors for a query; immutable, so that many threads may ask at once."""

    def __init__(
        self,
        corpus: Corpus,
        vectors: NDArray[np.float32],
        passage_words: WordIndex,
        identity_words: WordIndex,
        glossary: Glossary | None = None,
        copies: Copies | None = None,
    ) -> None:
        """Of actors that say nearly the same (``copies``) only the best-scored one is a hit."""
        self._corpus = corpus
        self._copies = copies
        self._vectors = vectors
        self._passage_words = passage_words
        self._identity_words = identity_words
        self._glossary = glossary
        self._holders = sparse.csc_array(corpus.holds)

    def search(
        self,
        text: str,
        vector: NDArray[np.float32],
        *,
        top: int,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        direction: Direction | None = None,
    ) -> list[Hit]:
        """The ``top`` actors for a query text and its unit vector of shape (d,); ties break by id.

        A query that seeks prefers those who offer to those who seek the same, and the reverse; ``direction`` is read
        from the text where none is given.
        """
        direction = read_direction(text) if direction is None else direction
        found, fits = self.passage_scores(text, vector), allowed(self._corpus, groups, region)
        if groups or region:
            # Before the best are taken: where all of those are others', the filter would leave nobody.
            found[~self._held_by(fits)] = 0
        scores, best, passage_scores = self._ranked(found, text, direction)
        scores[~fits] = 0
        if self._copies is not None:
            scores[self._copies.hidden(scores[None])[0]] = 0
        order = np.argsort(-scores, kind="stable")[:top]
        return [
            self._hit(int(row), float(scores[row]), text, best, passage_scores)
            for row in order
            if scores[row] > 0
        ]

    def scores(self, text: str, vector: NDArray[np.float32], direction: Direction) -> NDArray[np.float64]:
        """Every actor's score for a query and its unit vector, shape (n,); 0 for whoever does not answer at all."""
        return self._scored(text, vector, direction)[0]

    def many_scores(
        self, texts: Sequence[str], vectors: NDArray[np.float32], directions: Sequence[Direction]
    ) -> Iterator[NDArray[np.float64] | None]:
        """``scores`` of several queries, one product for all of them, so that they may differ by ``LAST_DIGITS``.

        ``None`` where the last digits decide which passages count. ``vectors`` has shape (queries, d). Takes memory for
        queries times passages.
        """
        for text, direction, found in zip(
            texts, directions, self.many_passage_scores(texts, vectors), strict=True
        ):
            yield None if _is_close(found) else self._ranked(found, text, direction)[0]

    def scores_at(
        self, rows: NDArray[np.intp], text: str, vector: NDArray[np.float32], direction: Direction
    ) -> NDArray[np.float64]:
        """The scores of some actors, shape (rows,), for a fraction of the work: never below those of ``scores``.

        All of an actor's passages count, where ``scores`` takes those among the best ``PASSAGES_PER_QUERY`` alone.
        """
        held = self._corpus.holds[rows]
        passages = np.unique(held.indices).astype(np.intp)
        found = self._passage_scores_at(passages, text, vector)
        found[self._pointing(passages, direction)] *= np.float32(SAME_WAY)
        powers = np.maximum(found, 0).astype(np.float64) ** PASSAGE_POWER
        scores = np.asarray(sparse.csc_array(held)[:, passages] @ powers, dtype=np.float64)
        return scores ** (1 / PASSAGE_POWER) + NAME_WEIGHT * self._name_scores(text)[rows]

    def vectors_at(self, passages: NDArray[np.intp]) -> NDArray[np.float32]:
        """The unit vectors of some passages, shape (passages, d)."""
        return self._vectors[passages]

    def words_at(self, passages: NDArray[np.intp]) -> sparse.csr_array:
        """The rows of ``passage_index`` of some passages, shape (passages, terms)."""
        return sparse.csr_array(self._passage_words.weights[passages])

    def names_at(self, rows: NDArray[np.intp]) -> sparse.csr_array:
        """The rows of ``name_index`` of some actors, shape (rows, terms)."""
        return sparse.csr_array(self._identity_words.weights[rows])

    @property
    def passage_index(self) -> WordIndex:
        """What words of passages weigh."""
        return self._passage_words

    @property
    def name_index(self) -> WordIndex:
        """What words of names and places weigh."""
        return self._identity_words

    def terms(self, text: str) -> set[str]:
        """The words of a query, as passages are searched for them."""
        return set(words(text, language_of(text), glossary=self._glossary))

    def name_terms(self, text: str) -> set[str]:
        """The words of a query, as names are searched for them."""
        return set(words(text, NAMES))

    def shown(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scores, shape (n,), with 0 for whoever says nearly the same as somebody with a better one."""
        return scores if self._copies is None else np.where(self._copies.hidden(scores[None])[0], 0, scores)

    def has_copies(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which actors others say nearly the same as, shape (rows,)."""
        return np.zeros(len(rows), np.bool_) if self._copies is None else self._copies.are_several(rows)

    def holders(self, passage: int) -> NDArray[np.intp]:
        """Rows of the actors that hold a passage."""
        starts = self._holders.indptr
        return np.asarray(self._holders.indices[starts[passage] : starts[passage + 1]], dtype=np.intp)

    def _held_by(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which passages somebody among some actors, shape (n,), holds; shape (p,)."""
        return np.asarray(rows.astype(np.float32) @ self._holders > 0, dtype=np.bool_)

    def points(self, passages: NDArray[np.intp], direction: Direction) -> NDArray[np.bool_]:
        """Which passages seek or offer as a query of this direction does, shape (passages,)."""
        return self._pointing(passages, direction)

    def _scored(
        self, text: str, vector: NDArray[np.float32], direction: Direction
    ) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float32]]:
        """Scores of actors, shape (n,); the passages that they rest on, best first; scores of passages, shape (p,)."""
        return self._ranked(self.passage_scores(text, vector), text, direction)

    def _ranked(
        self, passage_scores: NDArray[np.float32], text: str, direction: Direction
    ) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float32]]:
        best = _first(passage_scores, PASSAGES_PER_QUERY)
        best = best[passage_scores[best] > 0]
        same_way = self._pointing(best, direction)
        passage_scores[best[same_way]] *= np.float32(SAME_WAY)
        powers = passage_scores[best].astype(np.float64) ** PASSAGE_POWER
        scores = np.asarray(self._holders[:, best] @ powers, dtype=np.float64) ** (1 / PASSAGE_POWER)
        scores += NAME_WEIGHT * self._name_scores(text)
        return scores, best, passage_scores

    def named(self, text: str, *, top: int) -> list[int]:
        """Rows of the actors whose name, number or place shares most words with a text, best first."""
        scores = self._name_scores(text)
        order = np.argsort(-scores, kind="stable")[:top]
        return [int(row) for row in order if scores[row] > 0]

    def passage_scores(self, text: str, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """How well each passage answers, shape (passages,): meaning and words, each from 0 to 1, weighted.

        A few shared words tell little in a short query and much in a long text, so coverage and the weight of words
        depend on its length.
        """
        return self._passage_scores_of(None, text, vector)

    def many_passage_scores(
        self, texts: Sequence[str], vectors: NDArray[np.float32]
    ) -> Iterator[NDArray[np.float32]]:
        """``passage_scores`` of several queries with vectors of shape (queries, d), but for the last digits."""
        meanings = np.maximum(vectors @ self._vectors.T, 0)
        for text, meaning in zip(texts, meanings, strict=True):
            yield self._with_words(None, text, meaning)

    def _passage_scores_at(
        self, passages: NDArray[np.intp], text: str, vector: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """``passage_scores`` of some passages, shape (passages,)."""
        return self._passage_scores_of(passages, text, vector)

    def _passage_scores_of(
        self, passages: NDArray[np.intp] | None, text: str, vector: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        vectors = self._vectors if passages is None else self._vectors[passages]
        return self._with_words(passages, text, np.maximum(vectors @ vector, 0))

    def _with_words(
        self, passages: NDArray[np.intp] | None, text: str, meaning: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if not text.strip():
            return np.zeros(len(meaning), dtype=np.float32)
        terms = self.terms(text)
        columns = self._passage_words.columns(terms)
        # Words that nobody uses answer nothing: the fewer of a query's words are known, the less words can tell.
        known = np.sqrt(len(columns) / max(len(terms), 1))
        lexical = self._passage_words.coverage(columns) * known
        if passages is not None:
            lexical = lexical[passages]
        short, weight = weight_of_words(len(terms))
        answers = lexical > 0
        lexical[answers] **= np.float32(1 + COINCIDENCE * short)
        return np.asarray((1 - weight) * meaning + weight * lexical, dtype=np.float32)

    def _pointing(self, rows: NDArray[np.intp], direction: Direction) -> NDArray[np.bool_]:
        """Which of the passages seek or offer as a query does, shape (rows,); none where the query is a topic."""
        if direction is Direction.TOPIC:
            return np.zeros(len(rows), dtype=np.bool_)
        texts, kinds = self._corpus.texts, self._corpus.kinds
        found = (passage_direction(KINDS[int(kinds[row])], texts[row]) for row in rows)
        return np.fromiter((each is direction for each in found), dtype=np.bool_, count=len(rows))

    def _name_scores(self, text: str) -> NDArray[np.float32]:
        terms = self.name_terms(text)
        columns = self._identity_words.columns(terms)
        if not len(columns):
            return np.zeros(len(self._corpus.ids), dtype=np.float32)
        # A name that explains only a few words of a long sentence is a coincidence, so coverage is squared.
        share = len(columns) / len(terms)
        return np.asarray((self._identity_words.coverage(columns) * share) ** 2, dtype=np.float32)

    def _hit(
        self, row: int, score: float, text: str, best: NDArray[np.intp], scores: NDArray[np.float32]
    ) -> Hit:
        held = self._corpus.holds[[row], :].indices
        answering = held[np.isin(held, best)]
        bare = np.array([is_keywords(self._corpus.texts[passage]) for passage in answering], dtype=np.bool_)
        order = answering[np.lexsort((answering, -scores[answering], bare))]
        quotes: dict[str, Quote] = {}
        for passage in order:
            found = quote(self._corpus, int(passage), against=text)
            quotes.setdefault(found.text, found)
            if len(quotes) == QUOTES_PER_HIT:
                break
        corpus = self._corpus
        alike = () if self._copies is None else tuple(corpus.ids[each] for each in self._copies.others(row))
        return Hit(
            corpus.ids[row], corpus.names[row], corpus.group(row), score, tuple(quotes.values()), alike
        )


def weight_of_words(terms: int) -> tuple[float, float]:
    """How short a query of so many terms is, 1 for the shortest, and what words weigh in it."""
    short = min(SHORT_QUERY_TERMS / max(terms, 1), 1.0)
    return short, WORDS_WEIGHT + (WORDS_WEIGHT_SHORT - WORDS_WEIGHT) * short


def _is_close(scores: NDArray[np.float32]) -> bool:
    """Whether the last score that counts and the first that does not are the same but for the last digits."""
    last = len(scores) - PASSAGES_PER_QUERY
    if last < 1:
        return False
    edge = np.partition(scores, (last - 1, last))[last - 1 : last + 1]
    return bool(edge[1] > 0 and edge[1] - edge[0] < LAST_DIGITS / 10)


def _first(scores: NDArray[np.float32], number: int) -> NDArray[np.intp]:
    """Where the best ``number`` scores are, best first, ties by place: a stable sort without sorting all."""
    if len(scores) <= number:
        return np.argsort(-scores, kind="stable")
    edge = np.partition(scores, len(scores) - number)[len(scores) - number]
    likely = np.flatnonzero(scores >= edge)
    return np.asarray(likely[np.argsort(-scores[likely], kind="stable")[:number]], dtype=np.intp)


def quote(corpus: Corpus, passage: int, *, against: str) -> Quote:
    """The sentence of one passage that shares most with another text."""
    return Quote(
        text=best_sentence(corpus.texts[passage], against),
        kind=KINDS[int(corpus.kinds[passage])],
        source_id=corpus.sources[passage],
        language=corpus.languages[passage],
    )


def allowed(corpus: Corpus, groups: Collection[ActorGroup], region: str) -> NDArray[np.bool_]:
    """Which actors are of one of the groups, or of any where none is named, and in the region, if any; shape (n,)."""
    result = np.ones(len(corpus.ids), dtype=np.bool_)
    if groups:
        result &= np.isin(corpus.groups, [GROUPS.index(group) for group in groups])
    if region:
        result &= in_region(corpus, region)
    return result


def in_region(corpus: Corpus, region: str) -> NDArray[np.bool_]:
    """Which actors are in a region: a country's code, or the beginning of its name, a region's name or its NUTS code; shape (n,)."""
    wanted = region.casefold()
    # Many actors share a country and a region, so the few there are get compared.
    countries = {
        each for each in set(corpus.countries) if each.casefold() == wanted or is_called(each, region)
    }
    regions = {
        each for each in set(corpus.regions) if each.casefold().startswith(wanted) or is_called(each, region)
    }
    return np.array(
        [
            country in countries or name in regions
            for country, name in zip(corpus.countries, corpus.regions, strict=True)
        ],
        dtype=np.bool_,
    )
