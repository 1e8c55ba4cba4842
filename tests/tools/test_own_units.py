"""A comparison of several metrics is a table with one row a metric, each row in its own unit."""

from __future__ import annotations

from datetime import date

from copilot.statistics.query import Query, run_query
from copilot.statistics.result import Period
from copilot.tools.own_units import in_own_units
from tests.statistics.shops import order, shop

MARCH = Period(start=date(2024, 3, 1), end=date(2024, 3, 31))


def test_several_metrics_make_a_row_each() -> None:
    rows = [order(1, "a", "2024-02-10", 10), order(2, "a", "2024-03-10", 30), order(3, "b", "2024-03-11", 10)]
    tables = shop([order(0, "z", "2024-01-05", 5), *rows, order(9, "z", "2024-04-05", 5)])
    found = run_query(tables, Query(metrics=("net_sales", "orders"), period=MARCH, compare="previous"))
    assert found.comparison is not None
    raw = found.comparison.table
    assert [row["metric"] for row in raw.rows] == ["Net sales", "Orders"]
    shown = in_own_units(raw)
    assert [column.key for column in shown.columns] == ["metric", "now", "before", "difference", "change", "verdict"]
    assert [row["now"] for row in shown.rows] == ["£40.00", "2"]
    assert [row["difference"] for row in shown.rows] == ["£30.00", "1"]
    assert [row["change"] for row in shown.rows] == ["300.0 %", "100.0 %"]


def test_one_metric_keeps_its_columns() -> None:
    tables = shop([order(1, "a", "2024-02-10", 10), order(2, "a", "2024-03-10", 30)])
    found = run_query(tables, Query(metrics=("net_sales",), period=MARCH, compare="previous"))
    assert found.comparison is not None
    raw = found.comparison.table
    assert [column.key for column in raw.columns] == ["now", "before", "difference", "change", "verdict"]
    assert in_own_units(raw) == raw
    assert raw.rows[0]["now"] == 30
