"""How the figures of a run are printed, and what is said meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.metering import Meter
from matchmaker.matching.judging import Line
from matchmaker.matching.measures import Figure

Cost = Mapping[str, tuple[Meter, Meter]]
"""By arm, what fitting and asking took."""


def accuracy(found: Sequence[Line], best: str, cost: Cost | None = None) -> tuple[list[str], list[list[str]]]:
    """Header and rows; the arm that the others are compared with is printed bold."""
    header = ["arm", "nDCG@20", "recall@20", "recall@50", "hit@10", "coverage", "Gini", "to the bold one"]
    rows = [
        [
            f"**{line.name}**" if line.name == best else line.name,
            figure(line.ndcg_20),
            plain(line.recall_20),
            plain(line.recall_50),
            plain(line.hit_10),
            f"{line.coverage:.3f}",
            f"{line.gini:.3f}",
            figure(line.to_best_baseline, places=2),
        ]
        for line in found
    ]
    if cost:
        header += ["fit, s", "ask, s", "memory, MB"]
        for line, row in zip(found, rows, strict=True):
            fitting, asking = cost[line.name]
            memory = [each.megabytes for each in (fitting, asking) if each.megabytes is not None]
            row += [
                f"{fitting.seconds:.0f}",
                f"{asking.seconds:.0f}",
                f"{max(memory):.0f}" if memory else "",
            ]
    return header, rows


def figure(each: Figure, *, places: int = 4) -> str:
    """A figure with its interval."""
    return f"{each.value:.{places}f} ({each.low:.{places}f}-{each.high:.{places}f})"


def plain(each: Figure) -> str:
    """A figure without its interval."""
    return f"{each.value:.3f}"


def show(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print one table."""
    say("")
    print(f"\n### {title}\n")
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


def say(what: str, done: int = 0, total: int = 0) -> None:
    """Say on standard error what is under way, in one line of a terminal."""
    text = f"{what} {done / total:.0%}" if total else what
    end = "\r" if sys.stderr.isatty() else "\n"
    if end == "\r" or not total:
        print(f"{text:<70}" if end == "\r" else text, end=end if text else "", file=sys.stderr, flush=True)


def count(done: int, total: int) -> None:
    """Say how many are done."""
    say(f"  {done:,} of {total:,}", done, total)
