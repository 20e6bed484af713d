"""A version of the schedule as each participant, table and slot sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events import Absence, AbsenceKind, LeftOut, Session, Span
from matchmaker.meetings.agendas import Agenda, EntryKind
from tests.meetings.handed_out import attendees, event, handed_out, round_robin, span

NAMES = ["Æble", "Åkande", "Birk", "Ærø"]


def told(agenda: Agenda | None) -> list[tuple[str, Span]]:
    assert agenda is not None
    return [(each.kind.value, each.span) for each in agenda.entries]


def test_an_agenda_holds_meetings_free_slots_and_breaks_by_time() -> None:
    made = handed_out(NAMES, [(0, "p1", "p2"), (2, "p3", "p1")])
    assert told(made.of("p1")) == [
        ("meeting", span((9, 0), (9, 20))),
        ("free", span((9, 25), (9, 45))),
        ("meeting", span((9, 50), (10, 10))),
        ("free", span((10, 15), (11, 50))),
        ("break", span((11, 50), (13, 0))),
        ("free", span((13, 0), (15, 25))),
    ]


def test_each_meeting_says_whom_where_and_why_from_the_readers_side() -> None:
    made = handed_out(NAMES, [(0, "p1", "p2")])
    agenda = made.of("p2")
    assert agenda is not None
    (meeting,) = agenda.meetings
    assert meeting.other is not None
    assert (meeting.other.name, meeting.table) == ("Æble", "Bord 1")
    assert (meeting.whys[0].ours, meeting.whys[0].theirs) == ("ord fra p2.", "ord fra p1.")


def test_time_before_coming_and_after_leaving_is_not_told_and_absence_between_is() -> None:
    who = attendees(NAMES)
    who[0] = replace(who[0], there=(span((9, 20), (10, 20)), span((13, 0), (13, 30))))
    made = handed_out(NAMES, [(1, "p1", "p2")], who=who)
    assert told(made.of("p1")) == [
        ("meeting", span((9, 25), (9, 45))),
        ("free", span((9, 50), (10, 10))),
        ("away", span((10, 15), (11, 50))),
        ("break", span((11, 50), (13, 0))),
        ("free", span((13, 0), (13, 20))),
    ]
    assert made.of("p1").arrives == span((9, 25), (9, 45)).starts  # type: ignore[union-attr]


def test_who_is_reported_absent_has_no_free_slots_and_may_have_no_agenda_at_all() -> None:
    gone = Absence("p3", AbsenceKind.NO_SHOW, span((8, 0), (18, 0)))
    made = handed_out(NAMES, [(0, "p1", "p2")], absences=[gone])
    assert told(made.of("p3")) == []
    assert made.of("p3").arrives is None  # type: ignore[union-attr]


def test_numbers_go_by_name_with_danish_letters_last() -> None:
    made = handed_out(NAMES, [])
    assert [each.party.name for each in made.participants] == ["Birk", "Æble", "Ærø", "Åkande"]
    assert [each.party.number for each in made.participants] == [1, 2, 3, 4]


def test_a_meeting_with_somebody_who_is_gone_is_left_out_everywhere() -> None:
    who = attendees(NAMES)[:3]
    made = handed_out(
        NAMES, [(0, "p1", "p4"), (1, "p1", "p2")], who=who, left_out=[LeftOut("p2", "p4", "excluded")]
    )
    assert [each.other.name for each in made.of("p1").meetings if each.other] == ["Åkande"]  # type: ignore[union-attr]
    assert [len(each.seatings) for each in made.slots] == [1]
    assert [len(each.seatings) for each in made.tables] == [1]
    assert made.left_out == ()


def test_addresses_are_nowhere_unless_they_are_asked_for_and_then_only_with_their_own() -> None:
    pairs = [(0, "p1", "p2")]
    assert "@example.dk" not in repr(handed_out(NAMES, pairs))
    asked = handed_out(NAMES, pairs, with_addresses=True)
    assert asked.of("p1").addresses == ("p1@example.dk",)  # type: ignore[union-attr]
    assert all("@" not in repr(each.entries) for each in asked.participants)
    assert "@" not in repr((asked.tables, asked.slots, asked.left_out))


def test_days_and_nights_between_them_are_no_breaks() -> None:
    two_days = event(
        sessions=[
            Session("Torsdag", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 10), 30),
            Session("Fredag", datetime(2027, 3, 5, 9), datetime(2027, 3, 5, 10), 30),
        ]
    )
    made = handed_out(NAMES, [(0, "p1", "p2"), (2, "p1", "p3")], of=two_days)
    assert [kind for kind, _ in told(made.of("p1"))] == ["meeting", "free", "meeting", "free"]


def test_a_meeting_outside_todays_programme_is_still_told() -> None:
    made = handed_out(NAMES, [(12, "p1", "p2")])
    shorter = replace(event(), sessions=event().sessions[:1])
    later = handed_out(NAMES, [], of=shorter)
    assert made.of("p1").meetings  # type: ignore[union-attr]
    assert later.of("p1").meetings == ()  # type: ignore[union-attr]


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 12), st.integers(1, 12)).filter(
            lambda each: each[1] != each[2]
        ),
        max_size=40,
    )
)
def test_everybody_has_their_own_meetings_and_nobody_elses(drawn: list[tuple[int, int, int]]) -> None:
    taken: set[tuple[int, int]] = set()
    pairs = []
    for slot, a, b in drawn:
        if not {(slot, a), (slot, b)} & taken:
            taken |= {(slot, a), (slot, b)}
            pairs.append((slot, f"p{a}", f"p{b}"))
    made = handed_out([f"Navn {place}" for place in range(1, 13)], pairs)
    for agenda in made.participants:
        own = agenda.party.attendee_id
        met = [each.other.attendee_id for each in agenda.meetings if each.other]
        wanted = [b if a == own else a for _, a, b in sorted(pairs) if own in (a, b)]
        assert met == wanted
        ends = [(each.span.starts, each.span.ends) for each in agenda.entries]
        assert all(one[1] <= other[0] for one, other in pairwise(ends))
    assert sum(len(each.seatings) for each in made.tables) == len(pairs)
    assert sum(len(each.seatings) for each in made.slots) == len(pairs)


def test_a_full_programme_has_no_free_slot() -> None:
    made = handed_out([f"Navn {place}" for place in range(1, 21)], round_robin(20, 13))
    for agenda in made.participants:
        assert {each.kind for each in agenda.entries} == {EntryKind.MEETING, EntryKind.BREAK}
        assert len({each.other.attendee_id for each in agenda.meetings if each.other}) == 13
