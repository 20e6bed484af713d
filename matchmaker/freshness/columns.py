"""A build's columns with the changed actors in their places: a new ``Corpus``, the build's own stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import Actor, PassageKind
from matchmaker.corpus import KINDS, Corpus, corpus
from matchmaker.freshness.changed import Changed
from matchmaker.text import passages

T = TypeVar("T")

_PROJECT = KINDS.index(PassageKind.PROJECT)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All actors as they are now; *n* actors, of a build of *m* actors and *p* passages."""

    now: Corpus
    """The build's passages first, those of changed actors behind them; a withdrawn passage is empty and held by
    nobody."""
    row_of: dict[str, int]
    """Actor id to row in ``now``."""
    added: Corpus
    """The searchable changed actors alone, with their own passages."""
    withdrawn: NDArray[np.bool_]
    """Shape (p,): the build's passages that are no longer said."""
    built_rows: NDArray[np.intp]
    """Shape (n,): each actor's row in the build, -1 for a new one."""
    added_rows: NDArray[np.intp]
    """Shape (added actors,): their rows in ``now``."""


def columns_now(built: Corpus, row_of: dict[str, int], changed: Changed) -> Columns:
    """Put changed actors into a build's columns, take gone ones out, and hide what they no longer say.

    The passages of an actor beyond the searchable ones stay where its profile still holds their text; a new one
    beyond them is left out.
    """
    waiting = [actor for actor in changed.waiting if actor.id in row_of]
    added = corpus(changed.searchable, [], passages(changed.searchable, []))
    profiles = corpus([*changed.searchable, *waiting], [], [])
    ids = sorted((row_of.keys() - changed.gone) | set(added.ids))
    now_of = {actor_id: row for row, actor_id in enumerate(ids)}
    built_rows = np.array([row_of.get(actor_id, -1) for actor_id in ids], dtype=np.intp)
    withdrawn = _withdrawn(built, row_of, changed, waiting)
    now_of_built = np.full(len(built.ids), -1, dtype=np.intp)
    now_of_built[built_rows[built_rows >= 0]] = np.flatnonzero(built_rows >= 0)
    added_rows = np.array([now_of[actor_id] for actor_id in added.ids], dtype=np.intp)
    # Each actor's row in the build's columns with the changed profiles behind them.
    source = {actor_id: len(built.ids) + row for row, actor_id in enumerate(profiles.ids)}
    rows = np.array([source.get(actor_id, row_of.get(actor_id, -1)) for actor_id in ids], dtype=np.intp)
    texts = list(built.texts)
    for passage in np.flatnonzero(withdrawn):
        texts[passage] = ""
    every_column = np.ones(len(built.titles), dtype=np.bool_)
    now = replace(
        built,
        ids=ids,
        names=_taken(built.names, profiles.names, rows),
        groups=np.concatenate([built.groups, profiles.groups])[rows],
        countries=_taken(built.countries, profiles.countries, rows),
        regions=_taken(built.regions, profiles.regions, rows),
        members=np.concatenate([built.members, profiles.members])[rows],
        registration_numbers=_taken(built.registration_numbers, profiles.registration_numbers, rows),
        profiles=_taken(built.profiles, profiles.profiles, rows),
        texts=texts + added.texts,
        kinds=np.concatenate([built.kinds, added.kinds]),
        languages=built.languages + added.languages,
        sources=built.sources + added.sources,
        dates=np.concatenate([built.dates, added.dates]),
        holds=_joined(_moved(built.holds, now_of_built, len(ids), ~withdrawn), added.holds, added_rows),
        takes_part=_moved(built.takes_part, now_of_built, len(ids), every_column),
        funding=_moved(built.funding, now_of_built, len(ids), every_column),
    )
    return Columns(now, now_of, added, withdrawn, built_rows, added_rows)


def own_passages(data: Corpus, row: int) -> NDArray[np.intp]:
    """The passages of an actor's own profile, without those of its collaborations."""
    held = data.holds[[row], :].indices
    return np.asarray(np.sort(held[data.kinds[held] != _PROJECT]), dtype=np.intp)


def _withdrawn(
    built: Corpus, row_of: dict[str, int], changed: Changed, waiting: Sequence[Actor]
) -> NDArray[np.bool_]:
    withdrawn = np.zeros(len(built.texts), dtype=np.bool_)
    for actor_id in (*changed.gone, *(actor.id for actor in changed.searchable)):
        if actor_id in row_of:
            withdrawn[own_passages(built, row_of[actor_id])] = True
    for actor in waiting:
        said = _said(actor)
        for passage in own_passages(built, row_of[actor.id]):
            withdrawn[passage] = built.texts[passage] not in said
    return withdrawn


def _said(actor: Actor) -> str:
    """All of a profile's text, with single spaces as in passages."""
    offers, requests = (each.text for each in actor.offers), (each.text for each in actor.requests)
    parts = (actor.description, *offers, *requests, ", ".join(actor.tags))
    return "\n".join(" ".join(part.split()) for part in parts)


def _taken(built: list[T], changed: list[T], rows: NDArray[np.intp]) -> list[T]:
    every = built + changed
    return [every[row] for row in rows]


def _moved(
    matrix: sparse.csr_array, to: NDArray[np.intp], height: int, kept: NDArray[np.bool_]
) -> sparse.csr_array:
    """The rows of a matrix in their new places, without dropped rows (-1) and columns."""
    entries = matrix.tocoo()
    rows, columns = to[entries.row], entries.col
    stays = (rows >= 0) & kept[columns]
    return sparse.csr_array(
        (entries.data[stays], (rows[stays], columns[stays])), shape=(height, matrix.shape[1])
    )


def _joined(left: sparse.csr_array, added: sparse.csr_array, rows: NDArray[np.intp]) -> sparse.csr_array:
    """The columns of ``added`` behind those of ``left``, its rows in the places given."""
    moved = _moved(added, rows, left.shape[0], np.ones(added.shape[1], np.bool_))
    return sparse.csr_array(sparse.hstack([left, moved], format="csr"))
