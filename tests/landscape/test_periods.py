"""Only complete years are compared; a year that has only begun is not a fall, and the future is refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from matchmaker.corpus import NO_DATE, day_number
from matchmaker.landscape.periods import period, years_of


def days(*spans: tuple[date, date, int]) -> np.ndarray:
    """Some days spread evenly over each span."""
    return np.array(
        [
            day_number(first + timedelta(days=int(step)))
            for first, last, count in spans
            for step in np.linspace(0, (last - first).days, count)
        ],
        dtype=np.int32,
    )


def year(number: int, count: int = 30) -> tuple[date, date, int]:
    return date(number, 1, 1), date(number, 12, 30), count


def test_whole_years_are_all_there() -> None:
    found = period(days(year(2018), year(2019), year(2020)))
    assert found.years == range(2018, 2021)
    assert found.partial is None


def test_a_year_cut_in_summer_is_not_complete() -> None:
    found = period(days(year(2018), year(2019), (date(2020, 1, 1), date(2020, 6, 30), 15)))
    assert found.years == range(2018, 2020)
    assert found.partial == 2020
    assert found.outside == 15


def test_a_year_whose_work_always_begins_in_spring_is_complete_in_summer() -> None:
    spring = [(date(number, 2, 1), date(number, 5, 1), 20) for number in (2018, 2019, 2020)]
    assert period(days(*spring)).years == range(2018, 2021)


def test_a_few_days_missing_are_no_reason_to_drop_a_year() -> None:
    found = period(days(year(2018, 6), year(2019, 6), (date(2020, 1, 1), date(2020, 11, 1), 5)))
    assert found.years == range(2018, 2021)


def test_the_year_of_asking_is_never_complete() -> None:
    found = period(days(year(2019), year(2020)), today=date(2020, 12, 30))
    assert found.years == range(2019, 2020)
    assert found.partial == 2020


def test_what_is_dated_in_the_future_is_left_out_and_counted() -> None:
    found = period(days(year(2018), year(2019), year(2020)), today=date(2020, 1, 1))
    assert found.years == range(2018, 2020)
    assert found.future == 29


@pytest.mark.parametrize(("first", "last"), [(None, 2021), (2021, None), (2030, 2031)])
def test_years_of_the_future_are_refused_with_the_last_one_named(first: int | None, last: int | None) -> None:
    with pytest.raises(ValueError, match="last complete year in the data is 2020"):
        period(days(year(2019), year(2020)), first=first, last=last)


def test_a_first_year_after_the_last_is_refused() -> None:
    with pytest.raises(ValueError, match="turn them round"):
        period(days(year(2019), year(2020)), first=2020, last=2019)


def test_years_asked_for_are_kept_to_those_with_data() -> None:
    found = period(days(year(2018), year(2019), year(2020)), first=1990, last=2019)
    assert found.years == range(2018, 2020)
    assert len(period(days(year(2018), year(2019)), last=2000).years) == 0


def test_no_dates_are_no_years() -> None:
    found = period(np.full(3, NO_DATE, dtype=np.int32))
    assert len(found.years) == 0
    assert found.undated == 3
    assert len(period(np.empty(0, dtype=np.int32), today=date(2020, 1, 1)).years) == 0


def test_a_single_date_far_off_moves_nothing() -> None:
    spread = days(*(year(number) for number in range(2015, 2020)), (date(1970, 1, 2), date(1970, 1, 2), 1))
    assert period(spread).years == range(2015, 2020)


def test_years_are_those_of_the_calendar() -> None:
    assert years_of(days((date(1969, 12, 31), date(1970, 1, 1), 2))).tolist() == [1969, 1970]
    assert years_of(np.array([NO_DATE], dtype=np.int32)).tolist() == [0]
