"""Random small shops: the engine's figures equal a slow second computation, and survive harmless changes."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from copilot.statistics.concentration import concentration
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.result import Period
from copilot.statistics.rfm import rfm_table
from copilot.statistics.rhythm import buying_rhythm
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.stages import stage_table
from tests.statistics.shops import order, shop
from tests.statistics.slow import SlowShop

START = date(2024, 1, 1)
QUICK = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FEW = settings(QUICK, max_examples=2)

cents = st.integers(0, 40_000).map(lambda n: n / 100)


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Two to forty orders and returns of a few customers and guests, in all states."""
    rows = []
    for number in range(draw(st.integers(2, 40))):
        kind = draw(st.sampled_from(["order"] * 6 + ["return"]))
        gross = 0.0 if kind == "return" else draw(cents)
        rows.append(
            order(
                number,
                draw(st.sampled_from(["a", "b", "c", "d", "e", "f", None])),
                str(START + timedelta(days=draw(st.integers(0, 400)))),
                gross,
                kind=kind,
                discounts=round(gross * draw(st.sampled_from([0, 0, 0, 0.1, 1])), 2),
                returns=draw(cents) if kind == "return" else round(gross * draw(st.sampled_from([0, 0, 0.5, 1])), 2),
                status=draw(st.sampled_from(["paid"] * 5 + ["refunded", "pending", "voided", "cancelled"])),
                test=draw(st.sampled_from([False] * 9 + [True])),
                country=draw(st.sampled_from(["UK", "DE"])),
            )
        )
    return rows


scopes = st.builds(
    Scope,
    include_pending=st.booleans(),
    include_zero=st.booleans(),
    period=st.sampled_from([None, None, Period(start=date(2024, 2, 1), end=date(2024, 10, 31))]),
    frequency=st.sampled_from(["orders", "days"]),
)


@QUICK
@given(documents(), scopes)
def test_figures_equal_a_slow_second_computation(rows: list[dict[str, Any]], scope: Scope) -> None:
    tables = shop(rows)
    slow = SlowShop(rows, scope, scope.as_of(tables.facts) or START)
    docs, customers = slow.documents(), slow.customers()
    assume(docs)
    ladder = sales_ladder(tables, scope)
    assert ladder.gross_sales.value == pytest.approx(sum(d["gross"] for d in docs), abs=1e-6)
    assert ladder.net_sales.value == pytest.approx(sum(d["net"] for d in docs), abs=1e-6)
    assert ladder.orders.value == sum(d["valid"] for d in docs)
    assert ladder.customers.value == len(customers)
    if any(d["valid"] for d in docs):
        assert ladder.median_order_value.value == pytest.approx(slow.median_order(), abs=1e-6)
    got = tables.frame(customer_table(tables, scope)).set_index("customer_key")
    assert set(got.index) == set(customers)
    for key, expected in customers.items():
        assert float(got.loc[key, "net_sales"]) == pytest.approx(expected["net"], abs=1e-6)
        assert got.loc[key, "orders"] == expected["orders"]
        assert got.loc[key, "days"] == len(set(expected["days"]))
        assert got.loc[key, "days_since"] == (slow.as_of - max(expected["days"])).days
    times = {k: len(set(c["days"])) if scope.frequency == "days" else c["orders"] for k, c in customers.items()}
    in_period = repeat_rates(tables, scope).in_period
    assert in_period.numerator == sum(n >= 2 for n in times.values())
    assert in_period.denominator == len(times)


@QUICK
@given(documents())
def test_gaps_and_top_share_equal_a_slow_second_computation(rows: list[dict[str, Any]]) -> None:
    tables, scope = shop(rows), Scope()
    slow = SlowShop(rows, scope, START)
    gaps = slow.gaps()
    rhythm = buying_rhythm(tables, scope)
    assert rhythm.gaps.value == len(gaps)
    if gaps:
        for figure, q in ((rhythm.gap_median, 0.5), (rhythm.gap_p90, 0.9)):
            assert figure.value == pytest.approx(pd.Series(gaps).quantile(q))
    total = sum(c["net"] for c in slow.customers().values())
    if total > 0.01:
        assert concentration(tables, scope).top20.value == pytest.approx(slow.top_share(0.2), abs=1e-6)


@FEW
@given(documents(), st.randoms(use_true_random=False))
def test_order_of_rows_and_names_of_customers_do_not_matter(rows: list[dict[str, Any]], chance: random.Random) -> None:
    shuffled = [row | {"customer_key": row["customer_key"] and f"x{row['customer_key']}"} for row in rows]
    chance.shuffle(shuffled)
    one, two = shop(rows), shop(shuffled)
    for compute in (sales_ladder, repeat_rates, concentration):
        left = [(f.name, f.value, f.low, f.high) for f in compute(one, Scope()).figures()]
        assert left == [(f.name, f.value, f.low, f.high) for f in compute(two, Scope()).figures()]


@FEW
@given(documents(), st.sampled_from([0.25, 3, 100]))
def test_money_scales_and_shares_stay(rows: list[dict[str, Any]], factor: float) -> None:
    money = ("gross_sales", "discounts", "returns")
    scaled = [row | {name: (row[name] or 0) * factor for name in money} for row in rows]
    one, two = sales_ladder(shop(rows), Scope()), sales_ladder(shop(scaled), Scope())
    for before, after in zip(one.figures(), two.figures(), strict=True):
        times = factor if before.unit == "money" else 1
        assert after.value == (
            None if before.value is None else pytest.approx(before.value * times, rel=1e-4, abs=0.02)
        )


@FEW
@given(documents())
def test_every_customer_has_one_rfm_group_and_every_person_one_stage(rows: list[dict[str, Any]]) -> None:
    tables = shop(rows)
    customers = set(tables.frame(customer_table(tables, Scope()))["customer_key"])
    for method in ("quintile", "tercile_klaviyo", "fixed_adaptive"):
        scored = tables.frame(rfm_table(tables, Scope(), method))
        assert sorted(scored["customer_key"]) == sorted(customers)
        assert scored["rfm_group"].notna().all()
    staged = tables.frame(stage_table(tables, Scope()))
    assert staged["customer_key"].is_unique
    assert staged["substage"].notna().all()
    assert customers <= set(staged["customer_key"])


def test_an_order_that_does_not_count_changes_nothing() -> None:
    rows = [order(n, "abc"[n % 3], f"2024-0{n + 1}-01", 10.0 * (n + 1)) for n in range(6)]
    more = [
        order(90, "a", "2024-03-03", 500, status="cancelled"),
        order(91, "b", "2024-03-03", 500, test=True),
        order(92, "c", "2024-03-03", 500, status="pending"),
        order(93, "a", "2024-03-03", 500, kind="adjustment"),
    ]
    before = [figure.model_dump(exclude={"query"}) for figure in sales_ladder(shop(rows), Scope()).figures()]
    after = [figure.model_dump(exclude={"query"}) for figure in sales_ladder(shop(rows + more), Scope()).figures()]
    assert before == after
