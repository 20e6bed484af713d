"""Schedules: what always holds, and what is held against every possible schedule of small events."""

from __future__ import annotations

import itertools
import json
import math
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.cli.events.solving import as_record
from matchmaker.errors import ScheduleError
from matchmaker.meetings.solver import Changes, Instance, Participant, Schedule, Wish, solve
from tests.meetings.events import event

# MATCHMAKER_EXAMPLES=20 asks twenty times as many events of every property: thousands instead of some hundred.
TIMES = int(os.environ.get("MATCHMAKER_EXAMPLES", "1"))
MANY = settings(max_examples=150 * TIMES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(MANY, max_examples=60 * TIMES)
LARGE = settings(MANY, max_examples=25 * TIMES)


@st.composite
def events(
    draw: st.DrawFn, people: int = 8, slots: int = 4, wishes: int = 14, musts: bool = False
) -> Instance:
    count, number = draw(st.integers(2, people)), draw(st.integers(1, slots))
    every = range(number)
    participants = tuple(
        Participant(
            f"p{row}",
            tuple(sorted(draw(st.sets(st.sampled_from(every))))),
            draw(st.integers(0, number)),
        )
        for row in range(count)
    )
    pairs = list(itertools.combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=wishes, unique=True))
    made = tuple(
        Wish(
            f"p{a}",
            f"p{b}",
            draw(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0])),
            musts and draw(st.integers(0, 3)) == 0,
        )
        for a, b in chosen
    )
    apart = draw(st.lists(st.sampled_from(pairs), max_size=2))
    tables = tuple(draw(st.integers(0, 3)) for _ in every)
    return Instance(tables, participants, made, tuple((f"p{a}", f"p{b}") for a, b in apart))


def broken(asked: Instance, found: Schedule) -> list[str]:
    """Every rule that a schedule breaks."""
    people = {each.id: each for each in asked.participants}
    pairs = {frozenset((each.a, each.b)): each for each in asked.wishes}
    apart = {frozenset(each) for each in asked.never}
    said = []
    busy: Counter[tuple[str, int]] = Counter()
    seats: Counter[tuple[int, int]] = Counter()
    counts: Counter[str] = Counter()
    for each in found.meetings:
        pair = frozenset((each.a, each.b))
        if pair not in pairs or pair in apart:
            said.append(f"{each} is no wish or is excluded")
        if not 0 <= each.table < asked.tables[each.slot]:
            said.append(f"{each} has no such table")
        seats[each.slot, each.table] += 1
        for name in pair:
            busy[name, each.slot] += 1
            counts[name] += 1
            if each.slot not in people[name].available:
                said.append(f"{name} is not there in {each.slot}")
    said += [f"{at} twice" for at, number in [*busy.items(), *seats.items()] if number > 1]
    said += [f"{name} above the cap" for name, number in counts.items() if number > people[name].max_meetings]
    met = Counter(frozenset((each.a, each.b)) for each in found.meetings)
    said += [f"{set(pair)} meet twice" for pair, number in met.items() if number > 1]
    left = {frozenset((each.a, each.b)) for each in found.unplaced}
    if left | set(met) != set(pairs) or left & set(met):
        said.append("the wishes are not either placed or left out")
    if not math.isclose(found.value, sum(pairs[pair].value for pair in met), abs_tol=1e-9):
        said.append("the value is not that of the meetings")
    return said


def every_schedule(asked: Instance) -> Iterator[tuple[int, float, int]]:
    """Musts kept, value and how many have a meeting, of every schedule there is."""
    people = {each.id: each for each in asked.participants}
    apart = {frozenset(each) for each in asked.never}
    wishes = [each for each in asked.wishes if frozenset((each.a, each.b)) not in apart]

    def further(
        row: int, busy: set[tuple[str, int]], room: list[int], counts: Counter[str]
    ) -> Iterator[tuple[int, float, int]]:
        if row == len(wishes):
            yield 0, 0.0, len(counts)
            return
        wish = wishes[row]
        yield from further(row + 1, busy, room, counts)
        if any(counts[name] >= people[name].max_meetings for name in (wish.a, wish.b)):
            return
        for slot in set(people[wish.a].available) & set(people[wish.b].available):
            both = {(wish.a, slot), (wish.b, slot)}
            if busy & both or not room[slot]:
                continue
            less = [number - (at == slot) for at, number in enumerate(room)]
            more = counts + Counter((wish.a, wish.b))
            for musts, value, met in further(row + 1, busy | both, less, more):
                yield musts + wish.must, value + wish.value, met

    yield from further(0, set(), list(asked.tables), Counter())


