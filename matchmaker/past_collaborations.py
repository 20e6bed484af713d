"""What an actor did before, and with whom, read off the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matchmaker.actors import Commitment
from matchmaker.alphabet import name_key
from matchmaker.corpus import COMMITMENTS, Corpus, day_of


@dataclass(frozen=True, slots=True)
class PastCollaboration:
    """A collaboration of one actor, with the others who took part."""

    id: str
    title: str
    date: date | None
    commitment: Commitment
    partners: tuple[tuple[str, str], ...]
    """Id and name of each other participant, by name."""


def past_collaborations(corpus: Corpus, row: int) -> tuple[PastCollaboration, ...]:
    """The collaborations of the actor in a row, newest first."""
    columns = corpus.takes_part[[row], :].indices
    newest = columns[np.lexsort((columns, -corpus.collaboration_dates[columns].astype(np.int64)))]
    members = corpus.takes_part[:, newest].tocsc()
    return tuple(
        _past(
            corpus,
            int(column),
            members.indices[members.indptr[place] : members.indptr[place + 1]].tolist(),
            row,
        )
        for place, column in enumerate(newest)
    )


def _past(corpus: Corpus, column: int, rows: Sequence[int], seen_from: int) -> PastCollaboration:
    others = [(corpus.ids[row], corpus.names[row]) for row in rows if row != seen_from]
    return PastCollaboration(
        id=corpus.collaboration_ids[column],
        title=corpus.titles[column],
        date=day_of(int(corpus.collaboration_dates[column])),
        commitment=COMMITMENTS[int(corpus.commitments[column])],
        partners=tuple(sorted(others, key=lambda each: (name_key(each[1]), each[0]))),
    )
