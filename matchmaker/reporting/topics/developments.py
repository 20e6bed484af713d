"""What rises and falls: shares of its collaborations that change beyond chance, and who comes and goes."""

from __future__ import annotations

from matchmaker.landscape.trend_items import Kind
from matchmaker.landscape.trends import Tendency, Trend
from matchmaker.reporting.subjects import Subject, group_word
from matchmaker.reporting.values import (
    Block,
    Cell,
    Counted,
    Linked,
    Listed,
    Number,
    Range,
    Section,
    Sentence,
    Table,
    Word,
    Year,
)

SHOWN = 12
NAMED = 3
MOVING = (Tendency.RISING, Tendency.FALLING)


def brief(subject: Subject) -> list[Sentence]:
    """What rises and what falls, by name; nothing where nothing does."""
    moving = _moving(subject)
    said = []
    for tendency in MOVING:
        names = tuple(_quoted(each, subject) for each in moving if each.tendency is tendency)[:NAMED]
        if names:
            said.append(Sentence(f"report.trends.{tendency}", {"what": Listed(names)}))
    return said


def section(subject: Subject) -> Section:
    """The table of what moves, how much was tested, and the comings and goings."""
    found = subject.trends
    moving = _moving(subject)
    tested = sum(found.tested.values())
    blocks: list[Block] = []
    if not tested:
        return Section("trends", (Sentence("report.trends.untested", tone="caution"),))
    if moving:
        blocks.append(_table(moving[:SHOWN], subject))
    else:
        blocks.append(Sentence("report.trends.none", tone="caution"))
    blocks.append(Sentence("report.trends.tested", {"tested": Number(tested), "moving": Number(len(moving))}))
    turnover = found.turnover
    if turnover and turnover.new:
        last = max(turnover.new)
        figures: dict[str, Cell] = {
            "new": Counted("actors", turnover.new[last]),
            "year": Year(last),
            "active": Number(turnover.active.get(last, 0)),
            "left": Number(sum(turnover.left.values())),
            "quiet": Number(turnover.quiet),
        }
        blocks.append(Sentence("report.trends.turnover", figures))
    return Section("trends", tuple(blocks))


def _moving(subject: Subject) -> list[Trend]:
    items = [*subject.trends.growth, *subject.trends.items]
    moving = [each for each in items if each.tendency in MOVING]
    return sorted(moving, key=lambda each: (each.q, each.p, each.kind, each.name))


def _name(each: Trend, subject: Subject) -> Cell:
    """What moves, by itself."""
    if each.kind is Kind.PART:
        labels = {part.id: part.label for part in subject.parts}
        return Linked(labels.get(each.name, each.name), sub_cluster_id=each.name)
    if each.kind is Kind.GROUP_PAIR:
        one, other = each.name.split("+")
        pair: dict[str, Cell] = {"one": group_word(one, inside=True), "other": group_word(other, inside=True)}
        return Word("report.trends.pair", pair)
    if each.kind is Kind.COMMITMENT:
        return Word(f"report.trends.level.{each.name}")
    if each.kind in (Kind.TERM, Kind.FIELD):
        return each.name.strip("/").rsplit("/", 1)[-1]
    return Word(f"report.trends.name.{each.kind}")


def _quoted(each: Trend, subject: Subject) -> Cell:
    """The same inside a sentence: others' words in quotation marks."""
    name = _name(each, subject)
    return (
        Word("report.trends.part", {"part": name})
        if each.kind in (Kind.PART, Kind.TERM, Kind.FIELD)
        else name
    )


def _table(moving: list[Trend], subject: Subject) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _name(each, subject),
            Word(f"trend.kind.{each.kind}"),
            Word(f"tendency.{each.tendency}"),
            Number(sum(each.counts.values())),
            Number(each.rate, 2),
            Range(each.low, each.high, 2),
        )
        for each in moving
    )
    columns = ("what", "kind", "tendency", "seen_in", "rate", "interval")
    return Table("report.table.trends", tuple(f"report.column.{name}" for name in columns), rows)
