"""Exposure balanced over a whole cluster: everybody's list of partners at once, so that nobody is proposed to all or to none.

With ``u`` the root of a shared score and ``e_j`` the number of lists that show actor *j*, the lists aim at the most
``sum u - strength * sum_j ((1 + e_j) log(1 + e_j) - e_j)``: a welfare concave in exposure, as in Do, Corbett-Davies,
Atif and Usunier, *Two-sided fairness in rankings via Lorenz dominance* (NeurIPS 2021). Its gradient is a price of
each actor, ``strength * log(1 + e_j)``. Seekers choose in turns, at the price that the others' choices make, until
few want to change: the best replies of a congestion game, which settle (Rosenthal 1973). Then some places go to
actors shown less often than the floor, where that costs least (after FairRec, Patro et al., WWW 2020); actors
above their capacity defer acceptance (Gale and Shapley 1962). Balance decides who is in a list, the score in what order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

TURNS = 64
"""Parts of the seekers that choose one after the other; those of one part choose at once."""
ROUNDS = 4
STRENGTH = 0.35
"""``strength`` at balance 1, in shares of the median utility in the lists without prices; it grows with the square of
the balance, since the first steps change the most."""
CELLS_AT_ONCE = 1 << 20

Entries = NDArray[np.intp]
"""Positions in the candidates' CSR arrays, ascending: a set of proposals (seeker, partner)."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Terms:
    """How far and within which bounds exposure is balanced; raises ``ValueError`` for what no list can keep."""

    balance: float = 0.0
    """0: the best for each seeker. 1: fair for all."""
    top: int = 10
    """Places in each list that count as exposure."""
    more: int = 0
    """Places after those; they go to the best who are left, whoever they are."""
    capacity: int | None = None
    """At balance 1 nobody is in more lists; before, the bound runs there geometrically from the actor's exposure at 0."""
    floor: int = 1
    """Lists everybody should be in, as candidates allow; at most the share ``balance`` of places goes to this."""

    def __post_init__(self) -> None:
        if not 0 <= self.balance <= 1:
            raise ValueError(f"balance must be between 0 and 1, not {self.balance}")
        for name, least in (("top", 1), ("more", 0), ("floor", 0), ("capacity", max(1, self.floor))):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} must be at least {least}, not {value}")


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """Everybody's list, one after the other; *m* proposals over *n* actors, each list best score first."""

    terms: Terms
    starts: NDArray[np.int64]
    """Shape (n + 1,): where each actor's list begins."""
    partners: NDArray[np.int32]
    """Shape (m,): rows of the proposed actors."""
    scores: Floats
    """Shape (m,): shared score of each pair, in points."""
    values: Floats
    """Shape (m,), in points: what the partner's price leaves of the score; at balance 0 the score, but for rounding."""
    counted: NDArray[np.bool_]
    """Shape (m,): the place is among the first ``top``; the others come after it."""

    def of(self, seeker: int) -> NDArray[np.int32]:
        """The partners proposed to one actor, in order."""
        return self.partners[self.starts[seeker] : self.starts[seeker + 1]]

    def exposure(self) -> NDArray[np.intp]:
        """Shape (n,): how many lists show each actor in a counted place."""
        return np.bincount(self.partners[self.counted], minlength=len(self.starts) - 1)

    def seen(self, weights: Floats | float = 1) -> sparse.csr_array:
        """Shape (n, n): chance that the seeker looks at the partner, ``1 / log2(r + 1)`` in counted place *r*, weighted."""
        count = len(self.starts) - 1
        seekers = np.repeat(np.arange(count), np.diff(self.starts))
        chances = weights / np.log2(np.arange(len(seekers)) - self.starts[seekers] + 2)
        where = (seekers[self.counted], self.partners[self.counted])
        return sparse.csr_array((chances[self.counted], where), shape=(count, count))


