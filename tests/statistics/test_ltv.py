"""Value per customer by age: who is old enough, a second computation, intervals of skewed means."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.errors import UnknownName, UsageProblem
from copilot.statistics.intervals import mean_interval
from copilot.statistics.lifetime.days import AGES
from copilot.statistics.lifetime.ltv import lifetime_value
from copilot.statistics.lifetime.means import Moments
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope
from tests.statistics.shops import credit, order, shop

QUICK = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
START = date(2022, 3, 1)


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for number in range(draw(st.integers(40, 90))):
        who = f"c{draw(st.integers(0, 24)):02d}"
        day = str(START + timedelta(days=draw(st.integers(0, 450))))
        worth = draw(st.integers(1, 20000)) / 100
        source = draw(st.sampled_from(["ad", "mail", None]))
        kind = draw(st.integers(0, 9))
        rows.append(credit(number, who, day, worth) if kind == 0 else order(number, who, day, worth, source=source))
    return rows


def slow(rows: list[dict[str, Any]], age: int, source: str | None = "") -> tuple[float, int] | None:
    """Sum within `age` days of each customer's first order, and how many customers are that old; by hand.

    `source`: only customers whose first order (the earlier, then the smaller number) came from there.
    """
    as_of = max(row["ordered_at"] for row in rows).date()
    people: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        people[row["customer_key"]].append(row)
    total, n = 0.0, 0
    for kept in people.values():
        bought = [row for row in kept if row["kind"] == "order"]
        if not bought:
            continue
        opener = min(bought, key=lambda row: (row["ordered_at"], row["order_id"]))
        first = opener["ordered_at"].date()
        if (as_of - first).days < age or (source != "" and opener.get("source") != source):
            continue
        n += 1
        for row in kept:
            days = (row["ordered_at"].date() - first).days
            if 0 <= days <= age:
                total += row["gross_sales"] - (row.get("returns") or 0)
    return (total, n) if n else None


@QUICK
@given(documents())
def test_equals_plain_python(rows: list[dict[str, Any]]) -> None:
    found = lifetime_value(shop(rows), Scope(), by="first_source")
    for age, figure in zip(AGES, found.at, strict=True):
        expected = slow(rows, age)
        if expected is None or expected[1] < 10:
            assert figure.value is None
            assert "too few" in figure.warnings[0]
        else:
            assert (figure.numerator, figure.n) == (pytest.approx(expected[0]), expected[1])
            assert figure.value == pytest.approx(expected[0] / expected[1])
    for row in found.rows:
        for age, figure in zip(AGES, row.at, strict=True):
            expected = slow(rows, age, None if row.level == "unknown" else row.level)
            assert figure.n == (expected[1] if expected else 0)
            if expected and expected[1] >= 10:
                assert figure.value == pytest.approx(expected[0] / expected[1])
    same = [figure.value for figure in found.same]
    assert {figure.n for figure in found.same} <= {found.same[-1].n} if found.same else True
    assert len(same) <= len(AGES)


@settings(QUICK, max_examples=1)
@given(documents(), st.randoms(use_true_random=False))
def test_shuffled_scaled_and_shifted(rows: list[dict[str, Any]], chance: Any) -> None:
    other = [
        row
        | {
            "gross_sales": row["gross_sales"] * 8,
            "returns": (row.get("returns") or 0) * 8,
            "ordered_at": row["ordered_at"] - timedelta(days=364),
        }
        for row in rows
    ]
    chance.shuffle(other)
    one, two = lifetime_value(shop(rows), Scope()), lifetime_value(shop(other), Scope())
    for a, b in zip(one.at, two.at, strict=True):
        assert b.n == a.n
        for name in ("value", "low", "high"):
            before, after = getattr(a, name), getattr(b, name)
            assert after == (None if before is None else pytest.approx(before * 8))


def _young_and_old() -> list[dict[str, Any]]:
    """Forty old customers worth 10 + 10 later, forty recent ones worth 100 at once."""
    rows = [order(n, f"old{n}", "2022-01-01", 10.0) for n in range(40)]
    rows += [order(100 + n, f"old{n}", "2022-02-20", 10.0) for n in range(40)]
    return rows + [order(200 + n, f"new{n}", "2022-06-30", 100.0) for n in range(40)]


def test_the_young_are_in_neither_numerator_nor_denominator() -> None:
    found = lifetime_value(shop(_young_and_old()), Scope())
    by_age = dict(zip(AGES, found.at, strict=True))
    assert (by_age[0].value, by_age[0].n) == (55.0, 80)
    assert (by_age[30].value, by_age[30].n) == (10.0, 40)
    assert (by_age[60].value, by_age[60].n) == (20.0, 40)
    assert by_age[365].value is None
    assert found.falls  # 55 on the first day, 10 within 30 days: other customers, and the answer says so
    assert "second column" in found.note
    assert [figure.value for figure in found.same] == [10.0, 10.0, 20.0, 20.0, 20.0]  # 180 days: 40 are that old


def test_a_period_names_the_customers_and_all_they_bought_since_counts() -> None:
    tables = shop(_young_and_old())
    january = Scope(period=Period(start=date(2022, 1, 1), end=date(2022, 1, 31)))
    found = lifetime_value(tables, january)
    assert found.customers.value == 40
    assert [figure.value for figure in found.at[:3]] == [10.0, 10.0, 20.0]  # February's orders lie outside the period
    assert "2022-01-01 to 2022-01-31" in found.at[0].definition
    assert lifetime_value(tables, Scope()).at[0].value == 55.0  # not what was kept for January


def test_day_zero_is_the_calendar_day_and_the_last_day_counts() -> None:
    rows = [order(n, f"c{n}", "2022-01-01 08:00", 10.0) for n in range(30)]
    rows += [order(50 + n, f"c{n}", "2022-01-01 22:00", 5.0) for n in range(30)]
    rows += [order(100 + n, f"c{n}", "2022-01-31", 7.0) for n in range(30)]
    found = lifetime_value(shop(rows), Scope())
    assert [figure.value for figure in found.at[:2]] == [15.0, 22.0]  # day 30 is within 30 days


def test_a_return_without_its_order_is_left_out() -> None:
    """A credit note dated before the first order of the data belongs to an order from before the data."""
    rows = [order(n, f"c{n}", "2022-02-01", 10.0) for n in range(30)]
    rows += [credit(100 + n, f"c{n}", "2022-01-15", 8.0) for n in range(30)]
    rows += [credit(200 + n, f"c{n}", "2022-02-10", 4.0) for n in range(30)]
    found = lifetime_value(shop([*rows, order(999, "z", "2022-04-30", 1.0)]), Scope())
    assert [figure.value for figure in found.at[:2]] == [pytest.approx(301 / 31), pytest.approx(6.0)]


def test_value_variants_and_margin() -> None:
    rows = [order(n, f"c{n}", "2022-01-01", 100.0, discounts=20.0, returns=30.0) for n in range(30)]
    tables = shop([*rows, order(999, "z", "2022-03-31", 1.0)])
    worth = {
        basis: lifetime_value(tables, Scope(value=basis)).at[1].value  # type: ignore[arg-type]
        for basis in ("net_sales", "demand_sales", "gross_sales")
    }
    assert worth == {"net_sales": 50.0, "demand_sales": 80.0, "gross_sales": 100.0}
    contribution = lifetime_value(tables, Scope(), margin=0.4)
    assert contribution.at[1].value == pytest.approx(20.0)
    assert "40%" in contribution.at[1].definition
    assert "margin you stated" in contribution.basis
    with pytest.raises(UsageProblem):
        lifetime_value(tables, Scope(), margin=1.5)
    with pytest.raises(UnknownName):
        lifetime_value(tables, Scope(), by="star_sign")


def test_small_groups_give_no_average_and_early_data_is_warned_of() -> None:
    rows = [order(n, f"c{n}", "2022-01-05", 10.0, source="ad" if n < 9 else "mail") for n in range(49)]
    found = lifetime_value(shop([*rows, order(999, "z", "2022-03-01", 1.0)]), Scope(), by="first_source")
    cells = {row.level: row.at[1] for row in found.rows}
    assert cells["ad"].value is None
    assert "too few to tell: 9 customers" in cells["ad"].warnings[0]
    assert cells["mail"].value == 10.0
    assert any("when the data begins" in text for text in found.at[1].warnings)


def test_interval_of_a_large_skewed_mean_agrees_with_the_bootstrap() -> None:
    drawn = np.random.default_rng(5).lognormal(3, 1, 4000)
    bounds = Moments(4000, float(drawn.sum()), float((drawn**2).sum()), float((drawn**3).sum())).interval()
    boot = mean_interval(drawn)
    assert bounds is not None
    assert boot is not None
    assert bounds == (pytest.approx(boot[0], rel=0.01), pytest.approx(boot[1], rel=0.01))


def test_interval_covers_skewed_means_better_than_the_plain_one() -> None:
    """600 samples of 60 lognormal amounts (skewness 6): nominal 95 %."""
    generator, mean, n = np.random.default_rng(11), float(np.exp(0.5)), 60
    ours = plain = 0
    for _ in range(600):
        drawn = generator.lognormal(0, 1, n)
        found = Moments(n, float(drawn.sum()), float((drawn**2).sum()), float((drawn**3).sum())).interval()
        assert found is not None
        ours += found[0] <= mean <= found[1]
        half = 1.96 * drawn.std(ddof=1) / np.sqrt(n)
        plain += abs(drawn.mean() - mean) <= half
    assert ours > plain
    assert ours / 600 > 0.91
