"""A landscape under the names that analysts gave: shown wherever a label is, with a word on names that lost their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matchmaker.landscape.findings import ChangeKind, Landscape
from matchmaker.naming import GivenName


def under_names(landscape: Landscape, given: Sequence[GivenName]) -> Landscape:
    """The same with given names for labels, and notes on named sub-clusters that split or are gone."""
    if not given:
        return landscape
    label_of = {each.sub_cluster_id: each.label for each in given}
    return replace(
        landscape,
        sub_clusters=tuple(
            replace(each, label=label_of[each.id], found_label=each.label) if each.id in label_of else each
            for each in landscape.sub_clusters
        ),
        spin_offs=tuple(
            replace(each, label=label_of.get(each.sub_cluster_id, each.label)) for each in landscape.spin_offs
        ),
        changes=tuple(replace(each, label=label_of.get(each.id, each.label)) for each in landscape.changes),
        notes=landscape.notes + tuple(_told(landscape, given, label_of)),
    )


def _told(landscape: Landscape, given: Sequence[GivenName], label_of: dict[str, str]) -> list[str]:
    shown = {each.id: label_of.get(each.id, each.label) for each in landscape.sub_clusters}
    change_of = {each.id: each for each in landscape.changes}
    notes = []
    for each in given:
        change = change_of.get(each.sub_cluster_id)
        parts = [f"“{shown[part]}” ({part})" for part in change.into] if change else []
        name = f"The sub-cluster named “{each.label}” ({each.sub_cluster_id})"
        if change is not None and change.kind is ChangeKind.SPLIT:
            notes.append(f"{name} split into {' and '.join(parts)}; look at the name.")
        elif each.sub_cluster_id in shown:
            continue
        elif parts:
            notes.append(f"{name} merged into {parts[0]}; clear the name or give it to that one.")
        else:
            notes.append(f"{name} is no more: its members went different ways. Clear the name.")
    return notes
