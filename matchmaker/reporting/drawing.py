"""Numbers into vector pictures: one SVG for the page and for the PDF, coloured by class names alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

from matchmaker.reporting.values import Bars, Cell, Columns, Ladder, Map, Mark, Plot, Stacks
from matchmaker.wording import Wording

WIDTH = 360.0
"""All pictures are this many units wide, and a unit is about a pixel on a narrow screen."""
LETTER = 6.1
"""Width of a letter at the size of labels, on average; long labels are cut by it."""
CAPITAL = 1.35
"""Width of a capital, in letters."""
BAR_TOP, BAR_HEIGHT, ROW = 16.0, 12.0, 36.0
COLUMNS_HEIGHT, COLUMNS_LEFT = 120.0, 34.0
KEY_ROW = 16.5
MARK = 8.0

PALETTE = {
    "accent": "#1b614a",
    "warm": "#8a4b0c",
    "quiet": "#58615c",
    "ink": "#1d2421",
    "company": "#1f6fb2",
    "supplier": "#b3541e",
    "service_provider": "#7a52a8",
    "knowledge_institution": "#17806d",
    "public_body": "#b03a63",
    "other": "#6c706b",
    "hue-0": "#1f6fb2",
    "hue-1": "#c26a12",
    "hue-2": "#17806d",
    "hue-3": "#b03a63",
    "hue-4": "#7a52a8",
    "hue-5": "#7c7a12",
    "hue-6": "#0f8fa8",
    "hue-7": "#9a5a3a",
    "hue-8": "#4f8a2b",
    "hue-9": "#c2458f",
    "hue-10": "#4a5fc0",
    "hue-11": "#8d6b00",
    "hue-none": "#9aa09a",
}
"""Colours on paper, by the names that the pages' style sheet gives them."""

Written = Callable[[Cell], str]


def draw(plot: Plot, wording: Wording, written: Written) -> str:
    """The picture as SVG without a namespace of styles; ``written`` puts a cell in words."""
    if isinstance(plot, Bars):
        return _bars(plot, wording, written)
    if isinstance(plot, Stacks):
        return _stacks(plot, wording, written)
    if isinstance(plot, Columns):
        return _columns(plot, wording)
    if isinstance(plot, Ladder):
        return _ladder(plot, wording, written)
    return _map(plot, wording)


def cut(text: str, room: float) -> str:
    """A label that fits in so many units, with an ellipsis where it was cut."""
    left = max(4 * LETTER, room)
    for place, letter in enumerate(text):
        left -= LETTER * (CAPITAL if letter.isupper() else 1)
        if left < 0:
            return text[: max(3, place - 1)].rstrip(" ,") + "…"
    return text


def ticks(most: float, count: int = 4) -> list[float]:
    """Round numbers from 0 up to the first that is no less than ``most``."""
    if most <= 0:
        return [0.0, 1.0]
    raw = most / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * (1 - 1e-9))
    return [step * place for place in range(math.ceil(most / step - 1e-9) + 1)]


def _svg(height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {WIDTH:g} {height:g}">'
        + "".join(parts)
        + "</svg>"
    )


def _text(x: float, y: float, words: str, name: str = "plot-label") -> str:
    return f'<text class="{name}" x="{x:.4g}" y="{y:.4g}">{escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, name: str) -> str:
    return f'<rect class="{name}" x="{x:.4g}" y="{y:.4g}" width="{width:.4g}" height="{height:.4g}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<path class="{name}" d="M{x1:.4g} {y1:.4g}L{x2:.4g} {y2:.4g}"/>'


def _scale(most: float, shown: Iterable[str]) -> tuple[list[float], float]:
    """Ticks of the axis of bars, and units a value of 1 is long; beside the bars there is room for what is shown."""
    marked = ticks(most)
    room = 12 + LETTER * max(map(len, shown), default=0)
    return marked, (WIDTH - min(max(room, 40.0), 0.6 * WIDTH)) / marked[-1]


def _axis(
    marked: Sequence[float], unit: float, top: float, foot: float, wording: Wording, share: bool
) -> list[str]:
    parts = []
    for value in marked:
        x = value * unit
        decimals = 0 if share or all(each == int(each) for each in marked) else 1 if marked[1] >= 0.1 else 2
        words = wording.percent(value) if share else wording.number(value, decimals)
        name = "plot-tick plot-start" if not value else "plot-tick"
        parts += [_line(x, top, x, foot, "plot-grid"), _text(x, foot + 12, words, name)]
    return parts


