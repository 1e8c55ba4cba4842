"""Superstore has order numbers that several customers share: 5,111 numbers, but 5,117 once each customer has an own.

Counting the split orders gave 5,117 orders and an average order value that was too low; not splitting lost three of
the 804 customers from every customer figure. Orders are counted by the number the shop wrote, customers by theirs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.data.workspace import Workspace
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope

LINES = """order id,order date,customer id,product,quantity,unit price
A-1,2024-01-05,c1,Tea,1,10.00
A-1,2024-01-05,c2,Tin,1,30.00
A-2,2024-01-06,c1,Tea,2,10.00
A-3,2024-01-07,c3,Tea,1,12.00
"""


def test_one_number_is_one_order_and_nobody_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(LINES, encoding="utf-8")
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([file])
    ladder = sales_ladder(workspace.tables(), Scope())
    assert ladder.orders.value == 3
    assert ladder.customers.value == 3
    assert ladder.aov.value == pytest.approx(72 / 3)
    assert ladder.median_order_value.value == 20.0


@pytest.mark.shared
def test_superstore_has_its_published_orders_and_customers(shared: Path, tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([shared / "data" / "superstore" / "Sample - Superstore.csv"])
    ladder = sales_ladder(workspace.tables(), Scope())
    assert ladder.orders.value == 5111
    assert ladder.customers.value == 804
    assert ladder.net_sales.value == pytest.approx(2326534.35, abs=0.01)
    assert ladder.aov.value == pytest.approx(455.2014, abs=0.0001)
    assert ladder.median_order_value.value == pytest.approx(149.2, abs=0.01)
