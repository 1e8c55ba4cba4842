"""Sales: the ladder from gross sales to money kept, with order counts and order values."""

from __future__ import annotations

from copilot.statistics.result import Figure, Result, ResultTable


class SalesLadder(Result):
    """Sales of all orders that count, guests included. Refunds and returns are dated on their own document."""

    net_sales: Figure
    gross_sales: Figure
    discounts: Figure
    returns: Figure
    shipping: Figure
    taxes: Figure
    total_sales: Figure
    total_after_refunds: Figure
    orders: Figure
    customers: Figure
    customer_orders: Figure
    guest_orders: Figure
    guest_net_sales: Figure
    zero_orders: Figure
    customers_without_order: Figure
    aov: Figure
    aov_net: Figure
    median_order_value: Figure
    p90_order_value: Figure
    discount_rate: Figure
    discounted_order_share: Figure
    refunded_order_share: Figure
    ladder: ResultTable
