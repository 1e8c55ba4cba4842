"""Owns how canonical tables become one row a document and one row a customer, as plain expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY, SHARED_NUMBER

_DIMENSIONS: Final = ("country", "region", "city", "channel", "source", "device", "discount_code", "currency", "tags",
                      "status")  # fmt: skip
BASIS: Final[dict[str, str]] = {"net_sales": "net", "demand_sales": "demand", "gross_sales": "gross"}
_FIRST: Final = {
    "first_channel": "channel", "first_source": "source", "first_device": "device", "first_discounted": "discounted",
    "first_code": "discount_code", "first_order_value": "demand", "first_category": "lead_category",
    "first_product": "lead_product",
}  # fmt: skip
_MONEY: Final = {"gross_sales": "gross", "discounts": "discounts", "returns": "returns", "value_365": "recent"}
_LOWEST: Final = -(10**13)  # below any amount of a line


@dataclass(frozen=True)
class Rules:
    """Which orders count: payment statuses, orders without a positive value, repeated lines."""

    statuses: tuple[str, ...]
    include_zero: bool
    drop_repeated: bool


@dataclass(frozen=True)
class Reading:
    """How customer rows are read: from when they are seen, what they are worth, what their frequency counts."""

    as_of: date
    value: str
    frequency: str


def numbered_documents(orders: ir.Table, items: ir.Table) -> ir.Table:
    """One row a document, whatever its status: what it takes to read documents by whole numbers and without lines.

    order_id; order_no, its place in time (ties by order id); customer_no, the order_no of the customer's first
    document; shared_number, the number the shop wrote where several documents share it; lead_category and
    lead_product, those of the dearest product line.
    """
    placed = orders.select(
        "order_id", "customer_key", order_no=ibis.row_number().over(order_by=[orders.ordered_at, orders.order_id])
    )
    owners = placed.filter(placed.customer_key.notnull()).group_by("customer_key")
    owners = owners.aggregate(customer_no=lambda rows: rows.order_no.min())
    rows = placed.left_join(owners, "customer_key").select("order_id", "order_no", "customer_no")
    rows = rows.mutate(number=_number(rows.order_id))
    shared = orders.filter(orders.order_id.endswith(")")).select(shared_number=_number(orders.order_id)).distinct()
    rows = rows.left_join(shared, rows.number == shared.shared_number).drop("number")
    lead = _leads(items)
    joined = rows.left_join(lead, rows.order_id == lead.lead_id)
    return joined.drop("lead_id")


def _leads(items: ir.Table) -> ir.Table:
    """Category and product of the dearest product line of each order; ties by product, SKU and line number.

    Only lines as dear as the dearest are ranked.
    """
    lines = items.filter(items.kind.fill_null("product") == "product").select(
        "order_id", "product", "category", "sku", "line_no",
        gross=items.gross.fill_null(ibis.literal(_LOWEST).cast(MONEY)),
    )  # fmt: skip
    dearest = lines.group_by(lead_id="order_id").aggregate(most=lambda rows: rows.gross.max())
    found = lines.join(dearest, [lines.order_id == dearest.lead_id, lines.gross == dearest.most])
    place = ibis.row_number().over(group_by=found.lead_id, order_by=[found["product"], found.sku, found.line_no])
    ranked = found.select("lead_id", lead_category="category", lead_product="product", place=place)
    return ranked.filter(ranked.place == 0).drop("place")


def counted_documents(orders: ir.Table, numbered: ir.Table, rules: Rules) -> ir.Table:
    """Orders and returns whose status counts, with money worked out and `valid`; see `scope.documents`."""
    orders = orders.filter(
        orders.kind.fill_null("order").isin(("order", "return")),
        ~orders.test.fill_null(False),
        orders.status.fill_null("unknown").isin(rules.statuses),
    )
    zero = ibis.literal(0).cast(MONEY)
    drop = rules.drop_repeated
    shipping, taxes = orders.shipping.fill_null(zero), orders.taxes.fill_null(zero)
    discounts = orders.discounts.fill_null(zero)
    gross = orders.gross_sales.fill_null(orders.total_sales - shipping - taxes + discounts).fill_null(zero)
    repeated = orders.repeated_gross.fill_null(zero) if drop else zero
    returns = orders.returns.fill_null(zero) - (orders.repeated_returns.fill_null(zero) if drop else zero)
    positive = orders.positive_gross.fill_null(gross) - repeated
    total = orders.total_sales.fill_null(gross - discounts + shipping + taxes) - repeated
    kind = orders.kind.fill_null("order")
    money = {
        "gross": gross - repeated,
        "discounts": discounts,
        "returns": returns,
        "demand": gross - repeated - discounts,
        "net": gross - repeated - discounts - returns,
        "shipping": shipping,
        "taxes": taxes,
        "total": total,
    }
    valid = (kind == "order") & (ibis.literal(rules.include_zero) | (positive - discounts > 0))
    rows = orders.select(
        "order_id", "customer_key", "ordered_at", *_DIMENSIONS,
        order_number=_number(orders.order_id), kind=kind,
        day=orders.ordered_at.date(), units=orders.units,
        discounted=orders.discounted.fill_null((orders.discounts > 0).nullif(False)), valid=valid.fill_null(False),
        shipping_known=orders.shipping.notnull(), taxes_known=orders.taxes.notnull(),
        total_known=orders.total_sales.notnull(),
        **{name: column.cast(MONEY) for name, column in money.items()},
    )  # fmt: skip
    return rows.join(numbered, "order_id")


def _number(order_id: ir.StringValue) -> ir.StringValue:
    """The number the shop wrote; the pattern is tried only where it can fit, since it costs as much as all else."""
    return ibis.ifelse(order_id.endswith(")"), order_id.re_replace(SHARED_NUMBER, ""), order_id)


def numbered_people(people: ir.Table, documents: ir.Table) -> ir.Table:
    """One row per known person with a document: the person's columns and customer_no."""
    owners = documents.filter(documents.customer_no.notnull()).select("customer_key", "customer_no").distinct()
    return people.join(owners, "customer_key").drop("customer_key")


