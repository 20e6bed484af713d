"""Records into columns: any frozen dataclass of figures becomes a row of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

import pyarrow as pa

Row = Mapping[str, Any]


def table(rows: Iterable[Row], columns: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """Rows as a table; ``columns`` gives names and types where there may be no row to tell them."""
    kept = [dict(row) for row in rows]
    if columns is not None:
        schema = pa.schema(list(columns.items()))
        return pa.Table.from_pylist(kept, schema=schema)
    return pa.Table.from_pylist(kept)


def flat(record: object, **before: object) -> dict[str, Any]:
    """A dataclass as one row: nested ones with their name in front, enumerations by value, ``before`` first.

    Sequences of single values become lists; what holds several records has a table of its own and is left out.
    """
    row: dict[str, Any] = dict(before)
    for each in fields(record):  # type: ignore[arg-type]
        value = getattr(record, each.name)
        if is_dataclass(value):
            row |= {f"{each.name}_{name}": inner for name, inner in flat(value).items()}
        elif isinstance(value, Mapping):
            if all(single(inner) for inner in value.values()):
                row |= {f"{each.name}_{plain(name)}": plain(inner) for name, inner in value.items()}
        elif isinstance(value, Sequence) and not isinstance(value, str):
            if all(single(inner) for inner in value):
                row[each.name] = [plain(inner) for inner in value]
        else:
            row[each.name] = plain(value)
    return row


def records(found: Iterable[object], **before: object) -> list[dict[str, Any]]:
    """Dataclasses as rows with the same columns in the same order, absent values empty."""
    rows = [flat(each, **before) for each in found]
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]


def single(value: object) -> bool:
    """Whether a value fits in one cell."""
    return value is None or isinstance(value, str | int | float | bool | date | Enum)


def plain(value: object) -> Any:
    """A value without its enumeration."""
    return value.value if isinstance(value, Enum) else value
