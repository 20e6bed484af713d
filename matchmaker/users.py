"""Who may sign in and with what: plain values between the store, the room that checks secrets, and whoever asks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LONGEST_NAME = 100
LONGEST_EMAIL = 254
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
"""Characters; longer ones would cost time to hash and protect nothing more."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class UserRole(StrEnum):
    """The part that somebody who signed in plays; the operator is whoever has the host's command line, and is no row."""

    FACILITATOR = "facilitator"
    FIRM = "firm"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    id: str
    name: str
    email: str
    """In lower case; what is typed to sign in."""
    role: UserRole
    actor_id: str
    """The actor that a firm speaks for; empty for the other roles."""
    has_password: bool
    disabled: bool
    who: str
    """Who added the user."""
    at: str
    """When, in UTC, ISO 8601."""

    @property
    def can_sign_in(self) -> bool:
        """Whether a right password would be accepted."""
        return self.has_password and not self.disabled


@dataclass(frozen=True, slots=True)
class Key:
    """What a program signs in with, without its secret."""

    id: str
    name: str
    role: UserRole
    actor_id: str
    """The actor that a firm's key speaks for; empty for the other roles."""
    read_only: bool
    """Narrower than its role: only methods that change nothing."""
    who: str
    created: str
    expires: str
    last_used: str
    """To the hour; empty where it never was."""
    revoked: str
    """When it was revoked; empty where it was not."""
    user_id: str = ""
    """Whose it is; empty for one that the operator made. It is as good as its user is."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider says somebody is."""

    issuer: str
    subject: str
    """What the provider knows them by, for good."""
    email: str
    email_verified: bool
    """Whether the provider made sure that the address is theirs."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is signed in."""

    mark: str
    """What it can be named by; nobody gets in with it."""
    device: str
    created: str
    last_seen: str
    is_this: bool
    """Whether it is the one that asks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose session or key is good now."""

    role: UserRole
    actor_id: str
    user_id: str = ""
    """Empty for a key."""
    key_id: str = ""
    """Empty for a session."""
    name: str = ""
    read_only: bool = False
    key_of: str = ""
    """The user whose key it is; empty for a session, and for a key that the operator made."""

    @property
    def owner_id(self) -> str:
        """The user whose session or key it is; empty for a key that the operator made."""
        return self.user_id or self.key_of

    @property
    def who(self) -> str:
        """The name that changes are recorded under: an id, since names would outlive their erasure."""
        return self.user_id or self.key_id


def checked_name(name: str) -> str:
    """A name without space around it; raises ``ValueError`` for one that is empty, of several lines or too long."""
    name = name.strip()
    if not name or not name.isprintable():
        raise ValueError("A name is one line of text that can be read. Give one with --name.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name has {len(name)} characters; at most {LONGEST_NAME} fit. Shorten it.")
    return name


def checked_email(email: str) -> str:
    """An address in lower case; raises ``ValueError`` for what is none."""
    email = comparable_email(email)
    if len(email) > LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise ValueError(f"{email[:80]!r} is not an e-mail address. Write one such as name@example.org.")
    return email


def comparable_email(email: str) -> str:
    """What addresses are compared by."""
    return unicodedata.normalize("NFC", email).strip().lower()


def checked_password(password: str, *, email: str) -> str:
    """A password that may be chosen, in one form of Unicode; raises ``ValueError`` with the name of what is wrong.

    The names are ``short``, ``long``, ``unreadable`` and ``guessable``. Length counts and no kind of character has to be there,
    as NIST SP 800-63B advises.
    """
    password = comparable_password(password)
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError("short")
    if len(password) > LONGEST_PASSWORD:
        raise ValueError("long")
    try:
        password.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("unreadable") from None
    plain = password.casefold()
    if (
        len(set(plain)) < 4
        or plain in (email, email.partition("@")[0])
        or email.partition("@")[0] * 2 == plain
    ):
        raise ValueError("guessable")
    return password


def comparable_password(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFC", password)
