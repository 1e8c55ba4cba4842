"""Owns the sums a sales change is explained from: one row a period, aggregated in the engine."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope, customer_table, documents

LINES_NEEDED: Final = Decimal("0.5")  # of gross sales on product lines, for a split into units, price and mix
_AMOUNTS: Final = ("gross", "demand", "known", "guests", "other", "net", "guest_gross", "guest_demand")


@dataclass(frozen=True)
class Pair:
    """The two periods compared, within one scope; `scope` itself has no period."""

    tables: Tables
    scope: Scope
    before: Period
    after: Period

    def rows(self) -> ir.Table:
        """Documents of both periods with `side` (0 before, 1 after)."""
        rows = documents(self.tables, self.scope)
        early = rows.day.between(self.before.start, self.before.end)
        late = rows.day.between(self.after.start, self.after.end)
        return rows.filter(early | late).mutate(side=ibis.ifelse(late, 1, 0))

    @property
    def days(self) -> tuple[int, int]:
        """Length of the two periods in days."""
        return length(self.before), length(self.after)


def length(period: Period) -> int:
    """Days of a period, both ends included."""
    return (period.end - period.start).days + 1


@dataclass(frozen=True)
class Side:
    """Sums of one period. `known`: documents of known customers that count as orders or returns."""

    customers: int
    orders: int
    gross: Decimal
    demand: Decimal
    known: Decimal  # net sales of known customers
    guests: Decimal  # net sales without a customer
    other: Decimal  # net of known customers' orders without a positive value
    net: Decimal
    guest_orders: int
    guest_gross: Decimal
    guest_demand: Decimal


def sums(pair: Pair) -> tuple[Side, Side]:
    """The sums of both periods."""
    rows = pair.rows()
    known = rows.customer_key.notnull()
    bought = known & rows.valid
    strange = rows.customer_key.isnull() & rows.valid
    each = rows.group_by("side").aggregate(
        customers=rows.customer_key.nunique(where=bought),
        orders=bought.sum(),
        gross=rows.gross.sum(where=bought),
        demand=rows.demand.sum(where=bought),
        known=rows.net.sum(where=known & (rows.valid | (rows.kind == "return"))),
        guests=rows.net.sum(where=~known),
        other=rows.net.sum(where=known & ~rows.valid & (rows.kind != "return")),
        net=rows.net.sum(),
        guest_orders=strange.sum(),
        guest_gross=rows.gross.sum(where=strange),
        guest_demand=rows.demand.sum(where=strange),
    )
    frame = pair.tables.frame(each).set_index("side")
    return _side(frame, 0), _side(frame, 1)


def _side(frame: pd.DataFrame, side: int) -> Side:
    row: dict[str, Any] = frame.loc[side].to_dict() if side in frame.index else {}
    return Side(
        customers=count(row.get("customers")),
        orders=count(row.get("orders")),
        guest_orders=count(row.get("guest_orders")),
        **{name: money(row.get(name)) for name in _AMOUNTS},
    )


def money(value: Any) -> Decimal:
    """A sum as a Decimal; null is zero."""
    return Decimal(0) if value is None or pd.isna(value) else Decimal(str(value))


def count(value: Any) -> int:
    """A count; null is zero."""
    return 0 if value is None or pd.isna(value) else int(value)


@dataclass(frozen=True)
class Lines:
    """Units and sales on product lines of both periods, by product, for orders of known customers (or of guests)."""

    frame: pd.DataFrame  # name, units_0, units_1, sales_0, sales_1; sorted by key

    def total(self, column: str) -> Decimal:
        """Sum of a column."""
        return sum((money(value) for value in self.frame[column]), Decimal(0))

    def matrix(self) -> dict[tuple[int, int], Fraction]:
        """Mean price of a unit with the mix of one period and the prices of the other.

        A product not sold in a period keeps the other period's price there: its coming or going is mix, not price.
        """
        units = [self.frame[f"units_{side}"].to_numpy(dtype=float) for side in (0, 1)]
        sales = [self.frame[f"sales_{side}"].to_numpy(dtype=float) for side in (0, 1)]
        sold = [unit > 0 for unit in units]
        prices = [np.divide(sales[s], units[s], out=np.zeros(len(self.frame)), where=sold[s]) for s in (0, 1)]
        prices = [np.where(sold[s], prices[s], prices[1 - s]) for s in (0, 1)]
        found: dict[tuple[int, int], Fraction] = {}
        for mix in (0, 1):
            side = mix if units[mix].sum() > 0 else 1 - mix
            whole = self.total(f"units_{side}")
            for price in (0, 1):
                if price == side:
                    found[mix, price] = (
                        Fraction(self.total(f"sales_{side}")) / Fraction(whole) if whole else Fraction(1)
                    )
                else:
                    mean = float((units[side] * prices[price]).sum() / float(whole)) if whole else 1.0
                    found[mix, price] = Fraction(mean)
        return found


def lines(pair: Pair, *, guests: bool) -> Lines:
    """Product lines of valid orders of both periods; lines without a positive quantity and price are left out."""
    orders = pair.rows()
    whose = orders.customer_key.isnull() if guests else orders.customer_key.notnull()
    orders = orders.filter(orders.valid & whose).select("order_id", "side")
    items = pair.tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product", items.quantity > 0, items.gross > 0)
    if pair.scope.repeated_lines == "drop":
        items = items.filter(~items.repeated.fill_null(False))
    name = items["product"].fill_null(items.sku).fill_null("")
    items = items.select(
        "order_id", "quantity", "gross", name=name,
        key=items.sku.fill_null("") + "|" + name + "|" + items.variant.fill_null(""),
    )  # fmt: skip
    joined = items.join(orders, "order_id")
    early, late = joined.side == 0, joined.side == 1
    each = joined.group_by("key").aggregate(
        name=joined.name.max(),
        units_0=joined.quantity.sum(where=early),
        units_1=joined.quantity.sum(where=late),
        sales_0=joined.gross.sum(where=early),
        sales_1=joined.gross.sum(where=late),
    )
    frame = pair.tables.frame(each.order_by("key"))
    columns = ["units_0", "units_1", "sales_0", "sales_1"]
    return Lines(frame.assign(**{column: [money(value) for value in frame[column]] for column in columns}))


@dataclass(frozen=True)
class Newness:
    """Customers with an order in the period and net sales, of one class (new, returning, other) in one period."""

    customers: int
    net: Decimal


def newness(pair: Pair) -> dict[tuple[str, int], Newness]:
    """New (first order in the period), returning (before it), other (no order that counts by then): both periods.

    Guests are not in it.
    """
    first = customer_table(pair.tables, pair.scope).select("customer_key", "first_day")
    rows = pair.rows()
    rows = rows.filter(rows.customer_key.notnull())
    joined = rows.left_join(first, "customer_key").drop("customer_key_right")
    start = ibis.ifelse(joined.side == 1, ibis.literal(pair.after.start), ibis.literal(pair.before.start))
    end = ibis.ifelse(joined.side == 1, ibis.literal(pair.after.end), ibis.literal(pair.before.end))
    kind = ibis.cases(
        (joined.first_day.between(start, end), "new"), (joined.first_day < start, "returning"), else_="other"
    )
    joined = joined.mutate(newness=kind)
    each = joined.group_by("newness", "side").aggregate(
        customers=joined.customer_key.nunique(where=joined.valid), net=joined.net.sum()
    )
    return {
        (str(row["newness"]), int(row["side"])): Newness(count(row["customers"]), money(row["net"]))
        for row in pair.tables.frame(each).to_dict("records")
    }
