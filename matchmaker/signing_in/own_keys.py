"""Keys that users make themselves: no wider than what they may do, and gone with them."""

from __future__ import annotations

from matchmaker.errors import KeyNotFoundError, UserRejectedError
from matchmaker.signing_in.signing_in import KEY_DAYS, SigningIn
from matchmaker.store import Store
from matchmaker.users import Caller, Key, UserRole

NARROWER = {
    UserRole.FACILITATOR: (UserRole.FACILITATOR, UserRole.ANALYST),
    UserRole.FIRM: (UserRole.FIRM,),
    UserRole.ANALYST: (UserRole.ANALYST,),
}
"""The roles that a key may have which somebody of a role makes."""


class OwnKeys:
    """The keys that a caller may see: the own ones, for a firm those of its actor, for a facilitator all."""

    def __init__(self, store: Store, signing_in: SigningIn) -> None:
        self._keys = store.keys
        self._signing_in = signing_in

    def of(self, caller: Caller, *, good: bool = False) -> tuple[Key, ...]:
        """In the order in which they were made; with ``good`` those that are neither revoked nor too old."""
        return tuple(each for each in self._keys.all(good=good) if _reaches(caller, each))

    def create(
        self,
        caller: Caller,
        *,
        name: str,
        role: UserRole | None = None,
        read_only: bool = False,
        days: int = KEY_DAYS,
    ) -> tuple[Key, str]:
        """A new key and the text to send, which is told once; raises ``UserRejectedError``.

        An analyst's reads only. One that is made by a key lasts no longer than that one, and is revoked with it.
        """
        chosen = role or caller.role
        if chosen not in NARROWER[caller.role]:
            allowed = " or ".join(each.value for each in NARROWER[caller.role])
            raise UserRejectedError(f"The key may have the role {allowed}, not {chosen.value}.")
        return self._signing_in.create_key(
            name=name,
            role=chosen,
            actor_id=caller.actor_id if chosen is UserRole.FIRM else "",
            read_only=read_only or caller.read_only or chosen is UserRole.ANALYST,
            days=days,
            user_id=caller.owner_id,
            until=self._keys.one(caller.key_id).expires if caller.key_id else "",
            who=caller.who,
        )

    def revoke(self, caller: Caller, key_id: str) -> Key:
        """End a key at once; raises ``KeyNotFoundError``, the same for another's as for none."""
        if not _reaches(caller, self._keys.one(key_id)):
            raise KeyNotFoundError(key_id)
        return self._keys.revoke(key_id, who=caller.who)


def _reaches(caller: Caller, key: Key) -> bool:
    if caller.role is UserRole.FACILITATOR:
        return True
    if caller.role is UserRole.FIRM:
        return key.actor_id == caller.actor_id
    return (
        key.id == caller.key_id
        or key.who == caller.who
        or (bool(key.user_id) and key.user_id == caller.owner_id)
    )
