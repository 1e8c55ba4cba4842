"""The first filled cell of several rows, not the first row's empty one.

The story: "take it from the first row that has it" was written as Ibis `argmin(row)`, which gives the value of the row
with the smallest number even where that cell is empty. A customer listed twice lost the country that only the second
row had, and an order whose first line had no e-mail lost its customer.
"""

from __future__ import annotations

from pathlib import Path

from copilot.data.workspace import Workspace


def test_a_customer_keeps_what_only_a_later_row_says(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(
        "Customer ID,Email,Country,Accepts email marketing\n"
        "1,a@example.com,,\n2,b@example.com,France,yes\n1,a@example.com,Spain,no\n",
        encoding="utf-8",
    )
    workspace = Workspace.open(tmp_path / "home", "shop")
    workspace.add([file])
    rows = workspace.tables().customers.to_pyarrow().to_pylist()
    found = {row["customer_ref"]: (row["country"], row["email_consent"]) for row in rows}
    assert found == {"#1": ("Spain", False), "#2": ("France", True)}


def test_an_order_keeps_the_customer_that_a_later_line_names(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "Order ID,Order date,Email,Product,Quantity,Unit price\n"
        "A-1,2025-01-13,,Tea,1,5\nA-1,2025-01-13,a@example.com,Cup,1,7\nA-2,2025-01-14,b@example.com,Tea,2,5\n",
        encoding="utf-8",
    )
    workspace = Workspace.open(tmp_path / "home", "shop")
    workspace.add([file])
    tables = workspace.tables()
    assert tables.customers.count().execute() == 2
    assert tables.orders.filter(tables.orders.customer_key.isnull()).count().execute() == 0