def _bars(plot: Bars, wording: Wording, written: Written) -> str:
    top = 14.0 if plot.reference is not None else 0.0
    foot = top + ROW * len(plot.bars)
    reach = [max(each.value, each.high or 0.0) for each in plot.bars] + [plot.reference or 0.0]
    share = plot.axis.endswith("share")
    shown = [written(bar.shown) for bar in plot.bars]
    marked, unit = _scale(plot.most or max(reach), shown)
    parts = _axis(marked, unit, top, foot, wording, share)
    for place, bar in enumerate(plot.bars):
        y = top + ROW * place
        end = max(bar.value, 0.0) * unit
        parts.append(_text(0, y + 12, cut(written(bar.label), WIDTH)))
        parts.append(_rect(0, y + BAR_TOP, max(end, 0.5), BAR_HEIGHT, f"fill-{bar.colour}"))
        if bar.low is not None and bar.high is not None:
            low, high = bar.low * unit, min(bar.high, marked[-1]) * unit
            middle = y + BAR_TOP + BAR_HEIGHT / 2
            parts.append(_line(low, middle, high, middle, "plot-whisker"))
            parts += [_line(x, middle - 3, x, middle + 3, "plot-whisker") for x in (low, high)]
            end = max(end, high)
        if plot.reference is not None and end < plot.reference * unit < end + 8 + LETTER * len(shown[place]):
            end = plot.reference * unit
        parts.append(_text(end + 5, y + BAR_TOP + 10.3, shown[place], "plot-value"))
    if plot.reference is not None:
        x = plot.reference * unit
        # Beside the bars alone, so that it strikes through no label.
        parts += [
            _line(x, y + BAR_TOP - 2.5, x, y + BAR_TOP + BAR_HEIGHT + 2.5, "plot-reference")
            for y in (top + ROW * place for place in range(len(plot.bars)))
        ]
        parts.append(_text(x + 3, 10, written(plot.reference_label), "plot-tick plot-start"))
    parts.append(_text(0, foot + 26, wording(plot.axis), "plot-axis"))
    return _svg(foot + 31, parts)


def _stacks(plot: Stacks, wording: Wording, written: Written) -> str:
    totals = [sum(part.value for part in stack.parts) for stack in plot.stacks]
    keys = list(dict.fromkeys((part.key, part.colour) for stack in plot.stacks for part in stack.parts))
    key, top = _key([(wording(name), colour) for name, colour in keys])
    marked, unit = _scale(float(max(totals)), [str(total) for total in totals])
    foot = top + ROW * len(totals)
    parts = key + _axis(marked, unit, top, foot, wording, share=False)
    for place, (stack, total) in enumerate(zip(plot.stacks, totals, strict=True)):
        y = top + ROW * place
        label = f"{stack.number}. {written(stack.label)}" if stack.number else written(stack.label)
        parts.append(_text(0, y + 12, cut(label, WIDTH)))
        x = 0.0
        for part in stack.parts:
            width = part.value * unit
            parts.append(_rect(x, y + BAR_TOP, width, BAR_HEIGHT, f"fill-{part.colour} plot-part"))
            if len(stack.parts) > 1 and width > 7 + LETTER * len(str(part.value)):
                parts.append(
                    _text(x + width / 2, y + BAR_TOP + 9.8, wording.number(part.value), "plot-inside")
                )
            x += width
        parts.append(_text(x + 5, y + BAR_TOP + 10.3, wording.number(total), "plot-value"))
    parts.append(_text(0, foot + 26, wording(plot.axis), "plot-axis"))
    return _svg(foot + 31, parts)


