"""Takes out of the vectors what all texts of one language have in common, so that languages meet on equal terms.

An encoder that knows one language well puts texts of another close together whatever they are about, and texts of one
trade share a direction that tells none of them apart. Both are in the mean, and the mean is what is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FULL_WEIGHT = 50
"""A mean of n texts is trusted as n / (n + 50): a handful of texts does not say what a language has in common."""


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """The mean of each language's vectors."""

    languages: list[str]
    """In alphabetical order; a language that is not here gets the mean of all."""
    means: NDArray[np.float32]
    """Shape (languages + 1, d); the last row is the mean of all texts."""

    def centred(self, vectors: NDArray[np.float32], languages: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (n, d) without their languages' means; rows of zeros stay zeros."""
        place = {language: row for row, language in enumerate(self.languages)}
        rows = np.array([place.get(language, len(place)) for language in languages], dtype=np.intp)
        moved = np.where(np.any(vectors, axis=1, keepdims=True), vectors - self.means[rows], 0)
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.maximum(lengths, 1e-12), dtype=np.float32)


def centre(vectors: NDArray[np.float32], languages: Sequence[str]) -> Centre:
    """The means of unit vectors of shape (n, d) by language, small numbers drawn towards the mean of all."""
    width = vectors.shape[1]
    overall = _trusted_mean(vectors, np.zeros(width))
    names = sorted(set(languages))
    spoken = np.array(languages, dtype=object)
    means = [_trusted_mean(vectors[spoken == name], overall) for name in names]
    return Centre(names, np.array([*means, overall], dtype=np.float32))


def _trusted_mean(vectors: NDArray[np.float32], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    count = len(vectors)
    total = vectors.sum(axis=0, dtype=np.float64)
    return np.asarray((total + FULL_WEIGHT * otherwise) / (count + FULL_WEIGHT), dtype=np.float64)


def save_centre(data: Centre, folder: Path) -> None:
    """Write ``centre.npz`` into an existing folder."""
    np.savez(folder / "centre.npz", languages=np.array(data.languages, dtype=np.str_), means=data.means)


def load_centre(folder: Path) -> Centre:
    """Read what ``save_centre`` wrote."""
    with np.load(folder / "centre.npz", allow_pickle=False) as content:
        return Centre([str(name) for name in content["languages"]], content["means"])
