"""What an analyst asks of a published build: figures of the landscape that follow from its columns and sub-clusters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus, day_number
from matchmaker.landscape.brokers import Brokerage, brokers
from matchmaker.landscape.cohesion import Holding, holding
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.gaps import Gaps, gaps
from matchmaker.landscape.incidence import incidence
from matchmaker.landscape.portfolio import Portfolio, portfolio


class Analysis:
    """Answers from one build; each is computed when it is asked for."""

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], landscape: Landscape) -> None:
        """``vectors`` has shape (passages, d), float32: unit rows, centred by language."""
        self._corpus = corpus
        self._vectors = vectors
        self._landscape = landscape

    def gaps(self, sub_cluster_id: str = "", *, limit: int = 5, top: int = 5) -> Gaps:
        """What is missing in one sub-cluster, or in each at the top, and who could fill it.

        Raises ``SubClusterNotFoundError``, and ``ValueError`` for limits below 1.
        """
        return gaps(
            self._corpus, self._vectors, self._landscape, sub_cluster_id=sub_cluster_id, limit=limit, top=top
        )

    def brokers(self, *, limit: int = 20, beyond_size: bool = False) -> Brokerage:
        """The actors that hold sub-clusters together; ``beyond_size`` puts those first that do so most for their size."""
        places = incidence(self._corpus, self._landscape)
        return brokers(self._corpus, places, limit=limit, beyond_size=beyond_size)

    def holding(self, first: Sequence[str]) -> Holding:
        """How the cluster and its sub-clusters hold together, and what is left without the ``first`` actors, by id.

        Raises ``ValueError`` for an id that the build lacks.
        """
        return holding(self._corpus, incidence(self._corpus, self._landscape), first)

    def portfolio(self, day: date | None = None) -> Portfolio:
        """All collaborations by sub-cluster, commitment, year and groups, as they stand on a day."""
        places = incidence(self._corpus, self._landscape)
        return portfolio(self._corpus, places, day=None if day is None else day_number(day))
