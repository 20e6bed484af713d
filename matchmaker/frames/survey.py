"""What a build found, as tables: actors on the map, sub-clusters, members, growth, candidates, ties, coverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus, day_of
from matchmaker.frames.columns import COUNT, REAL, TEXT, columns_of, table
from matchmaker.landscape.coverage import Coverage
from matchmaker.landscape.findings import Landscape, SubCluster


def frames(
    corpus: Corpus, landscape: Landscape, analysis: Analysis, names: Mapping[str, str]
) -> dict[str, pa.Table]:
    """Tables by name; a sub-cluster's id is the key between them."""
    ids = ("", *(each.id for each in landscape.sub_clusters))
    counted = list(zip(ids, analysis.every_coverage(), strict=True))
    return {
        "actors": actors(corpus, landscape, names),
        "sub_clusters": _sub_clusters(landscape),
        "members": _members(landscape, names),
        "composition": _composition(landscape),
        "growth": _growth(landscape),
        "collaborations": _collaborations(corpus, landscape, names),
        "ties": ties(corpus, names),
        "spin_offs": _spin_offs(landscape),
        "spin_off_figures": _spin_off_figures(landscape),
        "coverage": _coverage(counted),
        "regions": _regions(counted),
        "notes": table(({"note": note} for note in landscape.notes), {"note": TEXT}),
    }


def actors(corpus: Corpus, landscape: Landscape, names: Mapping[str, str]) -> pa.Table:
    """Every actor of ``names`` with its place on the map and the sub-cluster where it belongs most clearly."""
    home: dict[str, tuple[float, SubCluster]] = {}
    for each in landscape.sub_clusters:
        if each.parent_id is None:
            for member in each.members:
                if member.confidence > home.get(member.actor_id, (-1.0, each))[0]:
                    home[member.actor_id] = (member.confidence, each)
    where = {point.actor_id: (point.x, point.y) for point in landscape.points}
    rows = []
    for row, actor_id in enumerate(corpus.ids):
        if actor_id not in names:
            continue
        confidence, place = home.get(actor_id, (None, None))
        x, y = where.get(actor_id, (None, None))
        rows.append(
            {
                "actor_id": actor_id,
                "name": names[actor_id],
                "group": corpus.group(row).value,
                "country": corpus.countries[row],
                "region": corpus.regions[row],
                "member": bool(corpus.members[row]),
                "sub_cluster_id": place.id if place else None,
                "sub_cluster": place.label if place else None,
                "confidence": confidence,
                "x": x,
                "y": y,
            }
        )
    columns = dict.fromkeys(("actor_id", "name", "group", "country", "region"), TEXT)
    columns |= {"member": pa.bool_(), "sub_cluster_id": TEXT, "sub_cluster": TEXT}
    return table(rows, columns | {"confidence": REAL, "x": REAL, "y": REAL})


def _sub_clusters(landscape: Landscape) -> pa.Table:
    candidates = {each.sub_cluster_id for each in landscape.spin_offs}
    rows = (
        {
            "sub_cluster_id": each.id,
            "parent_id": each.parent_id,
            "label": each.label,
            "keywords": list(each.keywords),
            "members": len(each.members),
            "collaborations": len(each.collaboration_ids),
            "spin_off_candidate": each.id in candidates,
        }
        for each in landscape.sub_clusters
    )
    columns = {"sub_cluster_id": TEXT, "parent_id": TEXT, "label": TEXT, "keywords": pa.list_(TEXT)}
    return table(
        rows, columns | {"members": COUNT, "collaborations": COUNT, "spin_off_candidate": pa.bool_()}
    )


def _members(landscape: Landscape, names: Mapping[str, str]) -> pa.Table:
    rows = (
        {
            "sub_cluster_id": each.id,
            "actor_id": member.actor_id,
            "name": names[member.actor_id],
            "confidence": member.confidence,
        }
        for each in landscape.sub_clusters
        for member in each.members
        if member.actor_id in names
    )
    return table(rows, {"sub_cluster_id": TEXT, "actor_id": TEXT, "name": TEXT, "confidence": REAL})


def _composition(landscape: Landscape) -> pa.Table:
    rows = (
        {"sub_cluster_id": each.id, "group": group.value, "members": count}
        for each in landscape.sub_clusters
        for group, count in each.composition.items()
    )
    return table(rows, {"sub_cluster_id": TEXT, "group": TEXT, "members": COUNT})


