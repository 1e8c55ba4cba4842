"""Wrong numbers that were or would be made, one test each; the stories are in README.md."""

from __future__ import annotations

import random
from datetime import date

import pandas as pd
import pytest

from copilot.errors import CannotAnswer
from copilot.statistics.best import best_customers
from copilot.statistics.concentration import concentration
from copilot.statistics.journey import journey_stages
from copilot.statistics.query import Query, run_query
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.result import Period
from copilot.statistics.rfm import rfm_table
from copilot.statistics.rhythm import buying_rhythm
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.stages import stage_table
from copilot.statistics.trend import by_month
from tests.statistics.shops import credit, order, shop


def test_lines_are_not_orders() -> None:
    items = pd.DataFrame(
        {"order_id": ["o00001"] * 3 + ["o00002"], "product": list("xyzx"), "gross": [10, 20, 30, 40],
         "quantity": 1, "kind": "product"}
    )  # fmt: skip
    tables = shop([order(1, "a", "2024-01-01", 60), order(2, "b", "2024-01-02", 40)], order_items=items)
    ladder = sales_ladder(tables, Scope())
    assert (ladder.orders.value, ladder.aov.value, ladder.median_order_value.value) == (2, 50, 50)
    by_product = run_query(tables, Query(metrics=("orders",), by=("product",)))
    assert {label[0]: row[0].value for label, row in zip(by_product.labels, by_product.values, strict=True)} == {
        "x": 2, "y": 1, "z": 1,
    }  # fmt: skip


def test_a_buyer_who_sends_everything_back_does_not_lead_the_list() -> None:
    rows = [order(n, f"c{n:02d}", "2024-01-05", 100.0 + n) for n in range(20)]
    rows += [order(50, "returner", "2024-01-05", 9000), credit(51, "returner", "2024-01-06", 9000)]
    best = best_customers(shop(rows), Scope(), limit=3)
    assert "#returner" not in [row["customer_ref"] for row in best.table.rows]
    assert best.wrong_names is not None
    assert [row["customer_ref"] for row in best.wrong_names.rows] == ["#returner"]
    assert best.wrong_names_count.value == 1
    by_gross = best_customers(shop(rows), Scope(value="gross_sales"), limit=3)
    assert by_gross.table.rows[0]["customer_ref"] == "#returner"
    assert by_gross.wrong_names is None


def test_a_fully_refunded_buyer_is_not_hot_but_the_order_was_placed() -> None:
    rows = [order(1, "a", "2024-03-01", 50, status="refunded", returns=50), order(2, "b", "2024-03-01", 50)]
    tables = shop(rows)
    staged = tables.frame(stage_table(tables, Scope())).set_index("customer_key")
    assert (staged.loc["a", "substage"], staged.loc["b", "stage"]) == ("warm_engaged", "hot")
    assert sales_ladder(tables, Scope()).orders.value == 2
    assert journey_stages(tables, Scope()).refunded_only.value == 1


@pytest.mark.parametrize("status", ["cancelled", "voided", "expired", "pending"])
def test_orders_that_were_only_begun_are_no_sales(status: str) -> None:
    rows = [order(1, "a", "2024-01-01", 10), order(2, "b", "2024-01-02", 999, status=status)]
    ladder = sales_ladder(shop(rows), Scope())
    assert (ladder.net_sales.value, ladder.customers.value, ladder.customers_without_order.value) == (10, 1, 1)
    counted = Scope(include_pending=True, include_voided=True)
    assert sales_ladder(shop(rows), counted).net_sales.value == 1009


def test_test_orders_never_count() -> None:
    rows = [order(1, "a", "2024-01-01", 10), order(2, "b", "2024-01-02", 999, test=True)]
    scope = Scope(include_pending=True, include_voided=True, include_zero=True)
    assert sales_ladder(shop(rows), scope).net_sales.value == 10


def test_guests_are_not_one_giant_customer() -> None:
    rows = [order(n, None, "2024-01-05", 500) for n in range(20)] + [order(50, "a", "2024-01-05", 10)]
    tables = shop(rows)
    ladder = sales_ladder(tables, Scope())
    assert (ladder.customers.value, ladder.guest_orders.value, ladder.net_sales.value) == (1, 20, 10010)
    assert "20 orders have no customer" in ladder.guest_net_sales.warnings[0]
    assert concentration(tables, Scope()).top10.denominator == 10
    assert repeat_rates(tables, Scope()).lifetime.denominator == 1


