"""Spin-off candidates of past days against what came of them, on all of CORDIS, and where the shipped forecast is learned.

    python -m benchmarks.spin_offs [--cordis ZIP] [--cache FOLDER] [--model NAME] [--parts growth,rolling,entries] [--ship]

The forecast is learned on the last days of June to December 2022, whose following year was over by the end of 2023, and judged
on the last day of 2023 by what 2024 brought. ``--ship`` then narrows it by all of 2023 and writes
``matchmaker/landscape/outlook.json``. The first run reads and encodes CORDIS, ten minutes on two cores, and keeps what it made in
the cache. Prints Markdown; figures in brackets hold 95 % of a bootstrap over groups.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

import matchmaker.landscape
from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say
from matchmaker.centring import centre
from matchmaker.corpus import Corpus, day_number, day_of
from matchmaker.landscape.activity import Activity, activity
from matchmaker.landscape.backtest import (
    FORECAST,
    QUESTIONS,
    RANKINGS,
    Backtest,
    Found,
    judged,
    look,
    region_numbers,
)
from matchmaker.landscape.documents import documents
from matchmaker.landscape.field_entries import EntryRow, entry_rows
from matchmaker.landscape.growth_signs import signs
from matchmaker.landscape.outlook import Model, fitted, narrowed, record
from matchmaker.landscape.panels import Panel, months_after, outcome
from matchmaker.landscape.precision import Estimate

LEARNED = tuple(
    date(2022, month, last)
    for month, last in ((6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31))
)
NARROWED = (date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31))
JUDGED = date(2023, 12, 31)
YEARS_BEFORE = date(2022, 12, 31)
"""The one day that two years follow."""
TEXT_PANELS, TEXT_PANELS_JUDGED = 4, 10
SHIPPED = Path(matchmaker.landscape.__file__).with_name("outlook.json")
ORIGIN = (
    "Learned on groups of Horizon Europe projects (CORDIS) of 2022 and narrowed by those of 2023. On 2024, which it had not "
    "seen, its first twenty were right as often as those of the best simple ranking and no oftener."
)

_MEASURED: dict[int, tuple[NDArray[np.float64], NDArray[np.bool_]]] = {}
"""Signs and outcomes by panel, all of which live as long as the run."""


def main() -> None:
    """Learn, judge, print."""
    asked = _arguments()
    corpus, raw = cordis(asked.cordis, asked.cache, asked.model, progress=lambda *_: None)
    encoded = np.asarray(raw)
    vectors = centre(encoded, corpus.languages).centred(encoded, corpus.languages)
    acted = activity(corpus, documents(corpus, vectors))
    parts = asked.parts.split(",")
    looked: dict[date, Found] = {}

    def found(day: date, panels: int = TEXT_PANELS) -> Found:
        if day not in looked:
            say(f"looking at {day}")
            looked[day] = look(corpus, vectors, acted, day, text_panels=panels)
        return looked[day]

    if "growth" in parts or asked.ship:
        judged_day = found(JUDGED, TEXT_PANELS_JUDGED)
        model = learned(acted, [found(day) for day in LEARNED])
        print(f"Weights: {model.weights}\n")
        if "growth" in parts:
            regions = region_numbers(corpus)
            show(f"On {JUDGED}, learned before", judged(acted, [judged_day], regions, model, []))
            show(
                f"On {YEARS_BEFORE}, learned from that very day too",
                judged(acted, [found(YEARS_BEFORE)], regions, model, []),
            )
        if asked.ship:
            ship(acted, model, [found(day) for day in NARROWED])
    if "rolling" in parts:
        rolling(acted, corpus, [found(day) for day in sorted({*LEARNED, *NARROWED})])
    if "entries" in parts:
        show_entries(
            entry_rows(corpus, [day_number(day) for day in (date(2022, 6, 30), YEARS_BEFORE, JUDGED)])
        )


def learned(acted: Activity, past: Sequence[Found]) -> Model:
    """A model from all panels of some past days."""
    panels = [one for each in past for one in (each.candidates, *each.texts[:TEXT_PANELS])]
    return fitted(*_signs_and_outcomes(acted, panels), ORIGIN)


def ship(acted: Activity, model: Model, past: Sequence[Found]) -> None:
    """Narrow the model by later days and write it with its record on the specialisations of those days."""
    panels = [one for each in past for one in (each.candidates, *each.texts[:TEXT_PANELS])]
    final = narrowed(model, *_signs_and_outcomes(acted, panels), ORIGIN)
    held, came = _signs_and_outcomes(acted, [each.candidates for each in past])
    kept = np.concatenate(came)
    final = replace(
        final,
        record=record(final.probability(np.concatenate(held)), kept),
        base_rate=round(float(kept.mean()), 4),
    )
    SHIPPED.write_bytes(TypeAdapter(Model).dump_json(final, indent=2) + b"\n")
    say(f"written: {SHIPPED}")


def rolling(acted: Activity, corpus: Corpus, past: Sequence[Found]) -> None:
    """Each day with a model learned only from days whose year was over by then."""
    regions = region_numbers(corpus)
    print("\n### Rolling, learned from days whose year was over\n")
    print(
        "| day | learned from | panel | question | forecast at 20 | best other | at 20 | ratio |\n|---|---|---|---|---|---|---|---|"
    )
    for each in past:
        over = [one for one in past if months_after(one.day, 12) <= each.day]
        if not over:
            continue
        held = judged(
            acted, [replace(each, texts=each.texts[:TEXT_PANELS])], regions, learned(acted, over), []
        )
        for panel, question, best, ratio in held.against_best:
            at = {
                row.ranking: row.at_20
                for row in held.rows
                if (row.panel, row.question, row.months) == (panel, question, (0, 12))
            }
            print(
                f"| {day_of(each.day)} | {len(over)} days | {panel} | {question} | {_plain(at[FORECAST])} | {best} "
                f"| {_plain(at[best])} | {_plain(ratio)} |"
            )


def show(title: str, held: Backtest) -> None:
    """The table of one backtest as Markdown."""
    for panel in ("texts", "candidates"):
        for months in ((0, 12), (12, 24)):
            rows = {
                (row.question, row.ranking): row
                for row in held.rows
                if row.panel == panel and row.months == months
            }
            if not rows:
                continue
            print(f"\n### {title}: {panel}, months {months[0]} to {months[1]}, precision at 10 and at 20\n")
            print("| ranking | " + " | ".join(QUESTIONS) + " |\n|---|" + "---|" * len(QUESTIONS))
            for ranking in RANKINGS:
                cells = [
                    f"{_plain(row.at_10)}; {_plain(row.at_20)}"
                    if (row := rows.get((question, ranking)))
                    else ""
                    for question in QUESTIONS
                ]
                print(f"| {ranking} | " + " | ".join(cells) + " |")
    print()
    for panel, question, best, ratio in held.against_best:
        print(f"- {panel}, {question}: forecast over {best} at 20: {_plain(ratio)}")
    for one in held.calibration:
        bins = ", ".join(f"{each.low:.2f}+: {each.kept_growing} of {each.groups}" for each in one.bins)
        print(
            f"- {one.panel}: Brier {one.brier} against {one.brier_of_base_rate} of the base rate, {one.groups} groups ({bins})"
        )
    _show_named(held)


def _show_named(held: Backtest) -> None:
    named = sorted((each for each in held.named if each.place), key=lambda each: each.place or 0)
    print(
        "\n| place | candidate | probability | actors added, 12 months | against the whole | parent | like-sized | kept growing |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for each in named[:20]:
        print(
            f"| {each.place} | {each.label} | {each.probability:.2f} | {each.added['actors'].get(12, 0):.2f} | {each.against_whole} "
            f"| {each.against_parent} | {each.against_like_sized} | {each.kept_growing} |"
        )
    for title, some in (
        ("first 20", named[:20]),
        ("all candidates", named),
        ("all specialisations", list(held.named)),
    ):
        kept = [bool(each.kept_growing) for each in some if each.kept_growing is not None]
        if kept:
            print(f"\n{title}: {sum(kept)} of {len(kept)} kept growing.")


def show_entries(rows: Sequence[EntryRow]) -> None:
    """The table of entries into fields as Markdown."""
    print("\n### Entry into fields within a year\n")
    print(
        "| places | level | day | openings, entered | ranking | AUC | precision, first twentieth |\n|---|---|---|---|---|---|---|"
    )
    for row in rows:
        print(
            f"| {row.places} | {row.level} | {day_of(row.day)} | {row.openings}, {row.entered} | {row.ranking} | {_plain(row.auc)} "
            f"| {_plain(row.precision)} |"
        )


def _signs_and_outcomes(
    acted: Activity, panels: Sequence[Panel]
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.bool_]]]:
    some = [one for one in panels if len(one)]
    for one in some:
        if id(one) not in _MEASURED:
            came = outcome(acted, one, "actors", one.day, months_after(one.day, 12)).faster
            _MEASURED[id(one)] = (signs(acted, one, one.day), came)
    measured = [_MEASURED[id(one)] for one in some]
    return [each for each, _ in measured], [each for _, each in measured]


def _plain(each: Estimate | None) -> str:
    return "" if each is None else f"{each.value:.2f} [{each.low:.2f}, {each.high:.2f}]"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS, help="the official bulk file, a ZIP")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--model", default="", help="an encoder other than the installed one")
    parser.add_argument("--parts", default="growth,rolling,entries")
    parser.add_argument("--ship", action="store_true", help="write what was learned into the package")
    return parser.parse_args()


if __name__ == "__main__":
    main()
