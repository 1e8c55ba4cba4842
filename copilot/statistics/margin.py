"""Cost of product lines: as given on the line, else from the product list, else from the margin the user states."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY, Tables


def with_cost(tables: Tables, lines: ir.Table, margin: float | None = None) -> ir.Table:
    """Lines (with sku, quantity, line_sales and the given `cost`) with `line_cost`, null where nothing is known.

    The cost of a line comes from its own column, else from the product of that SKU times the quantity, else from
    the stated margin: sales x (1 - margin).
    """
    products = tables.products
    priced = products.filter(products.sku.notnull(), products.cost.notnull())
    priced = priced.group_by(cost_sku="sku").aggregate(unit_cost=priced.cost.max())
    joined = lines.left_join(priced, lines.sku == priced.cost_sku).drop("cost_sku")
    known = joined.cost.fill_null(joined.unit_cost * joined.quantity)
    if margin is not None:
        known = known.fill_null(joined.line_sales * ibis.literal(round(1 - margin, 6)))
    return joined.mutate(line_cost=known.cast(MONEY)).drop("unit_cost")
