"""One look at the whole cluster: graph, sub-clusters, labels, map and spin-off candidates in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup
from matchmaker.corpus import GROUPS, Corpus
from matchmaker.landscape.documents import Documents, documents
from matchmaker.landscape.findings import Landscape, MapPoint, Member, SubCluster
from matchmaker.landscape.labels import Label, labels
from matchmaker.landscape.layout import Layout, layout
from matchmaker.landscape.lineage import NOWHERE, Past, Trace, changes, with_lasting_ids
from matchmaker.landscape.map_quality import map_shift, trustworthiness
from matchmaker.landscape.spin_offs import spin_offs, windows
from matchmaker.landscape.sub_clusters import FEWEST_ACTORS, Group, Hierarchy, hierarchy
from matchmaker.landscape.terms import terms
from matchmaker.landscape.ties import ties
from matchmaker.telling import told

_STEPS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """A landscape, and what the next survey of the same cluster starts from."""

    landscape: Landscape
    trace: Trace


def survey(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    *,
    seed: int = 0,
    outlooks: bool = True,
    mapped: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Landscape:
    """Sub-clusters, specialisations, map and spin-off candidates of a corpus and its passage vectors.

    ``vectors`` has shape (p, d), float32, unit rows; rows of zeros and rows that are not finite count as no text.
    Without ``outlooks`` no forecast is made for the candidates; without ``mapped`` nobody is put on the map and all else is the
    same. ``progress`` is told how many of how many steps are done. Equal input and seed give an equal answer. Raises
    ``ValueError`` where the rows do not fit the passages.
    """
    return survey_after(
        None, corpus, vectors, seed=seed, outlooks=outlooks, mapped=mapped, progress=progress
    ).landscape


def survey_after(
    past: Past | None,
    corpus: Corpus,
    vectors: NDArray[np.float32],
    *,
    seed: int = 0,
    outlooks: bool = True,
    mapped: bool = True,
    candidates: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Surveyed:
    """``survey`` of a cluster that was surveyed before: sub-clusters, their ids and the map go on from there.

    Without ``candidates`` no spin-off candidates are looked for. After a survey that is not ``mapped`` the map begins anew. Equal
    input, past and seed give an equal answer. Raises as ``survey``.
    """

    def done(steps: int) -> None:
        if progress is not None:
            progress(steps, _STEPS)

    found = documents(corpus, vectors)
    graph = ties(found)
    done(1)
    tree = hierarchy(found, graph, corpus.ids, seed=seed, past=past)
    done(2)
    named = _labelled(corpus, found, tree.groups)
    tree = _lasting(corpus, tree, past)
    drafts = tree.groups
    done(3)
    places = layout(found, graph, drafts, corpus.ids, seed=seed, past=past) if mapped else None
    done(4)
    labelled = [each.text for each in named]
    spun = spin_offs(corpus, found, graph, drafts, labelled, outlooks=outlooks) if candidates else []
    done(5)
    sub_clusters = _sub_clusters(corpus, found, drafts, named)
    points = _points(corpus, places) if places else ()
    landscape = Landscape(
        sub_clusters=sub_clusters,
        spin_offs=tuple(spun),
        points=points,
        notes=tuple(_notes(corpus, found, drafts)),
        changes=changes(sub_clusters, past.landscape.sub_clusters) if past else (),
        trustworthiness=trustworthiness(found, places.actors, seed=seed) if places else None,
        map_shift=map_shift(points, past.landscape.points) if past and places else None,
    )
    spots = places.documents if places else NOWHERE
    return Surveyed(landscape, Trace(found.keys, _document_homes(found, drafts), spots, tree.resolutions))


def _lasting(corpus: Corpus, tree: Hierarchy, past: Past | None) -> Hierarchy:
    """The same under the ids that the groups had in the build before."""
    if past is None:
        return tree
    bare = [
        SubCluster(each.id, _parent_id(tree.groups, each), "", (), _members(corpus, each), {}, {}, {})
        for each in tree.groups
    ]
    ids = with_lasting_ids(bare, past.landscape.sub_clusters)
    return Hierarchy(
        [replace(each, id=ids[each.id]) for each in tree.groups],
        {ids.get(name, name): resolution for name, resolution in tree.resolutions.items()},
    )


def _document_homes(found: Documents, drafts: Sequence[Group]) -> list[str]:
    """Id of the innermost group of each document; parents come before what is inside them."""
    homes = [""] * len(found.keys)
    for draft in drafts:
        for row in draft.documents.tolist():
            homes[row] = draft.id
    return homes


def _points(corpus: Corpus, places: Layout) -> tuple[MapPoint, ...]:
    return tuple(
        MapPoint(actor_id, x, y)
        for actor_id, (x, y) in zip(corpus.ids, places.actors.tolist(), strict=True)
        if not np.isnan(x)
    )


def _parent_id(drafts: Sequence[Group], draft: Group) -> str | None:
    return None if draft.parent is None else drafts[draft.parent].id


def _members(corpus: Corpus, draft: Group) -> tuple[Member, ...]:
    return tuple(
        Member(corpus.ids[row], sure)
        for row, sure in zip(draft.members.tolist(), draft.confidence.tolist(), strict=True)
    )


def _labelled(corpus: Corpus, found: Documents, drafts: Sequence[Group]) -> list[Label]:
    if not drafts:
        return []
    counted = terms(corpus, found)
    families: dict[int | None, list[int]] = {}
    for number, draft in enumerate(drafts):
        families.setdefault(draft.parent, []).append(number)
    named: dict[int, Label] = {}
    for family in families.values():
        named.update(
            zip(
                family,
                labels(counted, [drafts[each].documents for each in family], found.vectors),
                strict=True,
            )
        )
    return [
        named[number] if named[number].text else Label(f"#{number + 1}", ()) for number in range(len(drafts))
    ]


def _sub_clusters(
    corpus: Corpus, found: Documents, drafts: Sequence[Group], named: Sequence[Label]
) -> tuple[SubCluster, ...]:
    return tuple(
        SubCluster(
            id=draft.id,
            parent_id=_parent_id(drafts, draft),
            label=label.text,
            keywords=label.keywords,
            members=_members(corpus, draft),
            composition=_composition(corpus.groups[draft.members]),
            growth=_growth(found, draft),
            collaborations=_collaborations(found, draft),
            collaboration_ids=_collaboration_ids(corpus, found, draft),
        )
        for draft, label in zip(drafts, named, strict=True)
    )


def _composition(actor_groups: NDArray[np.int8]) -> dict[ActorGroup, int]:
    counts = np.bincount(actor_groups, minlength=len(GROUPS))
    return {group: int(count) for group, count in zip(GROUPS, counts, strict=True) if count}


def _dated(found: Documents, draft: Group) -> NDArray[np.int64]:
    """Rows of the dated collaborations that lie in the group."""
    return draft.documents[found.years[draft.documents] > 0]


def _growth(found: Documents, draft: Group) -> dict[int, int]:
    rows = _dated(found, draft)
    if not len(rows):
        return {}
    part = found.holds[draft.members][:, rows].tocoo()
    first = np.full(len(draft.members), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, part.row, found.years[rows[part.col]])
    years, joined = np.unique(first[first < np.iinfo(np.int64).max], return_counts=True)
    known = dict(zip(years.tolist(), np.cumsum(joined).tolist(), strict=True))
    return _every_year(known, carried=True)


def _collaborations(found: Documents, draft: Group) -> dict[int, int]:
    rows = _dated(found, draft)
    together = np.asarray(found.holds[draft.members][:, rows].sum(axis=0)) >= 2
    return _every_year(dict(Counter(found.years[rows[together]].tolist())), carried=False)


def _collaboration_ids(corpus: Corpus, found: Documents, draft: Group) -> tuple[str, ...]:
    columns = found.columns[draft.documents]
    return tuple(corpus.collaboration_ids[column] for column in np.sort(columns[columns >= 0]).tolist())


def _every_year(known: dict[int, int], *, carried: bool) -> dict[int, int]:
    """The same with the years between filled in: with the last number where it is carried on, else with 0."""
    filled: dict[int, int] = {}
    for year in range(min(known), max(known) + 1) if known else ():
        filled[year] = known.get(year, filled.get(year - 1, 0) if carried else 0)
    return filled


def _notes(corpus: Corpus, found: Documents, drafts: Sequence[Group]) -> list[str]:
    total = len(corpus.ids)
    placed = int(np.count_nonzero(np.asarray(found.holds.sum(axis=1))))
    if not total:
        return [told("There are no actors.")]
    notes: list[str] = []
    if placed < total:
        notes.append(
            told(
                "Actors with neither text nor collaborations, in no sub-cluster and not on the map: {left} of {total}.",
                left=total - placed,
                total=total,
            )
        )
    if not drafts:
        notes.append(
            told(
                "Too few actors for sub-clusters: {placed} with text or collaborations; at least {least} are needed.",
                placed=placed,
                least=FEWEST_ACTORS,
            )
        )
        return notes
    unsure = _tied_to_nobody(drafts)
    if unsure:
        notes.append(
            told(
                "Actors that nothing ties to others, in a sub-cluster with a confidence of 0: {unsure}.",
                unsure=unsure,
            )
        )
    return notes + _missing(corpus, found, drafts)


def _tied_to_nobody(drafts: Sequence[Group]) -> int:
    surest: dict[int, float] = {}
    for draft in drafts:
        if draft.parent is None:
            for row, sure in zip(draft.members.tolist(), draft.confidence.tolist(), strict=True):
                surest[row] = max(sure, surest.get(row, 0.0))
    return sum(sure == 0 for sure in surest.values())


def _missing(corpus: Corpus, found: Documents, drafts: Sequence[Group]) -> list[str]:
    """What the sub-clusters had to do without."""
    notes: list[str] = []
    if sum(draft.parent is None for draft in drafts) == 1:
        notes.append(told("The actors are too much alike to tell sub-clusters apart: all are in one."))
    if not found.has_text.any():
        notes.append(told("No texts: the sub-clusters rest on collaborations alone."))
    if not (found.columns >= 0).any():
        notes.append(told("No collaborations: the sub-clusters rest on texts alone."))
    if not any(draft.parent is not None for draft in drafts):
        notes.append(told("No sub-cluster is large and varied enough for specialisations inside it."))
    if not windows(found.years)[1]:
        notes.append(
            told(
                "Growth is unknown without collaborations dated in two years at least: no spin-off candidates."
            )
        )
    elif len(np.unique(corpus.groups)) < 2:
        notes.append(told("All actors are of one actor group: no spin-off candidate can score above 0."))
    return notes