def test_two_orders_on_a_day_make_no_gap() -> None:
    rows = [order(1, "a", "2024-01-01 09:00", 10), order(2, "a", "2024-01-01 10:00", 10),
            order(3, "a", "2024-01-31", 10)]  # fmt: skip
    rows = [row | {"ordered_at": pd.Timestamp(row["ordered_at"])} for row in rows]
    rhythm = buying_rhythm(shop(rows), Scope())
    assert (rhythm.gaps.value, rhythm.gap_median.value) == (1, 30)
    twice = [rows[0], rows[1]]
    assert repeat_rates(shop(twice), Scope()).lifetime.numerator == 1
    assert repeat_rates(shop(twice), Scope(frequency="days")).lifetime.numerator == 0


def test_the_last_month_is_marked_when_it_is_not_whole() -> None:
    rows = [order(n, "a", f"2024-{1 + n // 31:02d}-{1 + n % 28:02d}", 10) for n in range(70)]
    rows = [row for row in rows if row["ordered_at"] <= pd.Timestamp("2024-03-09")]
    trend = by_month(shop(rows), Scope())
    assert trend.partial == ("2024-03",)
    assert "not complete" in trend.net_sales[-1].warnings[0]
    assert not any("not complete" in text for figure in trend.net_sales[:-1] for text in figure.warnings)
    assert "(partial)" in trend.table.rows[-1]["month"]


def test_gifts_are_no_orders() -> None:
    rows = [order(1, "a", "2024-01-01", 100), order(2, "a", "2024-02-01", 0),
            order(3, "b", "2024-01-01", 50, discounts=50)]  # fmt: skip
    tables = shop(rows)
    ladder = sales_ladder(tables, Scope())
    assert (ladder.orders.value, ladder.aov.value, ladder.customers.value, ladder.zero_orders.value) == (1, 100, 1, 2)
    assert repeat_rates(tables, Scope()).lifetime.numerator == 0
    assert sales_ladder(tables, Scope(include_zero=True)).orders.value == 3


def test_the_typical_customer_is_not_the_mean_of_a_whale() -> None:
    rows = [order(n, f"c{n}", "2024-01-05", 20.0) for n in range(99)] + [order(999, "whale", "2024-01-05", 98020.0)]
    tables = shop(rows)
    total = run_query(tables, Query(metrics=("mean_value", "median_value"))).values[0]
    assert [figure.value for figure in total] == [1000, 20]
    shares = concentration(tables, Scope())
    assert (shares.top10.value or 0) > 0.98
    assert (shares.top10.low or 1) < 0.5  # without that one account the share would be 10 %: the interval says so
    assert best_customers(tables, Scope()).rest_median_value.value == 20


def test_equal_customers_get_equal_scores_in_any_order() -> None:
    rows = [order(n, f"c{n:02d}", "2024-01-05", 20.0) for n in range(30)]
    rows += [order(100 + n, f"c{n:02d}", "2024-02-05", 20.0) for n in range(10)]
    shuffled = rows.copy()
    random.Random(7).shuffle(shuffled)
    scores = []
    for tables in (shop(rows), shop(shuffled)):
        for method in ("quintile", "tercile_klaviyo", "fixed_adaptive"):
            frame = tables.frame(rfm_table(tables, Scope(), method)).set_index("customer_key").sort_index()
            assert (frame.groupby("frequency")[["r", "f", "m", "rfm_group"]].nunique() == 1).all(axis=None), method
            scores.append(frame[["r", "f", "m", "rfm_group"]].to_dict("index"))
    assert scores[:3] == scores[3:]


def test_repeat_rates_answer_different_questions() -> None:
    """In February b orders again after January, a twice within February, c for the first time."""
    days = [("b", "01-10"), ("b", "02-10"), ("a", "02-01"), ("a", "02-20"), ("c", "02-05"), ("d", "01-05")]
    rows = [order(n, who, f"2024-{day}", 10) for n, (who, day) in enumerate(days)]
    february = Scope(period=Period(start=date(2024, 2, 1), end=date(2024, 2, 29)))
    rates = repeat_rates(shop(rows), february)
    counts = {f.name: (f.numerator, f.denominator) for f in (rates.lifetime, rates.in_period, rates.returning)}
    assert counts == {
        "repeat_rate_lifetime": (2, 4), "repeat_purchase_rate": (1, 3), "returning_customer_rate": (2, 3),
    }  # fmt: skip
    assert len({f.definition for f in (rates.lifetime, rates.in_period, rates.returning)}) == 3


