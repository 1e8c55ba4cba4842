"""Order lines -> orders and order items, the same for all formats: order fields from the first row that has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held, sha256, viewed
from copilot.data.formats.base import FIELDS, WHO, FieldMap, Mapped, Upload, conform, stowed, typed
from copilot.data.formats.checks import check_readable
from copilot.data.formats.firsts import first_filled
from copilot.data.formats.items import codes_have_digits, item_kind
from copilot.data.formats.statuses import known
from copilot.data.privacy import identities, with_match_key
from copilot.data.reading import ROW
from copilot.data.tables import MONEY

# Order-level fields: taken once per order, from the first row that has a value.
_ONCE: Final = (
    "customer_key", "ordered_at", "currency", "status", "cancelled_at", "channel", "source", "discount_code",
    "country", "region", "city", "tags", "device", "order_discount", "order_returns", "shipping", "taxes", "subtotal",
    "order_gross", "order_total", "email_consent", "test",
)  # fmt: skip
_WANTED: Final = (
    *WHO, "order_id", *(name for name in _ONCE if name != "customer_key"), "sku", "product", "variant", "category",
    "vendor", "quantity", "unit_price", "line_subtotal", "line_total", "line_discount", "discount_rate", "line_returns",
    "quantity_returned", "cost", "profit", "gift_card", "fulfilment", "shipping_tax", "fees",
    "gift_card_paid", "total_left",
)  # fmt: skip
_ID_WITH_PREFIX: Final = r"^[A-Za-z]{1,2}\d+$"


@dataclass(frozen=True)
class LineOptions:
    """How the rows of a format make orders.

    `items`: rows are items (else one row is one order). `order_id`: "given", "row" (each row is a transaction of its
    own) or "moment" (customer and time make the order). `orders`: False if the file holds items only.
    `statuses`: the platform's words for a status (lower case) -> ours. `shape` changes the typed rows before anything
    is made of them: it gets and gives a table of one column a field. `goods_refunds`: a refunded amount counts up to
    the order's goods (the rest is shipping and tax), and `refunded` without an amount means all of them.
    """

    items: bool = True
    order_id: str = "given"
    orders: bool = True
    consent_source: str | None = None
    source_attribute: str | None = None  # `source` holds lines "name: value"; take the value of this name
    statuses: Mapping[str, str] = field(default_factory=dict)
    shape: Callable[[ir.Table], ir.Table] | None = None
    goods_refunds: bool = False


def build(upload: Upload, fields: FieldMap, options: LineOptions, mapped: Mapped) -> ir.Table:
    """Fill `mapped` with orders, order_items, customers and identities; gives back the lines, for the report."""
    lines = _lines(upload, fields, options)
    check_readable(upload, fields, lines)
    digits = codes_have_digits(lines)
    kept = lines.filter(lines.set_aside.isnull()).mutate(item_kind=item_kind(lines, digits=digits))
    kept = viewed(upload.engine, kept)
    mapped.kept = int(kept.count().execute())
    if options.items:
        mapped.tables["order_items"] = conform(_items(kept), "order_items")
    if options.orders:
        orders = stowed(upload, _orders(upload, kept, options))
        mapped.tables["orders"] = conform(orders, "orders")
        mapped.tables["customers"] = conform(_customers(orders, options), "customers")
        mapped.identities = stowed(upload, identities(kept, upload.salt))
    return lines


def _lines(upload: Upload, fields: FieldMap, options: LineOptions) -> ir.Table:
    """Typed rows with order id, money per line, repetition flag and the reason for which a row is set aside."""
    table = typed(upload, fields, _WANTED)
    if options.shape is not None:
        # Held first: the engine would otherwise carry the reading of each cell into every use of it.
        read = stowed(upload, table)
        as_money = {name: read[name].cast(MONEY) for name in read.columns if FIELDS.get(name) == "money"}
        table = options.shape(read.mutate(**as_money))
    if fields.has("taxes", "shipping_tax"):
        table = table.mutate(taxes=table.taxes + ibis.coalesce(table.shipping_tax, ibis.literal(0).cast(MONEY)))
    table = with_match_key(viewed(upload.engine, table), upload.salt)
    if options.source_attribute is not None:
        value = table.source.re_extract(rf"(?im)^\s*{re.escape(options.source_attribute)}\s*:\s*(.*?)\s*$", 1)
        table = table.mutate(source=value.nullif(""))
    if options.order_id == "row":
        made = ibis.literal(upload.salt) + table.cells + ibis.literal("\x1f") + table.nth.cast("string")
        table = table.mutate(order_id=ibis.literal("t-") + sha256(made).substr(0, 16))
    elif options.order_id == "moment":
        moment = ibis.coalesce(table.customer_key, "") + ibis.literal("\x1f") + table.ordered_at.cast("string")
        table = table.mutate(order_id=ibis.literal("o-") + sha256(ibis.literal(upload.salt) + moment).substr(0, 16))
    table = viewed(upload.engine, table)
    table = stowed(upload, table.mutate(repeated=table.nth > 0, **_line_money(table, fields)).drop("cells"))
    if options.orders and options.order_id == "given":
        table = _one_customer_an_order(table, upload)
    return _with_reason(table, options, upload)


def _one_customer_an_order(table: ir.Table, upload: Upload) -> ir.Table:
    """Split an order number that several customers share into an order for each: `A-1`, `A-1 (2)` ...

    Otherwise all but the first of them would be lost from every customer figure.
    """
    known = table.filter(table.customer_key.notnull())
    people = known.group_by("order_id").aggregate(people=known.customer_key.nunique())
    shared = held(upload.engine, people.filter(people.people > 1).select(shared_id=people.order_id))
    if not int(shared.count().execute()):
        return table
    part = known.semi_join(shared, known.order_id == shared.shared_id)
    owners = part.group_by("order_id", "customer_key").aggregate(first_row=part[ROW].min())
    number = ibis.row_number().over(group_by=owners.order_id, order_by=owners.first_row) + 1
    owners = owners.mutate(number=number).filter(lambda t: t.number > 1)
    owners = held(
        upload.engine, owners.select(s_order=owners.order_id, s_key=owners.customer_key, number=owners.number)
    )
    split = table.left_join(owners, [table.order_id == owners.s_order, table.customer_key == owners.s_key])
    renamed = split.order_id + ibis.literal(" (") + split.number.cast("string") + ibis.literal(")")
    return stowed(upload, split.mutate(order_id=ibis.coalesce(renamed, split.order_id)).drop("s_order", "s_key"))


def _with_reason(table: ir.Table, options: LineOptions, upload: Upload) -> ir.Table:
    """Add `set_aside`: why a row belongs to no order, or null."""
    reason = ibis.cases((table.order_id.isnull(), "no_order_id"), else_=ibis.null("string"))
    if not options.items:
        reason = ibis.ifelse(reason.isnull() & table.repeated, "repeated_orders", reason)
    if options.orders:
        by_order = table.group_by("order_id").aggregate(first_date=table.ordered_at.min())
        undated = held(upload.engine, by_order.filter(by_order.first_date.isnull()).select(undated=by_order.order_id))
        if not int(undated.count().execute()):
            return table.mutate(set_aside=reason)
        table = table.left_join(undated, table.order_id == undated.undated)
        reason = ibis.coalesce(reason, ibis.ifelse(table.undated.notnull(), "no_date", ibis.null("string")))
        return table.mutate(set_aside=reason).drop("undated")
    return table.mutate(set_aside=reason)


def _line_money(table: ir.Table, fields: FieldMap) -> dict[str, ir.Value]:
    """Gross, discount, cost and unit price of a line, each where the file allows it."""
    quantity, zero = table.quantity, ibis.literal(0).cast(MONEY)
    if not fields.has("quantity"):
        quantity = ibis.literal(1).cast(MONEY)
    if fields.has("unit_price"):
        gross = (table.unit_price * quantity).cast(MONEY)
        unit_price = table.unit_price
    else:
        gross = ibis.coalesce(table.line_subtotal, table.line_total)
        unit_price = (gross.cast("float64") / quantity.nullif(0).cast("float64")).cast(MONEY)
    discount: ir.Value = table.line_discount
    if fields.has("line_subtotal", "line_total"):
        discount = ibis.coalesce(discount, (table.line_subtotal - table.line_total).cast(MONEY))
    cost: ir.Value = table.cost
    if fields.has("discount_rate") and fields.has("unit_price"):
        discount = (gross * table.discount_rate).cast(MONEY)
    if fields.has("profit") and not fields.has("cost"):
        cost = (gross - table.profit).cast(MONEY)
    return {
        "quantity": quantity,
        "unit_price": unit_price,
        "gross": gross,
        "discount": discount,
        "cost": cost,
        "line_returns": _line_returns(table, gross - ibis.coalesce(discount, zero), quantity),
        "line_discounted": _line_discounted(table, fields, discount),
    }


def _line_returns(table: ir.Table, paid: ir.Value, quantity: ir.Value) -> ir.Value:
    """What was given back for a line: the amount the file states, else its share of the pieces that came back."""
    pieces = (paid.cast("float64") * (table.quantity_returned / quantity.nullif(0)).cast("float64")).cast(MONEY)
    return ibis.coalesce(table.line_returns.abs(), pieces.abs())


def _line_discounted(table: ir.Table, fields: FieldMap, discount: ir.Value) -> ir.Value:
    """Whether a line was discounted; null where its file cannot tell.

    A rate of nought is an answer, and so is an empty code in a file whose only word on discounts is the code: read as
    "unknown", either would leave only the discounted orders known, and every order of the shop discounted.
    """
    if fields.has("discount_rate"):
        return (table.discount_rate > 0).fill_null(False) | (discount > 0).fill_null(False)
    if fields.has("discount_code") and not fields.has("line_discount") and not fields.has("order_discount"):
        return table.discount_code.notnull()
    return ibis.ifelse(discount.notnull(), discount > 0, ibis.null("boolean"))


def _items(kept: ir.Table) -> ir.Table:
    """One row a line, numbered within its order in the order of the file."""
    number = ibis.row_number().over(group_by=kept.order_id, order_by=kept[ROW]) + 1
    return kept.mutate(line_no=number, kind=kept.item_kind)


def _orders(upload: Upload, kept: ir.Table, options: LineOptions) -> ir.Table:
    """One row a document."""
    negative = (kept.gross < 0) | ((kept.gross == 0) & (kept.quantity < 0))
    sums = {
        "rows": kept.count(),
        "negative_rows": negative.fill_null(False).cast("int64").sum(),
        "value": kept.gross.sum(),
        "any_discount": kept.line_discounted.any(),
        "all_repeated": kept.repeated.all(),
        "given_back": kept.line_returns.sum(),
        "line_discounts": kept.discount.sum(),
    }
    orders = viewed(upload.engine, first_filled(upload, kept, "order_id", _ONCE, sums))
    orders = orders.mutate(kind=_document_kind(orders) if options.items else _whole_kind(orders, options))
    status = _status(orders, options)
    known_discount = orders.order_discount.notnull() | orders.discount_code.notnull() | orders.any_discount.notnull()
    return orders.mutate(
        discounts=orders.order_discount.abs(),
        returns=ibis.ifelse(
            orders.kind == "order", _order_returns(orders, status, options), _given_back(orders, options)
        ),
        # What an order was charged is not lowered by what came back later: that is in `returns`.
        **{
            name: ibis.ifelse(orders.kind == "return", ibis.null(MONEY), orders[name]) for name in ("shipping", "taxes")
        },
        total_sales=ibis.ifelse(orders.kind == "order", orders.order_total, ibis.null(MONEY)),
        gross_sales=_order_gross(orders, options),
        status=status,
        discounted=ibis.ifelse(
            known_discount,
            (orders.order_discount > 0).fill_null(False)
            | orders.discount_code.notnull()
            | orders.any_discount.fill_null(False),
            ibis.null("boolean"),
        ),
    )


def _order_returns(orders: ir.Table, status: ir.StringValue, options: LineOptions) -> ir.Value:
    """What came back: refunds by line where there are any, since an order's refunded amount may hold shipping and tax.

    With `goods_refunds` the latter counts up to the goods, and a refunded order without any amount came back whole.
    """
    stated = orders.order_returns.abs()
    returned = ibis.coalesce(orders.given_back.nullif(0), stated, orders.given_back)
    if not options.goods_refunds:
        return returned
    zero = ibis.literal(0).cast(MONEY)
    goods = ibis.coalesce(orders.value, _order_gross(orders, options))
    goods = goods - ibis.coalesce(orders.order_discount.abs(), orders.line_discounts, zero)
    goods = ibis.greatest(goods, zero).cast(MONEY)
    whole = (status == "refunded") & (ibis.coalesce(returned, zero) == 0)
    kept = goods.isnull() | returned.isnull() | (returned <= goods)
    return ibis.cases((goods.notnull() & whole, goods), (kept, returned), else_=goods).cast(MONEY)


def _order_gross(orders: ir.Table, options: LineOptions) -> ir.Value:
    """Gross sales the order row itself states, where its lines carry no price; null leaves it to the items."""
    zero = ibis.literal(0).cast(MONEY)
    discount = ibis.coalesce(orders.order_discount.abs(), zero)
    from_total = (
        orders.order_total - ibis.coalesce(orders.shipping, zero) - ibis.coalesce(orders.taxes, zero) + discount
    )
    stated = ibis.coalesce(orders.order_gross, orders.subtotal + discount, from_total).cast(MONEY)
    if not options.items:
        return stated
    return ibis.ifelse(orders.value.isnull(), stated, ibis.null(MONEY))


def _whole_kind(orders: ir.Table, options: LineOptions) -> ir.StringValue:
    """order | return: a document of one row that takes money back is a return."""
    return ibis.ifelse((_order_gross(orders, options) < 0).fill_null(False), "return", "order")


def _given_back(orders: ir.Table, options: LineOptions) -> ir.Value:
    """The goods a return document of one row takes back; null where its items say it."""
    if options.items:
        return ibis.null(MONEY)
    off = ibis.coalesce(orders.order_discount.abs(), ibis.literal(0).cast(MONEY))
    return ibis.coalesce(orders.subtotal, _order_gross(orders, options) + off).abs().cast(MONEY)


def _document_kind(orders: ir.Table) -> ir.StringValue:
    """order | return | adjustment.

    A document with negative lines only is a return if it carries value or a `C` number, else a stock booking.
    A number with a letter in front, among numbers without, and no customer is an adjustment (bad debt).
    """
    plain_share = (~orders.order_id.re_search(_ID_WITH_PREFIX)).cast("float64").mean().over(ibis.window())
    prefixed = orders.order_id.re_search(_ID_WITH_PREFIX) & (plain_share > 0.5)
    credit = prefixed & orders.order_id.upper().startswith("C")
    all_negative = orders.negative_rows == orders.rows
    return ibis.cases(
        (all_negative & (credit | (orders.customer_key.notnull() & (orders.value < 0))), "return"),
        (prefixed & orders.customer_key.isnull(), "adjustment"),
        (all_negative & (orders.value < 0), "return"),
        (all_negative, "adjustment"),
        else_="order",
    )


def _status(orders: ir.Table, options: LineOptions) -> ir.StringValue:
    """The payment status in one vocabulary; a cancellation date wins over it."""
    found = known(orders.status, options.statuses)
    return ibis.ifelse(orders.cancelled_at.notnull() & ~found.isin(("voided",)), "cancelled", found)


def _customers(orders: ir.Table, options: LineOptions) -> ir.Table:
    """One row a customer named by the orders; consent only as the latest order with an answer states it."""
    known = orders.filter(orders.customer_key.notnull())
    if options.consent_source is None:
        return known.select("customer_key").distinct()
    answered = known.email_consent.notnull()
    table = known.group_by("customer_key").aggregate(
        email_consent=known.email_consent.argmax(known.ordered_at, where=answered),
        consent_at=known.ordered_at.max(where=answered),
    )
    source = ibis.ifelse(table.email_consent.notnull(), options.consent_source, ibis.null("string"))
    return table.mutate(consent_source=source)
