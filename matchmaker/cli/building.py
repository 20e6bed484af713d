"""Commands that build, publish and serve."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, progress_bar, who
from matchmaker.settings import read_settings

if TYPE_CHECKING:
    from matchmaker.status import PointsOrigin


@click.command("build", cls=Examples, examples="matchmaker build\nmatchmaker --workspace my-cluster build")
@as_json
@click.pass_obj
def build(folder: Path, json_output: bool) -> None:
    """Read all profiles, find neighbours, sub-clusters and suggestions, and publish them together."""
    with opened(folder) as workspace, progress_bar() as progress:
        report = workspace.build(progress=progress)
    if json_output:
        print_json(asdict(report))
    elif report.made:
        out.print(f"Built {report.generation}: {report.actors} actors, {report.passages} passages.")
    else:
        out.print(f"Nothing has changed since the build {report.generation}.")


@click.command(
    "evaluate",
    cls=Examples,
    examples="""
    matchmaker evaluate
    matchmaker evaluate --cut-off 2024-06-30 --until 2024-12-31
    """,
)
@click.option(
    "--cut-off", type=click.DateTime(["%Y-%m-%d"]), help="Last day known; else 15 % are kept apart."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day judged; else the newest.")
@click.option("--seekers", default=3000, show_default=True, type=click.IntRange(10), help="Actors asked for.")
@as_json
@click.pass_obj
def evaluate(
    folder: Path, cut_off: datetime | None, until: datetime | None, seekers: int, json_output: bool
) -> None:
    """Judge the suggestions by what came after: whom would they have found, and whom would simpler ways have found?

    Takes what was known at a day, asks for new partners of other actor groups, and counts those that actors then
    first worked with. Needs dated collaborations.
    """
    with opened(folder) as workspace, progress_bar() as progress:
        try:
            report = workspace.evaluate(
                cut_off=cut_off.date() if cut_off else None,
                until=until.date() if until else None,
                seekers=seekers,
                progress=progress,
            )
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json(asdict(report))
        return
    out.print(
        f"Known until {report.cut_off}: {report.actors} actors. Asked: {report.seekers} actors that found new "
        f"partners of other groups until {report.until}.",
        highlight=False,
    )
    out.print(f"{'':32}  nDCG@20             hit@10  coverage  Gini", markup=False, highlight=False)
    for line in sorted(report.partners, key=lambda line: -line.ndcg_20.value):
        figure = f"{line.ndcg_20.value:.3f} ({line.ndcg_20.low:.3f}-{line.ndcg_20.high:.3f})"
        out.print(
            f"{line.name:32}  {figure:18}  {line.hit_10.value:6.2f}  {line.coverage:8.2f}  {line.gini:.2f}",
            markup=False,
            highlight=False,
        )
    out.print(
        "In brackets: 95 % of a bootstrap over the actors asked. Coverage: share of actors proposed to somebody."
    )


@click.command("status", cls=Examples, examples="matchmaker status\nmatchmaker status --json")
@as_json
@click.pass_obj
def status(folder: Path, json_output: bool) -> None:
    """Tell what is stored, what is published, and what is stale and why."""
    with opened(folder) as workspace:
        now = workspace.status()
    if json_output:
        print_json(asdict(now))
        return
    out.print(f"{now.folder}: {now.actors} actors, {now.collaborations} collaborations")
    out.print(f"published: {now.published or 'nothing yet; run: matchmaker build'}")
    out.print(f"encoder: {now.encoder}", markup=False)
    if now.points:
        out.print(f"points: {_points_line(now.points)}", markup=False)
    if now.answers:
        out.print(f"answers: {now.answers}, heeded at once")
    if now.fresh:
        out.print(f"fresh: {now.fresh} changed profile(s) can be found already")
    for reason in now.stale:
        out.print(f"stale: {reason}; run: matchmaker build")
    for message in now.damaged:
        out.print(f"damaged: {message}", markup=False)
    if now.published and not now.stale and not now.damaged:
        out.print("up to date")


def _points_line(points: PointsOrigin) -> str:
    """Where the points come from, and how they did on what was held back."""
    said = [points.origin]
    if points.ndcg_20 is not None:
        said.append(f"On collaborations held back: nDCG@20 {points.ndcg_20:.3f}.")
    if (judged := points.answers) is not None:
        outcome = "the points before had" if judged.adopted else "so the points stay; as they are, they have"
        said.append(
            f"On answers held back: {judged.after:.0%} of pairs in the right order, {outcome} {judged.before:.0%} "
            f"({judged.actors} actors, {judged.partners} partners)."
        )
    return " ".join(said)


@click.command("roll-back", cls=Examples, examples="matchmaker roll-back")
@as_json
@click.pass_obj
def roll_back(folder: Path, json_output: bool) -> None:
    """Publish the build before the present one again."""
    with opened(folder) as workspace:
        name = workspace.roll_back(who=who())
    if json_output:
        print_json({"published": name})
    else:
        out.print(f"Published again: {name}")


@click.command("serve", cls=Examples, examples="matchmaker serve\nmatchmaker serve --port 8471")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port to listen on.  [default: the setting, or 8000]"
)
@as_json
@click.pass_obj
def serve(folder: Path, host: str, port: int | None, json_output: bool) -> None:
    """Serve the pages and the API on this machine; with --json, say where in one line of JSON."""
    from service.logs import write_logs
    from service.serve import serve as run

    def announce(line: str) -> None:
        click.echo(json.dumps({"ready": line.rpartition(" ")[2]}) if json_output else line)

    settings = read_settings(folder, os.environ)
    with opened(folder, create=True) as workspace:
        # --verbose was heeded before the settings were read.
        verbose = logging.getLogger().level == logging.INFO
        write_logs(sys.stderr, "info" if verbose else settings.log_level)
        run(workspace, host=host, port=port or settings.port, announce=announce)
