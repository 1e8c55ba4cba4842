"""The intake report counted people and spellings of voided orders as well: 543 people and 716 spellings of a file
whose orders that count have 541 and 713. A customer who only ever had voided orders is none."""

from __future__ import annotations

import csv
from pathlib import Path

from copilot.data.workspace import Workspace


def test_voided_and_cancelled_orders_add_neither_people_nor_spellings(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    header = ["Name", "Email", "Financial Status", "Currency", "Total", "Created at", "Lineitem quantity",
              "Lineitem name", "Lineitem price"]  # fmt: skip
    people = [("ann@example.com", "paid"), ("Ann@example.com", "paid"), ("ANN@EXAMPLE.COM", "voided"),
              ("bob@example.com", "paid"), ("cy@example.com", "voided"), ("Cy@example.com", "voided")]  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for n, (email, status) in enumerate(people, start=1):
            writer.writerow([f"#{n}", email, status, "EUR", 10, f"2026-03-0{n} 10:00:00 +0000", 1, "Cup", 10])
    report = Workspace.open(tmp_path / "home").add([path])[0]
    spellings = next(problem for problem in report.problems if problem.code == "spellings")
    assert (spellings.count, spellings.action) == (1, "joined (3 spellings, 2 people)")
    assert "2 customers" in report.summary
