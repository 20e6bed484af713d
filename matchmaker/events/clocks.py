"""Stretches of time as the clocks of a place show them, where the place turns out to be in another zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from matchmaker.events.setup import Span


def at_same_hours(spans: Iterable[Span], before: str, after: str) -> tuple[Span, ...] | None:
    """The stretches that the clocks of ``after`` show as those of ``before`` show these; both are IANA names of zones.

    ``None`` where the clocks of ``after`` leave one of the hours out, or the end would not be later than the start.
    """
    one, other = ZoneInfo(before), ZoneInfo(after)
    found = []
    for span in spans:
        starts, ends = (_at_same_hour(each, one, other) for each in (span.starts, span.ends))
        if starts is None or ends is None or starts >= ends:
            return None
        found.append(Span(starts, ends))
    return tuple(found)


def _at_same_hour(moment: datetime, before: ZoneInfo, after: ZoneInfo) -> datetime | None:
    # Of an hour that comes twice in both zones the same one is meant: ``replace`` keeps which it is.
    shown = moment.astimezone(before).replace(tzinfo=after)
    found = shown.astimezone(UTC)
    return found if found.astimezone(after).replace(tzinfo=None) == shown.replace(tzinfo=None) else None
