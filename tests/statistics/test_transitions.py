"""Moves between stages: a look back equals the shop as it was, rates by hand, everybody in one sub-stage."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.intervals import wilson
from copilot.statistics.lifetime.rates import stage_rates
from copilot.statistics.lifetime.transitions import stage_transitions
from copilot.statistics.result import Figure
from copilot.statistics.rhythm import activity_table, thresholds
from copilot.statistics.scope import Scope
from copilot.statistics.stages import SUBSTAGES, stage_table
from tests.statistics.shops import order, people, shop

NOW = date(2024, 12, 31)
Frames = dict[str, pd.DataFrame]


def _shop_parts(seed: int) -> tuple[list[dict[str, Any]], Frames]:
    """Buyers and prospects with subscription dates, visits (some with cart or checkout) and clicks."""
    generator = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = [order(99999, "today", str(NOW), 5.0)]
    listed, visits, events = [], [], []
    for person in range(60):
        key = f"p{person:02d}"
        joined = NOW - timedelta(days=int(generator.integers(0, 500)))
        consent = [True, False, None][int(generator.integers(0, 3))]
        listed.append(
            {"customer_key": key, "customer_ref": f"#{person}", "created_at": pd.Timestamp(joined),
             "email_consent": consent, "consent_at": pd.Timestamp(joined) if consent else pd.NaT}
        )  # fmt: skip
        day = joined + timedelta(days=int(generator.integers(0, 60)))
        for n in range(int(generator.poisson(1.5))):
            if day <= NOW:
                back = 20.0 if generator.random() < 0.1 else 0.0
                rows.append(order(100 * person + n, key, str(day), 20.0, returns=back))
            day += timedelta(days=1 + int(generator.exponential(50)))
        for n in range(int(generator.poisson(2))):
            at = NOW - timedelta(days=int(generator.integers(0, 150)))
            visits.append(
                {"session_id": f"{key}-{n}", "visitor": f"v{person}", "customer_key": key,
                 "started_at": pd.Timestamp(at), "product_views": int(generator.integers(0, 2)),
                 "added_to_cart": bool(generator.random() < 0.1),
                 "checkout_started": bool(generator.random() < 0.1)}
            )  # fmt: skip
        if generator.random() < 0.4:
            at = NOW - timedelta(days=int(generator.integers(0, 250)))
            events.append({"customer_key": key, "happened_at": pd.Timestamp(at), "event": "clicked"})
    return rows, {
        "customers": people(*listed), "sessions": pd.DataFrame(visits), "email_events": pd.DataFrame(events),
    }  # fmt: skip


def _as_it_was(rows: list[dict[str, Any]], frames: Frames, day: date) -> Tables:
    """The shop without anything that came after `day`."""
    end = pd.Timestamp(day) + pd.Timedelta(hours=23)
    kept = {
        "customers": frames["customers"][frames["customers"]["created_at"] <= end],
        "sessions": frames["sessions"][frames["sessions"]["started_at"] <= end],
        "email_events": frames["email_events"][frames["email_events"]["happened_at"] <= end],
    }
    return shop([row for row in rows if row["ordered_at"] <= end], analysis_date=day, **kept)


@pytest.mark.parametrize("seed", [3])
def test_look_back_equals_the_shop_as_it_was(seed: int) -> None:
    rows, frames = _shop_parts(seed)
    tables = shop(rows, **frames)
    limits = thresholds(tables, Scope())
    days = [NOW - timedelta(days=30 * step) for step in (3, 2, 1, 0)]
    states: list[dict[str, str]] = []
    activity: list[dict[str, str]] = []
    for day in days:
        past = _as_it_was(rows, frames, day)
        staged = past.frame(stage_table(past, Scope(), limits))
        assert staged["customer_key"].is_unique  # everybody in exactly one sub-stage
        assert set(staged["substage"]) <= set(SUBSTAGES)
        states.append(dict(zip(staged["customer_key"], staged["substage"], strict=True)))
        active = past.frame(activity_table(past, Scope(), limits))
        activity.append(dict(zip(active["customer_key"], active["activity"], strict=True)))
    expected: dict[tuple[str, str], int] = {}
    for before, after in pairwise(states):
        for key in before.keys() | after.keys():
            pair = (before.get(key, "(new)"), after.get(key, "(gone)"))
            expected[pair] = expected.get(pair, 0) + 1
    found = stage_transitions(tables, Scope())
    names = {rule.label: name for name, rule in SUBSTAGES.items()} | {"not there yet": "(new)"}
    for row in found.matrix.rows:
        for end in (key for key in row if key in SUBSTAGES or key == "(gone)"):
            assert row[end] == expected.get((names[row["start"]], end), 0), (row["start"], end)
    assert sum(row["all"] for row in found.matrix.rows) == sum(expected.values())
    assert found.stayed.numerator == sum(n for (a, b), n in expected.items() if a == b)
    cooled = [(a.get(k), b.get(k)) for a, b in pairwise(activity) for k in a]
    crossing = next(figure for figure in found.activity if figure.name == "active_to_cooling_30")
    assert crossing.numerator == cooled.count(("active", "cooling"))
    assert crossing.denominator == sum(a == "active" for a, _ in cooled)
    if crossing.denominator:
        assert (crossing.low, crossing.high) == wilson(crossing.numerator or 0, crossing.denominator)


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
          phases=(Phase.generate,))  # fmt: skip
@given(st.integers(0, 10_000), st.integers(0, 200))
def test_everybody_stands_in_exactly_one_sub_stage(seed: int, ago: int) -> None:
    """Whoever is known at a date, however old, has one sub-stage, and nobody else has."""
    rows, frames = _shop_parts(seed)
    day = NOW - timedelta(days=ago)
    tables = shop(rows, **frames)
    staged = tables.frame(stage_table(tables, Scope(analysis_date=day)))
    joined = frames["customers"]
    known = set(joined[joined["created_at"].dt.date <= day]["customer_key"])
    known |= {row["customer_key"] for row in rows if row["ordered_at"].date() <= day}
    assert sorted(staged["customer_key"]) == sorted(known)
    assert set(staged["substage"]) <= set(SUBSTAGES)
    assert all(SUBSTAGES[sub].stage == stage for sub, stage in zip(staged["substage"], staged["stage"], strict=True))


def _rate(tables: Tables, name: str) -> Figure:
    rates = stage_rates(tables, Scope(), thresholds(tables, Scope()))
    return next(one.rate for one in rates if one.rate.name == name)


def test_rates_by_hand() -> None:
    joined = pd.Timestamp("2024-09-01")
    listed = [
        {"customer_key": f"s{n}", "customer_ref": f"#{n}", "email_consent": True, "consent_at": joined}
        for n in range(20)
    ]
    listed += [
        {"customer_key": "buyer", "customer_ref": "#b", "email_consent": True, "consent_at": joined},
        {"customer_key": "desk", "customer_ref": "#d", "email_consent": True, "consent_at": joined},
        {"customer_key": "refused", "customer_ref": "#r", "email_consent": False, "created_at": joined},
        {"customer_key": "young", "customer_ref": "#y", "email_consent": True,
         "consent_at": pd.Timestamp("2024-12-20")},
    ]  # fmt: skip
    rows = [order(n, f"s{n}", "2024-09-15", 10.0) for n in range(3)]  # after 14 days
    rows += [order(10 + n, f"s{3 + n}", "2024-11-15", 10.0) for n in range(2)]  # after 75 days
    rows += [order(20, "buyer", "2024-03-01", 10.0), order(21, "buyer", "2024-09-10", 10.0)]  # had ordered before
    rows += [order(30, "desk", "2024-09-01", 10.0), order(40, "today", str(NOW), 1.0)]  # registered while ordering
    visits = pd.DataFrame(
        {"session_id": list("abcdefgh"), "visitor": list("abcdefgh"), "started_at": pd.Timestamp("2024-12-20"),
         "checkout_started": [True, True, True, True, False, False, False, False],
         "ordered": [True, False, False, True, False, False, False, False]}
    )  # fmt: skip
    tables = shop(rows, customers=people(*listed), sessions=visits)
    first = _rate(tables, "first_purchase_30")
    assert (first.numerator, first.denominator) == (3, 20)
    longer = _rate(tables, "first_purchase_90")
    assert (longer.numerator, longer.denominator) == (5, 20)
    assert (longer.low, longer.high) == wilson(5, 20)
    capture = _rate(tables, "capture_rate")
    assert (capture.numerator, capture.denominator) == (1, 8)
    assert "two systems" in " ".join(capture.warnings)
    checkout = _rate(tables, "checkout_rate")
    assert (checkout.numerator, checkout.denominator) == (2, 4)
    again = _rate(tables, "repeat_rate_90")  # three of September, "buyer" (193 days later) and "desk" are old enough
    assert (again.numerator, again.denominator) == (0, 5)


def test_lapsed_customers_who_came_back() -> None:
    """Ten regulars set the rhythm; of five who stopped in spring two come back in November."""
    rows = []
    for person in range(10):
        rows += [order(1000 * person + n, f"r{person}", str(NOW - timedelta(days=20 * n)), 10.0) for n in range(18)]
    for person in range(5):
        rows += [order(50000 + 10 * person + n, f"l{person}", f"2024-0{1 + n}-10", 10.0) for n in range(2)]
    rows += [order(60000 + person, f"l{person}", "2024-11-11", 10.0) for person in range(2)]
    back = _rate(shop(rows), "reactivation_rate")
    assert (back.numerator, back.denominator) == (2, 5)


def test_what_the_data_cannot_tell_is_named_with_its_export() -> None:
    rows = [order(n, f"c{n % 30}", f"2024-{7 + n % 6:02d}-10", 10.0) for n in range(90)]
    found = stage_transitions(shop([*rows, order(999, "z", str(NOW), 1.0)]), Scope())
    missing = {one.rate.name: one.rate for one in found.rates if one.rate.value is None}
    assert "GA4" in missing["capture_rate"].warnings[0]
    assert "Shopify > Customers > Export" in missing["first_purchase_30"].warnings[0]
    assert "Shopify > Customers > Export" in found.missing[0]
    assert found.steps == 3


def test_too_short_data_is_refused() -> None:
    with pytest.raises(CannotAnswer, match="less than 30 days"):
        stage_transitions(shop([order(1, "a", "2024-12-20", 1.0), order(2, "b", "2024-12-31", 1.0)]), Scope())


def test_visits_like_a_click_stream_reach_every_warm_stage() -> None:
    """Visits with and without a known person, as a web export gives them."""
    recent, old = pd.Timestamp("2024-12-20"), pd.Timestamp("2024-10-01")
    visits = pd.DataFrame(
        [
            {"visitor": "v1", "customer_key": "cart", "started_at": recent, "added_to_cart": True},
            {"visitor": "v2", "customer_key": "checkout", "started_at": recent, "checkout_started": True},
            {"visitor": "v3", "customer_key": "viewer", "started_at": recent, "product_views": 1},
            {"visitor": "v4", "customer_key": "twice", "started_at": recent},
            {"visitor": "v4", "customer_key": "twice", "started_at": recent},
            {"visitor": "v5", "customer_key": "once", "started_at": recent},
            {"visitor": "v6", "customer_key": "oldcart", "started_at": old, "added_to_cart": True},
            {"visitor": "v7", "customer_key": None, "started_at": recent, "added_to_cart": True},
        ]
    ).assign(session_id=lambda t: [f"s{i}" for i in t.index])
    names = ("cart", "checkout", "viewer", "twice", "once", "oldcart")
    listed = people(*({"customer_key": name, "customer_ref": name, "email_consent": False,
                       "created_at": pd.Timestamp("2024-01-01")} for name in names))  # fmt: skip
    tables = shop([order(1, "a", str(NOW), 10.0)], customers=listed, sessions=visits)
    staged = tables.frame(stage_table(tables, Scope()))
    assert dict(zip(staged["customer_key"], staged["substage"], strict=True)) == {
        "a": "hot_vip", "cart": "warm_checkout", "checkout": "warm_checkout", "viewer": "warm_engaged",
        "twice": "warm_engaged", "once": "cold_known", "oldcart": "cold_known",
    }  # fmt: skip
