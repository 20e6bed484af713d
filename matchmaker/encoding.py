"""Texts become vectors as one workspace's settings have it: its encoder, its glossary, and what is kept of both."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.embedding import Encoder, MemoryCache, VectorCache, encode_cached, load_encoder, text_key
from matchmaker.errors import EncoderUnavailableError, StoreError
from matchmaker.language import detect, load_glossary
from matchmaker.settings import Settings
from matchmaker.text import encoder_text

log = logging.getLogger(__name__)


class Encoding:
    """Encodes passages for a build, changed ones after it, and queries; many threads may ask."""

    def __init__(self, settings: Settings, folder: Path, cache: VectorCache) -> None:
        """``folder`` is for what is prepared of a model once, where the settings name no other."""
        self.setting = settings.encoder
        """The encoder that is set; empty for the one that is installed with the program."""
        self.glossary = load_glossary(Path(settings.glossary) if settings.glossary else None)
        self._glossary_file = settings.glossary
        self._graphs = Path(settings.graphs) if settings.graphs else folder
        self._cache = cache
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None

    def encoder(self) -> Encoder:
        """The encoder that the settings name, loaded once; raises ``EncoderUnavailableError``."""
        with self._lock:
            if self._encoder is None:
                self._encoder = load_encoder(self.setting, folder=self._graphs)
            return self._encoder

    def glossary_key(self) -> str:
        """Changes with the content of the glossary's file; empty where none is set."""
        if not self._glossary_file:
            return ""
        return hashlib.sha256(Path(self._glossary_file).read_bytes()).hexdigest()[:16]

    def passages(
        self, texts: Sequence[str], languages: Sequence[str], *, progress: Callable[[int, int], None]
    ) -> NDArray[np.float32]:
        """Unit vectors of a build's passages, shape (texts, d), kept for the next build; raises as ``encoder``."""
        return encode_cached(
            self.encoder(), self._all_to_encode(texts, languages), self._cache, progress=progress
        )

    def keys(self, texts: Sequence[str], languages: Sequence[str]) -> frozenset[str]:
        """What the vectors of these passages are kept by."""
        return frozenset(map(text_key, self._all_to_encode(texts, languages)))

    def changed_passages(
        self, texts: Sequence[str], languages: Sequence[str], *, setting: str, width: int
    ) -> NDArray[np.float32]:
        """Vectors as the build made them that was made with the encoder ``setting``, shape (texts, ``width``).

        Zeros where that encoder cannot be had.
        """
        try:
            encoder = self.encoder()
        except EncoderUnavailableError as error:
            log.warning("changed profiles are found by their words alone: %s", error)
            return np.zeros((len(texts), width), dtype=np.float32)
        if setting != self.setting or encoder.dimensions != width:
            log.warning("changed profiles are found by their words alone: another encoder is set")
            return np.zeros((len(texts), width), dtype=np.float32)
        wanted = self._all_to_encode(texts, languages)
        try:
            return encode_cached(encoder, wanted, self._cache)
        except StoreError:
            # Keeping them is a convenience; a reader must not fail because somebody writes, or the disk is full.
            return encode_cached(encoder, wanted, MemoryCache())

    def query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of what somebody looks for, shape (d,); raises as ``encoder``."""
        wanted = self._to_encode(text, detect(text))
        return np.asarray(self.encoder().encode([wanted], query=True)[0], dtype=np.float32)

    def query_key(self, text: str) -> tuple[str, str]:
        """What a query's vector may be kept by: the encoder's name, and what it reads; raises as ``encoder``."""
        return self.encoder().name, text_key(self._to_encode(text, detect(text)))

    def _all_to_encode(self, texts: Sequence[str], languages: Sequence[str]) -> list[str]:
        return [self._to_encode(text, language) for text, language in zip(texts, languages, strict=True)]

    def _to_encode(self, text: str, language: str) -> str:
        # The installed model knows English only; whoever names another is taken to have one that reads the text.
        return text if self.setting else encoder_text(text, language, glossary=self.glossary)
