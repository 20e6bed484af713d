"""What an analyst asks of a build, for the handlers: worked out beside them, once for each build and question, and kept."""

from __future__ import annotations

import copy
import tempfile
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar, cast
from weakref import WeakKeyDictionary

import pyarrow as pa

from matchmaker.analysis import BROKERS_KEPT, FILLERS, GAPS_OF_A_KIND, Analysis
from matchmaker.bundles import write_tables
from matchmaker.landscape.backtest import Backtest
from matchmaker.landscape.brokers import Brokerage
from matchmaker.landscape.cohesion import Holding
from matchmaker.landscape.comparison import Comparison
from matchmaker.landscape.coverage import Coverage
from matchmaker.landscape.gaps import Gaps
from matchmaker.landscape.phases import PhaseDiagnosis
from matchmaker.landscape.portfolio import Portfolio
from matchmaker.landscape.specialisation.findings import Cell, Moves, Specialisation
from matchmaker.landscape.specialisation.questions import Question, Years
from matchmaker.landscape.trends import Trends
from matchmaker.published import Published
from matchmaker.telling import told
from matchmaker.workspace import Workspace
from service.balancing import PATIENCE, Kept, not_yet

T = TypeVar("T")

ANSWERS_KEPT = 32
LONG_KEPT = 8
FILES_KEPT = 2
SOON = 1.0
"""Seconds that a reader of a page waits; then they are shown that it is worked out, and how far it is."""

Progress = Callable[[int, int], None]
FileEnding = Literal["zip", "xlsx", "graphml"]
CellFormat = Literal["csv", "parquet"]


