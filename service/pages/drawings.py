"""Small pictures as numbers: what the templates write into inline SVG, so that no page needs inline styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.actors import ActorGroup

LINE_WIDTH, LINE_HEIGHT = 120.0, 28.0
CURVE_WIDTH, CURVE_HEIGHT, CURVE_MARGIN = 240.0, 76.0, 7.0
COLUMN_STEP, COLUMNS_HEIGHT = 40, 140.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One actor group's part of a bar that is 100 units wide."""

    group: ActorGroup
    count: int
    start: float
    width: float


def composition_bar(composition: Mapping[ActorGroup, int]) -> tuple[Segment, ...]:
    """The parts of a bar, in the order of the actor groups; groups without members are left out."""
    total = sum(composition.values())
    segments: list[Segment] = []
    start = 0.0
    for group in ActorGroup:
        count = composition.get(group, 0)
        if count:
            width = 100 * count / total
            segments.append(Segment(group, count, round(start, 2), round(width, 2)))
            start += width
    return tuple(segments)


@dataclass(frozen=True, slots=True)
class Line:
    """A cumulative count over the years as the points of a polyline, ``LINE_WIDTH`` by ``LINE_HEIGHT`` units."""

    points: str
    end_x: float
    end_y: float
    first_year: int
    first: int
    last_year: int
    last: int


def growth_line(growth: Mapping[int, int], until: int) -> Line | None:
    """The line of a growth up to the year ``until``, or ``None`` where there are not two years to draw."""
    if growth:
        growth = {until: max(growth.values()), **growth}
    if len(growth) < 2:
        return None
    years = sorted(growth)
    span, most = years[-1] - years[0], max(max(growth.values()), 1)
    places = [
        (
            round(2 + (LINE_WIDTH - 6) * (year - years[0]) / span, 1),
            round(LINE_HEIGHT - 3 - (LINE_HEIGHT - 6) * growth[year] / most, 1),
        )
        for year in years
    ]
    points = " ".join(f"{x:g},{y:g}" for x, y in places)
    return Line(points, *places[-1], years[0], growth[years[0]], years[-1], growth[years[-1]])


@dataclass(frozen=True, slots=True)
class Column:
    """One year of a column chart ``COLUMNS_HEIGHT`` units high; heights are measured from the bottom."""

    year: int
    x: int
    active: int
    active_height: float
    began: int
    began_height: float


def growth_columns(
    growth: Mapping[int, int], collaborations: Mapping[int, int], until: int
) -> tuple[Column, ...]:
    """A column for every year from the first with a figure to ``until``; years between without one carry on."""
    years = sorted({*growth, *collaborations})
    if not years:
        return ()
    most = max(1, *growth.values(), *collaborations.values())
    columns: list[Column] = []
    active = 0
    for position, year in enumerate(range(years[0], max(years[-1], until) + 1)):
        active, began = growth.get(year, active), collaborations.get(year, 0)
        columns.append(
            Column(
                year=year,
                x=position * COLUMN_STEP,
                active=active,
                active_height=round(COLUMNS_HEIGHT * active / most, 1),
                began=began,
                began_height=round(COLUMNS_HEIGHT * began / most, 1),
            )
        )
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class Curve:
    """A measure over the balance as a polyline, ``CURVE_WIDTH`` by ``CURVE_HEIGHT`` units; the foot of it is 0."""

    points: str
    now_x: float
    now_y: float
    """Where the balance that is shown is."""
    first: float
    last: float
    now: float


def curve(values: Sequence[tuple[float, float]], now: tuple[float, float]) -> Curve:
    """The line through values at balances from 0 to 1, and where it is now."""
    most = max(*(value for _, value in values), now[1], 1e-9)

    def place(balance: float, value: float) -> tuple[float, float]:
        return (
            round(CURVE_MARGIN + (CURVE_WIDTH - 2 * CURVE_MARGIN) * balance, 1),
            round(CURVE_HEIGHT - CURVE_MARGIN - (CURVE_HEIGHT - 2 * CURVE_MARGIN) * value / most, 1),
        )

    points = " ".join(f"{x:g},{y:g}" for x, y in (place(*each) for each in values))
    return Curve(points, *place(*now), values[0][1], values[-1][1], now[1])
