"""Which rows are usable: says what is set aside, and stops an upload whose dates or amounts cannot be read."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.base import FIELDS, FieldMap, Mapped, Upload
from copilot.data.quality import example_rows
from copilot.errors import DataRefused

TOLERATED_SHARE: Final = 0.02
_CHECKED: Final = (
    "ordered_at", "quantity", "unit_price", "line_total", "order_total", "subtotal", "order_discount", "order_returns",
    "given_at", "started_at", "day", "spend",
)  # fmt: skip


def check_readable(upload: Upload, fields: FieldMap, table: ir.Table) -> None:
    """Raise DataRefused when more than 2 % of the filled cells of an important column could not be read.

    `table` holds the typed cells, at most the rows of the upload.
    """
    names = [name for name in _CHECKED if fields.has(name) and name in table.columns]
    if not names:
        return
    raw = upload.table.aggregate(**{name: upload.table[fields.columns[name]].count() for name in names})
    read = table.aggregate(**{name: table[name].count() for name in names})
    filled, good = (expression.to_pyarrow().to_pylist()[0] for expression in (raw, read))
    for name in names:
        lost = filled[name] - good[name]
        if filled[name] and lost / filled[name] > TOLERATED_SHARE:
            kind = "dates" if FIELDS[name] == "date" else "numbers"
            raise DataRefused(
                f"{upload.name}: {lost:,} of {filled[name]:,} cells in {fields.columns[name]!r} "
                f"cannot be read as {kind}.",
                "Export the column in one format and add the file again; nothing was stored.",
                code="unreadable_values",
            )


def usable_rows(upload: Upload, table: ir.Table, usable: ir.BooleanValue, mapped: Mapped, why: str) -> ir.Table:
    """The usable rows; the others are counted as set aside, with `why` in the report."""
    good = held(upload.engine, table.filter(usable.fill_null(False)))
    mapped.kept = int(good.count().execute())
    unusable = ~usable.fill_null(False)
    count = int(table.filter(unusable).count().execute())
    mapped.note("unusable_rows", count, why, "set aside", example_rows(table, unusable, count))
    return good
