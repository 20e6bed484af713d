"""What it is made of: actor groups, sub-clusters or specialisations, regions."""

from __future__ import annotations

from matchmaker.reporting.subjects import Subject, group_word, linked
from matchmaker.reporting.values import (
    UNKNOWN,
    Bar,
    Bars,
    Block,
    Cell,
    Counted,
    Listed,
    Number,
    Part,
    Plot,
    Plots,
    Region,
    Section,
    Sentence,
    Share,
    Stack,
    Stacks,
    Table,
)

REGIONS_SHOWN = 8
PARTS_DRAWN = 12
PARTS_LISTED = 40
RECENT_YEARS = 3
HEADING = "report.question.made_of"


def brief(subject: Subject) -> list[Sentence]:
    """How many, of which groups, in which parts."""
    counted = subject.coverage
    groups = sorted(counted.by_group.items(), key=lambda each: -each[1])
    if not groups:
        return [Sentence("report.made_of.nobody", tone="caution", heading=HEADING)]
    (first, most), *others = groups
    figures: dict[str, Cell] = {
        "actors": Counted("actors", counted.actors),
        "group": group_word(first, inside=True),
        "share": Share(most / counted.actors),
        "others": Listed(tuple(group_word(group, inside=True) for group, _ in others)),
    }
    said = [
        Sentence(f"report.made_of.groups{'' if others else '_one'}", figures, tone="finding", heading=HEADING)
    ]
    if subject.parts:
        largest = subject.parts[0]
        said.append(
            Sentence(
                f"report.made_of.parts.{subject.scope}",
                {
                    "parts": Counted(
                        "sub_clusters" if subject.part is None else "specialisations", len(subject.parts)
                    ),
                    "largest": linked(largest),
                    "members": Counted("actors", len(largest.members)),
                },
            )
        )
    else:
        said.append(Sentence(f"report.made_of.no_parts.{subject.scope}", tone="caution"))
    return said


def picture(subject: Subject) -> Plot | None:
    """The parts by size and actor group, or the groups alone where there are no parts."""
    return _parts(subject) if subject.parts else _groups(subject)


def section(subject: Subject) -> Section:
    """Groups and regions as bars, parts as a table."""
    counted = subject.coverage
    blocks: list[Block] = []
    groups = _groups(subject) if subject.parts else None
    plots = [each for each in (groups, _regions(subject)) if each]
    if plots:
        blocks.append(Plots(tuple(plots)))
    if subject.parts:
        blocks.append(_table(subject))
    if counted.actors and not counted.by_region:
        blocks.append(Sentence("report.made_of.no_regions", tone="caution"))
    if counted.bridges:
        blocks.append(Sentence("report.made_of.how", {"bridges": Counted("actors", counted.bridges)}))
    return Section("composition", tuple(blocks))


def _groups(subject: Subject) -> Plot | None:
    counted, whole = subject.coverage, subject.whole
    if not counted.by_group:
        return None
    bars = tuple(
        Bar(
            group_word(group),
            count,
            Listed((Number(count), Share(count / counted.actors))),
            colour=group,
        )
        for group in whole.by_group
        if (count := counted.by_group.get(group, 0)) or subject.part
    )
    return Bars("report.plot.groups", "report.axis.actors", "report.column.group", bars)


def _regions(subject: Subject) -> Plot | None:
    regions = list(subject.coverage.by_region.items())
    if len(regions) < 2:
        return None
    bars = tuple(Bar(Region(name), count, Number(count)) for name, count in regions[:REGIONS_SHOWN])
    rest = sum(count for _, count in regions[REGIONS_SHOWN:])
    if rest:
        bars += (
            Bar(Counted("report.other_regions", len(regions) - REGIONS_SHOWN), rest, Number(rest), "quiet"),
        )
    return Bars("report.plot.regions", "report.axis.actors", "report.column.region", bars)


def _parts(subject: Subject) -> Plot:
    stacks = tuple(
        Stack(
            linked(each),
            tuple(Part(f"groups.{group}", group, count) for group, count in each.composition.items()),
            number=number,
        )
        for number, each in enumerate(subject.parts[:PARTS_DRAWN], start=1)
    )
    return Stacks(
        f"report.plot.parts.{subject.scope}",
        "report.axis.members",
        f"report.column.part.{subject.scope}",
        stacks,
    )


def _table(subject: Subject) -> Table:
    last = subject.whole.period.last
    rows = tuple(
        (
            Number(number),
            linked(each),
            Number(len(each.members)),
            Number(len(each.collaboration_ids)),
            Number(sum(each.collaborations.get(last - back, 0) for back in range(RECENT_YEARS)))
            if last is not None
            else UNKNOWN,
            Share(_median([member.confidence for member in each.members])),
        )
        for number, each in enumerate(subject.parts[:PARTS_LISTED], start=1)
    )
    columns = ("number", f"part.{subject.scope}", "members", "collaborations", "recent", "confidence")
    return Table(
        f"report.table.parts.{subject.scope}", tuple(f"report.column.{name}" for name in columns), rows
    )


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
