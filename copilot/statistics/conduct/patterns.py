"""Owns what the orders themselves show of a customer's kind: bulk buying, one product in bulk, same-second orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.assortment.lines import merchandise
from copilot.statistics.scope import Scope, customer_orders

FAR: Final = 10.0  # times the typical customer, in units per order and in value per order
NEAR: Final = 5.0  # between NEAR and FAR nobody much may lie, or the large buyers are no separate group
MOST: Final = 0.02  # a separate group is at most this share of customers
FEWEST_CUSTOMERS: Final = 30  # below that there is no typical customer
ONE_PRODUCT: Final = 0.8  # share of units that are one product
LEAST_UNITS: Final = 20
SAME_SECOND: Final = 3  # orders of one customer within one second


@dataclass(frozen=True)
class Typical:
    """Units and value per order of the typical customer, and how many customers lie far beyond both."""

    customers: int
    units: float
    value: float
    far: int  # customers at FAR times or more
    between: int  # from NEAR to below FAR times

    @property
    def separate(self) -> bool:
        """True if those far beyond are few and clearly apart: then they are another kind of customer.

        Where large buyers shade into the rest, buying in bulk is how the shop works, and nobody is set aside.
        """
        return self.far > self.between and self.far <= max(1.0, MOST * self.customers)


def order_sizes(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key, orders, units and value (both per order), lines per order; kept."""
    return tables.kept(f"order-sizes-{scope.key()}", lambda: _order_sizes(tables, scope))


def _order_sizes(tables: Tables, scope: Scope) -> ir.Table:
    orders = customer_orders(tables, scope).select("order_id", "customer_key", "demand")
    lines = merchandise(tables)
    held = lines.group_by("order_id").aggregate(units=lines.quantity.sum().cast("float64"))
    joined = orders.left_join(held, "order_id")
    return joined.group_by("customer_key").aggregate(
        orders=joined.count(),
        units=joined.units.mean().fill_null(0.0),
        value=joined.demand.sum().cast("float64") / joined.count(),
    )


def typical(tables: Tables, scope: Scope) -> Typical:
    """Medians over customers and the counts of those far beyond them in both units and value."""
    sizes = order_sizes(tables, scope)
    middle = tables.frame(sizes.aggregate(n=sizes.count(), units=sizes.units.median(), value=sizes.value.median()))
    n = int(middle["n"].iloc[0])
    if n < FEWEST_CUSTOMERS:
        return Typical(n, 0.0, 0.0, 0, 0)
    units, value = float(middle["units"].iloc[0]), float(middle["value"].iloc[0])
    if units <= 0 or value <= 0:
        return Typical(n, 0.0, 0.0, 0, 0)
    reach = ibis.least(sizes.units / units, sizes.value / value)
    frame = tables.frame(
        sizes.aggregate(
            far=(reach >= FAR).sum().fill_null(0), between=((reach >= NEAR) & (reach < FAR)).sum().fill_null(0)
        )
    )
    return Typical(n, units, value, int(frame["far"].iloc[0]), int(frame["between"].iloc[0]))


def bulk_buyers(tables: Tables, scope: Scope, usual: Typical) -> ir.Table:
    """customer_key, kind, reason of those at ten times the typical units and value per order.

    A reseller is one of whose units four fifths or more are one product (twenty or more of it).
    """
    sizes = order_sizes(tables, scope)
    if usual.units <= 0:
        return _rows(sizes.filter(ibis.literal(False)), "wholesale", "bulk")
    far = sizes.filter(sizes.units >= FAR * usual.units, sizes.value >= FAR * usual.value)
    many = sizes.filter(sizes.units >= FAR * usual.units)
    single = _one_product(tables, scope, many)
    resellers = _rows(many.semi_join(single, "customer_key"), "reseller", "one_product")
    return resellers.union(_rows(far.anti_join(single, "customer_key"), "wholesale", "bulk"))


def same_second(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key, kind, reason of customers with three or more orders within one second, where orders have times."""
    orders = customer_orders(tables, scope)
    timed = orders.filter((orders.ordered_at.hour() + orders.ordered_at.minute() + orders.ordered_at.second()) > 0)
    at = timed.select("customer_key", second=timed.ordered_at.truncate("s"))
    each = at.group_by("customer_key", "second").aggregate(n=at.count())
    return _rows(each.filter(each.n >= SAME_SECOND).select("customer_key").distinct(), "test", "same_second")


def _one_product(tables: Tables, scope: Scope, many: ir.Table) -> ir.Table:
    orders = customer_orders(tables, scope).semi_join(many, "customer_key").select("order_id", "customer_key")
    lines = merchandise(tables).join(orders, "order_id")
    each = lines.group_by("customer_key", "name").aggregate(units=lines.quantity.sum().cast("float64"))
    share = each.group_by("customer_key").aggregate(most=each.units.max(), units=each.units.sum())
    return share.filter(share.most >= LEAST_UNITS, share.most >= ONE_PRODUCT * share.units).select("customer_key")


def _rows(customers: ir.Table, kind: str, reason: str) -> ir.Table:
    return customers.select("customer_key", kind=ibis.literal(kind), reason=ibis.literal(reason))
