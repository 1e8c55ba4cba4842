"""Listing by another rank than money: the rows are the customers with most of what was asked for."""

from __future__ import annotations

from copilot.statistics.listing import customer_list
from copilot.statistics.scope import Scope
from copilot.statistics.segments import resolve_segment
from tests.statistics.random_shop import random_shop


def test_top_customers_by_orders_are_those_with_most_orders() -> None:
    shop = random_shop()
    rule = resolve_segment(shop.tables, Scope(), "top 5 by orders")
    found = customer_list(shop.tables, Scope(), rule, limit=5)
    listed = [row["orders"] for row in found.table.rows]
    by_money = customer_list(shop.tables, Scope(), resolve_segment(shop.tables, Scope(), "top 5"), limit=5)
    counted = ("paid", "partially_refunded", "refunded", "partially_paid", "authorized")
    orders = shop.orders[(shop.orders["kind"] == "order") & shop.orders["status"].isin(counted)]
    orders = orders[~orders["test"].fillna(False).astype(bool)] if "test" in orders else orders
    orders = orders[(orders["gross_sales"] - orders["discounts"]) > 0]
    counts = orders.groupby("customer_key")["order_id"].nunique().sort_values(ascending=False)
    assert listed == [int(count) for count in counts.head(5)]
    assert [row["customer_ref"] for row in found.table.rows] != [row["customer_ref"] for row in by_money.table.rows]
    assert "orders" in rule.name
