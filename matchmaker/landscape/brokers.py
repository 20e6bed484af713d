"""Which actors hold sub-clusters together, in the measures of the field, and what would be lost without them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.landscape.caveats import Caveat, Unknown
from matchmaker.landscape.connections import Cuts, cuts, worked_together
from matchmaker.landscape.incidence import Incidence

SOURCES = 512
"""Actors that shortest paths are followed from where there are more actors than ``EXACT``."""
EXACT = 2000
FEWEST_PEERS = 10
"""With fewer actors of about the same number of collaborations, size cannot be told from brokerage."""
PEER_WIDTH = 1.25
"""Peers have between 1 / this and this times as many collaborations."""
DAMPING = 10.0
"""Added to an actor's sole links and to its peers' before the two are divided."""
FEWEST_COLLABORATIONS = 5
"""With fewer collaborations of two or more, nobody is called a broker."""


class Role(StrEnum):
    """What an actor does between two others that did not work together, by whose side they are on.

    Gould and Fernandez, "Structures of mediation", Sociological Methodology 19, 1989. Their gatekeeper and
    representative differ by the direction of what is passed on; collaborations have none, so the two are one here.
    """

    COORDINATOR = "coordinator"
    """All three in one."""
    ITINERANT = "itinerant"
    """Two of one side meet through an actor of another."""
    GATEKEEPER = "gatekeeper"
    """Between one of its own side and one of another."""
    LIAISON = "liaison"
    """All three in different ones."""


@dataclass(frozen=True, slots=True)
class Broker:
    """An actor that stands between others; every figure is exact unless ``Unknown.SAMPLED`` says otherwise."""

    actor_id: str
    sub_cluster_ids: tuple[str, ...]
    """Where its collaborations lie, most first."""
    collaborations: int
    """With at least one other actor."""
    partners: int
    sole_links: int
    """Pairs of its collaborations in different sub-clusters that no other actor takes part in both of."""
    sole_links_above_peers: float | None
    """Share of its peers that have fewer, half of those with as many counted in; ``None`` for too few peers."""
    sole_links_of_peers: float | None
    """Median over its peers; ``None`` for too few."""
    peers: int
    """Actors with about as many collaborations: between 1 / ``PEER_WIDTH`` and ``PEER_WIDTH`` times."""
    betweenness: float
    """Share of the shortest paths between other actors that lead through it (Freeman 1977), 0 to 1."""
    constraint: float
    """Burt's constraint over its partners, each weighing as in ``worked_together``: low where they do not know each other."""
    effective_size: float
    """Partners less their mean number of ties with each other (Burt 1992 as simplified by Borgatti 1997)."""
    participation: float
    """Guimerà and Amaral's participation coefficient of its collaborations over sub-clusters: 0 all in one, 1 spread evenly."""
    reach: int
    """Other actors within two steps."""
    cross_group_share: float
    """Share of its ties, weighing as in ``worked_together``, that lead to other actor groups."""
    roles: dict[Role, int]
    """Pairs of partners that did not work together, by the sub-clusters where the three are most at home; the rest has none."""
    group_roles: dict[Role, int]
    """The same by actor group."""
    pairs_cut: int
    """Pairs of others that nothing would connect any more without it, however many steps are allowed."""
    cut_off: int
    """Actors that would no longer be connected with the largest piece."""
    pairs_cut_by_peers: float | None
    """Mean of the same over its peers; ``None`` for too few."""


@dataclass(frozen=True, slots=True)
class Brokerage:
    """The brokers of a landscape, most sole links first, then betweenness, then id."""

    brokers: tuple[Broker, ...]
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What brokers are chosen by, for all *n* actors."""

    collaborations: NDArray[np.int64]
    """Shape (n,): those with at least one other actor."""
    by_sub_cluster: NDArray[np.int64]
    """Shape (n, s): the same by sub-cluster at the top; those that lie in none are left out."""
    sole_links: NDArray[np.int64]
    """Shape (n,): see ``Broker``."""

    @property
    def participation(self) -> NDArray[np.float64]:
        """Shape (n,): 1 less the squared shares over sub-clusters (Guimerà and Amaral, Nature 433, 2005); 0 without any."""
        return participation(self.by_sub_cluster)


def participation(links: NDArray[np.int64]) -> NDArray[np.float64]:
    """Guimerà and Amaral's coefficient of each row of links by module: 1 − Σ (links / all)²; 0 for a row of zeros."""
    totals = links.sum(axis=1)
    shares = links / np.maximum(totals, 1)[:, None]
    return np.asarray(np.where(totals > 0, 1 - (shares**2).sum(axis=1), 0.0))


