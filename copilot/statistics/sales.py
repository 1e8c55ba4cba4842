"""Sales: the ladder from gross sales to money kept, with order counts and order values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.metrics import metric
from copilot.statistics.query import Query, run_query
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, documents, every_document

_LADDER = (
    "gross_sales",
    "discounts",
    "returns",
    "net_sales",
    "shipping",
    "taxes",
    "total_sales",
    "total_after_refunds",
)
_SUBTRACTED = ("discounts", "returns")


class SalesLadder(Result):
    """Sales of all orders that count, guests included. Refunds and returns are dated on their own document."""

    net_sales: Figure
    gross_sales: Figure
    discounts: Figure
    returns: Figure
    shipping: Figure
    taxes: Figure
    total_sales: Figure
    total_after_refunds: Figure
    orders: Figure
    customers: Figure
    customer_orders: Figure
    guest_orders: Figure
    guest_net_sales: Figure
    zero_orders: Figure
    customers_without_order: Figure
    aov: Figure
    aov_net: Figure
    median_order_value: Figure
    p90_order_value: Figure
    discount_rate: Figure
    discounted_order_share: Figure
    refunded_order_share: Figure
    ladder: ResultTable


def sales_ladder(tables: Tables, scope: Scope) -> SalesLadder:
    """The sales ladder, order counts and order values of the scope; all zero if no order counts.

    Raises CannotAnswer if the orders are in several currencies and the scope picks none.
    """
    receipts = Receipts(tables, scope, "sales_ladder")
    sums = _sums(tables, scope)
    orders = int(sums["orders"])
    told: dict[str, Any] = {"n": orders, "people": int(sums["customers"])}
    money = {name: receipts.figure(name, sums[name], warnings=_money_warnings(name, sums), **told) for name in _LADDER}
    for name in ("shipping", "taxes"):
        if not sums[f"{name}_known"]:
            money[name] = receipts.figure(name, None, warnings=(f"the files have no column for {name}",))
    count = {
        name: receipts.figure(name, sums[name])
        for name in ("orders", "customers", "customer_orders", "guest_orders", "zero_orders")
    }
    return SalesLadder(
        **money,
        **count,
        customers_without_order=receipts.figure("customers_without_order", _without_order(tables, scope)),
        guest_net_sales=receipts.figure(
            "guest_net_sales", sums["guest_net_sales"], warnings=_guest_warnings(sums), n=int(sums["guest_orders"])
        ),
        **_order_values(tables, scope),
        discount_rate=receipts.figure(
            "discount_rate",
            _ratio(sums["discounts"], sums["gross_sales"]),
            numerator=float(sums["discounts"]),
            denominator=float(sums["gross_sales"]),
            n=orders,
        ),
        discounted_order_share=receipts.share(
            "discounted_order_share", sums["discounted"], sums["discount_known"], of="orders"
        ),
        refunded_order_share=_refunded(receipts, sums),
        ladder=_ladder_table(money, receipts),
    )


def _sums(tables: Tables, scope: Scope) -> dict[str, Any]:
    rows = documents(tables, scope)
    zero = rows.kind == "order"
    names = (*_LADDER, "orders", "customers", "customer_orders", "guest_orders")
    measures = {name: declared(rows) for name in names if (declared := metric(name).measure) is not None}
    frame = tables.frame(
        rows.aggregate(
            **measures,
            zero_orders=(zero & ~rows.valid).sum(),
            guest_net_sales=rows.net.sum(where=rows.customer_key.isnull()),
            discounted=(rows.valid & rows.discounted).sum(),
            discount_known=(rows.valid & rows.discounted.notnull()).sum(),
            refunded=(rows.valid & (rows.returns > 0)).sum(),
            return_documents=(rows.kind == "return").sum(),
            shipping_known=rows.shipping_known.sum(),
            taxes_known=rows.taxes_known.sum(),
            totals_known=rows.total_known.sum(),
        )
    )
    row = frame.iloc[0].to_dict()
    return {name: Decimal(0) if pd.isna(value) else value for name, value in row.items()}


def _without_order(tables: Tables, scope: Scope) -> int:
    """People with any order or return in the period, none of it a valid order."""
    rows = every_document(tables, scope)
    valid = documents(tables, scope)
    buyers = valid.filter(valid.valid)
    others = rows.filter(rows.customer_key.notnull()).anti_join(buyers, "customer_key")
    return int(tables.frame(others.aggregate(n=others.customer_key.nunique()))["n"].iloc[0])


def _order_values(tables: Tables, scope: Scope) -> dict[str, Figure]:
    """The same figures as when they are asked for by name."""
    names = ("aov", "aov_net", "median_order_value", "p90_order_value")
    return dict(zip(names, run_query(tables, Query(metrics=names, scope=scope)).values[0], strict=True))


def _refunded(receipts: Receipts, sums: dict[str, Any]) -> Figure:
    """Unknown, not zero, where all returns are documents of their own, linked to no order."""
    if sums["return_documents"] and not sums["refunded"]:
        reason = "returns are documents of their own in this data, not linked to their order"
        return receipts.figure("refunded_order_share", None, warnings=(reason,))
    return receipts.share("refunded_order_share", sums["refunded"], sums["orders"], of="orders")


def _ratio(part: Decimal | float, whole: Decimal | float) -> float | None:
    return float(part) / float(whole) if whole else None


def _money_warnings(name: str, sums: dict[str, Any]) -> tuple[str, ...]:
    if name in ("total_sales", "total_after_refunds") and not sums["totals_known"]:
        return ("the files have no order totals: made from gross sales, discounts, shipping and taxes",)
    return ()


def _guest_warnings(sums: dict[str, Any]) -> tuple[str, ...]:
    guests = int(sums["guest_orders"])
    if not guests:
        return ()
    have = "order has" if guests == 1 else "orders have"
    return (f"{guests:,} {have} no customer: in totals, in no customer figure",)


def _ladder_table(money: dict[str, Figure], receipts: Receipts) -> ResultTable:
    rows = tuple(
        {"step": ("- " if name in _SUBTRACTED else "") + money[name].label, "amount": money[name].value}
        for name in _LADDER
        if money[name].value is not None
    )
    columns = (Column(key="step", label="Step"), Column(key="amount", label="Amount", unit="money"))
    return ResultTable(title="Sales ladder", columns=columns, rows=rows, currency=receipts.currency)
