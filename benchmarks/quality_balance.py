"""What balanced exposure costs in accuracy, over everybody's lists at once, as figures and as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaker.matching.exposure import Market, Measures, Terms, measure
from matchmaker.matching.judging import (
    LONGEST_LIST,
    SEEKERS_AT_ONCE,
    SHOWN,
    Arm,
    Line,
    Told,
    allowed_scores,
    judge_lists,
    lines,
)
from matchmaker.matching.measures import NOBODY, best, gini
from matchmaker.matching.splits import Past, Questions

CANDIDATES = 300
BALANCES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
FLOOR = 2


@dataclass(frozen=True, slots=True)
class Balanced:
    """One point of the curve."""

    balance: float
    line: Line
    """Of the seekers that are judged."""
    coverage: float
    """Share of the known actors in anybody's list."""
    gini: float
    """Of the known actors' exposure in everybody's lists."""
    measures: Measures
    """Of everybody's lists, unknown actors counted too."""


def balanced(arm: Arm, asked: Questions, past: Past, *, progress: Told | None = None) -> Iterator[Balanced]:
    """The curve over ``BALANCES``; lists hold new partners of other groups only."""
    market = Market(candidates(arm, past, progress=progress))
    for balance in BALANCES:
        made = market.propose(Terms(balance, SHOWN, more=LONGEST_LIST - SHOWN, floor=FLOOR))
        lists = np.full((len(asked), LONGEST_LIST), NOBODY, dtype=np.intp)
        for place, seeker in enumerate(asked.seekers):
            partners = made.of(int(seeker))[:LONGEST_LIST]
            lists[place, : len(partners)] = partners
        judged = judge_lists(lists, asked.relevant, past)
        exposure = made.exposure()[past.known]
        yield Balanced(
            balance=balance,
            line=lines({"": judged}, "")[0],
            coverage=float((exposure > 0).mean()),
            gini=gini(exposure),
            measures=measure(made),
        )


def candidates(arm: Arm, past: Past, *, progress: Told | None = None) -> sparse.csr_array:
    """Everybody's best new partners with their scores, shape (n, n)."""
    known = np.flatnonzero(past.known).astype(np.intp)
    rows, columns, values = [], [], []
    for start in range(0, len(known), SEEKERS_AT_ONCE):
        seekers = known[start : start + SEEKERS_AT_ONCE]
        scores = allowed_scores(arm, seekers, past)
        lists = best(scores, CANDIDATES)
        place, position = np.nonzero(lists != NOBODY)
        rows.append(seekers[place])
        columns.append(lists[place, position])
        values.append(np.maximum(scores[place, lists[place, position]], 0))
        if progress:
            progress(start + len(seekers), len(known))
    shape = (len(past.known), len(past.known))
    return sparse.csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape
    )


WIDTH, HEIGHT, MARGIN = 640, 380, 70
OURS_COLOUR, THEIRS_COLOUR = "#0b6e4f", "#8a4b08"


def picture(curve: Sequence[Balanced], others: Mapping[str, tuple[float, float]]) -> str:
    """The curve as an SVG: nDCG@20 over coverage, with other ways as squares; ``others`` by name: coverage, nDCG@20."""
    ours = {f"{each.balance:g}": (each.line.coverage, each.line.ndcg_20.value) for each in curve}
    across, up = (_axis([place[axis] for place in (*ours.values(), *others.values())]) for axis in (0, 1))

    def at(coverage: float, accuracy: float) -> tuple[float, float]:
        x = MARGIN + (WIDTH - MARGIN - 30) * (coverage - across[0]) / (across[-1] - across[0])
        y = HEIGHT - 60 - (HEIGHT - 90) * (accuracy - up[0]) / (up[-1] - up[0])
        return round(x, 1), round(y, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="Accuracy against coverage" font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    ]
    for value in across:
        (x, bottom), (_, top) = at(value, up[0]), at(value, up[-1])
        parts.append(f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{x}" y="{bottom + 20}" text-anchor="middle" fill="#444">{value:.2g}</text>')
    for value in up:
        (left, y), (right, _) = at(across[0], value), at(across[-1], value)
        parts.append(f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end" fill="#444">{value:.2f}</text>')
    parts.append(
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">coverage by these seekers\' lists</text>'
    )
    parts.append(
        f'<text transform="translate(20 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">nDCG@20</text>'
    )
    line = " ".join(f"{x},{y}" for x, y in (at(*place) for place in ours.values()))
    parts.append(f'<polyline fill="none" stroke="{OURS_COLOUR}" stroke-width="2.5" points="{line}"/>')
    for name, place in ours.items():
        x, y = at(*place)
        said = "balance 0" if name == "0" else name
        parts.append(f'<circle cx="{x}" cy="{y}" r="4.5" fill="{OURS_COLOUR}"/>')
        parts.append(f'<text x="{x + 8}" y="{y - 8}" fill="{OURS_COLOUR}">{said}</text>')
    for name, place in others.items():
        x, y = at(*place)
        parts.append(f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{THEIRS_COLOUR}"/>')
        parts.append(f'<text x="{x + 9}" y="{y + 5}" fill="{THEIRS_COLOUR}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axis(values: Sequence[float]) -> list[float]:
    """Round values that span the given ones."""
    step = 10 ** np.floor(np.log10(max(values) - min(values)))
    return [
        float(each)
        for each in np.arange(np.floor(min(values) / step), np.ceil(max(values) / step) + 1) * step
    ]
