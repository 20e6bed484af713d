"""What it is good at: where a part has clearly more actors than its size would lead to expect, with intervals."""

from __future__ import annotations

from matchmaker.landscape.specialisation.findings import Cell as Quotient
from matchmaker.landscape.specialisation.findings import Verdict
from matchmaker.landscape.specialisation.questions import By
from matchmaker.reporting.subjects import Subject, group_word
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Block,
    Cell,
    Linked,
    Listed,
    Number,
    Plot,
    Plots,
    Range,
    Region,
    Section,
    Sentence,
    Table,
    Word,
)

HEADING = "report.question.good_at"
SHOWN = 12
NAMED = 3


def brief(subject: Subject) -> list[Sentence]:
    """What stands out most, beyond chance."""
    said = []
    if subject.part and subject.part.keywords:
        said.append(
            Sentence("report.good_at.words", {"keywords": Listed(subject.part.keywords[:5])}, heading=HEADING)
        )
    above = _above(subject)
    heading = "" if said else HEADING
    if not above:
        return [*said, Sentence(f"report.good_at.none.{subject.scope}", heading=heading)]
    items = tuple(_item(subject, by, cell) for by, cell in above[:NAMED])
    return [*said, Sentence("report.good_at.best", {"what": Listed(items)}, "finding", heading)]


def _item(subject: Subject, by: By, cell: Quotient) -> Cell:
    figures: dict[str, Cell] = {
        "where": _where(by, cell, inside=True),
        "part": Linked(cell.label, sub_cluster_id=cell.column_id),
        "quotient": Number(cell.quotient or 0.0, 1),
        "interval": Range(cell.lower or 0.0, cell.upper or 0.0),
    }
    return Word(f"report.good_at.item.{subject.scope}", figures)


def section(subject: Subject) -> Section:
    """Location quotients by actor group and region: of one part as bars, of all parts as what stands out."""
    blocks: list[Block] = []
    if subject.part:
        plots = [plot for by in (By.GROUP, By.REGION) if (plot := _quotients(subject, by))]
        if plots:
            blocks.append(Plots(tuple(plots)))
        else:
            blocks.append(Sentence("report.good_at.too_few", tone="caution"))
    above = _above(subject)
    if above and not subject.part:
        blocks.append(_table(above))
    if not above:
        blocks.append(Sentence(f"report.good_at.none.{subject.scope}"))
    blocks.append(Sentence("report.good_at.how"))
    return Section("specialisation", tuple(blocks))


def _above(subject: Subject) -> list[tuple[By, Quotient]]:
    """What is beyond chance, the surest first."""
    found = [
        (by, cell)
        for by in (By.REGION, By.GROUP)
        if (study := subject.specialisation(by))
        for cell in study.cells
        if cell.verdict is Verdict.ABOVE and subject.id in ("", cell.column_id)
    ]
    return sorted(found, key=lambda each: (-(each[1].lower or 0.0), each[1].row_id, each[1].column_id))


def _where(by: By, cell: Quotient, *, inside: bool = False) -> Cell:
    return group_word(cell.row_id, inside=inside) if by is By.GROUP else Region(cell.row_id)


def _quotients(subject: Subject, by: By) -> Plot | None:
    study = subject.specialisation(by)
    cells = [cell for cell in (study.cells if study else ()) if cell.column_id == subject.id]
    known = [cell for cell in cells if cell.quotient is not None]
    if not known:
        return None
    known.sort(key=lambda cell: (-(cell.quotient or 0.0), cell.row_id))
    bars = tuple(
        Bar(
            _where(by, cell),
            cell.quotient or 0.0,
            Number(cell.quotient or 0.0, 1),
            colour=cell.row_id if by is By.GROUP else "accent",
            low=cell.lower,
            high=cell.upper,
        )
        for cell in known[:SHOWN]
    )
    return Bars(
        f"report.plot.quotients.{by}",
        "report.axis.quotient",
        f"report.column.{by}",
        bars,
        most=min(max(bar.high or bar.value for bar in bars), 2.5 * max(bar.value for bar in bars)),
        reference=1.0,
    )


def _table(above: list[tuple[By, Quotient]]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Linked(cell.label, sub_cluster_id=cell.column_id),
            _where(by, cell),
            Number(cell.actors),
            Number(cell.quotient or 0.0, 1),
            Range(cell.lower or 0.0, cell.upper or 0.0),
        )
        for by, cell in above[:SHOWN]
    )
    columns = ("part.cluster", "where", "actors", "quotient", "interval")
    return Table("report.table.above", tuple(f"report.column.{name}" for name in columns), rows)
