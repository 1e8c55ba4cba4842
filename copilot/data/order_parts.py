"""What files say about the orders of other files: freight and payments, refunds with their day, a review's order.

A file of this kind holds no orders. What it says is kept beside the canonical tables and joined to the orders on
assembly, whichever of the files came first; what names no known order changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY

PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    # One row an order: money that the order row itself may lack. It never replaces what stands there.
    "order_amounts": {"order_id": "string", "shipping": MONEY, "taxes": MONEY, "total_sales": MONEY,
                      "upload_id": "string"},
    # One row a refund: `refund_id` becomes the number of a return document.
    "order_refunds": {"refund_id": "string", "order_id": "string", "refunded_at": "timestamp", "amount": MONEY,
                      "upload_id": "string"},
    # One row a rate the user gave: one unit of `currency` is worth `rate` of `into`, on `day` (null: every day).
    "exchange_rates": {"currency": "string", "into": "string", "day": "date", "rate": "decimal(18, 10)",
                       "upload_id": "string"},
    # One row a review or answer that names its order.
    "feedback_orders": {"feedback_id": "string", "order_id": "string", "upload_id": "string"},
}  # fmt: skip
# What a payment service saw of sales: where a shop's own orders are loaded, these are the same sales again.
STRIPE: Final = "Stripe payments"
PAYPAL: Final = "PayPal activity"
_AMOUNTS: Final = ("shipping", "taxes", "total_sales")
_NOT_SALES: Final = ("voided", "cancelled", "expired")
_ZERO: Final = ibis.literal(0).cast(MONEY)


def seen_twice(uploads: Iterable[tuple[str, str]]) -> tuple[frozenset[str], str | None]:
    """Ids of those uploads of orders that only repeat the others, and the sentence that says so.

    `uploads`: id and format of each upload that has orders. Payments beside orders would count each sale twice.
    """
    known = list(uploads)
    payments = [(one, name) for one, name in known if name in (STRIPE, PAYPAL)]
    if not payments or len(payments) == len(known):
        return frozenset(), None
    names = " and ".join(dict.fromkeys(name for _, name in payments))
    said = f"{names} not added to the orders: they are the same sales, seen when they were paid"
    return frozenset(one for one, _ in payments), said


def part(table: ir.Table, name: str) -> ir.Table:
    """The columns of part `name` without the upload, in order and typed; missing ones null."""
    columns = {}
    for column, kind in PARTS[name].items():
        if column != "upload_id":
            columns[column] = table[column].cast(kind) if column in table.columns else ibis.null(kind)
    return table.select(**columns)


def with_amounts(orders: ir.Table, tables: Mapping[str, ir.Table], sequence: ir.Table) -> ir.Table:
    """Orders with shipping, taxes and the total charged from other files, where their own file states none.

    Of several files that state the same amount of an order the newest counts: exports overlap.
    """
    stated = tables.get("order_amounts")
    if stated is None:
        return orders
    ranked = stated.join(sequence.select("upload_id", "sequence"), "upload_id")
    newest = ranked.group_by(a_order=ranked.order_id).aggregate(
        **{f"a_{name}": ranked[name].argmax(ranked.sequence, where=ranked[name].notnull()) for name in _AMOUNTS}
    )
    joined = orders.left_join(newest, orders.order_id == newest.a_order)
    filled = {name: ibis.coalesce(joined[name], joined[f"a_{name}"]) for name in _AMOUNTS}
    return joined.mutate(**filled).select(*orders.columns)


def with_refunds(orders: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Orders with the refunds other files date: a return document each, taken off what the order carries undated.

    A refund of an order that is no sale (voided, cancelled) stays out as the order does. Money is conserved: the
    returns of an order and its documents together are what the order states, or the dated refunds if they are more.
    """
    refunds = tables.get("order_refunds")
    if refunds is None:
        return orders
    each = refunds.group_by(refund_id=refunds.refund_id).aggregate(
        r_order=refunds.order_id.min(), refunded_at=refunds.refunded_at.min(), amount=refunds.amount.max()
    )
    sums = each.group_by(s_order=each.r_order).aggregate(dated=each.amount.sum())
    joined = orders.left_join(sums, (orders.order_id == sums.s_order) & (orders.kind == "order"))
    left = ibis.greatest(ibis.coalesce(joined.returns, _ZERO) - joined.dated, _ZERO).cast(MONEY)
    rest = joined.mutate(returns=ibis.ifelse(joined.dated.notnull(), left, joined.returns)).select(*orders.columns)
    sold = orders.filter((orders.kind == "order") & ~orders.status.isin(_NOT_SALES))
    own = [name for name in orders.columns if name != "order_id"]
    named = sold.join(each, sold.order_id == each.r_order).select("refund_id", "refunded_at", "amount", *own)
    empty = ("lines", "units", "total_sales", "discount_code", "discounted", "shipping", "taxes")
    nought = ("gross_sales", "discounts", "repeated_gross", "repeated_returns", "positive_gross")
    documents = named.mutate(
        order_id=named.refund_id,
        kind=ibis.literal("return"),
        ordered_at=named.refunded_at,
        returns=named.amount,
        **{name: ibis.null(orders[name].type()) for name in empty},
        **dict.fromkeys(nought, _ZERO),
    )
    return ibis.union(rest, documents.select(*orders.columns).cast(dict(orders.schema().items())), distinct=False)


