"""Which table each appointment is at: the one it had, the one kept for its actor, else one that somebody sits at already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from matchmaker.events import Appointment, Event, LostTable, Slot, Table
from matchmaker.meetings.programme import open_tables

OWN, SAME, STAYS, OTHER = 0.0, 1.0, 2.0, 3.0
"""What a table costs: kept for one of the two, the one before, one where somebody sat in the slot before, any other."""
CLOSED = 1e6


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
    if not rest:
        return []
    costs = np.array(
        [[_cost(each, table, was, sits, actor_of) for table in tables] for each in rest], dtype=np.float64
    )
    # A little more for later tables, so that equal ones are taken from the first.
    costs += np.arange(len(tables)) / (1000.0 * max(1, len(tables)))
    rows, columns = linear_sum_assignment(costs)
    return [
        replace(rest[row], table=tables[column].name)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def _cost(
    each: Appointment,
    table: Table,
    was: Mapping[frozenset[str], str],
    sits: Mapping[str, str],
    actor_of: Mapping[str, str],
) -> float:
    if table.actor_id:
        return OWN if table.actor_id in {actor_of.get(one) for one in each.pair} else CLOSED
    if was.get(each.pair) == table.name:
        return SAME
    return STAYS if table.name in {sits.get(one) for one in each.pair} else OTHER
