"""Waits for the next order: the published CDNOW table, a second computation in plain Python, expected windows."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.data.tables import Tables
from copilot.statistics.gaps import spells
from copilot.statistics.lifetime.next_order import RULES, next_order_table, next_orders
from copilot.statistics.lifetime.survival import HORIZONS, order_chances
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope
from tests.statistics import real_shops
from tests.statistics.shops import order, shop

QUICK = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
START = date(2023, 1, 1)

# P(next order by day d) after order k on CDNOW_master, reproduced independently (research notes, section 1.4).
CDNOW = {
    1: (0.175, 0.252, 0.292, 0.375, 0.459),
    2: (0.238, 0.350, 0.424, 0.555, 0.676),
    3: (0.284, 0.420, 0.513, 0.664, 0.781),
    4: (0.327, 0.489, 0.582, 0.731, 0.836),
    5: (0.521, 0.691, 0.774, 0.880, 0.932),
}

visits = st.dictionaries(
    st.sampled_from([f"c{i}" for i in range(9)]),
    st.lists(st.integers(0, 500), min_size=1, max_size=9),
    min_size=3,
    max_size=9,
)


def made(days: dict[str, list[int]], shift: int = 0) -> list[dict[str, Any]]:
    """Orders of customers on the given days after the start."""
    return [
        order(1000 * person + place, key, str(START + timedelta(days=day + shift)), 10.0)
        for person, (key, times) in enumerate(days.items())
        for place, day in enumerate(times)
    ]


def slow_waits(days: dict[str, list[int]], order_number: int) -> list[tuple[int, bool]]:
    """(days, came) of every wait after that order (5: fifth or later), by customer and distinct day."""
    end = max(day for times in days.values() for day in times)
    waits = []
    for times in days.values():
        seen = sorted(set(times))
        for place, (a, b) in enumerate(pairwise(seen), start=1):
            waits.append((min(place, 5), b - a, True))
        waits.append((min(len(seen), 5), end - seen[-1], False))
    return [(wait, came) for place, wait, came in waits if place == order_number]


def product_limit(waits: list[tuple[int, bool]], day: int) -> tuple[float, float]:
    """Share with an order by `day` and Greenwood's sum, straight from Kaplan and Meier's formula."""
    still, hazard = 1.0, 0.0
    for time in sorted({wait for wait, came in waits if came and wait <= day}):
        risk = sum(wait >= time for wait, _ in waits)
        done = sum(came and wait == time for wait, came in waits)
        still *= 1 - done / risk
        hazard += done / (risk * (risk - done)) if risk > done else math.inf
    return 1 - still, hazard


@pytest.mark.shared
def test_cdnow_table_and_waits(shared: Path) -> None:
    chances = order_chances(real_shops.cdnow(shared / "data"), Scope(include_zero=True))
    for one in chances.after:
        assert [figure.value for figure in one.within] == pytest.approx(CDNOW[one.order], abs=0.0006)
        assert all(f.low is not None and f.value is not None and f.low < f.value for f in one.within)
    first = chances.after[0]
    assert first.waits.value == 23570
    assert first.median.value is None  # 45.9 % after a year: half never come back within the data
    assert chances.after[4].median.value == 28
    assert [figure.value for figure in chances.observed][1] == 57  # of those who came back only
    assert chances.no_second.value == pytest.approx(1 - CDNOW[1][4], abs=0.0006)


@QUICK
@given(visits)
def test_kaplan_meier_equals_plain_python(days: dict[str, list[int]]) -> None:
    found = order_chances(shop(made(days)), Scope())
    for one, row in zip(found.after, found.table.rows, strict=True):
        waits = slow_waits(days, one.order)
        assert one.waits.value == len(waits)
        for horizon, figure in zip(HORIZONS, one.within, strict=True):
            if not waits or max(wait for wait, _ in waits) < horizon:
                assert figure.value is None
                continue
            expected, hazard = product_limit(waits, horizon)
            assert figure.value == pytest.approx(expected, abs=1e-12)
            assert row[f"risk{horizon}"] == sum(wait >= horizon for wait, _ in waits)
            if 0 < expected < 1 and math.isfinite(hazard):
                spread = NormalDist().inv_cdf(0.975) * math.sqrt(hazard) / abs(math.log(1 - expected))
                assert figure.low == pytest.approx(1 - (1 - expected) ** math.exp(-spread), abs=1e-7)
                assert figure.high == pytest.approx(1 - (1 - expected) ** math.exp(spread), abs=1e-7)
        times = sorted({wait for wait, came in waits if came})
        reached = [time for time in times if product_limit(waits, time)[0] >= 0.5 - 1e-12]
        assert one.median.value == (reached[0] if reached else None)


@settings(QUICK, max_examples=1)
@given(visits, st.randoms(use_true_random=False))
def test_shuffled_shifted_and_scaled_waits_stay(days: dict[str, list[int]], chance: Any) -> None:
    rows = made(days)
    shuffled = [row | {"gross_sales": 30.0} for row in made(days, shift=364)]
    chance.shuffle(shuffled)
    one, two = order_chances(shop(rows), Scope()), order_chances(shop(shuffled), Scope())
    assert [(f.name, f.value, f.low, f.high) for f in one.figures()] == [
        (f.name, f.value, f.low, f.high) for f in two.figures()
    ]


def test_observed_waits_hide_those_who_never_came_back() -> None:
    """Ten come back after 20 days, thirty never: the median of those who came says 20, the curve says none."""
    days = {f"back{i}": [0, 20] for i in range(10)} | {f"gone{i}": [0] for i in range(30)} | {"late": [400]}
    found = order_chances(shop(made(days)), Scope())
    assert found.observed[1].value == 20
    assert found.observed[1].n == 10
    assert found.after[0].median.value is None
    assert "fewer than half" in found.after[0].median.warnings[0]
    assert found.after[0].within[0].value == pytest.approx(10 / 40)  # the late one was seen for no day
    assert found.no_second.value == pytest.approx(0.75)


def slow_windows(days: dict[str, list[int]], tables: Tables) -> dict[str, tuple[str, list[float | None]]]:
    """Basis and window of every customer, customer by customer with numpy."""
    limits = thresholds(tables, Scope())
    pooled = [limits.g25, limits.g50, limits.g75]
    made_windows: dict[str, tuple[str, list[float | None]]] = {}
    for key, times in days.items():
        seen = sorted(set(times))
        gaps = [b - a for a, b in pairwise(seen)]
        if len(gaps) >= 3:
            weight = len(gaps) / (len(gaps) + 3)
            own = [float(np.quantile(gaps, q)) for q in (0.25, 0.5, 0.75)]
            window: list[float | None] = [weight * a + (1 - weight) * b for a, b in zip(own, pooled, strict=True)]
            made_windows[key] = ("own", window)
            continue
        waits = slow_waits(days, min(len(seen), 5))
        if len(waits) < 30:
            waits = [wait for number in range(1, 6) for wait in slow_waits(days, number)]
        times_seen = sorted({wait for wait, came in waits if came})
        curve = [(time, product_limit(waits, time)[0]) for time in times_seen]
        made_windows[key] = (
            "shop",
            [next((float(t) for t, share in curve if share >= q - 1e-12), None) for q in (0.25, 0.5, 0.75)],
        )
    return made_windows


@QUICK
@given(visits)
def test_expected_windows_equal_plain_python(days: dict[str, list[int]]) -> None:
    tables = shop(made(days))
    frame = tables.frame(next_order_table(tables, Scope())).set_index("customer_key")
    expected = slow_windows(days, tables)
    assert set(frame.index) == set(expected)
    for key, (basis, window) in expected.items():
        row = frame.loc[key]
        assert row["basis"] == basis
        got = [None if math.isnan(row[name]) else row[name] for name in ("low", "mid", "high")]
        assert got == [None if value is None else pytest.approx(value) for value in window]
        assert row["state"] in RULES
        if window[1] is None:
            assert row["state"] == "unlikely"
        if row["state"] == "overdue":
            assert row["overdue_by"] == pytest.approx(row["days_since"] - row["high"])
    summary = next_orders(tables, Scope())
    assert sum(figure.value or 0 for figure in summary.states) == summary.customers.value == len(days)


def test_due_overdue_and_unlikely_by_hand() -> None:
    """Regulars order every 10 days; one of them is 3, one 11 and one 25 days late; most one-timers never come back."""
    regulars = {f"r{i:02d}": [10 * n for n in range(11)] for i in range(20)}
    days = regulars | {
        "soon": [10 * n + 7 for n in range(10)],  # last on day 97 of 100
        "overdue": [10 * n + 5 for n in range(9)],  # last on day 85
    }
    days |= {f"once{i}": [20] for i in range(40)}
    tables = shop(made(days), analysis_date=START + timedelta(days=100))
    frame = tables.frame(next_order_table(tables, Scope())).set_index("customer_key")
    assert frame.loc["soon", "state"] == "later"
    assert frame.loc["soon", "days_left"] == pytest.approx(7)
    assert (frame.loc["overdue", "state"], frame.loc["overdue", "overdue_by"]) == ("overdue", pytest.approx(5))
    assert frame.loc["once3", "state"] == "unlikely"
    assert math.isnan(frame.loc["once3", "mid"])
    result = next_orders(tables, Scope(), days=10)
    assert result.due_soon.value == 21  # the regulars ordered today and are expected in ten days; so is "soon"
    shown = [row["customer_ref"] for row in result.table.rows]
    assert shown == ["#overdue"]
    assert "overdue by 5 days" in result.table.rows[0]["state"]
    assert " to " in result.table.rows[0]["window"]  # a range, never a bare date


def test_waits_are_counted_once_and_kept() -> None:
    days = {f"c{i}": [i, i + 30, i + 50] for i in range(20)}
    tables = shop(made(days))
    thresholds(tables, Scope())
    names = set(tables.derived)
    assert any(name.startswith("spells-all-") for name in names)
    spells(tables, Scope())
    thresholds(tables, Scope())
    assert set(tables.derived) == names  # nothing is built twice
