"""Small clusters woven by hand: who works with whom, and which sub-cluster each collaboration lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Commitment,
    Participation,
    Passage,
    PassageKind,
    Place,
)
from matchmaker.corpus import Corpus, corpus
from matchmaker.landscape.findings import Landscape, Member, SubCluster

FLORENCE = [
    "acciaiuoli-medici", "castellani-peruzzi", "castellani-strozzi", "castellani-barbadori",
    "medici-barbadori", "medici-ridolfi", "medici-tornabuoni", "medici-albizzi",
    "medici-salviati", "salviati-pazzi", "peruzzi-strozzi", "peruzzi-bischeri",
    "strozzi-ridolfi", "strozzi-bischeri", "ridolfi-tornabuoni", "tornabuoni-guadagni",
    "albizzi-ginori", "albizzi-guadagni", "bischeri-guadagni", "guadagni-lamberteschi",
]  # fmt: skip
"""Marriages between Florentine families (Padgett and Ansell, American Journal of Sociology 98, 1993), without the Pucci."""
BURT = ["AB", "AF", "AG", "AE", "EG", "FG", "BG", "BD", "DG", "GC"]
"""The network in Borgatti, "Structural holes: unpacking Burt's redundancy measures", Connections 20, 1997."""


def woven(
    collaborations: Sequence[Sequence[str]],
    *,
    groups: Mapping[str, ActorGroup] | None = None,
    regions: Mapping[str, str] | None = None,
    members: frozenset[str] | None = None,
    years: Sequence[int | None] = (),
    commitments: Sequence[Commitment] = (),
    alone: Sequence[str] = (),
    passages: Sequence[Passage] = (),
) -> Corpus:
    """A corpus of collaborations given by their participants; ``c000`` is the first."""
    names = sorted({each for some in collaborations for each in some} | set(alone))
    actors = [
        Actor(
            name,
            name.title(),
            (groups or {}).get(name, ActorGroup.COMPANY),
            place=Place(region=(regions or {}).get(name, "")),
            member=members is None or name in members,
        )
        for name in names
    ]
    made = [
        Collaboration(
            f"c{number:03}",
            f"c{number}",
            tuple(map(Participation, some)),
            start=date(year, 3, 1) if number < len(years) and (year := years[number]) else None,
            commitment=commitments[number] if number < len(commitments) else Commitment.PROJECT,
        )
        for number, some in enumerate(collaborations)
    ]
    return corpus(actors, made, passages)


def pairs(edges: Sequence[str]) -> list[list[str]]:
    """Participants of collaborations of two, from ``a-b`` or ``AB``."""
    return [each.split("-") if "-" in each else list(each) for each in edges]


def laid_out(
    parts: Mapping[str, tuple[Sequence[str], Sequence[int]]], parents: Mapping[str, str] | None = None
) -> Landscape:
    """A landscape of sub-clusters with their members and the numbers of their collaborations."""
    return Landscape(
        tuple(
            SubCluster(
                id=name,
                parent_id=(parents or {}).get(name),
                label=f"about {name}",
                keywords=(),
                members=tuple(Member(each, 0.8) for each in members),
                composition={},
                growth={},
                collaborations={},
                collaboration_ids=tuple(f"c{number:03}" for number in numbers),
            )
            for name, (members, numbers) in parts.items()
        ),
        (),
        (),
    )


def said(actor_id: str, text: str, kind: PassageKind) -> Passage:
    """A passage of one actor."""
    return Passage(actor_id, (actor_id,), kind, text, "en")


def directions(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    """Unit rows."""
    values = np.array(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 4)
    return np.asarray(
        values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9), dtype=np.float32
    )
