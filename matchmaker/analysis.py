"""What an analyst asks of a published build: figures of the landscape that follow from its columns and sub-clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus, day_number
from matchmaker.kept_figures import KeptFigures
from matchmaker.landscape.backtest import Backtest, backtest, past_days
from matchmaker.landscape.brokers import Brokerage, brokers
from matchmaker.landscape.cohesion import Holding, holding
from matchmaker.landscape.comparison import Comparison, Known, compare, known_on
from matchmaker.landscape.coverage import Coverage, coverage, every_coverage
from matchmaker.landscape.field_entries import EntryRow, entry_rows
from matchmaker.landscape.findings import Landscape, SubCluster
from matchmaker.landscape.funder_forms import FunderForm, funder_forms
from matchmaker.landscape.gaps import Gaps, gaps
from matchmaker.landscape.incidence import incidence
from matchmaker.landscape.phases import PhaseDiagnosis, phases
from matchmaker.landscape.portfolio import Portfolio, known_sums, portfolio
from matchmaker.landscape.specialisation.findings import Moves, Specialisation
from matchmaker.landscape.specialisation.questions import LEAST, By, Of, Question, Weight, Years
from matchmaker.landscape.specialisation.study import moves, specialise
from matchmaker.landscape.trends import Trends, every_trends, trends

BROKERS_KEPT = 100
"""Brokers that are worked out with a build, as many as pages and files hold; fewer are the first of them."""
FIRST_BROKERS = 5
"""Brokers whose leaving is thought through."""
GAPS_OF_A_KIND, FILLERS = 10, 5
"""Gaps of each kind in a sub-cluster, and who could fill each, as pages and files hold them."""
WITHOUT_LABELS = frozenset({"brokers", "holding", "portfolio", "trends"})
"""Questions whose answers name sub-clusters by their ids alone, whatever analysts call them."""

YEARS_BACK = 5
"""Ends of years that ``looked_back`` looks back to, at most."""


class Analysis:
    """Answers from one build; what was not worked out with it is computed when it is asked for."""

    def __init__(
        self,
        corpus: Corpus,
        vectors: NDArray[np.float32],
        landscape: Landscape,
        figures: KeptFigures | None = None,
    ) -> None:
        """``vectors`` has shape (passages, d), float32: unit rows, centred by language.

        ``figures`` are answers that were worked out before, of the same three.
        """
        self._corpus = corpus
        self._vectors = vectors
        self._landscape = landscape
        self._figures = figures or KeptFigures()

    def noting(self, figures: KeptFigures) -> Analysis:
        """The same that looks into these answers, and adds to them where they are being recorded."""
        return Analysis(self._corpus, self._vectors, self._landscape, figures)

    def under(self, landscape: Landscape) -> Analysis:
        """The same with other labels of the same sub-clusters."""
        return Analysis(self._corpus, self._vectors, landscape, self._figures.of(WITHOUT_LABELS))

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

    def coverage(self, part: SubCluster | None = None) -> Coverage:
        """What the data hold about the whole cluster, or about one sub-cluster."""
        return coverage(self._corpus, self._landscape, part)

    def every_coverage(self) -> list[Coverage]:
        """``coverage`` of the whole, then of every sub-cluster; faster than to ask for each."""
        return every_coverage(self._corpus, self._landscape)

    def trends(
        self,
        sub_cluster_id: str | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        today: date | None = None,
    ) -> Trends:
        """What rises and falls in the whole cluster or in a sub-cluster; see ``landscape.trends``."""
        return self._figures.answer(
            Trends,
            "trends",
            (sub_cluster_id, first, last, today),
            lambda: trends(
                self._corpus, self._landscape, sub_cluster_id, first=first, last=last, today=today
            ),
        )

    def every_trends(self) -> Iterator[Trends]:
        """``trends`` of the whole, then of every sub-cluster; faster than to ask for each."""
        return every_trends(self._corpus, self._landscape)

    def phases(
        self,
        sub_cluster_id: str | None = None,
        *,
        every: bool = False,
        year: int | None = None,
        today: date | None = None,
        spun_off: Mapping[str, int] | None = None,
    ) -> tuple[PhaseDiagnosis, ...]:
        """The phase of the whole cluster, of a sub-cluster, or of ``every`` one; see ``landscape.phases``."""
        return self._figures.answer(
            tuple[PhaseDiagnosis, ...],
            "phases",
            (sub_cluster_id, every, year, today, None if spun_off is None else sorted(spun_off.items())),
            lambda: phases(
                self._corpus,
                self._landscape,
                sub_cluster_id,
                every=every,
                year=year,
                today=today,
                spun_off=spun_off,
            ),
        )

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
        return self._figures.answer(
            Specialisation,
            "specialisation",
            (str(question.by), str(question.of), str(question.weight), level, field_level, years, least),
            lambda: specialise(self._corpus, self._landscape, question),
        )

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

    def gaps(self, sub_cluster_id: str = "", *, limit: int = 5, top: int = 5) -> Gaps:
        """What is missing in one sub-cluster, or in each at the top, and who could fill it.

        Raises ``SubClusterNotFoundError``, and ``ValueError`` for limits below 1.
        """
        return self._figures.answer(
            Gaps,
            "gaps",
            (sub_cluster_id, limit, top),
            lambda: gaps(
                self._corpus,
                self._vectors,
                self._landscape,
                sub_cluster_id=sub_cluster_id,
                limit=limit,
                top=top,
            ),
        )

    def brokers(self, *, limit: int = 20, beyond_size: bool = False) -> Brokerage:
        """The actors that hold sub-clusters together; ``beyond_size`` puts those first that do so most for their size."""
        if 0 < limit < BROKERS_KEPT and self._figures.holds("brokers", (BROKERS_KEPT, beyond_size)):
            found = self.brokers(limit=BROKERS_KEPT, beyond_size=beyond_size)
            return replace(found, brokers=found.brokers[:limit])
        return self._figures.answer(
            Brokerage,
            "brokers",
            (limit, beyond_size),
            lambda: brokers(
                self._corpus,
                incidence(self._corpus, self._landscape),
                limit=limit,
                beyond_size=beyond_size,
            ),
        )

    def holding(self, first: Sequence[str]) -> Holding:
        """How the cluster and its sub-clusters hold together, and what is left without the ``first`` actors, by id.

        Raises ``ValueError`` for an id that the build lacks.
        """
        return self._figures.answer(
            Holding,
            "holding",
            tuple(first),
            lambda: holding(self._corpus, incidence(self._corpus, self._landscape), first),
        )

    def portfolio(self, day: date | None = None) -> Portfolio:
        """All collaborations by sub-cluster, commitment, year and groups, as they stand on a day, and EUR in them."""
        return self._figures.answer(
            Portfolio,
            "portfolio",
            (day,),
            lambda: portfolio(
                self._corpus,
                incidence(self._corpus, self._landscape),
                day=None if day is None else day_number(day),
                ends=self._corpus.collaboration_ends,
                money=known_sums(self._corpus.funding),
            ),
        )

    def looked_back(self) -> Backtest:
        """The backtest of spin-off candidates over the last years that are complete; empty where there are too few."""
        span = self.coverage().period
        if span.first is None or span.last is None:
            return Backtest((), (), (), (), (), ())
        first, last = max(span.first, span.last - YEARS_BACK), span.last - 1
        try:
            return self.backtest_spin_offs(first, last, today=date(span.last + 1, 1, 1))
        except ValueError as error:
            return Backtest((), (), (), (), (), (str(error),))

    def compared(
        self, first: date, second: date, *, progress: Callable[[int, int], None] | None = None
    ) -> Comparison:
        """The cluster as it was known at the end of two days, side by side; takes about as long as two builds' landscapes.

        Raises ``ValueError`` for days the wrong way round, and for a first day before all dated collaborations.
        """
        known = known_on(self._corpus, self._vectors, first, second, self._landscape, progress=progress)
        return compare(*known, progress=progress)

    def compared_with(self, name: str, earlier: Analysis, earlier_name: str) -> Comparison:
        """This build, called ``name``, beside an earlier one; its sub-clusters go on under their ids."""
        return compare(
            Known(earlier_name, earlier._corpus, earlier._landscape, None),
            Known(name, self._corpus, self._landscape, None),
        )

    def funder_forms(self) -> dict[str, FunderForm]:
        """Whether each sub-cluster is a trade or the form of a funding programme, by id; the smallest are left out."""
        return funder_forms(self._corpus, self._landscape)
