"""What the addresses about one's own account take and give; passwords and links come in and never go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from matchmaker.users import LONGEST_PASSWORD, SHORTEST_PASSWORD, Session, User, UserRole
from service.schemas.contract import Answer, NextCursor, Text

_SENT = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

Password = Annotated[
    Text,
    Field(
        max_length=LONGEST_PASSWORD * 4,
        description=f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, not easily guessed.",
        json_schema_extra={"format": "password", "writeOnly": True},
    ),
]


class PasswordBody(BaseModel):
    """Another password, and the one that is good now."""

    model_config = _SENT

    present: Annotated[Password, Field(description="The one that is good now.")]
    password: Password


class PasswordLinkBody(BaseModel):
    """Who forgot the password."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: Annotated[Text, Field(max_length=300, description="The address that is signed in with.")]


class PasswordByLinkBody(BaseModel):
    """A password, and what a link that was sent ends with."""

    model_config = _SENT

    token: Annotated[
        Text,
        Field(
            min_length=1,
            max_length=200,
            description="What stands after `/invitation/` in the link of an invitation or of a letter.",
            json_schema_extra={"writeOnly": True},
        ),
    ]
    password: Password


class PasswordLinkAnswer(Answer):
    """The same for every address."""

    sent_if_known: Annotated[
        bool, Field(description="A letter is on its way if somebody signs in with the address.")
    ]


class AccountAnswer(Answer):
    """Who somebody is here."""

    id: str
    name: str
    email: str
    role: UserRole
    actor_id: Annotated[str | None, Field(description="For a firm: whom it speaks for.")]
    has_password: bool
    providers: Annotated[list[str], Field(description="OpenID providers that they came in by before.")]
    by_letter: Annotated[bool, Field(description="A link for a new password can be sent from here.")]

    @classmethod
    def of(cls, user: User, *, providers: Sequence[str], by_letter: bool) -> AccountAnswer:
        """A user as they see themselves."""
        return cls(
            id=user.id,
            name=user.name,
            email=user.email,
            role=user.role,
            actor_id=user.actor_id or None,
            has_password=user.has_password,
            providers=list(providers),
            by_letter=by_letter,
        )


class AccountSessionAnswer(Answer):
    """A browser in which somebody is signed in."""

    id: Annotated[str, Field(description="What it can be ended by; nobody gets in with it.")]
    device: Annotated[str, Field(description="Browser and system in few words; empty where not known.")]
    created: str
    last_seen: str
    is_this: Annotated[bool, Field(description="Whether it is the one that asks.")]

    @classmethod
    def of(cls, session: Session) -> AccountSessionAnswer:
        """A session without its token."""
        return cls(
            id=session.mark,
            device=session.device,
            created=session.created,
            last_seen=session.last_seen,
            is_this=session.is_this,
        )


class AccountSessionPage(Answer):
    """All sessions, the latest used first."""

    items: list[AccountSessionAnswer]
    next: NextCursor
