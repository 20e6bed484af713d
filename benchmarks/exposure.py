"""Balanced exposure beside simple ways to the same end: what each costs and how evenly it proposes.

``python -m benchmarks.exposure [--scores FILE.npz] [--relevance FILE.npz] [--actors N]`` prints a Markdown table.
Without a file of shared scores (SciPy CSR, shape (n, n)) a cluster is made up in which few are known to all. With
relevant pairs in the same shape, nDCG@20 over the seekers who have any is printed too. With 27,735 actors and 300
candidates each it takes about a minute on 2 cores, with 4,000 made up some seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.exposure import Market, Proposals, Terms, measure

TOP = 10
MORE = 10
BALANCES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
EXPONENTS = (0.05, 0.1, 0.2, 0.4)
SHARES_OF_DUAL = (0.25, 0.5, 1.0)
LISTS_AT_MOST = (300, 100, 30)
TASTES = 16
SEED = 7

Chooser = Callable[[NDArray[np.int32], NDArray[np.float32]], NDArray[np.intp]]
"""From one seeker's candidates and their scores to the positions of those in its first places."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    way: str
    made: Proposals
    seconds: float


def made_up(actors: int, candidates: int) -> sparse.csr_array:
    """Scores from likeness of tastes and from fame, which few have; each actor's best candidates are kept."""
    random = np.random.default_rng(SEED)
    tastes = random.normal(size=(actors, TASTES)).astype(np.float32)
    fame = np.sqrt(1 + random.pareto(2, size=actors)).astype(np.float32)
    rows: list[sparse.csr_array] = []
    for row in range(actors):
        scores = 20 * np.exp(tastes @ tastes[row] / TASTES) * fame * fame[row]
        scores[row] = 0
        best = np.argpartition(-scores, min(candidates, actors - 1))[:candidates]
        rows.append(sparse.csr_array((scores[best], (np.zeros_like(best), best)), shape=(1, actors)))
    return sparse.csr_array(sparse.vstack(rows))


def chosen_by(scores: sparse.csr_array, choose: Chooser) -> Proposals:
    """Lists in the order of the score whose first places ``choose`` fills; the best of the others follow."""
    partners: list[NDArray[np.int32]] = []
    values: list[NDArray[np.float32]] = []
    counted: list[NDArray[np.bool_]] = []
    for start, end in zip(scores.indptr, scores.indptr[1:], strict=False):
        found, points = scores.indices[start:end], scores.data[start:end]
        first = np.zeros(len(found), dtype=np.bool_)
        first[choose(found, points)] = True
        order = np.lexsort((found, -points, ~first))[: int(first.sum()) + MORE]
        partners.append(found[order])
        values.append(points[order])
        counted.append(first[order])
    starts = np.concatenate([[0], np.cumsum([len(each) for each in partners])]).astype(np.int64)
    points = np.concatenate(values)
    return Proposals(Terms(), starts, np.concatenate(partners), points, points, np.concatenate(counted))


def by_price(price: NDArray[np.float64]) -> Chooser:
    """The best by the logarithm of the score less the partner's price."""

    def choose(found: NDArray[np.int32], points: NDArray[np.float32]) -> NDArray[np.intp]:
        return np.lexsort((found, price[found] - np.log(points)))[:TOP]

    return choose


def at_most(lists: int, actors: int) -> Chooser:
    """One seeker after the other takes the best who are in fewer than so many lists."""
    taken = np.zeros(actors, dtype=np.int64)

    def choose(found: NDArray[np.int32], points: NDArray[np.float32]) -> NDArray[np.intp]:
        order = np.lexsort((found, -points))
        picked: NDArray[np.intp] = order[taken[found[order]] < lists][:TOP]
        taken[found[picked]] += 1
        return picked

    return choose


def transferable(scores: sparse.csr_array, *, spread: float = 0.5, rounds: int = 100) -> NDArray[np.float64]:
    """Prices of the matching equilibrium with transferable utility of Choo and Siow (2006), as Tomita, Togashi,
    Hashizume and Ohsaka rank by it (*Fast and examination-agnostic reciprocal recommendation*, RecSys 2023), with
    one population instead of two sides: iterative proportional fitting of ``a_i ** 2 + a_i sum_j K_ij a_j = TOP``."""
    kernel = scores.astype(np.float64)
    kernel.data = (kernel.data / kernel.data.max()) ** (1 / spread)
    shares = np.ones(scores.shape[0])
    for _ in range(rounds):
        others = kernel @ shares
        # The geometric mean with the step before keeps both halves of a two-sided cluster from taking turns.
        shares = np.sqrt(shares * (np.sqrt(others**2 + 4 * TOP) - others) / 2)
    return np.asarray(-spread * np.log(shares), dtype=np.float64)


