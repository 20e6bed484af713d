"""Events of a cluster: participants are its actors, wishes the partners proposed to them, worth the score that both share."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from matchmaker.meetings.solver import Instance, Participant, Wish
from matchmaker.published import Published
from matchmaker.workspace import Workspace

DATA = Path(__file__).parents[1] / "data"
TOP = 20
"""Partners proposed to each; among those of an event there are fewer."""


@contextmanager
def cluster(folder: Path | None) -> Iterator[Published]:
    """What is published in a workspace; without one the sample cluster, built for this."""
    if folder is not None:
        with Workspace.open(folder) as workspace:
            yield workspace.published()
        return
    with (
        tempfile.TemporaryDirectory() as made,
        Workspace.open(Path(made) / "workspace", create=True) as workspace,
    ):
        workspace.import_table(
            DATA / "actors.csv", collaborations=DATA / "collaborations.csv", who="benchmark"
        )
        workspace.build()
        yield workspace.published()


def cluster_event(
    published: Published, people: int, slots: int, availability: float, *, seed: int
) -> Instance:
    """An event of so many actors at most, with ample tables and a must for one in 20.

    The first is drawn; then come those proposed to it, those proposed to them, and so on: an event on one theme. Everybody is
    there for each slot with the same chance and takes 60 to 100 % of the slots as meetings at most.
    """
    chance = np.random.default_rng(seed)
    ids = sorted(published.actor_groups())
    start = int(chance.integers(len(ids)))
    chosen: dict[str, int] = {}
    scores: dict[tuple[str, str], float] = {}
    waiting = deque([*ids[start:], *ids[:start]])
    while waiting and len(chosen) < people:
        name = waiting.popleft()
        if name in chosen:
            continue
        chosen[name] = len(chosen)
        for match in reversed(published.suggestions(name, top=TOP, new=True)):
            scores[min(name, match.partner_id), max(name, match.partner_id)] = max(match.score, 0.0)
            waiting.appendleft(match.partner_id)
    there = chance.random((len(chosen), slots)) < availability
    there[~there.any(1), 0] = True
    caps = chance.integers(max(1, int(slots * 0.6)), slots + 1, len(chosen))
    pairs = [pair for pair in sorted(scores) if chosen.keys() >= set(pair)]
    musts = _musts(pairs, chosen, there, len(chosen) // 20)
    return Instance(
        (max(1, len(chosen) // 2),) * slots,
        tuple(
            Participant(name, tuple(np.flatnonzero(there[row]).tolist()), int(caps[row]))
            for name, row in chosen.items()
        ),
        tuple(Wish(*pair, round(scores[pair], 3), pair in musts) for pair in pairs),
    )


def _musts(
    pairs: list[tuple[str, str]], rows: dict[str, int], there: np.ndarray, count: int
) -> set[tuple[str, str]]:
    """So many pairs that share a slot, nobody in two of them."""
    found: set[tuple[str, str]] = set()
    taken: set[str] = set()
    for pair in pairs:
        if (
            len(found) < count
            and not taken & set(pair)
            and (there[rows[pair[0]]] & there[rows[pair[1]]]).any()
        ):
            found.add(pair)
            taken |= set(pair)
    return found
