"""Text that a spreadsheet would run as a formula: made harmless on the way out, and restored on the way in."""

from __future__ import annotations

_STARTERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_MARK = "'"


def _would_run(value: str) -> bool:
    # Most texts begin so.
    if value[:1].isalnum():
        return False
    # Marks in front do not count, so that a text which already begins with marks gets one more and loses
    # exactly one again: this is what makes ``undefuse`` the inverse of ``defuse`` for every text.
    bare = value.lstrip(_MARK)
    return bare.startswith(_STARTERS) or bare.lstrip().startswith(_STARTERS)


def defuse(value: str) -> str:
    """The text for a CSV or XLSX cell: with an apostrophe in front where a spreadsheet could run it."""
    return _MARK + value if _would_run(value) else value


def undefuse(value: str) -> str:
    """The text that ``defuse`` was given: ``undefuse(defuse(text)) == text`` for every text."""
    return value[1:] if value.startswith(_MARK) and _would_run(value) else value