class Market:
    """Who could be proposed to whom; immutable, so that many balances can be asked of one."""

    def __init__(self, scores: sparse.csr_array, *, both_ways: bool = True) -> None:
        """Take shared scores, shape (n, n), 0 or more; 0 and the diagonal mean no candidate.

        A row may hold just its best candidates: ``both_ways`` adds each pair to its other side's row. Leave that
        out where partners are allowed in one direction only. Raises ``ValueError`` for other shapes or values.
        """
        if scores.shape[0] != scores.shape[1]:
            raise ValueError(f"scores must be square, not {scores.shape}")
        if not (np.isfinite(scores.data) & (scores.data >= 0)).all():
            raise ValueError("scores must be finite and at least 0")
        candidates = (scores.maximum(scores.T) if both_ways else scores).astype(np.float32)
        candidates.sum_duplicates()  # and sorts, so that the first of equals is the lowest row
        self._count = len(candidates.indptr) - 1
        own = np.repeat(np.arange(self._count), np.diff(candidates.indptr))
        candidates.data[candidates.indices == own] = 0
        candidates.eliminate_zeros()
        self._starts = candidates.indptr.astype(np.int64)
        self._able = np.flatnonzero(np.diff(self._starts))
        self._seekers = np.repeat(np.arange(self._count, dtype=np.int32), np.diff(self._starts))
        self._partners = candidates.indices.astype(np.int32)
        self._scores = candidates.data
        # The root kept more accuracy at the same coverage than the score itself, its logarithm or shares of the best.
        self._utility = np.sqrt(self._scores)

    def propose(self, terms: Terms) -> Proposals:
        """Everybody's list under the terms; at balance 0 the best scores, ties by row."""
        price = np.zeros(self._count, dtype=np.float32)
        chosen = self._best(self._scores, price, terms.top, self._able)
        if terms.balance > 0 and len(chosen):
            free = self._exposure(chosen)
            strength = STRENGTH * terms.balance**2 * float(np.median(self._utility[chosen]))
            chosen, price = self._settled(chosen, strength, terms.top)
            if terms.capacity is not None:
                most = terms.capacity * np.maximum(free / terms.capacity, 1) ** (1 - terms.balance)
                chosen = self._capped(chosen, price, np.floor(most + 1e-9), terms.top)
            chosen = self._with_floor(chosen, self._utility - price[self._partners], terms)
        return self._listed(chosen, price, terms)

    def curve(self, balances: Sequence[float], terms: Terms) -> list[Measures]:
        """The measures at each balance, other terms equal."""
        return [measure(self.propose(replace(terms, balance=balance))) for balance in balances]

    def _exposure(self, chosen: Entries) -> NDArray[np.float64]:
        return np.bincount(self._partners[chosen], minlength=self._count).astype(np.float64)

    def _settled(self, chosen: Entries, strength: float, top: int) -> tuple[Entries, Floats]:
        """The lists after every part of the seekers has chosen ``ROUNDS`` times, and each actor's price, shape (n,)."""
        turns = [self._able[first::TURNS] for first in range(min(TURNS, len(self._able)))]
        parts = [chosen[np.isin(self._seekers[chosen], rows)] for rows in turns]
        exposure = self._exposure(chosen)
        for _ in range(ROUNDS):
            for turn, rows in enumerate(turns):
                exposure -= self._exposure(parts[turn])
                # What the others choose stands for what these will choose together, too.
                alike = len(self._able) / max(len(self._able) - len(rows), 1)
                price = (strength * np.log1p(exposure * alike)).astype(np.float32)
                parts[turn] = self._best(self._utility, price, top, rows)
                exposure += self._exposure(parts[turn])
        return np.sort(np.concatenate(parts)), (strength * np.log1p(exposure)).astype(np.float32)

    def _best(self, worth: Floats, price: Floats, top: int, rows: NDArray[np.intp]) -> Entries:
        """The best of each row by worth less the partner's price, of equals the lowest; never what is worth ``-inf``."""
        lengths = np.diff(self._starts)
        rows = rows[np.argsort(lengths[rows], kind="stable")]
        found = [np.zeros(0, dtype=np.intp)]
        while len(rows):
            # Rows of like length are laid out side by side; the longest is at most twice as long as the shortest.
            longest = 2 * int(lengths[rows[0]])
            alike = int(np.searchsorted(lengths[rows], longest, side="right"))
            block = rows[: min(alike, max(1, CELLS_AT_ONCE // longest))]
            found.append(self._best_of_block(worth, price, top, block))
            rows = rows[len(block) :]
        return np.sort(np.concatenate(found))

    def _best_of_block(self, worth: Floats, price: Floats, top: int, block: NDArray[np.intp]) -> Entries:
        starts, ends = self._starts[block][:, None], self._starts[block + 1][:, None]
        across = starts + np.arange((ends - starts).max())
        entries = np.minimum(across, len(worth) - 1)
        cells = np.where(across < ends, worth[entries] - price[self._partners[entries]], -np.inf)
        last = max(cells.shape[1] - top, 0)
        least = np.partition(cells, last, axis=1)[:, [last]]
        taken = cells >= least
        tied = np.flatnonzero(taken.sum(axis=1) > top)
        above, level = cells[tied] > least[tied], cells[tied] == least[tied]
        room = top - above.sum(axis=1, keepdims=True)
        taken[tied] = above | (level & (np.cumsum(level, axis=1) <= room))
        return np.asarray(across[taken & (cells > -np.inf)], dtype=np.intp)

    def _capped(self, chosen: Entries, price: Floats, most: NDArray[np.float64], top: int) -> Entries:
        """Deferred acceptance: each actor keeps its ``most`` best pairs by score, the others choose anew."""
        worth = self._utility.copy()
        while True:
            order = chosen[np.lexsort((chosen, -self._scores[chosen], self._partners[chosen]))]
            partners = self._partners[order]
            refused = order[_place_in_run(partners) >= most[partners]]
            if not len(refused):
                return chosen
            worth[refused] = -np.inf
            again = np.unique(self._seekers[refused]).astype(np.intp)
            kept = chosen[~np.isin(self._seekers[chosen], again)]
            chosen = np.sort(np.concatenate([kept, self._best(worth, price, top, again)]))

    def _with_floor(self, chosen: Entries, value: Floats, terms: Terms) -> Entries:
        """Give places to actors below the floor, the cheapest first; no other actor falls below it for that."""
        left = int(terms.balance * len(chosen))
        listed = np.zeros(len(value), dtype=np.bool_)
        listed[chosen] = True
        offers = np.flatnonzero((self._exposure(chosen) < terms.floor)[self._partners])
        while left > 0:
            exposure = self._exposure(chosen)
            offers = offers[(exposure[self._partners[offers]] < terms.floor) & ~listed[offers]]
            spare = chosen[exposure[self._partners[chosen]] > terms.floor]
            spare = spare[np.lexsort((spare, -value[spare]))]
            leaves = np.full(self._count, -1, dtype=np.intp)
            leaves[self._seekers[spare]] = spare  # the last one written stays: the least of each list
            possible = offers[leaves[self._seekers[offers]] >= 0]
            takes = self._cheapest(possible, value[leaves[self._seekers[possible]]] - value[possible])
            gone = leaves[self._seekers[takes]]
            # Several lists may drop the same actor at once, but not more than it can spare.
            order = np.argsort(self._partners[gone], kind="stable")
            losers = self._partners[gone[order]]
            allowed = np.sort(order[_place_in_run(losers) < exposure[losers] - terms.floor])[:left]
            listed[gone[allowed]] = False
            listed[takes[allowed]] = True
            chosen = np.flatnonzero(listed)
            left = left - len(allowed) if len(allowed) else 0
        return chosen

    def _cheapest(self, offers: Entries, cost: Floats) -> Entries:
        """The cheapest offer for each partner, and of those at most one for each seeker; the cheapest first."""
        least = np.full(self._count, np.inf, dtype=np.float32)
        np.minimum.at(least, self._partners[offers], cost)
        best = np.flatnonzero(cost == least[self._partners[offers]])
        cheapest: Entries = offers[best[np.lexsort((offers[best], cost[best]))]]
        for sides in (self._partners, self._seekers):
            cheapest = cheapest[np.sort(np.unique(sides[cheapest], return_index=True)[1])]
        return cheapest

    def _listed(self, chosen: Entries, price: Floats, terms: Terms) -> Proposals:
        rest = self._scores.copy()
        rest[chosen] = -np.inf
        later = self._best(rest, np.zeros_like(price), terms.more, self._able) if terms.more else chosen[:0]
        entries = np.concatenate([chosen, later])
        after = np.arange(len(entries)) >= len(chosen)
        order = np.lexsort((entries, -self._scores[entries], after, self._seekers[entries]))
        entries = entries[order]
        values = self._utility[entries] - price[self._partners[entries]]
        return Proposals(
            terms=terms,
            starts=np.searchsorted(self._seekers[entries], np.arange(self._count + 1)),
            partners=self._partners[entries],
            scores=self._scores[entries],
            values=np.sign(values) * values**2,
            counted=~after[order],
        )


def _place_in_run(keys: NDArray[np.int32]) -> NDArray[np.intp]:
    """For sorted keys: 0 for the first of each, 1 for the second, and so on."""
    places = np.arange(len(keys))
    return places - np.maximum.accumulate(np.where(np.diff(keys, prepend=-1) != 0, places, 0))


@dataclass(frozen=True, slots=True)
class Measures:
    """How the first ``top`` places of all lists treat *n* actors and *m* proposals; all 0 without proposals."""

    balance: float
    coverage: float
    """Share of all actors who are in somebody's list."""
    gini: float
    """Gini coefficient of exposure over all actors: 0 all alike, near 1 one has all."""
    largest_share: float
    """Share of the proposals that go to the most exposed hundredth of the actors (at least one actor)."""
    most: int
    """Lists that the most exposed actor is in."""
    mutual: int
    """Pairs of whom each is in the other's list."""
    expected_mutual: float
    """Pairs of whom each looks at the other, when place *r* is looked at with chance ``1 / log2(r + 1)``."""
    envy: float
    """Share of the actors with a list who would expect more matches in another's places, their own list and how much
    they are liked (the score) unchanged: Tomita and Yokoyama, *Fair reciprocal recommendation* (RecSys 2024)."""


def measure(proposals: Proposals) -> Measures:
    """Measure what is shown in the first ``top`` places."""
    seen = proposals.seen()
    count, total = seen.shape[0], seen.nnz
    if not total:
        return Measures(proposals.terms.balance, 0, 0, 0, 0, 0, 0, 0)
    exposure = np.sort(proposals.exposure())[::-1]
    both = seen.multiply(seen.T)
    # Row: whose list and liking; column: whose places.
    matches = sparse.csr_array(proposals.seen(proposals.scores**2) @ seen)
    envious = matches.max(axis=1).toarray().ravel() > matches.diagonal() * (1 + 1e-9)
    return Measures(
        balance=proposals.terms.balance,
        coverage=float((exposure > 0).mean()),
        gini=float((count + 1 - 2 * (exposure * np.arange(1, count + 1)).sum() / total) / count),
        largest_share=float(exposure[: max(1, count // 100)].sum() / total),
        most=int(exposure[0]),
        mutual=both.nnz // 2,
        expected_mutual=float(both.sum()) / 2,
        envy=float(envious.sum() / (np.diff(seen.indptr) > 0).sum()),
    )
