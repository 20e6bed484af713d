"""What an analyst asks of a published build: figures of the landscape that follow from its columns and sub-clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.funder_forms import FunderForm, funder_forms


class Analysis:
    """Answers from one build; each is computed when it is asked for."""

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], landscape: Landscape) -> None:
        """``vectors`` has shape (passages, d), float32: unit rows, centred by language."""
        self._corpus = corpus
        self._vectors = vectors
        self._landscape = landscape

    def funder_forms(self) -> dict[str, FunderForm]:
        """Whether each sub-cluster is a trade or the form of a funding programme, by id; the smallest are left out."""
        return funder_forms(self._corpus, self._landscape)
