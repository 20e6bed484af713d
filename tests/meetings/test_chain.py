"""How far pairs came is counted as it is written down, once each, and nothing is divided by nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.events import CameOf, Committed, Event, FollowUp, Outcome, Rating
from matchmaker.meetings.following.chain import STEPS, EventRecord, Link, Step, chain, links, steps_of, tally
from matchmaker.meetings.following.followed import Cluster, followed
from tests.meetings.chains import GROUPS, LATER, NAMES, record

COMPANY, SUPPLIER, KNOWLEDGE = (
    ActorGroup.COMPANY,
    ActorGroup.SUPPLIER,
    ActorGroup.KNOWLEDGE_INSTITUTION,
)


def counted(until: date | None = None) -> dict[Step, int]:
    return dict(tally(links(record(), GROUPS, until)).furthest)


def test_each_pair_of_actors_counts_once_at_its_furthest_step() -> None:
    assert counted() == {
        Step.PROPOSED: 1,
        Step.WISHED: 1,
        Step.SCHEDULED: 1,
        Step.HELD: 1,
        Step.VALUED: 1,
        Step.COMMITTED: 2,
    }


def test_the_steps_and_what_went_on_from_them_are_those_counted_by_hand() -> None:
    found = tally(links(record(), GROUPS))
    assert {step: found.took(step) for step in STEPS} == {
        Step.PROPOSED: 6,
        Step.WISHED: 3,
        Step.SCHEDULED: 4,
        Step.HELD: 4,
        Step.VALUED: 3,
        Step.COMMITTED: 2,
    }
    rates = [(found.conversion(step).count, found.conversion(step).of) for step in STEPS]
    assert rates == [(0, 0), (5, 6), (2, 3), (3, 4), (3, 4), (2, 3)]
    assert found.reached(Step.WISHED) == 6
    assert found.companies == 1


def test_a_pair_that_skipped_steps_counts_where_it_came_to_and_not_where_it_never_was() -> None:
    unplanned = next(each for each in links(record(), GROUPS) if each.actors == ("s1", "s2"))
    assert unplanned.steps == {Step.HELD, Step.VALUED, Step.COMMITTED}
    alone = tally([unplanned])
    assert alone.reached(Step.PROPOSED) == 1
    assert alone.took(Step.SCHEDULED) == 0
    assert alone.skips
    assert alone.conversion(Step.HELD).value is None


def test_what_came_later_is_left_out() -> None:
    assert counted(date(2027, 9, 30))[Step.VALUED] == 2
    assert Step.COMMITTED not in counted(date(2027, 9, 30))
    # Before anybody says anything later, the ratings at once speak.
    early = tally(links(record(), GROUPS, date(2027, 3, 5)))
    assert early.took(Step.VALUED) == 2
    assert early.companies == 0


def test_what_is_said_later_outweighs_the_first_impression() -> None:
    good = {"p1": Rating(5), "p2": Rating(4)}
    meeting = Outcome("p1", "p2", ("c1", "s1"), ratings=good)
    assert Step.VALUED in steps_of(meeting)
    cooled = replace(meeting, follow_ups={"p1": FollowUp(CameOf.NO_FURTHER_CONTACT, LATER)})
    assert Step.VALUED not in steps_of(cooled)
    assert Step.VALUED in steps_of(
        replace(cooled, follow_ups={**cooled.follow_ups, "p2": FollowUp(CameOf.NEGOTIATION_STARTED, LATER)})
    )
    assert Step.VALUED not in steps_of(replace(meeting, ratings={"p1": Rating(5), "p2": Rating(3)}))


def test_a_non_committal_collaboration_is_valued_and_not_committed() -> None:
    loose = Outcome("p1", "p2", ("c1", "s1"), committed=Committed(Commitment.NON_COMMITTAL, LATER))
    assert steps_of(loose) == {Step.VALUED}


def test_a_pair_with_several_participants_is_one_pair_and_one_of_the_same_actor_none() -> None:
    own = replace(record(), outcomes=(Outcome("p-c1", "p-c1b", ("c1", "c1"), ratings={"p-c1": Rating(5)}),))
    assert all(each.actors[0] != each.actors[1] for each in links(own, GROUPS))
    assert len([each for each in links(record(), GROUPS) if each.actors == ("c1", "s1")]) == 1


def test_the_chain_by_groups_sub_clusters_and_events_adds_up() -> None:
    found = links(record(), GROUPS)
    made = chain(found, GROUPS, {"c1": "sc-1", "c2": "sc-1", "s1": "sc-2"}, ["e", "empty"])
    assert made.whole.pairs == 7
    assert made.across_groups.pairs == 6
    assert {pair: each.pairs for pair, each in made.by_groups.items()} == {
        (COMPANY, SUPPLIER): 4,
        (COMPANY, KNOWLEDGE): 1,
        (SUPPLIER, SUPPLIER): 1,
        (SUPPLIER, KNOWLEDGE): 1,
    }
    assert {part: each.pairs for part, each in made.by_sub_cluster.items()} == {"sc-1": 5, "sc-2": 4, "": 5}
    assert {event: each.pairs for event, each in made.by_event.items()} == {"e": 7, "empty": 0}


def test_a_record_speaks_of_those_too_who_have_left_the_event() -> None:
    everything = record()
    left = replace(everything, attendees=())
    assert left.actors() == {one for pair in everything.proposed for one in pair} | {
        one for each in everything.outcomes for one in each.actors
    }
    assert replace(everything, proposed={}, outcomes=()).actors() == {"c1", "c2", "k1", "s1", "s2"}
    # What they did counts the same whether or not anybody else in the cluster is known.
    known = {actor: group for actor, group in GROUPS.items() if actor in everything.actors()}
    assert links(everything, known, LATER) == links(everything, GROUPS, LATER)


def test_an_event_without_anything_gives_noughts_and_no_shares() -> None:
    bare = EventRecord(Event("bare", "Bare", "", "Europe/Copenhagen"))
    found = followed([bare], Cluster(GROUPS, NAMES), (), since=None, until=LATER)
    assert found.chain.whole.pairs == 0
    assert all(found.chain.whole.conversion(step).value is None for step in STEPS)
    assert found.hindsight.pairs == 0
    assert [each.held for each in found.events] == [0]
    nothing = followed([], Cluster({}, {}), (), since=None, until=LATER)
    assert nothing.events == ()


def test_figures_of_an_event_tell_no_shows_the_unplanned_and_what_nobody_said() -> None:
    (figures,) = followed([record()], Cluster(GROUPS, NAMES), (), since=None, until=LATER).events
    assert (figures.participants, figures.actors) == (6, 5)
    assert (figures.scheduled, figures.held, figures.no_shows) == (5, 4, 1)
    assert (figures.unsaid, figures.spontaneous) == (1, 1)
    assert (figures.rated, figures.followed_up, figures.ratings) == (3, 2, (0, 1, 0, 1, 2))


def test_events_outside_the_window_are_left_out_and_an_agreement_that_nobody_entered_is_named() -> None:
    said = replace(
        record(),
        outcomes=(
            Outcome(
                "p-c1",
                "p-s1",
                ("c1", "s1"),
                follow_ups={"p-c1": FollowUp(CameOf.COOPERATION_AGREEMENT, LATER)},
            ),
        ),
    )
    cluster = Cluster(GROUPS, NAMES)
    assert not followed([said], cluster, (), since=date(2027, 3, 5), until=LATER).events
    assert not followed([said], cluster, (), since=None, until=date(2027, 3, 3)).events
    found = followed([said], cluster, (), since=date(2027, 3, 4), until=LATER)
    assert [each.actors for each in found.unentered] == [("c1", "s1")]
    assert found.chain.whole.took(Step.COMMITTED) == 0


@given(st.lists(st.frozensets(st.sampled_from(STEPS), min_size=1), max_size=40))
def test_whatever_pairs_did_every_share_lies_within_its_interval_and_no_count_exceeds_the_pairs(
    taken: list[frozenset[Step]],
) -> None:
    found = tally(Link("e", ("a", "b"), steps, None) for steps in taken)
    assert found.pairs == len(taken)
    for step in STEPS:
        assert found.took(step) <= found.reached(step) <= found.pairs
        share = found.conversion(step)
        assert share.count <= share.of
        if share.value is not None and share.interval is not None:
            low, high = share.interval
            assert 0 <= low <= share.value + 1e-12
            assert share.value <= high + 1e-12
