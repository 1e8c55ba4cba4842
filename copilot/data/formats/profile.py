"""What stands in each column of an upload: shares of numbers, dates and addresses, from a spread sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
from ibis import selectors as s

from copilot.data import cleaning, moments
from copilot.data.formats.base import Upload
from copilot.data.reading import ROW

SAMPLE_ROWS: Final = 20_000
SAMPLE_CELLS: Final = 2_000_000
LEAST_ROWS: Final = 1_000


@dataclass(frozen=True)
class ColumnProfile:
    """Shares are of the filled cells of the sample; `distinct` is the share of different values among them."""

    name: str
    filled: int
    numbers: float
    whole: float
    point_zero: float
    dates: float
    emails: float
    padded: float
    distinct: float
    length: float
    largest: float | None
    smallest: float | None
    rate_like: float
    times: float
    bare_dates: float  # numbers that a column of dates may hold: days of a spreadsheet, seconds since 1970
    example: str | None  # one cell that is a date or a plain number, and so names nobody


def profile(upload: Upload) -> dict[str, ColumnProfile]:
    """One profile a column.

    The cells of all columns stand below one another, so that the measures are one statement however wide the file is:
    a statement with measures for each of 2,000 columns takes minutes to plan.
    """
    wanted = min(SAMPLE_ROWS, max(LEAST_ROWS, SAMPLE_CELLS // max(1, len(upload.raw.columns))))
    step = max(1, upload.raw.rows // wanted)
    sample = upload.table.filter(upload.table[ROW] % step == 0) if step > 1 else upload.table
    places = {column: str(place) for place, column in enumerate(upload.raw.columns)}
    cells = sample.select(**{place: sample[column] for column, place in places.items()})
    long = cells.pivot_longer(s.all(), names_to="place", values_to="cell")
    rows = long.group_by("place").aggregate(**_measures(long.cell)).to_pyarrow().to_pylist()
    found = {row["place"]: row for row in rows}
    empty = dict.fromkeys(_NAMES)
    return {
        column: ColumnProfile(column, **{n: _number(found.get(place, empty)[n], n) for n in _NAMES})  # type: ignore[arg-type]
        for column, place in places.items()
    }


_NAMES: Final = ("filled", "numbers", "whole", "point_zero", "dates", "emails", "padded", "distinct", "length",
                 "largest", "smallest", "rate_like", "times", "bare_dates", "example")  # fmt: skip


def _number(value: float | str | None, name: str) -> float | int | str | None:
    if value is None:
        return None if name in ("largest", "smallest", "example") else 0
    return value


def _measures(column: ir.StringValue) -> dict[str, ir.Value]:
    cell = column
    value = cleaning.number(column).cast("float64")
    shaped = cell.re_search(cleaning.NUMERIC)
    filled = cell.count()
    return {
        "filled": filled,
        "numbers": shaped.cast("float64").mean(),
        "whole": cell.re_search(r"^-?\d+(\.0+)?$").cast("float64").mean(),
        "point_zero": cell.re_search(r"^\d+\.0+$").cast("float64").mean(),
        "dates": cell.re_search(moments.ANY_DATE).cast("float64").mean(),
        "emails": cell.re_search(r"^\S+@\S+\.\S+$").cast("float64").mean(),
        "padded": cell.re_search(r"^0\d+$").cast("float64").mean(),
        "distinct": cell.nunique().cast("float64") / filled.nullif(0).cast("float64"),
        "length": cell.length().cast("float64").mean(),
        "largest": ibis.ifelse(shaped, value, ibis.null("float64")).max(),
        "smallest": ibis.ifelse(shaped, value, ibis.null("float64")).min(),
        "times": cell.re_search(moments.TIME_OF_DAY).cast("float64").mean(),
        "bare_dates": cell.re_search(f"{moments.SERIAL}|{moments.EPOCH}").cast("float64").mean(),
        "example": cell.max(where=cell.re_search(rf"{moments.ISO}|{moments.OPEN}|^-?\d{{1,6}}[.,]\d{{1,2}}$")),
        "rate_like": ibis.ifelse(shaped, (value >= 0) & (value <= 1), ibis.null("boolean")).cast("float64").mean(),
    }
