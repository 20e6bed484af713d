"""The letters that carry a one-time link, in Danish and English, since nobody's language is known before they come."""

from __future__ import annotations

from matchmaker.mailing import Letter
from matchmaker.signing_in.signing_in import Invitation


def invitation_letter(made: Invitation, address: str) -> Letter:
    """The letter to somebody who is to choose a password; ``address`` is where others reach the service."""
    link, until = address + made.path, made.expires[:10]
    return Letter(
        made.user.email,
        "Din adgang til Matchmaker / Your access to Matchmaker",
        f"""Hej {made.user.name}

Vælg en adgangskode her. Linket virker én gang, til og med {until}:

{link}

Bagefter logger du ind på {address} med denne e-mailadresse.
Hvis du ikke venter dette brev, så lad det ligge.

---

Dear {made.user.name},

Choose a password here. The link works once, until {until}:

{link}

Afterwards you sign in at {address} with this e-mail address.
If you did not expect this letter, leave it.
""",
    )
