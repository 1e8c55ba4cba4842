"""The shop's own rules at work on assembly: product codes that are no goods, orders that do not count at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from copilot.data.corrections import CodeIs, Correction, LeaveOut
from copilot.data.engine import held
from copilot.data.merge import Parts
from copilot.data.tables import MONEY

_SEVERAL: Final = ("tags", "customer_tags", "discount_code")  # cells that may hold several values
_NO_GOODS: Final = ("left out", "shipping")
_ZERO: Final = ibis.literal(0).cast(MONEY)


def holds(column: ir.StringValue, value: str, *, several: bool) -> ir.BooleanValue:
    """True where a cell is the value, or one of the values it holds; never null."""
    plain, wanted = column.strip().lower(), " ".join(value.lower().split())
    if not several:
        return (plain == wanted).fill_null(False)
    return plain.re_search(rf"(^|[,;|])\s*{re.escape(wanted)}\s*($|[,;|])").fill_null(False)


def with_codes(parts: Parts, rules: Iterable[Correction], connection: Backend) -> Parts:
    """Lines with the codes named read as what the user says they are.

    `left out`: the line is gone; an order of nothing else is no order. `shipping`: its amount moves from the goods to
    the order's shipping. Other roles change the kind of the line only.
    """
    roles = {" ".join(rule.code.lower().split()): rule.role for rule in rules if isinstance(rule, CodeIs)}
    if not roles or not parts.counts["order_items"]:
        return parts
    items = parts.tables["order_items"]
    named = [
        (holds(items.sku, code, several=False) | holds(items["product"], code, several=False), ibis.literal(role))
        for code, role in roles.items()
    ]
    items = held(connection, items.mutate(said=ibis.cases(*named, else_=ibis.null("string"))))
    gone = items.said.isin(_NO_GOODS).fill_null(False)
    kept = items.filter(~gone).mutate(kind=lambda t: ibis.coalesce(t.said, t.kind)).drop("said")
    orders = _without_lines(_with_shipping(parts, items), items.mutate(gone=gone))
    return replace(parts, tables={**parts.tables, "order_items": kept, "orders": held(connection, orders)})


def _with_shipping(parts: Parts, items: ir.Table) -> ir.Table:
    """Orders with the lines that are shipping added to theirs: those of the same file, else of the newest other one."""
    orders = parts.tables["orders"]
    lines = items.filter(items.said == "shipping")
    moved = lines.group_by("order_id", "upload_id").aggregate(moved=lines.gross.sum())
    own = moved.select(o_id=moved.order_id, o_upload=moved.upload_id, own=moved.moved)
    joined = orders.left_join(own, [orders.order_id == own.o_id, orders.upload_id == own.o_upload])
    apart = moved.anti_join(orders.select("upload_id").distinct(), "upload_id")
    apart = apart.join(parts.sequence.select("upload_id", "sequence"), "upload_id")
    other = apart.group_by(a_id=apart.order_id).aggregate(other=apart.moved.argmax(apart.sequence))
    joined = joined.left_join(other, joined.order_id == other.a_id)
    more = ibis.coalesce(joined.own, joined.other)
    shipping = ibis.ifelse(more.isnull(), joined.shipping, ibis.coalesce(joined.shipping, _ZERO) + more)
    return joined.mutate(shipping=shipping.cast(MONEY)).select(*orders.columns)


def _without_lines(orders: ir.Table, items: ir.Table) -> ir.Table:
    """Orders of which no goods are left: no order where every line is left out, else one without goods."""
    bare = items.group_by(b_id=items.order_id).aggregate(
        bare=items.gone.all(), nothing=(items.said == "left out").fill_null(False).all()
    )
    joined = orders.left_join(bare.filter(bare.bare), orders.order_id == bare.b_id)
    empty = joined.b_id.notnull()
    return joined.mutate(
        kind=ibis.ifelse(joined.nothing.fill_null(False), "adjustment", joined.kind),
        gross_sales=ibis.ifelse(empty, ibis.coalesce(joined.gross_sales, _ZERO), joined.gross_sales),
    ).select(*orders.columns)


def without_orders(
    tables: Mapping[str, ir.Table], rules: Iterable[Correction], parts: Parts, connection: Backend
) -> dict[str, ir.Table]:
    """The canonical tables without the orders that the user leaves out, and without people known from them only."""
    wanted = [rule for rule in rules if isinstance(rule, LeaveOut)]
    if not wanted:
        return dict(tables)
    orders = tables["orders"]
    out = ibis.or_(*[_matches(rule, orders, tables["customers"]) for rule in wanted])
    marked = held(connection, orders.mutate(left_out=out))
    kept, left = marked.filter(~marked.left_out), marked.filter(marked.left_out)
    listed = parts.tables["customers"].join(parts.sequence, "upload_id")
    known = ibis.union(
        *[
            table.select("customer_key")
            for table in (kept, listed.filter(listed.customer_list), tables["sessions"], tables["feedback"])
        ]
    )
    strangers = left.select("customer_key").anti_join(known, "customer_key").distinct()
    return {
        **tables,
        "orders": kept.drop("left_out"),
        "order_items": tables["order_items"].anti_join(left, "order_id"),
        "customers": held(connection, tables["customers"].anti_join(strangers, "customer_key")),
    }


def _matches(rule: LeaveOut, orders: ir.Table, customers: ir.Table) -> ir.BooleanValue:
    several = rule.field in _SEVERAL
    if rule.field == "customer_tags":
        tagged = customers.filter(holds(customers.tags, rule.value, several=several))
        return orders.customer_key.isin(tagged.customer_key).fill_null(False)
    return holds(orders[rule.field], rule.value, several=several)
