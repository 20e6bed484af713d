"""What can be asked about specialisation: rows, columns, weight, years; checked where it is put."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.telling import told

Years = tuple[int, int]
"""First and last year, both included."""


class By(StrEnum):
    """What the rows of a table are."""

    REGION = "region"
    COUNTRY = "country"
    GROUP = "group"


class Of(StrEnum):
    """What the columns of a table are."""

    SUB_CLUSTERS = "sub-clusters"
    SPECIALISATIONS = "specialisations"
    FIELDS = "fields"


class Weight(StrEnum):
    """What is counted in a cell."""

    ACTORS = "actors"
    PROJECTS = "projects"
    MONEY = "money"


LEAST = 5
"""Actors from which on a cell or a row says something."""


@dataclass(frozen=True, slots=True)
class Question:
    """A table of specialisation; raises ``ValueError`` for what cannot be asked."""

    by: By = By.REGION
    of: Of = Of.SUB_CLUSTERS
    weight: Weight = Weight.ACTORS
    level: int = 2
    """Level of the regions, 0 (countries) to 3, as NUTS has them; other names of regions stay as they are."""
    field_level: int = 2
    """How many parts of a field's path make a column, 1 or more."""
    years: Years | None = None
    """Only collaborations that became known in these years; ``None`` for all, and all members."""
    least: int = LEAST
    """Actors from which on a cell counts as present and gets a figure; 1 is EconGeo's plain definition."""

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 3:
            raise ValueError(told("Regions have the levels 0 to 3, not {level}.", level=self.level))
        if self.field_level < 1:
            raise ValueError(told("A field's path has 1 part or more, not {level}.", level=self.field_level))
        if self.least < 1:
            raise ValueError(told("The least number of actors is 1 or more, not {least}.", least=self.least))
        if self.years is not None and self.years[0] > self.years[1]:
            raise ValueError(
                told(
                    "The years {first} to {last} run backwards; the first comes first.",
                    first=self.years[0],
                    last=self.years[1],
                )
            )

    def check(self, today: date) -> None:
        """Raise ``ValueError`` for years that are still to come."""
        if self.years is not None and self.years[1] > today.year:
            raise ValueError(
                told(
                    "The year {year} is still to come; today is {today}.",
                    year=self.years[1],
                    today=today.isoformat(),
                )
            )
