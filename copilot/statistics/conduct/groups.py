"""Owns the rules of the anti-profile as marks on customers: deal seekers, serial returners, one-item raiders."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.assortment.lines import merchandise
from copilot.statistics.scope import Scope, customer_orders, customer_table

DEAL_ORDERS: Final = 2  # orders a deal seeker has at least
DEAL_SHARE: Final = 0.8  # of them discounted
DEAL_USUAL: Final = 0.6  # where more of all orders are discounted, everybody is a deal seeker and nobody is
RETURN_ORDERS: Final = 3
RETURN_TIMES: Final = 2.0  # times the store's share of orders that come back
RETURN_EVENTS: Final = 2  # one return among three orders is bad luck, not a habit
RAID_DEPTH: Final = 0.1  # a discount below that is no raid, whatever is usual


@dataclass(frozen=True)
class Store:
    """What is usual in the shop: the borders that the rules compare a customer with."""

    customers: int
    discount_share: float | None  # of orders; None if the files cannot tell
    return_share: float  # refunded orders and return documents / orders
    small_order: float  # 25 % of orders are worth at most this
    depth: float  # typical (median) discount of a discounted order, share of gross
    costs: bool  # costs are known for nearly all lines


def store(tables: Tables, scope: Scope) -> Store:
    """The shop's own borders, from its customers' orders."""
    customers, orders = customer_table(tables, scope), customer_orders(tables, scope)
    people = tables.frame(
        customers.aggregate(
            n=customers.count(),
            events=(customers.refunded_orders + customers.return_documents).sum().cast("float64"),
            orders=customers.orders.sum().cast("float64"),
        )
    ).iloc[0]
    depth = orders.discounts.cast("float64") / orders.gross.cast("float64").nullif(0)
    usual = tables.frame(
        orders.aggregate(
            known=orders.discounted.notnull().sum().cast("float64"),
            discounted=orders.discounted.fill_null(False).sum().cast("float64"),
            small=orders.demand.cast("float64").quantile(0.25),
            depth=depth.median(where=orders.discounts > 0),
        )
    ).iloc[0]
    known = float(usual["known"]) if int(people["n"]) else 0.0
    return Store(
        customers=int(people["n"]),
        discount_share=float(usual["discounted"]) / known if known > 0 else None,
        return_share=float(people["events"]) / float(people["orders"]) if int(people["n"]) else 0.0,
        small_order=_number(usual["small"]),
        depth=max(RAID_DEPTH, _number(usual["depth"])),
        costs=_costs_known(tables),
    )


def conduct_table(tables: Tables, scope: Scope) -> ir.Table:
    """One row a customer, kept: customer_key, deal_seeker, serial_returner, one_item_raider, kept_nothing,
    negative_margin (all yes or no), margin (null where costs are not known), orders, events.

    Goods that came back are taken to sell again at no loss, so the cost of the returned share is not counted."""
    return tables.kept(f"conduct-{scope.key()}", lambda: _conduct(tables, scope, store(tables, scope)))


def _conduct(tables: Tables, scope: Scope, usual: Store) -> ir.Table:
    customers = customer_table(tables, scope)
    orders = customers.orders.cast("float64")
    events = (customers.refunded_orders + customers.return_documents).cast("float64")
    deals = usual.discount_share is not None and usual.discount_share < DEAL_USUAL
    raids = _raids(tables, scope, usual).mutate(raid=ibis.literal(True))
    marked = customers.select(
        "customer_key",
        "orders",
        events=events,
        deal_seeker=ibis.literal(deals)
        & (customers.orders >= DEAL_ORDERS)
        & (customers.discounted_orders >= DEAL_SHARE * orders),
        serial_returner=(customers.orders >= RETURN_ORDERS)
        & (events >= RETURN_EVENTS)
        & (events >= RETURN_TIMES * usual.return_share * orders),
        kept_nothing=(customers.demand_sales > 0) & (customers.net_sales <= 0),
        net=customers.net_sales.cast("float64"),
        kept=ibis.greatest(
            0.0, 1 - customers.returns.cast("float64") / customers.demand_sales.cast("float64").nullif(0)
        ),
    )
    joined = marked.left_join(raids, "customer_key").drop("customer_key_right")
    joined = joined.mutate(one_item_raider=joined.raid.fill_null(False)).drop("raid")
    if not usual.costs:
        return joined.mutate(margin=ibis.null("float64"), negative_margin=ibis.literal(False)).drop("net", "kept")
    joined = joined.left_join(_costs(tables, scope), "customer_key").drop("customer_key_right")
    margin = joined.net - joined.cost * joined.kept
    return joined.mutate(margin=margin, negative_margin=(margin < 0).fill_null(False)).drop("net", "cost", "kept")


def _raids(tables: Tables, scope: Scope, usual: Store) -> ir.Table:
    """Customers of one order: one unit of one product, among the smallest quarter of orders, at a deep discount."""
    single = customer_table(tables, scope)
    single = single.filter(single.orders == 1).select("customer_key")
    orders = customer_orders(tables, scope).semi_join(single, "customer_key")
    cut = orders.discounts.cast("float64") >= usual.depth * orders.gross.cast("float64")
    cheap = orders.filter(orders.discounts > 0, cut, orders.demand.cast("float64") <= usual.small_order)
    lines = merchandise(tables).semi_join(cheap, "order_id")
    units = lines.group_by("order_id").aggregate(units=lines.quantity.sum().cast("float64"), lines=lines.count())
    one = units.filter(units.lines == 1, units.units <= 1)
    return cheap.semi_join(one, "order_id").select("customer_key").distinct()


def _costs(tables: Tables, scope: Scope) -> ir.Table:
    """Cost of what each customer bought, before returns."""
    items = tables.order_items
    lines = items.filter(items.cost.notnull()).group_by("order_id").aggregate(cost=items.cost.sum().cast("float64"))
    orders = customer_orders(tables, scope).select("order_id", "customer_key")
    joined = orders.join(lines, "order_id")
    return joined.group_by("customer_key").aggregate(cost=joined.cost.sum())


def _costs_known(tables: Tables) -> bool:
    items = tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product")
    row = tables.frame(items.aggregate(n=items.count(), known=items.cost.notnull().sum().fill_null(0))).iloc[0]
    return int(row["n"]) > 0 and int(row["known"]) >= 0.95 * int(row["n"])


def _number(value: float | None) -> float:
    return 0.0 if value is None or math.isnan(value) else float(value)
