"""Signing in: what is typed or sent -> who it is now, and what the operator's commands do with users and keys."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

from matchmaker.errors import (
    InvitationNotFoundError,
    ProviderError,
    StoreError,
    UserNotFoundError,
    UserRejectedError,
)
from matchmaker.signing_in.passwords import Passwords
from matchmaker.store import Store
from matchmaker.users import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Caller,
    Identity,
    Key,
    Session,
    User,
    UserRole,
    checked_email,
    checked_name,
    checked_password,
    comparable_email,
)

SESSION_HOURS = 12
"""A session ends when it was not used for so long ..."""
SESSION_DAYS = 14
"""... and at the latest after so many days."""
INVITATION_DAYS = 7
RECOVERY_MINUTES = 60
LONGEST_DEVICE = 60
KEY_DAYS = 90
LONGEST_KEY_DAYS = 731
MOST_KEYS = 20
"""Good keys that a user may have at a time."""

_NOTED_AFTER = timedelta(minutes=5)
"""A session's use is written down at most so often, since there is one writer."""
_LONGEST_TOKEN = 100

WRONG_PASSWORDS = {
    "short": f"The password is too short. Use {SHORTEST_PASSWORD} characters or more; a few words do well.",
    "long": f"The password is too long. Use at most {LONGEST_PASSWORD} characters.",
    "unreadable": "The password holds characters that cannot be kept. Choose another.",
    "guessable": "The password is too easily guessed. Choose another.",
}
"""What is wrong with a password, by the name that ``checked_password`` gives it."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A user with the secret of the link that lets them choose a password; it is told once and kept as a hash."""

    user: User
    token: str
    expires: str

    @property
    def path(self) -> str:
        """The link without the address of the service."""
        return f"/invitation/{self.token}"


