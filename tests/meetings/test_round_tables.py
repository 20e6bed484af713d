"""Round tables: everybody has a seat, nothing is worse than the best by more than is said, and the bound holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import ScheduleError
from matchmaker.events import RoundTables
from matchmaker.meetings.round_tables import Guest, seat
from matchmaker.meetings.round_tables.guests import WEIGHTS


def guests(people: int, groups: int = 3, sub_clusters: int = 2) -> list[Guest]:
    return [
        Guest(
            f"p{place}",
            f"a{place // 2 if place < 4 else place}",
            f"g{place % groups}",
            f"s{place % sub_clusters}",
        )
        for place in range(people)
    ]


@st.composite
def parties(draw: st.DrawFn, most: int = 14) -> tuple[list[Guest], int, int, list[tuple[str, str]]]:
    people = draw(st.integers(2, most))
    rounds = draw(st.integers(1, 3))
    there = st.one_of(st.none(), st.frozensets(st.integers(0, rounds - 1)))
    found = [
        Guest(
            f"p{place}",
            draw(st.sampled_from(["a", "b", "c", f"of {place}"])),
            draw(st.sampled_from(["g", "h"])),
            draw(st.sampled_from(["", "s", "t"])),
            draw(there),
        )
        for place in range(people)
    ]
    ids = st.sampled_from([each.id for each in found])
    apart = draw(st.lists(st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]), max_size=2))
    return found, draw(st.integers(2, 5)), rounds, apart


def cost_of(
    people: list[Guest], rounds: tuple[tuple[tuple[str, ...], ...], ...], apart: list[tuple[str, str]]
) -> float:
    """The cost as the documentation states it, counted pair by pair."""
    by_id = {each.id: each for each in people}
    kept_apart = {frozenset(pair) for pair in apart}
    met: set[frozenset[str]] = set()
    cost = 0.0
    for tables in rounds:
        now = {frozenset(pair) for table in tables for pair in combinations(table, 2)}
        for pair in now:
            one, other = (by_id[each] for each in pair)
            cost += WEIGHTS["apart"] * (pair in kept_apart)
            cost += WEIGHTS["same_actor"] * (one.actor == other.actor)
            cost += WEIGHTS["same_group"] * (one.group == other.group)
            cost += WEIGHTS["same_sub_cluster"] * (one.sub_cluster == other.sub_cluster != "")
            cost += WEIGHTS["again"] * (pair in met)
        met |= now
    return cost


def seatings(ids: tuple[str, ...], size: int) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Every way to part people into as few tables as there can be, as equal as can be."""
    tables = -(-len(ids) // size)
    if not tables:
        yield ()
        return
    first, rest = ids[0], ids[1:]
    for count in {len(ids) // tables, -(-len(ids) // tables)}:
        for others in combinations(rest, count - 1):
            left = tuple(each for each in rest if each not in others)
            if tables == 1:
                if not left:
                    yield ((first, *others),)
                continue
            smaller = -(-len(left) // (tables - 1))
            for seated in seatings(left, smaller):
                sizes = {len(table) for table in (*seated, (first, *others))}
                if len(seated) == tables - 1 and max(sizes) - min(sizes) <= 1 and max(sizes) <= size:
                    yield ((first, *others), *seated)


def check(
    seating: RoundTables, people: list[Guest], size: int, rounds: int, apart: list[tuple[str, str]]
) -> None:
    assert len(seating.rounds) == rounds
    for number, tables in enumerate(seating.rounds):
        there = sorted(each.id for each in people if each.rounds is None or number in each.rounds)
        assert sorted(guest for table in tables for guest in table) == there
        assert all(0 < len(table) <= size for table in tables)
        assert not tables or max(map(len, tables)) - min(map(len, tables)) <= 1
    assert seating.cost == pytest.approx(cost_of(people, seating.rounds, apart))
    assert seating.bound <= seating.cost
    for name in WEIGHTS:
        measure = getattr(seating, name)
        assert measure.least <= measure.pairs


@settings(max_examples=40, deadline=None)
@given(parties())
def test_everybody_there_has_one_seat_a_round_and_the_cost_is_what_is_said(
    party: tuple[list[Guest], int, int, list[tuple[str, str]]],
) -> None:
    people, size, rounds, apart = party
    left = iter([1.0] * 20)
    found = seat(people, size=size, rounds=rounds, apart=apart, seconds_left=lambda: next(left, 0.0))
    check(found, people, size, rounds, apart)


@settings(max_examples=40, deadline=None)
@given(parties(most=6))
def test_the_bound_is_never_above_the_best_of_all_seatings_and_the_search_finds_that_one(
    party: tuple[list[Guest], int, int, list[tuple[str, str]]],
) -> None:
    people, size, rounds, apart = party
    rounds = min(rounds, 2)
    people = [
        Guest(
            each.id, each.actor, each.group, each.sub_cluster, each.rounds and frozenset(each.rounds & {0, 1})
        )
        for each in people
    ]
    found = seat(people, size=size, rounds=rounds, apart=apart)
    every = [
        list(
            seatings(tuple(each.id for each in people if each.rounds is None or number in each.rounds), size)
        )
        for number in range(rounds)
    ]
    best = min(cost_of(people, tables, apart) for tables in product(*every))
    assert found.bound <= best
    assert found.cost == best


def test_with_tables_enough_nobody_meets_again_and_groups_are_as_mixed_as_can_be() -> None:
    people = [Guest(f"p{place:03}", f"a{place}", f"g{place % 5}") for place in range(120)]
    found = seat(people, size=8, rounds=3)
    assert (found.again.pairs, found.again.least) == (0, 0)
    assert found.same_group.pairs == found.same_group.least
    assert found.cost == found.bound


def test_where_too_few_tables_make_some_meet_again_the_least_number_is_proven() -> None:
    # Twenty-four at four tables of six: those at a table come from four tables, so two pairs of them sat together before.
    people = [Guest(f"p{place:02}", f"a{place}", f"g{place}") for place in range(24)]
    found = seat(people, size=6, rounds=2)
    assert (found.again.pairs, found.again.least) == (8, 8)


def test_who_is_to_be_kept_apart_is_parted_before_anything_else() -> None:
    people = guests(12)
    apart = [("p0", f"p{place}") for place in range(2, 9)]
    found = seat(people, size=4, rounds=1, apart=apart)
    assert found.apart.pairs == 0
    table = next(table for table in found.rounds[0] if "p0" in table)
    assert not {f"p{place}" for place in range(2, 9)} & set(table)


def test_the_same_guests_in_any_order_and_the_same_seed_give_the_same_seating() -> None:
    people = guests(12)
    assert seat(people, size=4, rounds=3, seed=2) == seat(people[::-1], size=4, rounds=3, seed=2)


def test_a_search_without_time_still_seats_everybody() -> None:
    people = guests(30)
    found = seat(people, size=6, rounds=6, seconds_left=lambda: 0.0)
    check(found, people, 6, 6, [])


def test_what_cannot_be_seated_is_named_together() -> None:
    with pytest.raises(ScheduleError) as caught:
        seat(guests(1), size=1, rounds=0)
    assert len(caught.value.problems) == 3
    with pytest.raises(ScheduleError, match="named twice"):
        seat([*guests(4), *guests(4)], size=2, rounds=1)
    with pytest.raises(ScheduleError, match="more than 2,000"):
        seat(guests(2001), size=8, rounds=1)
