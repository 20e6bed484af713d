"""Search for a query that is a paragraph: the actors whose texts are near it, as for an idea, in the form of hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import Passage
from matchmaker.copies import Copies
from matchmaker.corpus import KINDS
from matchmaker.directions import Direction, passage_direction
from matchmaker.matching.ideas import Answer, Ideas
from matchmaker.search import QUOTES_PER_HIT, SAME_WAY, Hit

LONGEST_SENTENCE = 30
"""A query of more words than this is a paragraph. Single texts then tell less than all that an actor has said."""


def is_paragraph(text: str) -> bool:
    """Whether a query is long enough to be answered as a paragraph."""
    return len(text.split()) > LONGEST_SENTENCE


class Paragraphs:
    """Ranks actors for a paragraph; immutable, so that many threads may ask at once."""

    def __init__(self, ideas: Ideas, copies: Copies) -> None:
        self._ideas = ideas
        self._copies = copies
        self._row_of = ideas.corpus.row_of

    def search(
        self,
        texts: Sequence[Passage],
        vectors: NDArray[np.float32],
        *,
        top: int,
        allowed: NDArray[np.bool_],
        direction: Direction,
    ) -> list[Hit]:
        """The ``top`` of the ``allowed`` actors, shape (n,), for what ``idea_passages`` made of a text; ties by id.

        ``vectors`` has shape (texts, d), as ``Ideas.answer`` takes them. Texts that point the way the query does are
        discounted as in ``Search``, and of actors that say nearly the same the best-scored one is a hit.
        """
        narrowed = None if allowed.all() else allowed
        answer = self._turned(self._ideas.answer(texts, vectors, allowed=narrowed), direction)
        shown = allowed & ~self._copies.hidden(np.where(allowed, answer.scores, 0)[None])[0]
        found = self._ideas.best(answer, texts, vectors, top=top, allowed=shown, quotes=QUOTES_PER_HIT)
        return [
            Hit(
                each.actor_id,
                each.name,
                each.group,
                each.score,
                tuple(ground.quote for ground in each.grounds),
                self._alike(each.actor_id),
            )
            for each in found
        ]

    def _turned(self, answer: Answer, direction: Direction) -> Answer:
        if direction is Direction.TOPIC:
            return answer
        same = np.array([self._direction(int(unit)) is direction for unit in answer.units], dtype=np.bool_)
        worth = np.where(same, np.float32(SAME_WAY), np.float32(1)) * answer.worth
        scores = np.asarray(self._ideas.units.holds[:, answer.units] @ worth, dtype=np.float32)
        return replace(answer, scores=scores, worth=worth)

    def _direction(self, unit: int) -> Direction:
        # A unit of a profile is one passage; the passages of a project are all of one kind.
        corpus, passage = self._ideas.corpus, int(self._ideas.units.passages_of(unit)[0])
        return passage_direction(KINDS[int(corpus.kinds[passage])], corpus.texts[passage])

    def _alike(self, actor_id: str) -> tuple[str, ...]:
        ids = self._ideas.corpus.ids
        return tuple(ids[row] for row in self._copies.others(self._row_of[actor_id]))
