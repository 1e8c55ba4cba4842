"""Writes small export files for tests: the platform's whole header, and of each row only the cells that matter."""

from __future__ import annotations

import csv
import io
from collections import Counter


def names(header: str, separator: str = ",") -> list[str]:
    """Column names of a header line, a repeated one numbered as the program numbers it."""
    seen: Counter[str] = Counter()
    found = []
    for cell in next(csv.reader([header], delimiter=separator)):
        seen[cell.lower()] += 1
        found.append(cell if seen[cell.lower()] == 1 else f"{cell} ({seen[cell.lower()]})")
    return found


def sheet(header: str, *records: dict[str, str], separator: str = ",", end: str = "\n") -> str:
    """A file's text: the header as given, then a line a record with its cells in place."""
    columns = names(header)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(next(csv.reader([header])))
    for record in records:
        unknown = set(record) - set(columns)
        assert not unknown, f"no such columns in the header: {unknown}"
        writer.writerow([record.get(column, "") for column in columns])
    return out.getvalue()
