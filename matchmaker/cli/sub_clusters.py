"""The command that shows sub-clusters, what became of them, who stands between them, and that names them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.landscape.bridges import Bridge
    from matchmaker.landscape.findings import Change, SubCluster
    from matchmaker.published import Published
    from matchmaker.workspace import Workspace


@click.command(
    "sub-clusters",
    cls=Examples,
    examples="""
    matchmaker sub-clusters
    matchmaker sub-clusters --members --json
    matchmaker sub-clusters --changes
    matchmaker sub-clusters --bridges
    matchmaker sub-clusters --name sc-0123456789 "Green gases"
    matchmaker sub-clusters --clear-name sc-0123456789
    """,
)
@click.option("--members", is_flag=True, help="List the members with their confidence.")
@click.option("--changes", is_flag=True, help="Tell what became of the sub-clusters of the build before.")
@click.option("--bridges", is_flag=True, help="List the actors in more than one sub-cluster, with both ends.")
@click.option(
    "--name",
    "given",
    nargs=2,
    metavar="ID LABEL",
    help="Call a sub-cluster something else; the name stays from build to build.",
)
@click.option(
    "--clear-name", "cleared", metavar="ID", help="Go back to the label that was found in the data."
)
@as_json
@click.pass_obj
def sub_clusters(
    folder: Path,
    members: bool,
    changes: bool,
    bridges: bool,
    given: tuple[str, str] | None,
    cleared: str | None,
    json_output: bool,
) -> None:
    """List the sub-clusters with their labels, sizes and specialisations, or name one.

    An id stays the same from build to build as long as most of the members stay together.
    """
    if (given or cleared) and (members or changes or bridges or (given and cleared)):
        raise click.UsageError("Naming is done by itself: give --name or --clear-name and no other option.")
    with opened(folder) as workspace:
        if given or cleared:
            _call(workspace, given, cleared, json_output=json_output)
            return
        published = workspace.published()
    shown = _Shown(published, members=members, changes=changes, bridges=bridges)
    if json_output:
        print_json(shown.record())
    else:
        shown.print()


def _call(
    workspace: Workspace, given: tuple[str, str] | None, cleared: str | None, *, json_output: bool
) -> None:
    try:
        if given:
            name = workspace.name_sub_cluster(*given, who=who())
        else:
            name = workspace.clear_sub_cluster_name(str(cleared), who=who())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if json_output:
        print_json({"cleared": given is None, **asdict(name)})
    elif given:
        out.print(f"{name.sub_cluster_id} is called “{name.label}” from now on.", markup=False)
    else:
        out.print(f"{name.sub_cluster_id} is not called “{name.label}” any more.", markup=False)


class _Shown:
    """What was asked for of a published build."""

    def __init__(self, published: Published, *, members: bool, changes: bool, bridges: bool) -> None:
        self.published = published
        self.members = members
        self.changes = changes
        self.bridges = bridges
        self.forms = published.analysis.funder_forms()
        self.names = published.actor_names() if members or bridges else {}

    def record(self) -> dict[str, object]:
        """As JSON."""
        published = self.published
        record: dict[str, object] = {
            "items": [self._item(each) for each in published.sub_clusters()],
            "map": {"trustworthiness": published.trustworthiness(), "shift": published.map_shift()},
            "notes": published.notes(),
        }
        if self.changes:
            record["changes"] = [asdict(each) for each in published.changes()]
        if self.bridges:
            record["bridges"] = [
                asdict(each) | {"name": self.names.get(each.actor_id, "")} for each in published.bridges()
            ]
        return record

    def _item(self, sub_cluster: SubCluster) -> dict[str, object]:
        record = asdict(sub_cluster)
        record["size"] = len(sub_cluster.members)
        form = self.forms.get(sub_cluster.id)
        record["form"] = None if form is None else asdict(form)
        if not self.members:
            del record["members"], record["collaboration_ids"]
        return record

    def print(self) -> None:
        """As lines."""
        for note in self.published.notes():
            out.print(note, markup=False)
        if self.changes:
            self._print_changes()
        if self.bridges:
            self._print_bridges()
        if not (self.changes or self.bridges) or self.members:
            self._print_sub_clusters()

    def _print_sub_clusters(self) -> None:
        for each in self.published.sub_clusters():
            indent = "    " if each.parent_id else ""
            groups = ", ".join(f"{count} {in_words(group)}" for group, count in each.composition.items())
            found = f", found as “{each.found_label}”" if each.found_label else ""
            form = self.forms.get(each.id)
            if form is not None and form.looks_like_form:
                found += ", looks like a form of funding"
            out.print(
                f"{indent}{each.id}  {each.label}{found}  ({len(each.members)} actors: {groups})",
                markup=False,
            )
            for member in each.members if self.members else ():
                out.print(
                    f"{indent}      {member.confidence:.2f}  {self.names[member.actor_id]}", markup=False
                )
        if self.published.trustworthiness() is not None:
            out.print(
                f"Trustworthiness of the map: {self.published.trustworthiness():.2f} (1 at best).",
                markup=False,
            )

    def _print_changes(self) -> None:
        found = self.published.changes()
        if not found:
            out.print("There is no build before this one that its sub-clusters could be compared with.")
        labels = {each.id: each.label for each in self.published.sub_clusters()}
        labels |= {each.id: each.label_before for each in found if each.id not in labels}
        for each in found:
            out.print(_change_line(each, labels), markup=False)
        shift = self.published.map_shift()
        if shift is not None:
            out.print(
                f"On the map, half of the actors moved by {shift:.1%} of its width or less.", markup=False
            )

    def _print_bridges(self) -> None:
        found = self.published.bridges()
        if not found:
            out.print("No actor is a member of more than one sub-cluster.")
        for each in found:
            out.print(self._bridge_line(each), markup=False)

    def _bridge_line(self, bridge: Bridge) -> str:
        ends = " – ".join(f"{end.label} ({end.confidence:.2f})" for end in bridge.ends[:2])
        more = f", and {len(bridge.ends) - 2} more" if len(bridge.ends) > 2 else ""
        return f"{self.names.get(bridge.actor_id, bridge.actor_id)}: {ends}{more}"


def _change_line(change: Change, labels: dict[str, str]) -> str:
    def named(ids: tuple[str, ...]) -> str:
        return ", ".join(f"{labels.get(each, each)} ({each})" for each in ids)

    told = {
        "continued": f"{change.kept:.0%} of its members are still together",
        "split": f"into {named(change.into)}",
        "merged": f"into {named(change.into)}",
        "died": "its members went different ways",
        "born": f"out of {named(change.of)}" if change.of else "",
    }[change.kind.value]
    label = change.label if change.label == change.label_before or not change.label_before else (
        f"{change.label}, before: {change.label_before}"
    )  # fmt: skip
    return f"{change.kind.value:9}  {change.id}  {label}{': ' + told if told else ''}"
