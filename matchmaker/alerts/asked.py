"""The sentences of saved searches as vectors: encoded once, kept with the search, and the same to the last bit ever after."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from matchmaker.encoding import Encoding
from matchmaker.errors import StoreError
from matchmaker.saved_searches import SavedSearch, SearchKind
from matchmaker.store.asked import AskedVectors

log = logging.getLogger(__name__)

Vectors = Mapping[str, NDArray[np.float32]]
"""By sentence, shape (d,) each, not centred."""


class Asked:
    """Looks up what sentences became, and encodes those that are new."""

    def __init__(self, encoding: Encoding, kept: AskedVectors) -> None:
        self._encoding = encoding
        self._kept = kept

    def vectors(self, searches: Iterable[SavedSearch], stop: Callable[[], bool] = lambda: False) -> Vectors:
        """Of every search for a sentence, less those not yet reached when ``stop`` says so.

        Raises ``EncoderUnavailableError``.
        """
        asked = [each for each in searches if each.wanted.kind is SearchKind.TEXT]
        if not asked:
            return {}
        encoder = self._encoding.encoder()
        kept = self._kept.load(encoder.name)
        found: dict[str, NDArray[np.float32]] = {}
        new: dict[str, tuple[str, NDArray[np.float32]]] = {}
        for each in asked:
            text = each.wanted.text
            # A glossary that reads the sentence otherwise makes another key of it.
            _, key = self._encoding.query_key(text)
            kept_key, vector = kept.get(each.id, ("", None))
            if kept_key == key and vector is not None and vector.shape == (encoder.dimensions,):
                found.setdefault(text, vector)
                continue
            if text not in found:
                if stop():
                    break
                # One by one, since texts that are encoded together differ in their last digits.
                found[text] = self._encoding.query(text)
            new[each.id] = key, found[text]
        self._keep(encoder.name, new)
        return found

    def _keep(self, encoder: str, new: Mapping[str, tuple[str, NDArray[np.float32]]]) -> None:
        if not new:
            return
        try:
            self._kept.save(encoder, new)
        except StoreError as error:
            # Keeping them is a convenience: the next look encodes them again.
            log.warning("the vectors of saved searches are not kept: %s", error)
