"""The command that writes the report on the cluster or on one of its sub-clusters."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json

if TYPE_CHECKING:
    from matchmaker.landscape.findings import SubCluster
    from matchmaker.published import Published
    from matchmaker.reporting import WrittenReport


@click.command(
    "report",
    cls=Examples,
    examples="""
    matchmaker report --output report.pdf --language da
    matchmaker report --output report.pdf --with-sub-clusters
    matchmaker report sc-6b7a9fa22e --output grass.pdf
    matchmaker report
    """,
)
@click.argument("sub_cluster", required=False, default="")
@click.option(
    "--output", type=click.Path(path_type=Path), help="A .pdf file; without it the sentences are printed."
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default="en",
    show_default=True,
    help="What it is written in.",
)
@click.option(
    "--with-sub-clusters", is_flag=True, help="Add the report of each sub-cluster after the cluster's."
)
@as_json
@click.pass_obj
def report(
    folder: Path,
    sub_cluster: str,
    output: Path | None,
    language: str,
    with_sub_clusters: bool,
    json_output: bool,
) -> None:
    """Write the report on the cluster, or on SUB_CLUSTER (id or label).

    It says what it is made of, how it grows, where a spin-off is forming, and how far the figures can be trusted. The
    same build gives the same PDF to the byte.
    """
    from matchmaker.reporting import WORDINGS, write
    from matchmaker.reporting import report as report_on

    if with_sub_clusters and sub_cluster:
        raise click.UsageError("--with-sub-clusters goes with the report on the whole cluster.")
    wording = WORDINGS[language]
    with opened(folder) as workspace:
        published = workspace.published()
        wanted = [_id(published, sub_cluster) if sub_cluster else ""]
        if with_sub_clusters:
            wanted += [each.id for each in _tops(published)]
        reports = [write(report_on(published, each), wording) for each in wanted]
    if output is not None:
        _write_pdf(output, reports, language)
    if json_output:
        print_json({"file": str(output)} if output else {"items": [_record(each) for each in reports]})
    elif output:
        out.print(f"The report is in {output}.", markup=False)
    else:
        for each in reports:
            _show(each)


def _write_pdf(output: Path, reports: list[WrittenReport], language: str) -> None:
    from matchmaker.exports import write_file
    from matchmaker.reporting import WORDINGS
    from matchmaker.reporting.pdf import pdf

    write_file(output, pdf(reports, WORDINGS[language]), ".pdf")


def _tops(published: Published) -> list[SubCluster]:
    tops = [each for each in published.sub_clusters() if each.parent_id is None]
    return sorted(tops, key=lambda each: (-len(each.members), each.id))


def _id(published: Published, wanted: str) -> str:
    """The id that is meant by an id or a label; raises ``SubClusterNotFoundError``."""
    named = [each.id for each in published.sub_clusters() if each.label.casefold() == wanted.casefold()]
    return named[0] if len(named) == 1 else published.sub_cluster(wanted).id


def _record(report: WrittenReport) -> dict[str, Any]:
    """A report without its pictures; their figures stay, as tables."""
    record = asdict(report)
    for section in record["sections"]:
        for block in section["blocks"]:
            for plot in block.get("plots", ()):
                del plot["svg"]
    return record


def _show(report: WrittenReport) -> None:
    """The sentences of a report; figures and tables are in the PDF."""
    from matchmaker.reporting.writing import WrittenText

    out.print(f"{report.title}: {report.lead}", markup=False)
    for section in report.sections:
        out.print(f"\n{section.heading}", markup=False)
        for block in section.blocks:
            if isinstance(block, WrittenText):
                words = "".join(run.text for run in block.runs)
                out.print(f"  {block.heading} {words}" if block.heading else f"  {words}", markup=False)
