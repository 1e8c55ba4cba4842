"""Columns and rows a platform's file lacks or has too many of: sums of columns, fixed values, rows that are no data.

A computed column stands beside the file's own as text, so that everything after it (styles, checks, cleaning) treats
it like a column of the file. Its name says what was done, and the report shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from copilot.data import cleaning
from copilot.data.formats.base import Upload


def column(upload: Upload, *names: str) -> str | None:
    """The upload's own spelling of the first of these column names it has, whatever the case."""
    present = {own.lower(): own for own in upload.raw.columns}
    return next((present[name.lower()] for name in names if name.lower() in present), None)


def cell(upload: Upload, *names: str) -> ir.StringValue:
    """The cells of the first of these columns the upload has; null where it has none."""
    own = column(upload, *names)
    return ibis.null("string") if own is None else upload.table[own]


def with_column(upload: Upload, name: str, value: ir.StringValue) -> Upload:
    """The upload with a further text column."""
    table = upload.table.mutate(**{name: value})
    return replace(upload, table=table, raw=replace(upload.raw, columns=(*upload.raw.columns, name)))


def only(upload: Upload, wanted: ir.BooleanValue) -> tuple[Upload, int]:
    """The upload with the rows for which `wanted` is true, and how many others there were."""
    kept = upload.table.filter(wanted.fill_null(False))
    left = upload.table.count().execute() - kept.count().execute()
    return replace(upload, table=kept), int(left)


def amount(upload: Upload, *names: str) -> ir.DecimalValue:
    """The first of these columns as a number, null where it is none; its decimal sign from the whole column."""
    own = column(upload, *names)
    if own is None:
        return ibis.null("decimal(18, 4)")
    style, _ = cleaning.decimal_style(upload.table, own)
    return cleaning.number(upload.table[own], style)


def total(upload: Upload, names: Iterable[str]) -> tuple[str, ir.StringValue] | None:
    """The sum of those of these columns the upload has, as text with a name such as `item-tax + shipping-tax`.

    A cell that says nothing counts as nought; where all say nothing the sum says nothing. None without any column.
    """
    own = [found for name in names if (found := column(upload, name)) is not None]
    if not own:
        return None
    parts = [amount(upload, name) for name in own]
    nothing = ibis.and_(*[part.isnull() for part in parts])
    value = parts[0].fill_null(0)
    for part in parts[1:]:
        value = value + part.fill_null(0)
    return " + ".join(own), ibis.ifelse(nothing, ibis.null("string"), value.cast("string"))
