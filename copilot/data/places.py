"""Where orders went, if no order says so: the place that the customer list gives for their customers."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

PLACES: Final = ("country", "region", "city")


def placed(orders: ir.Table, customers: ir.Table) -> ir.Table:
    """Orders with the customer's country, region and city, each only where not one order of the shop names its own.

    A customer list knows where somebody lives today; an order that has an address of its own keeps it.
    """
    counts = {name: orders[name].count() for name in PLACES}
    listed = {f"listed_{name}": customers[name].count() for name in PLACES}
    own = orders.aggregate(**counts).to_pyarrow().to_pylist()[0]
    known = customers.aggregate(**listed).to_pyarrow().to_pylist()[0]
    lacking = [name for name in PLACES if not own[name] and known[f"listed_{name}"]]
    if not lacking:
        return orders
    people = customers.select(p_key=customers.customer_key, **{f"p_{name}": customers[name] for name in lacking})
    joined = orders.left_join(people, orders.customer_key == people.p_key)
    filled = joined.mutate(**{name: joined[f"p_{name}"] for name in lacking})
    return filled.select(*orders.columns)
