"""Reports of sums (campaigns, traffic) -> the canonical table `reported`; no single person or visit is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import ibis.expr.types as ir
from ibis import selectors as s

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, conform
from copilot.data.formats.computed import amount, column
from copilot.data.quality import one
from copilot.data.tables import MONEY

Measures = Mapping[str, tuple[str, ...]]
_KEYS = ("r_report", "r_name", "r_channel", "r_day")  # of their own: a report may have a column `Day` itself


def present(upload: Upload, measures: Measures) -> dict[str, str]:
    """Measure -> the column of the upload that holds it."""
    found = {name: column(upload, *names) for name, names in measures.items()}
    return {name: own for name, own in found.items() if own is not None}


def fill_reported(upload: Upload, about: ir.Table, measures: Mapping[str, str], mapped: Mapped) -> None:
    """One row a name, channel, day and measure.

    `about` is the upload's table with the further columns r_report, r_name, r_channel and r_day.
    """
    there = replace(upload, table=about)
    numbers = about.select(*_KEYS, **{f"m{i}": amount(there, own) for i, own in enumerate(measures.values())})
    wide = numbers.group_by(*_KEYS).aggregate(
        **{name: numbers[f"m{i}"].sum().cast(MONEY) for i, name in enumerate(measures)}
    )
    long = held(upload.engine, wide).pivot_longer(~s.cols(*_KEYS), names_to="measure", values_to="value")
    long = long.filter(long["value"].notnull()).rename({key.removeprefix("r_"): key for key in _KEYS})
    made = held(upload.engine, long)
    mapped.tables["reported"] = conform(made, "reported")
    counts = one(made.aggregate(names=made["name"].nunique(), first=made.day.min(), last=made.day.max()))
    ahead = made.day > datetime.now(tz=UTC).date()
    late = int(made.filter(ahead.fill_null(False)).select("day").distinct().count().execute())
    mapped.note("days_ahead", late, f"days in the future, up to {counts['last']:%-d %b %Y}" if late else "",
        "kept as written: a spreadsheet may have filled the dates down; export the report again")  # fmt: skip
    period = f", {counts['first']:%-d %b %Y} - {counts['last']:%-d %b %Y}" if counts["first"] else ""
    mapped.note("sums_only", counts["names"], f"names with sums ({', '.join(measures)}){period}",
        "kept as sums: nothing is said about single people or visits")  # fmt: skip
