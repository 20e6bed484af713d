"""Letters out: plain text to one address each, over the mail server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, localtime, make_msgid

from matchmaker.errors import MailError
from matchmaker.settings import Settings, secret

TIMEOUT_SECONDS = 20
LONGEST_SUBJECT = 200

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to one address."""

    to: str
    subject: str
    """One line; line breaks and other control characters become spaces."""
    text: str
    """Plain text, any characters."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further ones, such as ``List-Unsubscribe``; ASCII on one line, their names none that every letter has."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that the server did not take."""

    letter: Letter
    reason: str
    """In the server's words where it has any; it may name the address."""
    certain: bool = True
    """False where the connection was lost, so that the server may have taken the letter after all."""


class Post:
    """Sends letters one after the other over one connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def is_configured(self) -> bool:
        """Whether the settings name a mail server."""
        return bool(self._settings.smtp_host)

    @property
    def server(self) -> str:
        """The mail server and its port, as messages tell it."""
        return f"{self._settings.smtp_host}:{self._port}"

    def check(self) -> None:
        """Connect and sign in, and send nothing; raises ``MailError``."""
        with self._connected():
            pass

    def send(self, letters: Sequence[Letter]) -> tuple[Undelivered, ...]:
        """Send each letter; those that the server did not take, in their order.

        Raises ``MailError`` where the server cannot be reached or signed in to, before any letter is sent. A connection that
        is lost later leaves the rest undelivered, so that no caller sends a letter twice.
        """
        if not letters:
            return ()
        undelivered = []
        with self._connected() as server:
            for letter in letters:
                reason, certain = self._refusal(server, letter)
                if reason:
                    undelivered.append(Undelivered(letter, reason, certain))
        return tuple(undelivered)

    @property
    def _port(self) -> int:
        return self._settings.smtp_port or _PORTS[self._settings.smtp_security]

    def _refusal(self, server: smtplib.SMTP, letter: Letter) -> tuple[str, bool]:
        """Why a letter was not taken, or nothing, and whether that is certain."""
        try:
            recipient = Address(addr_spec=letter.to)
        except (ValueError, IndexError):
            return f"{letter.to!r} is no e-mail address.", True
        try:
            server.send_message(
                _written(letter, recipient, self._settings.mail_from),
                self._settings.mail_from,
                [recipient.addr_spec],
            )
        except smtplib.SMTPRecipientsRefused as error:
            return _said(next(iter(error.recipients.values()))), True
        except smtplib.SMTPResponseException as error:
            return _said((error.smtp_code, error.smtp_error)), True
        except ValueError as error:
            return str(error) or type(error).__name__, True
        except (smtplib.SMTPException, OSError) as error:
            return str(error) or type(error).__name__, False
        return "", True

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        if not self.is_configured:
            raise MailError(
                "No mail server is set up. Set smtp_host and mail_from; docs/settings.md lists all."
            )
        server = self._reached()
        try:
            yield server
        finally:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _reached(self) -> smtplib.SMTP:
        """The server, connected as safely as the settings say and signed in to."""
        settings = self._settings
        server: smtplib.SMTP | None = None
        # Authorities of one's own can be named with the variable SSL_CERT_FILE.
        context = ssl.create_default_context()
        try:
            if settings.smtp_security == "tls":
                server = smtplib.SMTP_SSL(
                    settings.smtp_host, self._port, timeout=TIMEOUT_SECONDS, context=context
                )
            else:
                server = smtplib.SMTP(settings.smtp_host, self._port, timeout=TIMEOUT_SECONDS)
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, secret(settings, "smtp_password"))
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            if server is not None:
                server.close()
            raise MailError(f"{self._trouble(error)} (the mail server {self.server})") from error
        return server

    def _trouble(self, error: Exception) -> str:
        """What went wrong and what to do; never what was sent, which may be a password."""
        match error:
            case smtplib.SMTPAuthenticationError():
                return "The user or the password is refused. Check smtp_user and smtp_password."
            case smtplib.SMTPNotSupportedError():
                return "The server does not offer what is asked for. Check smtp_security and smtp_user."
            case ssl.SSLCertVerificationError():
                return f"The server's certificate cannot be trusted: {error.verify_message}. Check smtp_host, or name your authority with SSL_CERT_FILE."
            case ssl.SSLError():
                return "The server does not speak TLS as asked. Check smtp_security and smtp_port."
            case TimeoutError():
                return f"No answer within {TIMEOUT_SECONDS} seconds. Check smtp_host, smtp_port and the firewall."
            case OSError() if error.filename:
                return f"{error.filename} cannot be read: {error.strerror}."
            case smtplib.SMTPException():
                return "The server ended the connection or answered what no mail server does. Check smtp_host, smtp_port and smtp_security."
            case _:
                return f"It cannot be reached: {error}. Check smtp_host and smtp_port."


def _written(letter: Letter, recipient: Address, sender: str) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(addr_spec=sender)
    message["To"] = recipient
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(localtime())
    # By the sender's domain, so that the name of this machine stays here.
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # So that nobody's absence note answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(_readable(letter.text), charset="utf-8", cte="quoted-printable")
    return message


def _one_line(text: str) -> str:
    shown = "".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    return " ".join(_readable(shown).split())[:LONGEST_SUBJECT]


def _readable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode()


def _said(answer: tuple[int, bytes | str]) -> str:
    code, words = answer
    told = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else words
    return f"{code} {_one_line(told)}"
