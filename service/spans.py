"""Which years and days a question is about: those that an address names, or the ones worth asking about."""

from __future__ import annotations

from datetime import date

from matchmaker.landscape.coverage import Coverage
from matchmaker.landscape.specialisation.questions import Years
from matchmaker.published import Published
from service.problems import refused
from service.studies import Days, Earlier

YEARS_BACK = 4
YEARS_APART = 3


def periods(coverage: Coverage) -> tuple[Years, Years] | None:
    """The later half of the complete years, three at most, and as many before; ``None`` where there is only one year."""
    span = coverage.period
    if span.first is None or span.last is None or span.last == span.first:
        return None
    length = min(3, (span.last - span.first + 1) // 2)
    return (span.last - 2 * length + 1, span.last - length), (span.last - length + 1, span.last)


def years_back(coverage: Coverage) -> tuple[int, int] | None:
    """The years that are looked back to where nobody asks for others: the last complete ones that have a year after them."""
    span = coverage.period
    if span.first is None or span.last is None or span.last <= span.first:
        return None
    return max(span.first, span.last - YEARS_BACK), span.last - 1


def days_apart(coverage: Coverage) -> tuple[date, date] | None:
    """Two days worth comparing: the newest one, and the end of a year three years before it or as early as there is one."""
    first, newest = coverage.period.first, coverage.newest
    if first is None or newest is None:
        return None
    early = date(max(first, newest.year - YEARS_APART), 12, 31)
    return (early, newest) if early < newest else None


def times(before: str, after: str, snapshot: Published) -> Days | Earlier:
    """What an address asks to compare: two days, or an earlier build with the one that is shown; raises as ``refused``."""
    first, second = day_of(before), day_of(after)
    if first and second:
        return Days(first, second)
    if before and first is None and second is None and after in ("", snapshot.generation):
        if before == snapshot.generation:
            raise refused(
                "before", "Beside itself nothing differs in a build. Name one that was made before it."
            )
        return Earlier(before)
    field = "before" if not first else "after"
    raise refused(field, "Name two days, such as 2021-12-31, or the name of an earlier build in `before`.")


def day_of(text_: str) -> date | None:
    """The day that a text is, or ``None`` for any other text."""
    try:
        return date.fromisoformat(text_) if len(text_) == 10 else None
    except ValueError:
        return None
