"""Declared metrics of sales: the ladder and rates of money."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.statistics.metrics import Metric


def _first(rows: ir.Table) -> ir.BooleanValue:
    return (rows.kind == "order") & (rows.place == 0)


def _later(rows: ir.Table) -> ir.BooleanValue:
    return (rows.kind == "order") & (rows.place > 0)


def _number(value: ir.Value) -> ir.Value:
    return value.cast("float64")


METRICS: Final = (
    Metric(
        "gross_sales", "Gross sales", "money", "sum of unit price x quantity",
        "Unit price x quantity of all orders that count, before discounts, returns, shipping and tax.",
        grain="documents", measure=lambda rows: rows.gross.sum(), by_line="line_gross",
    ),
    Metric(
        "discounts", "Discounts", "money", "sum of discounts",
        "Discounts on lines and orders, as a positive amount.",
        grain="documents", measure=lambda rows: rows.discounts.sum(),
    ),
    Metric(
        "returns", "Returns and refunds", "money", "sum of returns and refunds",
        "Value taken back or refunded: return documents on their own day, refunds without a date on the day of "
        "their order.",
        grain="documents", measure=lambda rows: rows.returns.sum(), by_line="line_returns",
    ),
    Metric(
        "net_sales", "Net sales", "money", "gross_sales - discounts - returns",
        "Gross sales - discounts - returns; shipping and tax are not part of it.",
        grain="documents", measure=lambda rows: rows.net.sum(), by_line="line_sales",
    ),
    Metric(
        "demand_sales", "Demand sales", "money", "gross_sales - discounts",
        "Gross sales - discounts, before returns.",
        grain="documents", measure=lambda rows: rows.demand.sum(), by_line="line_sales",
    ),
    Metric(
        "shipping", "Shipping charged", "money", "sum of shipping charges",
        "Shipping charged to customers.",
        grain="documents", measure=lambda rows: rows.shipping.sum(),
    ),
    Metric(
        "taxes", "Taxes", "money", "sum of taxes", "Taxes on the orders.",
        grain="documents", measure=lambda rows: rows.taxes.sum(),
    ),
    Metric(
        "total_sales", "Total sales", "money", "sum of what orders were charged",
        "What customers were charged, with shipping and tax, before later refunds.",
        grain="documents", measure=lambda rows: rows.total.sum(),
    ),
    Metric(
        "total_after_refunds", "Total sales after refunds", "money", "total_sales - returns",
        "What customers were charged, with shipping and tax, minus returns and refunds.",
        grain="documents", measure=lambda rows: rows.total.sum() - rows.returns.sum(),
    ),
    Metric(
        "guest_net_sales", "Net sales without a known customer", "money", "net_sales of documents without customer",
        "Net sales of orders and returns without a customer; part of net sales, in no customer figure.",
    ),
    Metric(
        "new_customer_sales", "Net sales of first orders", "money", "net sales of customers' first orders",
        "Net sales (gross - discounts - refunds on the order) of orders that are the first ever of a known customer. "
        "Customers who bought before the data begins look new.",
        grain="documents", measure=lambda rows: rows.net.sum(where=_first(rows)), placed=True,
    ),
    Metric(
        "returning_sales", "Net sales of later orders", "money", "net sales of customers' second and later orders",
        "Net sales (gross - discounts - refunds on the order) of second and later orders of known customers.",
        grain="documents", measure=lambda rows: rows.net.sum(where=_later(rows)), placed=True,
    ),
    Metric(
        "discount_rate", "Discounts as a share of gross sales", "share", "discounts / gross_sales",
        "Discounts / gross sales.",
        grain="documents", measure=lambda rows: _number(rows.discounts.sum()) / _number(rows.gross.sum()).nullif(0),
        ratio=(lambda rows: _number(rows.discounts), lambda rows: _number(rows.gross)),
    ),
    Metric(
        "return_rate_value", "Returns as a share of demand sales", "share", "returns / (gross_sales - discounts)",
        "Returns and refunds / (gross sales - discounts), of the documents in the period.",
        grain="documents", measure=lambda rows: _number(rows.returns.sum()) / _number(rows.demand.sum()).nullif(0),
        ratio=(lambda rows: _number(rows.returns), lambda rows: _number(rows.demand)), by_line="line_return_rate",
    ),
)  # fmt: skip
