"""Records into columns: any frozen dataclass of figures becomes rows of a table, with columns that its type tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

TEXT, COUNT, REAL, FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()


def table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    """Rows as a table whose columns are there even without a row."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(columns.items())))


def records(
    kind: type,
    found: Iterable[object],
    before: Mapping[str, object] | None = None,
    *,
    without: Iterable[str] = (),
) -> pa.Table:
    """Dataclasses of one ``kind`` as a table: single values and lists of them; ``before`` is put first in every row.

    What holds several records has a table of its own and is left out here.
    """
    left_out = set(without)
    given = before or {}
    columns = {name: type_of(type(value)) for name, value in given.items()}
    columns |= {name: each for name, each in columns_of(kind).items() if name not in left_out}
    rows = (
        dict(given) | {name: plain(getattr(each, name)) for name in columns if name not in given}
        for each in found
    )
    return table(rows, {name: each for name, each in columns.items() if each is not None})


def columns_of(kind: type) -> dict[str, pa.DataType]:
    """The columns that a dataclass has by its annotations."""
    hints = get_type_hints(kind)
    found = {each.name: type_of(hints[each.name]) for each in fields(kind)}
    return {name: each for name, each in found.items() if each is not None}


def type_of(hint: Any) -> pa.DataType | None:
    """The type of a column for an annotation, or ``None`` for what does not fit in a cell."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return type_of(inner)
    if origin is tuple:
        single = type_of(get_args(hint)[0])
        return None if single is None or pa.types.is_list(single) else pa.list_(single)
    if not isinstance(hint, type):
        return None
    for python, arrow in (
        (bool, FLAG),
        (int, COUNT),
        (float, REAL),
        (str, TEXT),
        (Enum, TEXT),
        (date, pa.date32()),
    ):
        if issubclass(hint, python):
            return arrow
    return None


def plain(value: Any) -> Any:
    """A value without its enumeration."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value
