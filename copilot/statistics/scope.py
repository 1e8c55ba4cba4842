"""Scope: which orders count, for which period, and what a customer is worth; decided here and nowhere else."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Final, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import MONEY, SHARED_NUMBER, ShopFacts, Tables
from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.condition import Condition
from copilot.statistics.result import Period

Value = Literal["net_sales", "demand_sales", "gross_sales"]

DERIVED: Final = 4  # raise it when the content of a kept table changes, so that older ones are not read
COUNTED: Final = ("paid", "partially_refunded", "refunded", "partially_paid", "authorized", "unknown")
VOIDED: Final = ("voided", "cancelled", "expired")
VALUE_WORDS: Final[dict[str, str]] = {
    "net_sales": "net sales (gross - discounts - returns)",
    "demand_sales": "demand sales (gross - discounts)",
    "gross_sales": "gross sales (before discounts and returns)",
}
ORDER_FIELDS: Final = (
    "country", "region", "city", "channel", "source", "device", "discount_code", "discounted", "currency", "tags",
    "status",
)  # fmt: skip
ITEM_FIELDS: Final = ("category", "product", "sku", "vendor")


class Scope(BaseModel):
    """Which orders count. The defaults are the project's definition; every switch is printed with each figure.

    A return document (credit note) reduces net sales on its own day. A customer is a known person with at
    least one valid order. Orders without a customer ("guests") count in totals and in no customer figure.
    """

    model_config = ConfigDict(frozen=True)

    period: Period | None = Field(default=None, description="orders of these days only; None = all")
    include_pending: bool = Field(default=False, description="count orders whose payment is pending")
    include_voided: bool = Field(default=False, description="count voided, cancelled and expired orders")
    include_zero: bool = Field(default=False, description="count orders without a positive value")
    value: Value = Field(default="net_sales", description="what a customer or order is worth")
    repeated_lines: Literal["keep", "drop"] = Field(
        default="keep", description="lines repeated exactly within one file: real (keep) or an accident (drop)"
    )
    frequency: Literal["orders", "days"] = Field(
        default="orders", description="how often somebody bought: orders, or days with an order"
    )
    analysis_date: date | None = Field(default=None, description="'today' of the analysis; None = the data's last day")
    where: tuple[Condition, ...] = Field(default=(), description="conditions on orders, e.g. country is Germany")

    def key(self) -> str:
        """A short content key for derived tables: equal scopes of equal program, equal keys."""
        return hashlib.sha256(f"{DERIVED}{self.model_dump_json()}".encode()).hexdigest()[:16]

    def as_of(self, facts: ShopFacts) -> date | None:
        """The analysis date: as set, else the end of the period, but never after the data's last day."""
        if self.analysis_date is not None:
            return self.analysis_date
        if self.period is not None and facts.analysis_date is not None:
            return min(self.period.end, facts.analysis_date)
        return facts.analysis_date

    def span(self, facts: ShopFacts) -> Period | None:
        """The days covered: the scope's period cut to the days the data has."""
        if facts.first_order is None or facts.last_order is None:
            return self.period
        end = min(facts.last_order, self.as_of(facts) or facts.last_order)
        start = facts.first_order
        if self.period is not None:
            start, end = max(start, self.period.start), min(end, self.period.end)
        return Period(start=start, end=end) if start <= end else self.period

    def ever(self) -> Scope:
        """The same scope without its period but seen from its end: what was known by then."""
        if self.period is None:
            return self
        return self.model_copy(update={"period": None, "analysis_date": self.analysis_date or self.period.end})

    def text(self, facts: ShopFacts) -> str:
        """The scope in words, short enough for a receipt."""
        span = self.span(facts)
        days = f", {_day(span.start)} to {_day(span.end)}" if span else ""
        out = [
            name
            for name, counted in (
                ("pending", self.include_pending),
                ("cancelled or voided", self.include_voided),
                ("test", False),
                ("zero-value", self.include_zero),
            )
            if not counted
        ]
        parts = [f"Orders{days}", f"left out: {', '.join(out)}", f"value = {VALUE_WORDS[self.value]}"]
        if self.include_pending:
            parts.append("pending orders counted")
        if self.include_voided:
            parts.append("cancelled and voided orders counted")
        if self.include_zero:
            parts.append("zero-value orders counted")
        if self.repeated_lines == "drop":
            parts.append("exactly repeated lines counted once")
        if self.frequency == "days":
            parts.append("several orders on one day count as one")
        if self.analysis_date is not None:
            parts.append(f"seen from {_day(self.analysis_date)}")
        parts += [f"only {condition.text()}" for condition in self.where]
        return "; ".join(parts) + "."


