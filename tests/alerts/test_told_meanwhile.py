"""What happened between an alert and its reader: hidden, erased, shut out, built twice; and the hour at which letters go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from matchmaker.alerts import Every, Hour, SearchKind, Wanted
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.errors import SettingsError
from matchmaker.settings import read_settings
from matchmaker.store.alerts import Due
from matchmaker.users import User, UserRole
from matchmaker.workspace import Workspace
from tests.alerts.comers import BANK, SPINNER, come

ME = "here"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def told(workspace: Workspace, owner: str = ME) -> list[str]:
    return [each.actor_id for each in workspace.alerts.inbox(owner)]


def somebody(workspace: Workspace) -> User:
    return workspace.users.add(
        name="Ib",
        email="ib@x.example",
        role=UserRole.ANALYST,
        actor_id="",
        password="et langt kodeord",
        who="tests",
    )


@pytest.mark.parametrize(
    ("seeker", "partner", "kind"),
    [
        ("straw:1", SPINNER.id, AnswerKind.HIDDEN),
        ("straw:1", SPINNER.id, AnswerKind.DECLINED),
        (SPINNER.id, "straw:1", AnswerKind.DECLINED),
        (SPINNER.id, "straw:1", AnswerKind.NEVER),
    ],
)
def test_nobody_is_told_of_an_actor_that_was_kept_apart_meanwhile(
    tiny: Workspace, seeker: str, partner: str, kind: AnswerKind
) -> None:
    tiny.alerts.save(ME, "Fits", Wanted(SearchKind.ACTOR, actor_id="straw:1", across=False), who="tests")
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 1
    tiny.answer(seeker, partner, Judgement(kind), who="tests")
    assert (told(tiny), tiny.alerts.unread(ME), tiny.alerts.mark(ME, None, read=True)) == ([], 0, ())
    tiny.take_back_answer(seeker, partner, who="tests")
    assert (told(tiny), tiny.alerts.unread(ME)) == ([SPINNER.id], 1), "the answer was taken back"
    tiny.answer("straw:1", SPINNER.id, Judgement(AnswerKind.INTERESTED), who="tests")
    tiny.answer(SPINNER.id, "straw:1", Judgement(AnswerKind.HIDDEN), who="tests")
    assert told(tiny) == [SPINNER.id], "the other way round it is hidden, which is its own list"


def test_what_was_answered_about_an_actor_leaves_searches_for_a_sentence_alone(tiny: Workspace) -> None:
    tiny.alerts.save(ME, "DK", Wanted(SearchKind.FILTERS, region="DK041"), who="tests")
    come(tiny, SPINNER)
    tiny.alerts.look()
    tiny.answer("straw:1", SPINNER.id, Judgement(AnswerKind.NEVER), who="tests")
    assert told(tiny) == [SPINNER.id]
    tiny.erase_actor(SPINNER.id, who="tests")
    assert (told(tiny), tiny.alerts.unread(ME)) == ([], 0)


def test_two_builds_in_quick_succession_tell_of_everybody_once(tiny: Workspace) -> None:
    tiny.alerts.save(ME, "DK", Wanted(SearchKind.FILTERS, region="DK"), who="tests")
    tiny.alerts.save(ME, "Fits", Wanted(SearchKind.ACTOR, actor_id="uni:1", new=True), who="tests")
    come(tiny, SPINNER)
    tiny.build()
    come(tiny, replace(SPINNER, id="new:2", name="Second"))
    tiny.build()
    tiny.alerts.look()
    assert sorted(told(tiny)).count(SPINNER.id) >= 1
    assert sorted(set(told(tiny))) == ["new:2", SPINNER.id]
    assert len(told(tiny)) == len({(each.search_id, each.actor_id) for each in tiny.alerts.inbox(ME)})
    before = told(tiny)
    assert tiny.alerts.look() == 0
    come(tiny, BANK)
    tiny.build()
    assert tiny.alerts.look() == 0, "it is of another country"
    assert told(tiny) == before


def test_a_key_that_opens_nothing_any_more_reads_no_feed_and_is_told_of_nobody(tiny: Workspace) -> None:
    made, _ = tiny.users.create_key(name="CRM", role=UserRole.ANALYST, who="tests")
    tiny.alerts.save(made.id, "DK", Wanted(SearchKind.FILTERS, region="DK"), who="tests")
    feed = tiny.alerts.settings(made.id).feed
    assert tiny.alerts.of_feed(feed) == made.id
    tiny.users.revoke_key(made.id, who="tests")
    assert tiny.alerts.of_feed(feed) == ""
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 0
    assert told(tiny, made.id) == []


def test_whoever_is_shut_out_ends_the_letters_all_the_same_and_gets_none_that_was_begun(
    tiny: Workspace,
) -> None:
    user = somebody(tiny)
    unsubscribe = tiny.alerts.set_every(user.id, Every.DAILY, "da", who="tests").unsubscribe
    (due,) = tiny._store.alerts.due()
    tiny.users.disable(user.email, who="tests")
    assert not tiny._store.alerts.claim(due, 1), "shut out after the list of letters was made"
    assert tiny.alerts.unsubscribe(unsubscribe)
    tiny.users.enable(user.email, who="tests")
    assert tiny.alerts.settings(user.id).every is Every.OFF
    assert tiny._store.alerts.due() == ()


def due(every: Every, mailed_at: str) -> Due:
    return Due("user-1", every, "da", 0, mailed_at)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("every", "mailed", "now", "goes"),
    [
        (Every.DAILY, "", "2026-11-26T06:59", False),
        (Every.DAILY, "", "2026-11-26T07:00", True),
        (Every.DAILY, "2026-11-26T07:00", "2026-11-26T23:59", False),
        (Every.DAILY, "2026-11-26T07:00", "2026-11-27T00:01", False),
        (Every.DAILY, "2026-11-26T15:00", "2026-11-27T07:00", True),
        (Every.DAILY, "2026-11-20T07:00", "2026-11-27T03:00", False),
        # The clock goes forward on 29 March 2026 and back on 25 October.
        (Every.DAILY, "2026-03-28T07:00", "2026-03-29T07:00", True),
        (Every.DAILY, "2026-10-24T07:00", "2026-10-25T06:59", False),
        (Every.DAILY, "2026-10-24T07:00", "2026-10-25T07:00", True),
        (Every.WEEKLY, "2026-11-20T09:00", "2026-11-26T23:00", False),
        (Every.WEEKLY, "2026-11-20T09:00", "2026-11-27T07:00", True),
    ],
)
def test_letters_go_by_the_clock_and_the_calendar_of_the_place(
    every: Every, mailed: str, now: str, goes: bool
) -> None:
    mailed_at = at(mailed).astimezone(UTC).isoformat() if mailed else ""
    assert Hour(7, COPENHAGEN).is_due(due(every, mailed_at), at(now).astimezone(UTC)) is goes


def test_an_hour_or_a_zone_that_there_is_not_is_refused(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}).mail_hour == 7
    for name, value in (
        ("HOUR", "24"),
        ("HOUR", "noon"),
        ("ZONE", "Mars/Olympus"),
        ("ZONE", "../etc/passwd"),
    ):
        with pytest.raises(SettingsError, match=f"mail_{name.lower()}"):
            read_settings(tmp_path, {f"MATCHMAKER_MAIL_{name}": value})