def less_documented(orders: ir.Table) -> ir.Table:
    """Orders without the undated returns that return documents of another export hold with their day.

    Such a document is called `ORDER refund DAY`: one report only knows that an order came back, another when.
    """
    back = orders.filter((orders.kind == "return") & orders.order_id.contains(" refund "))
    numbers = back.select(d_order=back.order_id.re_extract(r"^(.*) refund ", 1), amount=back.returns)
    sums = numbers.group_by("d_order").aggregate(dated=numbers.amount.sum())
    joined = orders.left_join(sums, (orders.order_id == sums.d_order) & (orders.kind == "order"))
    left = ibis.greatest(ibis.coalesce(joined.returns, _ZERO) - joined.dated, _ZERO).cast(MONEY)
    return joined.mutate(returns=ibis.ifelse(joined.dated.notnull(), left, joined.returns)).select(*orders.columns)


def feedback_of_orders(
    feedback: ir.Table, tables: Mapping[str, ir.Table], orders: ir.Table, items: ir.Table
) -> ir.Table:
    """Feedback with the customer of the order it names, and its product where the order holds one product only."""
    links = tables.get("feedback_orders")
    if links is None:
        return feedback
    one_each = links.group_by(l_feedback=links.feedback_id).aggregate(l_order=links.order_id.min())
    goods = items.filter(items.kind == "product")
    name = ibis.coalesce(goods["product"], goods.sku)
    single = goods.group_by(g_order=goods.order_id).aggregate(products=name.nunique(), g_product=name.min())
    single = single.filter(single.products == 1).select("g_order", "g_product")
    people = orders.filter(orders.kind == "order").select(o_order=orders.order_id, o_key=orders.customer_key)
    joined = feedback.left_join(one_each, feedback.feedback_id == one_each.l_feedback)
    joined = joined.left_join(people, joined.l_order == people.o_order)
    joined = joined.left_join(single, joined.l_order == single.g_order)
    return joined.mutate(
        customer_key=ibis.coalesce(joined.customer_key, joined.o_key),
        product=ibis.coalesce(joined["product"], joined.g_product),
    ).select(*feedback.columns)


def named_vendors(items: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Items whose vendor is a number get the words a list of vendors has for it."""
    lookups = tables.get("lookups")
    if lookups is None:
        return items
    words = lookups.group_by(v_link=lookups.link).aggregate(v_words=lookups.category.min())
    joined = items.left_join(words, items.vendor == words.v_link)
    return joined.mutate(vendor=ibis.coalesce(joined.v_words, joined.vendor)).select(*items.columns)
