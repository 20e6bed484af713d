"""From a table to what an analyst reads: who is specialised in what, how sure that is, and what is near to enter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.specialisation.complexity import diversity, eci_and_pci, ubiquity
from matchmaker.landscape.specialisation.concentration import (
    entropy,
    herfindahl,
    krugman_index,
    locational_gini,
    related_variety,
    unrelated_variety,
)
from matchmaker.landscape.specialisation.entries import entry_mat, exit_mat
from matchmaker.landscape.specialisation.findings import (
    Cell,
    Column,
    Move,
    Moves,
    Row,
    Specialisation,
    Verdict,
)
from matchmaker.landscape.specialisation.matrices import Matrices, matrices
from matchmaker.landscape.specialisation.questions import By, Question, Weight, Years
from matchmaker.landscape.specialisation.quotients import location_quotient, location_quotient_interval
from matchmaker.landscape.specialisation.relatedness import co_occurrence, relatedness, relatedness_density
from matchmaker.telling import told

_ROWS = {By.REGION: told("region"), By.COUNTRY: told("country"), By.GROUP: told("group")}
"""What a row is, in a word."""


def specialise(corpus: Corpus, landscape: Landscape, question: Question) -> Specialisation:
    """Every index of a table; what cannot be known is ``None``, and why stands in the notes."""
    found = matrices(corpus, landscape, question)
    notes = list(found.notes)
    if not found.rows or not found.headings:
        if not notes:
            notes.append(told("There is nobody to count."))
        return Specialisation(question, (), (), (), (), tuple(notes))
    present, enough = _present(found, question.least)
    related, more = _related(found, present)
    notes += more + _remarks(found, enough, question)
    several = int(enough.sum()) > 1
    density = np.where(enough[:, None] & several, relatedness_density(present, related), np.nan)
    complexities = eci_and_pci(present)
    notes += _on_complexity(complexities[0])
    return Specialisation(
        question,
        _rows(found, present, enough, density, complexities[0]),
        _columns(found, present, complexities[1]),
        _cells(found, question, present, enough, density),
        tuple(tuple(row) for row in related.tolist()),
        tuple(notes),
    )


def moves(corpus: Corpus, landscape: Landscape, question: Question, first: Years, second: Years) -> Moves:
    """What rows took up and gave up from the first years to the second; raises ``ValueError`` where they overlap.

    A column is taken up where it was absent and is present, both by a location quotient of 1 or more and the least number
    of actors. Rows with too few actors in either period are left out, for they would seem to give up everything.
    """
    if first[1] >= second[0]:
        raise ValueError(
            told(
                "The years {earlier} to {earlier_last} do not end before {later} to {later_last} begin.",
                earlier=first[0],
                earlier_last=first[1],
                later=second[0],
                later_last=second[1],
            )
        )
    before, after = (matrices(corpus, landscape, replace(question, years=years)) for years in (first, second))
    one, other = (_present(each, question.least) for each in (before, after))
    rows = sorted(
        {row for row, enough in zip(before.rows, one[1], strict=True) if enough}
        & {row for row, enough in zip(after.rows, other[1], strict=True) if enough}
    )
    headings = {each.id: each for found in (before, after) for each in found.headings}
    ids = sorted(headings)
    notes: list[str] = [*before.notes, *after.notes]
    if not rows:
        notes.append(
            told(
                "Nobody has {least} actors in both periods, so entry and exit cannot be told.",
                least=question.least,
            )
        )
    were, are = _placed(before, one[0], rows, ids), _placed(after, other[0], rows, ids)
    related, more = _related(before, one[0])
    known = relatedness_density(one[0], related)
    density = _placed(before, known, rows, ids, otherwise=np.nan)
    actors = [_placed(each, each.actors, rows, ids) for each in (before, after)]

    def moves_of(marks: NDArray[np.float64]) -> tuple[Move, ...]:
        found = [
            Move(
                rows[row],
                ids[column],
                headings[ids[column]].label,
                int(actors[0][row, column]),
                int(actors[1][row, column]),
                _known(density[row, column]),
            )
            for row, column in zip(*np.nonzero(marks == 1), strict=True)
        ]
        return tuple(sorted(found, key=lambda each: (each.row_id, -(each.density or 0.0), each.column_id)))

    entered, left = entry_mat(were, are), exit_mat(were, are)
    return Moves(
        question,
        first,
        second,
        moves_of(entered),
        moves_of(left),
        int((~np.isnan(entered)).sum()),
        int((~np.isnan(left)).sum()),
        _mean(density[entered == 1]),
        _mean(density[entered == 0]),
        tuple(dict.fromkeys([*notes, *more])),
    )


def _present(found: Matrices, least: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Presence of each column in each row, shape (r, k), and which rows have enough actors, shape (r,)."""
    enough = found.row_actors >= least
    present = location_quotient(found.amounts, binary=True)
    return present * (found.actors >= least) * enough[:, None], enough


