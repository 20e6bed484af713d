"""A landscape under the names that analysts gave: shown wherever a label is, with a word on names that lost their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matchmaker.landscape.findings import ChangeKind, Landscape
from matchmaker.naming import GivenName
from matchmaker.telling import told


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
    notes: list[str] = []
    for each in given:
        change = change_of.get(each.sub_cluster_id)
        parts = [f"“{shown[part]}” ({part})" for part in change.into] if change else []
        if change is not None and change.kind is ChangeKind.SPLIT:
            notes.append(
                told(
                    "The sub-cluster named “{label}” ({id}) split into {parts}; look at the name.",
                    label=each.label,
                    id=each.sub_cluster_id,
                    parts=", ".join(parts),
                )
            )
        elif each.sub_cluster_id in shown:
            continue
        elif parts:
            notes.append(
                told(
                    "The sub-cluster named “{label}” ({id}) merged into {other}; clear the name or give it to that one.",
                    label=each.label,
                    id=each.sub_cluster_id,
                    other=parts[0],
                )
            )
        else:
            notes.append(
                told(
                    "The sub-cluster named “{label}” ({id}) is no more: its members went different ways. Clear the name.",
                    label=each.label,
                    id=each.sub_cluster_id,
                )
            )
    return notes
