"""Declared metrics of orders, order values and product lines."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.statistics.metrics import Metric


def _orders(rows: ir.Table) -> ir.Scalar:
    return rows.order_number.nunique(where=rows.valid)


def _customers(rows: ir.Table) -> ir.Scalar:
    return rows.customer_key.nunique(where=rows.valid)


def _number(value: ir.Scalar) -> ir.Scalar:
    return value.cast("float64")


METRICS: Final = (
    Metric(
        "orders", "Orders", "count", "distinct numbers of valid orders",
        "Orders of positive value that count, with and without a known customer.",
        noun="orders", grain="documents", measure=_orders,
    ),
    Metric(
        "customers", "Customers", "count", "distinct customers with a valid order",
        "Known people with at least one order that counts. Orders without a customer are not in it.",
        noun="customers", grain="documents", measure=_customers,
    ),
    Metric(
        "customer_orders", "Orders with a known customer", "count", "count of valid orders with a customer",
        "Orders that count and carry a customer.",
        noun="orders", grain="documents", measure=lambda rows: (rows.valid & rows.customer_key.notnull()).sum(),
    ),
    Metric(
        "guest_orders", "Orders without a known customer", "count", "count of valid orders without a customer",
        "Orders that count but carry no customer: in totals, in no customer figure.",
        noun="orders", grain="documents", measure=lambda rows: (rows.valid & rows.customer_key.isnull()).sum(),
    ),
    Metric(
        "zero_orders", "Orders without a positive value", "count", "count of orders with value <= 0",
        "Orders whose lines, after discounts, are worth nothing (gifts, replacements, 100 % discounts). Left out of "
        "order counts and customer figures unless the scope counts them.",
        noun="orders",
    ),
    Metric(
        "customers_without_order", "Known customers without a valid order", "count",
        "customers with documents, none of them a valid order",
        "People with an order or return in the data but no order that counts (only returns, cancelled, zero ...).",
        noun="customers",
    ),
    Metric(
        "aov", "Average order value", "money", "(gross_sales - discounts) / orders",
        "(Gross sales - discounts) / orders; later returns, shipping and tax are not in it.",
        minimum=10, grain="documents",
        measure=lambda rows: _number(rows.demand.sum(where=rows.valid)) / _number(_orders(rows)).nullif(0),
    ),
    Metric(
        "aov_net", "Average order value after returns", "money", "net_sales / orders",
        "Net sales (gross - discounts - returns) / orders.",
        minimum=10, grain="documents",
        measure=lambda rows: _number(rows.net.sum()) / _number(_orders(rows)).nullif(0),
    ),
    Metric(
        "median_order_value", "Median order value", "money", "median of (gross - discounts) per order",
        "Half of the orders are worth less (gross sales - discounts per order).",
        minimum=10, grain="documents",
        measure=lambda rows: rows.demand.cast("float64").median(where=rows.valid),
    ),
    Metric(
        "p90_order_value", "Order value, 90th percentile", "money", "90th percentile of (gross - discounts) per order",
        "Nine of ten orders are worth less (gross sales - discounts per order).",
        minimum=30, grain="documents",
        measure=lambda rows: rows.demand.cast("float64").quantile(0.9, where=rows.valid),
    ),
    Metric(
        "discounted_order_share", "Share of orders with a discount", "share", "discounted orders / orders",
        "Orders with any discount / orders whose file says whether there was one.",
        minimum=30, grain="documents",
        measure=lambda rows: _number((rows.valid & rows.discounted).sum())
        / _number((rows.valid & rows.discounted.notnull()).sum()).nullif(0),
        counts=(
            lambda rows: (rows.valid & rows.discounted).sum(),
            lambda rows: (rows.valid & rows.discounted.notnull()).sum(),
        ),
    ),
    Metric(
        "refunded_order_share", "Share of orders with a refund", "share", "orders with a refund / orders",
        "Orders with any amount refunded on the order itself / orders. Separate return documents are not linked to "
        "an order and not in it.",
        minimum=30, grain="documents",
        measure=lambda rows: _number((rows.valid & (rows.returns > 0)).sum()) / _number(_orders(rows)).nullif(0),
        counts=(lambda rows: (rows.valid & (rows.returns > 0)).sum(), _orders),
    ),
    Metric(
        "orders_per_customer", "Orders per customer", "ratio", "orders with a customer / customers",
        "Orders with a known customer / customers.",
        minimum=30, grain="documents",
        measure=lambda rows: _number((rows.valid & rows.customer_key.notnull()).sum())
        / _number(_customers(rows)).nullif(0),
    ),
    Metric(
        "units", "Units sold", "count", "sum of quantities of valid orders",
        "Quantities on orders that count.",
        noun="units", grain="documents", measure=lambda rows: _number(rows.units.sum(where=rows.valid)),
    ),
    Metric(
        "line_sales", "Sales of product lines", "money", "sum of (gross - discount) of the lines",
        "Unit price x quantity - line discount of product lines on orders that count; order-level discounts and "
        "returns are not spread over lines.",
        grain="lines", measure=lambda rows: rows.line_sales.sum(),
    ),
    Metric(
        "line_units", "Units of product lines", "count", "sum of quantities of the lines",
        "Quantities of product lines on orders that count.",
        noun="units", grain="lines", measure=lambda rows: _number(rows.quantity.sum()),
    ),
    Metric(
        "line_orders", "Orders with the product", "count", "distinct orders with such a line",
        "Orders that count with at least one such line.",
        noun="orders", grain="lines", measure=lambda rows: rows.order_id.nunique(),
    ),
    Metric(
        "line_customers", "Customers of the product", "count", "distinct customers with such a line",
        "Known customers with at least one such line on an order that counts.",
        noun="customers", grain="lines", measure=lambda rows: rows.customer_key.nunique(),
    ),
)  # fmt: skip