def test_young_customers_are_not_in_the_denominator_of_a_window() -> None:
    rows = [order(1, "old", "2024-01-01", 10), order(2, "old", "2024-03-01", 10), order(3, "older", "2024-01-01", 10),
            order(4, "young", "2024-06-25", 10)]  # fmt: skip
    ninety = next(f for f in repeat_rates(shop(rows), Scope()).within if f.name == "repeat_rate_90")
    assert (ninety.numerator, ninety.denominator) == (1, 2)


def test_those_who_have_not_come_back_yet_are_not_forgotten() -> None:
    """One of ten came back after 10 days, nine are still away after 100: the median gap is 10 days, 10 % is true."""
    rows = [order(n, f"c{n}", "2024-01-01", 10) for n in range(10)] + [order(50, "c0", "2024-01-11", 10)]
    tables = shop(rows, analysis_date=date(2024, 4, 10))
    rhythm = buying_rhythm(tables, Scope())
    assert rhythm.gap_median.value == 10
    assert rhythm.after_order.rows[0]["d30"] == pytest.approx(0.1)


def test_a_rate_of_two_people_is_no_percentage() -> None:
    rates = repeat_rates(shop([order(1, "a", "2024-01-01", 10), order(2, "a", "2024-02-01", 10)]), Scope())
    assert rates.lifetime.warnings[0] == "too few for a percentage: say 1 of 1"
    assert (rates.lifetime.low or 1) < 0.25  # and the interval does not pretend
    twenty = [order(n, f"c{n}", "2024-01-01", 10) for n in range(20)]
    assert "unsteady" in repeat_rates(shop(twenty), Scope()).lifetime.warnings[0]


def test_pounds_and_euros_are_not_added() -> None:
    rows = [order(1, "a", "2024-01-01", 10, currency="GBP"), order(2, "b", "2024-01-01", 10, currency="EUR")]
    tables = shop(rows, currencies=("GBP", "EUR"))
    for compute in (sales_ladder, repeat_rates, concentration, by_month, journey_stages):
        with pytest.raises(CannotAnswer, match="GBP, EUR"):
            compute(tables, Scope())


def test_recency_counts_from_the_data_and_says_so() -> None:
    tables = shop([order(1, "a", "2011-12-01", 10), order(2, "b", "2011-12-09", 10)])
    since = tables.frame(customer_table(tables, Scope())).set_index("customer_key")["days_since"]
    assert dict(since) == {"a": 8, "b": 0}
    assert best_customers(tables, Scope()).median_recency.analysis_date == date(2011, 12, 9)
    earlier = Scope(analysis_date=date(2011, 12, 5))
    assert list(tables.frame(customer_table(tables, earlier))["customer_key"]) == ["a"]


def test_new_means_new_ever_not_new_in_the_period() -> None:
    rows = [order(1, "a", "2024-01-10", 10), order(2, "a", "2024-02-10", 10), order(3, "b", "2024-02-11", 10)]
    february = Scope(period=Period(start=date(2024, 2, 1), end=date(2024, 2, 29)))
    trend = by_month(shop(rows, analysis_date=date(2024, 2, 29)), february)
    assert (trend.new_customers[0].value, trend.customers[0].value) == (1, 2)
    assert trend.returning_share[0].numerator == 1


def test_repeated_lines_count_as_the_switch_says_and_the_receipt_tells() -> None:
    tables = shop([order(1, "a", "2024-01-01", 30, repeated_gross=10), order(2, "b", "2024-01-02", 5)])
    keep, drop = sales_ladder(tables, Scope()), sales_ladder(tables, Scope(repeated_lines="drop"))
    assert (keep.net_sales.value, drop.net_sales.value) == (35, 25)
    assert keep.net_sales.scope != drop.net_sales.scope


def test_a_missing_column_is_unknown_not_zero() -> None:
    ladder = sales_ladder(shop([order(n, f"c{n}", "2024-01-01", 30) for n in range(40)]), Scope())
    for figure in (ladder.shipping, ladder.taxes, ladder.discounted_order_share):
        assert figure.value is None
        assert figure.warnings


def test_credit_notes_are_no_orders_and_reduce_their_own_month() -> None:
    rows = [order(1, "a", "2024-01-15", 100), credit(2, "a", "2024-02-15", 40), credit(3, "stranger", "2024-02-20", 7)]
    tables = shop(rows)
    ladder = sales_ladder(tables, Scope())
    assert (ladder.orders.value, ladder.net_sales.value, ladder.customers.value) == (1, 53, 1)
    assert ladder.customers_without_order.value == 1
    assert [figure.value for figure in by_month(tables, Scope()).net_sales] == [100, -47]
    assert float(tables.frame(customer_table(tables, Scope()))["net_sales"].iloc[0]) == 60
    assert ladder.refunded_order_share.value is None
