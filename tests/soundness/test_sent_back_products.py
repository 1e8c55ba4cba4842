"""A product sold in one huge order that came back was named the best seller (Online Retail: 80,995 paper birds)."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.data.workspace import Workspace
from copilot.statistics.products import product_table
from copilot.statistics.scope import Scope

LINES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID
1,P1,PAPER BIRD,900,2011-01-05 10:00:00,2.00,c1
C2,P1,PAPER BIRD,-900,2011-01-05 11:00:00,2.00,c1
3,P2,CAKE STAND,10,2011-01-06 10:00:00,12.00,c2
4,P2,CAKE STAND,5,2011-01-07 10:00:00,12.00,c3
C5,P2,CAKE STAND,-1,2011-01-08 10:00:00,12.00,c3
6,P3,BUNTING,20,2011-01-09 10:00:00,4.00,c4
"""


def test_a_product_that_came_back_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(LINES, encoding="utf-8")
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([file])
    found = product_table(workspace.tables(), Scope())
    assert [row["name"] for row in found.table.rows] == ["PAPER BIRD", "CAKE STAND", "BUNTING"]
    assert found.sent_back == ("PAPER BIRD",)


@pytest.mark.shared
def test_online_retail_has_its_paper_birds(shared: Path, tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([shared / "data" / "online_retail" / "online_retail.parquet"])
    assert "PAPER CRAFT , LITTLE BIRDIE" in product_table(workspace.tables(), Scope()).sent_back
