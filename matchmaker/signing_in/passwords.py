"""Passwords into hashes and back to a yes or no, which takes the same time whether there is a hash or not."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matchmaker.users import LONGEST_PASSWORD, comparable_password


class Passwords:
    """Argon2id (RFC 9106, its second recommended option: 64 MiB, 3 passes, 4 lanes)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("nobody has this password")

    def hashed(self, password: str) -> str:
        """The hash to keep, salt and costs included."""
        return self._hasher.hash(comparable_password(password))

    def right(self, password: str, kept: str) -> bool:
        """Whether a password is the one of a kept hash; without one (``""``) the same work is done, and the answer is no."""
        typed = comparable_password(password)[: LONGEST_PASSWORD + 1].encode("utf-8", errors="replace")
        try:
            same = self._hasher.verify(kept or self._nobodys, typed)
        except (VerificationError, InvalidHashError):
            return False
        return same and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made at other costs than today's."""
        return self._hasher.check_needs_rehash(kept)
