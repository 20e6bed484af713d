"""A real but small encoder for tests in which meaning does not matter: equal words give equal directions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 64


class WordsEncoder:
    """Adds up one fixed direction per word; texts that share words are near, others are nearly orthogonal."""

    name = "words-64"
    dimensions = DIMENSIONS

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        rows = [self._row(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def _row(self, text: str) -> NDArray[np.float32]:
        total = np.zeros(DIMENSIONS)
        for word in text.casefold().split():
            seed = int.from_bytes(hashlib.sha256(word.strip(".,").encode()).digest()[:4], "big")
            total += np.random.default_rng(seed).standard_normal(DIMENSIONS)
        length = np.linalg.norm(total)
        return (total / length if length else total).astype(np.float32)
