"""What is known of a request that carries a key, so that repeating it changes nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What is known of a request with a key."""

    NEW = "new"
    """It was not known, and is the caller's to carry out now."""
    RUNNING = "running"
    """Somebody is carrying it out."""
    KEPT = "kept"
    """It was carried out, and its answer is here."""
    NOT_KEPT = "not_kept"
    """It was carried out; its answer was secret, too long, or forgotten because somebody was erased."""
    OTHER = "other"
    """The key was used for another body."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a request may be carried out, or what came of it before."""

    standing: Standing
    answer: KeptAnswer | None = None
