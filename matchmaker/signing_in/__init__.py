"""Who somebody is: passwords, sessions, keys and invitations, checked against what the store keeps of them."""

from matchmaker.signing_in.letters import invitation_letter, recovery_letter
from matchmaker.signing_in.own_keys import NARROWER, OwnKeys
from matchmaker.signing_in.passwords import Passwords
from matchmaker.signing_in.provider import Attempt, Provider
from matchmaker.signing_in.signing_in import (
    KEY_DAYS,
    LONGEST_KEY_DAYS,
    SESSION_HOURS,
    WRONG_PASSWORDS,
    Invitation,
    SigningIn,
)

__all__ = [
    "KEY_DAYS",
    "LONGEST_KEY_DAYS",
    "NARROWER",
    "SESSION_HOURS",
    "WRONG_PASSWORDS",
    "Attempt",
    "Invitation",
    "OwnKeys",
    "Passwords",
    "Provider",
    "SigningIn",
    "invitation_letter",
    "recovery_letter",
]
