"""Declared metrics of orders, order values and product lines."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.statistics.metrics import Metric


def count_orders(rows: ir.Table, counted: ir.BooleanValue | None = None) -> ir.Scalar:
    """Distinct numbers of valid orders; only where several documents share a number is it looked at."""
    valid = rows.valid if counted is None else rows.valid & counted
    own = (valid & rows.shared_number.isnull()).sum().fill_null(0)
    return own + rows.shared_number.nunique(where=valid)


def _customers(rows: ir.Table) -> ir.Scalar:
    person = "customer_no" if "customer_no" in rows.columns else "customer_key"  # numbers are counted faster than texts
    return rows[person].nunique(where=rows.valid)


def _number(value: ir.Scalar) -> ir.Scalar:
    return value.cast("float64")


def _only(rows: ir.Table, name: str) -> ir.Value:
    """The money of valid orders, zero in all other rows."""
    return ibis.ifelse(rows.valid, rows[name].cast("float64"), 0.0)


def _one(rows: ir.Table) -> ir.Value:
    return rows.valid.cast("float64")


def _per_order(total: ir.Scalar, rows: ir.Table) -> ir.Scalar:
    return _number(total) / _number(count_orders(rows)).nullif(0)


def _discounted(rows: ir.Table) -> ir.Scalar:
    return (rows.valid & rows.discounted).sum()


def _discount_known(rows: ir.Table) -> ir.Scalar:
    return (rows.valid & rows.discounted.notnull()).sum()


def _full_price(rows: ir.Table) -> ir.Scalar:
    return (rows.valid & ~rows.discounted).sum()


def _refunded(rows: ir.Table) -> ir.Scalar:
    return count_orders(rows, rows.returns > 0)


def _guests(rows: ir.Table) -> ir.Scalar:
    return (rows.valid & rows.customer_key.isnull()).sum()


def _documents(rows: ir.Table) -> ir.Scalar:
    return rows.valid.sum()


def _share(part: ir.Scalar, whole: ir.Scalar) -> ir.Scalar:
    return _number(part) / _number(whole).nullif(0)


METRICS: Final = (
    Metric(
        "orders", "Orders", "count", "distinct numbers of valid orders",
        "Orders of positive value that count, with and without a known customer.",
        noun="orders", grain="documents", measure=count_orders, by_line="line_orders",
    ),
    Metric(
        "customers", "Customers", "count", "distinct customers with a valid order",
        "Known people with at least one order that counts. Orders without a customer are not in it.",
        noun="customers", grain="documents", measure=_customers, by_line="line_customers",
    ),
    Metric(
        "customer_orders", "Orders with a known customer", "count", "count of valid orders with a customer",
        "Orders that count and carry a customer.",
        noun="orders", grain="documents", measure=lambda rows: (rows.valid & rows.customer_key.notnull()).sum(),
    ),
    Metric(
        "guest_orders", "Orders without a known customer", "count", "count of valid orders without a customer",
        "Orders that count but carry no customer: in totals, in no customer figure.",
        noun="orders", grain="documents", measure=_guests,
    ),
    Metric(
        "guest_order_share", "Share of orders without a known customer", "share",
        "valid orders without a customer / valid orders",
        "Orders that count but carry no customer / orders that count.",
        minimum=30, grain="documents", measure=lambda rows: _share(_guests(rows), _documents(rows)),
        counts=(_guests, _documents),
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
        minimum=10, grain="documents", measure=lambda rows: _per_order(rows.demand.sum(where=rows.valid), rows),
        ratio=(lambda rows: _only(rows, "demand"), _one),
    ),
    Metric(
        "aov_net", "Average order value after returns", "money", "net_sales / orders",
        "Net sales (gross - discounts - returns) / orders.",
        minimum=10, grain="documents", measure=lambda rows: _per_order(rows.net.sum(), rows),
        ratio=(lambda rows: rows.net.cast("float64"), _one),
    ),
    Metric(
        "median_order_value", "Median order value", "money", "median of (gross - discounts) per order",
        "Half of the orders are worth less (gross sales - discounts per order).",
        minimum=10, grain="documents", quantile=0.5,
    ),
    Metric(
        "p90_order_value", "Order value, 90th percentile", "money", "90th percentile of (gross - discounts) per order",
        "Nine of ten orders are worth less (gross sales - discounts per order).",
        minimum=30, grain="documents", quantile=0.9,
    ),
    Metric(
        "discounted_order_share", "Share of orders with a discount", "share", "discounted orders / orders",
        "Orders with any discount / orders whose file says whether there was one.",
        minimum=30, grain="documents", measure=lambda rows: _share(_discounted(rows), _discount_known(rows)),
        counts=(_discounted, _discount_known),
    ),
    Metric(
        "full_price_order_share", "Share of orders at full price", "share", "orders without a discount / orders",
        "Orders without any discount / orders whose file says whether there was one.",
        minimum=30, grain="documents", measure=lambda rows: _share(_full_price(rows), _discount_known(rows)),
        counts=(_full_price, _discount_known),
    ),
    Metric(
        "refunded_order_share", "Share of orders with a refund", "share", "orders with a refund / orders",
        "Orders with any amount refunded on the order itself / orders. Separate return documents are not linked to "
        "an order and not in it.",
        minimum=30, grain="documents", measure=lambda rows: _share(_refunded(rows), count_orders(rows)),
        counts=(_refunded, count_orders), by_line="line_refunded_order_share",
    ),
    Metric(
        "units", "Units sold", "count", "sum of quantities of valid orders",
        "Quantities on orders that count.",
        noun="units", grain="documents", measure=lambda rows: _number(rows.units.sum(where=rows.valid)),
        by_line="line_units",
    ),
    Metric(
        "units_per_order", "Units per order", "ratio", "units / orders", "Quantities on orders that count / orders.",
        minimum=10, grain="documents", measure=lambda rows: _per_order(rows.units.sum(where=rows.valid), rows),
        ratio=(lambda rows: _only(rows, "units"), _one),
    ),
    Metric(
        "line_sales", "Sales of product lines", "money", "sum of (gross - discount) of the lines",
        "Unit price x quantity - line discount of product lines on orders that count; order-level discounts and "
        "returns are not spread over lines.",
        grain="lines", measure=lambda rows: rows.line_sales.sum(where=rows.valid), by_line="line_sales",
    ),
    Metric(
        "line_gross", "Gross sales of product lines", "money", "sum of unit price x quantity of the lines",
        "Unit price x quantity of product lines on orders that count, before discounts and returns.",
        grain="lines", measure=lambda rows: rows.line_gross.sum(where=rows.valid), by_line="line_gross",
    ),
    Metric(
        "line_units", "Units of product lines", "count", "sum of quantities of the lines",
        "Quantities of product lines on orders that count.",
        noun="units", grain="lines", measure=lambda rows: _number(rows.quantity.sum(where=rows.valid)),
        by_line="line_units",
    ),
    Metric(
        "line_orders", "Orders with the product", "count", "distinct orders with such a line",
        "Orders that count with at least one such line.",
        noun="orders", grain="lines", measure=lambda rows: rows.order_number.nunique(where=rows.valid),
        by_line="line_orders",
    ),
    Metric(
        "line_customers", "Customers of the product", "count", "distinct customers with such a line",
        "Known customers with at least one such line on an order that counts.",
        noun="customers", grain="lines", measure=_customers, by_line="line_customers",
    ),
    Metric(
        "line_returns", "Returned value of product lines", "money", "sum of the lines of return documents",
        "Value of the product lines on return documents, as a positive amount.",
        grain="lines", measure=lambda rows: rows.line_returned.sum(), by_line="line_returns",
    ),
    Metric(
        "line_return_rate", "Returned value as a share of sales", "share",
        "value on return documents / sales of product lines",
        "Value of product lines on return documents / (unit price x quantity - line discount) of product lines on "
        "orders that count; both in the period, so a return may belong to an order before it.",
        minimum=30, grain="lines", by_line="line_return_rate",
        measure=lambda rows: _share(rows.line_returned.sum(), rows.line_sales.sum(where=rows.valid)),
        ratio=(lambda rows: rows.line_returned.cast("float64"), lambda rows: _only(rows, "line_sales")),
    ),
    Metric(
        "line_refunded_order_share", "Share of its orders with a refund", "share",
        "orders with such a line and a refund / orders with such a line",
        "Orders with at least one such line and any amount refunded on the order / orders with such a line; the "
        "refund may have been for another product of the order.",
        minimum=30, grain="lines", by_line="line_refunded_order_share",
        measure=lambda rows: _share(
            rows.order_number.nunique(where=rows.valid & rows.refunded), rows.order_number.nunique(where=rows.valid)
        ),
        counts=(
            lambda rows: rows.order_number.nunique(where=rows.valid & rows.refunded),
            lambda rows: rows.order_number.nunique(where=rows.valid),
        ),
    ),
)  # fmt: skip
