"""A file of 2,000 columns is taken in like any other: measures of columns are one statement, however many there are."""

from __future__ import annotations

import csv
from pathlib import Path

from copilot.data.workspace import Workspace

COLUMNS = 2_000


def test_a_very_wide_order_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    known = ["Order ID", "Order date", "Email", "Product", "Quantity", "Unit price"]
    more = COLUMNS - len(known)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(f"field {n}" for n in range(more)), *known])
        for n in range(40):
            cells = [f"{n % 7}{n}" for _ in range(more)]
            writer.writerow([*cells, f"A-{n}", f"2025-01-{1 + n % 28:02d}", f"a{n % 8}@example.com", "Kettle", 1, 10])
    workspace = Workspace.open(tmp_path / "home", "wide")
    (report,) = workspace.add([file])
    assert (report.role, report.kept) == ("orders", 40)
    assert report.columns["unit_price"] == "Unit price"
    assert workspace.tables().customers.count().execute() == 8
