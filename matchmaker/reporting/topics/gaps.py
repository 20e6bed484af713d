"""What is missing: groups, regions and links of the value chain that are thin or needed, and who could fill them."""

from __future__ import annotations

from matchmaker.landscape.gap_signs import SignId
from matchmaker.landscape.gaps import Gap, GapKind, GapVerdict
from matchmaker.reporting.subjects import Subject, group_word
from matchmaker.reporting.values import (
    UNKNOWN,
    Block,
    Cell,
    Counted,
    Linked,
    Listed,
    Number,
    Region,
    Section,
    Sentence,
    Table,
    Word,
)

HEADING = "report.question.missing"
SHOWN = 12
FILLERS = 2
REQUEST = 90
"""Characters of a request that are shown."""


def brief(subject: Subject) -> list[Sentence]:
    """The gap that most speaks for, with who could fill it."""
    found = _told(subject)
    if not found:
        return [_none(subject, HEADING)]
    first = next((each for each in found if each.kind is not GapKind.REQUEST or each.request), found[0])
    figures: dict[str, Cell] = {
        "gaps": Counted("gaps.standing_out", len(found)),
        "what": _quoted(first, subject),
        "part": Linked(_label(subject, first.sub_cluster_id), sub_cluster_id=first.sub_cluster_id),
        "fillers": _fillers(first, subject),
    }
    filled = "filled" if first.fillers else "open"
    return [Sentence(f"report.gaps.first_{filled}.{subject.scope}", figures, "finding", HEADING)]


def section(subject: Subject) -> Section:
    """All gaps that something speaks for, and what was looked at without a result."""
    found = _told(subject)
    blocks: list[Block] = []
    if found:
        blocks.append(_table(found[:SHOWN], subject))
        blocks.append(Sentence("report.gaps.how"))
    else:
        blocks.append(_none(subject))
    blocks.append(
        Sentence(
            "report.gaps.compared",
            {"compared": Number(subject.gaps.compared), "untold": Number(subject.gaps.untold)},
        )
    )
    return Section("gaps", tuple(blocks))


def _none(subject: Subject, heading: str = "") -> Sentence:
    compared = "none" if subject.gaps.compared else "nothing_compared"
    return Sentence(f"report.gaps.{compared}", tone="caution", heading=heading)


def _told(subject: Subject) -> list[Gap]:
    """Gaps that something speaks for, the surest first."""
    order = (GapVerdict.MISSING, GapVerdict.NEEDED, GapVerdict.THIN)
    told = [each for each in subject.gaps.gaps if each.verdict in order]
    return sorted(told, key=lambda each: order.index(each.verdict))


def _label(subject: Subject, sub_cluster_id: str) -> str:
    return subject.labels.get(sub_cluster_id, sub_cluster_id)


def _what(gap: Gap, subject: Subject) -> Cell:
    if gap.kind is GapKind.GROUP:
        return group_word(gap.what, inside=True)
    if gap.kind is GapKind.THEME:
        return Linked(_label(subject, gap.what), sub_cluster_id=gap.what)
    if gap.kind is not GapKind.REQUEST:
        return Region(gap.what)
    # Of an actor that is gone since the build nothing is quoted.
    text = " ".join(gap.request.text.split()) if gap.request else "–"
    return text if len(text) <= REQUEST else text[: REQUEST - 1].rstrip() + "…"


def _quoted(gap: Gap, subject: Subject) -> Cell:
    """The same inside a sentence: others' words in quotation marks."""
    what = _what(gap, subject)
    if gap.kind is GapKind.THEME or gap.request:
        return Word("report.gaps.quoted", {"what": what})
    return what


def _fillers(gap: Gap, subject: Subject) -> Cell:
    cells = tuple(
        Linked(subject.names[each.actor_id], actor_id=each.actor_id) for each in gap.fillers[:FILLERS]
    )
    return Listed(cells) if cells else Word("report.gaps.nobody")


def _evidence(gap: Gap) -> Cell:
    """The sign that speaks loudest, or how many ask."""
    if gap.kind is GapKind.REQUEST:
        return Word("report.gaps.asked", {"asked": Number(gap.asked), "unanswered": Number(gap.unanswered)})
    sign = next((each for each in gap.signs if each.holds), None)
    if sign is None:
        return UNKNOWN
    figures: dict[str, Cell] = {
        "count": Number(sign.count),
        "of": Number(sign.of),
        "elsewhere": Number(sign.elsewhere),
        "of_elsewhere": Number(sign.of_elsewhere),
    }
    return Word(f"report.gaps.sign.{SignId(sign.id)}", figures)


def _table(found: list[Gap], subject: Subject) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for gap in found:
        row: tuple[Cell, ...] = (
            _what(gap, subject),
            Word(f"report.gaps.kind.{gap.kind}"),
            Word(f"report.gaps.verdict.{gap.verdict}"),
            _evidence(gap),
            _fillers(gap, subject),
        )
        label = _label(subject, gap.sub_cluster_id)
        rows.append(row if subject.part else (Linked(label, sub_cluster_id=gap.sub_cluster_id), *row))
    columns: tuple[str, ...] = ("what", "kind", "verdict", "evidence", "fillers")
    columns = columns if subject.part else ("part.cluster", *columns)
    return Table("report.table.gaps", tuple(f"report.column.{name}" for name in columns), tuple(rows))
