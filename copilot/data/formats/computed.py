"""Columns and rows a platform's file lacks or has too many of: sums of columns, fixed values, rows that are no data.

A computed column stands beside the file's own as text, so that everything after it (styles, checks, cleaning) treats
it like a column of the file. Its name says what was done, and the report shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data import cleaning
from copilot.data.engine import held
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
    """The upload with a further text column, or another one under this name."""
    return with_columns(upload, {name: value})


def with_columns(upload: Upload, values: Mapping[str, ir.Value]) -> Upload:
    """The upload with further text columns, all made from what it has now."""
    table = upload.table.mutate(**values)
    columns = tuple(dict.fromkeys((*upload.raw.columns, *values)))
    return replace(upload, table=table, raw=replace(upload.raw, columns=columns))


def settled(upload: Upload) -> Upload:
    """The upload with its computed columns worked out: sums over an order cannot be made of sums over an order."""
    return replace(upload, table=held(upload.engine, upload.table))


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


def total(upload: Upload, names: Iterable[str], less: Iterable[str] = ()) -> tuple[str, ir.StringValue] | None:
    """The sum of those of these columns the upload has, as text with a name such as `item-tax + shipping-tax`.

    The sizes of the columns in `less` are taken off. A cell that says nothing counts as nought; where all of `names`
    say nothing the sum says nothing. None without any column of `names`.
    """
    own = [found for name in names if (found := column(upload, name)) is not None]
    off = [found for name in less if (found := column(upload, name)) is not None]
    if not own:
        return None
    parts = [amount(upload, name) for name in own]
    nothing = ibis.and_(*[part.isnull() for part in parts])
    value = parts[0].fill_null(0)
    for part in parts[1:]:
        value = value + part.fill_null(0)
    for name in off:
        value = value - amount(upload, name).abs().fill_null(0)
    said = " - ".join([" + ".join(own), *off])
    return said, ibis.ifelse(nothing, ibis.null("string"), value.cast("string"))


def with_total(upload: Upload, name: str, names: Iterable[str], less: Iterable[str] = ()) -> Upload:
    """The upload with the sum of these columns under `name`, if it has any of them; see `total`."""
    found = total(upload, names, less)
    return upload if found is None else with_column(upload, name, found[1])


def summed(*names: str) -> Callable[[ir.Table], ir.Table]:
    """A `shape` for files whose lines each carry their part of an order's amounts: the order gets the sum."""

    def shape(table: ir.Table) -> ir.Table:
        return table.mutate(**{name: table[name].sum().over(group_by=table.order_id) for name in names})

    return shape


def apart(order: ir.StringValue, refund: ir.BooleanValue, day: ir.StringValue) -> ir.StringValue:
    """The order's number, or that of a return document of its own for a refund booked on `day`."""
    words = ibis.literal(" refund ") + day.re_replace(r"[T ]+\d{1,2}:\d{2}.*$", "")
    return ibis.ifelse(refund.fill_null(False), order + words, order)


_SIGNS: Final = {"£": "GBP", "€": "EUR", "₹": "INR", "AU $": "AUD", "A$": "AUD", "C $": "CAD", "CA$": "CAD",
                 "US $": "USD", "US$": "USD", "NZ$": "NZD", "৳": "BDT", "₪": "ILS", "R$": "BRL"}  # fmt: skip


def currency_of(cell: ir.StringValue, dollar: str | None = None) -> ir.StringValue:
    """The currency an amount names by a code or a sign; `dollar` is what a bare `$` means, if anything."""
    code = cell.re_extract(r"\b([A-Z]{3})\b", 1).nullif("")
    branches = [(cell.contains(sign), ibis.literal(name)) for sign, name in _SIGNS.items()]
    if dollar is not None:
        branches.append((cell.contains("$"), ibis.literal(dollar)))
    return ibis.coalesce(code, ibis.cases(*branches, else_=ibis.null("string")))
