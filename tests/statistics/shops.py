"""Small shops written out by hand for the tests of the statistics."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import ShopFacts, Tables, tables_from_frames

_KEYS = itertools.count()


def order(number: int, customer: str | None, day: str, gross: float, **more: Any) -> dict[str, Any]:
    """One order; discounts, returns, status, kind, test, country ... in `more`."""
    return {
        "order_id": f"o{number:05d}",
        "kind": "order",
        "customer_key": customer,
        "ordered_at": pd.Timestamp(day),
        "gross_sales": gross,
        "status": "paid",
        **more,
    }


def credit(number: int, customer: str | None, day: str, value: float, **more: Any) -> dict[str, Any]:
    """A separate return document."""
    return order(number, customer, day, 0.0, kind="return", returns=value, **more)


def shop(
    orders: list[dict[str, Any]] | pd.DataFrame,
    *,
    analysis_date: date | None = None,
    currencies: tuple[str, ...] = ("GBP",),
    **frames: pd.DataFrame,
) -> Tables:
    """Tables over these orders (and further frames); derived tables are stored, as in a workspace."""
    frame = pd.DataFrame(orders)
    days = frame["ordered_at"].dt.date if len(frame) else None
    facts = ShopFacts(
        shop="test shop",
        currency=currencies[0] if len(currencies) == 1 else None,
        currencies=currencies,
        first_order=None if days is None else days.min(),
        last_order=None if days is None else days.max(),
        analysis_date=analysis_date or (None if days is None else days.max()),
        time_zone=None,
        sources=(),
    )
    tables = tables_from_frames({"orders": frame, **frames}, facts, key=f"shop-{next(_KEYS)}")
    backend = tables.orders.get_backend()

    def keep(name: str, build: Callable[[], ir.Table]) -> ir.Table:
        return backend.create_table(name.replace("-", "_"), build(), temp=True)

    return dataclasses.replace(tables, keep=keep)


def people(*rows: dict[str, Any]) -> pd.DataFrame:
    """A customer list."""
    return pd.DataFrame(list(rows))