@dataclass(frozen=True, slots=True)
class Days:
    """Two days to compare."""

    first: date
    second: date


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier build to compare with, by name."""

    build: str


@dataclass(frozen=True, slots=True)
class Cells:
    """A table of specialisation in the orders in which it is shown: tens of thousands of cells, sorted once."""

    surest: tuple[Cell, ...]
    """All, the surest specialisations first."""
    nearest: tuple[Cell, ...]
    """What rows do not have, by falling relatedness density."""


class Studies:
    """What the handlers ask; nothing here is asked of more than one build at once, but for a comparison of two."""

    def __init__(self) -> None:
        self._answers: Kept[object] = Kept("studies", kept=ANSWERS_KEPT)
        # Minutes in a large cluster; nobody who asks for a table waits behind it.
        self._long: Kept[object] = Kept("looking-back", kept=LONG_KEPT)
        self._files: Kept[bytes] = Kept("landscape-files", kept=FILES_KEPT)
        self._builds: Kept[tuple[Published | None]] = Kept("earlier-builds", kept=1)
        self._progress: dict[Hashable, tuple[int, int]] = {}
        self._lock = threading.Lock()
        # A build's figures outlive the profiles that are laid over it.
        self._coverage: WeakKeyDictionary[Analysis, Coverage] = WeakKeyDictionary()
        self._patience = PATIENCE

    def within(self, seconds: float) -> Studies:
        """The same for a reader who waits no longer than this for an answer."""
        hurried = copy.copy(self)
        hurried._patience = seconds
        return hurried

    def answer(self, snapshot: Published, question: Hashable, work: Callable[[], T]) -> T | None:
        """What ``work`` gives, or ``None`` while it is worked out; raises what it raises, and as ``Kept.get``."""
        found = self._answers.get((_figures_of(snapshot), question), work, patience=self._patience)
        return cast("T | None", found)

    def specialisation(self, snapshot: Published, question: Question) -> Specialisation | None:
        """A table of specialisation; raises ``ValueError`` as ``Analysis.specialisation``."""
        analysis = snapshot.analysis
        return self.answer(
            snapshot,
            question,
            lambda: analysis.specialisation(
                question.by,
                question.of,
                weight=question.weight,
                level=question.level,
                field_level=question.field_level,
                years=question.years,
                least=question.least,
                # What is to come is nowhere in the data; a view shall not depend on the day on which it is looked at.
                today=date.max,
            ),
        )

    def cells(self, snapshot: Published, question: Question) -> Cells | None:
        """The cells of the same, those with no actor in them as well, in the orders of a page; raises as it does."""
        found = self.specialisation(snapshot, question)
        if found is None:
            return None
        return self.answer(
            snapshot,
            (question, "cells"),
            lambda: Cells(tuple(sorted(found.cells, key=_surest)), found.nearest()),
        )

    def moves(self, snapshot: Published, question: Question, first: Years, second: Years) -> Moves | None:
        """Entries and exits from the first years to the second; raises as ``specialisation``."""
        analysis = snapshot.analysis
        return self.answer(
            snapshot,
            (question, first, second),
            lambda: analysis.moves(
                first,
                second,
                question.by,
                question.of,
                weight=question.weight,
                level=question.level,
                field_level=question.field_level,
                least=question.least,
                today=date.max,
            ),
        )

    def coverage(self, snapshot: Published) -> Coverage:
        """What the data hold; worked out at once."""
        analysis = snapshot.analysis
        if analysis not in self._coverage:
            self._coverage[analysis] = analysis.coverage()
        return self._coverage[analysis]

    def trends(
        self, snapshot: Published, part: str = "", first: int | None = None, last: int | None = None
    ) -> Trends | None:
        """What rises and falls; raises ``ValueError`` and ``SubClusterNotFoundError`` as ``Analysis.trends``."""
        analysis = snapshot.analysis
        return self.answer(
            snapshot,
            ("trends", part, first, last),
            lambda: analysis.trends(part or None, first=first, last=last),
        )

    def phases(self, snapshot: Published, year: int | None = None) -> tuple[PhaseDiagnosis, ...] | None:
        """The phase of the whole and of every sub-cluster; raises ``ValueError`` for a year that is not over."""
        analysis = snapshot.analysis
        return self.answer(snapshot, ("phases", year), lambda: analysis.phases(every=True, year=year))

    def gaps(self, snapshot: Published, part: str = "") -> Gaps | None:
        """What is missing in one sub-cluster or in each at the top, naming and quoting those who are there now.

        Raises ``SubClusterNotFoundError``.
        """
        analysis = snapshot.analysis
        found = self.answer(
            snapshot, ("gaps", part), lambda: analysis.gaps(part, limit=GAPS_OF_A_KIND, top=FILLERS)
        )
        # What is kept is the build's, which outlives the profiles that are laid over it.
        return None if found is None else found.among(snapshot.actor_names())

    def brokers(self, snapshot: Published, *, beyond_size: bool = False) -> Brokerage | None:
        """The actors that hold sub-clusters together."""
        analysis = snapshot.analysis
        return self.answer(
            snapshot,
            ("brokers", beyond_size),
            lambda: analysis.brokers(limit=BROKERS_KEPT, beyond_size=beyond_size),
        )

    def holding(self, snapshot: Published, first: tuple[str, ...]) -> Holding | None:
        """How the cluster and its sub-clusters hold together, naming those who are there now, and what is left without some actors."""
        analysis = snapshot.analysis
        found = self.answer(snapshot, ("holding", first), lambda: analysis.holding(first))
        return None if found is None else found.among(snapshot.actor_names())

    def portfolio(self, snapshot: Published, day: date | None) -> Portfolio | None:
        """All collaborations as they stand on a day."""
        analysis = snapshot.analysis
        return self.answer(snapshot, ("portfolio", day), lambda: analysis.portfolio(day))

    def looked_back(self, snapshot: Published, first: int, last: int) -> Backtest | None:
        """What would have been said at the ends of these years, or ``None`` while it is worked out.

        Raises ``ValueError`` for years that cannot be asked for.
        """
        key = (snapshot.generation, "backtest", first, last)
        analysis = snapshot.analysis
        return cast(
            "Backtest | None",
            self._long.get(
                key,
                lambda: analysis.backtest_spin_offs(
                    first, last, today=date(last + 2, 1, 1), progress=self._told(key)
                ),
                patience=SOON,
            ),
        )

    def compared(
        self, workspace: Workspace, snapshot: Published, wanted: Days | Earlier
    ) -> Comparison | None:
        """Two times side by side, or ``None`` while they are worked out.

        Raises ``ValueError`` for days that cannot be compared, and for a build that is not kept or was made after this one.
        """
        key = (_figures_of(snapshot), wanted)

        def work() -> Comparison:
            if isinstance(wanted, Days):
                return snapshot.analysis.compared(wanted.first, wanted.second, progress=self._told(key))
            earlier = workspace.kept_builds.read(wanted.build)
            if earlier is None:
                raise ValueError(told("The build {build} is not kept any more.", build=wanted.build))
            if wanted.build not in workspace.kept_builds.before(snapshot.generation):
                raise ValueError(
                    told(
                        "The build {build} was made after the one that is shown. Show that one, and name the earlier in `before`.",
                        build=wanted.build,
                    )
                )
            return snapshot.analysis.compared_with(snapshot.generation, earlier.analysis, wanted.build)

        return cast("Comparison | None", self._long.get(key, work, patience=SOON))

    def progress(self, snapshot: Published, question: Days | Earlier | tuple[int, int]) -> tuple[int, int]:
        """Steps that are done of what is being worked out, and of how many; (0, 0) where nobody knows."""
        key = (
            (snapshot.generation, "backtest", *question)
            if isinstance(question, tuple)
            else (_figures_of(snapshot), question)
        )
        return self._progress.get(key, (0, 0))

    def file(
        self, snapshot: Published, ending: FileEnding, cells: CellFormat, tables: Callable[[], dict[str, pa.Table]]
    ) -> bytes | None:  # fmt: skip
        """All tables in one file, or ``None`` while it is made."""

        def made() -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"landscape.{ending}"
                write_tables(path, tables(), cells)
                return path.read_bytes()

        return self._files.get((snapshot.edition, ending, cells), made, patience=SOON)

    def earlier(self, workspace: Workspace, snapshot: Published, name: str) -> Published | None:
        """An earlier build, or ``None`` where it is not kept any more.

        Raises ``HTTPException`` 503 while it is being read.
        """
        if all(each.name != name for each in workspace.kept_builds.all()):
            return None
        found = self._builds.get(
            # What was withdrawn or named since lies over it, too.
            (name, snapshot.edition),
            lambda: (workspace.kept_builds.read(name),),
            patience=PATIENCE,
        )
        if found is None:
            raise not_yet("The earlier build is being read. Try again in a moment.")
        return found[0]

    def _told(self, key: Hashable) -> Progress:
        def told(done: int, of: int) -> None:
            with self._lock:
                self._progress[key] = (done, of)
                while len(self._progress) > 2 * LONG_KEPT:
                    del self._progress[next(iter(self._progress))]

        return told

    def close(self) -> None:
        """Begin nothing that waits."""
        for each in (self._answers, self._long, self._files, self._builds):
            each.close()


def _figures_of(snapshot: Published) -> str:
    """Names what an analyst's figures follow from: the build and the names of sub-clusters; profiles that change after it do not."""
    return f"{snapshot.generation}~{snapshot.edition.partition('~')[2]}"


def _surest(cell: Cell) -> tuple[bool, float, float, str, str]:
    return (cell.quotient is None, -(cell.lower or 0.0), -cell.amount, cell.row_id, cell.column_id)
