"""A real workspace over files a test writes, with what the tests of formats look at: rows, figures, findings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from copilot.data.report import IntakeReport
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope

LADDER = ("gross_sales", "discounts", "returns", "net_sales", "shipping", "taxes", "total_sales", "orders", "customers")


class Shop:
    """Files added to a fresh workspace."""

    def __init__(self, home: Path, *files: Path, answers: dict[str, str] | None = None) -> None:
        self.workspace = Workspace.open(home)
        self.reports: list[IntakeReport] = self.workspace.add(files, answers=answers)

    @property
    def report(self) -> IntakeReport:
        return self.reports[0]

    @property
    def tables(self) -> Tables:
        return self.workspace.tables()

    def problems(self, number: int = 0) -> dict[str, int]:
        return {problem.code: problem.count for problem in self.reports[number].problems}

    def orders(self, *columns: str) -> list[tuple[Any, ...]]:
        return rows(self.tables.orders, "order_id", *columns)

    def items(self, *columns: str) -> list[tuple[Any, ...]]:
        return rows(self.tables.order_items, "order_id", *columns)

    def figures(self, *names: str, scope: Scope | None = None) -> dict[str, Any]:
        """Figures of the sales ladder, money with two decimals."""
        ladder = sales_ladder(self.tables, scope or Scope())
        return {name: plain(getattr(ladder, name).value) for name in names or LADDER}


def rows(table: ir.Table, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of every row, sorted, money with two decimals."""
    found = table.select(*columns).to_pyarrow().to_pylist()
    return sorted(
        (tuple(plain(row[column]) for column in columns) for row in found), key=lambda row: tuple(map(str, row[:2]))
    )


def plain(value: Any) -> Any:
    """A value as tests write it: numbers rounded to cents, times as text."""
    if isinstance(value, Decimal | float):
        return round(float(value), 2)
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def lines(*texts: str, end: str = "\n") -> str:
    """A file's text from its lines."""
    return end.join(texts) + end
