"""What those who open a build first will ask, answered while it is made: figures of its landscape, and everybody's lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from matchmaker.analysis import BROKERS_KEPT, FILLERS, FIRST_BROKERS, GAPS_OF_A_KIND, Analysis
from matchmaker.kept_figures import KeptFigures
from matchmaker.landscape.specialisation.questions import By, Of
from matchmaker.matching.exposure import Measures
from matchmaker.matching.proposing import Balanced, Proposing
from matchmaker.matching.ranking import Wish

START = 0.3
"""The balance that lists are shown at unless another is asked for."""
CURVE = tuple(step / 10 for step in range(11))
"""The balances that are compared."""
TOP = 10
"""Partners in a list unless another number is asked for."""
GAPS = ((GAPS_OF_A_KIND, FILLERS), (3, 3))
"""Gaps of a kind, and who could fill each: as a page and as a report shows them."""
REGIONS = (2, 3, 1, 0)
"""Levels of regions in the order in which they are tried, until two regions have actors enough."""

_FIGURES, _MEASURES, _LISTS = "figures.json", "balances.json", "lists_{balance:.2f}.npz"
_COLUMNS = ("seekers", "partners", "ranks", "scores", "mutual", "known")
_CURVE = TypeAdapter(tuple[Measures, ...])


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """Answers that follow from a build alone; empty where another version of the program made it."""

    figures: Mapping[str, bytes]
    """An analyst's, for ``KeptFigures``."""
    lists: tuple[Balanced, ...] = ()
    """Everybody's lists of ``TOP`` partners at balance 0 and ``START``, as nobody has answered anything."""
    curve: tuple[Measures, ...] = ()
    """What such lists are like at each balance of ``CURVE``."""

    def at(self, wish: Wish, balance: float) -> Balanced | None:
        """The lists for a wish at one balance, where they are here."""
        if wish != Wish(TOP):
            return None
        return next((each for each in self.lists if each.measures.balance == balance), None)

    def measured(self, wish: Wish, balances: tuple[float, ...]) -> list[Measures] | None:
        """The measures at these balances, where they are here."""
        return list(self.curve) if self.curve and wish == Wish(TOP) and balances == CURVE else None


def foresee(analysis: Analysis, proposing: Proposing) -> Foreseen:
    """Ask what pages that nobody has opened yet will ask, of a build's landscape and of its candidates."""
    kept = KeptFigures(recording=True)
    _ask(analysis.noting(kept))
    lists = tuple(proposing.balanced(Wish(TOP), balance) for balance in (0.0, START))
    known = {each.measures.balance: each.measures for each in lists}
    others = iter(proposing.curve(Wish(TOP), [each for each in CURVE if each not in known]))
    curve = tuple(known[each] if each in known else next(others) for each in CURVE)
    return Foreseen(kept.kept, lists, curve)


def _ask(analysis: Analysis) -> None:
    found = analysis.brokers(limit=BROKERS_KEPT)
    if found.brokers:
        analysis.holding([each.actor_id for each in found.brokers[:FIRST_BROKERS]])
    analysis.phases(every=True)
    analysis.trends()
    for limit, top in GAPS:
        analysis.gaps(limit=limit, top=top)
    analysis.portfolio(analysis.coverage().newest)
    analysis.specialisation(By.GROUP, Of.SUB_CLUSTERS, level=0, today=date.max)
    for level in REGIONS:
        study = analysis.specialisation(By.REGION, Of.SUB_CLUSTERS, level=level, today=date.max)
        if sum(row.enough for row in study.rows) > 1:
            break


def save_foreseen(made: Foreseen, folder: Path) -> None:
    """Write it among a generation's files."""
    figures = {name: found.decode("utf-8") for name, found in made.figures.items()}
    (folder / _FIGURES).write_text(json.dumps(figures, ensure_ascii=False, separators=(",", ":")), "utf-8")
    (folder / _MEASURES).write_bytes(_CURVE.dump_json(made.curve))
    for each in made.lists:
        columns = {name: getattr(each, name) for name in _COLUMNS}
        np.savez(folder / _LISTS.format(balance=each.measures.balance), **columns)


def load_foreseen(folder: Path) -> Foreseen:
    """Read what ``save_foreseen`` wrote; empty where there is nothing."""
    if not (folder / _MEASURES).is_file():
        return Foreseen({})
    curve = _CURVE.validate_json((folder / _MEASURES).read_bytes())
    figures = json.loads((folder / _FIGURES).read_text("utf-8"))
    return Foreseen(
        figures={name: found.encode("utf-8") for name, found in figures.items()},
        lists=tuple(_lists(folder, each) for each in curve if each.balance in (0.0, START)),
        curve=curve,
    )


def _lists(folder: Path, measures: Measures) -> Balanced:
    with np.load(folder / _LISTS.format(balance=measures.balance), allow_pickle=False) as columns:
        return Balanced(measures, **{name: columns[name] for name in _COLUMNS})
