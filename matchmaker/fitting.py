"""Who is among the fitting: the first of a list, by a rule that stays the same while actors come and change."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup, PassageKind, Quote
from matchmaker.corpus import GROUPS, KINDS, Corpus
from matchmaker.directions import Direction, passage_direction, read_direction
from matchmaker.reach import Reach
from matchmaker.search import LAST_DIGITS, SAME_WAY, Search, allowed, language_of, quote

FIRST = 10
"""Of a search's list, those that count as fitting."""
FIRST_OF_A_PASSAGE = 1
"""Of a list for one passage of an actor, which has several."""
SHARE = 0.05
"""And no more than this share of those whom the filters leave, so that in a small cluster not everybody fits."""
DOUBTS_AT_ONCE = 16
"""Questions scored by one product: at 130,000 passages some 10 MB."""
MASKS_KEPT = 1024

MOST_PASSAGES = 8
"""Of an actor, that are asked about: its requests first, then its offers, what it says of itself, its newest projects."""

_ORDER = {
    PassageKind.REQUEST: 0,
    PassageKind.OFFER: 1,
    PassageKind.DESCRIPTION: 2,
    PassageKind.PROJECT: 3,
}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A text with its unit vector, shape (d,), centred as passages are."""

    text: str
    direction: Direction
    vector: NDArray[np.float32]
    first: int = FIRST
    held_by: tuple[str, ...] = ()
    """Ids of those whose own passage it is: they are no answer to it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Who counts at all."""

    groups: tuple[ActorGroup, ...] = ()
    region: str = ""
    member: bool | None = None
    among: frozenset[str] | None = None
    """Ids; ``None`` for everybody."""
    other_than: ActorGroup | None = None
    """A group that is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """Actors of whom it is asked whether they are on the list of a question."""

    question: Question
    wanted: Filter
    floor: float
    """What they have to score at least."""
    rows: NDArray[np.intp]
    """Whom the filter lets through, all of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """How a list stands: the score of its last fitting one, and who they are, best first."""

    floor: float
    """0 where fewer than so many answer at all."""
    first: Mapping[str, float] = field(default_factory=dict)
    """Their scores by id."""


class Fitting:
    """Places actors in lists; immutable, so that many threads may ask."""

    def __init__(
        self,
        corpus: Corpus,
        row_of: Mapping[str, int],
        search: Search,
        encode: Callable[[str, str], NDArray[np.float32]],
    ) -> None:
        """``encode`` gives the centred vector of a text in a language."""
        self._corpus = corpus
        self._row_of = row_of
        self._search = search
        self._encode = encode
        self._masks: dict[Filter, NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        """How many actors there are."""
        return len(self._corpus.ids)

    def question(self, text: str, direction: Direction | None = None) -> Question:
        """A text as a question; raises ``EncoderUnavailableError``."""
        text = unicodedata.normalize("NFC", text)
        return Question(text, direction or read_direction(text), self._encode(text, language_of(text)))

    def questions_of(self, actor_id: str) -> list[Question]:
        """What an actor seeks, offers and does, a question each; empty for one that is not there."""
        if actor_id not in self._row_of:
            return []
        corpus = self._corpus
        held = corpus.holds[[self._row_of[actor_id]], :].indices
        own = [
            (_ORDER[kind], -int(corpus.dates[each]), int(each))
            for each in held
            if (kind := KINDS[int(corpus.kinds[each])]) in _ORDER
        ]
        passages = np.array([each for *_, each in sorted(own)[:MOST_PASSAGES]], dtype=np.intp)
        vectors = self._search.vectors_at(passages)
        return [
            Question(
                corpus.texts[passage],
                passage_direction(KINDS[int(corpus.kinds[passage])], corpus.texts[passage]),
                vector,
                FIRST_OF_A_PASSAGE,
                tuple(corpus.ids[row] for row in self._search.holders(int(passage))),
            )
            for passage, vector in zip(passages, vectors, strict=True)
        ]

    def known(self, actor_ids: Collection[str]) -> list[str]:
        """Those that are there, in the order given."""
        return [each for each in actor_ids if each in self._row_of]

    def passes(self, wanted: Filter, actor_ids: Sequence[str]) -> NDArray[np.bool_]:
        """Which of the actors, all of them there, the filters let through; shape (actors,)."""
        return self._mask(wanted)[self.rows(actor_ids)]

    def rows(self, actor_ids: Sequence[str]) -> NDArray[np.intp]:
        """The rows of actors, all of them there; shape (actors,)."""
        return np.array([self._row_of[each] for each in actor_ids], dtype=np.intp)

    def reach(self, rows: NDArray[np.intp]) -> Reach:
        """Some actors, to be asked what they score at most for many questions."""
        return Reach(self._search, self._corpus, rows)

    def at_most(self, question: Question, actor_ids: Sequence[str]) -> NDArray[np.float64]:
        """What actors, all of them there, score at most; shape (actors,)."""
        rows = self.rows(actor_ids)
        return self._search.scores_at(rows, question.text, question.vector, question.direction)

    def place(self, question: Question, wanted: Filter) -> Place:
        """How the list of a question stands now among those whom the filters leave."""
        scores, first = self._left(
            self._search.scores(question.text, question.vector, question.direction), question, wanted
        )
        best = np.argsort(-scores, kind="stable")[:first]
        best = best[scores[best] > 0]
        floor = float(scores[best[-1]]) if len(best) == first else 0.0
        return Place(floor, {self._corpus.ids[row]: float(scores[row]) for row in best})

    def on_the_list(self, doubts: Sequence[Doubt]) -> Iterator[NDArray[np.bool_]]:
        """Which rows of each doubt are on the list of its question as ``place`` has it, at no less than the floor.

        Many questions are scored by one product, whose last digits may be others; where those could decide, ``place`` is
        asked.
        """
        for start in range(0, len(doubts), DOUBTS_AT_ONCE):
            block = doubts[start : start + DOUBTS_AT_ONCE]
            asked = [each.question for each in block]
            scores = self._search.many_scores(
                [each.text for each in asked],
                np.array([each.vector for each in asked]),
                [each.direction for each in asked],
            )
            for doubt, found in zip(block, scores, strict=True):
                clear = None if found is None else self._clear(doubt, found)
                yield self._decided(doubt) if clear is None else clear

    def _clear(self, doubt: Doubt, scores: NDArray[np.float64]) -> NDArray[np.bool_] | None:
        """Who is on the list where that is beyond the last digits; ``None`` where it is not."""
        scores, first = self._left(scores, doubt.question, doubt.wanted)
        theirs = scores[doubt.rows]
        best = -np.partition(-scores, min(first, len(scores) - 1))[: first + 1]
        last, next_one = np.sort(best)[::-1][[first - 1, -1]] if len(best) > first else (0.0, 0.0)
        inside = (theirs >= last) & (theirs > 0)
        near = np.abs(theirs - doubt.floor) < LAST_DIGITS
        # Nearly on the list or nearly not, or one of some with the same text, of whom one is on it.
        near |= np.where(inside, theirs - next_one < LAST_DIGITS, last - theirs < LAST_DIGITS)
        if near.any() or self._search.has_copies(doubt.rows).any():
            return None
        return inside & (theirs >= doubt.floor)

    def _decided(self, doubt: Doubt) -> NDArray[np.bool_]:
        first = self.place(doubt.question, doubt.wanted).first
        return np.array([first.get(self._corpus.ids[row], -1.0) >= doubt.floor for row in doubt.rows])

    def _left(
        self, scores: NDArray[np.float64], question: Question, wanted: Filter
    ) -> tuple[NDArray[np.float64], int]:
        """The scores with 0 for whoever is not to be listed, and how many are."""
        through = self._mask(wanted).copy()
        through[[self._row_of[each] for each in question.held_by]] = False
        return self._search.shown(np.where(through, scores, 0)), how_many(int(through.sum()), question.first)

    def answer(self, asked: Sequence[Question], actor_id: str) -> tuple[Question, Quote] | None:
        """The question that an actor comes nearest to, and its sentence that does; ``None`` where it says nothing."""
        held = self._corpus.holds[[self._row_of[actor_id]], :].indices.astype(np.intp)
        if not len(held) or not asked:
            return None
        near = self._search.vectors_at(held) @ np.array([each.vector for each in asked]).T
        for column, each in enumerate(asked):
            # A request for what is asked for is no answer to it.
            near[:, column] *= np.where(self._search.points(held, each.direction), SAME_WAY, 1)
        passage, place = divmod(int(np.argmax(near)), len(asked))
        return asked[place], quote(self._corpus, int(held[passage]), against=asked[place].text)

    def _mask(self, wanted: Filter) -> NDArray[np.bool_]:
        """Whom a filter lets through, shape (n,); not to be written to."""
        found = self._masks.get(wanted)
        if found is None:
            if len(self._masks) >= MASKS_KEPT:
                self._masks.clear()
            found = self._masks[wanted] = self._passing(wanted)
        return found

    def _passing(self, wanted: Filter) -> NDArray[np.bool_]:
        corpus = self._corpus
        if wanted.region or wanted.groups:
            through = self._mask_of_place(wanted)
        else:
            through = np.ones(len(corpus.ids), dtype=np.bool_)
        if wanted.other_than is not None:
            through &= corpus.groups != GROUPS.index(wanted.other_than)
        if wanted.member is not None:
            through &= corpus.members == wanted.member
        if wanted.among is not None:
            rows = [self._row_of[each] for each in wanted.among if each in self._row_of]
            among = np.zeros(len(corpus.ids), dtype=np.bool_)
            among[rows] = True
            through &= among
        return through

    def _mask_of_place(self, wanted: Filter) -> NDArray[np.bool_]:
        whole = Filter(wanted.groups, wanted.region)
        if whole == wanted:
            return allowed(self._corpus, wanted.groups, wanted.region)
        return self._mask(whole).copy()


def how_many(left: int, first: int) -> int:
    """How many of ``left`` actors count as fitting."""
    return max(1, min(first, ceil(SHARE * left)))
