"""Letters reach a real mail server as they were written, each to one address, and every refusal is told."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.doctor import Finding, examine
from matchmaker.errors import MailError, SettingsError
from matchmaker.mailing import Letter, Post
from matchmaker.settings import Settings, effective_settings, read_settings
from matchmaker.workspace import DATABASE, Workspace
from tests.post_office import PASSWORD, REFUSED, USER, PostOffice, post_office, self_made_certificate

TEXT = "Kære Åse\n\n.\n.en linje med punktum\n" + "x" * 2000 + "\nVenlig hilsen\n"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


def sending_to(office: PostOffice, **more: object) -> Settings:
    return replace(read_settings(Path("nowhere"), office.variables), **more)  # type: ignore[arg-type]


def test_a_letter_arrives_as_it_was_written(office: PostOffice) -> None:
    assert Post(sending_to(office)).send([Letter("kim@cluster.example", "Møde på tirsdag", TEXT)]) == ()
    (letter,) = office.letters
    assert letter["Subject"] == "Møde på tirsdag"
    assert (letter["From"], letter["To"]) == ("matchmaker@cluster.example", "kim@cluster.example")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@cluster.example>")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == TEXT


@pytest.mark.parametrize("broken", ["\r\n", "\n", "\r", "\u2028", "\x00"])
def test_no_header_can_be_slipped_in(office: PostOffice, broken: str) -> None:
    post = Post(sending_to(office))
    planted = f"{broken}Bcc: thief@elsewhere.example{broken}{broken}Other text"
    told = post.send(
        [
            Letter("kim@cluster.example", f"Hello{planted}", "The text"),
            Letter(f"kim@cluster.example{planted}", "Hello", "The text"),
            Letter("kim@cluster.example, thief@elsewhere.example", "Hello", "The text"),
        ]
    )
    assert len(told) == 2
    assert office.recipients == [["kim@cluster.example"]]
    (letter,) = office.letters
    assert letter["Bcc"] is None
    assert letter.get_content().strip() == "The text"


def test_who_is_refused_is_told_and_the_others_get_theirs(office: PostOffice) -> None:
    letters = [Letter(to, "Hello", "Text") for to in ("a@x.example", REFUSED, "no address", "b@x.example")]
    told = Post(sending_to(office)).send(letters)
    assert [each.letter for each in told] == letters[1:3]
    assert told[0].reason == "550 no such mailbox here"
    assert office.recipients == [["a@x.example"], ["b@x.example"]]


def test_characters_that_cannot_be_sent_are_replaced(office: PostOffice) -> None:
    assert Post(sending_to(office)).send([Letter("a@x.example", "x \udc80", "y \udc80")]) == ()
    assert office.letters[0]["Subject"] == "x ?"


def test_a_name_that_the_server_cannot_write_is_one_refusal(office: PostOffice) -> None:
    told = Post(sending_to(office)).send([Letter("åse@x.example", "x", "y"), Letter("b@x.example", "x", "y")])
    assert len(told) <= 1
    assert office.recipients[-1] == ["b@x.example"]


def test_starttls_and_a_password_are_used_where_they_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_made_certificate(tmp_path)
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    with post_office(certificate=certificate) as office:
        settings = sending_to(
            office, smtp_security="starttls", smtp_user=USER, smtp_password_file=str(secret)
        )
        letter = Letter("kim@cluster.example", "Hello", "Text")
        with pytest.raises(MailError, match="cannot be trusted"):
            Post(settings).send([letter])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert Post(settings).send([letter]) == ()
        assert office.encrypted == [True]
        with pytest.raises(MailError, match="password is refused") as caught:
            Post(replace(settings, smtp_password_file="", smtp_password="forkert kodeord")).send([letter])
        assert "forkert" not in str(caught.value)
        assert len(office.letters) == 1


def test_without_tls_nothing_is_sent_where_it_is_wanted(office: PostOffice) -> None:
    with pytest.raises(MailError, match="smtp_security"):
        Post(sending_to(office, smtp_security="starttls")).send([Letter("a@x.example", "x", "y")])
    assert office.letters == []


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_server_that_is_not_there_is_one_clear_line(office: PostOffice) -> None:
    settings = sending_to(office, smtp_port=free_port())
    with pytest.raises(MailError, match="cannot be reached"):
        Post(settings).send([Letter("a@x.example", "x", "y")])
    with pytest.raises(MailError, match="smtp_host"):
        Post(Settings()).check()
    assert Post(settings).send([]) == ()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SMTP_HOST": "mail.example"}, "mail_from"),
        ({"SMTP_SECURITY": "ssl"}, "starttls, tls, none"),
        ({"SMTP_PORT": "70000"}, "65535"),
        ({"MAIL_FROM": "a@b\nBcc: c@d"}, "no e-mail address"),
        ({"SMTP_USER": "x"}, "smtp_password"),
        ({"SMTP_PASSWORD_FILE": "none"}, "not a file"),
        ({"SMTP_USER": "x", "SMTP_PASSWORD": "geheim", "SMTP_SECURITY": "none"}, "in the clear"),
    ],
)
def test_settings_that_do_not_go_together_are_named(
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        read_settings(tmp_path, {f"MATCHMAKER_{name}": value for name, value in variables.items()})
    assert "geheim" not in str(caught.value)


def test_a_password_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCHMAKER_SMTP_PASSWORD", "geheim")
    assert main(["-w", str(tmp_path), "settings"]) == 0
    assert main(["-w", str(tmp_path), "settings", "--json"]) == 0
    told = capfd.readouterr().out
    assert "(hidden)" in told
    assert "geheim" not in told
    read = read_settings(tmp_path, {"MATCHMAKER_SMTP_PASSWORD": "geheim"})
    assert read.smtp_password == "geheim"
    assert "geheim" not in repr(read)
    assert "geheim" not in repr(effective_settings(tmp_path, {"MATCHMAKER_SMTP_PASSWORD": "geheim"}))
    (tmp_path / "settings.toml").write_text('smtp_password = "geheim"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="smtp_password_file") as caught:
        read_settings(tmp_path, {})
    assert "geheim" not in str(caught.value)


@pytest.fixture
def folder(tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {**office.variables, "MATCHMAKER_ADDRESS": "https://match.example"}.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "workspace"
    Workspace.open(folder, create=True).close()
    return folder


KIM = ("kim@cluster.example", "--name", "Kim", "--role", "facilitator")


def test_an_invitation_is_mailed_and_its_link_works(
    folder: Path, office: PostOffice, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(folder), "user", "invite", *KIM, "--mail"]) == 0
    assert "invitation/" not in capfd.readouterr().out
    (letter,) = office.letters
    text = letter.get_content()
    link = next(line for line in text.splitlines() if "/invitation/" in line)
    assert link.startswith("https://match.example/invitation/")
    with Workspace.open(folder) as workspace:
        assert workspace.users.invited(link.rpartition("/")[2]).email == "kim@cluster.example"
    assert main(["-w", str(folder), "user", "reset", "kim@cluster.example", "--mail", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["mailed"], told["link"]) == (True, None)
    assert len(office.letters) == 2


def test_a_link_that_cannot_be_mailed_is_printed(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = (REFUSED, *KIM[1:])
    assert main(["-w", str(folder), "user", "invite", *refused, "--mail"]) == 1
    told = capfd.readouterr()
    assert "https://match.example/invitation/" in told.out
    assert "550 no such mailbox" in told.err
    monkeypatch.setenv("MATCHMAKER_SMTP_PORT", str(free_port()))
    assert main(["-w", str(folder), "user", "invite", *KIM, "--mail"]) == 1
    assert "cannot be reached" in capfd.readouterr().err
    with Workspace.open(folder) as workspace:
        assert [each.email for each in workspace.users.users()] == [REFUSED]


def test_the_operator_can_try_the_server(
    folder: Path, office: PostOffice, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(folder), "mail", "test", "kim@cluster.example"]) == 0
    assert main(["-w", str(folder), "mail", "test", REFUSED]) == 1
    assert "550 no such mailbox here" in capfd.readouterr().err
    assert office.recipients == [["kim@cluster.example"]]


def test_the_doctor_says_whether_letters_can_be_sent(folder: Path, office: PostOffice) -> None:
    from datetime import UTC, datetime

    def mail(**more: str) -> Finding:
        checks = examine(folder, DATABASE, {**office.variables, **more}, now=datetime(2030, 1, 1, tzinfo=UTC))
        return next(each.finding for each in checks if each.part == "mail")

    assert mail() is Finding.WELL
    assert mail(MATCHMAKER_SMTP_PORT=str(free_port())) is Finding.BROKEN
    assert office.letters == []