def documents(tables: Tables, scope: Scope) -> ir.Table:
    """Orders and return documents that count, guests included, with money as the scope reads it.

    Columns: order_id, kind, customer_key, ordered_at, day, the dimensions of an order, units, gross,
    discounts, returns, demand, net, value, shipping, taxes, total (all decimal), discounted, valid, and
    shipping_known, taxes_known, total_known (whether the file has them).
    `valid` marks orders of positive value (positive lines minus discounts > 0), or all with `include_zero`.
    Raises CannotAnswer if the orders are in several currencies and the scope does not pick one.
    """
    _one_currency(tables, scope)
    return tables.kept(f"documents-{scope.key()}", lambda: _documents(tables, scope))


def valid_orders(tables: Tables, scope: Scope) -> ir.Table:
    """One row per order that counts (columns as in `documents`); guests have a null customer_key."""
    counted = documents(tables, scope)
    return counted.filter(counted.valid)


def customer_orders(tables: Tables, scope: Scope) -> ir.Table:
    """The valid orders of known customers."""
    orders = valid_orders(tables, scope)
    return orders.filter(orders.customer_key.notnull())


def customer_table(tables: Tables, scope: Scope) -> ir.Table:
    """One row per customer with at least one valid order; the basis of every customer figure.

    Counts: orders, days (with an order), frequency (one of the two, by scope), discounted_orders,
    refunded_orders, units. Times: first_at, last_at, first_day, last_day, days_since. Money: gross_sales,
    discounts, returns, net_sales, demand_sales, value, value_365 (net sales of the last 365 days),
    first_order_value, aov.
    Origin: country, region, city, first_channel, first_source, first_device, first_discounted, first_month,
    first_weekday, first_hour, first_category, first_product (of the dearest line of the first order).
    Person: customer_key, customer_ref, email_consent, sms_consent, tags.
    """
    _one_currency(tables, scope)
    return tables.kept(f"customers-{scope.key()}", lambda: _customers(tables, scope))


def _one_currency(tables: Tables, scope: Scope) -> None:
    facts = tables.facts
    if facts.currency is None and len(facts.currencies) > 1 and all(c.field != "currency" for c in scope.where):
        raise CannotAnswer(
            f"The orders are in several currencies ({', '.join(facts.currencies)}), which are never added up.",
            f"Ask for one of them, for example 'only {facts.currencies[0]}'.",
            code="several_currencies",
        )


def _status_counts(orders: ir.Table, scope: Scope) -> ir.BooleanColumn:
    """Orders and return documents whose payment status the scope counts."""
    allowed = COUNTED + (("pending",) if scope.include_pending else ()) + (VOIDED if scope.include_voided else ())
    return orders.status.fill_null("unknown").isin(allowed)


def every_document(tables: Tables, scope: Scope) -> ir.Table:
    """Orders and returns within period and conditions as they arrived, whether or not they count."""
    orders = tables.orders.filter(tables.orders.kind.fill_null("order").isin(("order", "return")))
    orders = orders.filter(~orders.test.fill_null(False))
    day = orders.ordered_at.date()
    if scope.period is not None:
        orders = orders.filter(day >= scope.period.start, day <= scope.period.end)
    if scope.analysis_date is not None:
        orders = orders.filter(day <= scope.analysis_date)
    for condition in scope.where:
        orders = _where(tables, orders, condition)
    return orders


def _documents(tables: Tables, scope: Scope) -> ir.Table:
    orders = every_document(tables, scope)
    orders = orders.filter(_status_counts(orders, scope))
    zero = ibis.literal(0).cast(MONEY)
    drop = scope.repeated_lines == "drop"
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
    basis = {"net_sales": "net", "demand_sales": "demand", "gross_sales": "gross"}[scope.value]
    valid = (kind == "order") & (ibis.literal(scope.include_zero) | (positive - discounts > 0))
    return orders.select(
        "order_id", "customer_key", "ordered_at", *ORDER_FIELDS[:6], "discount_code", "currency", "tags", "status",
        order_number=orders.order_id.re_replace(SHARED_NUMBER, ""), kind=kind,
        day=orders.ordered_at.date(), units=orders.units,
        discounted=orders.discounted.fill_null((orders.discounts > 0).nullif(False)), valid=valid.fill_null(False),
        shipping_known=orders.shipping.notnull(), taxes_known=orders.taxes.notnull(),
        total_known=orders.total_sales.notnull(),
        value=money[basis].cast(MONEY), **{name: column.cast(MONEY) for name, column in money.items()},
    )  # fmt: skip


def _where(tables: Tables, orders: ir.Table, condition: Condition) -> ir.Table:
    """Orders that meet the condition; on an item field: orders with at least one such line."""
    if condition.field in ORDER_FIELDS:
        return orders.filter(condition.test(orders[condition.field]))
    if condition.field in ITEM_FIELDS:
        items = tables.order_items
        return orders.semi_join(items.filter(condition.test(items[condition.field])), "order_id")
    raise UnknownName("order field", condition.field, ORDER_FIELDS + ITEM_FIELDS)


