"""The plain values everything else is about: actors, what they offer and seek, and how they work together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby

SPANS_SHOWN = 8
"""Spans of rows that are named; of more, the first."""


class ActorGroup(StrEnum):
    """The kind of organisation, by its part in the cluster."""

    COMPANY = "company"
    SUPPLIER = "supplier"
    SERVICE_PROVIDER = "service_provider"
    KNOWLEDGE_INSTITUTION = "knowledge_institution"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


class Commitment(StrEnum):
    """How far a collaboration binds its members: the ladder a cluster climbs."""

    NON_COMMITTAL = "non_committal"
    PROJECT = "project"
    COMMITTED = "committed"


class PassageKind(StrEnum):
    """Where a passage comes from."""

    DESCRIPTION = "description"
    OFFER = "offer"
    REQUEST = "request"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an actor is; every part may be unknown."""

    country: str = ""
    """Country code as the source writes it (``DK``, ``EL``)."""
    region: str = ""
    """NUTS code or region name."""
    city: str = ""
    latitude: float | None = None
    """Degrees north, -90 to 90."""
    longitude: float | None = None
    """Degrees east, -180 to 180."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something an actor brings to the market place."""

    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """Something an actor looks for: a technology, a partner, or a taker for a side stream."""

    text: str


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation with a profile."""

    id: str
    name: str
    group: ActorGroup
    description: str = ""
    offers: tuple[Offer, ...] = ()
    requests: tuple[Request, ...] = ()
    place: Place = field(default_factory=Place)
    size: str = ""
    """Number of employees or a class of size, as the source gives it (``25``, ``SME``)."""
    registration_number: str = ""
    """CVR, VAT or another number that identifies the organisation."""
    website: str = ""
    tags: tuple[str, ...] = ()
    member: bool = True
    """Member of the organised cluster; others could be recruited."""


@dataclass(frozen=True, slots=True)
class Participation:
    """One actor's part in a collaboration."""

    actor_id: str
    role: str = ""
    funding: float | None = None
    """EUR this actor gets of the collaboration, as the source gives it; ``None`` where it does not say."""


@dataclass(frozen=True, slots=True)
class Collaboration:
    """Actors working together, dated, with a commitment level."""

    id: str
    title: str
    participations: tuple[Participation, ...]
    text: str = ""
    commitment: Commitment = Commitment.PROJECT
    signed: date | None = None
    """The day it was agreed; ``known_from`` falls back on ``start``."""
    start: date | None = None
    end: date | None = None
    fields: tuple[str, ...] = ()
    """Fields of science or business, as paths (``/natural sciences/chemical sciences``)."""
    topic: str = ""
    """The call or programme topic it belongs to."""

    @property
    def known_from(self) -> date | None:
        """The first day on which the collaboration was known, if any date is given."""
        return self.signed or self.start


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences that belong to one or more actors; a shared text exists once."""

    source_id: str
    """Id of the actor or the collaboration that the text comes from."""
    actor_ids: tuple[str, ...]
    kind: PassageKind
    text: str
    language: str
    """ISO 639-1 code, or ``""`` where the text is too short to tell."""
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of an actor's own words."""

    text: str
    kind: PassageKind
    source_id: str
    """Id of the actor or collaboration the sentence comes from."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One value of a source that cannot be accepted, and why."""

    file: str
    row: int
    """The row as a spreadsheet numbers it: 1 is the header."""
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alike:
    """What is wrong in the same way in one row or in many: one word that is not understood may fill a column."""

    first: Rejection
    rows: tuple[int, ...]
    """Ascending, each once."""

    @property
    def spans(self) -> str:
        """The rows as they are read: ``3–14, 17``; the first ``SPANS_SHOWN`` spans and ``…`` where there are more."""
        # Rows that follow each other differ from their places by the same number.
        runs = [
            [row for _, row in run]
            for _, run in groupby(enumerate(self.rows), lambda each: each[1] - each[0])
        ]
        named = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs[:SPANS_SHOWN]]
        return ", ".join([*named, "…"] if len(runs) > SPANS_SHOWN else named)


def alike(rejections: Sequence[Rejection]) -> tuple[Alike, ...]:
    """The rejections with those of the same file, column, value and reason as one, in the order of the first of each."""
    rows: dict[Rejection, set[int]] = {}
    firsts: dict[tuple[str, str, str, str], Rejection] = {}
    for each in rejections:
        first = firsts.setdefault((each.file, each.column, each.value, each.reason), each)
        rows.setdefault(first, set()).add(each.row)
    return tuple(Alike(first, tuple(sorted(found))) for first, found in rows.items())