def lines(scores: sparse.csr_array) -> Iterator[Line]:
    """Every way, one after the other."""
    began = time.perf_counter()
    market = Market(scores)
    print(f"Candidates laid out in {time.perf_counter() - began:.1f} s.\n")
    for balance in BALANCES:
        began = time.perf_counter()
        made = market.propose(Terms(balance, top=TOP, more=MORE))
        yield Line(f"balance {balance}", made, time.perf_counter() - began)
    both = sparse.csr_array(scores.maximum(scores.T))
    exposure = market.propose(Terms(0, top=TOP)).exposure()
    ways: dict[str, Callable[[], Chooser]] = {}
    for exponent in EXPONENTS:
        ways[f"score / (1 + exposure)^{exponent}"] = lambda e=exponent: by_price(e * np.log1p(exposure))  # type: ignore[misc]
    for share in SHARES_OF_DUAL:
        ways[f"transferable utility, {share} of the price"] = lambda s=share: by_price(s * transferable(both))  # type: ignore[misc]
    for limit in LISTS_AT_MOST:
        ways[f"one after the other, at most {limit} lists"] = lambda c=limit: at_most(c, both.shape[0])  # type: ignore[misc]
    for way, chooser in ways.items():
        began = time.perf_counter()
        made = chosen_by(both, chooser())
        yield Line(way, made, time.perf_counter() - began)


def ndcg(made: Proposals, relevant: sparse.csr_array, *, places: int = 20) -> float:
    """Mean over the actors with relevant partners and a list; gain 1 each."""
    gains = []
    for row in np.flatnonzero(np.diff(relevant.indptr)):
        wanted = relevant.indices[relevant.indptr[row] : relevant.indptr[row + 1]]
        shown = made.of(int(row))[:places]
        if len(shown):
            weights = 1 / np.log2(np.arange(max(len(shown), min(len(wanted), places))) + 2)
            hits = weights[: len(shown)][np.isin(shown, wanted)].sum()
            gains.append(hits / weights[: min(len(wanted), places)].sum())
    return float(np.mean(gains)) if gains else 0.0


def described(line: Line, plain: Proposals, relevant: sparse.csr_array | None) -> str:
    """The line as Markdown."""
    found = measure(line.made)
    kept = line.made.scores[line.made.counted].sum() / plain.scores[plain.counted].sum()
    accuracy = f" {ndcg(line.made, relevant):.4f} |" if relevant is not None else ""
    return (
        f"| {line.way} | {line.seconds:.1f} |{accuracy} {kept:.3f} | {found.coverage:.3f} | {found.gini:.3f} | "
        f"{found.largest_share:.3f} | {found.most} | {found.mutual} | {found.expected_mutual:.0f} | {found.envy:.3f} |"
    )


def main() -> None:
    """Print all of it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scores", type=Path, help="shared scores, saved by scipy.sparse.save_npz")
    parser.add_argument("--relevance", type=Path, help="pairs that came about, in the same shape")
    parser.add_argument("--actors", type=int, default=4000, help="how many actors to make up (4000)")
    parser.add_argument("--candidates", type=int, default=200, help="candidates of each made-up actor (200)")
    arguments = parser.parse_args()
    scores = (
        sparse.csr_array(sparse.load_npz(arguments.scores))
        if arguments.scores
        else made_up(arguments.actors, arguments.candidates)
    )
    relevant = sparse.csr_array(sparse.load_npz(arguments.relevance)) if arguments.relevance else None
    print(f"{scores.shape[0]} actors, {scores.nnz} candidates, lists of {TOP} and {MORE} more.\n")
    accuracy = " nDCG@20 |" if relevant is not None else ""
    plain: Proposals | None = None
    for line in lines(scores):
        if plain is None:
            plain = line.made
            print(
                f"| way | s |{accuracy} score kept | coverage | Gini | top 1 % | most | mutual | expected mutual | envy |"
            )
            print("|---" * (10 + (relevant is not None)) + "|")
        print(described(line, plain, relevant), flush=True)


if __name__ == "__main__":
    main()
