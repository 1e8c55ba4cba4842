"""Rates of web sessions by device, channel and time, against plain pandas; what sessions cannot tell is said."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.query import Query, QueryResult, run_query
from copilot.statistics.result import Period
from copilot.statistics.segments import SegmentRule
from tests.statistics.shops import order, shop


def _visits(n: int = 600) -> pd.DataFrame:
    random = np.random.default_rng(11)
    ordered = random.random(n) < 0.1
    return pd.DataFrame(
        {
            "session_id": [f"s{i}" for i in range(n)],
            "visitor": [f"v{i % 250}" for i in range(n)],
            "customer_key": [f"c{i % 5}" if i % 7 == 0 else None for i in range(n)],
            "started_at": pd.Timestamp("2025-03-01") + pd.to_timedelta(random.integers(0, 61 * 24, n), unit="h"),
            "channel": random.choice(["search", "email", "direct"], n),
            "device": random.choice(["mobile", "desktop"], n),
            "added_to_cart": ordered | (random.random(n) < 0.2),
            "checkout_started": None,
            "ordered": ordered,
        }
    )


def _shop(visits: pd.DataFrame) -> Tables:
    orders = [order(i, f"c{i % 5}", f"2025-0{1 + i % 4}-10", 20.0) for i in range(12)]
    return shop(orders, sessions=visits)


def _by_label(result: QueryResult, place: int = 0) -> dict[str, float | None]:
    return {label[0]: row[place].value for label, row in zip(result.labels, result.values, strict=True)}


@pytest.mark.parametrize("by", ["device", "channel", "source"])
def test_rates_by_what_a_session_has_equal_a_plain_count(by: str) -> None:
    visits = _visits()
    found = run_query(_shop(visits), Query(metrics=("conversion_rate", "sessions", "cart_abandonment"), by=(by,)))
    groups = visits.groupby("channel" if by == "source" else by)
    assert _by_label(found) == pytest.approx(groups["ordered"].mean().to_dict())
    assert _by_label(found, 1) == pytest.approx(groups.size().to_dict())
    carts = visits[visits["added_to_cart"]]
    left = 1 - carts.groupby("channel" if by == "source" else by)["ordered"].mean()
    assert _by_label(found, 2) == pytest.approx(left.to_dict())


def test_period_condition_and_group_keep_the_sessions_they_name() -> None:
    visits = _visits()
    tables = _shop(visits)
    april = Period(start=date(2025, 4, 1), end=date(2025, 4, 30))
    found = run_query(
        tables, Query(metrics=("sessions",), period=april, where=(Condition(field="device", value="mobile"),))
    )
    expected = visits[(visits["started_at"].dt.month == 4) & (visits["device"] == "mobile")]
    assert found.values[0][0].value == len(expected)
    rule = SegmentRule(name="two orders or more", conditions=(Condition(field="orders", op="ge", value=3),))
    known = run_query(tables, Query(metrics=("sessions",), segment=rule))
    counts = pd.Series([f"c{i % 5}" for i in range(12)]).value_counts()
    assert known.values[0][0].value == visits["customer_key"].isin(counts[counts >= 3].index).sum()


def test_by_month_is_marked_where_the_visits_begin_or_end_inside_it() -> None:
    visits = _visits().query("started_at >= '2025-03-11'").reset_index(drop=True)
    found = run_query(_shop(visits), Query(metrics=("conversion_rate",), by=("month",)))
    rates = visits.groupby(visits["started_at"].dt.strftime("%Y-%m"))["ordered"].mean()
    assert _by_label(found) == pytest.approx(rates.to_dict())
    assert "the month is not complete" in str(found.values[0][0].warnings)


def test_a_period_before_the_first_visit_is_unknown_not_zero() -> None:
    january = Period(start=date(2025, 1, 1), end=date(2025, 1, 31))  # orders there are, visits not
    (row,) = run_query(_shop(_visits()), Query(metrics=("sessions",), period=january)).values
    assert row[0].value is None
    assert "not known, not zero" in str(row[0].warnings)


def test_what_the_files_do_not_say_is_unknown() -> None:
    (row,) = run_query(_shop(_visits()), Query(metrics=("session_checkout_rate",))).values
    assert row[0].value is None
    assert "the files do not say in which sessions a checkout was begun" in row[0].warnings


def test_without_sessions_or_by_country_the_answer_says_why() -> None:
    with pytest.raises(CannotAnswer, match="No web sessions are loaded"):
        run_query(_shop(_visits(0)), Query(metrics=("conversion_rate",)))
    with pytest.raises(CannotAnswer, match="a web session has no country"):
        run_query(_shop(_visits()), Query(metrics=("conversion_rate",), by=("country",)))
