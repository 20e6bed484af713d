"""Letters with alerts: to a real mail server, in the user's language, ended by one click, and never twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matchmaker.alerts import Every, SearchKind, Wanted
from matchmaker.cli import main
from matchmaker.errors import MailError, SettingsError
from matchmaker.users import User, UserRole
from matchmaker.workspace import Workspace
from tests.alerts.comers import SPINNER, come
from tests.post_office import REFUSED, PostOffice, post_office

ADDRESS = "https://matchmaker.example"


def now(**later: float) -> datetime:
    return datetime.now(UTC) + timedelta(**later)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with post_office() as opened:
        for name, value in (opened.variables | {"MATCHMAKER_ADDRESS": ADDRESS}).items():
            monkeypatch.setenv(name, value)
        yield opened


@pytest.fixture
def writing(office: PostOffice, tiny_copy: Path) -> Iterator[Workspace]:
    with Workspace.open(tiny_copy) as opened:
        yield opened


def reader(
    workspace: Workspace, email: str = "ib@x.example", every: Every = Every.DAILY, language: str = "da"
) -> User:
    user = workspace.users.add(
        name="Ib Ø", email=email, role=UserRole.ANALYST, actor_id="", password="et langt kodeord", who="tests"
    )
    workspace.alerts.save(user.id, "Vestjylland", Wanted(SearchKind.FILTERS, region="DK041"), who="tests")
    workspace.alerts.set_every(user.id, every, language, who="tests")
    return user


def test_a_letter_tells_what_is_new_in_the_users_language_and_only_once(
    office: PostOffice, writing: Workspace
) -> None:
    reader(writing)
    come(writing, SPINNER)
    sent = writing.alerts.send(now())
    assert (sent.letters, sent.alerts, sent.undelivered) == (1, 1, ())
    (letter,) = office.letters
    assert letter["To"] == "ib@x.example"
    assert letter["Subject"] == "1 ny aktør passer til det, du søger"
    text = letter.get_content()
    assert "Kære Ib Ø" in text
    assert "Spinners of Skive (virksomhed, DK041, DK) - ny i klyngen" in text
    assert f"{ADDRESS}/alerts/1" in text
    for later in (0.0, 25.0, 24.0 * 8):
        assert writing.alerts.send(now(hours=later)).letters == 0
    come(writing, replace(SPINNER, id="new:2", name="Second"))
    assert writing.alerts.send(now(hours=1)).letters == 0, "it is not due yet"
    assert writing.alerts.send(now(hours=24)).alerts == 1
    assert "Second" in office.letters[1].get_content()
    assert "Skive" not in office.letters[1].get_content()


def test_one_click_ends_the_letters_as_rfc_8058_has_it(office: PostOffice, writing: Workspace) -> None:
    user = reader(writing, language="en")
    come(writing, SPINNER)
    writing.alerts.send(now())
    letter = office.letters[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(rf"<{ADDRESS}/alerts/unsubscribe/([A-Za-z0-9_-]+)>", letter["List-Unsubscribe"])
    assert found is not None
    assert found[1] != writing.alerts.settings(user.id).feed, "the letter does not give the feed away"
    writing.alerts.renew_feed(user.id, who="tests")
    assert not writing.alerts.unsubscribe("x" * 40)
    assert writing.alerts.unsubscribe(found[1], trial=True)
    assert writing.alerts.settings(user.id).every is Every.DAILY
    assert writing.alerts.unsubscribe(found[1])
    assert writing.alerts.settings(user.id).every is Every.OFF
    come(writing, replace(SPINNER, id="new:2"))
    assert writing.alerts.send(now(days=9)).letters == 0


def test_nothing_new_or_all_read_means_no_letter_and_weekly_means_weekly(
    office: PostOffice, writing: Workspace
) -> None:
    user = reader(writing, every=Every.WEEKLY)
    reader(writing, "off@x.example", Every.OFF)
    assert writing.alerts.send(now()).letters == 0
    come(writing, SPINNER)
    writing.alerts.look()
    writing.alerts.mark(user.id, None, read=True)
    assert writing.alerts.send(now()).letters == 0
    come(writing, replace(SPINNER, id="new:2"))
    assert writing.alerts.send(now()).letters == 1
    come(writing, replace(SPINNER, id="new:3"))
    assert writing.alerts.send(now(days=6)).letters == 0
    assert writing.alerts.send(now(days=7)).letters == 1
    assert all(each["To"] == "ib@x.example" for each in office.letters)


def test_a_letter_that_was_not_taken_goes_later(office: PostOffice, writing: Workspace) -> None:
    user = reader(writing, REFUSED)
    come(writing, SPINNER)
    assert writing.alerts.send(now()).undelivered == (user.id,)
    assert writing.alerts.send(now()).undelivered == (user.id,)
    assert office.letters == []


def test_a_server_that_is_away_is_told_and_the_letter_goes_once_it_is_back(
    office: PostOffice, tiny_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_SMTP_PORT", "1")
    with Workspace.open(tiny_copy) as workspace:
        reader(workspace)
        come(workspace, SPINNER)
        with pytest.raises(MailError):
            workspace.alerts.send(now())
    monkeypatch.setenv("MATCHMAKER_SMTP_PORT", str(office.port))
    assert main(["-w", str(tiny_copy), "alerts", "send"]) == 0
    assert len(office.letters) == 1


def test_the_service_writes_from_its_hour_on_and_once_a_day(
    office: PostOffice, tiny_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_MAIL_ZONE", "UTC")
    tomorrow = now(days=1).replace(hour=6, minute=59)
    with Workspace.open(tiny_copy) as workspace:
        reader(workspace)
        come(workspace, SPINNER)
        assert workspace.alerts.send(tomorrow, by_hour=True).letters == 0
        assert workspace.alerts.send(tomorrow + timedelta(minutes=1), by_hour=True).letters == 1
        assert workspace.alerts.send(tomorrow + timedelta(minutes=11), by_hour=True).letters == 0
    assert len(office.letters) == 1


SENDS_AND_DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import matchmaker.mailing as mailing
from matchmaker.workspace import Workspace

real = mailing.Post.send
def send(self, letters):
    if sys.argv[2] == "after":
        real(self, letters)
    os.kill(os.getpid(), signal.SIGKILL)
mailing.Post.send = send
with Workspace.open(Path(sys.argv[1])) as workspace:
    workspace.alerts.send(datetime.now(UTC))
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_program_that_is_killed_while_sending_sends_nothing_twice(
    office: PostOffice, tiny_copy: Path, moment: str
) -> None:
    with Workspace.open(tiny_copy) as workspace:
        reader(workspace)
        come(workspace, SPINNER)
    ended = subprocess.run(
        [sys.executable, "-c", SENDS_AND_DIES, str(tiny_copy), moment],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    with Workspace.open(tiny_copy) as workspace:
        assert workspace.alerts.send(now()).letters == 0
        assert workspace.alerts.send(now(days=30)).letters == 0
        assert len(workspace.alerts.inbox(workspace.users.users()[0].id)) == 1, "it is in the inbox"
    assert len(office.letters) == (1 if moment == "after" else 0)


def test_without_a_server_or_an_address_it_is_said_what_is_missing(
    tiny: Workspace, office: PostOffice, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not tiny.alerts.can_write or tiny.address
    monkeypatch.setenv("MATCHMAKER_ADDRESS", "")
    with Workspace.open(tiny.folder) as opened, pytest.raises(SettingsError, match="address"):
        opened.alerts.send(now())
    monkeypatch.delenv("MATCHMAKER_SMTP_HOST")
    assert main(["-w", str(tiny.folder), "alerts", "send"]) == 1
    assert "mail server" in capfd.readouterr().err
    assert main(["-w", str(tiny.folder), "alerts", "look"]) == 0
