"""Cohorts: the example shops' tables, a second computation in plain Python, and months that have not ended."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.data.tables import Tables
from copilot.errors import UnknownName
from copilot.statistics.lifetime.cohorts import Cohorts, cohorts
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope
from tests.statistics import real_shops
from tests.statistics.shops import credit, order, shop

QUICK = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
MEASURES = ("retention", "repurchase", "repeat_orders", "backfilled", "value")
START = date(2022, 1, 1)


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "data" / "ground_truth.json").read_text())
    return found


def _equals(found: Cohorts, expected: dict[str, list[int]], ended: str) -> None:
    """Counts of every cell whose month has ended; None in the others."""
    rows = {row["cohort"]: row for row in found.table.rows}
    months = sorted(expected)
    assert [row["cohort"] for row in found.table.rows[:-1]] == months
    for cohort, counts in expected.items():
        size = counts[0]
        assert rows[cohort]["size"] == size
        for k, count in enumerate(counts):
            if f"m{k}" not in rows[cohort]:
                assert pd.Period(cohort, "M") + k > pd.Period(ended, "M") or k > 17
                continue
            seen = pd.Period(cohort, "M") + k <= pd.Period(ended, "M")
            assert rows[cohort][f"m{k}"] == (pytest.approx(count / size) if seen else None), (cohort, k)


@pytest.mark.shared
def test_cdnow_cohorts(shared: Path, truth: dict[str, Any]) -> None:
    found = cohorts(real_shops.cdnow(shared / "data"), Scope(include_zero=True), months=24)
    _equals(found, truth["cdnow_master"]["monthly_cohorts"], "1998-06")
    sizes = [counts[0] for counts in truth["cdnow_master"]["monthly_cohorts"].values()]
    first = sum(counts[1] for counts in truth["cdnow_master"]["monthly_cohorts"].values())
    assert found.pooled[0].value == pytest.approx(first / sum(sizes))
    assert found.pooled[0].interval == "Wilson 95 %"


@pytest.mark.shared
def test_online_retail_cohorts(shared: Path, truth: dict[str, Any]) -> None:
    """The file ends on 9 December: that month is in no cell, though the published table counts its nine days."""
    tables = real_shops.online_retail(shared / "data")
    found = cohorts(tables, Scope(value="gross_sales"))
    _equals(found, truth["online_retail_clean"]["monthly_cohorts"], "2011-11")
    assert any("2011-12 has not ended" in text for text in found.warnings)
    assert any("holds everybody" in text for text in found.warnings)
    # The same with every document, cancellations too, read as an order of its own.
    every = tables.frame(tables.orders).assign(kind="order", positive_gross=None)
    net = shop(every[["order_id", "kind", "customer_key", "ordered_at", "gross_sales", "returns"]].astype(
        {"gross_sales": float, "returns": float}))  # fmt: skip
    _equals(
        cohorts(net, Scope(include_zero=True)),
        truth["online_retail_net_of_cancellations"]["monthly_cohorts"],
        "2011-11",
    )


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for number in range(draw(st.integers(30, 60))):
        back = draw(st.integers(0, 9)) == 0
        day = str(START + timedelta(days=draw(st.integers(0, 330))))
        who = draw(st.sampled_from("abcdefghijklmnop"))
        worth = draw(st.integers(1, 9000)) / 100
        rows.append(
            credit(number, who, day, worth)
            if back
            else order(number, who, day, worth, source=draw(st.sampled_from(["ad", "mail"])))
        )
    return [order(900, "a", str(START), 5.0), *rows, order(901, "p", "2022-12-10", 5.0)]


def slow(rows: list[dict[str, Any]], last_ended: int) -> dict[str, dict[str, dict[int, float | None]]]:
    """Measure -> cohort -> month -> value, customer by customer."""
    by_customer: dict[str, list[tuple[date, float, bool]]] = defaultdict(list)
    for row in rows:
        worth = row["gross_sales"] - (row.get("returns") or 0)
        by_customer[row["customer_key"]].append((row["ordered_at"].date(), worth, row["kind"] == "order"))
    people = []
    for documents_of in by_customer.values():
        first = min((day for day, _, bought in documents_of if bought), default=None)
        if first is not None:
            kept = [
                (12 * (d.year - first.year) + d.month - first.month, w, b) for d, w, b in documents_of if d >= first
            ]
            people.append((12 * first.year + first.month - 1, sorted(kept)))
    table: dict[str, dict[str, dict[int, float | None]]] = {name: defaultdict(dict) for name in MEASURES}
    for cohort in {number for number, _ in people}:
        members = [kept for number, kept in people if number == cohort]
        name = f"{cohort // 12}-{cohort % 12 + 1:02d}"
        for k in range(12):
            if cohort + k > last_ended or len(members) < 10:
                for measure in MEASURES:
                    table[measure][name][k] = None
                continue
            n = len(members)
            placed = [[m for m, _, bought in kept if bought] for kept in members]
            table["retention"][name][k] = sum(k in months for months in placed) / n
            table["repurchase"][name][k] = sum(sum(m <= k for m in months) >= 2 for months in placed) / n
            table["repeat_orders"][name][k] = sum(sum(m <= k for m in months) - 1 for months in placed) / n
            table["backfilled"][name][k] = sum(max(months) >= k for months in placed) / n
            table["value"][name][k] = sum(w for kept in members for m, w, _ in kept if m <= k) / n
    return table


@QUICK
@given(documents(), st.sampled_from([1, 12]))
def test_cells_equal_plain_python(rows: list[dict[str, Any]], copies: int) -> None:
    """With twelve copies of each customer cohorts are large enough to be shown."""
    many = [
        row | {"customer_key": f"{row['customer_key']}{copy}", "order_id": f"{row['order_id']}-{copy}"}
        for row in rows
        for copy in range(copies)
    ]
    tables = shop(many)
    expected = slow(many, 12 * 2022 + 10)  # December 2022 is cut off by the data
    for measure in MEASURES:
        found = cohorts(tables, Scope(), measure=measure)  # type: ignore[arg-type]
        for row in found.table.rows[:-1]:
            for k in range(12):
                if f"m{k}" in row:
                    value = expected[measure][row["cohort"]][k]
                    assert row[f"m{k}"] == (None if value is None else pytest.approx(value, abs=1e-9)), (measure, k)


def _shop_of(customers: int = 40, until: str = "2022-05-31", **more: Any) -> Tables:
    """Forty customers of January: half of them order again in March; one order marks the last day of the data."""
    rows = [order(n, f"c{n}", "2022-01-10", 10.0, **more) for n in range(customers)]
    rows += [order(100 + n, f"c{n}", "2022-03-10", 20.0) for n in range(customers // 2)]
    return shop([*rows, order(999, "last", until, 1.0)])


def test_a_month_counts_only_once_it_has_ended() -> None:
    whole = cohorts(_shop_of(until="2022-03-31"), Scope()).table.rows[0]
    assert (whole["m1"], whole["m2"]) == (0.0, 0.5)
    cut = cohorts(_shop_of(until="2022-03-30"), Scope()).table.rows[0]
    assert cut["m1"] == 0.0  # February has ended: nobody came, and that is known
    assert cut.get("m2") is None  # March has not: not zero, but unknown


def test_value_and_its_interval() -> None:
    found = cohorts(_shop_of(), Scope(), measure="value")
    assert [found.table.rows[0][f"m{k}"] for k in range(3)] == [10.0, 10.0, 20.0]
    month3 = next(figure for figure in found.pooled if figure.name == "cohort_value_3")
    assert (month3.value, month3.n) == (20.0, 40)
    assert month3.low is not None
    assert month3.high is not None
    assert month3.low < 20 < month3.high


def test_totals_are_weighted_over_observed_cohorts_only() -> None:
    rows = [order(n, f"a{n}", "2022-01-10", 10.0) for n in range(30)]
    rows += [order(100 + n, f"b{n}", "2022-02-10", 10.0) for n in range(10)]
    rows += [order(200 + n, f"a{n}", "2022-02-20", 10.0) for n in range(15)]
    rows += [order(300 + n, f"b{n}", "2022-03-20", 10.0) for n in range(10)]
    found = cohorts(shop([*rows, order(999, "z", "2022-03-31", 1.0)]), Scope())
    total = found.table.rows[-1]
    assert total["m1"] == pytest.approx((15 + 10) / 40)
    assert total["m2"] == pytest.approx(0 / 30)  # only January is old enough
    assert found.small == ("2022-02", "2022-03")
    notes = {row["cohort"]: row["note"] for row in found.table.rows}
    assert notes["2022-02"] == "small, unsteady"
    assert notes["2022-03"] == "too few to tell"


def test_by_source_of_the_first_order() -> None:
    rows = [order(n, f"a{n}", "2022-01-10", 10.0, source="ad") for n in range(20)]
    rows += [order(50 + n, f"m{n}", "2022-02-10", 10.0, source="mail") for n in range(20)]
    rows += [order(100 + n, f"m{n}", "2022-03-10", 10.0, source="ad") for n in range(15)]
    found = cohorts(shop([*rows, order(999, "z", "2022-04-30", 1.0)]), Scope(), by="first_source")
    cells = {row["cohort"]: (row["size"], row["m1"], row["m2"]) for row in found.table.rows}
    assert cells["ad"] == (20, 0.0, 0.0)
    assert cells["mail"] == (20, 0.75, 0.0)  # February + 1 is March, though it is the data's third month
    assert found.change is None
    with pytest.raises(UnknownName):
        cohorts(_shop_of(), Scope(), by="shoe_size")


def test_a_period_picks_cohorts_and_keeps_their_later_orders() -> None:
    tables = _shop_of()
    january = Scope(period=Period(start=date(2022, 1, 1), end=date(2022, 1, 31)))
    found = cohorts(tables, january)
    assert [row["cohort"] for row in found.table.rows[:-1]] == ["2022-01"]
    assert found.table.rows[0]["m2"] == 0.5  # the orders of March lie outside the period and count
    assert "2022-01-01 to 2022-01-31" in found.pooled[0].definition
    later = Scope(period=Period(start=date(2022, 2, 1), end=date(2022, 5, 31)))
    assert [row["cohort"] for row in cohorts(tables, later).table.rows[:-1]] == ["2022-05"]
    value = cohorts(tables, january, measure="value").pooled[0]
    assert (value.value, value.n) == (10.0, 40)


def test_newer_cohorts_worse_at_the_same_age() -> None:
    rows = [order(0, "first", "2022-01-01", 1.0)]
    for month in range(2, 10):
        share = 40 if month < 6 else 10
        for n in range(100):
            rows.append(order(1000 * month + n, f"{month}-{n}", f"2022-{month:02d}-05", 10.0))
            if n < share:
                rows.append(order(1000 * month + 500 + n, f"{month}-{n}", f"2022-{month + 1:02d}-05", 10.0))
    found = cohorts(shop([*rows, order(99999, "z", "2022-10-31", 1.0)]), Scope(), measure="repurchase")
    assert found.change is not None
    assert found.change.reliable
    # Month 3 has ended for February to July: 40, 40, 40 % in the older half, 40, 10, 10 % in the newer.
    assert (found.change.older.value, found.change.newer.value) == (pytest.approx(0.4), pytest.approx(0.2))
    assert found.change.difference.value == pytest.approx(-0.2)
    assert "worse" in found.change.text


@settings(QUICK, max_examples=1)
@given(documents(), st.randoms(use_true_random=False))
def test_shuffled_scaled_and_shifted_by_a_year(rows: list[dict[str, Any]], chance: Any) -> None:
    other = [
        row
        | {"gross_sales": row["gross_sales"] * 4, "returns": (row.get("returns") or 0) * 4,
           "ordered_at": row["ordered_at"] + pd.DateOffset(years=-1)}
        for row in rows
    ]  # fmt: skip
    chance.shuffle(other)
    for measure, factor in (("retention", 1), ("value", 4)):
        one = cohorts(shop(rows), Scope(), measure=measure).table.rows  # type: ignore[arg-type]
        two = cohorts(shop(other), Scope(), measure=measure).table.rows  # type: ignore[arg-type]
        for a, b in zip(one, two, strict=True):
            for name in (name for name in a if name.startswith("m") and name[1:].isdigit()):
                assert b[name] == (None if a[name] is None else pytest.approx(a[name] * factor)), (measure, name)
