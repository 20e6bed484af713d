"""A published build and a subject make a report: one section a topic, the shortest answers first."""

from __future__ import annotations

from collections.abc import Callable

from matchmaker.published import Published
from matchmaker.reporting.subjects import Subject, subject
from matchmaker.reporting.topics import (
    brokers,
    composition,
    developments,
    gaps,
    growth,
    phases,
    placement,
    specialisation,
    spin_offs,
    trust,
)
from matchmaker.reporting.values import Cell, Counted, Number, Plots, Report, Section, Sentence, Word

BRIEF: tuple[Callable[[Subject], list[Sentence]], ...] = (
    composition.brief,
    specialisation.brief,
    phases.brief,
    growth.brief,
    developments.brief,
    spin_offs.brief,
    gaps.brief,
    trust.brief,
)
"""The questions of the first page, in the order in which a board asks them."""

SECTIONS: tuple[Callable[[Subject], Section], ...] = (
    composition.section,
    specialisation.section,
    phases.section,
    growth.section,
    developments.section,
    spin_offs.section,
    gaps.section,
    brokers.section,
    trust.section,
)

OF_THE_CLUSTER = (brokers.section,)
"""What stands between sub-clusters is told of the whole alone."""


def report(published: Published, sub_cluster_id: str = "") -> Report:
    """The report of the whole cluster, or of one sub-cluster; raises ``SubClusterNotFoundError``."""
    about = subject(published, sub_cluster_id)
    sentences = tuple(each for questions in BRIEF for each in questions(about))
    seen = tuple(plot for plot in (composition.picture(about), placement.picture(about)) if plot)
    brief = Section("brief", (*sentences, *([Plots(seen)] if seen else [])))
    return Report(
        build=about.build,
        sub_cluster_id=about.id,
        title=Word("report.title.cluster") if about.part is None else about.part.label,
        lead=_lead(about),
        newest=about.whole.newest,
        sections=(
            brief,
            *(section(about) for section in SECTIONS if about.part is None or section not in OF_THE_CLUSTER),
        ),
    )


def _lead(about: Subject) -> Sentence:
    counted = about.coverage
    figures: dict[str, Cell] = {
        "actors": Counted("actors", counted.actors),
        "collaborations": Counted("collaborations", counted.collaborations),
    }
    if about.part is None:
        return Sentence("report.lead.cluster", figures | {"parts": Counted("sub_clusters", len(about.parts))})
    if about.parent is not None:
        return Sentence("report.lead.specialisation", figures | {"parent": about.parent.label})
    place = [each.id for each in about.siblings].index(about.part.id) + 1
    return Sentence(
        "report.lead.sub_cluster", figures | {"place": Number(place), "all": Number(len(about.siblings))}
    )
