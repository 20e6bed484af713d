"""How well the cluster and each sub-cluster hold together, who joins two of them, and what is left without the first few."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import GROUPS, Corpus
from matchmaker.landscape.brokers import SOURCES, Standing, sources_of, standing
from matchmaker.landscape.caveats import Caveat, Unknown
from matchmaker.landscape.connections import cuts, efficiency, pairs_within, pieces, worked_together
from matchmaker.landscape.incidence import Incidence

FEWEST_ACTORS = 5
"""With fewer actors no share is told."""
REMOVED = (1, 2, 5)
DRAWS = 100
"""Random sets of actors of the same size that a loss is compared with; ``WHOLE_DRAWS`` where each takes longer."""
WHOLE_DRAWS = 20
NEAREST_IN_SIZE = 20
"""A random stand-in is one of so many actors whose number of collaborations is nearest."""
BRIDGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Cohesion:
    """How a set of actors holds together through collaborations; shares are ``None`` where they cannot be told."""

    sub_cluster_id: str
    """Empty for the whole cluster."""
    actors: int
    collaborations: int
    """With two or more of the actors."""
    density: float | None
    """Share of the pairs of actors that worked together; it falls as a sub-cluster grows, so look at ``partners`` too."""
    partners: float | None
    """Mean number of others of the set that an actor worked with."""
    in_largest: float | None
    """Share of the actors in the largest piece that is connected by collaborations inside."""
    alone: int
    """Actors that worked with nobody of the set."""
    cross_group_share: float | None
    """Share of the ties, a collaboration of *k* giving 1 / (*k* − 1) to each pair, that join different actor groups."""
    cross_group_expected: float | None
    """The same if the ties were drawn with no eye for groups: 1 − Σ (share of the ties' ends that a group has)²."""
    top_broker_id: str
    """Whose leaving cuts off most of the largest piece; empty where nobody's does, or that one is not there any more."""
    dependence: float | None
    """Share of the others in the largest piece that would be cut off from the rest of it without that one."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes when the first few go, and when as many others of the same number of collaborations go."""

    removed: int
    left: float
    """What is left, as a share of what there was."""
    left_random: float
    """Mean of the same over random sets."""
    left_random_low: float
    left_random_high: float
    """The 2.5 and 97.5 % points over the random sets."""


@dataclass(frozen=True, slots=True)
class Bridges:
    """Who joins two sub-clusters."""

    sub_cluster_ids: tuple[str, str]
    actors: int
    """Actors with a collaboration in either: so many would have to go before nobody joins the two."""
    linked: int
    """Collaborations in one that share an actor with one in the other, counted in both."""
    linked_share: float
    """Of all collaborations in the two."""
    first: tuple[str, ...]
    """The actors that most depends on: each the one without whom most of the collaborations that are still linked are not."""
    losses: tuple[Loss, ...]
    """Linked collaborations left without the first, the first two, the first five."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How the landscape holds together."""

    whole: Cohesion
    sub_clusters: tuple[Cohesion, ...]
    """In the landscape's order."""
    bridges: tuple[Bridges, ...]
    """Every pair of sub-clusters at the top that somebody joins, most linked collaborations first."""
    apart: tuple[tuple[str, str], ...]
    """Pairs that nobody joins."""
    connected: tuple[Loss, ...]
    """Pairs of the remaining actors that are still connected without the first brokers."""
    efficient: tuple[Loss, ...]
    """Global efficiency among the remaining actors without the first brokers."""
    caveats: tuple[Caveat, ...] = ()

    def among(self, there: Container[str]) -> Holding:
        """The same without ids of actors other than these, who are there now; what was counted stays."""

        def known(each: Cohesion) -> Cohesion:
            return each if each.top_broker_id in there else replace(each, top_broker_id="")

        return replace(
            self,
            whole=known(self.whole),
            sub_clusters=tuple(known(each) for each in self.sub_clusters),
            bridges=tuple(
                replace(each, first=tuple(one for one in each.first if one in there)) for each in self.bridges
            ),
        )


def holding(corpus: Corpus, places: Incidence, first: Sequence[str], *, seed: int = 0) -> Holding:
    """Cohesion of the whole and of each sub-cluster, the bridges between each two, and what is left without the ``first``.

    ``first`` are ids of brokers, the foremost first. Random stand-ins follow from ``seed``.
    Raises ``ValueError`` for an id that the corpus lacks.
    """
    random = np.random.default_rng(seed)
    everyone = np.arange(len(corpus.ids))
    stands = standing(corpus, places)
    joined = [_bridges(corpus, places, a, b, random) for a, b in combinations(places.tops.tolist(), 2)]
    row_of = corpus.row_of
    unknown = [each for each in first if each not in row_of]
    if unknown:
        raise ValueError(f"There is no actor with the id {unknown[0]!r} in the corpus.")
    rows = np.array([row_of[each] for each in first], dtype=np.int64)
    return Holding(
        whole=_cohesion(corpus, "", everyone, corpus.takes_part),
        sub_clusters=tuple(
            _cohesion(corpus, each, members, corpus.takes_part[:, places.columns(place)][members])
            for place, each in enumerate(places.ids)
            for members in [places.members(place)]
        ),
        bridges=tuple(
            sorted(
                (each for each in joined if each.actors),
                key=lambda each: (-each.linked, each.sub_cluster_ids),
            )
        ),
        apart=tuple(each.sub_cluster_ids for each in joined if not each.actors),
        connected=_connected(corpus.takes_part, stands, rows, random),
        efficient=_efficient(corpus.takes_part, stands, rows, random),
        caveats=_caveats(corpus, places),
    )


def _cohesion(corpus: Corpus, name: str, members: NDArray[np.int64], inside: sparse.csr_array) -> Cohesion:
    """``inside``, shape (members, collaborations): the parts that the members take in what counts."""
    sizes = np.asarray(inside.sum(axis=0))
    kept = sparse.csr_array(inside[:, np.flatnonzero(sizes > 1)])
    together = worked_together(kept)
    count = len(members)
    partners = np.diff(together.indptr)
    few = count < FEWEST_ACTORS or not together.nnz
    groups = corpus.groups[members]
    ends = np.bincount(groups, weights=np.asarray(together.sum(axis=1)), minlength=len(GROUPS))
    tie = sparse.coo_array(together)
    across = tie.data[groups[tie.coords[0]] != groups[tie.coords[1]]].sum()
    largest = int(pieces(kept)[0]) if count else 0
    lost = cuts(kept)
    # In a smaller piece more may be cut off than in the largest; what counts here is the largest.
    top = int(lost.cut_off.argmax()) if count else 0
    return Cohesion(
        sub_cluster_id=name,
        actors=count,
        collaborations=kept.shape[1],
        density=None if few else float(together.nnz / (count * (count - 1))),
        partners=None if few else float(partners.mean()),
        in_largest=None if few else largest / count,
        alone=int((partners == 0).sum()),
        cross_group_share=None if few else float(across / tie.data.sum()),
        cross_group_expected=None if few else float(1 - ((ends / ends.sum()) ** 2).sum()),
        top_broker_id="" if few or not lost.cut_off[top] else corpus.ids[members[top]],
        dependence=None if few or largest < 3 else float(lost.cut_off[top] / (largest - 1)),
    )


def _bridges(corpus: Corpus, places: Incidence, one: int, other: int, random: np.random.Generator) -> Bridges:
    left = corpus.takes_part[:, places.columns(one)]
    right = corpus.takes_part[:, places.columns(other)]
    in_left, in_right = np.diff(left.indptr), np.diff(right.indptr)
    joins = np.flatnonzero((in_left > 0) & (in_right > 0))
    both = sparse.csr_array(sparse.hstack([left, right], format="csr"))
    held = {row: both.indices[both.indptr[row] : both.indptr[row + 1]] for row in joins.tolist()}
    ways = np.bincount(
        np.concatenate([*held.values(), np.zeros(0, dtype=np.int32)]).astype(np.int64),
        minlength=both.shape[1],
    )
    there = int((ways > 0).sum())

    def share_left(without: NDArray[np.int64]) -> float:
        gone = np.concatenate([held.get(row, held_by_none) for row in without.tolist()])
        columns, counts = np.unique(gone, return_counts=True)
        return 1 - float((ways[columns] == counts).sum()) / max(there, 1)

    held_by_none = np.zeros(0, dtype=np.int32)
    first = _most_needed(held, ways)
    return Bridges(
        sub_cluster_ids=(places.ids[one], places.ids[other]),
        actors=len(joins),
        linked=there,
        linked_share=there / max(both.shape[1], 1),
        first=tuple(corpus.ids[row] for row in first.tolist()),
        losses=_losses(first, (in_left + in_right).astype(np.float64), share_left, random, DRAWS),
    )


def _most_needed(held: dict[int, NDArray[np.int32]], ways: NDArray[np.int64]) -> NDArray[np.int64]:
    """Up to ``BRIDGES_SHOWN`` actors one after the other, each the one without whom most of the columns that are still
    linked are not, then who holds most of them, then the first."""
    left, first = ways.copy(), list[int]()
    while len(first) < min(BRIDGES_SHOWN, len(held)):
        row = min(
            (each for each in held if each not in first),
            key=lambda each: (-int((left[held[each]] == 1).sum()), -len(held[each]), each),
        )
        left[held[row]] -= 1
        first.append(row)
    return np.array(first, dtype=np.int64)


def _losses(
    first: NDArray[np.int64],
    sizes: NDArray[np.floating],
    left: Callable[[NDArray[np.int64]], float],
    random: np.random.Generator,
    draws: int,
) -> tuple[Loss, ...]:
    """What is ``left`` without the first few, and without as many random ones of the nearest sizes."""
    found = []
    for removed in REMOVED:
        if len(first) < removed:
            break
        alike = [_alike(sizes, row) for row in first[:removed].tolist()]
        if any(not len(each) for each in alike):
            break
        drawn = [left(np.unique([random.choice(each) for each in alike])) for _ in range(draws)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        found.append(Loss(removed, left(first[:removed]), float(np.mean(drawn)), float(low), float(high)))
    return tuple(found)


def _alike(sizes: NDArray[np.floating], row: int) -> NDArray[np.int64]:
    """Others with any collaboration whose number of them is nearest, ``NEAREST_IN_SIZE`` at most."""
    others = np.flatnonzero(sizes > 0)
    others = others[others != row]
    away = np.abs(np.log(sizes[others]) - np.log(max(float(sizes[row]), 1.0)))
    nearest = np.lexsort((others, away))[:NEAREST_IN_SIZE]
    return np.asarray(others[nearest], dtype=np.int64)


def _connected(
    takes_part: sparse.csr_array, stands: Standing, first: NDArray[np.int64], random: np.random.Generator
) -> tuple[Loss, ...]:
    def left(rows: NDArray[np.int64]) -> float:
        sizes = pieces(takes_part, rows)
        count = int(sizes.sum())
        return pairs_within(sizes) / max(count * (count - 1) // 2, 1)

    there = left(first[:0])
    return _losses(
        first,
        stands.collaborations.astype(np.float64),
        lambda rows: left(rows) / max(there, 1e-12),
        random,
        WHOLE_DRAWS,
    )


def _efficient(
    takes_part: sparse.csr_array, stands: Standing, first: NDArray[np.int64], random: np.random.Generator
) -> tuple[Loss, ...]:
    sources = sources_of(takes_part.shape[0])

    def left(rows: NDArray[np.int64]) -> float:
        there = efficiency(takes_part, sources, rows, present=True)
        return efficiency(takes_part, sources, rows, present=False) / max(there, 1e-12)

    return _losses(first, stands.collaborations.astype(np.float64), left, random, WHOLE_DRAWS)


def _caveats(corpus: Corpus, places: Incidence) -> tuple[Caveat, ...]:
    found = []
    if not len(places.tops):
        found.append(Caveat(Unknown.NO_SUB_CLUSTERS))
    elif len(places.tops) == 1:
        found.append(Caveat(Unknown.ONE_SUB_CLUSTER))
    for place, each in enumerate(places.ids):
        count = len(places.members(place))
        if count < FEWEST_ACTORS:
            figures = {"actors": float(count), "needed": float(FEWEST_ACTORS)}
            found.append(Caveat(Unknown.FEW_ACTORS, figures, each))
    if not (np.asarray(corpus.takes_part.sum(axis=0)) > 1).any():
        found.append(Caveat(Unknown.NO_COLLABORATIONS))
    if len(np.unique(corpus.groups)) == 1:
        found.append(Caveat(Unknown.ONE_GROUP))
    if len(corpus.ids) > len(sources_of(len(corpus.ids))):
        found.append(Caveat(Unknown.SAMPLED, {"sources": float(SOURCES), "actors": float(len(corpus.ids))}))
    return tuple(found)
