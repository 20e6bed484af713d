"""Somebody is told of whoever begins to fit a saved search: once, before a build and after, and of nobody else."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from matchmaker.actors import ActorGroup, Offer
from matchmaker.alerts import Alert, Alerts, Hour, SearchKind, Wanted
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.errors import ActorNotFoundError, SavedSearchNotFoundError, SavedSearchRejectedError
from matchmaker.fitting import FIRST, Filter, Question, how_many
from matchmaker.published import Published
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.alerts.comers import BANK, SPINNER, STRAW, come

ME = "here"


def save(workspace: Workspace, wanted: Wanted, owner: str = ME) -> str:
    return workspace.alerts.save(owner, "Mine", wanted, who="tests").id


def inbox(workspace: Workspace, owner: str = ME) -> list[str]:
    return [each.actor_id for each in workspace.alerts.inbox(owner)]


def test_a_new_actor_that_answers_is_told_once_before_a_build_and_not_again_after_it(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.TEXT, STRAW))
    come(tiny, SPINNER, BANK)
    assert tiny.alerts.look() == 1
    (alert,) = tiny.alerts.inbox(ME)
    assert (alert.actor_id, alert.added, alert.read) == (SPINNER.id, True, "")
    (shown,) = tiny.alerts.shown([alert])
    assert shown.actor == SPINNER
    assert shown.quote is not None
    assert "wheat straw" in shown.quote.text
    assert tiny.alerts.look() == 0
    tiny.build()
    assert tiny.alerts.look() == 0
    tiny.edit_actor(SPINNER.id, {"website": "https://spin.example"}, who="tests")
    tiny.edit_actor(SPINNER.id, {"description": "We spin textile fibres from straw."}, who="tests")
    assert tiny.alerts.look() == 0
    assert inbox(tiny) == [SPINNER.id]


def test_whoever_is_on_the_list_already_is_no_news(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.TEXT, STRAW))
    tiny.edit_actor("fibre:1", {"description": "We spin the best textile fibres from straw."}, who="tests")
    assert tiny.alerts.look() == 0


def test_an_actor_whose_profile_begins_to_fit_is_told_as_changed(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.TEXT, STRAW))
    assert tiny.alerts.look() == 0
    changes = {"description": SPINNER.description, "offers": SPINNER.offers, "requests": SPINNER.requests}
    tiny.edit_actor("soft:1", changes, who="tests")
    assert tiny.alerts.look() == 1
    (alert,) = tiny.alerts.inbox(ME)
    assert (alert.actor_id, alert.added) == ("soft:1", False)


def test_another_round_of_the_same_profile_is_never_told_again(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.TEXT, STRAW))
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 1
    come(tiny, replace(SPINNER, description="Loans.", offers=(), requests=()))
    assert tiny.alerts.look() == 0
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 0, "it is the profile that was told of"
    come(tiny, replace(SPINNER, description="Loans.", offers=(), requests=()))
    tiny.alerts.look()
    come(tiny, replace(SPINNER, offers=(Offer("Yarn from wheat straw, spun"),)))
    assert tiny.alerts.look() == 1, "it left the list and came back as somebody else"


def test_filters_decide_who_is_told(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.TEXT, STRAW, groups=(ActorGroup.PUBLIC_BODY,)))
    save(tiny, Wanted(SearchKind.TEXT, STRAW, region="DE"))
    save(tiny, Wanted(SearchKind.TEXT, STRAW, member=False))
    wanted = save(tiny, Wanted(SearchKind.TEXT, STRAW, region="DK04", member=True))
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 1
    assert [each.search_id for each in tiny.alerts.inbox(ME)] == [wanted]


def test_filters_alone_tell_of_whoever_comes_or_begins_to_pass(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.FILTERS, region="DE"))
    come(tiny, SPINNER, BANK)
    assert tiny.alerts.look() == 1
    tiny.edit_actor("a/b %2F c?#", {"description": "Advice on everything."}, who="tests")
    assert tiny.alerts.look() == 0, "it was of the region before"
    tiny.edit_actor("uni:2", {"country": "DE"}, who="tests")
    assert tiny.alerts.look() == 1
    assert inbox(tiny) == ["uni:2", BANK.id]


def test_who_fits_an_actor_is_told_before_a_build_and_answers_are_heeded(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.ACTOR, actor_id="straw:1", across=False))
    save(tiny, Wanted(SearchKind.ACTOR, actor_id="straw:1"), "key-1")
    save(tiny, Wanted(SearchKind.ACTOR, actor_id="uni:1"), "key-2")
    come(tiny, SPINNER, BANK)
    tiny.answer("uni:1", SPINNER.id, Judgement(AnswerKind.DECLINED), who="tests")
    tiny.alerts.look()
    assert inbox(tiny) == [SPINNER.id]
    assert inbox(tiny, "key-1") == [], "the two are of one group"
    assert inbox(tiny, "key-2") == [], "the actor declined"


def test_after_a_build_the_recommender_says_who_fits_an_actor(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.ACTOR, actor_id="uni:1", new=True))
    come(tiny, SPINNER, BANK)
    tiny.build()
    tiny.alerts.look()
    assert tiny.published().suggestions("uni:1", top=1, new=True)[0].partner_id == SPINNER.id
    assert inbox(tiny) == [SPINNER.id]


def test_a_paused_search_tells_of_nobody_and_goes_on_from_then(tiny: Workspace) -> None:
    search = save(tiny, Wanted(SearchKind.FILTERS, region="DK"))
    tiny.alerts.pause(ME, search, who="tests")
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 0
    assert not tiny.alerts.go_on(ME, search, who="tests").paused
    assert tiny.alerts.look() == 0
    come(tiny, replace(SPINNER, id="new:2"))
    assert tiny.alerts.look() == 1


def alerts_of(workspace: Workspace, seen: Published) -> Alerts:
    """What saves by a publication that is no longer the newest, as it is while a newer one is being loaded."""
    return Alerts(
        workspace._store,
        lambda: seen,
        workspace._encoding,
        workspace._built_until,
        workspace.post,
        workspace.address,
        Hour(7, ZoneInfo("Europe/Copenhagen")),
    )


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(SearchKind.TEXT, STRAW),
        Wanted(SearchKind.FILTERS, region="DK041"),
        Wanted(SearchKind.ACTOR, actor_id="straw:1", across=False),
    ],
    ids=lambda wanted: wanted.kind.value,
)
def test_whoever_comes_while_a_search_is_saved_is_told(tiny: Workspace, wanted: Wanted) -> None:
    seen = tiny.published()
    come(tiny, SPINNER)
    assert inbox(tiny) == []
    alerts_of(tiny, seen).save(ME, "Mine", wanted, who="tests")
    assert tiny.alerts.look() == 1
    assert inbox(tiny) == [SPINNER.id]


def test_whoever_comes_while_a_search_goes_on_is_told(tiny: Workspace) -> None:
    search = save(tiny, Wanted(SearchKind.FILTERS, region="DK041"))
    tiny.alerts.pause(ME, search, who="tests")
    come(tiny, replace(SPINNER, id="new:2"))
    seen = tiny.published()
    come(tiny, SPINNER)
    alerts_of(tiny, seen).go_on(ME, search, who="tests")
    tiny.alerts.look()
    assert inbox(tiny) == [SPINNER.id], "the other came while it was paused"


def test_what_was_changed_back_before_a_search_was_saved_is_no_news(tiny: Workspace) -> None:
    seen, country = tiny.published(), tiny.actor("uni:2").place.country
    for each in ("SE", country):
        tiny.edit_actor("uni:2", {"country": each}, who="tests")
    assert tiny.published() is seen
    save(tiny, Wanted(SearchKind.FILTERS, region=country))
    assert tiny.alerts.look() == 0


def test_a_deleted_search_is_gone_with_its_alerts_until_it_is_brought_back(tiny: Workspace) -> None:
    search = save(tiny, Wanted(SearchKind.FILTERS, region="DK"))
    come(tiny, SPINNER)
    tiny.alerts.look()
    tiny.alerts.delete(ME, search, who="tests")
    assert (inbox(tiny), tiny.alerts.unread(ME), tiny.alerts.searches(ME)) == ([], 0, ())
    tiny.alerts.restore(ME, search, who="tests")
    assert (inbox(tiny), tiny.alerts.unread(ME), len(tiny.alerts.searches(ME))) == ([SPINNER.id], 1, 1)


def test_nobody_reaches_what_is_another_owners(tiny: Workspace) -> None:
    search = save(tiny, Wanted(SearchKind.FILTERS, region="DK"))
    come(tiny, SPINNER)
    tiny.alerts.look()
    numbers = [each.number for each in tiny.alerts.inbox(ME)]
    assert inbox(tiny, "key-1") == []
    assert tiny.alerts.mark("key-1", numbers, read=True) == ()
    assert tiny.alerts.mark("key-1", None, read=True) == ()
    for act in (tiny.alerts.delete, tiny.alerts.pause, tiny.alerts.restore, tiny.alerts.go_on):
        with pytest.raises(SavedSearchNotFoundError):
            act("key-1", search, who="tests")
    assert tiny.alerts.unread(ME) == 1


def test_reading_and_taking_it_back(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.FILTERS, region="DK"))
    come(tiny, SPINNER, replace(SPINNER, id="new:2"))
    tiny.alerts.look()
    marked = tiny.alerts.mark(ME, None, read=True)
    assert (len(marked), tiny.alerts.unread(ME)) == (2, 0)
    assert tiny.alerts.mark(ME, None, read=True) == ()
    assert tiny.alerts.mark(ME, marked[:1], read=False) == marked[:1]
    assert tiny.alerts.unread(ME) == 1


def test_what_cannot_be_searched_for_is_refused(tiny: Workspace) -> None:
    with pytest.raises(ActorNotFoundError):
        save(tiny, Wanted(SearchKind.ACTOR, actor_id="nobody"))
    with pytest.raises(SavedSearchRejectedError):
        tiny.alerts.save(ME, " \n", Wanted(SearchKind.FILTERS, region="DK"), who="tests")
    for impossible in (
        {"kind": SearchKind.FILTERS},
        {"kind": SearchKind.TEXT},
        {"kind": SearchKind.TEXT, "text": "x" * 501},
        {"kind": SearchKind.TEXT, "text": "a\x00b"},
        {"kind": SearchKind.ACTOR, "text": "a", "actor_id": "b"},
    ):
        with pytest.raises(ValueError, match=r"."):
            Wanted(**impossible)  # type: ignore[arg-type]
    assert tiny.alerts.searches(ME) == ()


def test_searches_and_alerts_go_with_their_user_and_with_the_actors_they_name(tiny: Workspace) -> None:
    user = tiny.users.add(
        name="Ib",
        email="ib@x.example",
        role=UserRole.FIRM,
        actor_id="straw:1",
        password="et langt kodeord",
        who="tests",
    )
    save(tiny, Wanted(SearchKind.FILTERS, region="DK"), user.id)
    save(tiny, Wanted(SearchKind.ACTOR, actor_id="fibre:1"), user.id)
    come(tiny, SPINNER)
    tiny.alerts.look()
    tiny.alerts.settings(user.id)
    tiny.erase_actor(SPINNER.id, who="tests")
    assert SPINNER.id not in inbox(tiny, user.id)
    tiny.erase_actor("fibre:1", who="tests")
    assert [each.wanted.kind for each in tiny.alerts.searches(user.id)] == [SearchKind.FILTERS]
    tiny.users.disable("ib@x.example", who="tests")
    come(tiny, replace(SPINNER, id="new:2"))
    assert tiny.alerts.look() == 0, "somebody who is shut out is told nothing"
    feed = tiny.alerts.settings(user.id).feed
    assert tiny.alerts.of_feed(feed) == ""
    tiny.users.remove("ib@x.example", who="tests")
    assert tiny.alerts.searches(user.id) == ()
    with tiny._store._reading() as connection:
        for table in ("saved_searches", "saved_search_known", "alerts", "alert_settings"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table


def test_a_person_reads_what_they_saved(tiny: Workspace) -> None:
    user = tiny.users.add(
        name="Ib",
        email="ib@x.example",
        role=UserRole.ANALYST,
        actor_id="",
        password="et langt kodeord",
        who="tests",
    )
    save(tiny, Wanted(SearchKind.TEXT, STRAW), user.id)
    told = tiny.held("IB@x.example")
    assert STRAW in str(told["saved_searches"])
    assert tiny.held("somebody@else.example")["saved_searches"] == []


def test_two_programs_that_look_at_once_tell_once(tiny: Workspace) -> None:
    save(tiny, Wanted(SearchKind.TEXT, STRAW))
    come(tiny, SPINNER)
    with Workspace.open(tiny.folder) as other:
        assert tiny.alerts.look() + other.alerts.look() == 1
    assert len(tiny.alerts.inbox(ME)) == 1


def test_the_fast_score_is_never_below_the_whole_one_and_finds_the_same_first(sample: Workspace) -> None:
    published = sample.published()
    fitting, search = published.fitting(), published._questions._search
    ids = list(published.actor_names())
    for text in (
        "Hvem kan bruge brun saft?",
        "green protein from grass",
        "C++",
        "biogas plant for manure",
        "x",
    ):
        asked = fitting.question(text)
        most = fitting.at_most(asked, ids)
        whole = search.scores(asked.text, asked.vector, asked.direction)
        assert np.all(most >= whole - 1e-6)
        place = fitting.place(asked, Filter())
        hits = published.search(text, top=FIRST, direction=asked.direction)
        expected = {each.actor_id: each.score for each in hits[: how_many(len(ids), FIRST)]}
        assert place.first == pytest.approx(expected)


def test_an_actor_is_asked_about_in_its_own_words(sample: Workspace) -> None:
    fitting = sample.published().fitting()
    asked = fitting.questions_of("hejrebaek")
    actor = sample.actor("hejrebaek")
    assert asked[0].text == actor.requests[0].text
    assert all(isinstance(each, Question) and "hejrebaek" in each.held_by for each in asked)
    assert fitting.questions_of("nobody") == []


def test_an_alert_is_a_plain_value() -> None:
    assert Alert(1, "search-1", "a", True, "2026-01-01T00:00:00+00:00", "").read == ""
