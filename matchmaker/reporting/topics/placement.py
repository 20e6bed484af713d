"""The map: where its actors stand among all others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from matchmaker.reporting.subjects import Subject, linked
from matchmaker.reporting.values import Map, Mark, Place, Plot

CELLS = 110
"""Dots on a side at most: a map of thousands of actors is drawn as the places that are taken."""
COLOURS = 12


def picture(subject: Subject) -> Plot | None:
    """Every actor as a dot, coloured and numbered by sub-cluster; ``None`` where nobody has a place."""
    if not subject.points:
        return None
    home = _home(subject)
    where = _unit_square(subject)
    return Map(
        f"report.plot.map.{subject.scope}",
        f"report.axis.map.{subject.scope}",
        _places(where, home, subject.part is not None),
        _marks(subject, where),
        len(where),
    )


def _home(subject: Subject) -> dict[str, int]:
    """Each actor's part, by its place in ``subject.parts``; -1 for a member that is in none of them."""
    best: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(subject.parts):
        for member in part.members:
            if member.confidence > best.get(member.actor_id, (-1.0, 0))[0]:
                best[member.actor_id] = (member.confidence, place)
    home = {actor_id: place for actor_id, (_, place) in best.items()}
    if subject.part:
        members = {member.actor_id for member in subject.part.members}
        home = {actor_id: home.get(actor_id, -1) for actor_id in members}
    return home


def _unit_square(subject: Subject) -> dict[str, tuple[float, float]]:
    xs = [point.x for point in subject.points]
    ys = [point.y for point in subject.points]
    low_x, low_y = min(xs), min(ys)
    span = max(max(xs) - low_x, max(ys) - low_y) or 1.0
    return {
        point.actor_id: ((point.x - low_x) / span, 1.0 - (point.y - low_y) / span) for point in subject.points
    }


def _places(
    where: Mapping[str, tuple[float, float]], home: Mapping[str, int], inside: bool
) -> tuple[Place, ...]:
    """One dot for each place that is taken, in the colour of most who stand there; parts over the rest."""
    taken: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for actor_id, (x, y) in where.items():
        taken[round(x * CELLS), round(y * CELLS)][_colour(home.get(actor_id), inside)] += 1
    places = [
        Place(x / CELLS, y / CELLS, min(colours, key=lambda each: (each == "hue-none", -colours[each], each)))
        for (x, y), colours in taken.items()
    ]
    return tuple(sorted(places, key=lambda each: (each.colour != "hue-none", each.colour, each.y, each.x)))


def _colour(place: int | None, inside: bool) -> str:
    if place is None or (not inside and not 0 <= place < COLOURS):
        return "hue-none"
    return f"hue-{place}" if 0 <= place < COLOURS else "ink"


def _marks(subject: Subject, where: Mapping[str, tuple[float, float]]) -> tuple[Mark, ...]:
    marks = []
    for number, part in enumerate(subject.parts[:COLOURS], start=1):
        places = [where[member.actor_id] for member in part.members if member.actor_id in where]
        if places:
            middle = len(places) // 2
            x = sorted(x for x, _ in places)[middle]
            y = sorted(y for _, y in places)[middle]
            marks.append(Mark(x, y, number, linked(part), len(part.members)))
    return tuple(marks)
