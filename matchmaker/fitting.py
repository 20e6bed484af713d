"""Who is among the fitting: the first of a list, by a rule that stays the same while actors come and change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup, PassageKind, Quote
from matchmaker.corpus import GROUPS, KINDS, Corpus
from matchmaker.directions import Direction, passage_direction, read_direction
from matchmaker.language import detect
from matchmaker.search import SAME_WAY, Search, allowed, quote

FIRST = 10
"""Of a search's list, those that count as fitting."""
FIRST_OF_A_PASSAGE = 1
"""Of a list for one passage of an actor, which has several."""
SHARE = 0.05
"""And no more than this share of those whom the filters leave, so that in a small cluster not everybody fits."""
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

    def __len__(self) -> int:
        """How many actors there are."""
        return len(self._corpus.ids)

    def question(self, text: str, direction: Direction | None = None) -> Question:
        """A text as a question; raises ``EncoderUnavailableError``."""
        return Question(text, direction or read_direction(text), self._encode(text, detect(text)))

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
        corpus = self._corpus
        rows = [self._row_of[each] for each in actor_ids]
        wanted_region = wanted.region.casefold()
        return np.array(
            [
                (not wanted.groups or GROUPS[int(corpus.groups[row])] in wanted.groups)
                and GROUPS[int(corpus.groups[row])] is not wanted.other_than
                and (wanted.member is None or bool(corpus.members[row]) == wanted.member)
                and (wanted.among is None or actor_id in wanted.among)
                and (
                    not wanted_region
                    or corpus.countries[row].casefold() == wanted_region
                    or corpus.regions[row].casefold().startswith(wanted_region)
                )
                for row, actor_id in zip(rows, actor_ids, strict=True)
            ],
            dtype=np.bool_,
        )

    def at_most(self, question: Question, actor_ids: Sequence[str]) -> NDArray[np.float64]:
        """What actors, all of them there, score at most; shape (actors,)."""
        rows = np.array([self._row_of[each] for each in actor_ids], dtype=np.intp)
        return self._search.scores_at(rows, question.text, question.vector, question.direction)

    def place(self, question: Question, wanted: Filter) -> Place:
        """How the list of a question stands now among those whom the filters leave."""
        through = self._mask(wanted)
        through[[self._row_of[each] for each in question.held_by]] = False
        scores = self._search.scores(question.text, question.vector, question.direction)
        scores = self._search.shown(np.where(through, scores, 0))
        first = how_many(int(through.sum()), question.first)
        best = np.argsort(-scores, kind="stable")[:first]
        best = best[scores[best] > 0]
        floor = float(scores[best[-1]]) if len(best) == first else 0.0
        return Place(floor, {self._corpus.ids[row]: float(scores[row]) for row in best})

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
        corpus = self._corpus
        through = allowed(corpus, wanted.groups, wanted.region)
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


def how_many(left: int, first: int) -> int:
    """How many of ``left`` actors count as fitting."""
    return max(1, min(first, ceil(SHARE * left)))
