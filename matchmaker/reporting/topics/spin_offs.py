"""Where a spin-off is forming: candidates, what may come of them, what they need, and how such forecasts did before."""

from __future__ import annotations

from matchmaker.landscape.backtest import Backtest, Row
from matchmaker.landscape.findings import Need, SpinOff
from matchmaker.reporting.subjects import Subject, group_word
from matchmaker.reporting.values import (
    UNKNOWN,
    Bar,
    Bars,
    Block,
    Cell,
    Counted,
    Day,
    Linked,
    Listed,
    Number,
    Plot,
    Plots,
    Section,
    Sentence,
    Share,
    Table,
    Word,
)

SHOWN = 10
MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")
HEADING = "report.question.spin_off"
PANEL, QUESTION, MONTHS = "candidates", "actors", (0, 12)
"""What is shown of a backtest: the specialisations as they were found, by the actors they gained within a year."""


def brief(subject: Subject) -> list[Sentence]:
    """The candidate that stands out most, what may come of it, and what that is worth."""
    found = subject.spin_offs
    if not found:
        return [Sentence(f"report.spin_off.none.{subject.scope}", tone="caution", heading=HEADING)]
    best = found[0]
    weakest = min(MEASURES, key=lambda name: float(getattr(best, name)))
    itself = "itself" if best.sub_cluster_id == subject.id else "inside"
    return [
        Sentence(
            f"report.spin_off.{itself}",
            {
                "candidate": _linked(best),
                "score": Number(100 * best.score),
                "weakest": Word(f"measure.{weakest}", inside=True),
                "candidates": Counted("candidates", len(found)),
            },
            tone="finding",
            heading=HEADING,
        ),
        _outlook(best),
        Sentence("spin_off.outlook_worth", tone="caution"),
    ]


def section(subject: Subject) -> Section:
    """Candidates as bars, their measures, what they need, and what came of those of earlier years."""
    found = subject.spin_offs[:SHOWN]
    blocks: list[Block] = []
    if found:
        bars = tuple(Bar(_linked(each), 100 * each.score, Number(100 * each.score)) for each in found)
        plots: list[Plot] = [
            Bars("report.plot.spin_offs", "report.axis.score", "report.column.candidate", bars, most=100.0)
        ]
        if isinstance(subject.backtest, Backtest) and (record := _record(subject.backtest)):
            plots.append(record)
        blocks += [
            Plots(tuple(plots)),
            _measures(found),
            Sentence("report.spin_off.how"),
            _needs(found, subject),
        ]
        blocks.append(Sentence("spin_off.outlook_worth", tone="caution"))
    else:
        blocks.append(Sentence(f"report.spin_off.none.{subject.scope}", tone="caution"))
    return Section("spin_offs", (*blocks, *_looking_back(subject)))


def _linked(each: SpinOff) -> Linked:
    return Linked(each.label, sub_cluster_id=each.sub_cluster_id)


def _outlook(each: SpinOff) -> Sentence:
    outlook = each.outlook
    if outlook.probability is None:
        return Sentence("spin_off.outlook_none", tone="caution")
    figures: dict[str, Cell] = {"probability": Share(outlook.probability)}
    if not outlook.alike or outlook.base_rate is None:
        return Sentence("spin_off.outlook_alone", figures)
    figures |= {
        "alike": Number(outlook.alike),
        "kept": Number(outlook.alike_kept_growing),
        "share": Share(outlook.alike_kept_growing / outlook.alike),
        "base": Share(outlook.base_rate),
    }
    return Sentence("spin_off.outlook_given", figures)


def _measures(found: tuple[SpinOff, ...]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _linked(each),
            Number(100 * each.score),
            *(Number(100 * float(getattr(each, name))) for name in MEASURES),
        )
        for each in found
    )
    columns = ("report.column.candidate", "report.column.score", *(f"measure.{name}" for name in MEASURES))
    return Table("report.table.spin_offs", columns, rows)


def _needs(found: tuple[SpinOff, ...], subject: Subject) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in found:
        outlook = each.outlook
        alike: dict[str, Cell] = {"kept": Number(outlook.alike_kept_growing), "alike": Number(outlook.alike)}
        needs = tuple(_need(need, subject) for need in each.needs)
        doubts = tuple(Word(f"doubt.{doubt}") for doubt in each.doubts)
        rows.append(
            (
                _linked(each),
                UNKNOWN if outlook.probability is None else Share(outlook.probability),
                Word("report.spin_off.alike", alike) if outlook.alike else UNKNOWN,
                Listed((*needs, *doubts), " ") if needs or doubts else Word("spin_off.needs_none"),
            )
        )
    columns = ("candidate", "chance", "alike", "needs")
    return Table("report.table.outlook", tuple(f"report.column.{name}" for name in columns), tuple(rows))


def _need(need: Need, subject: Subject) -> Cell:
    names: tuple[Cell, ...] = need.names
    if need.kind == "actor_group":
        names = tuple(group_word(name, inside=True) for name in need.names)
    if need.kind == "one_actor":
        names = tuple(Linked(subject.names[name], actor_id=name) for name in need.names)
    figures: dict[str, Cell] = {
        name: Share(value) if "share" in name else Number(value, 0 if value == int(value) else 1)
        for name, value in need.figures.items()
    }
    return Word(f"need.{need.kind}", figures | {"names": Listed(names)})


def _record(found: Backtest) -> Plot | None:
    """How many of the first ten of each ranking were among the tenth that grew most."""
    rows = [row for row in found.rows if _is_shown(row)]
    bars = tuple(
        Bar(
            Word(f"ranking.{row.ranking}"),
            row.at_10.value,
            Share(row.at_10.value),
            colour="accent" if row.ranking == "forecast" else "quiet",
            low=row.at_10.low,
            high=row.at_10.high,
        )
        for row in rows
        if row.at_10 is not None
    )
    if not bars:
        return None
    return Bars("report.plot.backtest", "report.axis.precision.share", "report.column.ranking", bars)


def _is_shown(row: Row) -> bool:
    return (row.panel, row.question, tuple(row.months)) == (PANEL, QUESTION, MONTHS)


def _looking_back(subject: Subject) -> list[Sentence]:
    if not isinstance(subject.backtest, Backtest):
        return [Sentence(f"report.spin_off.backtest_{subject.backtest}", tone="caution")]
    found = subject.backtest
    known = next((each for each in found.calibration if each.panel == PANEL), None)
    if not found.days or known is None:
        return [Sentence("report.spin_off.backtest_none", tone="caution")]
    better = "better" if known.brier < known.brier_of_base_rate else "worse"
    figures: dict[str, Cell] = {
        "days": Number(len(found.days)),
        "first": Day(found.days[0]),
        "last": Day(found.days[-1]),
        "brier": Number(known.brier, 3),
        "base": Number(known.brier_of_base_rate, 3),
        "verdict": Word(f"report.spin_off.{better}"),
    }
    return [Sentence("report.spin_off.backtest", figures, "finding" if better == "better" else "caution")]
