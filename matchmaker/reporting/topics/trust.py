"""How far the figures can be trusted: what the data hold, what they lack, and what the build could not find."""

from __future__ import annotations

from matchmaker.landscape.coverage import UNCLEAR
from matchmaker.reporting.subjects import Subject
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Block,
    Counted,
    Day,
    Note,
    Number,
    Plots,
    Section,
    Sentence,
    Share,
    Tone,
    Word,
)

FEW_ACTORS = 40
"""Below so many actors a division into parts is a proposal."""
HEADING = "report.question.trust"


def brief(subject: Subject) -> list[Sentence]:
    """Coverage in one sentence, and what is thin."""
    counted = subject.coverage
    if not counted.actors:
        return []
    said = [
        Sentence(
            "report.trust.coverage",
            {
                "text": Share(counted.with_text / counted.actors),
                "collaborating": Share(counted.with_collaborations / counted.actors),
                "unclear": Share(counted.unclear / counted.actors),
            },
            heading=HEADING,
        )
    ]
    return said + _doubts(subject)


def section(subject: Subject) -> Section:
    """What share of the actors and collaborations each figure rests on, and the build's notes."""
    counted = subject.coverage
    blocks: list[Block] = []
    if counted.actors:
        bars = [
            _share("text", counted.with_text, counted.actors),
            _share("collaborating", counted.with_collaborations, counted.actors),
            _share("clear", counted.actors - counted.unclear, counted.actors),
        ]
        if counted.collaborations:
            bars.append(_share("dated", counted.dated, counted.collaborations))
        blocks.append(
            Plots(
                (
                    Bars(
                        "report.plot.trust", "report.axis.share", "report.column.known", tuple(bars), most=1.0
                    ),
                )
            )
        )
        blocks.append(Sentence("report.trust.clear", {"unclear": Number(UNCLEAR, 1)}))
    blocks += _doubts(subject)
    if subject.whole.newest:
        blocks.append(Sentence("report.trust.newest", {"newest": Day(subject.whole.newest)}))
    blocks.append(Sentence("report.trust.causes"))
    blocks += [Note(each) for each in subject.notes]
    return Section("trust", tuple(blocks))


def _share(key: str, known: int, of: int) -> Bar:
    return Bar(
        Word(f"report.trust.bar.{key}", {"known": Number(known), "all": Number(of)}),
        known / of,
        Share(known / of),
    )


def _doubts(subject: Subject) -> list[Sentence]:
    counted = subject.coverage
    caution: Tone = "caution"
    doubts = []
    if 0 < counted.actors < FEW_ACTORS:
        doubts.append(
            Sentence("report.trust.few_actors", {"actors": Counted("actors", counted.actors)}, caution)
        )
    if not counted.collaborations:
        doubts.append(Sentence("report.trust.no_collaborations", tone=caution))
    elif not counted.dated:
        doubts.append(Sentence("report.trust.no_dates", tone=caution))
    elif len([year for year, began in counted.began.items() if began]) < 2:
        doubts.append(Sentence("report.trust.one_year", tone=caution))
    return doubts
