"""How long work says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done and how much there is (0 where that is not known)."""


def no_progress(_step: str, _done: int, _total: int) -> None:
    """For whoever does not ask."""
    return