@MANY
@given(events())
def test_no_rule_is_ever_broken(asked: Instance) -> None:
    assert broken(asked, solve(asked)) == []


@LARGE
@given(events(people=24, slots=6, wishes=80))
def test_no_rule_is_broken_on_larger_events_and_the_bound_is_never_below_the_value(asked: Instance) -> None:
    found = solve(asked)
    assert broken(asked, found) == []
    assert found.bound >= found.value


@pytest.mark.parametrize("availability", [1.0, 0.7, 0.4])
@pytest.mark.parametrize("tables", [None, 12])
def test_no_rule_is_broken_where_the_search_does_the_work(availability: float, tables: int | None) -> None:
    asked = event(80, 8, availability, seed=3, tables=tables, musts=10)
    found = solve(asked)
    assert broken(asked, found) == []
    assert found.value <= found.bound <= found.value * 1.06
    assert not [each for each in found.unplaced if each.must]


@FEW
@given(events(people=5, slots=3, wishes=6))
def test_the_value_is_that_of_the_best_of_all_schedules(asked: Instance) -> None:
    best = max(value for _, value, _ in every_schedule(asked))
    found = solve(asked)
    assert math.isclose(found.value, best, abs_tol=1e-9)
    assert found.bound >= best - 1e-9


@FEW
@given(events(people=5, slots=3, wishes=6, musts=True))
def test_musts_come_first_and_as_many_as_can_be(asked: Instance) -> None:
    musts, value, _ = max(every_schedule(asked))
    try:
        found = solve(asked)
    except ScheduleError:
        assert musts < sum(each.must for each in asked.wishes)
        return
    kept = sum(each.must for each in asked.wishes) - sum(each.must for each in found.unplaced)
    assert kept == musts
    assert math.isclose(found.value, value, abs_tol=1e-9)


@FEW
@given(events())
def test_other_names_change_nothing_in_value(asked: Instance) -> None:
    def other(name: str) -> str:
        return f"{99 - int(name[1:])} ø"

    renamed = Instance(
        asked.tables,
        tuple(Participant(other(each.id), each.available, each.max_meetings) for each in asked.participants),
        tuple(Wish(other(each.a), other(each.b), each.value) for each in asked.wishes),
        tuple((other(a), other(b)) for a, b in asked.never),
    )
    assert solve(renamed).value == solve(asked).value


@FEW
@given(events(), st.integers(0, 3))
def test_one_more_table_never_lowers_the_value(asked: Instance, slot: int) -> None:
    more = tuple(number + (at == slot) for at, number in enumerate(asked.tables))
    wider = Instance(more, asked.participants, asked.wishes, asked.never)
    assert solve(wider).value >= solve(asked).value - 1e-9


def kept(asked: Instance, found: Schedule) -> tuple[int, float]:
    """Musts kept and value."""
    return sum(each.must for each in asked.wishes) - sum(each.must for each in found.unplaced), found.value


@LARGE
@given(events(people=20, slots=5, wishes=60), st.integers(0, 4), st.integers(0, 3))
def test_with_the_schedule_before_to_begin_with_one_more_table_never_lowers_the_value(
    asked: Instance, slot: int, seed: int
) -> None:
    before = solve(asked)
    more = tuple(number + (at == slot) for at, number in enumerate(asked.tables))
    wider = Instance(more, asked.participants, asked.wishes, asked.never)
    found = solve(wider, seed=seed, start=before)
    assert broken(wider, found) == []
    assert found.value >= before.value - 1e-9


@pytest.mark.parametrize("seconds", [0.0, math.inf])
def test_a_schedule_to_begin_with_is_never_made_worse(seconds: float) -> None:
    asked = event(150, 12, 0.5, seed=4, musts=8)
    good = solve(asked)
    again = solve(asked, seed=9, seconds_left=lambda: seconds, start=good)
    assert broken(asked, again) == []
    assert kept(asked, again) >= kept(asked, good)
    assert again.bound >= again.value


def test_what_cannot_be_held_of_a_schedule_to_begin_with_is_passed_over() -> None:
    asked = event(60, 6, 0.6, seed=2, tables=20)
    good = solve(asked, seconds_left=lambda: 0.0)
    away = {"p3", "p7", "p11"}
    fewer = Instance(
        (0, *(number - 6 for number in asked.tables[1:])),
        tuple(
            Participant(each.id, () if each.id in away else each.available, max(1, each.max_meetings - 1))
            for each in asked.participants
        ),
        asked.wishes,
        (("p1", good.meetings[0].a), *((each.a, each.b) for each in good.meetings[5:8])),
    )
    found = solve(fewer, seconds_left=lambda: 0.0, start=good)
    assert broken(fewer, found) == []
    assert found.meetings


