"""The rows a query adds up: documents, product lines, buyers and customers, filtered and labelled by dimensions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY, Tables
from copilot.statistics.condition import Condition
from copilot.statistics.dimensions import ATTRIBUTE, UNKNOWN, Dimension, Reader, as_text, dimension
from copilot.statistics.margin import with_cost
from copilot.statistics.scope import ITEM_FIELDS, ORDER_FIELDS, Scope, columns_read, customer_table, documents
from copilot.statistics.segments import SegmentRule, segment_columns
from copilot.statistics.split import everybody, group_members, numbered_orders

Side = Literal["in", "out"]
# What rows of documents are selected, joined and counted by, whatever is asked.
_ALWAYS: Final = ("order_id", "order_no", "customer_no", "customer_key", "kind", "valid", "net", "total")


@dataclass(frozen=True)
class Selection:
    """Which rows: the scope with period and conditions, and a group of customers or (`out`) all other customers.

    Conditions of the scope on order fields select orders, on item fields product lines (and, for figures of whole
    orders, orders with such a line), on any other dimension the rows with that value.
    """

    tables: Tables
    scope: Scope
    segment: SegmentRule | None = None
    side: Side = "in"
    margin: float | None = None

    @property
    def items(self) -> tuple[Condition, ...]:
        """Conditions on product lines."""
        return tuple(c for c in self.scope.where if c.field in ITEM_FIELDS)

    @property
    def others(self) -> tuple[Condition, ...]:
        """Conditions on dimensions that are no column of an order or line."""
        return tuple(c for c in self.scope.where if c.field not in (*ITEM_FIELDS, *ORDER_FIELDS))

    def plain(self) -> Scope:
        """The scope with those conditions only that orders themselves can meet."""
        kept = tuple(c for c in self.scope.where if c not in self.others)
        return self.scope.model_copy(update={"where": kept})

    def ever(self) -> Selection:
        """All orders up to the end of the period."""
        return replace(self, scope=self.scope.ever())


def everything(scope: Scope) -> Scope:
    """All orders ever, whatever the filters: a customer's first order is the first of all, not of those asked for."""
    kept = tuple(c for c in scope.where if c.field == "currency")
    return scope.model_copy(update={"period": None, "where": kept})


def known_by(scope: Scope) -> Scope:
    """All orders up to the end of the period, whatever the filters: what was known of customers by then."""
    return everything(scope).model_copy(update={"analysis_date": scope.ever().analysis_date})


def document_rows(
    selection: Selection, by: tuple[str, ...], *, placed: bool = False, reads: Collection[Reader] | None = None
) -> ir.Table:
    """Documents that count or carry money, with one text column `by_<name>` per dimension.

    `placed`: with `place`, 0 for the first order ever of a customer, null for guests and return documents.
    `reads`: what will be read of the rows besides dimensions; other columns may be missing then.
    """
    names = (*by, *(c.field for c in selection.others))
    rows = documents(selection.tables, selection.plain(), _columns(selection, names, reads))
    rows = rows.filter(rows.valid | (rows.net != 0) | (rows.total != 0))
    if placed or any(dimension(name).placed for name in names):
        order = numbered_orders(selection.tables, everything(selection.scope)).select("order_id", "place")
        rows = rows.left_join(order, "order_id").drop("order_id_right")
    rows = chosen(selection, rows)
    rows = _labelled(selection, rows, tuple(dict.fromkeys(names)))
    for condition in selection.others:
        rows = rows.filter(_label_test(rows, condition))
    return rows


def _columns(selection: Selection, names: tuple[str, ...], reads: Collection[Reader] | None) -> set[str] | None:
    """The columns of the documents that readers and dimensions look at; None: all of them."""
    if reads is None:
        return None
    found = [one.order for one in map(dimension, names) if one.order is not None and not one.placed]
    return {*_ALWAYS, *columns_read(selection.tables, selection.scope, (*reads, *found))}


def line_rows(selection: Selection, by: tuple[str, ...]) -> ir.Table:
    """Product lines of valid orders (`valid`) and of return documents, with order and customer.

    Money: line_sales (gross - line discount), line_gross, line_returned (of return documents, positive), line_cost.
    """
    ordered = tuple(name for name in by if dimension(name).item is None)
    whole = replace(selection, scope=_without_items(selection.scope))
    orders = document_rows(whole, ordered)
    orders = orders.filter(orders.valid | (orders.kind == "return")).select(
        "order_id", "order_number", "customer_key", "valid", "kind", refunded=orders.returns > 0,
        **{f"by_{name}": orders[f"by_{name}"] for name in ordered},
    )  # fmt: skip
    items = selection.tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product")
    if selection.scope.repeated_lines == "drop":
        items = items.filter(~items.repeated.fill_null(False))
    for condition in selection.items:
        items = items.filter(condition.test(items[condition.field]))
    zero = ibis.literal(0).cast(MONEY)
    lines = items.select(
        "order_id", "quantity", "sku", "cost",
        line_sales=items.gross - items.discount.fill_null(zero), line_gross=items.gross,
        **{f"by_{name}": as_text(items[dimension(name).item]) for name in by if dimension(name).item is not None},
    )  # fmt: skip
    joined = lines.join(orders, "order_id")
    returned = ibis.ifelse(joined.kind == "return", -joined.line_sales, zero)
    return joined.mutate(line_returned=returned.cast(MONEY))


def costed(selection: Selection, lines: ir.Table) -> ir.Table:
    """The lines with their cost."""
    return with_cost(selection.tables, lines, selection.margin)


