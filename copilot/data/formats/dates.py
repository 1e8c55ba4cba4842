"""Decides how the date and number columns of an upload are read, asks where they leave it open, and says oddities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import FIELDS, Upload
from copilot.data.moments import DateReading, date_reading
from copilot.data.reading import ROW
from copilot.data.report import Problem, Question
from copilot.errors import DataRefused

DAY_FIRST = "day first"
MONTH_FIRST = "month first"
_SAMPLE: Final = 20_000
_LEAST: Final = 30
_IN_STEP, _OUT_OF_STEP = 0.97, 0.8  # rank correlation of order numbers and dates


def decide_dates(upload: Upload, columns: Mapping[str, str]) -> tuple[dict[str, DateReading], list[Question]]:
    """The reading of each date column. A column that leaves it open follows one that does not; else it is asked.

    Raises DataRefused when one column holds both orders (25/06 and 12/31).
    """
    readings = {
        column: date_reading(upload.table, column) for name, column in columns.items() if FIELDS[name] == "date"
    }
    settled = {reading.order for reading in readings.values() if reading.order is not None}
    answer = upload.answers.get("date_order")
    decided: dict[str, DateReading] = {}
    questions: list[Question] = []
    for column, reading in readings.items():
        if reading.mixed:
            raise DataRefused(
                f"{upload.name}: the dates in {column!r} are written in two ways, such as {reading.examples[0]} "
                f"and {reading.examples[1]}.",
                "Export it again with one date format; a spreadsheet may have changed some of them.",
                code="mixed_dates",
            )
        order = reading.order
        if reading.open:
            order = answer if answer in (DAY_FIRST, MONTH_FIRST) else None  # type: ignore[assignment]
            if order is None and len(settled) == 1:
                order = next(iter(settled))
            if order is None and not questions:
                questions.append(
                    Question(
                        code="date_order",
                        text=f"Are the dates in {column!r} written day first or month first? No value settles it.",
                        options=(DAY_FIRST, MONTH_FIRST),
                        examples=reading.examples,
                    )
                )
        decided[column] = replace(reading, order=order)
    return decided, questions


def open_decimals(problems: Iterable[Problem]) -> list[Question]:
    """The question for a column that holds nothing but numbers such as `1.234`, which may be a thousand or one."""
    return [
        Question(
            code="decimal_sign",
            text=f"Is the point in numbers such as {problem.examples[0]} a decimal point, or a thousands mark "
            "(then decimals have a comma)?",
            options=("decimal point", "decimal comma"),
            examples=problem.examples,
        )
        for problem in problems
        if problem.code == "decimals_open"
    ]


def date_findings(columns: Mapping[str, str], dates: Mapping[str, DateReading], lines: ir.Table) -> list[Problem]:
    """What is odd about the order dates of a file: days and months exchanged, bare numbers, times in UTC only."""
    column = columns.get("ordered_at", "")
    reading = dates.get(column)
    if reading is None:
        return []
    found = []
    swapped = reading.swapped or _out_of_step(lines)
    if swapped:
        found.append(
            Problem(
                code="swapped_dates",
                what=f"{column!r}: a spreadsheet seems to have exchanged day and month in a part of the dates",
                count=1,
                examples=swapped,
                action="read as written, so figures by day and month are doubtful: add the original export, "
                "not one that was saved by a spreadsheet",
            )
        )
    if reading.numbers is not None:
        what, action = (
            f"{column!r} holds numbers as dates",
            "read as days of a spreadsheet, or seconds since 1970 (UTC)",
        )
        found.append(Problem(code="bare_dates", what=what, count=1, examples=(reading.numbers,), action=action))
    if reading.in_utc:
        action = "days are those of UTC; say the shop's time zone to have its own days"
        found.append(Problem(code="utc_times", what=f"all times in {column!r} are in UTC", count=1, action=action))
    return found


def _out_of_step(lines: ir.Table) -> tuple[str, ...]:
    """Two dates that show it, where order numbers follow the dates of days after the 12th but not the others.

    Order numbers grow with time. Where they do for days no spreadsheet can exchange with a month, do not for the
    others, and do again once day and month of these are exchanged, a spreadsheet has exchanged them.
    """
    if "order_id" not in lines.columns:
        return ()
    number = lines.order_id.re_extract(r"(\d{3,15})$", 1).try_cast("int64")
    at = lines.ordered_at
    step = ibis.ifelse(number.notnull() & at.notnull(), lines[ROW] % 7, ibis.null("int64"))
    rows = lines.select(number=number, at=at, step=step).filter(lambda t: t.step.notnull()).limit(_SAMPLE).to_pandas()
    if len(rows) < 2 * _LEAST:
        return ()
    small = rows["at"].dt.day <= 12
    late, early = rows[~small], rows[small]
    if min(len(late), len(early)) < _LEAST or early["number"].nunique() < _LEAST:
        return ()
    exchanged = early["at"].dt.year * 10_000 + early["at"].dt.day * 100 + early["at"].dt.month
    ranks = early["number"].rank()
    if (
        late["number"].rank().corr(late["at"].rank()) > _IN_STEP
        and ranks.corr(early["at"].rank()) < _OUT_OF_STEP
        and ranks.corr(exchanged.rank()) > _IN_STEP
    ):
        return (f"{early['at'].iloc[0]:%Y-%m-%d}", f"{late['at'].iloc[0]:%Y-%m-%d}")
    return ()
