"""Who sits at which table in each round of an event's round tables, as a plain value that is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairCount:
    """How many pairs at a table are of a kind that should not be, and how many there are at least."""

    pairs: int
    least: int
    """No seating of the same people at the same tables in as many rounds has fewer; proven."""


@dataclass(frozen=True, slots=True)
class RoundTables:
    """A seating: rounds of tables of seats."""

    rounds: tuple[tuple[tuple[str, ...], ...], ...]
    """By round and table, the ids of those who sit there, ascending. Everybody who is there sits at one table a round."""
    again: PairCount
    """Times that two sit together who did in an earlier round."""
    same_actor: PairCount
    same_group: PairCount
    same_sub_cluster: PairCount
    apart: PairCount
    """Times that two sit together who are to be kept apart."""
    cost: float
    """What all of these add up to with their weights."""
    bound: float
    """No seating costs less; never above ``cost``."""
    size: int = 0
    """Seats at a table at most."""
