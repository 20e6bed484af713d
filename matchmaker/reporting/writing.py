"""A report in one language: every cell in words, every plot as a picture with its text and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from string import Formatter

from matchmaker.reporting.drawing import draw
from matchmaker.reporting.values import (
    UNKNOWN,
    Bars,
    Block,
    Cell,
    Columns,
    Counted,
    Day,
    Ladder,
    Linked,
    Listed,
    Map,
    Note,
    Number,
    Plot,
    Range,
    Region,
    Report,
    Section,
    Sentence,
    Share,
    Stacks,
    Table,
    Tone,
    Word,
    Year,
)
from matchmaker.wording import Wording


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, which may lead somewhere."""

    text: str
    sub_cluster_id: str = ""
    actor_id: str = ""


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A sentence."""

    heading: str
    runs: tuple[Run, ...]
    tone: Tone
    foreign: bool = False
    """A build's note that only English has, whatever the report's language is."""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table in words."""

    caption: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    """Whether a column holds figures, which are set to the right."""
    widths: tuple[int, ...]
    """Letters that a column wants: what the columns of words share the width of a page by."""
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class WrittenPlot:
    """A picture, the sentence that stands for it, and its figures."""

    title: str
    svg: str
    alternative: str
    table: WrittenTable


@dataclass(frozen=True, slots=True)
class WrittenPlots:
    """Pictures that stand beside each other."""

    plots: tuple[WrittenPlot, ...]
    kind: str = "plots"


WrittenBlock = WrittenText | WrittenTable | WrittenPlots


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """A topic with its heading."""

    key: str
    heading: str
    blocks: tuple[WrittenBlock, ...]


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A whole report in one language."""

    language: str
    title: str
    lead: str
    build: str
    dated: str
    """What the data reach to, in words; ``""`` where nothing is dated."""
    sections: tuple[WrittenSection, ...]


FIGURES = (Number, Share, Range, Year)
WIDEST = 90


Tell = Callable[[Wording, str], str | None]
"""The library's sentence in a language, ``None`` where only English has it."""


def _in_english(_wording: Wording, _text: str) -> str | None:
    return None


def write(report: Report, wording: Wording, tell: Tell = _in_english) -> WrittenReport:
    """Put a report in words, notes with ``tell``; raises ``KeyError`` for a text that the catalogues lack."""
    return WrittenReport(
        language=wording.language,
        title=plain(report.title, wording),
        lead="".join(run.text for run in _runs(report.lead.key, report.lead.figures, wording)),
        build=report.build,
        dated="" if report.newest is None else wording("report.dated", newest=wording.day(report.newest)),
        sections=tuple(_section(each, wording, tell) for each in report.sections),
    )


def _section(section: Section, wording: Wording, tell: Tell) -> WrittenSection:
    return WrittenSection(
        section.key,
        wording(f"report.section.{section.key}"),
        tuple(write_block(each, wording, tell) for each in section.blocks),
    )


def write_block(block: Block, wording: Wording, tell: Tell = _in_english) -> WrittenBlock:
    """A single sentence, table or picture in words; raises as ``write``."""
    if isinstance(block, Sentence):
        heading = wording(block.heading) if block.heading else ""
        return WrittenText(heading, _begun_with_a_label(_runs(block.key, block.figures, wording)), block.tone)
    if isinstance(block, Note):
        here = tell(wording, block.text)
        foreign = here is None and wording.language != "en"
        return WrittenText("", (Run(block.text if here is None else here),), "plain", foreign=foreign)
    if isinstance(block, Table):
        return _table(block, wording)
    return WrittenPlots(tuple(_plot(each, wording) for each in block.plots))


def _runs(key: str, figures: Mapping[str, Cell], wording: Wording) -> tuple[Run, ...]:
    """A text of the catalogues as runs, so that a name in it can lead to its own page."""
    runs: list[Run] = []
    for words, name, _, _ in Formatter().parse(wording.texts[key]):
        if words:
            runs.append(Run(words))
        if name:
            runs += _cell(figures[name], wording)
    return tuple(runs)


def runs_of(cell: Cell, wording: Wording) -> tuple[Run, ...]:
    """A cell that stands by itself in words, each with what it leads to.

    A word or a sub-cluster's label begins with a capital letter, and a day stays on one line.
    """
    runs = _cell(cell, wording)
    if isinstance(cell, Day):
        return tuple(replace(run, text=run.text.replace(" ", "\u00a0")) for run in runs)
    return _begun(runs) if isinstance(cell, Word) else _begun_with_a_label(runs)


