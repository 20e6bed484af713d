"""Commands that show how the cluster develops: what rises and falls, and how far each part has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.analysis import Analysis
    from matchmaker.landscape.phases import Evidence, PhaseDiagnosis
    from matchmaker.landscape.trends import Trend, Trends

Answer = TypeVar("Answer")

ROWS_SHOWN = 15
"""Of each kind of trend, as text."""

NOTES = {
    "no_collaborations": "There are no collaborations here: nothing can rise or fall.",
    "no_dates": "No collaboration has a date: what rises and falls cannot be told.",
    "no_complete_year": "No year is complete yet: nothing can be compared.",
    "one_year": "There is one complete year only: nothing can be compared.",
    "partial_year": "The last year is not complete and is left out.",
    "undated": "Collaborations without a date are left out.",
    "future": "Collaborations dated after today are left out.",
    "nothing_to_compare": "The whole has nothing to be compared with: its own growth may be that of calls and programmes.",
    "no_fields": "No fields of science are known.",
    "no_calls": "No calls are known: each collaboration counts by itself, so a trend may be one call's.",
    "no_ends": "No last days are known: who has left is counted from first days.",
}

last_option = click.option("--to", "last", type=int, metavar="YEAR", help="The last year that counts.")
sub_cluster_argument = click.argument("sub_cluster", required=False)


def _asked(folder: Path, question: Callable[[Analysis], Answer]) -> tuple[Answer, dict[str, str]]:
    """The answer to a question, and the labels of the sub-clusters; a year that cannot be asked for is wrong usage."""
    with opened(folder) as workspace:
        published = workspace.published()
        try:
            answer = question(published.analysis)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        return answer, {each.id: each.label for each in published.sub_clusters()}


@click.command(
    "trends",
    cls=Examples,
    examples="matchmaker trends\nmatchmaker trends sc-6b7a9fa22e --from 2019 --to 2024\nmatchmaker trends --json",
)
@sub_cluster_argument
@click.option("--from", "first", type=int, metavar="YEAR", help="The first year that counts.")
@last_option
@as_json
@click.pass_obj
def trends(
    folder: Path, sub_cluster: str | None, first: int | None, last: int | None, json_output: bool
) -> None:
    """Show what rises and falls, in the whole cluster or in SUB_CLUSTER (an id), and who is new or has left.

    A rate is the factor by which the odds change in a year; q is the chance that it is none, after all tests.
    """
    today = date.today()
    found, labels = _asked(
        folder, lambda analysis: analysis.trends(sub_cluster, first=first, last=last, today=today)
    )
    if json_output:
        print_json(asdict(found))
        return
    for note in found.notes:
        out.print(NOTES[note], markup=False)
    for year, count in found.collaborations.items():
        out.print(f"{year}  {count} collaborations", markup=False)
    _show_trends(found, labels)
    _show_turnover(found)


def _show_trends(found: Trends, labels: dict[str, str]) -> None:
    shown: dict[str, int] = {}
    for each in (*found.growth, *found.items):
        shown[each.kind] = shown.get(each.kind, 0) + 1
        if shown[each.kind] <= ROWS_SHOWN:
            out.print(_trend_line(each, labels), markup=False)
    tested = ", ".join(f"{in_words(kind)} {count}" for kind, count in found.tested.items() if count)
    if tested:
        out.print(
            f"Tested, by kind: {tested}. Terms that neither rise nor fall are not listed.", markup=False
        )


def _trend_line(each: Trend, labels: dict[str, str]) -> str:
    name = labels.get(each.name, in_words(each.name))
    counts = " ".join(map(str, each.counts.values()))
    rate = f"x {each.rate:.2f} a year ({each.low:.2f} to {each.high:.2f}), q {each.q:.2g}"
    return f"{in_words(each.tendency):11}  {in_words(each.kind)}: {name}  {rate}  [{counts}]"


def _show_turnover(found: Trends) -> None:
    coming = found.turnover
    if coming is None:
        return
    new = ", ".join(f"{year}: {count}" for year, count in coming.new.items())
    left = ", ".join(f"{year}: {count}" for year, count in coming.left.items() if count)
    out.print(f"New actors: {new or 'cannot be told from one year'}", markup=False)
    out.print(
        f"Left: {left or 'none'} (last work ended then, and nothing since for {coming.patience:g} years or more). "
        f"Still at work: {coming.running}. Too early to tell: {coming.quiet}.",
        markup=False,
    )


@click.command(
    "phases",
    cls=Examples,
    examples="matchmaker phases\nmatchmaker phases sc-6b7a9fa22e\nmatchmaker phases --to 2022 --json\n"
    "matchmaker phases --spun-off sc-1dd84ee293=2022",
)
@sub_cluster_argument
@last_option
@click.option(
    "--spun-off",
    "births",
    multiple=True,
    metavar="ID=YEAR",
    help="A sub-cluster that became its own in that year and began again at emerging; may be repeated.",
)
@as_json
@click.pass_obj
def phases(
    folder: Path, sub_cluster: str | None, last: int | None, births: tuple[str, ...], json_output: bool
) -> None:
    """Show how far the cluster and its sub-clusters have come, or all the evidence for SUB_CLUSTER (an id).

    A selection leaves out a fifth of the collaborations. Standing, 0 to 1, is the place among siblings, sign by sign.
    """
    today, spun_off = date.today(), dict(map(_birth, births))
    found, _ = _asked(
        folder,
        lambda analysis: analysis.phases(
            sub_cluster, every=sub_cluster is None, year=last, today=today, spun_off=spun_off
        ),
    )
    if json_output:
        print_json({"items": [asdict(each) for each in found]})
    elif sub_cluster is None:
        _show_all(found)
    else:
        _show_one(found[0])


def _birth(text: str) -> tuple[str, int]:
    name, _, year = text.rpartition("=")
    if not name or not year.isdecimal():
        raise click.UsageError(f"--spun-off needs ID=YEAR, such as sc-1dd84ee293=2022, not {text!r}.")
    return name, int(year)


def _show_all(found: Sequence[PhaseDiagnosis]) -> None:
    for each in found:
        parts = [each.phase.value]
        if each.earliest != each.latest:
            parts.append(f"with what is not known {each.earliest} to {each.latest}")
        parts.append(f"the same in {100 * each.stability.get(each.phase, 0):.0f} % of selections")
        if each.standing is not None:
            parts.append(f"standing {each.standing:.2f}")
        name = f"{each.sub_cluster_id}  {each.label}" if each.sub_cluster_id else "The whole cluster"
        out.print(f"{name}: {', '.join(parts)}", markup=False)
        out.print(f"    {_movement(each)}", markup=False)


def _movement(each: PhaseDiagnosis) -> str:
    """The phases in their order with the year in which each began."""
    steps: list[str] = []
    before = None
    for year, phase in each.movement.items():
        if phase != before:
            steps.append(f"{phase} {year}")
        before = phase
    return ", ".join(steps) or "no dates"


def _show_one(found: PhaseDiagnosis) -> None:
    out.print(
        f"{found.label or 'The whole cluster'}: {found.phase}"
        + (f" at the end of {found.year}" if found.year else ""),
        markup=False,
    )
    out.print(f"Movement: {_movement(found)}", markup=False)
    if found.earliest != found.latest:
        out.print(f"With what is not known it may be {found.earliest} to {found.latest}.", markup=False)
    drawn = ", ".join(f"{phase} {100 * share:.0f} %" for phase, share in found.stability.items())
    out.print(f"With a fifth of the collaborations left out: {drawn}.", markup=False)
    for each in found.signs:
        out.print(_sign_line(each), markup=False)
    counted = ", ".join(f"{phase} {count}" for phase, count in list(found.support.items())[1:])
    out.print(f"Votes: {counted}; of {found.voters} known signs.", markup=False)
    if found.unmet or found.votes_missing:
        wanted = ", ".join(map(in_words, found.unmet)) or "no further condition"
        out.print(f"The next phase lacks: {wanted}; votes: {found.votes_missing}.", markup=False)
    out.print("What fits this phase:", markup=False)
    for step in found.steps:
        count = "" if step.count is None else f" ({step.count})"
        out.print(f"  {in_words(step.seen):9}  {in_words(step.activity)}{count}", markup=False)


def _sign_line(each: Evidence) -> str:
    name = f"  {in_words(each.sign):15}"
    if each.value is None:
        return f"{name}unknown ({in_words(each.unknown or '')}): does not vote"
    borders = ", ".join(f"{border:.2g}" for border in each.borders)
    figure = f"{'at least ' if each.at_least else ''}{each.value:.4g}"
    near = ", near a border" if each.near else ""
    place = "" if each.standing is None else f"; standing {each.standing:.2f}"
    return f"{name}{figure} supports {each.supports} (borders {borders}{near}){place}"
