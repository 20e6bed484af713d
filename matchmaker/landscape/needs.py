"""What a specialisation would need to stand alone: groups, members, commitment, less dependence on one actor, ties of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import Commitment
from matchmaker.corpus import COMMITMENTS, GROUPS, Corpus
from matchmaker.landscape.findings import Need

ONE_ACTOR = 1 / 3
"""An actor that takes part in so large a share of its collaborations holds it together."""
FEWEST_FOR_DEPENDENCE = 6
WEAK_DISTINCTNESS = 0.4


def needs(
    corpus: Corpus,
    members: NDArray[np.int64],
    around: NDArray[np.int64],
    columns: NDArray[np.int64],
    usual_members: float,
    distinctness: float,
) -> tuple[Need, ...]:
    """What is missing, the most pressing first.

    ``members`` and ``around`` are rows of the actors in it and in its parent, ``columns`` its collaborations.
    """
    found = [
        _missing_groups(corpus, members, around),
        _short_of_members(len(members), usual_members),
        _commitment(corpus, columns),
        _one_actor(corpus, columns),
        _own_ties(distinctness),
    ]
    return tuple(each for each in found if each is not None)


def _missing_groups(corpus: Corpus, members: NDArray[np.int64], around: NDArray[np.int64]) -> Need | None:
    here, there = (set(corpus.groups[rows].tolist()) for rows in (members, around))
    missing = [GROUPS[group].value for group in sorted(there - here)]
    if not missing:
        return None
    words = _listed([name.replace("_", " ") for name in missing])
    return Need(
        "actor_group",
        f"It has no {words}, which the sub-cluster around it has.",
        {"groups": float(len(here)), "groups_around": float(len(there))},
        tuple(missing),
    )


def _short_of_members(members: int, usual: float) -> Need | None:
    short = int(np.ceil(usual - members))
    if short <= 0:
        return None
    return Need(
        "members",
        f"It is {short} short of the {usual:.0f} members of a usual specialisation: it has {members}.",
        {"members": float(members), "members_of_the_median_specialisation": usual, "short": float(short)},
    )


def _commitment(corpus: Corpus, columns: NDArray[np.int64]) -> Need | None:
    """Whether the next rung of the ladder is climbed less than everywhere; unknown where all stand on one rung."""
    everywhere = corpus.commitments
    if len(np.unique(everywhere)) < 2 or not len(columns):
        return None
    here = corpus.commitments[columns]
    for rung in (Commitment.COMMITTED, Commitment.PROJECT):
        level = COMMITMENTS.index(rung)
        share, usual = float(np.mean(here >= level)), float(np.mean(everywhere >= level))
        if share < usual:
            name = "committed" if rung is Commitment.COMMITTED else "projects or more"
            return Need(
                "commitment",
                f"{share:.0%} of its collaborations are {name}; of all collaborations {usual:.0%} are.",
                {"share": round(share, 4), "share_of_all": round(usual, 4)},
                (rung.value,),
            )
    return None


def _one_actor(corpus: Corpus, columns: NDArray[np.int64]) -> Need | None:
    if len(columns) < FEWEST_FOR_DEPENDENCE:
        return None
    counts = np.asarray(corpus.takes_part[:, columns].sum(axis=1)).ravel()
    row = int(counts.argmax())
    share = float(counts[row]) / len(columns)
    if share < ONE_ACTOR:
        return None
    return Need(
        "one_actor",
        f"It depends on {corpus.names[row]}, which takes part in {share:.0%} of its collaborations.",
        {"share": round(share, 4), "collaborations": float(len(columns))},
        (corpus.ids[row],),
    )


def _own_ties(distinctness: float) -> Need | None:
    if distinctness >= WEAK_DISTINCTNESS:
        return None
    return Need(
        "own_ties",
        "It is tied to the rest of its sub-cluster nearly as any part of it would be: it is not yet a trade of its own.",
        {"distinctness": round(distinctness, 4)},
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
