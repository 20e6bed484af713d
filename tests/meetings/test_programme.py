"""Sessions in local time to slots in UTC, times as people write them, and a set-up in words with all that is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import ActorGroup
from matchmaker.errors import EventRejectedError
from matchmaker.events import Attendee, Event, MetBefore, Person, Rules, Session, Span, Table
from matchmaker.meetings.attendance import MOST_PARTICIPANTS, doubts_of, problems_of_attendance
from matchmaker.meetings.programme import problems_of, slots_of
from matchmaker.meetings.wall_clock import as_written, joined, session_line, session_of, spans_of
from matchmaker.meetings.written_setup import document_of, setup_of

COPENHAGEN = "Europe/Copenhagen"


def event(*sessions: str, zone: str = COPENHAGEN, tables: tuple[Table, ...] = ()) -> Event:
    return Event("e", "Event", "Viborg", zone, tuple(session_of(each) for each in sessions), tables)


def nobody(text: str) -> str:
    raise ValueError(f"nobody is called {text}")


def problems(document: dict[str, object], base: Event | None = None) -> tuple[str, ...]:
    with pytest.raises(EventRejectedError) as caught:
        setup_of(document, base or Event("", "Event", "", COPENHAGEN), nobody)
    return caught.value.problems


class TestClocks:
    def test_where_the_clocks_go_back_a_session_has_the_slots_of_the_hour_that_comes_twice(self) -> None:
        slots = slots_of(event("Night 2027-10-31 01:00-04:00 60"))
        assert [each.span.starts for each in slots] == [
            datetime(2027, 10, 30, 23, tzinfo=UTC) + timedelta(hours=number) for number in range(4)
        ]

    def test_where_the_clocks_go_forward_a_session_lacks_the_slots_of_the_hour_that_is_left_out(self) -> None:
        slots = slots_of(event("Night 2027-03-28 01:00-04:00 60"))
        local = [each.span.starts.astimezone(ZoneInfo(COPENHAGEN)).hour for each in slots]
        assert local == [1, 3]

    @pytest.mark.parametrize("line", ["A 2027-03-28 02:30-05:00 20", "A 2027-03-28 00:00-02:15 20"])
    def test_a_time_that_does_not_exist_is_refused(self, line: str) -> None:
        (problem,) = problems_of(event(line))
        assert "clocks go forward and 02:" in problem
        assert not problems_of(event(line, zone="UTC"))

    def test_the_same_wall_clock_is_another_time_in_another_zone(self) -> None:
        (far, *_), (near, *_) = (
            slots_of(event("A 2027-03-04 09:00-10:00 20", zone=zone))
            for zone in ("Pacific/Auckland", COPENHAGEN)
        )
        assert near.span.starts - far.span.starts == timedelta(hours=12)

    def test_times_that_somebody_is_there_are_those_at_the_place_of_the_event(self) -> None:
        away = event("A 2027-07-04 09:00-12:00 20", zone="America/St_Johns")
        assert spans_of("09:00-10:30", away) == (
            Span(datetime(2027, 7, 4, 11, 30, tzinfo=UTC), datetime(2027, 7, 4, 13, tzinfo=UTC)),
        )

    def test_a_stretch_over_a_clock_change_is_as_long_as_the_clocks_say(self) -> None:
        (back,) = spans_of("2027-10-31 02:00-03:00", event("A 2027-10-31 01:00-04:00 60"))
        assert back.ends - back.starts == timedelta(hours=2)
        with pytest.raises(ValueError, match="does not exist"):
            spans_of("2027-03-28 02:30-04:00", event("A 2027-03-28 01:00-05:00 60"))


class TestTimesInWords:
    def test_a_session_is_read_from_a_line_and_written_back(self) -> None:
        made = session_of("Første formiddag 04.03.2027 9.00 - 12:00 20 + 5")
        assert made == Session("Første formiddag", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 12), 20, 5)
        assert session_of(session_line(made)) == made
        late = session_of("Aften 2027-03-04 22:00-2027-03-05 01:00 30")
        assert late.ends == datetime(2027, 3, 5, 1)
        assert session_of(session_line(late)) == late

    @pytest.mark.parametrize("line", ["", "Morning", "Morning 09:00-12:00 20", "A 2027-13-04 09:00-12:00 20",
                                      "A 2027-03-04 09:00-25:00 20", "A 2027-02-29 09:00-12:00 20"])  # fmt: skip
    def test_a_line_that_is_no_session_is_refused_with_an_example(self, line: str) -> None:
        with pytest.raises(ValueError, match="2027-03-04"):
            session_of(line)

    def test_sessions_dates_and_times_may_be_mixed_and_those_that_touch_are_joined(self) -> None:
        two = event("Morning 2027-03-04 09:00-12:00 20", "Afternoon 2027-03-05 13:00-15:00 20")
        spans = spans_of("afternoon; 2027-03-04 10:00-11:00, 2027-03-04 11:00-11:30", two)
        assert as_written(spans, two) == "2027-03-04 10:00-11:30; 2027-03-05 13:00-15:00"
        assert spans_of("2027-03-05", two)[0].ends - spans_of("2027-03-05", two)[0].starts == timedelta(
            days=1
        )
        assert spans_of("  ", two) == ()

    def test_a_time_without_a_date_is_refused_where_the_programme_has_several_days_or_none(self) -> None:
        two = event("A 2027-03-04 09:00-12:00 20", "B 2027-03-05 13:00-15:00 20")
        with pytest.raises(ValueError, match="several days"):
            spans_of("09:00-10:00", two)
        with pytest.raises(ValueError, match="no session yet"):
            spans_of("09:00-10:00", event())

    @pytest.mark.parametrize(
        "text", ["morning", "11:00-10:00", "09:00", "9-10", "09:00-09:00", "09:61-10:00"]
    )
    def test_what_is_no_time_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            spans_of(text, event("A 2027-03-04 09:00-12:00 20"))

    @given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 900)), max_size=6))
    def test_stretches_are_read_as_they_were_written(self, minutes: list[tuple[int, int]]) -> None:
        days = event("A 2027-05-04 09:00-12:00 20", "B 2027-05-05 09:00-12:00 20")
        begin = datetime(2027, 5, 4, tzinfo=UTC)
        spans = joined(
            Span(begin + timedelta(minutes=start), begin + timedelta(minutes=start + length))
            for start, length in minutes
        )
        assert all(one.ends < other.starts for one, other in pairwise(spans))
        assert spans_of(as_written(spans, days), days) == spans


class TestSetUp:
    def test_every_problem_is_named_together(self) -> None:
        said = problems(
            {
                "name": " ", "zone": "Europe/Kopenhagen", "tables": ["Stand | Firm", "Room", "Room"], "most_meetings": 1,
                "sessions": ["A 2027-03-04 09:00-12:00 20", "B 2027-03-04 11:00-12:00 90", "rubbish", "C 2027-03-04 12:00-09:00 20"],
                "least_meetings": 2, "may_meet": ["firm:supplier"], "wishes_weigh": 2, "met_before": "never", "colour": "red",
            }
        )  # fmt: skip
        for part in ("'colour'", "no name", "Kopenhagen", "nobody is called Firm", "called 'Room'", "At most 1", "overlap", "slots 90",
                     "'rubbish'", "'C' ends at 09:00", "firm:supplier", "wishes weigh", "met_before is 'never'"):  # fmt: skip
            assert any(part in each for each in said), part

    def test_a_session_within_a_long_one_overlaps_though_another_lies_between(self) -> None:
        lines = ("A 2027-03-04 09:00-17:00 20", "B 2027-03-04 10:00-11:00 20", "C 2027-03-04 12:00-13:00 20")
        assert [each for each in problems_of(event(*lines)) if "overlap" in each][1:] != []

    def test_a_table_that_is_open_outside_the_programme_is_refused(self) -> None:
        said = problems({"sessions": ["A 2027-03-04 09:00-12:00 20"], "tables": ["Room | | 13:00-14:00"]})
        assert len(said) == 1
        assert "no slot of the programme" in said[0]

    def test_years_and_numbers_out_of_bounds_are_refused_and_do_not_fail(self) -> None:
        ancient = Session("A", datetime(1, 1, 1, 0), datetime(1, 1, 1, 1), 20)
        assert "year 1." in problems_of(replace(event(), sessions=(ancient,)))[0]
        assert "200 are the most" in problems_of(event("A 2027-03-04 00:00-24:00 1"))[0]
        assert any("10000" in each for each in problems({"tables": 10_001}))
        assert any("whole number" in each for each in problems({"most_meetings": 2.5}))
        assert any("fairness" in each for each in problems({"fairness": float("nan")}))

    def test_what_the_words_do_not_name_stays_and_a_set_up_is_read_as_it_was_written(self) -> None:
        made = setup_of(
            {
                "place": "Århus", "sessions": ["A 2027-03-04 09:00-12:00 20+5"], "may_meet": ["company: Service Provider"],
                "tables": ["Bord 1", "Stand | firm | 09:00-10:00"], "met_before": "exclude", "fairness": 1,
            },
            Event("e", "Event", "", COPENHAGEN, rules=Rules(most_meetings=4)),
            str.strip,
        )  # fmt: skip
        assert made.rules == Rules(
            ((ActorGroup.COMPANY, ActorGroup.SERVICE_PROVIDER),), 4, 0, 0.7, MetBefore.EXCLUDE, 1.0
        )
        assert made.tables[1].actor_id == "firm"
        assert setup_of(document_of(made), Event("e", "", "", COPENHAGEN), str.strip) == made
        assert setup_of({}, made, nobody) == made
        assert [each.name for each in setup_of({"tables": 2, "table_word": "Bord"}, made, nobody).tables] == [
            "Bord 1",
            "Bord 2",
        ]


class TestAttendance:
    def test_a_person_twice_is_found_by_address_anywhere_and_by_name_within_an_actor(self) -> None:
        anna = Person("Anna Lund", "anna@a.dk")
        found = problems_of_attendance(
            [
                Attendee("p1", "a", (anna,)),
                Attendee("p2", "b", (Person("Another", "ANNA@a.dk"),)),
                Attendee("p3", "a", (Person("anna  LUND"),)),
                Attendee("p4", "b", (Person("Anna Lund"),)),
            ]
        )
        assert len(found) == 2
        assert "p1, p2" in found[0]
        assert "p1, p3" in found[1]

    def test_more_participants_than_the_limit_are_told_at_once(self) -> None:
        many = [Attendee(f"p{number}", "a") for number in range(MOST_PARTICIPANTS + 1)]
        assert problems_of_attendance(many) == ["10,001 participants are more than 10,000. Split the event."]
        assert problems_of_attendance(many[:-1]) == []

    def test_doubts_name_who_is_there_for_no_slot_who_may_meet_nobody_and_tables_of_the_absent(self) -> None:
        setting = replace(
            event(
                "A 2027-03-04 09:00-10:00 20",
                "B 2027-03-04 13:00-14:00 20",
                tables=(Table("Stand", (), "gone"),),
            ),
            rules=Rules(((ActorGroup.COMPANY, ActorGroup.SUPPLIER),)),
        )
        morning, night = spans_of("A", setting), spans_of("2027-03-05 01:00-02:00", setting)
        groups = {"a": ActorGroup.COMPANY, "b": ActorGroup.SUPPLIER, "c": ActorGroup.PUBLIC_BODY}
        attendees = [
            Attendee("p1", "a", there=morning),
            Attendee("p2", "b", there=morning),
            Attendee("p3", "c", there=night),
        ]
        found = doubts_of(setting, attendees, groups)
        for part in ("'Stand' is kept for 'gone'", "there for no slot (p3)", "Nobody is there for 3 slots of 'B'", "public body may meet nobody"):  # fmt: skip
            assert any(part in each for each in found), part
        assert len(found) == 4
        assert doubts_of(event("A 2027-03-04 09:00-10:00 20"), attendees[:2], groups) == []