@FEW
@given(events(people=5, slots=3, wishes=6, musts=True), st.sampled_from([0.0, 0.1, 0.4]))
def test_as_few_as_can_be_have_nothing_for_the_value_that_may_be_given_up(
    asked: Instance, fairness: float
) -> None:
    try:
        found = solve(asked, fairness=fairness)
    except ScheduleError:
        return
    schedules = list(every_schedule(asked))
    musts, best, _ = max(schedules)
    enough = (1 - fairness) * best - 1e-9
    assert kept(asked, found) >= (musts, enough)
    met = {name for each in found.meetings for name in (each.a, each.b)}
    assert len(met) == max(met for have, value, met in schedules if have == musts and value >= enough)


def test_a_share_of_the_value_gives_meetings_to_those_who_have_none() -> None:
    asked = event(120, 8, 0.5, seed=6, tables=12, musts=5)
    best = solve(asked)
    fair = solve(asked, fairness=0.05)
    names = {each.id for each in asked.participants}

    def without(found: Schedule) -> set[str]:
        return names - {name for each in found.meetings for name in (each.a, each.b)}

    assert broken(asked, fair) == []
    assert len(without(fair)) < len(without(best))
    assert fair.value >= 0.95 * best.value - 1e-9
    assert not [each for each in fair.unplaced if each.must]


@pytest.mark.parametrize("fairness", [-0.1, 1.5, math.nan])
def test_a_share_out_of_range_is_refused(fairness: float) -> None:
    with pytest.raises(ValueError, match="give a share from 0 to 1"):
        solve(event(10, 3, 1.0), fairness=fairness)


@LARGE
@given(events(people=16, slots=5, wishes=50), st.integers(0, 3))
def test_no_schedule_of_another_seed_is_worth_more_than_the_bound(asked: Instance, seed: int) -> None:
    assert solve(asked, seed=seed + 1).value <= solve(asked).bound + 1e-9


