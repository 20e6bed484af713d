"""Who holds it together: actors between sub-clusters, and what would be left without the first of them."""

from __future__ import annotations

from matchmaker.reporting.subjects import Subject
from matchmaker.reporting.values import Block, Cell, Linked, Number, Section, Sentence, Share, Table

SHOWN = 8


def section(subject: Subject) -> Section:
    """The brokers as a table, and how much stays connected without them."""
    found = [each for each in subject.brokerage.brokers if each.actor_id in subject.names][:SHOWN]
    if not found:
        return Section("brokers", (Sentence("report.brokers.none", tone="caution"),))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Linked(subject.names[each.actor_id], actor_id=each.actor_id),
            Number(len(each.sub_cluster_ids)),
            Number(each.collaborations),
            Number(each.partners),
            Number(each.sole_links),
            Share(each.cross_group_share),
        )
        for each in found
    )
    columns = ("actor", "in_parts", "collaborations", "partners", "sole_links", "across")
    blocks: list[Block] = [
        Table("report.table.brokers", tuple(f"report.column.{name}" for name in columns), rows),
        Sentence("report.brokers.how"),
    ]
    holding = subject.holding
    if holding is None:
        blocks.append(Sentence("report.brokers.large"))
    for loss in holding.connected[-1:] if holding else ():
        figures: dict[str, Cell] = {
            "removed": Number(loss.removed),
            "left": Share(loss.left),
            "random": Share(loss.left_random),
        }
        blocks.append(Sentence("report.brokers.loss", figures))
    return Section("brokers", tuple(blocks))
