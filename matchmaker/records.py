"""Matches, sub-clusters and the rest as rows and lines, for files and for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matchmaker.exports import Value
    from matchmaker.matching.matches import Match, Reason
    from matchmaker.proposals import Proposal
    from matchmaker.published import Published

    Rows = tuple[Sequence[str], Iterable[Sequence[Value]]]

MATCH_COLUMNS = ("seeker", "partner", "rank", "score", "reasons")


def in_words(name: str) -> str:
    """A name as a person writes it: ``service_provider`` is ``service provider``."""
    return name.replace("_", " ")


def reason_line(reason: Reason) -> str:
    """A reason in one line: what it is, its points, and the words it rests on."""
    said = f"{in_words(reason.kind)} {reason.points:.1f}"
    if reason.seeker_quote and reason.partner_quote:
        return f"{said}: “{reason.seeker_quote.text}” / “{reason.partner_quote.text}”"
    return f"{said}: {', '.join(reason.names)}" if reason.names else said


def match_rows(matches: Iterable[Match]) -> Iterator[tuple[str, str, int, float, str]]:
    """Matches, seeker by seeker and best first, as rows of ``MATCH_COLUMNS``."""
    seeker, rank = None, 0
    for match in matches:
        rank = rank + 1 if match.seeker_id == seeker else 1
        seeker = match.seeker_id
        reasons = " | ".join(reason_line(reason) for reason in match.reasons)
        yield match.seeker_id, match.partner_id, rank, round(match.score, 2), reasons


PROPOSAL_COLUMNS = ("seeker", "seeker_name", "seeker_group", "partner", "partner_name", "partner_group", "rank", "score",
                    "in_both_lists", "known", "reasons")  # fmt: skip


def proposal_rows(proposals: Iterable[Proposal]) -> Iterator[Sequence[Value]]:
    """Proposals of a whole cluster as rows of ``PROPOSAL_COLUMNS``, with names, for people who plan meetings."""
    for each in proposals:
        match = each.match
        yield (
            match.seeker_id,
            each.seeker_name,
            each.seeker_group.value,
            match.partner_id,
            match.partner_name,
            match.partner_group.value,
            each.rank,
            round(match.score, 2),
            each.mutual,
            match.known,
            " | ".join(reason_line(reason) for reason in match.reasons),
        )


def _actors(published: Published) -> Rows:
    columns = ("id", "name", "group", "description", "offers", "requests", "country", "region", "city",
               "registration_number", "website", "member", "sub_clusters")  # fmt: skip

    def rows() -> Iterator[Sequence[Value]]:
        after = ""
        while True:
            page = published.actors(after=after, limit=1000)
            for actor in page.items:
                place = actor.place
                yield (
                    actor.id,
                    actor.name,
                    actor.group.value,
                    actor.description,
                    " | ".join(offer.text for offer in actor.offers),
                    " | ".join(request.text for request in actor.requests),
                    place.country,
                    place.region,
                    place.city,
                    actor.registration_number,
                    actor.website,
                    actor.member,
                    " | ".join(each.label for each in published.sub_clusters_of(actor.id)),
                )
            if page.next is None:
                return
            after = page.next

    return columns, rows()


def _suggestions(published: Published) -> Rows:
    return MATCH_COLUMNS, match_rows(match for matches in published.all_suggestions() for match in matches)


def _sub_clusters(published: Published) -> Rows:
    names = published.actor_names()
    rows = (
        (
            each.id,
            each.parent_id or "",
            each.label,
            member.actor_id,
            names[member.actor_id],
            member.confidence,
        )
        for each in published.sub_clusters()
        for member in each.members
    )
    return ("sub_cluster", "parent", "label", "actor", "name", "confidence"), rows


def _spin_offs(published: Published) -> Rows:
    measures = ("score", "critical_mass", "coherence", "distinctness", "growth", "group_spread")
    figures = sorted({name for each in published.spin_offs() for name in each.figures})
    rows = (
        (
            each.sub_cluster_id,
            each.parent_id,
            each.label,
            *(getattr(each, name) for name in measures),
            each.outlook.probability,
            each.outlook.reason,
            " ".join(need.sentence for need in each.needs),
            ", ".join(each.doubts),
            *(each.figures.get(name) for name in figures),
        )
        for each in published.spin_offs()
    )
    beside = ("probability", "probability_rests_on", "needs", "doubts")
    # A figure and a measure may have one name; the file's columns must not.
    return (
        "sub_cluster",
        "parent",
        "label",
        *measures,
        *beside,
        *(f"figure_{name}" for name in figures),
    ), rows


def _map(published: Published) -> Rows:
    names, groups = published.actor_names(), published.actor_groups()
    rows = (
        (point.actor_id, names[point.actor_id], groups[point.actor_id].value, point.x, point.y)
        for point in published.points()
    )
    return ("actor", "name", "group", "x", "y"), rows


def _exposure(published: Published) -> Rows:
    names, groups = published.actor_names(), published.actor_groups()
    proposed = sorted(published.exposure().items(), key=lambda entry: (-entry[1], entry[0]))
    rows = ((actor_id, names[actor_id], groups[actor_id].value, count) for actor_id, count in proposed)
    return ("actor", "name", "group", "proposed_to"), rows


EXPORTS: dict[str, Callable[[Published], Rows]] = {
    "actors": _actors,
    "suggestions": _suggestions,
    "sub-clusters": _sub_clusters,
    "spin-offs": _spin_offs,
    "map": _map,
    "exposure": _exposure,
}
"""What can be exported, by the name that the command line gives it."""
