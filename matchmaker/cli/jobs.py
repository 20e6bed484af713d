"""Commands about long work: which jobs there are, how far one is, and an end to it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.jobs import Job, JobState


@click.group("job")
def job() -> None:
    """See and cancel long work that was asked of the service: builds, actors in bulk, exports."""


@job.command("list", cls=Examples, examples="matchmaker job list\nmatchmaker job list --state failed --json")
@click.option("--kind", default="", help="Only jobs of this kind, such as build.")
@click.option(
    "--state", type=click.Choice([each.value for each in JobState]), help="Only jobs in this state."
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many jobs.")
@as_json
@click.pass_obj
def list_(folder: Path, kind: str, state: str | None, limit: int, json_output: bool) -> None:
    """List jobs, the newest first."""
    with opened(folder) as workspace:
        found = workspace.jobs.page(kind=kind, state=JobState(state) if state else None, limit=limit)
    if json_output:
        print_json({"items": [asdict(each) for each in found]})
        return
    if not found:
        out.print("There is no such job.")
    for each in found:
        out.print(f"{each.id}  {each.asked}  {each.kind:16}  {_state(each)}", markup=False)


@job.command("show", cls=Examples, examples="matchmaker job show job-5b7c04d21e9f6a38")
@click.argument("job_id")
@as_json
@click.pass_obj
def show(folder: Path, job_id: str, json_output: bool) -> None:
    """Tell how far a job is and what came of it."""
    with opened(folder) as workspace:
        _tell(workspace.jobs.one(job_id), json_output)


@job.command("cancel", cls=Examples, examples="matchmaker job cancel job-5b7c04d21e9f6a38")
@click.argument("job_id")
@as_json
@click.pass_obj
def cancel(folder: Path, job_id: str, json_output: bool) -> None:
    """End a job: at once where it waits, at its next step where it is under way."""
    with opened(folder) as workspace:
        _tell(workspace.jobs.cancel(job_id, who=who()), json_output)


def _tell(one: Job, json_output: bool) -> None:
    if json_output:
        print_json(asdict(one))
        return
    out.print(f"{one.id}: {one.kind}, {_state(one)}", markup=False)
    out.print(f"asked {one.asked} by {one.who}", markup=False)
    if one.started:
        out.print(f"begun {one.started}" + (f", the {one.tries}. time" if one.tries > 1 else ""))
    if one.ended:
        out.print(f"ended {one.ended}")
    if one.problem:
        out.print(one.problem, markup=False)
    for name, value in one.answer.items():
        told = len(value) if isinstance(value, list) else value
        out.print(f"{name}: {told}", markup=False)


def _state(one: Job) -> str:
    if one.state is not JobState.RUNNING:
        return one.state.value
    far = f" {one.done} of {one.total}" if one.total else ""
    ending = ", to be cancelled" if one.cancelling else ""
    return f"running: {one.step}{far}{ending}" if one.step else f"running{ending}"
