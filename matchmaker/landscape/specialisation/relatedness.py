"""Which industries go together, and how near each region stands to an industry."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.landscape.specialisation.tables import divided, portfolio, square, table

METHODS = ("prob", "association", "cosine", "jaccard")


def co_occurrence(mat: ArrayLike, *, diagonal: bool = False) -> NDArray[np.float64]:
    """How often each two industries occur together; ``mat`` has industries in rows and events in columns.

    Events are whatever industries may share: regions, patents, collaborations. Shape (industries, industries). The
    diagonal, in how many events an industry occurs, is 0 unless it is asked for. Boschma, R., Balland, P.A. and Kogler, D.
    (2015), Relatedness and Technological Change in Cities, Industrial and Corporate Change 24, 223-250.
    """
    incidence = table(mat)
    together = incidence @ incidence.T
    if not diagonal:
        np.fill_diagonal(together, 0.0)
    return together


def relatedness(mat: ArrayLike, *, method: str = "prob") -> NDArray[np.float64]:
    """Co-occurrences against what their frequency would lead to expect; shape (industries, industries), diagonal 0.

    ``association``, ``cosine`` and ``jaccard`` are those of van Eck, N.J. and Waltman, L. (2009), How to Normalize
    Co-occurrence Data?, JASIST 60, 1635-1651, the association strength times the sum of all co-occurrences, so that 1 is
    what chance gives. ``prob`` takes the chance of drawing two different industries: Steijn, M.P.A. (2017), Improvement on
    the Association Strength, working paper, Utrecht; 1 is chance there, too. ``mat`` is square and symmetric; its diagonal
    does not matter. Industries that occur with none have 0.
    """
    together = square(mat).copy()
    np.fill_diagonal(together, 0.0)
    if not np.array_equal(together, together.T):
        raise ValueError("Co-occurrences must be the same from either side.")
    sums, total = together.sum(axis=0), together.sum()
    one, other = sums[None, :], sums[:, None]
    match method:
        case "prob":
            chance = divided(one * other, total * (total - one), 0.0) + divided(
                one * other, total * (total - other), 0.0
            )
            expected = chance * total / 2
        case "association":
            expected = divided(one * other, np.array(total), 0.0)
        case "cosine":
            expected = np.sqrt(one * other)
        case "jaccard":
            expected = one + other - together
        case _:
            raise ValueError(f"There is no relatedness by {method!r}. Methods are: {', '.join(METHODS)}.")
    found = divided(together, expected, 0.0)
    np.fill_diagonal(found, 0.0)
    return found


def proximity(mat: ArrayLike) -> NDArray[np.float64]:
    """The smaller chance that a region with one industry has the other; shape (industries, industries), diagonal 1.

    ``mat`` is a table of presence. Hidalgo, C.A., Klinger, B., Barabasi, A.-L. and Hausmann, R. (2007), The Product Space
    Conditions the Development of Nations, Science 317, 482-487. Unlike ``relatedness`` it does not mind how frequent
    both are. 0 for industries that no region has.
    """
    present = portfolio(mat)
    ubiquities = present.sum(axis=0)
    return divided(present.T @ present, np.maximum(ubiquities[:, None], ubiquities[None, :]), 0.0)


def relatedness_density(mat: ArrayLike, related: ArrayLike) -> NDArray[np.float64]:
    """The share of what is related to an industry that a region has; shape (regions, industries), 0 to 1.

    ``mat`` is a table of presence, ``related`` the relatedness of industries, as weights or as ones and zeros. NaN for an
    industry to which nothing is related. EconGeo gives percent with two decimals. Hidalgo et al. (2007) name it density;
    Boschma, Balland and Kogler (2015). With ``proximity``, whose diagonal is 1, an industry counts as related to itself;
    with ``relatedness`` it does not.
    """
    present = portfolio(mat)
    weights = square(related, present.shape[1])
    density = divided(present @ weights, weights.sum(axis=0)[None, :], np.nan)
    return np.minimum(density, 1.0)


def relatedness_density_int(mat: ArrayLike, related: ArrayLike) -> NDArray[np.float64]:
    """``relatedness_density`` of the industries that a region has; NaN for the others."""
    return np.where(portfolio(mat) == 1, relatedness_density(mat, related), np.nan)


def relatedness_density_ext(mat: ArrayLike, related: ArrayLike) -> NDArray[np.float64]:
    """``relatedness_density`` of the industries that a region does not have; NaN for the others."""
    return np.where(portfolio(mat) == 0, relatedness_density(mat, related), np.nan)
