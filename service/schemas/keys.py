"""What the addresses about keys of programs take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from matchmaker.signing_in import KEY_DAYS, LONGEST_KEY_DAYS
from matchmaker.users import LONGEST_NAME, Key, UserRole
from service.schemas.contract import Answer, NextCursor, Text, whole


class KeyBody(BaseModel):
    """A key to make."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"name": "Member system", "read_only": True, "days": 30}]},
    )

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST_NAME, description="What it is for.")]
    role: Annotated[
        Annotated[UserRole, Field(strict=False)] | None,
        Field(description="The caller's own where it is left out; a facilitator's key may be an analyst's."),
    ] = None
    read_only: Annotated[bool, Field(description="Let it change nothing; an analyst's never does.")] = False
    days: Annotated[
        int, BeforeValidator(whole), Field(ge=1, le=LONGEST_KEY_DAYS, description="How long it lasts.")
    ] = KEY_DAYS


class KeyAnswer(Answer):
    """A key, without its secret."""

    id: str
    name: str
    role: UserRole
    actor_id: Annotated[str | None, Field(description="For a firm's: whom it speaks for.")]
    read_only: bool
    created: str
    expires: str
    last_used: Annotated[str | None, Field(description="To the hour; null where it never was.")]
    revoked: str | None

    @classmethod
    def of(cls, key: Key) -> KeyAnswer:
        """A key as its owner sees it."""
        return cls.model_validate(_facts(key))


class NewKeyAnswer(KeyAnswer):
    """A key that was made just now."""

    key: Annotated[str, Field(description="What to send as `Authorization: Bearer`. It is told this once.")]

    @classmethod
    def made(cls, key: Key, secret: str) -> NewKeyAnswer:
        """With the text to send."""
        return cls.model_validate({**_facts(key), "key": secret})


class KeyPage(Answer):
    """Keys, in the order in which they were made."""

    items: list[KeyAnswer]
    next: NextCursor


def _facts(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "actor_id": key.actor_id or None,
        "read_only": key.read_only,
        "created": key.created,
        "expires": key.expires,
        "last_used": key.last_used or None,
        "revoked": key.revoked or None,
    }
