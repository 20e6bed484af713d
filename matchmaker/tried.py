"""Failed tries to sign in as values: how many, until when to wait, and under which names they are counted."""

from __future__ import annotations

from dataclasses import dataclass

FORGOTTEN_AFTER = 3600.0
"""Seconds after the last failure; longer than anybody has to wait."""
MOST_KEPT = 20_000
"""Names under which failures are kept; the oldest go first."""
SIGN_IN = "sign-in"
"""A password is tried."""
LETTER = "letter"
"""A letter with a link is asked for."""
PURPOSES = (SIGN_IN, LETTER)


@dataclass(frozen=True, slots=True)
class Failures:
    """What is kept under a name."""

    count: int
    not_before: float
    """Seconds since 1970, UTC; the next try may come then."""


def account_name(purpose: str, email: str) -> str:
    """The name under which tries for an account are counted."""
    return f"{purpose} account {email}"


def network_name(purpose: str, network: str) -> str:
    """The name under which tries from a network are counted."""
    return f"{purpose} network {network}"
