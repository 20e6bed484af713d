"""The commands that set, list and remove what a facilitator has promised those who pay."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.events.outcomes import Measure, Target
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.arranging import Standing


@click.group("targets")
def targets() -> None:
    """Set what events are to come to, and see whether it is on course."""


@targets.command(
    "add",
    cls=Examples,
    examples="""
    matchmaker event targets add committed --goal 3 --across-groups --starts 2027-03-01 --months 24
    matchmaker event targets add new_companies --goal 2 --starts 2027-03-01 --months 24
    """,
)
@click.argument("measure", type=click.Choice([each.value for each in Measure]))
@click.option("--goal", required=True, type=click.IntRange(1, 1_000_000), help="How many.")
@click.option("--starts", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--months", default=24, show_default=True, type=click.IntRange(1, 600), help="For how long.")
@click.option("--across-groups", is_flag=True, help="Count only what actors of two different groups came to.")
@click.option(
    "--id", "target_id", default="", help="In place of the target with this id; without it a new one."
)
@as_json
@click.pass_obj
def add(
    folder: Path,
    measure: str,
    goal: int,
    starts: Any,
    months: int,
    across_groups: bool,
    target_id: str,
    json_output: bool,
) -> None:
    """Set a target: so many of MEASURE within so many months."""
    with opened(folder) as workspace:
        made = workspace.events.follow_up.set_target(
            Measure(measure),
            goal,
            starts=starts.date(),
            months=months,
            across_groups=across_groups,
            target_id=target_id,
            who=who(),
        )
    if json_output:
        print_json(_record(made))
    else:
        out.print(_line(made), markup=False)


@targets.command(
    "list",
    cls=Examples,
    examples="matchmaker event targets list\nmatchmaker event targets list --on 2028-03-01 --json",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="How they stood on this day; today without it.")
@as_json
@click.pass_obj
def list_(folder: Path, on: Any, json_output: bool) -> None:
    """List the targets and where they stand."""
    with opened(folder) as workspace:
        found = workspace.events.follow_up.report(until=on.date() if on else None).targets
    if json_output:
        print_json({"items": [standing_record(each) for each in found]})
        return
    for each in found:
        out.print(f"{_line(each.target)}: {standing_line(each)}", markup=False)
    if not found:
        out.print("No target is set yet. See: matchmaker event targets add --help")


@targets.command("remove", cls=Examples, examples="matchmaker event targets remove committed")
@click.argument("target_id", metavar="TARGET")
@as_json
@click.pass_obj
def remove(folder: Path, target_id: str, json_output: bool) -> None:
    """Remove TARGET."""
    with opened(folder) as workspace:
        gone = workspace.events.follow_up.remove_target(target_id, who=who())
    if json_output:
        print_json(_record(gone))
        return
    out.print(f"Removed: {_line(gone)}", markup=False)


def standing_line(each: Standing) -> str:
    """Where a target stands, in one line."""
    said = [f"{each.count} so far, {each.time_gone:.0%} of the time gone, {in_words(each.course)}"]
    if each.chance is not None:
        said.append(f"chance {each.chance:.0%} at this rate")
    if each.a_month is not None:
        said.append(f"{each.a_month:.2f} a month are lacking")
    return ", ".join(said)


def standing_record(each: Standing) -> dict[str, Any]:
    """The same for programs."""
    return {
        **_record(each.target),
        "on": each.today.isoformat(),
        "count": each.count,
        "time_gone": round(each.time_gone, 4),
        "course": each.course.value,
        "chance": each.chance,
        "projected": list(each.projected) if each.projected else None,
        "a_month": each.a_month,
    }


def _record(target: Target) -> dict[str, Any]:
    return {
        "id": target.id,
        "measure": target.measure.value,
        "goal": target.goal,
        "starts": target.starts.isoformat(),
        "ends": _last(target).isoformat(),
        "months": target.months,
        "across_groups": target.across_groups,
    }


def _line(target: Target) -> str:
    across = " across groups" if target.across_groups else ""
    return (
        f"{target.id}  {target.goal} {in_words(target.measure)}{across}, {target.starts} to {_last(target)}"
    )


def _last(target: Target) -> date:
    return date.fromordinal(target.ends.toordinal() - 1)
