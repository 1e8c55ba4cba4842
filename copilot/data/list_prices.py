"""Prices from the product list for a shop whose orders and lines carry no amount at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY

LIST_PRICES: Final = "the orders carry no amounts: sales are quantity x today's price in the product list"


def need_list_prices(tables: Mapping[str, ir.Table]) -> bool:
    """True if lines have products with a known price, and neither a line nor an order states what was paid."""
    if "products" not in tables or "order_items" not in tables or "orders" not in tables:
        return False
    products, items, orders = tables["products"], tables["order_items"], tables["orders"]
    if not bool((products.price.notnull() & products.sku.notnull()).any().execute()):
        return False
    if "order_parts" in tables or not bool(items.sku.notnull().any().execute()):
        return False
    stated = orders.gross_sales.notnull() | orders.total_sales.notnull()
    return not bool(items.gross.notnull().any().execute()) and not bool(stated.any().execute())


def with_list_prices(items: ir.Table, products: ir.Table) -> ir.Table:
    """Lines at the price of their product; those of a product without a price stay without an amount."""
    known = products.filter(products.sku.notnull() & products.price.notnull())
    prices = known.group_by(l_sku=known.sku).aggregate(l_price=known.price.max())
    joined = items.left_join(prices, items.sku == prices.l_sku)
    price = ibis.coalesce(joined.unit_price, joined.l_price)
    gross = ibis.coalesce(joined.gross, (price * joined.quantity).cast(MONEY))
    return joined.mutate(unit_price=price, gross=gross).select(*items.columns)