def _begun(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return (replace(runs[0], text=runs[0].text[:1].upper() + runs[0].text[1:]), *runs[1:]) if runs else runs


def _begun_with_a_label(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return _begun(runs) if runs and runs[0].sub_cluster_id else runs


def _cell(cell: Cell, wording: Wording) -> tuple[Run, ...]:
    if isinstance(cell, Word):
        runs = _runs(cell.key, cell.figures, wording)
        return (Run(runs[0].text[:1].lower() + runs[0].text[1:]), *runs[1:]) if cell.inside else runs
    if isinstance(cell, Linked):
        return (Run(cell.name, cell.sub_cluster_id, cell.actor_id),)
    if isinstance(cell, Listed):
        listed: list[Run] = []
        for place, each in enumerate(cell.cells):
            listed += [Run(cell.between)] if place else []
            listed += _cell(each, wording)
        return tuple(listed)
    return (Run(_figure(cell, wording)),)


def _figure(cell: str | Number | Share | Range | Year | Day | Counted | Region, wording: Wording) -> str:
    if isinstance(cell, Number):
        return wording.number(cell.value, cell.decimals)
    if isinstance(cell, Share):
        return wording.percent(cell.value)
    if isinstance(cell, Range):
        if cell.share:
            return f"{wording.number(100 * cell.low)}–{wording.percent(cell.high)}"
        return f"{wording.number(cell.low, cell.decimals)}–{wording.number(cell.high, cell.decimals)}"
    if isinstance(cell, Year):
        return str(cell.value)
    if isinstance(cell, Day):
        return wording.day(cell.value)
    if isinstance(cell, Region):
        return wording.region(cell.code)
    return wording.count(cell.key, cell.number) if isinstance(cell, Counted) else cell


def plain(cell: Cell, wording: Wording) -> str:
    """A cell in words, whatever it leads to."""
    return "".join(run.text for run in _cell(cell, wording))


def _table(table: Table, wording: Wording) -> WrittenTable:
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    heads = tuple(wording(each) for each in table.columns)
    rows = tuple(tuple(runs_of(each, wording) for each in row) for row in table.rows)
    letters = [[sum(len(run.text) for run in row[place]) for row in rows] for place in range(len(heads))]
    return WrittenTable(
        wording(table.caption),
        heads,
        tuple(
            any(isinstance(each, FIGURES) for each in column)
            and all(isinstance(each, (*FIGURES, Word)) for each in column)
            for column in columns
        ),
        tuple(min(max(len(head), 8, *longest), WIDEST) for head, longest in zip(heads, letters, strict=True)),
        rows,
    )


def _plot(plot: Plot, wording: Wording) -> WrittenPlot:
    table = _table(_figures(plot), wording)
    said = "; ".join(
        ", ".join("".join(run.text for run in cell) for cell in row) for row in table.rows[:ROWS_SAID]
    )
    more = "" if len(table.rows) <= ROWS_SAID else " …"
    return WrittenPlot(
        wording(plot.title),
        draw(plot, wording, lambda cell: "".join(run.text for run in runs_of(cell, wording))),
        f"{wording(plot.title)}: {said}{more}",
        table,
    )


ROWS_SAID = 16
"""Lines of a plot that its text alternative holds; all of them are in the table."""


def _figures(plot: Plot) -> Table:
    """The numbers of a plot as a table."""
    if isinstance(plot, Bars):
        return Table(plot.title, (plot.column, plot.axis), tuple((bar.label, bar.shown) for bar in plot.bars))
    if isinstance(plot, Stacks):
        keys = list(dict.fromkeys(part.key for stack in plot.stacks for part in stack.parts))
        rows = []
        for stack in plot.stacks:
            counted = {part.key: part.value for part in stack.parts}
            rows.append((stack.label, *(Number(counted.get(key, 0)) for key in keys)))
        return Table(plot.title, (plot.column, *keys), tuple(rows))
    if isinstance(plot, Columns):
        by_year = tuple((Year(year), Number(count)) for year, count in plot.values.items())
        return Table(plot.title, ("report.column.year", plot.axis), by_year)
    if isinstance(plot, Ladder):
        return Table(
            plot.title,
            (plot.column, "report.column.figure", "report.column.reached"),
            tuple(
                (rung.label, rung.shown, UNKNOWN if rung.reached is None else Word(plot.steps[rung.reached]))
                for rung in plot.rungs
            ),
        )
    return _marks(plot)


def _marks(plot: Map) -> Table:
    columns = ("report.column.number", "report.column.part", "report.column.members")
    rows = tuple((Number(mark.number), mark.label, Number(mark.members)) for mark in plot.marks)
    return Table(plot.title, columns, rows)
