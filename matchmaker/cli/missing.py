"""The command that shows what is missing in sub-clusters and who could fill it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.caveats import tell
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.landscape.fillers import Because, Filler
    from matchmaker.landscape.findings import SubCluster
    from matchmaker.landscape.gap_signs import Sign
    from matchmaker.landscape.gaps import Gap

# By the values of the landscape's own types, which are loaded late, so that --help answers at once.
SIGNS = {
    "fewer_members": "{count} of {of} members, {elsewhere} of {of_elsewhere} in its siblings",
    "fewer_collaborations": "in {count} of {of} collaborations, {elsewhere} of {of_elsewhere} in its siblings",
    "brought_in": "{count} of the {of} collaborations that have one bring it in from outside, {elsewhere} of {of_elsewhere} in its siblings",
    "drawn_on": "{count} of {of} collaborations draw on it from outside, {elsewhere} of {of_elsewhere} in its siblings",
}
REASONS = {
    "near": "near {amount:.2f}",
    "takes_part": "in {amount:.0f} of its collaborations",
    "worked_with": "worked with {amount:.0f} of its members",
    "bridge": "in {amount:.0f} other sub-clusters",
    "offers": "offers it {amount:.2f}",
}
VERDICTS = {
    "missing": "missing",
    "needed": "needed",
    "thin": "thin",
    "cannot_tell": "none inside, but this may be chance",
}


@click.command(
    "gaps",
    cls=Examples,
    examples="matchmaker gaps\nmatchmaker gaps sc-1a2b3c4d5e --top 10\nmatchmaker gaps --limit 2 --json",
)
@click.argument("sub_cluster", required=False, default="")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Gaps of each kind in each sub-cluster.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="Who could fill each gap."
)
@as_json
@click.pass_obj
def gaps(folder: Path, sub_cluster: str, limit: int, top: int, json_output: bool) -> None:
    """Show which actor group, region or link of the value chain is missing, and who could fill it.

    SUB_CLUSTER is the id or the label of a sub-cluster or a specialisation; without it, all at the top are shown.
    """
    with opened(folder) as workspace:
        published = workspace.published()
        known = published.sub_clusters()
        names = published.actor_names()
        found = published.analysis.gaps(_id_of(sub_cluster, known), limit=limit, top=top).among(names)
    if json_output:
        print_json(asdict(found))
        return
    labels = {each.id: each.label for each in known}
    tell(found.caveats, labels)
    last = ""
    for gap in found.gaps:
        if gap.sub_cluster_id != last:
            last = gap.sub_cluster_id
            out.print(f"\n{labels[last]}  ({last})", markup=False, style="bold")
        _print_gap(gap, labels, names)
    if found.compared and not found.gaps:
        out.print("No gap stands out.")
    if found.untold:
        out.print(
            f"\n{found.untold} of {found.compared} groups and regions compared are too rare to tell from chance.",
            markup=False,
        )


def _id_of(wanted: str, known: tuple[SubCluster, ...]) -> str:
    """An id as it is; a label that one sub-cluster alone has becomes its id."""
    labelled = [each.id for each in known if each.label.casefold() == wanted.casefold()]
    return labelled[0] if len(labelled) == 1 else wanted


def _print_gap(gap: Gap, labels: Mapping[str, str], names: Mapping[str, str]) -> None:
    if gap.kind == "request":
        out.print(f"  {VERDICTS[gap.verdict]}: {gap.asked} members look for it", markup=False)
        quoted = (
            f"“{gap.request.text}” ({names[gap.what]})" if gap.request else "whoever said it best is gone"
        )
        out.print(f"      {quoted}", markup=False)
        out.print(f"      no near offer inside for {gap.unanswered} of {gap.requests} requests", markup=False)
    else:
        what = labels.get(gap.what, in_words(gap.what))
        kind = "theme " if gap.kind == "theme" else "region " if gap.kind == "region" else ""
        out.print(f"  {VERDICTS[gap.verdict]}: {kind}{what}", markup=False)
    for sign in gap.signs:
        if sign.holds or gap.verdict == "cannot_tell":
            out.print(f"      {_sign(sign)}", markup=False)
    for filler in gap.fillers:
        _print_filler(filler, names)
    if not gap.fillers:
        out.print("      nobody outside it is known who could", markup=False)


def _sign(sign: Sign) -> str:
    counts = SIGNS[sign.id].format(**asdict(sign))
    if sign.q is None:
        return f"{counts}: so few that it cannot be told"
    return f"{counts}: {sign.ratio:.2f} times the share (95 %: {sign.low:.2f} to {sign.high:.2f}; q {sign.q:.2g})"


def _print_filler(filler: Filler, names: Mapping[str, str]) -> None:
    reasons = ", ".join(_reason(each) for each in filler.reasons)
    member = "member" if filler.member else "not a member"
    alike = f", and {len(filler.alike)} with nearly the same text" if filler.alike else ""
    out.print(f"      → {names[filler.actor_id]} ({member}{alike}): {reasons}", markup=False)
    if filler.quote:
        out.print(f"        “{filler.quote.text}”", markup=False)


def _reason(because: Because) -> str:
    return REASONS[because.id].format(amount=because.amount)
