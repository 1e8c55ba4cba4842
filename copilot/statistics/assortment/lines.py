"""Owns which order lines are goods somebody chose to buy, and keeps them as numbers to count pairs with."""

from __future__ import annotations

from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.scope import DERIVED, Scope, valid_orders

Level = Literal["product", "category"]
PLURAL: Final[dict[str, str]] = {"product": "products", "category": "categories"}
NOT_CHOSEN: Final = (
    r"(^|[^a-z])(free (gift|sample|product)|gift with purchase|gratis|gratisprobe|warenprobe|cadeau offert|"
    r"(é|e)chantillon gratuit|muestra gratis|omaggio|(shipping|package|order) protection|versandschutz)([^a-z]|$)"
)


def merchandise(tables: Tables) -> ir.Table:
    """Product lines as bought: order_id, name (product, else SKU), category, quantity, gross, discount, cost.

    Left out: shipping, fees, gift cards and adjustments, lines without product and SKU, and what was added rather
    than chosen: free gifts, free samples (price or line value of zero) and shipping protection. Variants of a product
    share its name. Lines of files without prices are kept.
    """
    named = _priced(tables)
    names = tables.order_items.select(name=_name(tables.order_items)).distinct()  # each name is matched once
    added = names.filter(_added(names.name))
    return named.anti_join(added, "name").select(
        "order_id", "name", "category", "quantity", "gross", "discount", "cost"
    )


def _priced(tables: Tables) -> ir.Table:
    """Product lines with a name, except those given for nothing."""
    items = tables.order_items
    zero = ibis.literal(0)
    paid = (items.unit_price.fill_null(items.gross).fill_null(1) != zero) & (
        items.gross.isnull() | (items.gross <= zero) | (items.gross > items.discount.fill_null(0))
    )
    name = _name(items)
    goods = items.filter(items.kind.fill_null("product") == "product", name.notnull(), name != "", paid)
    return goods.mutate(name=_name(goods))


def _name(items: ir.Table) -> ir.StringValue:
    return items["product"].fill_null(items.sku)


def _added(name: ir.StringValue) -> ir.BooleanValue:
    """Names of what is added rather than chosen."""
    return name.lower().re_search(NOT_CHOSEN)


def levelled(lines: ir.Table, level: Level) -> ir.Table:
    """Lines with `name` set to the product or to the category; lines without one are left out."""
    if level == "product":
        return lines
    known = lines.filter(lines.category.notnull(), lines.category != "")
    return known.mutate(name=known.category)


def baskets(tables: Tables, scope: Scope) -> ir.Table:
    """Valid orders by number, kept: order_id, basket, customer_key, day, place.

    `place` counts the orders of a customer from 0 (null for guests); ties of time are broken by order id.
    """
    return tables.kept(f"basket-orders-{scope.key()}", lambda: _baskets(tables, scope))


def _baskets(tables: Tables, scope: Scope) -> ir.Table:
    orders = valid_orders(tables, scope)
    place = ibis.row_number().over(group_by=orders.customer_key, order_by=[orders.ordered_at, orders.order_id])
    return orders.select(
        "order_id",
        "customer_key",
        "day",
        basket=ibis.row_number().over(order_by=orders.order_id).cast("int32"),
        place=ibis.ifelse(orders.customer_key.notnull(), place, ibis.null("int64")).cast("int32"),
    )


def _codes(tables: Tables, level: Level) -> ir.Table:
    """Names of products somebody may have chosen, or of categories, each with its number, kept: name, code."""
    return tables.kept(f"codes-{level}-{DERIVED}", lambda: _numbered_names(tables, level))


def _numbered_names(tables: Tables, level: Level) -> ir.Table:
    items = tables.order_items
    names = items.select(name=_name(items) if level == "product" else items.category).distinct()
    names = names.filter(names.name.notnull(), names.name != "")
    if level == "product":
        names = names.filter(~_added(names.name))
    return names.select("name", code=ibis.row_number().over(order_by=names.name).cast("int32"))


def things(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    """The products or categories on valid orders, kept: name, code, baskets (orders with it)."""
    return tables.kept(f"things-{level}-{scope.key()}", lambda: _things(tables, scope, level))


def _things(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    held = bought(tables, scope, level)
    each = held.group_by("code").aggregate(baskets=held.count())
    return _codes(tables, level).join(each, "code").select("name", "baskets", "code")


def bought(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    """One row an order and product (or category), kept: basket, code. Twice in one order is once here.

    Orders and products are numbered once: joining and grouping texts takes ten times as long, and counting orders
    by text takes more memory than a large shop leaves.
    """
    return tables.kept(f"bought-{level}-{scope.key()}", lambda: _bought(tables, scope, level))


def _bought(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    lines = _priced(tables).join(_codes(tables, "product"), "name")
    if level == "category":
        lines = lines.select("order_id", "category").join(_codes(tables, level).rename(category="name"), "category")
    orders = baskets(tables, scope).select("order_id", "basket")
    return lines.select("order_id", "code").join(orders, "order_id").select("basket", "code").distinct()


def no_lines(level: Level) -> str:
    """What to say, and which export would help, where the files name no products or categories."""
    if level == "category":
        return "The files name no product categories. Shopify > Products > Export has them (column Type or Category)."
    return "The files hold no order lines with products. Export orders with their line items."
