"""Owns the portrait of one product: sales, trend, buyers, discounts, returns, and what it does for the shop."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, Final

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.assortment.gateway import beginners
from copilot.statistics.assortment.lines import Level, baskets, levelled, merchandise, things
from copilot.statistics.assortment.next_product import code_of
from copilot.statistics.assortment.replenishment import Cycle, replenishment
from copilot.statistics.conduct.refunds import refund_of
from copilot.statistics.intervals import Z95
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope, valid_orders

DAYS: Final = 90


class ProductPerformance(Result):
    """One product (or category). `trend` is None where the data covers less than twice ninety days."""

    name: str
    level: Level
    sales: Figure
    share: Figure
    units: Figure
    orders: Figure
    customers: Figure
    trend: Figure | None
    orders_trend: Figure | None
    discounted: Figure | None
    returned: Figure | None
    began: Figure
    again: Figure
    cycle: Cycle | None
    warnings: tuple[str, ...] = ()


def product_performance(tables: Tables, scope: Scope, name: str, level: Level = "product") -> ProductPerformance:
    """Everything the orders tell about one product. Raises UnknownName if no order that counts holds it.

    Stock is in no order file, so dead stock cannot be told; that is said.
    """
    receipts = Receipts(tables, scope, "product_performance", {"name": name, "level": level})
    code = code_of(tables, scope, name, level)
    known = things(tables, scope, level)
    name = str(tables.frame(known.filter(known.code == code))["name"].iloc[0])
    lines = levelled(merchandise(tables), level)
    orders = valid_orders(tables, scope)
    sold = lines.join(orders.select("order_id", "customer_key", "day", "discounted"), "order_id")
    mine = sold.filter(sold.name == name)
    row = tables.frame(_sums(mine)).iloc[0]
    whole = float(tables.frame(sold.aggregate(gross=sold.gross.sum().cast("float64").fill_null(0)))["gross"].iloc[0])
    each = mine.select("order_id", "discounted").distinct()
    cut = tables.frame(
        each.aggregate(n=each.discounted.notnull().sum(), hit=each.discounted.fill_null(False).sum().fill_null(0))
    ).iloc[0]
    buyers = mine.filter(mine.customer_key.notnull()).select("customer_key").distinct()
    began = beginners(tables, scope.ever()).select("customer_key", "basket")
    first = _baskets_with(tables, scope.ever(), lines, name)
    began_with = _count(tables, began.semi_join(first, "basket").semi_join(buyers, "customer_key"))
    customers = int(row["customers"])
    about: dict[str, Any] = {"of": "customers"}
    cycles = replenishment(tables, scope, level, name).cycles
    return ProductPerformance(
        name=name,
        level=level,
        sales=receipts.figure("product_sales", float(row["gross"]), label=f"Gross sales of {name}"),
        share=receipts.figure(
            "product_share", float(row["gross"]) / whole if whole > 0 else None, numerator=float(row["gross"]),
            denominator=whole, n=int(row["orders"]), label=f"{name}: share of product sales",
        ),
        units=receipts.figure("product_units", float(row["units"]), label=f"Units of {name}", decimals=0),
        orders=receipts.figure("product_orders", int(row["orders"]), label=f"Orders with {name}"),
        customers=receipts.figure("product_customers", customers, label=f"Customers of {name}"),
        **_trends(tables, receipts, mine, name),
        discounted=receipts.share(
            "product_discounted", int(cut["hit"]), int(cut["n"]), of="orders", label=f"Orders of {name} with a discount"
        ) if int(cut["n"]) else None,
        returned=refund_of(tables, scope, name, level),
        began=receipts.share("product_first", began_with, customers, label=f"Buyers who began with {name}", **about),
        again=receipts.share(
            "product_repeat", _again(tables, mine), customers, label=f"Buyers of {name} who bought it again", **about
        ),
        cycle=cycles[0] if cycles else None,
        warnings=("Stock is in no order file, so dead stock cannot be told from these data.",),
    )  # fmt: skip


def _sums(mine: ir.Table) -> ir.Table:
    return mine.aggregate(
        gross=mine.gross.sum().cast("float64").fill_null(0),
        units=mine.quantity.sum().cast("float64").fill_null(0),
        orders=mine.order_id.nunique(),
        customers=mine.customer_key.nunique(),
    )


def _count(tables: Tables, rows: ir.Table) -> int:
    return int(tables.frame(rows.aggregate(n=rows.count()))["n"].iloc[0])


def _baskets_with(tables: Tables, scope: Scope, lines: ir.Table, name: str) -> ir.Table:
    held = lines.filter(lines.name == name).select("order_id").distinct()
    return baskets(tables, scope).semi_join(held, "order_id").select("basket")


def _again(tables: Tables, mine: ir.Table) -> int:
    known = mine.filter(mine.customer_key.notnull())
    each = known.group_by("customer_key").aggregate(days=known.day.nunique())
    return _count(tables, each.filter(each.days >= 2))


def _trends(tables: Tables, receipts: Receipts, mine: ir.Table, name: str) -> dict[str, Figure | None]:
    """Sales and orders of the last ninety days against the ninety before, if the data covers both."""
    as_of, span = receipts.as_of, receipts.period
    if as_of is None or span is None or (as_of - span.start).days + 1 < 2 * DAYS:
        return {"trend": None, "orders_trend": None}
    now = mine.day > as_of - timedelta(days=DAYS)
    before = ~now & (mine.day > as_of - timedelta(days=2 * DAYS))
    row = tables.frame(
        mine.aggregate(
            now=mine.gross.sum(where=now).cast("float64").fill_null(0),
            before=mine.gross.sum(where=before).cast("float64").fill_null(0),
            orders_now=mine.order_id.nunique(where=now),
            orders_before=mine.order_id.nunique(where=before),
        )
    ).iloc[0]
    a, b = int(row["orders_now"]), int(row["orders_before"])
    spread = math.exp(Z95 * math.sqrt(1 / a + 1 / b)) if a and b else 1.0
    return {
        "trend": receipts.figure(
            "product_trend", float(row["now"]) / float(row["before"]) if row["before"] > 0 else None,
            numerator=float(row["now"]), denominator=float(row["before"]), n=a + b, of="orders",
            label=f"Sales of {name}: last 90 days against the 90 before",
        ),
        "orders_trend": receipts.figure(
            "product_trend", a / b if b else None, name="product_orders_trend", numerator=a, denominator=b, n=a + b,
            of="orders", label=f"Orders with {name}: last 90 days against the 90 before",
            definition="Orders with it in the 90 days up to the analysis date / in the 90 days before them.",
            interval_of=((a / b / spread, a / b * spread) if a and b else None, "Poisson 95 %"),
        ),
    }  # fmt: skip