@pytest.mark.parametrize("availability", [1.0, 0.5])
def test_the_same_event_gives_the_same_bytes(availability: float) -> None:
    asked = event(160, 12, availability, seed=5, tables=70, musts=5)
    first, second = (json.dumps(as_record(solve(asked, seed=7))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("seed", range(3))
def test_two_groups_that_are_there_all_the_time_get_the_optimum(seed: int) -> None:
    asked = event(120, 8, 1.0, seed=seed, tables=40, groups=2)
    found = solve(asked)
    assert broken(asked, found) == []
    assert found.bound - found.value <= 1e-6


def test_when_no_time_is_left_the_schedule_so_far_is_given() -> None:
    asked = event(150, 10, 0.4, seed=1)
    found = solve(asked, seconds_left=lambda: 0.0)
    assert found.stopped
    assert found.meetings
    assert broken(asked, found) == []
    assert found.bound >= solve(asked).value


def test_minima_are_kept_before_the_value() -> None:
    people = (*(Participant(name, (0, 1), 2) for name in "abc"), Participant("d", (0, 1), 2, 1))
    wishes = (Wish("a", "b", 1.0), Wish("b", "c", 1.0), Wish("a", "c", 0.9), Wish("c", "d", 0.1))
    found = solve(Instance((1, 1), people, wishes))
    assert {"c", "d"} in [{each.a, each.b} for each in found.meetings]
    assert found.below_minimum == ()
    assert found.value == 1.1


def test_of_equal_schedules_the_one_is_taken_in_which_nobody_has_nothing() -> None:
    people = tuple(Participant(name, (0, 1), 2) for name in "abcd")
    wishes = (Wish("a", "b", 1.0), Wish("a", "c", 1.0), Wish("b", "c", 1.0), Wish("a", "d", 1.0))
    found = solve(Instance((1, 1), people, wishes))
    assert found.value == 2.0
    assert {name for each in found.meetings for name in (each.a, each.b)} == set("abcd")


def test_nobody_waits_between_meetings_where_the_slot_between_is_free() -> None:
    found = solve(
        Instance(
            (1, 1, 1),
            tuple(Participant(name, (0, 1, 2), 3) for name in "abc"),
            (Wish("a", "b", 1.0), Wish("a", "c", 1.0)),
        )
    )
    slots = sorted(each.slot for each in found.meetings)
    assert slots[1] - slots[0] == 1


def test_whoever_stays_can_stay_at_the_table() -> None:
    people = tuple(Participant(name, (0, 1, 2), 3) for name in "abcde")
    found = solve(Instance((5, 5, 5), people, tuple(Wish("a", other, 1.0) for other in "bcd")))
    assert len({each.table for each in found.meetings}) == 1


def why(asked: Instance, a: str, b: str) -> str:
    return next(each.reason for each in solve(asked).unplaced if {each.a, each.b} == {a, b})


def test_each_wish_left_out_says_why() -> None:
    people = (
        Participant("a", (0, 1), 1),
        *(Participant(name, (0, 1), 2) for name in "bc"),
        Participant("late", (2,), 1),
        Participant("early", (0,), 1),
    )
    asked = Instance(
        (1, 1, 1),
        people,
        (
            Wish("a", "b", 0.9),
            Wish("a", "c", 0.1),
            Wish("b", "c", 0.8),
            Wish("b", "late", 0.5),
            Wish("early", "b", 0.05),
            Wish("c", "early", 0.01),
        ),
        (("c", "early"),),
    )
    assert why(asked, "a", "c") == "cap_reached"
    assert why(asked, "b", "late") == "no_common_slot"
    assert why(asked, "c", "early") == "excluded"
    assert why(asked, "early", "b") == "worth_less"
    full = Instance(
        (1,), tuple(Participant(name, (0,), 1) for name in "abcd"), (Wish("a", "b", 1.0), Wish("c", "d", 0.5))
    )
    assert why(full, "c", "d") == "tables_full"


@FEW
@given(events())
def test_a_change_makes_its_wish_fit_beside_all_that_is_there(asked: Instance) -> None:
    found = solve(asked)
    changes = Changes(asked, found)
    for each in found.unplaced:
        change = changes.smallest(each.a, each.b)
        if change is None:
            continue
        wish = next(wish for wish in asked.wishes if {wish.a, wish.b} == {each.a, each.b})
        changed = changes.changed(change)
        for again in (solve(changed), solve(changed, start=found)):
            assert again.value >= found.value + wish.value - 1e-9


def test_the_smallest_change_is_named() -> None:
    full = Instance(
        (1,), tuple(Participant(name, (0,), 1) for name in "abcd"), (Wish("a", "b", 1.0), Wish("c", "d", 0.5))
    )
    assert str(Changes(full, solve(full)).smallest("c", "d")) == "one more table in slot 0"
    capped = Instance(
        (1, 1),
        tuple(Participant(name, (0, 1), 1) for name in "abc"),
        (Wish("a", "b", 1.0), Wish("b", "c", 0.5)),
    )
    assert str(Changes(capped, solve(capped)).smallest("b", "c")) == "one more meeting for b"
    apart = Instance((1, 1), (Participant("a", (0,), 1), Participant("b", (1,), 1)), (Wish("a", "b", 1.0),))
    assert str(Changes(apart, solve(apart)).smallest("a", "b")) == "a there for slot 1 too"
    with pytest.raises(ValueError, match="not a wish without a meeting"):
        Changes(full, solve(full)).smallest("a", "b")


def test_where_one_thing_is_not_enough_the_fewest_are_named_together() -> None:
    capped = Instance(
        (2, 2),
        tuple(Participant(name, (0, 1), 1) for name in "abcd"),
        (Wish("a", "c", 1.0), Wish("b", "d", 1.0), Wish("a", "b", 0.5)),
    )
    changes = Changes(capped, solve(capped))
    change = changes.smallest("a", "b")
    assert str(change) == "one more meeting for a and one more meeting for b"
    assert change is not None
    assert solve(changes.changed(change)).value == 2.5
    apart = Instance((1, 0), (Participant("a", (1,), 1), Participant("b", (1,), 1)), (Wish("a", "b", 1.0),))
    change = Changes(apart, solve(apart)).smallest("a", "b")
    assert str(change) == "a there for slot 0 too and b there for slot 0 too"


def test_an_exclusion_is_no_change_to_make() -> None:
    asked = Instance(
        (1,), (Participant("a", (0,), 1), Participant("b", (0,), 1)), (Wish("a", "b", 1.0),), (("b", "a"),)
    )
    assert Changes(asked, solve(asked)).smallest("a", "b") is None
