"""Counts what was found in a table and gives up to three examples of it that identify nobody."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from copilot.data.reading import ROW
from copilot.data.report import EXAMPLES_SHOWN


def one(expression: ir.Table) -> dict[str, Any]:
    """The single row of an aggregate."""
    row: dict[str, Any] = expression.to_pyarrow().to_pylist()[0]
    return row


def example_rows(table: ir.Table, condition: ir.BooleanValue, count: int | None) -> tuple[str, ...]:
    """Up to three numbers of the rows for which the condition holds, which identify nobody."""
    if not count:
        return ()
    rows = table.filter(condition).order_by(ROW).limit(EXAMPLES_SHOWN).select(ROW).to_pyarrow().to_pylist()
    return tuple(f"row {row[ROW]}" for row in rows)
