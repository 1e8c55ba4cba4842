"""Wrong numbers of asked-for metrics: filters, periods, products, newness, missing columns; stories in README.md."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.query import Query, run_query
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.result import Figure, Period
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.segments import named_segments
from copilot.statistics.trend import by_month
from copilot.tools.scoping import Filtered, scope_for
from tests.statistics.shops import credit, order, shop

FEBRUARY = Period(start=date(2024, 2, 1), end=date(2024, 2, 29))


def asked(tables: Tables, metric: str, **more: Any) -> Figure:
    return run_query(tables, Query(metrics=(metric,), **more)).values[0][0]


def test_only_euros_are_euros() -> None:
    rows = [order(1, "a", "2024-01-01", 10, currency="GBP"), order(2, "b", "2024-01-02", 30, currency="EUR"),
            order(3, "b", "2024-02-02", 50, currency="EUR")]  # fmt: skip
    tables = shop(rows, currencies=("GBP", "EUR"))
    euros = Scope(where=(Condition(field="currency", value="EUR"),))
    figure = asked(tables, "net_sales", scope=euros)
    assert (figure.value, figure.currency) == (80, "EUR")
    assert asked(tables, "new_customers", scope=euros).value == 1
    assert sales_ladder(tables, euros).net_sales.currency == "EUR"
    with pytest.raises(CannotAnswer, match="several currencies"):
        asked(tables, "net_sales")


def test_a_period_outside_the_data_is_refused_and_never_zero() -> None:
    tables = shop([order(1, "a", "2024-02-10", 10), order(2, "b", "2024-03-10", 30)])
    context: Any = SimpleNamespace(tables=lambda: tables, scope=Scope())
    with pytest.raises(CannotAnswer, match="outside the days"):
        scope_for(context, Filtered(period="2019"))
    result = run_query(tables, Query(metrics=("net_sales",), period=FEBRUARY, compare="last_year"))
    assert result.comparison is not None
    change = result.comparison.rows[0][0]
    assert (change.now.value, change.before.value, change.difference.value) == (10, None, None)
    assert "not known, not zero" in change.before.warnings[0]
    assert change.verdict == "unknown"


def test_the_lifetime_repeat_rate_does_not_forget_what_came_before_the_period() -> None:
    days = [("b", "01-10"), ("b", "02-10"), ("a", "02-01"), ("a", "02-20"), ("c", "02-05"), ("d", "01-05")]
    tables = shop([order(n, who, f"2024-{day}", 10) for n, (who, day) in enumerate(days)])
    rates = repeat_rates(tables, Scope(period=FEBRUARY))
    for name, told in (("repeat_rate_lifetime", rates.lifetime), ("repeat_purchase_rate", rates.in_period),
                       ("returning_customer_rate", rates.returning)):  # fmt: skip
        figure = asked(tables, name, period=FEBRUARY)
        assert (figure.numerator, figure.denominator) == (told.numerator, told.denominator), name
    assert (rates.lifetime.numerator, rates.lifetime.denominator) == (2, 4)


def test_without_a_customer_list_the_country_comes_from_the_orders() -> None:
    rows = [order(1, "a", "2024-01-01", 10, country="DE"), order(2, "a", "2024-02-01", 10, country="FR"),
            order(3, "b", "2024-01-01", 10, country="DE")]  # fmt: skip
    tables = shop(rows)
    frame = tables.frame(customer_table(tables, Scope())).set_index("customer_key")["country"]
    assert dict(frame) == {"a": "FR", "b": "DE"}  # the latest order tells where somebody is
    found = run_query(tables, Query(metrics=("repeat_rate_lifetime",), by=("country",)))
    assert {label[0]: row[0].denominator for label, row in zip(found.labels, found.values, strict=True)} == {
        "FR": 1, "DE": 1,
    }  # fmt: skip


def test_a_filter_does_not_make_old_customers_new() -> None:
    rows = [order(1, "a", "2024-01-10", 10, source="mail"), order(2, "a", "2024-02-10", 10, source="google"),
            order(3, "b", "2024-02-11", 10, source="google")]  # fmt: skip
    tables = shop(rows)
    google = Scope(where=(Condition(field="source", value="google"),))
    assert asked(tables, "new_customers", scope=google).value == 1
    assert asked(tables, "returning_customers", scope=google).value == 1
    assert [figure.value for figure in by_month(tables, google).new_customers] == [0, 1]


def _lines() -> Tables:
    items = pd.DataFrame(
        {"order_id": ["o00001", "o00001", "o00002"], "product": ["Mug", "Tea", "Tea"], "quantity": [1, 1, 2],
         "gross": [80.0, 20.0, 40.0], "discount": [8.0, 2.0, 0.0], "kind": "product"}
    )  # fmt: skip
    rows = [order(1, "a", "2024-01-05", 100, discounts=10, units=2), order(2, "b", "2024-03-06", 40, units=2)]
    return shop(rows, order_items=items)


def test_sales_of_a_product_are_not_the_whole_orders_it_was_in() -> None:
    tea = (Condition(field="product", value="Tea"),)
    found = {name: asked(_lines(), name, where=tea).value for name in ("net_sales", "orders", "units", "customers")}
    assert found == {"net_sales": 58, "orders": 2, "units": 3, "customers": 2}
    assert "lines" in asked(_lines(), "net_sales", where=tea).definition


def test_gross_sales_by_product_are_before_discounts() -> None:
    found = run_query(_lines(), Query(metrics=("gross_sales", "net_sales"), by=("product",)))
    assert {label[0]: [f.value for f in row] for label, row in zip(found.labels, found.values, strict=True)} == {
        "Mug": [80, 72], "Tea": [60, 58],
    }  # fmt: skip


def test_what_the_files_do_not_say_is_unknown_when_asked_for_by_name() -> None:
    rows = [order(n, f"c{n}", "2024-01-05", 10) for n in range(40)] + [credit(90, "c1", "2024-02-01", 5)]
    tables = shop(rows)
    for name in ("shipping", "taxes", "units", "units_per_order", "refunded_order_share"):
        figure = asked(tables, name)
        assert figure.value is None, name
        assert figure.warnings
    assert asked(tables, "returns").value == 5


def test_most_orders_have_no_code_and_that_is_not_unknown() -> None:
    rows = [order(1, "a", "2024-01-01", 10, discount_code="HELLO"), order(2, "b", "2024-01-02", 30)]
    assert set(run_query(shop(rows), Query(by=("discount_code",))).labels) == {("HELLO",), ("no code",)}


def test_a_comparison_of_a_running_month_says_so_and_gives_amounts_per_day() -> None:
    rows = [order(n, f"c{n}", f"2024-02-{1 + n % 29:02d}", 10) for n in range(58)]
    rows += [order(100 + n, f"c{n}", f"2024-03-{1 + n:02d}", 10) for n in range(10)]
    march = Period(start=date(2024, 3, 1), end=date(2024, 3, 31))
    result = run_query(shop(rows), Query(metrics=("net_sales",), period=march, compare=FEBRUARY))
    assert result.comparison is not None
    change = result.comparison.rows[0][0]
    assert (change.now.value, change.before.value) == (100, 580)
    assert change.per_day is not None
    assert [figure.value for figure in change.per_day] == [10, 20, -0.5]
    assert [text for text in result.comparison.warnings if "only a part" in text]


def test_a_difference_whose_interval_holds_zero_is_no_reliable_difference() -> None:
    rows = [order(n, f"c{n}", "2024-02-05", 20 + n % 9) for n in range(40)]
    rows += [order(100 + n, f"d{n}", "2024-03-05", 21 + n % 9) for n in range(12)]
    both = Query(metrics=("aov",), period=Period(start=date(2024, 3, 1), end=date(2024, 3, 5)), compare=FEBRUARY)
    change = run_query(shop(rows), both).comparison
    assert change is not None
    aov = change.rows[0][0]
    assert aov.verdict == "no reliable difference"
    assert (aov.difference.low or 0) < 0 < (aov.difference.high or 0)
    assert (aov.now.n, aov.before.n) == (12, 40)


def test_a_group_and_the_rest_are_all_known_customers() -> None:
    rows = [order(n, f"c{n % 15}", f"2024-01-{1 + n:02d}", 10.0 + n) for n in range(20)]
    rows.append(order(50, None, "2024-01-09", 99))
    repeat = named_segments()["repeat"]
    result = run_query(shop(rows), Query(metrics=("net_sales", "orders"), segment=repeat, compare="rest"))
    assert result.comparison is not None
    sales, orders = result.comparison.rows[0]
    everyone = sum(row["gross_sales"] for row in rows if row["customer_key"])
    assert (sales.now.value or 0) + (sales.before.value or 0) == pytest.approx(everyone)
    assert (orders.now.value, orders.before.value) == (10, 10)
    assert "not: repeat customers" in sales.before.scope


def test_a_lifetime_rate_is_not_compared_between_periods() -> None:
    """Both sides hold the same customers; the interval of their difference would be far too narrow or wide."""
    tables = shop([order(n, f"c{n}", "2024-02-05", 20) for n in range(20)])
    with pytest.raises(CannotAnswer, match="no separate groups"):
        run_query(tables, Query(metrics=("repeat_rate_lifetime",), period=FEBRUARY, compare="previous"))
