"""What the address of an analyst's page may ask for; an empty choice means none, an unknown one is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Query
from pydantic import BeforeValidator, Field

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.landscape.gaps import GapKind, GapVerdict
from matchmaker.landscape.portfolio import State
from matchmaker.landscape.specialisation.findings import Verdict
from matchmaker.landscape.specialisation.questions import By, Of, Weight
from matchmaker.landscape.trend_items import Kind
from matchmaker.landscape.trends import Tendency
from matchmaker.published import Published
from matchmaker.telling import told
from service.pages.analyst.sheets import Ending
from service.pages.analyst.study import Download
from service.problems import refused
from service.schemas.contract import Day

T = TypeVar("T")


def _none(value: str | None) -> str | None:
    return value or None


_OR_NONE = BeforeValidator(_none)
ByChoice = Annotated[By | None, _OR_NONE, Query()]
OfChoice = Annotated[Of | None, _OR_NONE, Query()]
WeightChoice = Annotated[Weight | None, _OR_NONE, Query()]
# The bounds are the number's own: a field that was left empty is no number.
LevelChoice = Annotated[Annotated[int, Field(ge=0, le=3)] | None, _OR_NONE, Query()]
VerdictChoice = Annotated[Verdict | None, _OR_NONE, Query()]
YearChoice = Annotated[Annotated[int, Field(ge=1000, le=9999)] | None, _OR_NONE, Query()]
DayChoice = Annotated[Day | None, _OR_NONE, Query()]
KindChoice = Annotated[Kind | None, _OR_NONE, Query()]
TendencyChoice = Annotated[Tendency | None, _OR_NONE, Query()]
GapKindChoice = Annotated[GapKind | None, _OR_NONE, Query(alias="kind")]
GapVerdictChoice = Annotated[GapVerdict | None, _OR_NONE, Query(alias="verdict")]
CommitmentChoice = Annotated[Commitment | None, _OR_NONE, Query()]
StateChoice = Annotated[State | None, _OR_NONE, Query()]
GroupChoice = Annotated[ActorGroup | None, _OR_NONE, Query()]
PartChoice = Annotated[str, Query(max_length=200)]
_Table = Annotated[str, Query(max_length=40)]
_Format = Annotated[Ending | None, _OR_NONE, Query(alias="format")]


def download(table: _Table = "", ending: _Format = None) -> Download:
    """Which table of the page is wanted as a file, if any."""
    return Download(table, ending)


def known_part(snapshot: Published, part: str) -> str:
    """An id that the build has; another build's id is refused with what to do."""
    if part and all(each.id != part for each in snapshot.sub_clusters()):
        raise refused(
            "part", told("This build has no sub-cluster {part!r}. Choose one that it has.", part=part)
        )
    return part


def asked(work: Callable[[], T], field: str) -> T:
    """What can be asked for; a year or a day that cannot is refused in the library's own words."""
    try:
        return work()
    except ValueError as error:
        raise refused(field, str(error)) from error
