"""Meetings that go because somebody has too many: as few as can be, against every way to choose them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.events import Appointment, Attendee
from matchmaker.meetings.changing import caps
from matchmaker.meetings.changing.caps import above_caps
from matchmaker.meetings.changing.repairing import repaired
from matchmaker.meetings.worth import Pair, Worth
from tests.meetings.programmes import Programme, event

BY_BOTH = pytest.mark.parametrize("largest", [0, caps.LARGEST], ids=["one by one", "by the program"])


def programme(meetings: dict[tuple[str, str], float], most: dict[str, int]) -> Programme:
    """Each meeting in a slot of its own; nobody but those named has a most."""
    made = event(len(meetings), 1)
    people = tuple(Attendee(one, one, most_meetings=most.get(one)) for one in "abcdxy")
    worth = {frozenset(pair): Worth(value, False, True) for pair, value in meetings.items()}
    empty = Programme(made, people, worth, frozenset(), ())
    placed = [
        Appointment(min(pair), max(pair), slot.span, "T0")
        for pair, slot in zip(meetings, empty.slots, strict=True)
    ]
    return replace(empty, appointments=tuple(placed))


def given_up(of: Programme) -> set[Pair]:
    return {each.pair for each in above_caps(of.conditions(), of.worth, (), of.appointments)}


@BY_BOTH
def test_a_meeting_that_could_stay_after_all_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(caps, "LARGEST", largest)
    path = {("x", "a"): 0.5, ("a", "b"): 0.2, ("b", "c"): 0.1, ("c", "d"): 0.2, ("d", "y"): 0.5}
    here = programme(path, dict.fromkeys("abcd", 1))
    assert given_up(here) == {frozenset("ab"), frozenset("cd")}
    repair = repaired(here.conditions(), here.worth, here.appointments)
    assert (repair.kept, repair.broken, repair.added) == (3, 2, ())


@BY_BOTH
def test_a_must_stays_where_another_can_go(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    monkeypatch.setattr(caps, "LARGEST", largest)
    here = programme({("a", "b"): 0.1, ("a", "c"): 0.9}, {"a": 1})
    worth = here.worth | {frozenset("ab"): Worth(0.1, True, True)}
    assert given_up(replace(here, worth=worth)) == {frozenset("ac")}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_as_few_as_can_be_are_given_up_and_of_these_those_of_least_worth(data: st.DataObject) -> None:
    pairs = data.draw(
        st.lists(st.sampled_from([*combinations("abcdxy", 2)]), min_size=1, max_size=8, unique=True)
    )
    here = programme(
        {pair: data.draw(st.integers(0, 4)) / 4 for pair in pairs},
        {one: data.draw(st.integers(0, 3)) for one in "abcd"},
    )
    locked = data.draw(st.sets(st.sampled_from(pairs), max_size=2))
    appointments = tuple(replace(each, locked=(each.a, each.b) in locked) for each in here.appointments)
    here, conditions = replace(here, appointments=appointments), here.conditions()
    loose = [each for each in appointments if not each.locked]
    top = max(own.value for own in here.worth.values()) or 1.0

    def enough(gone: tuple[Appointment, ...]) -> bool:
        """Whether nobody is above their most who has more than locked ones left."""
        rest = [each for each in appointments if each not in gone]
        return all(
            sum(one in each.pair for each in rest) <= conditions.most(one)
            or all(each.locked for each in rest if one in each.pair)
            for one in "abcdxy"
        )

    def loss(gone: tuple[Appointment, ...]) -> float:
        return round(sum(here.worth[each.pair].value / top for each in gone), 9)

    ways = [gone for number in range(len(loose) + 1) for gone in combinations(loose, number) if enough(gone)]
    best = min((len(gone), loss(gone)) for gone in ways)
    found = tuple(each for each in appointments if each.pair in given_up(here))
    assert (len(found), loss(found)) == best
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caps, "LARGEST", 0)
        found = tuple(each for each in appointments if each.pair in given_up(here))
    assert enough(found)
    assert not any(enough(tuple(each for each in found if each is not one)) for one in found)
