"""Decides how the date columns of an upload are read, or asks."""

from __future__ import annotations

from collections.abc import Mapping

from copilot.data.formats.base import FIELDS, Upload
from copilot.data.moments import DateReading, date_reading
from copilot.data.report import Question
from copilot.errors import DataRefused

DAY_FIRST = "day first"
MONTH_FIRST = "month first"


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
        decided[column] = DateReading(reading.share, order, reading.open, mixed=False, examples=reading.examples)
    return decided, questions