def standing(corpus: Corpus, places: Incidence) -> Standing:
    """Count what every actor joins."""
    shared = _shared(corpus.takes_part)
    homes = places.collaboration_home(places.tops)
    by_place = sparse.csr_array(
        (
            np.ones(int((homes >= 0).sum())),
            (np.flatnonzero(homes >= 0), homes[homes >= 0]),
        ),
        shape=(len(homes), len(places.ids)),
    )
    inside = sparse.csr_array(shared.astype(np.float64) @ by_place)
    return Standing(
        collaborations=np.diff(shared.indptr).astype(np.int64),
        by_sub_cluster=inside.toarray().round().astype(np.int64),
        sole_links=_sole_links(shared, homes),
    )


def brokers(corpus: Corpus, places: Incidence, *, limit: int = 20, beyond_size: bool = False) -> Brokerage:
    """The actors that hold the cluster's sub-clusters together, ``limit`` at most, and who only stand between others.

    Most sole links come first, which the largest have; with ``beyond_size`` those come first that have most times as many
    as the median of their peers, and who has too few peers is left out. Nobody is named where there are fewer than ``FEWEST_COLLABORATIONS`` collaborations of two or more. Takes seconds
    for tens of thousands of actors; raises ``ValueError`` for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"At least one broker must be asked for, not {limit}.")
    caveats = _caveats(corpus, places)
    if any(
        each.id in (Unknown.NO_ACTORS, Unknown.NO_COLLABORATIONS, Unknown.FEW_COLLABORATIONS)
        for each in caveats
    ):
        return Brokerage((), caveats)
    stands = standing(corpus, places)
    shared = _shared(corpus.takes_part)
    passed = betweenness(shared)
    usual = _usual(stands)
    rank = (stands.sole_links + DAMPING) / (usual + DAMPING) if beyond_size else stands.sole_links
    between = (stands.sole_links > 0) | (passed > 0)
    if beyond_size:
        between &= np.isfinite(usual)
    chosen = np.lexsort((np.arange(len(passed)), -passed, -np.nan_to_num(rank)))
    chosen = chosen[between[chosen]][:limit]
    together = worked_together(shared)
    size, tight = holes(together, chosen)
    lost = cuts(shared)
    home = places.home(places.tops)
    found = []
    for place, row in enumerate(chosen.tolist()):
        peers = _peers(stands.collaborations, row)
        partners = together.indices[together.indptr[row] : together.indptr[row + 1]]
        weights = together.data[together.indptr[row] : together.indptr[row + 1]]
        counts = stands.by_sub_cluster[row]
        order = [each for each in np.lexsort((np.arange(len(counts)), -counts)).tolist() if counts[each]]
        found.append(
            Broker(
                actor_id=corpus.ids[row],
                sub_cluster_ids=tuple(places.ids[each] for each in order),
                collaborations=int(stands.collaborations[row]),
                partners=len(partners),
                sole_links=int(stands.sole_links[row]),
                sole_links_above_peers=_above(stands.sole_links, row, peers),
                sole_links_of_peers=None if np.isnan(usual[row]) else float(usual[row]),
                peers=len(peers),
                betweenness=float(passed[row]),
                constraint=float(tight[place]),
                effective_size=float(size[place]),
                participation=float(stands.participation[row]),
                reach=reach(together, row),
                cross_group_share=float(
                    weights[corpus.groups[partners] != corpus.groups[row]].sum() / weights.sum()
                ),
                roles=roles(together, row, home),
                group_roles=roles(together, row, corpus.groups.astype(np.int64)),
                pairs_cut=int(lost.pairs[row]),
                cut_off=int(lost.cut_off[row]),
                pairs_cut_by_peers=_mean_of_peers(lost, peers),
            )
        )
    return Brokerage(tuple(found), caveats)


def betweenness(takes_part: sparse.csr_array) -> NDArray[np.float64]:
    """Shape (n,): share of the shortest paths between two other actors that lead through each.

    On the graph of actors and collaborations, so that two collaborations of one pair are two paths. Exact up to ``EXACT``
    actors; beyond, from ``SOURCES`` actors spread evenly over the rows (Brandes and Pich, International Journal of Bifurcation
    and Chaos 17, 2007).
    """
    actors = takes_part.shape[0]
    if actors < 3:
        return np.zeros(actors)
    part = sparse.coo_array(takes_part)
    graph = igraph.Graph(
        n=sum(takes_part.shape), edges=np.column_stack([part.coords[0], part.coords[1] + actors])
    )
    sources = sources_of(actors)
    counted = graph.betweenness(
        list(range(actors)), directed=False, sources=sources.tolist(), targets=list(range(actors))
    )
    # With all actors as sources igraph counts each pair once; with some of them, each path from a source once.
    pairs = (actors - 1) * (actors - 2) / 2
    return np.asarray(counted, dtype=np.float64) * (actors / len(sources)) / pairs


def sources_of(actors: int) -> NDArray[np.int64]:
    """The rows that shortest paths are followed from: all up to ``EXACT``, else ``SOURCES`` spread evenly."""
    if actors <= EXACT:
        return np.arange(actors)
    return np.unique(np.linspace(0, actors - 1, SOURCES).round().astype(np.int64))


def holes(
    together: sparse.csr_array, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Effective size and constraint of some actors, each of the shape of ``rows``; 0 and 0 without partners."""
    ties = sparse.coo_array(sparse.triu(together))
    graph = igraph.Graph(n=together.shape[0], edges=np.column_stack(ties.coords))
    chosen = rows.tolist()
    partners = np.array(graph.degree(chosen), dtype=np.float64)
    closed = np.array(graph.transitivity_local_undirected(chosen, mode="zero"), dtype=np.float64)
    tight = np.array(graph.constraint(chosen, weights=ties.data.tolist()), dtype=np.float64)
    # Borgatti: n − 2t / n, where t ties join the n partners; t = closed · n (n − 1) / 2.
    size = np.where(partners > 0, partners - closed * np.maximum(partners - 1, 0), 0)
    return size, np.nan_to_num(tight)