class SigningIn:
    """Users, sessions, keys and invitations of one workspace. Every method may raise ``StoreError``."""

    def __init__(self, store: Store) -> None:
        self._users = store.users
        self._keys = store.keys
        self._identities = store.identities

    @cached_property
    def _passwords(self) -> Passwords:
        # Made on first use: it hashes once, which takes a while.
        return Passwords()

    def needed(self) -> bool:
        """Whether callers have to sign in: from the first user on, for good."""
        return self._users.ever()

    def possible(self) -> bool:
        """Whether there is somebody who can sign in."""
        return any(user.can_sign_in for user in self._users.all())

    def users(self) -> tuple[User, ...]:
        """All users by e-mail address."""
        return self._users.all()

    def user(self, wanted: str) -> User:
        """The user with this e-mail address or id; raises ``UserNotFoundError``."""
        return self._users.one(_wanted(wanted))

    def add(
        self, *, name: str, email: str, role: UserRole, actor_id: str = "", password: str = "", who: str
    ) -> User:
        """Add a user, who can sign in where a password is given.

        Raises ``UserRejectedError`` for what cannot be and ``ActorNotFoundError`` for a firm's actor that is not stored.
        """
        _check_scope(role, actor_id)
        try:
            name, email = checked_name(name), checked_email(email)
        except ValueError as error:
            raise UserRejectedError(str(error)) from error
        kept = self._passwords.hashed(_chosen(password, email)) if password else None
        return self._users.add(
            name=name, email=email, role=role, actor_id=actor_id, password_hash=kept, who=who
        )

    def invite(self, *, name: str, email: str, role: UserRole, actor_id: str = "", who: str) -> Invitation:
        """Add a user without a password, and the link to choose one; raises as ``add``."""
        return self.reset(self.add(name=name, email=email, role=role, actor_id=actor_id, who=who).id, who=who)

    def reset(self, wanted: str, *, who: str) -> Invitation:
        """Take a user's password away, sign them out everywhere, and make a new link; raises ``UserNotFoundError``."""
        token, expires = secrets.token_urlsafe(32), self._in(timedelta(days=INVITATION_DAYS))
        user = self._users.reset(_wanted(wanted), token_hash=_hashed(token), expires=expires, who=who)
        return Invitation(user, token, expires)

    def disable(self, wanted: str, *, who: str) -> User:
        """Shut a user out at once; raises ``UserNotFoundError``."""
        return self._users.set_disabled(_wanted(wanted), True, who=who)

    def enable(self, wanted: str, *, who: str) -> User:
        """Let a user sign in again; raises ``UserNotFoundError``."""
        return self._users.set_disabled(_wanted(wanted), False, who=who)

    def remove(self, wanted: str, *, who: str) -> User:
        """Erase a user; raises ``UserNotFoundError``."""
        return self._users.remove(_wanted(wanted), who=who)

    def invited(self, token: str) -> User:
        """Whose link this is; raises ``InvitationNotFoundError``, the same for unknown, used and old ones."""
        user = self._users.invited(_hashed(token))
        if user is None:
            raise InvitationNotFoundError
        return user

    def accept(self, token: str, password: str, *, device: str = "") -> tuple[User, str]:
        """Choose the password of an invited user; the user, and the token of their first session.

        Raises ``InvitationNotFoundError``, and ``UserRejectedError`` with the name of what is wrong with the password as
        its cause, as ``matchmaker.users.checked_password`` gives it. The link can be used once.
        """
        user, kept = self._with_chosen(token, password)
        session = self._begin(user, kept, before="", device=device)
        if not session:
            raise InvitationNotFoundError
        return user, session

    def choose(self, token: str, password: str) -> User:
        """The same without a session; whoever did it signs in. Raises as ``accept`` does."""
        return self._with_chosen(token, password)[0]

    def recover(self, email: str) -> Invitation | None:
        """A link for somebody who forgot the password, good once and for an hour; ``None`` for whoever may not sign in.

        The password stays as it is until the link is used, so that nobody is shut out by somebody else's asking.
        """
        token, expires = secrets.token_urlsafe(32), self._in(timedelta(minutes=RECOVERY_MINUTES))
        user = self._users.offer_link(_wanted(email), token_hash=_hashed(token), expires=expires)
        return None if user is None else Invitation(user, token, expires)

    def change_password(self, user_id: str, present: str, new: str, *, token: str) -> bool:
        """Choose another password, which ends every other session; false where the present one is wrong.

        Raises ``UserNotFoundError`` and, as ``accept`` does, ``UserRejectedError``. ``token`` is that of the session that stays.
        """
        user = self._users.one(user_id)
        _, kept = self._users.with_password(user.email)
        if not self._passwords.right(present, kept) or not user.can_sign_in:
            return False
        chosen = self._passwords.hashed(_chosen(new, user.email))
        return self._users.change_password(user_id, before=kept, after=chosen, staying=_hashed(token))

    def sign_in(
        self, email: str, password: str, *, before: str = "", device: str = ""
    ) -> tuple[User, str] | None:
        """The user and the token of a new session; ``None`` for wrong, unknown, disabled alike, after the same work.

        ``before`` is the token that the browser had: it ends, so that nobody who planted it goes on with it.
        """
        # What no store can hold is nobody's address.
        asked = comparable_email(email).encode("utf-8", errors="replace").decode()
        user, kept = self._users.with_password(asked)
        if not self._passwords.right(password, kept) or user is None or not user.can_sign_in:
            return None
        if self._passwords.outdated(kept):
            anew = self._passwords.hashed(password)
            self._users.replace_hash(user.id, before=kept, after=anew)
            kept = anew
        token = self._begin(user, kept, before=before, device=device)
        return (user, token) if token else None

    def enter(self, identity: Identity, *, before: str = "", device: str = "") -> tuple[User, str]:
        """The user whom a provider's word opens a session for, and its token; nobody is created.

        Who is bound to the issuer's subject is recognised by it. Somebody else is bound by the address, where the provider
        says that it is verified. Raises ``ProviderError`` that says why not.
        """
        user_id = self._identities.user_id(identity.issuer, identity.subject)
        if not user_id:
            user_id = self._bound(identity)
        user = self._users.one(user_id)
        token = "" if user.disabled else self._begin(user, None, before=before, device=device)
        if not token:
            raise ProviderError("disabled")
        return user, token

    def issuers(self, user_id: str) -> tuple[str, ...]:
        """The providers that a user came in by before."""
        return self._identities.of(user_id)

    def unbind(self, wanted: str, *, who: str) -> User:
        """Forget by whom providers know a user, so that their next visit is by the address; raises ``UserNotFoundError``."""
        user = self.user(wanted)
        self._identities.forget(user.id, who=who)
        return user

    def of_session(self, token: str) -> Caller | None:
        """Who signed in with this token, as long as the session lasts; its end moves on as it is used."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        found = self._users.session(_hashed(token))
        if found is None:
            return None
        now = _time(self._users.now())
        if now - _time(found.last_seen) >= _NOTED_AFTER:
            last = _time(found.created) + timedelta(days=SESSION_DAYS)
            # Somebody else may be writing, or nothing can be written now; the session goes on as it was.
            with suppress(StoreError):
                self._users.renew(
                    _hashed(token), expires=_text(min(now + timedelta(hours=SESSION_HOURS), last))
                )
        user = found.user
        return Caller(user.role, user.actor_id, user_id=user.id, name=user.name)

    def sessions(self, user_id: str, token: str = "") -> tuple[Session, ...]:
        """Where a user is signed in, the latest used first; ``token`` is that of the session that asks."""
        asking = self._users.session(_hashed(token)) if token else None
        this = asking.mark if asking else ""
        return tuple(
            Session(each.mark, each.device, each.created, each.last_seen, each.mark == this)
            for each in self._users.sessions(user_id)
        )

    def end_session(self, user_id: str, mark: str) -> None:
        """End the session of this user that goes by this mark, if there is one."""
        self._users.end_marked(user_id, mark)

    def sign_out(self, token: str) -> None:
        """End one session, known or not."""
        self._users.end_session(_hashed(token))

    def sign_out_everywhere(self, user_id: str) -> None:
        """End every session of a user."""
        self._users.end_sessions(user_id)

    def keys(self) -> tuple[Key, ...]:
        """All keys, without their secrets, in the order in which they were made."""
        return self._keys.all()

    def key(self, key_id: str) -> Key:
        """A key without its secret; raises ``KeyNotFoundError``."""
        return self._keys.one(key_id)

    def create_key(
        self,
        *,
        name: str,
        role: UserRole,
        actor_id: str = "",
        read_only: bool = False,
        days: int = KEY_DAYS,
        user_id: str = "",
        until: str = "",
        who: str,
    ) -> tuple[Key, str]:
        """A new key and the text to send, which is told once; raises ``UserRejectedError`` and ``ActorNotFoundError``.

        A key of a user, where one is named, is as good as the user is, who may have ``MOST_KEYS``; it ends at ``until`` at the latest.
        """
        _check_scope(role, actor_id)
        if not 1 <= days <= LONGEST_KEY_DAYS:
            raise UserRejectedError(f"A key lasts 1 to {LONGEST_KEY_DAYS} days, not {days}.")
        try:
            name = checked_name(name)
        except ValueError as error:
            raise UserRejectedError(str(error)) from error
        secret = secrets.token_urlsafe(32)
        key = self._keys.add(
            secret_hash=_hashed(secret),
            name=name,
            role=role,
            actor_id=actor_id,
            read_only=read_only,
            expires=min(filter(None, (self._in(timedelta(days=days)), until))),
            user_id=user_id,
            most=MOST_KEYS if user_id else 0,
            who=who,
        )
        return key, f"{key.id}.{secret}"

    def revoke_key(self, key_id: str, *, who: str) -> Key:
        """End a key at once, with those that were made by it; raises ``KeyNotFoundError``."""
        return self._keys.revoke(key_id, who=who)

    def of_key(self, sent: str) -> Caller | None:
        """Whose key this is, as long as it is good."""
        if len(sent) > _LONGEST_TOKEN or not sent.isascii():
            return None
        key_id, _, secret = sent.partition(".")
        key = self._keys.good(key_id, _hashed(secret))
        if key is None:
            return None
        if key.last_used[:13] != self._users.now()[:13]:
            with suppress(StoreError):
                self._keys.note_use(key.id)
        return Caller(
            key.role,
            key.actor_id,
            key_id=key.id,
            name=key.name,
            read_only=key.read_only,
            key_of=key.user_id,
        )

    def _with_chosen(self, token: str, password: str) -> tuple[User, str]:
        chosen = _chosen(password, self.invited(token).email)
        kept = self._passwords.hashed(chosen)
        user = self._users.accept(_hashed(token), password_hash=kept)
        if user is None:
            raise InvitationNotFoundError
        return user, kept

    def _bound(self, identity: Identity) -> str:
        if not identity.email_verified:
            raise ProviderError("unverified")
        email = _wanted(identity.email)
        try:
            user = self._users.one(email)
        except UserNotFoundError:
            raise ProviderError("unknown") from None
        if user.disabled or user.email != email:
            raise ProviderError("disabled" if user.disabled else "unknown")
        user_id = self._identities.bind(identity.issuer, identity.subject, email)
        if not user_id:
            raise ProviderError("another")
        return user_id

    def _begin(self, user: User, kept: str | None, *, before: str, device: str) -> str:
        token = secrets.token_urlsafe(32)
        begun = self._users.begin_session(
            user.id,
            password_hash=kept,
            token_hash=_hashed(token),
            expires=self._in(timedelta(hours=SESSION_HOURS)),
            instead_of=_hashed(before) if before else None,
            device=device[:LONGEST_DEVICE],
        )
        return token if begun else ""

    def _in(self, span: timedelta) -> str:
        return _text(_time(self._users.now()) + span)


def _hashed(token: str) -> bytes:
    # Tokens are 256 random bits, so that a fast hash protects them as well as a slow one.
    return sha256(token.encode("utf-8", errors="replace")).digest()


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _wanted(wanted: str) -> str:
    return comparable_email(wanted).encode("utf-8", errors="replace").decode()


def _check_scope(role: UserRole, actor_id: str) -> None:
    if (role is UserRole.FIRM) != bool(actor_id):
        raise UserRejectedError(
            "A firm speaks for one actor: name it with --actor."
            if role is UserRole.FIRM
            else f"Only a firm speaks for an actor; leave out --actor for the role {role.value}."
        )


def _chosen(password: str, email: str) -> str:
    try:
        return checked_password(password, email=email)
    except ValueError as error:
        raise UserRejectedError(WRONG_PASSWORDS[str(error)]) from error
