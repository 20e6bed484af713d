"""What an analyst asks of a published build: figures of the landscape that follow from its columns and sub-clusters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus, day_number
from matchmaker.landscape.backtest import Backtest, backtest, past_days
from matchmaker.landscape.field_entries import EntryRow, entry_rows
from matchmaker.landscape.findings import Landscape


class Analysis:
    """Answers from one build; each is computed when it is asked for."""

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], landscape: Landscape) -> None:
        """``vectors`` has shape (passages, d), float32: unit rows, centred by language."""
        self._corpus = corpus
        self._vectors = vectors
        self._landscape = landscape

    def backtest_spin_offs(
        self,
        first: int,
        last: int,
        *,
        today: date,
        months: int = 12,
        progress: Callable[[int, int], None] | None = None,
    ) -> Backtest:
        """What would have been said at the end of each year, and what came of it; a day every so many months.

        Raises ``ValueError`` for years that cannot be asked for.
        """
        days = past_days(self._corpus, first, last, today=today, months=months)
        return backtest(self._corpus, self._vectors, days, progress=progress)

    def backtest_entries(self, first: int, last: int, *, today: date) -> list[EntryRow]:
        """Which fields regions and countries took up in the year after each of these, against what would have told it.

        Raises ``ValueError`` for years that cannot be asked for.
        """
        days = past_days(self._corpus, first, last, today=today)
        return entry_rows(self._corpus, [day_number(day) for day in days])