def reach(together: sparse.csr_array, row: int) -> int:
    """How many other actors are within two steps."""
    partners = together.indices[together.indptr[row] : together.indptr[row + 1]]
    near = np.zeros(together.shape[0], dtype=np.bool_)
    near[together[partners].indices] = True
    near[partners] = True
    near[row] = False
    return int(near.sum())


def roles(together: sparse.csr_array, row: int, side: NDArray[np.int64]) -> dict[Role, int]:
    """Pairs of an actor's partners that did not work with each other, by the role it has between them.

    ``side``, shape (n,): the one part of a partition each actor is in, -1 for none; actors with none are left out.
    """
    partners = together.indices[together.indptr[row] : together.indptr[row + 1]]
    partners = partners[side[partners] >= 0]
    found = dict.fromkeys(Role, 0)
    if side[row] < 0 or len(partners) < 2:
        return found
    _, parts = np.unique(np.append(side[partners], side[row]), return_inverse=True)
    own, parts = int(parts[-1]), parts[:-1]
    count = int(max(parts.max(), own)) + 1
    of = sparse.csr_array((np.ones(len(parts)), (np.arange(len(parts)), parts)), shape=(len(parts), count))
    tied = together[partners][:, partners]
    tied.data = np.ones(len(tied.data))
    closed = (of.T @ tied @ of).toarray()
    sizes = np.bincount(parts, minlength=count).astype(np.float64)
    apart = np.outer(sizes, sizes) - np.diag(sizes) - closed
    # Every pair is counted from both ends.
    same, other = np.diag(apart) / 2, apart - np.diag(np.diag(apart))
    found[Role.COORDINATOR] = round(same[own])
    found[Role.ITINERANT] = round(same.sum() - same[own])
    found[Role.GATEKEEPER] = round(other[own].sum())
    found[Role.LIAISON] = round(other.sum() / 2 - other[own].sum())
    return found