def _growth(landscape: Landscape) -> pa.Table:
    def rows() -> Iterator[dict[str, Any]]:
        for each in landscape.sub_clusters:
            for year in sorted({*each.growth, *each.collaborations}):
                yield {
                    "sub_cluster_id": each.id,
                    "year": year,
                    "active_members": each.growth.get(year),
                    "collaborations": each.collaborations.get(year, 0),
                }

    return table(
        rows(), {"sub_cluster_id": TEXT, "year": COUNT, "active_members": COUNT, "collaborations": COUNT}
    )


def _collaborations(corpus: Corpus, landscape: Landscape, names: Mapping[str, str]) -> pa.Table:
    """Which collaborations belong to which sub-cluster, without those that all participants are gone of: their titles are theirs."""
    row_of = {each: row for row, each in enumerate(corpus.collaboration_ids)}
    were = corpus.takes_part.sum(axis=0)
    are = corpus.takes_part[_there(corpus, names)].sum(axis=0)
    forsaken = (were > 0) & (are == 0)
    rows = (
        {
            "sub_cluster_id": each.id,
            "collaboration_id": collaboration_id,
            "title": corpus.titles[row_of[collaboration_id]],
            "date": day_of(int(corpus.collaboration_dates[row_of[collaboration_id]])),
        }
        for each in landscape.sub_clusters
        for collaboration_id in each.collaboration_ids
        if not forsaken[row_of[collaboration_id]]
    )
    return table(rows, {"sub_cluster_id": TEXT, "collaboration_id": TEXT, "title": TEXT, "date": pa.date32()})


def ties(corpus: Corpus, names: Mapping[str, str]) -> pa.Table:
    """Pairs of actors of ``names`` that took part in the same collaborations, each pair once, with how many those were."""
    together = sparse.triu(corpus.takes_part @ corpus.takes_part.T, k=1).tocsr()
    together.sort_indices()
    pairs = together.tocoo()
    ids = np.array(corpus.ids, dtype=object)
    there = _there(corpus, names)
    both = there[pairs.row] & there[pairs.col]
    return pa.table(
        {
            "actor_id": pa.array(ids[pairs.row[both]], TEXT),
            "partner_id": pa.array(ids[pairs.col[both]], TEXT),
            "collaborations": pa.array(pairs.data[both].astype(np.int64), COUNT),
        }
    )


def _there(corpus: Corpus, names: Mapping[str, str]) -> NDArray[np.bool_]:
    """Shape (n,): which actors of the build are there now."""
    return np.array([each in names for each in corpus.ids], dtype=np.bool_)


MEASURES = ("score", "critical_mass", "coherence", "distinctness", "growth", "group_spread")


def _spin_offs(landscape: Landscape) -> pa.Table:
    rows = (
        {"sub_cluster_id": each.sub_cluster_id, "parent_id": each.parent_id, "label": each.label}
        | {name: float(getattr(each, name)) for name in MEASURES}
        for each in landscape.spin_offs
    )
    columns = {"sub_cluster_id": TEXT, "parent_id": TEXT, "label": TEXT}
    return table(rows, columns | dict.fromkeys(MEASURES, REAL))


def _spin_off_figures(landscape: Landscape) -> pa.Table:
    rows = (
        {"sub_cluster_id": each.sub_cluster_id, "figure": name, "value": float(value)}
        for each in landscape.spin_offs
        for name, value in each.figures.items()
    )
    return table(rows, {"sub_cluster_id": TEXT, "figure": TEXT, "value": REAL})


Counted = Sequence[tuple[str, Coverage]]
"""The whole cluster under an empty id, then every sub-cluster."""


def _coverage(found: Counted) -> pa.Table:
    columns = columns_of(Coverage)
    rows = (
        {"sub_cluster_id": sub_cluster_id} | {name: getattr(counted, name) for name in columns}
        for sub_cluster_id, counted in found
    )
    return table(rows, {"sub_cluster_id": TEXT, **columns})


def _regions(found: Counted) -> pa.Table:
    rows = (
        {"sub_cluster_id": sub_cluster_id, "region": region, "actors": count}
        for sub_cluster_id, counted in found
        for region, count in counted.by_region.items()
    )
    return table(rows, {"sub_cluster_id": TEXT, "region": TEXT, "actors": COUNT})
