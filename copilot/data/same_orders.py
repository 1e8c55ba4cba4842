"""One order in several kinds of export: what each of them knows is put together, and its money is counted once.

Within one kind of export the newest file counts. Between kinds (Etsy's orders and order items, WooCommerce's analytics
and a plugin's export) no file is the better one by its date: one has the customer, another the refunds.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

# Taken from one row, never mixed: gross sales of one export and discounts of another do not belong together.
_MONEY: Final = ("gross_sales", "discounts", "returns", "shipping", "taxes", "total_sales")
_FILLED: Final = ("customer_key", "currency", "channel", "source", "discount_code", "discounted", "country", "region",
                  "city", "tags", "device", "test")  # fmt: skip
# Their numbers are unique in the world: Amazon's payments report dates an order by its shipment, days after the sale.
_UNIQUE: Final = "^(Amazon|eBay|Square) "
DAYS_APART: Final = 3  # exports of one order differ by time zones; further apart they are orders of two shops
_NO_PLATFORM: Final = ("order", "table", "unknown")  # first words of the names of formats known by their columns only


def told_apart(orders: ir.Table, items: ir.Table, sequence: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Orders and items in which one number on two platforms, days apart, is two orders: `7` and `7 (Wix orders)`.

    The number of the export that came first stays. Exports of one platform are never told apart (its reports date an
    order by purchase, payment or dispatch), nor tables of no known platform.
    """
    placed = orders.join(sequence.select("upload_id", "sequence", "format"), "upload_id")
    kinds = placed.group_by("order_id", "format").aggregate(day=placed.ordered_at.max(), came=placed.sequence.min())
    kinds = kinds.mutate(platform=kinds.format.re_extract(r"^(\S+)", 1))
    number = ibis.window(group_by=kinds.order_id)
    kinds = kinds.mutate(
        first_platform=kinds.platform.first(order_by=kinds.came).over(number),
        first_day=kinds.day.first(order_by=kinds.came).over(number),
    )
    far = (kinds.day.epoch_seconds() - kinds.first_day.epoch_seconds()).abs() > DAYS_APART * 86_400
    known = ~kinds.platform.isin(_NO_PLATFORM) & ~kinds.first_platform.isin(_NO_PLATFORM)
    others = kinds.filter((kinds.platform != kinds.first_platform) & known & far)
    renamed = others.select(o_order=others.order_id, o_format=others.format)
    return _renamed(orders, renamed, sequence), _renamed(items, renamed, sequence)


def _renamed(table: ir.Table, renamed: ir.Table, sequence: ir.Table) -> ir.Table:
    kinds = sequence.select(f_upload=sequence.upload_id, f_format=sequence.format)
    found = table.left_join(kinds, table.upload_id == kinds.f_upload)
    found = found.left_join(renamed, [found.order_id == renamed.o_order, found.f_format == renamed.o_format])
    longer = found.order_id + ibis.literal(" (") + found.o_format + ibis.literal(")")
    return found.mutate(order_id=ibis.coalesce(longer, found.order_id)).select(*table.columns)


def put_together(orders: ir.Table, sequence: ir.Table) -> ir.Table:
    """One row an order, from the newest upload of each kind of export that has it.

    Money comes from the row that states most of it, and with it the upload whose items count; who, where and how from
    any row, that one first; the status from the newest row that knows it.
    """
    ranked = orders.join(sequence.select("upload_id", "sequence", "format"), "upload_id")
    newest = ranked.sequence.max().over(ibis.window(group_by=[ranked.order_id, ranked.format]))
    ranked = ranked.mutate(newest=newest).filter(lambda t: t.sequence == t.newest)
    stated = sum((ranked[name].notnull().cast("int64") for name in _MONEY), start=ibis.literal(0))
    known = ranked.status.notnull() & (ranked.status != "unknown")
    # A file without times has midnight on every order.
    timed = ranked.ordered_at != ranked.ordered_at.truncate("D")
    ranked = ranked.mutate(stated=stated, known=known, timed=timed)
    rank = ranked.stated * 1_000_000 + ranked.sequence
    each = ranked.group_by(e_order=ranked.order_id).aggregate(
        e_best=rank.max(),
        e_status=ranked.status.argmax(ranked.sequence, where=ranked.known),
        e_at=ranked.ordered_at.argmax(ranked.sequence, where=ranked.timed),
        **{f"e_{name}": ranked[name].argmax(rank, where=ranked[name].notnull()) for name in _FILLED},
    )
    joined = ranked.join(each, ranked.order_id == each.e_order)
    best = joined.filter(joined.stated * 1_000_000 + joined.sequence == joined.e_best)
    filled = {name: ibis.coalesce(best[name], best[f"e_{name}"]) for name in _FILLED}
    return best.mutate(
        status=ibis.coalesce(best.e_status, best.status),
        ordered_at=ibis.ifelse(best.timed, best.ordered_at, ibis.coalesce(best.e_at, best.ordered_at)),
        **filled,
    ).select(*orders.columns)