def _customers(tables: Tables, scope: Scope) -> ir.Table:
    counted = documents(tables, scope)
    counted = counted.filter(counted.customer_key.notnull(), counted.valid | (counted.kind == "return"))
    as_of = scope.as_of(tables.facts) or date(1970, 1, 1)
    recent = counted.day > as_of - timedelta(days=365)
    is_order = counted.kind == "order"
    sums = counted.group_by("customer_key").aggregate(
        orders=is_order.sum(),
        days=counted.day.nunique(where=is_order),
        discounted_orders=counted.discounted.sum(where=is_order).fill_null(0),
        refunded_orders=(is_order & (counted.returns > 0)).sum(),
        return_documents=(counted.kind == "return").sum(),
        units=counted.units.sum(where=is_order),
        first_at=counted.ordered_at.min(where=is_order),
        last_at=counted.ordered_at.max(where=is_order),
        gross_sales=counted.gross.sum(),
        discounts=counted.discounts.sum(),
        returns=counted.returns.sum(),
        net_sales=counted.net.sum(),
        value=counted.value.sum(),
        value_365=counted.net.sum(where=recent).fill_null(0),
        demand_sales=counted.demand.sum(),
    )
    sums = sums.filter(sums.orders > 0)
    last_day = sums.last_at.date()
    described = sums.mutate(
        first_day=sums.first_at.date(),
        last_day=last_day,
        days_since=ibis.date(as_of.isoformat()).delta(last_day, unit="day"),
        frequency=sums.orders if scope.frequency == "orders" else sums.days,
        aov=sums.demand_sales.cast("float64") / sums.orders,
        first_month=sums.first_at.strftime("%Y-%m"),
    )
    first = _edge_order(tables, scope, latest=False)
    last = _edge_order(tables, scope, latest=True)
    return _with_person(tables, described.left_join(first, "customer_key").drop("customer_key_right"), last)


def _edge_order(tables: Tables, scope: Scope, *, latest: bool) -> ir.Table:
    """The first (or last) valid order of each customer; on a tie of times the smaller order id."""
    orders = customer_orders(tables, scope)
    time = orders.ordered_at.desc() if latest else orders.ordered_at
    place = ibis.row_number().over(group_by=orders.customer_key, order_by=[time, orders.order_id])
    edge = orders.mutate(place=place)
    edge = edge.filter(edge.place == 0)
    if latest:
        return edge.select("customer_key", last_country="country", last_region="region", last_city="city")
    first = edge.select(
        "customer_key",
        first_order_id="order_id",
        first_channel="channel",
        first_source="source",
        first_device="device",
        first_discounted="discounted",
        first_code="discount_code",
        first_order_value="demand",
        first_weekday=edge.ordered_at.day_of_week.index(),
        first_hour=edge.ordered_at.hour(),
    )
    lead = _dearest_line(tables, first)
    return first.left_join(lead, first.first_order_id == lead.order_id).drop("order_id", "first_order_id")


def _dearest_line(tables: Tables, first: ir.Table) -> ir.Table:
    """Category and product of the line with the highest gross of each order in `first`."""
    items = tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product").semi_join(
        first, items.order_id == first.first_order_id
    )
    place = ibis.row_number().over(
        group_by=items.order_id, order_by=[items.gross.desc(), items.product, items.sku, items.line_no]
    )
    ranked = items.mutate(place=place)
    return ranked.filter(ranked.place == 0).select("order_id", first_category="category", first_product="product")


def _with_person(tables: Tables, customers: ir.Table, last: ir.Table) -> ir.Table:
    people = people_table(tables)
    joined = customers.left_join(last, "customer_key").drop("customer_key_right")
    joined = joined.left_join(people, "customer_key").drop("customer_key_right")
    return joined.mutate(
        customer_ref=joined.customer_ref.fill_null("#" + joined.customer_key),
        country=joined.last_country.fill_null(joined.country),
        region=joined.last_region.fill_null(joined.region),
        city=joined.last_city.fill_null(joined.city),
    ).drop("last_country", "last_region", "last_city")


def people_table(tables: Tables) -> ir.Table:
    """One row per known person, buyer or not: reference, place, consent, created_at, stated orders and spend."""
    people = tables.customers
    people = people.filter(people.customer_key.notnull())
    return people.group_by("customer_key").aggregate(
        customer_ref=people.customer_ref.max(),
        country=people.country.max(),
        region=people.region.max(),
        city=people.city.max(),
        email_consent=people.email_consent.max(),
        sms_consent=people.sms_consent.max(),
        consent_at=people.consent_at.max(),
        created_at=people.created_at.min(),
        tags=people.tags.max(),
        orders_stated=people.orders_stated.max(),
        spent_stated=people.spent_stated.max(),
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
