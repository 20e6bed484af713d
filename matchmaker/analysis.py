"""What an analyst asks of a published build: figures of the landscape that follow from its columns and sub-clusters."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.specialisation.findings import Moves, Specialisation
from matchmaker.landscape.specialisation.questions import LEAST, By, Of, Question, Weight, Years
from matchmaker.landscape.specialisation.study import moves, specialise


class Analysis:
    """Answers from one build; each is computed when it is asked for."""

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], landscape: Landscape) -> None:
        """``vectors`` has shape (passages, d), float32: unit rows, centred by language."""
        self._corpus = corpus
        self._vectors = vectors
        self._landscape = landscape

    def specialisation(
        self,
        by: By = By.REGION,
        of: Of = Of.SUB_CLUSTERS,
        *,
        weight: Weight = Weight.ACTORS,
        level: int = 2,
        field_level: int = 2,
        years: Years | None = None,
        least: int = LEAST,
        today: date,
    ) -> Specialisation:
        """Who is specialised in what, with intervals, and what is near to enter; ``Question`` says what each means.

        ``years`` are the first and the last, both included. Raises ``ValueError`` for what cannot be asked, years after
        ``today`` among it.
        """
        question = Question(By(by), Of(of), Weight(weight), level, field_level, years, least)
        question.check(today)
        return specialise(self._corpus, self._landscape, question)

    def moves(
        self,
        first: Years,
        second: Years,
        by: By = By.REGION,
        of: Of = Of.SUB_CLUSTERS,
        *,
        weight: Weight = Weight.ACTORS,
        level: int = 2,
        field_level: int = 2,
        least: int = LEAST,
        today: date,
    ) -> Moves:
        """What rows took up and gave up from the first years to the second; raises as ``specialisation`` does."""
        for years in (first, second):
            question = Question(By(by), Of(of), Weight(weight), level, field_level, years, least)
            question.check(today)
        return moves(self._corpus, self._landscape, question, first, second)
