"""Timing: counted a second time by hand, whole years only, and silence about hours the file does not have."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from copilot.data.tables import ShopFacts, Tables, tables_from_frames
from copilot.statistics.condition import Condition
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from copilot.statistics.timing import WEEKDAYS, order_timing
from tests.statistics.random_shop import RandomShop, random_shop


@pytest.fixture(scope="module")
def shop() -> RandomShop:
    return random_shop()


def shop_of(times: list[datetime]) -> Tables:
    """One paid order of 10 at each time, each of its own customer."""
    orders = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(len(times))],
            "kind": "order",
            "customer_key": [f"c{n}" for n in range(len(times))],
            "ordered_at": times,
            "gross_sales": 10.0,
            "status": "paid",
        }
    )
    first, last = min(times).date(), max(times).date()
    return tables_from_frames({"orders": orders}, ShopFacts("s", "EUR", ("EUR",), first, last, last, None, ()))


def test_weekdays_hours_and_window_equal_a_second_count(shop: RandomShop) -> None:
    found = order_timing(shop.tables, Scope())
    at = pd.to_datetime(shop.orders["ordered_at"])
    by_day = Counter(at.dt.day_of_week)
    assert [figure.numerator for figure in found.weekdays] == [by_day[day] for day in range(7)]
    by_hour = Counter(at.dt.hour)
    windows = {start: sum(by_hour[hour] for hour in range(start, start + 3)) for start in range(22)}
    assert found.busiest_window is not None
    assert found.busiest_hours is not None
    assert windows[found.busiest_window.start] == max(windows.values()) == found.busiest_hours.numerator
    assert found.weekend_share.value == pytest.approx((by_day[5] + by_day[6]) / len(at))
    assert found.chart is not None
    assert sum(sum(value or 0 for value in row) for row in found.chart.series.values()) == len(at)


def test_a_group_is_timed_alone(shop: RandomShop) -> None:
    rule = SegmentRule(name="Austria", conditions=(Condition(field="country", value="AT"),))
    found = order_timing(shop.tables, Scope(), rule)
    assert found.orders.value == (shop.orders["country"] == "AT").sum()


def test_midday_on_thursdays_is_found_and_said() -> None:
    thursday = datetime(2024, 1, 4, 12, 10)
    times = [thursday + timedelta(weeks=week, minutes=30 * (week % 5)) for week in range(80)]
    times += [datetime(2024, 1, 5, 20) + timedelta(days=day * 3) for day in range(40)]
    found = order_timing(shop_of(times), Scope())
    assert found.send_weekday == "Thursday"
    assert found.busiest_window is not None
    assert found.busiest_window.text() == "12:00-15:00"
    assert found.send_text == "Send on Thursdays at 11:00-12:00, before the hours in which most order."


def test_dates_without_times_give_no_hour() -> None:
    times = [datetime(2024, 1, 1) + timedelta(days=day) for day in range(100)]
    found = order_timing(shop_of(times), Scope())
    assert not found.hours_known
    assert found.busiest_hours is None
    assert found.send_window is None
    assert "not times of day" in found.warnings[0]
    assert "the hour is not in the data" in found.send_text


def test_an_even_week_has_no_send_day() -> None:
    times = [datetime(2024, 1, 1, 9) + timedelta(days=day) for day in range(140)]
    assert order_timing(shop_of(times), Scope()).send_weekday is None


def test_a_handful_of_orders_is_not_timed_by() -> None:
    times = [datetime(2024, 1, 4, 12) + timedelta(weeks=week) for week in range(10)]
    found = order_timing(shop_of(times), Scope())
    assert found.send_weekday is None
    assert found.send_window is None
    assert "Too few" in found.send_text


def test_seasons_need_a_whole_year_and_use_whole_years_only() -> None:
    one = [datetime(2023, 1, 15, 9) + timedelta(days=30 * step) for step in range(11)]
    assert order_timing(shop_of(one), Scope()).months == ()
    daily = [datetime(2022, 12, 20, 9) + timedelta(days=day) for day in range(400)]
    daily += [datetime(2023, 11, 24, 9, minute) for minute in range(50)]
    found = order_timing(shop_of(daily), Scope())
    counted = Counter(at.month for at in daily if date(2023, 1, 1) <= at.date() <= date(2023, 12, 31))
    assert [figure.numerator for figure in found.months] == [counted[month] for month in range(1, 13)]
    assert found.peak_month_name == "November"
    assert any("One year only" in warning for warning in found.warnings)


def test_no_orders_no_timing() -> None:
    rule = SegmentRule(name="nobody", conditions=(Condition(field="country", value="XX"),))
    found = order_timing(shop_of([datetime(2024, 1, 1, 9)]), Scope(), rule)
    assert found.orders.value == 0
    assert found.weekdays[0].value is None
    assert len(WEEKDAYS) == len(found.weekdays)