def _shared(takes_part: sparse.csr_array) -> sparse.csr_array:
    """Without the collaborations of one actor, which connect nobody; same shape."""
    sizes = np.asarray(takes_part.sum(axis=0))
    kept = sparse.csr_array(
        takes_part @ sparse.diags_array((sizes > 1).astype(np.float32), shape=(len(sizes),) * 2)
    )
    kept.eliminate_zeros()
    kept.sort_indices()
    return kept


def _sole_links(takes_part: sparse.csr_array, homes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of collaborations with different homes that each actor alone takes part in both of: shape (n,)."""
    actors = takes_part.shape[0]
    held = takes_part.astype(np.float64)
    common = _in_order(held.T @ held)
    rows, columns = common.coords
    # A second product adds up the actors' numbers; where one actor alone is shared, that is its number.
    number = _in_order(held.T @ sparse.diags_array(np.arange(1.0, actors + 1), shape=(actors,) * 2) @ held)
    sole = (common.data == 1) & (rows < columns) & (homes[rows] >= 0) & (homes[columns] >= 0)
    sole &= homes[rows] != homes[columns]
    who = np.asarray(number.data[sole], dtype=np.int64) - 1
    return np.bincount(who, minlength=actors)


def _in_order(product: sparse.csr_array | sparse.csc_array) -> sparse.coo_array:
    """Entries by row, then column."""
    rows = sparse.csr_array(product)
    rows.sort_indices()
    return sparse.coo_array(rows)


def _peers(collaborations: NDArray[np.int64], row: int) -> NDArray[np.int64]:
    size = collaborations[row]
    alike = (collaborations >= size / PEER_WIDTH) & (collaborations <= size * PEER_WIDTH)
    alike[row] = False
    return np.flatnonzero(alike)


def _usual(stands: Standing) -> NDArray[np.float64]:
    """Median of the sole links of each actor's peers, shape (n,); NaN where they are too few."""
    usual = np.full(len(stands.sole_links), np.nan)
    for size in np.unique(stands.collaborations).tolist():
        same = np.flatnonzero(stands.collaborations == size)
        peers = _peers(stands.collaborations, int(same[0]))
        if len(peers) >= FEWEST_PEERS:
            usual[same] = np.median(stands.sole_links[peers])
    return usual


def _above(values: NDArray[np.int64], row: int, peers: NDArray[np.int64]) -> float | None:
    if len(peers) < FEWEST_PEERS:
        return None
    return float(((values[peers] < values[row]) + (values[peers] == values[row]) / 2).mean())


def _mean_of_peers(lost: Cuts, peers: NDArray[np.int64]) -> float | None:
    return float(lost.pairs[peers].mean()) if len(peers) >= FEWEST_PEERS else None


def _caveats(corpus: Corpus, places: Incidence) -> tuple[Caveat, ...]:
    if not corpus.ids:
        return (Caveat(Unknown.NO_ACTORS),)
    together = int((np.asarray(corpus.takes_part.sum(axis=0)) > 1).sum())
    if not together:
        return (Caveat(Unknown.NO_COLLABORATIONS),)
    found = []
    if together < FEWEST_COLLABORATIONS:
        figures = {"collaborations": float(together), "needed": float(FEWEST_COLLABORATIONS)}
        found.append(Caveat(Unknown.FEW_COLLABORATIONS, figures))
    if not len(places.tops):
        found.append(Caveat(Unknown.NO_SUB_CLUSTERS))
    elif len(places.tops) == 1:
        found.append(Caveat(Unknown.ONE_SUB_CLUSTER))
    if len(np.unique(corpus.groups)) == 1:
        found.append(Caveat(Unknown.ONE_GROUP))
    if len(corpus.ids) > EXACT:
        figures = {"sources": float(len(sources_of(len(corpus.ids)))), "actors": float(len(corpus.ids))}
        found.append(Caveat(Unknown.SAMPLED, figures))
    return tuple(found)