def customer_rows(documents: ir.Table, people: ir.Table, reading: Reading) -> ir.Table:
    """One row a customer with at least one valid order; `people` by customer_no. See `scope.customer_table`."""
    rows = _sums(documents, reading)
    first = documents.select("customer_key", "order_no", first_at="ordered_at", **_FIRST)
    rows = rows.join(first, rows.first_no == first.order_no).drop("order_no")
    last = documents.select(
        last_order="order_no", last_at="ordered_at", last_country="country", last_region="region", last_city="city"
    )
    rows = rows.join(last, rows.last_no == last.last_order).drop("last_order", "first_no", "last_no")
    last_day = rows.last_at.date()
    rows = rows.mutate(
        first_day=rows.first_at.date(),
        last_day=last_day,
        days_since=ibis.date(reading.as_of.isoformat()).delta(last_day, unit="day"),
        frequency=rows.orders if reading.frequency == "orders" else rows.days,
        net_sales=rows.gross_sales - rows.discounts - rows.returns,
        demand_sales=rows.gross_sales - rows.discounts,
        first_month=rows.first_at.strftime("%Y-%m"),
        first_weekday=rows.first_at.day_of_week.index(),
        first_hour=rows.first_at.hour(),
    )
    rows = rows.mutate(value=rows[reading.value], aov=rows.demand_sales.cast("float64") / rows.orders)
    return _with_person(rows, people)


def _sums(documents: ir.Table, reading: Reading) -> ir.Table:
    """What adds up over the documents of a customer; first_no and last_no name the orders at the edges.

    Orders, days and return documents are added up apart and joined by number: conditions inside sums, distinct
    counts and ranks of texts would take most of the time and memory on a large shop.
    """
    known = documents.filter(documents.customer_no.notnull())
    recent = ibis.ifelse(known.day > reading.as_of - timedelta(days=365), known.net, ibis.literal(0).cast(MONEY))
    known = known.mutate(recent=recent)
    orders = known.filter(known.valid)
    sums = orders.group_by("customer_no").aggregate(
        orders=orders.count(),
        discounted_orders=orders.discounted.sum().fill_null(0),
        refunded_orders=(orders.returns > 0).sum(),
        units=orders.units.sum(),
        first_no=orders.order_no.min(),
        last_no=orders.order_no.max(),
        **{name: _summed(column) for name, column in _MONEY.items()},
    )
    days = orders.select("customer_no", "day").distinct().group_by("customer_no").aggregate(days=lambda t: t.count())
    back = known.filter(known.kind == "return").group_by(back_no="customer_no")
    back = back.aggregate(return_documents=lambda t: t.count(), **{f"{n}_back": _summed(c) for n, c in _MONEY.items()})
    joined = sums.join(days, "customer_no")
    joined = joined.left_join(back, joined.customer_no == back.back_no)
    return joined.select(
        "customer_no", "orders", "days", "discounted_orders", "refunded_orders", "units", "first_no", "last_no",
        return_documents=joined.return_documents.fill_null(0),
        **{name: joined[name] + joined[f"{name}_back"].fill_null(0) for name in _MONEY},
    )  # fmt: skip


def _summed(column: str) -> Callable[[ir.Table], ir.Scalar]:
    return lambda rows: rows[column].sum()


def _with_person(customers: ir.Table, people: ir.Table) -> ir.Table:
    joined = customers.left_join(people, "customer_no").drop("customer_no_right")
    return joined.mutate(
        customer_ref=joined.customer_ref.fill_null("#" + joined.customer_key),
        country=joined.last_country.fill_null(joined.country),
        region=joined.last_region.fill_null(joined.region),
        city=joined.last_city.fill_null(joined.city),
    ).drop("last_country", "last_region", "last_city")
