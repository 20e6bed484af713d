"""How far the map can be believed: whether it keeps neighbours together, and how far it moved since the build before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.landscape.documents import Documents
from matchmaker.landscape.findings import MapPoint

NEIGHBOURS = 10
SAMPLE = 2000
"""Actors that trustworthiness is measured among, drawn at random where there are more; it takes their square in time."""
WIDTH = 2.0
"""Of the map, whose coordinates run from -1 to 1."""


def trustworthiness(documents: Documents, places: NDArray[np.float64], *, seed: int) -> float | None:
    """Trustworthiness of the actors' places, shape (n, 2), 1 at best, with ``NEIGHBOURS`` neighbours.

    Venna and Kaski 2001: what is near on the map and not near in the vectors (the means of an actor's documents) counts
    against it by how far away it is there. ``None`` for fewer than 2 * ``NEIGHBOURS`` + 2 actors with text.
    """
    vectors = documents.holds @ documents.vectors
    lengths = np.linalg.norm(vectors, axis=1)
    known = np.flatnonzero((lengths > 1e-6) & ~np.isnan(places[:, 0]))
    if len(known) < 2 * NEIGHBOURS + 2:
        return None
    # Loaded here because it takes seconds, and whoever only reads a landscape does not need it.
    from sklearn.manifold import trustworthiness as measured

    if len(known) > SAMPLE:
        known = np.sort(np.random.default_rng(seed).choice(known, SAMPLE, replace=False))
    rows = np.round(vectors[known] / lengths[known, None], 4)
    return round(float(measured(rows, places[known], n_neighbors=NEIGHBOURS, metric="cosine")), 2)


def map_shift(points: Sequence[MapPoint], before: Sequence[MapPoint]) -> float | None:
    """Median way of the actors on both maps, as a share of the width; ``None`` where there are none."""
    was = {point.actor_id: (point.x, point.y) for point in before}
    ways = [
        np.hypot(point.x - was[point.actor_id][0], point.y - was[point.actor_id][1])
        for point in points
        if point.actor_id in was
    ]
    return round(float(np.median(ways)) / WIDTH, 4) if ways else None