def _key(entries: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """What the colours mean, and where the picture below it may begin."""
    parts, x, y = [], 0.0, 0.0
    for words, colour in entries:
        # Letters of a screen's own font are wider than those that labels are cut by.
        width = 20 + 1.15 * LETTER * len(words)
        if x and x + width > WIDTH:
            x, y = 0.0, y + KEY_ROW
        parts += [_rect(x, y + 2, 9, 9, f"fill-{colour}"), _text(x + 13, y + 10.8, words, "plot-label")]
        x += width + 6
    return parts, y + KEY_ROW + 7


def _columns(plot: Columns, wording: Wording) -> str:
    years = sorted(plot.values)
    marked = ticks(max(plot.values.values(), default=0), 3)
    if marked[1] < 1:
        marked = [0.0, 1.0]
    top, left = 18.0, COLUMNS_LEFT
    foot = top + COLUMNS_HEIGHT
    step = (WIDTH - left) / max(len(years), 1)
    wide = min(0.72 * step, 34.0)
    every = max(1, math.ceil(28 / step))
    parts = []
    for value in marked:
        y = foot - COLUMNS_HEIGHT * value / marked[-1]
        parts += [
            _line(left, y, WIDTH, y, "plot-grid"),
            _text(left - 5, y + 3.5, wording.number(value), "plot-tick plot-end"),
        ]
    for place, year in enumerate(years):
        middle = left + step * (place + 0.5)
        value = plot.values[year]
        height = COLUMNS_HEIGHT * value / marked[-1]
        hollow = " plot-hollow" if plot.unfinished and year == years[-1] else ""
        if value:
            parts.append(
                _rect(
                    middle - wide / 2,
                    foot - height,
                    wide,
                    height,
                    f"fill-{plot.colour} stroke-{plot.colour}{hollow}",
                )
            )
        if step >= 4 + LETTER * len(wording.number(value)):
            parts.append(_text(middle, foot - height - 3, wording.number(value), "plot-value plot-middle"))
        if (len(years) - 1 - place) % every == 0:
            parts.append(_text(middle, foot + 12, str(year), "plot-tick"))
    parts.append(_text(0, foot + 27, wording(plot.axis), "plot-axis"))
    return _svg(foot + 32, parts)


def _ladder(plot: Ladder, wording: Wording, written: Written) -> str:
    right, row, top = 76.0, 31.0, 18.0
    step = (WIDTH - right) / len(plot.steps)
    foot = top + row * len(plot.rungs)
    parts = [
        _text(step * place + 1, top - 6, wording(name), "plot-tick plot-start")
        for place, name in enumerate(plot.steps)
    ]
    for place, rung in enumerate(plot.rungs):
        y = top + row * place
        parts.append(_text(0, y + 13, cut(written(rung.label), WIDTH)))
        for at in range(len(plot.steps)):
            reached = rung.reached is not None and at <= rung.reached
            name = "fill-accent plot-part" if reached else "plot-open"
            parts.append(_rect(step * at, y + 17, step - 2, 9, name))
        parts.append(_text(WIDTH - right + 5, y + 26, cut(written(rung.shown), right - 5), "plot-value"))
    if plot.marked is not None:
        parts.append(_rect(step * plot.marked - 1.5, 0.7, step + 1, foot, "plot-frame"))
    parts.append(_text(0, foot + 16, wording(plot.axis), "plot-axis"))
    return _svg(foot + 21, parts)


def _map(plot: Map, wording: Wording) -> str:
    margin = 8.0
    size = WIDTH - 2 * margin
    low = min((each.y for each in plot.places), default=0.0)
    high = max((each.y for each in plot.places), default=1.0)
    foot = 2 * margin + size * (high - low)
    parts = [_rect(0, 0, WIDTH, foot, "plot-ground")]
    width = 3 if len(plot.places) > 600 else 5
    by_colour: dict[str, list[str]] = {}
    for each in plot.places:
        x, y = margin + size * each.x, margin + size * (each.y - low)
        by_colour.setdefault(each.colour, []).append(f"M{x:.4g} {y:.4g}h.01")
    parts += [
        f'<path class="plot-dots stroke-{colour}" stroke-width="{width}" d="{"".join(moves)}"/>'
        for colour, moves in by_colour.items()
    ]
    for mark, x, y in _apart(plot.marks, margin, size, low):
        parts.append(
            f'<circle class="plot-mark stroke-hue-{mark.number - 1}" cx="{x:.4g}" cy="{y:.4g}" r="{MARK:g}"/>'
        )
        parts.append(_text(x, y + 3.6, str(mark.number), "plot-number"))
    y = foot + 14
    parts.append(_text(0, y, wording(plot.axis), "plot-axis"))
    if plot.marks:
        y += KEY_ROW
        parts.append(_text(0, y, wording("report.axis.map.numbers"), "plot-axis"))
    return _svg(y + 6, parts)


def _apart(marks: Sequence[Mark], margin: float, size: float, low: float) -> list[tuple[Mark, float, float]]:
    """Marks moved down until none lies on another."""
    placed: list[tuple[Mark, float, float]] = []
    for mark in marks:
        x, y = margin + size * mark.x, margin + size * (mark.y - low)
        while any(
            (x - other_x) ** 2 + (y - other_y) ** 2 < (2 * MARK + 1) ** 2 for _, other_x, other_y in placed
        ):
            y += 2.0
        placed.append((mark, x, y))
    return placed
