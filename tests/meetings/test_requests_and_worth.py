"""Requests from state to state, and how wishes and scores weigh in what a pair is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import ActorGroup
from matchmaker.answers import DeclineReason
from matchmaker.errors import EventRejectedError
from matchmaker.events import (
    Attendee,
    Event,
    MeetingRequest,
    MetBefore,
    Preference,
    PreferenceKind,
    RequestState,
    Rules,
)
from matchmaker.meetings.requesting import answered, asked_for, cancelled, reopened
from matchmaker.meetings.worth import Wishes, worth

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
GROUPS = {"a": ActorGroup.COMPANY, "b": ActorGroup.SUPPLIER, "c": ActorGroup.SUPPLIER}
PEOPLE = (Attendee("p1", "a"), Attendee("p2", "b"), Attendee("p3", "c"))
PAIR, OTHER = frozenset(("p1", "p2")), frozenset(("p1", "p3"))


def request(state: RequestState, expires: datetime | None = None) -> dict[tuple[str, str], MeetingRequest]:
    return {("p1", "p2"): MeetingRequest("p1", "p2", state, NOW, expires)}


class TestRequests:
    def test_one_is_asked_answered_and_taken_back(self) -> None:
        made = asked_for({}, "p1", "p2", NOW, expires=LATER, words="About juice")
        assert made == MeetingRequest("p1", "p2", RequestState.PENDING, NOW, LATER, words="About juice")
        there = {("p1", "p2"): made}
        said = answered(there, "p1", "p2", RequestState.DECLINED, NOW, reason=DeclineReason.TOO_FAR)
        assert (said.state, said.reason) == (RequestState.DECLINED, DeclineReason.TOO_FAR)
        again = reopened({("p1", "p2"): said}, "p1", "p2", NOW)
        assert (again.state, again.reason) == (RequestState.PENDING, None)
        assert cancelled({("p1", "p2"): again}, "p1", "p2", NOW).state is RequestState.CANCELLED

    @pytest.mark.parametrize("state", RequestState)
    def test_only_a_pending_request_is_answered(self, state: RequestState) -> None:
        if state is RequestState.PENDING:
            assert (
                answered(request(state), "p1", "p2", RequestState.ACCEPTED, NOW).state
                is RequestState.ACCEPTED
            )
            return
        with pytest.raises(
            EventRejectedError, match=f"is {state} and cannot be accepted: only one that is pending"
        ):
            answered(request(state), "p1", "p2", RequestState.ACCEPTED, NOW)

    @pytest.mark.parametrize("state", RequestState)
    def test_only_what_is_pending_or_accepted_is_cancelled_and_only_an_answer_taken_back(
        self, state: RequestState
    ) -> None:
        if state in (RequestState.PENDING, RequestState.ACCEPTED):
            assert cancelled(request(state), "p1", "p2", NOW).state is RequestState.CANCELLED
        else:
            with pytest.raises(EventRejectedError, match="cannot be cancelled"):
                cancelled(request(state), "p1", "p2", NOW)
        if state in (RequestState.ACCEPTED, RequestState.DECLINED):
            assert reopened(request(state), "p1", "p2", NOW).state is RequestState.PENDING
        else:
            with pytest.raises(EventRejectedError, match="cannot be taken back"):
                reopened(request(state), "p1", "p2", NOW)

    def test_a_request_that_has_expired_is_not_accepted_and_may_be_made_again(self) -> None:
        late = request(RequestState.PENDING, LATER)
        with pytest.raises(EventRejectedError, match=r"is expired.*p1 may ask again"):
            answered(late, "p1", "p2", RequestState.ACCEPTED, LATER)
        assert asked_for(late, "p1", "p2", LATER).state is RequestState.PENDING

    def test_only_the_recipient_answers_and_only_the_sender_cancels(self) -> None:
        there = request(RequestState.PENDING)
        with pytest.raises(
            EventRejectedError, match=r"no request from p2 to p1.*p1 can answer only what they are asked"
        ):
            answered(there, "p2", "p1", RequestState.ACCEPTED, NOW)
        with pytest.raises(EventRejectedError, match="p2 can cancel only what they asked themselves"):
            cancelled(there, "p2", "p1", NOW)

    @pytest.mark.parametrize("state", [RequestState.PENDING, RequestState.ACCEPTED, RequestState.DECLINED])
    def test_a_pair_has_one_living_request_whoever_asks(self, state: RequestState) -> None:
        for one, other in (("p1", "p2"), ("p2", "p1")):
            with pytest.raises(EventRejectedError, match="The request from p1 to p2"):
                asked_for(request(state), one, other, NOW)

    def test_what_cannot_be_asked_or_answered_is_refused(self) -> None:
        with pytest.raises(EventRejectedError, match="themselves"):
            asked_for({}, "p1", "p1", NOW)
        with pytest.raises(EventRejectedError, match="would have expired"):
            asked_for({}, "p1", "p2", NOW, expires=NOW)
        with pytest.raises(EventRejectedError, match="words"):
            asked_for({}, "p1", "p2", NOW, words="a\nb")
        with pytest.raises(EventRejectedError, match="declining alone"):
            answered(
                request(RequestState.PENDING),
                "p1",
                "p2",
                RequestState.ACCEPTED,
                NOW,
                reason=DeclineReason.OTHER,
            )
        with pytest.raises(EventRejectedError, match="Accept or decline"):
            answered(request(RequestState.PENDING), "p1", "p2", RequestState.EXPIRED, NOW)


def values(wishes: Wishes, **rules: object) -> dict[frozenset[str], float]:
    event = Event("e", "E", "", "UTC", rules=Rules(**rules))  # type: ignore[arg-type]
    return {pair: each.value for pair, each in worth(event, PEOPLE, GROUPS, wishes, NOW)[1].items()}


SCORES = {("a", "b"): 20.0, ("a", "c"): 40.0}
WISHED = (Preference("p1", "p2", PreferenceKind.MEET, "p1"),)


class TestWorth:
    def test_at_0_only_the_score_counts_and_at_1_only_the_wish(self) -> None:
        both = Wishes(WISHED, scores=SCORES)
        assert values(both, wishes_weigh=0.0) == {PAIR: 0.5, OTHER: 1.0}
        assert values(both, wishes_weigh=1.0) == {PAIR: 0.6}
        assert values(both, wishes_weigh=0.5) == {PAIR: 0.55, OTHER: 0.5}

    def test_a_wish_of_both_is_worth_more_than_of_one_and_an_accepted_request_is_one_of_both(self) -> None:
        other_side = Preference("p2", "p1", PreferenceKind.MEET, "p2")
        assert values(Wishes((*WISHED, other_side)), wishes_weigh=1.0) == {PAIR: 1.0}
        for state, value in ((RequestState.PENDING, {PAIR: 0.6}), (RequestState.ACCEPTED, {PAIR: 1.0})):
            assert values(Wishes(requests=tuple(request(state).values())), wishes_weigh=1.0) == value

    @pytest.mark.parametrize("state", [RequestState.CANCELLED, RequestState.EXPIRED])
    def test_a_request_that_is_over_counts_for_nothing(self, state: RequestState) -> None:
        assert values(Wishes(requests=tuple(request(state).values()))) == {}

    def test_a_pending_request_that_ran_out_counts_for_nothing(self) -> None:
        past = MeetingRequest("p1", "p2", RequestState.PENDING, NOW - timedelta(days=9), NOW)
        assert values(Wishes(requests=(past,))) == {}

    def test_a_declined_request_a_no_thanks_and_apart_keep_a_pair_apart_whatever_else_is_wished(self) -> None:
        event = Event("e", "E", "", "UTC")
        declined = tuple(request(RequestState.DECLINED).values())
        for said in (
            Wishes(WISHED, declined, SCORES),
            Wishes((*WISHED, Preference("p2", "p1", PreferenceKind.NO_THANKS, "p2")), scores=SCORES),
            Wishes((*WISHED, Preference("p1", "p2", PreferenceKind.APART)), scores=SCORES),
        ):
            apart, values = worth(event, PEOPLE, GROUPS, said, NOW)
            assert apart == {PAIR}
            assert set(values) == {OTHER}

    @pytest.mark.parametrize(("rule", "left"), [("allow", 1.0), ("later", 0.25), ("exclude", None)])
    def test_those_that_met_before_count_as_the_rule_says_and_a_wish_in_full(
        self, rule: str, left: float | None
    ) -> None:
        scores = {("a", "b"): 30.0}
        for known in (
            Wishes(scores=scores, known=frozenset({frozenset(("a", "b"))})),
            Wishes((Preference("p1", "p2", PreferenceKind.MET_BEFORE),), scores=scores),
        ):
            found = values(known, wishes_weigh=0.0, met_before=MetBefore(rule))
            assert found == ({PAIR: left} if left else {})
        wished = Wishes(WISHED, scores=scores, known=frozenset({frozenset(("a", "b"))}))
        assert values(wished, wishes_weigh=1.0, met_before=MetBefore(rule)) == {PAIR: 0.6}

    @given(st.floats(0, 1), st.floats(0.1, 100), st.floats(0.1, 100))
    def test_a_value_lies_between_0_and_1_and_a_wish_never_lowers_it(
        self, weigh: float, one: float, other: float
    ) -> None:
        scores = {("a", "b"): one, ("a", "c"): other}
        without, wished = (
            values(Wishes(scores=scores), wishes_weigh=weigh),
            values(Wishes(WISHED, scores=scores), wishes_weigh=weigh),
        )
        assert all(0 <= each <= 1 for each in (*without.values(), *wished.values()))
        assert all(wished.get(pair, 0) >= value for pair, value in without.items())
