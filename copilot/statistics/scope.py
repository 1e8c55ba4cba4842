"""Scope: which orders count, for which period, and what a customer is worth; decided here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Final, Literal

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import MONEY, ShopFacts, Tables
from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.basis import (
    BASIS,
    Reading,
    Rules,
    counted_documents,
    customer_rows,
    numbered_documents,
    numbered_people,
)
from copilot.statistics.condition import Condition
from copilot.statistics.result import Period

Value = Literal["net_sales", "demand_sales", "gross_sales"]

DERIVED: Final = 8  # raise it when the content of a kept table changes, so that older ones are not read
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

    def base(self) -> Scope:
        """The scope without what only selects among counted documents: period, date, conditions, reading of value."""
        unset = ("period", "analysis_date", "where", "value", "frequency")
        return Scope(**{name: getattr(self, name) for name in type(self).model_fields if name not in unset})

    def rules(self) -> Rules:
        """Which statuses count, and how money is read."""
        further = (("pending",) if self.include_pending else ()) + (VOIDED if self.include_voided else ())
        return Rules(COUNTED + further, self.include_zero, self.repeated_lines == "drop")

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
        parts += facts.rules
        return "; ".join(parts) + "."


def documents(tables: Tables, scope: Scope, only: Collection[str] | None = None) -> ir.Table:
    """Orders and return documents that count, guests included, with money as the scope reads it.

    `only`: no other columns than these and those that conditions read; putting a question into the words of the
    engine takes as long as it has columns.

    Columns: order_id, order_number, shared_number (the number where several documents share it, else null), kind,
    order_no and customer_no (whole numbers that stand for order and customer), lead_category, lead_product (of the
    dearest line), customer_key, ordered_at, day, the dimensions of an order, units, gross, discounts, returns,
    demand, net, value, shipping, taxes, total (all decimal), discounted, valid, and shipping_known, taxes_known,
    total_known (whether the file has them). `valid` marks orders of positive value (positive lines minus discounts
    > 0), or all with `include_zero`. They are kept once for all periods and conditions, which then read them.
    Raises CannotAnswer if the orders are in several currencies and the scope does not pick one.
    """
    _one_currency(tables, scope)
    kept = _every_counted(tables, scope.base())
    worth = BASIS[scope.value]
    if only is not None:
        wanted = {*only, *(c.field for c in scope.where), "order_id", "day"} | ({worth} if "value" in only else set())
        kept = kept.select([name for name in kept.columns if name in wanted])
    if only is None or "value" in only:
        kept = kept.mutate(value=kept[worth])
    return within(tables, scope, kept)


def columns_read(tables: Tables, scope: Scope, readers: Iterable[Callable[[ir.Table], ir.Value]]) -> set[str]:
    """Names of the columns of `documents` that these readers of its rows look at."""
    kept = _every_counted(tables, scope.base())
    rows = ibis.table({**dict(kept.schema().items()), "value": MONEY}, name="documents")
    return {field.name for read in readers for field in read(rows).op().find(ops.Field)}


def _every_counted(tables: Tables, base: Scope) -> ir.Table:
    """In the order of time, so that a period is found without reading all of them."""
    return tables.kept(
        f"documents-{base.key()}",
        lambda: counted_documents(tables.orders, document_numbers(tables), base.rules()).order_by("order_no"),
    )


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


def _customers(tables: Tables, scope: Scope) -> ir.Table:
    base = scope.base()
    people = tables.kept(
        f"people-{base.key()}", lambda: numbered_people(people_table(tables), _every_counted(tables, base))
    )
    as_of = scope.as_of(tables.facts) or date(1970, 1, 1)
    return customer_rows(documents(tables, scope), people, Reading(as_of, scope.value, scope.frequency))


def document_numbers(tables: Tables) -> ir.Table:
    """One row a document: order_id, order_no (place in time), customer_no, shared_number, lead_category and
    lead_product; kept once for all scopes, so that lines and documents can be joined and counted by whole numbers."""
    return tables.kept(f"numbered-{DERIVED}", lambda: numbered_documents(tables.orders, tables.order_items))


def _one_currency(tables: Tables, scope: Scope) -> None:
    facts = tables.facts
    if facts.currency is None and len(facts.currencies) > 1 and all(c.field != "currency" for c in scope.where):
        raise CannotAnswer(
            f"The orders are in several currencies ({', '.join(facts.currencies)}), which are never added up.",
            f"Ask for one of them, for example 'only {facts.currencies[0]}'.",
            code="several_currencies",
        )


def every_document(tables: Tables, scope: Scope) -> ir.Table:
    """Orders and returns within period and conditions as they arrived, whether or not they count."""
    orders = tables.orders.filter(tables.orders.kind.fill_null("order").isin(("order", "return")))
    orders = orders.filter(~orders.test.fill_null(False))
    return within(tables, scope, orders.mutate(day=orders.ordered_at.date())).drop("day")


def within(tables: Tables, scope: Scope, rows: ir.Table) -> ir.Table:
    """The rows (with order_id, day and the order's dimensions) inside the scope's period and conditions."""
    if scope.period is not None:
        rows = rows.filter(rows.day >= scope.period.start, rows.day <= scope.period.end)
    if scope.analysis_date is not None:
        rows = rows.filter(rows.day <= scope.analysis_date)
    for condition in scope.where:
        rows = _where(tables, rows, condition)
    return rows


def _where(tables: Tables, orders: ir.Table, condition: Condition) -> ir.Table:
    """Orders that meet the condition; on an item field: orders with at least one such line."""
    if condition.field in ORDER_FIELDS:
        return orders.filter(condition.test(orders[condition.field]))
    if condition.field in ITEM_FIELDS:
        content = hashlib.sha256(condition.model_dump_json().encode()).hexdigest()[:16]
        return orders.semi_join(tables.kept(f"orders-with-{content}", lambda: _holding(tables, condition)), "order_id")
    raise UnknownName("order field", condition.field, ORDER_FIELDS + ITEM_FIELDS)


def _holding(tables: Tables, condition: Condition) -> ir.Table:
    """Ids of the orders with a line that meets the condition."""
    items = tables.order_items
    return items.filter(condition.test(items[condition.field])).select("order_id").distinct()


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