def _related(found: Matrices, present: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
    together = _dense_product(found)
    if together.any():
        return relatedness(together), []
    together = co_occurrence(present.T)
    note = told(
        "Nothing occurs together in actors or collaborations; relatedness is taken from who has both."
    )
    return relatedness(together), [note] if len(found.headings) > 1 else []


def _dense_product(found: Matrices) -> NDArray[np.float64]:
    """``co_occurrence`` of the sparse events."""
    together = np.asarray((found.events @ found.events.T).toarray(), dtype=np.float64)
    np.fill_diagonal(together, 0.0)
    return together


def _remarks(found: Matrices, enough: NDArray[np.bool_], question: Question) -> list[str]:
    notes: list[str] = []
    if len(found.rows) == 1:
        notes.append(
            told(
                "There is one {what} only ({name}): nothing to compare it with.",
                what=_ROWS[question.by],
                name=found.rows[0],
            )
        )
    if len(found.headings) == 1:
        notes.append(told("There is one column only, so nobody can be more specialised than others."))
    thin = int((~enough).sum())
    if thin:
        notes.append(
            told(
                "{thin:,} of {number:,} rows have fewer than {least} actors: too few to tell, and left out of presence, density and complexity.",
                thin=thin,
                number=len(found.rows),
                least=question.least,
            )
        )
    if len(found.rows) > 1 and enough.sum() == 1:
        notes.append(
            told(
                "Only {name} has enough actors, so it is compared with little but itself: what is present in it and what is near to enter cannot be told.",
                name=found.rows[int(np.argmax(enough))],
            )
        )
    if question.weight is not Weight.ACTORS or question.of.value == "fields":
        notes.append(told("Actors without a collaboration that counts here are not in the table."))
    return notes


def _on_complexity(of_rows: NDArray[np.float64]) -> list[str]:
    if not np.isnan(of_rows).all():
        return []
    return [
        told(
            "Complexity cannot be told: it needs three rows and three columns that share some of what they have, and an order that goes with diversity."
        )
    ]


def _rows(
    found: Matrices,
    present: NDArray[np.float64],
    enough: NDArray[np.bool_],
    density: NDArray[np.float64],
    complexities: NDArray[np.float64],
) -> tuple[Row, ...]:
    sectors = [each.sector for each in found.headings]
    parted = len(set(sectors)) > 1
    of_columns = {
        "krugman_index": krugman_index(found.amounts),
        "herfindahl": herfindahl(found.amounts),
        "entropy": entropy(found.amounts),
        "unrelated_variety": unrelated_variety(found.amounts, sectors),
        "related_variety": related_variety(found.amounts, sectors),
        "complexity": complexities,
    }
    if not parted:
        del of_columns["unrelated_variety"], of_columns["related_variety"]
    diversities = diversity(present)
    rows = []
    for row, name in enumerate(found.rows):
        known = {index: _known(values[row]) if enough[row] else None for index, values in of_columns.items()}
        rows.append(
            Row(
                id=name,
                actors=int(found.row_actors[row]),
                amount=float(found.amounts[row].sum()),
                enough=bool(enough[row]),
                diversity=int(diversities[row]) if enough[row] and enough.sum() > 1 else None,
                density=_mean(density[row][present[row] == 0]),
                **{"unrelated_variety": None, "related_variety": None, **known},
            )
        )
    return tuple(rows)


def _columns(
    found: Matrices, present: NDArray[np.float64], complexities: NDArray[np.float64]
) -> tuple[Column, ...]:
    ubiquities = ubiquity(present)
    ginis = locational_gini(found.amounts)
    several = len(found.rows) > 1
    return tuple(
        Column(
            id=heading.id,
            label=heading.label,
            sector=heading.sector,
            actors=int(found.column_actors[column]),
            amount=float(found.amounts[:, column].sum()),
            ubiquity=int(ubiquities[column]),
            locational_gini=_known(ginis[column]) if several else None,
            complexity=_known(complexities[column]),
        )
        for column, heading in enumerate(found.headings)
    )


def _cells(
    found: Matrices,
    question: Question,
    present: NDArray[np.float64],
    enough: NDArray[np.bool_],
    density: NDArray[np.float64],
) -> tuple[Cell, ...]:
    quotients = location_quotient(found.amounts)
    counted = question.weight is not Weight.MONEY
    lower, upper = location_quotient_interval(found.amounts, squares=None if counted else found.squares)
    verdicts = _verdicts(found, enough, question.least, lower, upper)
    return tuple(
        Cell(
            row_id=name,
            column_id=heading.id,
            label=heading.label,
            amount=float(found.amounts[row, column]),
            actors=int(found.actors[row, column]),
            quotient=None if verdicts[row][column] is Verdict.TOO_FEW else _known(quotients[row, column]),
            lower=_known(lower[row, column]),
            upper=_known(upper[row, column]),
            verdict=verdicts[row][column],
            present=bool(present[row, column]),
            density=_known(density[row, column]),
        )
        for row, name in enumerate(found.rows)
        for column, heading in enumerate(found.headings)
    )


def _verdicts(
    found: Matrices,
    enough: NDArray[np.bool_],
    least: int,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> list[list[Verdict]]:
    """A cell says that there is much where enough actors are there, and that there is little where enough should be."""
    total = max(float(found.actors.sum()), 1.0)
    expected = np.outer(found.actors.sum(axis=1), found.actors.sum(axis=0)) / total
    comparable = enough[:, None] & (len(found.rows) > 1) & (len(found.headings) > 1)
    there = comparable & (found.actors >= least)
    should = comparable & (expected >= least)
    return [
        [
            Verdict.ABOVE
            if there[at] and lower[at] > 1
            else Verdict.BELOW
            if should[at] and upper[at] < 1
            else Verdict.UNSURE
            if (there[at] or should[at]) and lower[at] <= 1 <= upper[at]
            else Verdict.TOO_FEW
            for at in ((row, column) for column in range(len(found.headings)))
        ]
        for row in range(len(found.rows))
    ]


def _placed(
    found: Matrices,
    values: NDArray[np.float64],
    rows: list[str],
    ids: list[str],
    *,
    otherwise: float = 0.0,
) -> NDArray[np.float64]:
    """The values of a table by row and column of a wider one; ``otherwise`` where it has no such column."""
    row_of = {name: row for row, name in enumerate(found.rows)}
    column_of = {heading.id: column for column, heading in enumerate(found.headings)}
    placed = np.full((len(rows), len(ids)), otherwise)
    for at, column_id in enumerate(ids):
        if column_id in column_of:
            placed[:, at] = values[[row_of[name] for name in rows], column_of[column_id]]
    return placed


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _mean(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
