"""What is found of two actors that may be one: how likely, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EvidenceKind(StrEnum):
    """What speaks for or against."""

    NUMBER = "number"
    """The same registration number."""
    DOMAIN = "domain"
    """The same domain of website or e-mail, which few others have."""
    NAME = "name"
    """Names alike, legal forms left out."""
    PLACE = "place"
    """The same city; it only confirms a name."""
    OTHER_NUMBER = "other_number"
    """Two registration numbers: this speaks against."""
    OTHER_PLACE = "other_place"
    """Two cities or countries: this speaks against."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation about a pair."""

    kind: EvidenceKind
    strength: float
    """0 to 1; below 0 where it speaks against."""
    a: str
    """What it is at the first actor."""
    b: str
    """What it is at the second."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two actors that may be the same organisation; ``a`` is the smaller id."""

    a: str
    b: str
    score: float
    """0 to 1: the higher, the likelier that they are one."""
    evidence: tuple[Evidence, ...]
    """The strongest first."""

    @property
    def pair(self) -> tuple[str, str]:
        """Both ids, the smaller first."""
        return self.a, self.b
