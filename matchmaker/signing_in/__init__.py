"""Who somebody is: passwords, sessions, keys and invitations, checked against what the store keeps of them."""

from matchmaker.signing_in.letters import invitation_letter
from matchmaker.signing_in.passwords import Passwords
from matchmaker.signing_in.signing_in import KEY_DAYS, SESSION_HOURS, Invitation, SigningIn

__all__ = ["KEY_DAYS", "SESSION_HOURS", "Invitation", "Passwords", "SigningIn", "invitation_letter"]
