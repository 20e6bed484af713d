"""How much regions are unlike the whole, how few industries they live on, and how few regions an industry lives in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.landscape.specialisation.tables import divided, shares, table


def krugman_index(mat: ArrayLike) -> NDArray[np.float64]:
    """Sum of the absolute differences between a region's shares and the shares of all; shape (regions,), 0 to 2.

    0 for a region made up as the whole is, towards 2 for one that shares nothing with it. The whole includes the region,
    as in EconGeo. Krugman, P. (1991), Geography and Trade, p. 76. NaN for a region of nothing.
    """
    amounts = table(mat)
    whole = divided(amounts.sum(axis=0), np.array(amounts.sum()), 0.0)
    return np.asarray(np.abs(shares(amounts) - whole).sum(axis=1))


def spec_coeff(mat: ArrayLike) -> NDArray[np.float64]:
    """Half the Krugman index, so 0 to 1: Hoover's coefficient of specialisation (Hoover and Giarratani 1985)."""
    return krugman_index(mat) / 2


def herfindahl(mat: ArrayLike) -> NDArray[np.float64]:
    """Sum of the squared shares of a region's industries; shape (regions,), 1/industries to 1; NaN for nothing.

    Also Herfindahl-Hirschman; antitrust multiplies it by 10,000. Herfindahl, O.C. (1959), Copper Costs and Prices;
    Hirschman, A.O. (1945), National Power and the Structure of Foreign Trade.
    """
    return np.asarray((shares(table(mat)) ** 2).sum(axis=1))


def entropy(mat: ArrayLike) -> NDArray[np.float64]:
    """Shannon's entropy of a region's shares in bits; shape (regions,), 0 to log2(industries); NaN for nothing.

    EconGeo rounds it to three decimals. Shannon, C.E. and Weaver, W. (1949), The Mathematical Theory of Communication.
    """
    parts = shares(table(mat))
    logarithms = np.log2(parts, out=np.zeros_like(parts), where=parts > 0)
    # Subtracted from zero, so that a region of one industry has 0 and not minus 0.
    return np.asarray(0.0 - (parts * logarithms).sum(axis=1))


def unrelated_variety(mat: ArrayLike, sectors: Sequence[object]) -> NDArray[np.float64]:
    """Entropy between the sectors that the industries belong to, in bits; shape (regions,).

    ``sectors`` names the sector of each industry. Frenken, K., Van Oort, F. and Verburg, T. (2007), Related Variety,
    Unrelated Variety and Regional Economic Growth, Regional Studies 41, 685-697.
    """
    amounts = table(mat)
    if len(sectors) != amounts.shape[1]:
        raise ValueError(f"{len(sectors)} sectors do not fit {amounts.shape[1]} industries.")
    place = {sector: number for number, sector in enumerate(dict.fromkeys(sectors))}
    belongs = np.zeros((len(sectors), len(place)))
    belongs[np.arange(len(sectors)), [place[sector] for sector in sectors]] = 1
    return entropy(amounts @ belongs)


def related_variety(mat: ArrayLike, sectors: Sequence[object]) -> NDArray[np.float64]:
    """Entropy within sectors, weighted by their shares, in bits; with ``unrelated_variety`` it makes up ``entropy``."""
    # The decomposition is exact; only rounding could take it below 0.
    return np.maximum(entropy(mat) - unrelated_variety(mat, sectors), 0.0)


def hoover_index(mat: ArrayLike, population: ArrayLike | None = None) -> NDArray[np.float64]:
    """The share of an industry that would have to move to be spread as ``population`` is; shape (industries,), 0 to 1.

    Without a population, as evenly over the regions. EconGeo gives percent. NaN for an industry of nothing. Hoover, E.M.
    (1936), The Measurement of Industrial Localization, Review of Economics and Statistics 18, 162-171.
    """
    amounts = table(mat)
    people = shares(_population(amounts, population)[None, :])[0]
    return np.asarray(np.abs(shares(amounts.T) - people).sum(axis=1) / 2)


def hoover_gini(mat: ArrayLike, population: ArrayLike) -> NDArray[np.float64]:
    """Gini coefficient of each industry against ``population``; shape (industries,), 0 to 1; NaN for nothing.

    Twice the area between Hoover's localisation curve and the diagonal (Hoover 1936).
    """
    amounts = table(mat)
    people = _population(amounts, population)
    return np.array([_gini(column, people) for column in amounts.T])


def locational_gini(mat: ArrayLike) -> NDArray[np.float64]:
    """Krugman's locational Gini: the area itself, against all industries together; shape (industries,), 0 to 0.5.

    Krugman (1991), chapter 2, p. 56; so half of ``hoover_gini`` with the sums of the regions as population. Regions of
    nothing are left out. NaN for an industry of nothing.
    """
    amounts = table(mat)
    amounts = amounts[amounts.sum(axis=1) > 0]
    return hoover_gini(amounts, amounts.sum(axis=1)) / 2


def _population(amounts: NDArray[np.float64], population: ArrayLike | None) -> NDArray[np.float64]:
    people = np.ones(len(amounts)) if population is None else np.asarray(population, dtype=np.float64)
    if people.shape != (len(amounts),) or not np.isfinite(people).all() or (people < 0).any():
        raise ValueError(f"A population is one amount of 0 or more for each of the {len(amounts)} regions.")
    return people


def _gini(industry: NDArray[np.float64], people: NDArray[np.float64]) -> float:
    if not industry.sum() or not people.sum():
        return float("nan")
    # Where nobody lives and something is made, the quotient is without limit: last.
    order = np.argsort(divided(industry, people, np.inf) * (industry > 0), kind="stable")
    made = np.concatenate([[0.0], np.cumsum(industry[order])]) / industry.sum()
    living = np.concatenate([[0.0], np.cumsum(people[order])]) / people.sum()
    return float((made[1:] * living[:-1] - made[:-1] * living[1:]).sum())
