"""Owns the splitting of customers and orders into a group and the rest, for everything that describes a group."""

from __future__ import annotations

import hashlib

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.scope import Scope, customer_orders, customer_table, valid_orders
from copilot.statistics.segments import SegmentRule, members


def everybody(rule: SegmentRule | None) -> bool:
    """True if the rule leaves nobody out, so that there is no rest to compare with."""
    return rule is None or not rule.conditions


def group_members(tables: Tables, scope: Scope, rule: SegmentRule) -> ir.Table:
    """customer_key of everybody in the group, computed once for a rule and scope."""
    content = hashlib.sha256(repr(rule.conditions).encode()).hexdigest()[:16]
    return tables.kept(
        f"members-{content}-{scope.key()}", lambda: members(tables, scope, rule).select("customer_key").distinct()
    )


def marked_customers(tables: Tables, scope: Scope, rule: SegmentRule | None) -> ir.Table:
    """The customer table with `in_group`."""
    return marked(tables, scope, rule, customer_table(tables, scope))


def marked_orders(tables: Tables, scope: Scope, rule: SegmentRule | None) -> ir.Table:
    """Valid orders with `in_group`; orders without a customer are in no group, but belong to 'everybody'."""
    orders = valid_orders(tables, scope) if everybody(rule) else customer_orders(tables, scope)
    return marked(tables, scope, rule, orders)


def numbered_orders(tables: Tables, scope: Scope) -> ir.Table:
    """Valid orders of known customers with `place` (0 = first) and `first_day`; ties of time by order id."""
    return tables.kept(f"numbered-orders-{scope.key()}", lambda: _numbered(tables, scope))


def _numbered(tables: Tables, scope: Scope) -> ir.Table:
    orders = customer_orders(tables, scope)
    placed = orders.mutate(
        place=ibis.row_number().over(group_by=orders.customer_key, order_by=[orders.ordered_at, orders.order_id]),
        first_day=orders.day.min().over(group_by=orders.customer_key),
    )
    return placed.select("order_id", "customer_key", "ordered_at", "day", "first_day", "place", "demand", "discounted")


def product_lines(tables: Tables) -> ir.Table:
    """Lines of real products: order_id, name (product, else SKU), category, quantity, gross, discount.

    Shipping, fees, gift cards and adjustments are left out, as are lines without product and SKU.
    """
    items = tables.order_items
    name = items["product"].fill_null(items.sku)
    return items.filter(items.kind.fill_null("product") == "product", name.notnull(), name != "").select(
        "order_id", "category", "quantity", "gross", "discount", name=name
    )


def marked(tables: Tables, scope: Scope, rule: SegmentRule | None, rows: ir.Table) -> ir.Table:
    """Rows that have a customer_key, with `in_group`."""
    if rule is None or not rule.conditions:
        return rows.mutate(in_group=ibis.literal(True))
    chosen = group_members(tables, scope, rule).mutate(in_group=ibis.literal(True))
    joined = rows.left_join(chosen, "customer_key").drop("customer_key_right")
    return joined.mutate(in_group=joined.in_group.fill_null(False))
