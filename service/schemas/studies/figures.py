"""What the figures of all topics are asked for with and made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from service.schemas.contract import FilterText

Number = FiniteFloat | None
PartId = Annotated[FilterText, Field(description="Id of a sub-cluster; empty for the whole cluster.")]
AYear = Annotated[int, Field(ge=1000, le=9999)]
FirstYear = Annotated[AYear | None, Field(description="First year that counts.")]
LastYear = Annotated[AYear | None, Field(description="Last year that counts, included.")]
Notes = Annotated[list[str], Field(description="What limits the answer.")]
