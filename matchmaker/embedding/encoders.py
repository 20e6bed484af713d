"""What every encoder promises, and the checks on texts and vectors that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their likeness in meaning; safe to call from many threads."""

    @property
    def name(self) -> str:
        """Changes whenever the same text would get another vector: vectors of two names never mix."""

    @property
    def dimensions(self) -> int:
        """Length d of every vector."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), d), in the order given, each of length 1.

        A text without a word in it gets a row of zeros: it is like nothing. ``query`` says that the texts are
        what somebody looks for rather than what is found; some models want that said. Hand over whole lists:
        texts of like length are encoded together. Raises ``TypeError`` for anything but a sequence of ``str``.
        """


def checked(texts: Sequence[str]) -> list[str]:
    """The texts as a list, fit for any tokenizer: half characters (lone surrogates) become ``?``.

    Raises ``TypeError`` for a bare string and for items that are not strings.
    """
    if isinstance(texts, str):
        raise TypeError("Expected a list of texts, got one string; put it into a list.")
    checked_texts = []
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"Text {position} is {type(text).__name__}, not str.")
        checked_texts.append(text.encode("utf-8", "replace").decode("utf-8"))
    return checked_texts


def unit_rows(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """The rows scaled to length 1 in float32; rows of zeros, and rows that hold no numbers, become zeros."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    usable = np.isfinite(lengths) & (lengths > 0)
    scaled = np.zeros_like(rows)
    np.divide(rows, lengths[:, None], out=scaled, where=usable[:, None])
    return scaled
