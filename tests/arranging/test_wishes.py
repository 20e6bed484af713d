"""Wishes and requests of an event's participants: kept, refused, heeded by the schedule, suggested from data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import DeclineReason
from matchmaker.arranging import ApartReason, Arranging, preference
from matchmaker.arranging.wishing import differing, site_of, suggested_apart
from matchmaker.errors import EventRejectedError, ImportRejectedError
from matchmaker.events import Attendee, Event, Preference, PreferenceKind, RequestState, Rules, Table
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT

START = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def dated(arranged: Workspace) -> tuple[Arranging, list[datetime]]:
    """The events with a clock of their own, whose one entry is the time."""
    now = [START]
    return Arranging(arranged._store, arranged.published, lambda: now[0]), now


def pairs(arranging: Arranging) -> set[frozenset[str]]:
    return {each.pair for each in arranging.schedule(EVENT, who="tests").plan.appointments}


class TestRequests:
    def test_one_that_is_accepted_is_a_wish_of_both_and_one_declined_is_never_placed(
        self, arranged: Workspace
    ) -> None:
        events = arranged.events
        met = sorted(pairs(events), key=sorted)
        refused = sorted(met[0])
        events.requests.ask(EVENT, refused[0], refused[1], who="tests")
        events.requests.answer(
            EVENT, *refused, RequestState.DECLINED, reason=DeclineReason.NO_CAPACITY, who="tests"
        )
        apart = next(
            (a, b) for a in ("p1", "p2", "p3") for b in ("p22", "p23", "p24") if frozenset((a, b)) not in met
        )
        events.requests.ask(EVENT, *apart, who="tests")
        events.requests.answer(EVENT, *apart, RequestState.ACCEPTED, who="tests")
        after = pairs(events)
        assert frozenset(refused) not in after
        assert frozenset(apart) in after

    def test_a_pending_request_holds_no_slot(self, dated: tuple[Arranging, list[datetime]]) -> None:
        """In one slot with one table a request that is not answered gives way to two who both want to meet."""
        events, _ = dated
        event = events.one(EVENT).event
        one_slot = events.written({"sessions": ["A 2027-03-04 09:00-09:20 20"], "tables": 1}, EVENT)
        events.set_up(replace(event, sessions=one_slot.sessions, tables=one_slot.tables), who="tests")
        for sender in ("p2", "p3", "p4"):
            events.requests.ask(EVENT, sender, "p1", who="tests")
        events.requests.ask(EVENT, "p1", "p24", who="tests")
        events.requests.answer(EVENT, "p1", "p24", RequestState.ACCEPTED, who="tests")
        assert pairs(events) == {frozenset(("p1", "p24"))}

    def test_what_is_cancelled_or_expired_leaves_the_schedule_as_if_nobody_had_asked(
        self, dated: tuple[Arranging, list[datetime]]
    ) -> None:
        events, now = dated
        before = events.schedule(EVENT, who="tests").plan
        far = next(
            (a, b)
            for a in ("p1", "p2")
            for b in ("p23", "p24")
            if frozenset((a, b)) not in {each.pair for each in before.appointments}
        )
        events.requests.ask(EVENT, *far, expires=START + timedelta(days=2), who="tests")
        assert events.requests.all(EVENT)[0].state is RequestState.PENDING
        now[0] += timedelta(days=2)
        assert events.requests.all(EVENT)[0].state is RequestState.EXPIRED
        assert events.schedule(EVENT, who="tests").plan.value == pytest.approx(before.value)
        with pytest.raises(EventRejectedError, match="is expired"):
            events.requests.answer(EVENT, *far, RequestState.ACCEPTED, who="tests")
        events.requests.ask(EVENT, *far, who="tests")
        events.requests.cancel(EVENT, *far, who="tests")
        assert events.schedule(EVENT, who="tests").plan.value == pytest.approx(before.value)

    def test_a_refused_step_changes_nothing_and_somebody_unknown_cannot_be_asked(
        self, arranged: Workspace
    ) -> None:
        events = arranged.events
        before = events.one(EVENT)
        for step in (
            lambda: events.requests.ask(EVENT, "p1", "p99", who="tests"),
            lambda: events.requests.answer(EVENT, "p1", "p2", RequestState.ACCEPTED, who="tests"),
            lambda: events.requests.cancel(EVENT, "p1", "p2", who="tests"),
            lambda: events.requests.reopen(EVENT, "p1", "p2", who="tests"),
        ):
            with pytest.raises(EventRejectedError):
                step()
        assert (events.one(EVENT), events.requests.all(EVENT)) == (before, ())


class TestWishes:
    def test_a_facilitators_word_is_of_the_pair_and_a_new_one_takes_its_place(
        self, arranged: Workspace
    ) -> None:
        events = arranged.events
        for kind, one, other in ((PreferenceKind.MUST_MEET, "p2", "p1"), (PreferenceKind.APART, "p1", "p2")):
            events.prefer(EVENT, [preference(one, other, kind)], who="tests")
        events.prefer(EVENT, [preference("p2", "p1", PreferenceKind.MEET, words="Gerne")], who="tests")
        assert events.preferences(EVENT) == (
            Preference("p1", "p2", PreferenceKind.APART),
            Preference("p2", "p1", PreferenceKind.MEET, "p2", "Gerne"),
        )

    def test_the_same_word_again_changes_nothing(self, arranged: Workspace) -> None:
        events = arranged.events
        events.prefer(EVENT, [preference("p1", "p2", PreferenceKind.MEET)], who="tests")
        before = events.one(EVENT)
        events.prefer(EVENT, [preference("p1", "p2", PreferenceKind.MEET)], who="tests")
        events.prefer(EVENT, [], [preference("p5", "p6", PreferenceKind.MEET)], who="tests")
        assert events.one(EVENT) == before

    def test_those_kept_are_looked_through_once_however_many_are_given(self) -> None:
        kept = [preference("p1", f"p{number}", PreferenceKind.MEET) for number in range(2, 6)]
        new = preference("p5", "p1", PreferenceKind.NO_THANKS)
        # Who looks a second time finds nothing kept, and takes all that follow for new.
        assert differing([*kept, new], iter(kept)) == (new,)

    def test_a_list_is_taken_in_whole_or_not_at_all_and_twice_changes_nothing(
        self, arranged: Workspace, tmp_path: Path
    ) -> None:
        events, path = arranged.events, tmp_path / "wishes.csv"
        path.write_text(
            "Hvem;Med hvem;Ønske;Hvorfor\nDeltager 1;p2;skal mødes;\np3;Deltager 4;;Om saft\np5;p6;nej tak;\n",
            "utf-8",
        )
        assert not events.import_wishes(EVENT, path, dry_run=True, who="tests").applied
        assert events.preferences(EVENT) == ()
        assert len(events.import_wishes(EVENT, path, who="tests").given) == 3
        assert [(each.a, each.b, each.kind.value, each.of) for each in events.preferences(EVENT)] == [
            ("p1", "p2", "must_meet", ""), ("p3", "p4", "meet", "p3"), ("p5", "p6", "no_thanks", "p5"),
        ]  # fmt: skip
        before = events.one(EVENT)
        again = events.import_wishes(EVENT, path, who="tests")
        assert (len(again.given), again.unchanged, events.one(EVENT)) == (0, 3, before)

    def test_everything_wrong_in_a_list_is_told_together(self, arranged: Workspace, tmp_path: Path) -> None:
        path = tmp_path / "wishes.csv"
        path.write_text(
            "who,whom,kind\np1,Nobody,meet\np1,p1,meet\np2,p3,perhaps\np4,p5,meet\np4,p5,no_thanks\n,p3,meet\n",
            "utf-8",
        )
        with pytest.raises(ImportRejectedError) as caught:
            arranged.events.import_wishes(EVENT, path, who="tests")
        assert [(each.row, each.column) for each in caught.value.rejections] == [
            (2, "whom"), (3, "whom"), (4, "kind"), (6, "kind"), (7, "who"),
        ]  # fmt: skip
        assert arranged.events.preferences(EVENT) == ()

    def test_a_must_that_somebody_refuses_is_doubted_before_and_refused_by_the_schedule(
        self, arranged: Workspace
    ) -> None:
        given = [
            preference("p1", "p2", PreferenceKind.MUST_MEET),
            preference("p2", "p1", PreferenceKind.NO_THANKS),
        ]
        arranged.events.prefer(EVENT, given, who="tests")
        assert any("p1 and p2 must meet" in each for each in arranged.events.doubts(EVENT))

    def test_a_participant_is_found_by_person_or_actor_where_only_one_fits(self, arranged: Workspace) -> None:
        events = arranged.events
        (first, *_) = events.attendees(EVENT)
        assert events.participant(EVENT, arranged.actor(first.actor_id).name.upper()) == "p1"
        assert events.participant(EVENT, events.participants(EVENT).called["p1"]) == "p1"
        events.attend(EVENT, [Attendee("p40", first.actor_id)], who="tests")
        with pytest.raises(EventRejectedError, match=r"may be p1.*p40.*Write the id"):
            events.participant(EVENT, first.actor_id)
        with pytest.raises(EventRejectedError, match="No participant"):
            events.participant(EVENT, "Nobody")


class TestApart:
    GROUP = ActorGroup.COMPANY

    def found(
        self, one: Actor, other: Actor, *preferences: Preference, rules: Rules | None = None
    ) -> list[ApartReason]:
        rules = rules or Rules(((self.GROUP, self.GROUP),))
        event, people = Event("e", "E", "", "UTC", rules=rules), [Attendee("p1", "a"), Attendee("p2", "b")]
        return [
            each.reason
            for each in suggested_apart(event, people, {"a": one, "b": other}, [], [], preferences)
        ]

    def actor(self, actor_id: str, number: str = "", website: str = "") -> Actor:
        return Actor(actor_id, actor_id, self.GROUP, registration_number=number, website=website)

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            (("DK 1234 5678", ""), ("12345678", ""), True),
            (("12345678", ""), ("12345678-001", ""), True),
            (("1234567801", ""), ("1234567802", ""), False),
            (("123", ""), ("123", ""), False),
            (("", "https://www.firm.dk/om"), ("", "firm.dk"), True),
            (("", "a.firm.co.uk"), ("", "b.firm.co.uk"), True),
            (("", "a.co.uk"), ("", "b.co.uk"), False),
            (("", "https://facebook.com/a"), ("", "https://facebook.com/b"), False),
            (("", ""), ("", ""), False),
        ],
    )
    def test_the_same_owner_is_told_by_number_and_website(
        self, one: tuple[str, str], other: tuple[str, str], same: bool
    ) -> None:
        found = self.found(self.actor("a", *one), self.actor("b", *other))
        assert found == [ApartReason.SAME_OWNER] * same

    def test_nothing_is_suggested_of_pairs_that_would_not_meet_or_are_settled(self) -> None:
        one, other = self.actor("a", "12345678"), self.actor("b", "12345678")
        assert self.found(one, other, rules=Rules()) == []
        assert self.found(one, other, Preference("p1", "p2", PreferenceKind.APART)) == []
        wished = Preference("p1", "p2", PreferenceKind.MEET, "p1")
        assert self.found(one, other, wished, rules=Rules()) == [ApartReason.SAME_OWNER]

    @pytest.mark.parametrize("text", ["http://[broken", "\x00", "localhost", "//", "https://"])
    def test_what_is_no_website_is_nobodys(self, text: str) -> None:
        assert site_of(text) == ""

    def test_competitors_and_double_registrations_of_the_sample_are_found_and_nothing_is_changed(
        self, arranged: Workspace
    ) -> None:
        events = arranged.events
        groups = arranged.published().actor_groups()
        everybody = [Attendee(f"p{place}", actor_id) for place, actor_id in enumerate(sorted(groups), 1)]
        every = tuple((group, other) for group in ActorGroup for other in ActorGroup)
        events.attend(EVENT, everybody, [each.id for each in events.attendees(EVENT)], who="tests")
        events.set_up(replace(events.one(EVENT).event, rules=Rules(every)), who="tests")
        before = events.one(EVENT)
        reasons = {each.reason for each in events.suggested_apart(EVENT)}
        assert {ApartReason.COMPETITORS, ApartReason.SAME_ACTOR} <= reasons
        assert (events.one(EVENT), events.preferences(EVENT)) == (before, ())


class TestProposals:
    def test_each_list_is_best_first_with_reasons_and_without_those_kept_apart(
        self, arranged: Workspace
    ) -> None:
        events = arranged.events
        lists = events.proposals(EVENT, top=4)
        assert set(lists) == {each.id for each in events.attendees(EVENT)}
        for found in lists.values():
            assert [each.rank for each in found] == list(range(1, len(found) + 1))
            assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
            assert all(each.match and each.match.reasons for each in found)
        first = lists["p1"][0]
        events.prefer(EVENT, [preference("p1", first.partner, PreferenceKind.NO_THANKS)], who="tests")
        again = events.proposals(EVENT, top=4, of=["p1"])
        assert set(again) == {"p1"}
        assert first.partner not in {each.partner for each in again["p1"]}

    def test_the_schedule_follows_wishes_alone_at_1_and_the_recommender_alone_at_0(
        self, arranged: Workspace
    ) -> None:
        events = arranged.events
        wished = {frozenset(("p1", "p24")), frozenset(("p2", "p23"))}
        events.prefer(EVENT, [preference(*sorted(pair), PreferenceKind.MEET) for pair in wished], who="tests")
        events.set_up(replace(events.one(EVENT).event, rules=Rules(wishes_weigh=1.0)), who="tests")
        assert pairs(events) == wished
        events.set_up(replace(events.one(EVENT).event, rules=Rules(wishes_weigh=0.0)), who="tests")
        alone = events.schedule(EVENT, who="tests").plan.value
        events.prefer(EVENT, [], events.preferences(EVENT), who="tests")
        assert events.schedule(EVENT, who="tests").plan.value == pytest.approx(alone)


class TestOwnTables:
    def test_meetings_at_stands_leave_the_common_tables_to_others(self, arranged: Workspace) -> None:
        events = arranged.events
        event = events.one(EVENT).event
        holders = {each.actor_id for each in events.attendees(EVENT)[:3]}
        common, stands = (
            (Table("Bord 1"),),
            tuple(Table(f"Stand {actor}", (), actor) for actor in sorted(holders)),
        )
        events.set_up(replace(event, tables=common), who="tests")
        without = events.schedule(EVENT, who="tests").plan
        events.set_up(replace(event, tables=(*common, *stands)), who="tests")
        plan = events.schedule(EVENT, who="tests").plan
        assert len(plan.appointments) > len(without.appointments) == 6
        assert plan.value > without.value
        assert plan.value <= plan.bound + 1e-9
        actor_of = {each.id: each.actor_id for each in events.attendees(EVENT)}
        kept_for = {table.name: table.actor_id for table in stands}
        seats = {(each.span, each.table) for each in plan.appointments}
        assert len(seats) == len(plan.appointments)
        for each in plan.appointments:
            assert each.table == "Bord 1" or kept_for[each.table] in {actor_of[each.a], actor_of[each.b]}

    def test_only_stands_are_enough_and_a_stand_that_is_closed_is_not_used(self, arranged: Workspace) -> None:
        events = arranged.events
        holder = events.attendees(EVENT)[0].actor_id
        setup = {"tables": [f"Stand | {holder} | 09:00-10:00"]}
        events.set_up(events.written(setup, EVENT), who="tests")
        plan = events.schedule(EVENT, who="tests").plan
        assert 0 < len(plan.appointments) <= 2
        assert all("p1" in each.pair for each in plan.appointments)
