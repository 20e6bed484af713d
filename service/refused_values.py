"""What the reader of requests says of a value that it refuses, as sentences that a page can tell in its own language."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from matchmaker.telling import Told

MESSAGES: Mapping[str, tuple[str, ...]] = {
    "missing": ("Field required",),
    "int_parsing": ("Input should be a valid integer, unable to parse string as an integer",),
    "float_parsing": ("Input should be a valid number, unable to parse string as a number",),
    "bool_parsing": ("Input should be a valid boolean, unable to interpret input",),
    "greater_than_equal": ("Input should be greater than or equal to {ge}",),
    "less_than_equal": ("Input should be less than or equal to {le}",),
    "greater_than": ("Input should be greater than {gt}",),
    "less_than": ("Input should be less than {lt}",),
    "string_too_long": (
        "String should have at most {max_length} characters",
        "String should have at most {max_length} character",
    ),
    "string_too_short": (
        "String should have at least {min_length} characters",
        "String should have at least {min_length} character",
    ),
    "string_pattern_mismatch": ("String should match pattern '{pattern}'",),
    "literal_error": ("Input should be {expected}",),
    "enum": ("Input should be {expected}",),
    "date_from_datetime_parsing": ("Input should be a valid date or datetime, {error}",),
    "date_parsing": ("Input should be a valid date in the format YYYY-MM-DD, {error}",),
    "finite_number": ("Input should be a finite number",),
}
"""What the reader of requests says of a value, by the name that it gives the kind."""


def message_of(found: Mapping[str, Any]) -> str:
    """What is wrong with a value, with its template where its kind has one."""
    message = str(found["msg"])
    facts = found.get("ctx", {})
    for template in MESSAGES.get(str(found["type"]), ()):
        with contextlib.suppress(KeyError):
            if (again := Told(template, facts)) == message:
                return again
    return message
