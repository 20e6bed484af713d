"""Which table each appointment is at: the one it had, the one kept for its actor, else one that somebody sits at already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from matchmaker.events import Appointment, Event, LostTable, Slot, Table
from matchmaker.meetings.programme import open_tables


def seated(
    event: Event,
    slots: Sequence[Slot],
    placed: Iterable[Appointment],
    lost: Iterable[LostTable],
    before: Iterable[Appointment] = (),
    actor_of: Mapping[str, str] | None = None,
) -> tuple[Appointment, ...]:
    """The appointments with a table each, by time and then by table in the event's order.

    Appointments that have a table keep it. In each slot the others are assigned such that as few as can be sit elsewhere than
    ``before`` and as few as can be move between two slots that follow each other. There must be tables enough.
    """
    lost = tuple(lost)
    actor_of = actor_of or {}
    was = {each.pair: each.table for each in before}
    by_time: dict[object, list[Appointment]] = {}
    for each in placed:
        by_time.setdefault(each.span, []).append(each)
    order = {table.name: place for place, table in enumerate(event.tables)}
    found: list[Appointment] = []
    sits: dict[str, str] = {}
    for slot in slots:
        here = sorted(by_time.get(slot.span, ()), key=lambda each: sorted(each.pair))
        fixed = [each for each in here if each.table]
        taken = {each.table for each in fixed}
        gone = {each.table for each in lost if each.span.meets(slot.span)}
        tables = [each for each in open_tables(event, slot) if each.name not in taken | gone]
        rest = _assigned([each for each in here if not each.table], tables, was, sits, actor_of)
        now = sorted([*fixed, *rest], key=lambda each: order.get(each.table, len(order)))
        sits = {one: each.table for each in now for one in each.pair}
        found += now
    return tuple(found)


def _assigned(
    rest: Sequence[Appointment],
    tables: Sequence[Table],
    was: Mapping[frozenset[str], str],
    sits: Mapping[str, str],
    actor_of: Mapping[str, str],
) -> list[Appointment]:
    """As many as can be at a table kept for one of the two, then where they were before, then where one of them sits already."""
    free = {table.name: table for table in tables}
    waiting = dict(enumerate(rest))
    found: dict[int, str] = {}

    kept_for: dict[str, list[str]] = {}
    for table in tables:
        kept_for.setdefault(table.actor_id, []).append(table.name)

    def own(each: Appointment) -> list[str]:
        actors = {actor_of.get(one, "") for one in each.pair} - {""}
        return [name for actor_id in sorted(actors) for name in kept_for.get(actor_id, ())]

    def common(each: Appointment, names: Iterable[str]) -> list[str]:
        return sorted({name for name in names if name in free and not free[name].actor_id})

    for wanted in (
        own,
        lambda each: common(each, [was.get(each.pair, "")]),
        lambda each: common(each, [sits.get(one, "") for one in each.pair]),
    ):
        for place, name in _matched({place: wanted(each) for place, each in waiting.items()}).items():
            found[place] = name
            del waiting[place], free[name]
    others = (name for name, table in free.items() if not table.actor_id)
    found |= dict(zip(waiting, others, strict=False))
    return [replace(rest[place], table=name) for place, name in sorted(found.items())]


def _matched(wanted: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """A table each for as many as can be (Hopcroft and Karp 1973), of those that each wants."""
    places = [place for place, names in wanted.items() if names]
    names = sorted({name for place in places for name in wanted[place]})
    if not names:
        return {}
    column = {name: number for number, name in enumerate(names)}
    rows = [row for row, place in enumerate(places) for _ in wanted[place]]
    columns = [column[name] for place in places for name in wanted[place]]
    graph = sparse.csr_array(
        (np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(places), len(names))
    )
    matches = maximum_bipartite_matching(graph, perm_type="column")
    return {places[row]: names[number] for row, number in enumerate(matches.tolist()) if number >= 0}