def buyer_rows(selection: Selection, by: tuple[str, ...], *, history: bool = False) -> ir.Table:
    """One row per group and known customer with a valid order in it: orders, frequency, net_sales.

    `history`: with `ever_frequency`, the customer's frequency up to the end of the period.
    """
    keys = [f"by_{name}" for name in by]
    rows = document_rows(selection, by)
    found = _per_customer(rows, selection.scope, keys)
    if history:
        so_far = _per_customer(document_rows(selection.ever(), ()), selection.scope, [])
        found = found.left_join(so_far.select("customer_key", ever_frequency="frequency"), "customer_key")
        found = found.drop("customer_key_right")
    return found


def customer_rows(selection: Selection, by: tuple[str, ...]) -> ir.Table:
    """One row a customer with a valid order among the selected ones: orders, frequency, value, days_since."""
    rows = _per_customer(document_rows(selection, ()), selection.scope, [])
    as_of = selection.scope.as_of(selection.tables.facts)
    last = ibis.date(as_of.isoformat()) if as_of is not None else rows.last_at.date()
    rows = rows.mutate(days_since=last.delta(rows.last_at.date(), unit="day"))
    return _join_people(selection, rows, by)


def _per_customer(rows: ir.Table, scope: Scope, keys: list[str]) -> ir.Table:
    known = rows.filter(rows.customer_key.notnull(), rows.valid | (rows.kind == "return"))
    sums = {
        "orders": known.valid.sum().cast("int64"),
        "net_sales": known.net.sum(),
        "value": known.value.sum(),
        "last_at": known.ordered_at.max(where=known.valid),
    }
    if scope.frequency == "days":
        sums["frequency"] = known.day.nunique(where=known.valid)
    found = known.group_by([*keys, "customer_key"]).aggregate(**sums)
    found = found.filter(found.orders > 0)
    return found if scope.frequency == "days" else found.mutate(frequency=found.orders)


def chosen(selection: Selection, rows: ir.Table) -> ir.Table:
    """Rows (with customer_key) of the segment's customers, or of all other known customers; all without a segment."""
    if selection.segment is None:
        return rows
    known = rows.filter(rows.customer_key.notnull())
    if everybody(selection.segment):
        return known if selection.side == "in" else known.limit(0)
    members = group_members(selection.tables, known_by(selection.scope), selection.segment)
    if selection.side == "in":
        return known.semi_join(members, "customer_key")
    return known.anti_join(members, "customer_key")


def _labelled(selection: Selection, rows: ir.Table, names: tuple[str, ...]) -> ir.Table:
    """The documents with a text column per dimension; what belongs to customers is joined."""
    direct = {name: read for name in names if (read := dimension(name).order) is not None}
    rows = rows.mutate(**{f"by_{name}": as_text(read(rows)) for name, read in direct.items()})
    return _join_people(selection, rows, tuple(name for name in names if name not in direct))


def _join_people(selection: Selection, rows: ir.Table, names: tuple[str, ...]) -> ir.Table:
    for table, columns in _people(selection, names):
        rows = rows.left_join(table, "customer_key").drop("customer_key_right")
        rows = rows.mutate(**{column: rows[column].fill_null(UNKNOWN) for column in columns})
    return rows


def _people(selection: Selection, names: tuple[str, ...]) -> Iterable[tuple[ir.Table, list[str]]]:
    """Tables by customer_key that hold the labels of customers, each with its columns."""
    tables, scope = selection.tables, selection.scope
    found = [dimension(name) for name in names]
    plain = [one for one in found if one.person is not None and one.name != "first_country"]
    if plain:
        people = customer_table(tables, everything(scope))
        yield _labels(people, plain), [f"by_{one.name}" for one in plain]
    for one in found:
        if one.name == "first_country":
            yield _first_country(tables, scope), ["by_first_country"]
        elif one.field is not None:
            yield _group_labels(tables, scope, one.field), [f"by_{one.name}"]
        elif one.name.startswith(ATTRIBUTE):
            yield _attribute(tables, one.name), [f"by_{one.name}"]


def _labels(people: ir.Table, found: list[Dimension]) -> ir.Table:
    columns = {f"by_{one.name}": as_text(one.person(people)) for one in found if one.person is not None}
    return people.select("customer_key", **columns)


def _first_country(tables: Tables, scope: Scope) -> ir.Table:
    """The country of each customer's first order ever."""
    ever = everything(scope)
    first = numbered_orders(tables, ever)
    orders = documents(tables, ever).semi_join(first.filter(first.place == 0), "order_id")
    return orders.select("customer_key", by_first_country=as_text(orders.country))


def _group_labels(tables: Tables, scope: Scope, field: str) -> ir.Table:
    table = segment_columns(tables, known_by(scope))[field]()
    return table.select("customer_key", **{f"by_{field}": as_text(table[field])})


def _attribute(tables: Tables, name: str) -> ir.Table:
    """The value of an attribute the shop gave; of several values of one customer the last by alphabet."""
    given = tables.customer_attributes
    given = given.filter(given.name.strip().lower() == name.removeprefix(ATTRIBUTE).strip().lower())
    values = given.group_by("customer_key").aggregate(value=given.value.max())
    return values.select("customer_key", **{f"by_{name}": as_text(values.value)})


def _label_test(rows: ir.Table, condition: Condition) -> ir.BooleanValue:
    """A condition on the text of a dimension; unknown values pass `ne` and `not_in` only."""
    column = rows[f"by_{condition.field}"].nullif(UNKNOWN)
    value = condition.value
    text = tuple(_as_label(part) for part in value) if isinstance(value, tuple) else _as_label(value)
    return condition.model_copy(update={"value": text}).test(column)


def _as_label(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def _without_items(scope: Scope) -> Scope:
    return scope.model_copy(update={"where": tuple(c for c in scope.where if c.field not in ITEM_FIELDS)})
