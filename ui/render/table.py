"""Renders result tables: formatted numbers, right-aligned, the note below."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from markupsafe import Markup

from copilot.evidence.wording import format_day, format_value
from copilot.statistics.result import Column, ResultTable

from .markup import join, tag

ROWS_SHOWN: Final = 12
_BARS: Final = ("index", "lift", "times")


def table_html(table: ResultTable, *, limit: int | None = ROWS_SHOWN, title: bool = True) -> Markup:
    """A table with at most `limit` rows; what is left out is said, and the whole stands in the panel's Rows."""
    if not table.rows:
        return tag("p", f"{table.title}: no rows.", cls="fine") if table.title else Markup("")
    shown = table.rows if limit is None else table.rows[:limit]
    head = tag("tr", join(tag("th", column.label, cls=_class(column), scope="col") for column in table.columns))
    tops = {column.key: _top(table, column) for column in table.columns if column.key in _BARS}
    body = join(tag("tr", join(_cell(row, column, table, tops) for column in table.columns)) for row in shown)
    rest = len(table.rows) - len(shown)
    more = f"{rest:,} more rows in Rows at the right." if rest else ""
    note = " ".join(text for text in (table.note, more) if text)
    return tag(
        "figure",
        tag("figcaption", table.title) if title and table.title else None,
        tag("div", tag("table", tag("thead", head), tag("tbody", body)), cls="tablebox"),
        tag("p", note, cls="fine") if note else None,
        cls="result",
    )


def cell_text(value: Any, column: Column, currency: str | None) -> str:
    """One value as text; a missing one reads as a dash."""
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return "–"
    if isinstance(value, datetime):
        return format_day(value.date())
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    if column.unit == "text" or isinstance(value, (str, bool)):
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else _day_text(value)
    return format_value(float(value), column.unit, currency)


def _day_text(value: Any) -> str:
    text = str(value)
    try:
        return format_day(date.fromisoformat(text)) if len(text) == 10 and text[4:5] == "-" else text
    except ValueError:
        return text


def _cell(row: dict[str, Any], column: Column, table: ResultTable, tops: dict[str, float]) -> Markup:
    value = row.get(column.key)
    text = cell_text(value, column, table.currency)
    top = tops.get(column.key, 0.0)
    if top and isinstance(value, (int, float)):
        bar = tag("i", style=f"width:{100 * max(0.0, min(1.0, value / top)):.0f}%")
        return tag("td", tag("span", bar, cls="bar", aria_hidden="true"), text, cls="barcell")
    return tag("td", text, cls=_class(column))


def _top(table: ResultTable, column: Column) -> float:
    values = [row.get(column.key) for row in table.rows]
    return max((float(value) for value in values if isinstance(value, (int, float)) and value == value), default=0.0)  # noqa: PLR0124


def _class(column: Column) -> str | None:
    if column.key in _BARS:
        return "barcell"
    return None if column.unit in ("text", "date") else "n"
