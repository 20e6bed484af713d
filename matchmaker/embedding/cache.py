"""Each distinct text is encoded once, and what is encoded survives a kill: keys, the cache, the loop over both."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.embedding.encoders import Encoder, unit_rows

BATCH = 512
"""Texts between two saves: all that a kill can lose. About five seconds of work."""

READ_CHARACTERS = 1_200
"""Encoders stop reading after some 256 tokens, so a longer text is no more work than this."""


class VectorCache(Protocol):
    """Keeps vectors by encoder and text key."""

    def load_vectors(self, encoder: str, keys: Sequence[str]) -> dict[str, NDArray[np.float16]]:
        """The vectors, shape (d,) each, of those keys that are kept; the others are missing from the result."""

    def save_vectors(self, encoder: str, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
        """Keep ``vectors``, shape (len(keys), d), for good before returning."""


class MemoryCache:
    """A ``VectorCache`` that lives as long as the process: for notebooks and tests."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, str], NDArray[np.float16]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._vectors)

    def load_vectors(self, encoder: str, keys: Sequence[str]) -> dict[str, NDArray[np.float16]]:
        """The vectors, shape (d,) each, of those keys that are kept."""
        with self._lock:
            return {key: self._vectors[encoder, key] for key in keys if (encoder, key) in self._vectors}

    def save_vectors(self, encoder: str, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
        """Keep ``vectors``, shape (len(keys), d)."""
        kept = np.array(vectors, dtype=np.float16)
        kept.flags.writeable = False
        with self._lock:
            self._vectors.update({(encoder, key): row for key, row in zip(keys, kept, strict=True)})


def text_key(text: str) -> str:
    """The text's SHA-256, 64 hexadecimal characters: equal for equal texts only.

    Raises ``TypeError`` for anything but a ``str``.
    """
    if not isinstance(text, str):
        raise TypeError(f"Expected a text, got {type(text).__name__}.")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def encode_cached(
    encoder: Encoder,
    texts: Sequence[str],
    cache: VectorCache,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float32]:
    """Vectors of shape (len(texts), d), in the order given, rows as ``Encoder.encode`` promises them.

    Every distinct text is encoded once, as something to be found (not as a query). New vectors are saved every
    ``BATCH`` texts, so an interrupted run goes on where it stopped. Vectors are kept as float16 and the result
    is always made from the kept values: a first and a second run give the same bytes.

    ``progress(done, total)`` counts characters that had to be read when the call began, capped where encoders
    stop reading, so that the time passed divided by ``done / total`` is an honest estimate. It is called with
    ``done`` 0 and after every save, and not at all when nothing is missing. Raises ``TypeError`` for anything
    but a sequence of ``str``.
    """
    if isinstance(texts, str):
        raise TypeError("Expected a list of texts, got one string; put it into a list.")
    keys = [text_key(text) for text in texts]
    text_of = dict(zip(keys, texts, strict=True))
    kept = cache.load_vectors(encoder.name, list(text_of))
    # A kept vector of another length is damaged; it is made again.
    vector_of = {key: vector for key, vector in kept.items() if vector.shape == (encoder.dimensions,)}
    missing = sorted(text_of.keys() - vector_of.keys(), key=lambda key: (-len(text_of[key]), key))
    work = [min(len(text_of[key]), READ_CHARACTERS) + 1 for key in missing]
    done, total = 0, sum(work)
    if progress and missing:
        progress(0, total)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors = encoder.encode([text_of[key] for key in batch]).astype(np.float16)
        cache.save_vectors(encoder.name, batch, vectors)
        vector_of.update(zip(batch, vectors, strict=True))
        done += sum(work[start : start + BATCH])
        if progress:
            progress(done, total)
    rows = np.empty((len(keys), encoder.dimensions), dtype=np.float16)
    for position, key in enumerate(keys):
        rows[position] = vector_of[key]
    return unit_rows(rows)
