"""A file with a discount rate, or with a code and nothing else, showed a shop in which every order was discounted.

Superstore states a rate on each line, 0 or more. A rate of nought was read as "the file cannot tell", so only the
discounted orders were known, and the answer was "100 % of orders were discounted, 0.00 given away". The truth is 58.8 %
of its orders; how much was taken off stands in no column, so it is unknown and not zero.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.data.workspace import Workspace
from copilot.statistics.conduct.discounts import discounts
from copilot.statistics.query import Query, run_query
from copilot.statistics.scope import Scope

RATES = """order id,order date,customer id,product,quantity,sales,discount rate
1,2024-01-05,a,Tea,1,10.00,0
2,2024-01-06,b,Tea,1,8.00,0.2
2,2024-01-06,b,Tin,1,30.00,0
3,2024-01-07,c,Tea,1,10.00,0
4,2024-01-08,a,Tea,1,9.00,0.1
"""
CODES = """order id,order date,customer id,total,discount code
1,2024-01-05,a,10.00,
2,2024-01-06,b,8.00,SPRING
3,2024-01-07,c,10.00,
4,2024-01-08,a,9.00,
"""


def _shop(tmp_path: Path, text: str) -> Workspace:
    file = tmp_path / "orders.csv"
    file.write_text(text, encoding="utf-8")
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([file])
    return workspace


@pytest.mark.parametrize(("text", "share"), [(RATES, 2 / 4), (CODES, 1 / 4)])
def test_an_order_without_a_discount_is_known_to_have_none(tmp_path: Path, text: str, share: float) -> None:
    tables = _shop(tmp_path, text).tables()
    assert discounts(tables, Scope()).orders_share.value == pytest.approx(share)
    found = run_query(tables, Query(metrics=("discounted_order_share", "discounts")))
    assert found.values[0][0].value == pytest.approx(share)
    assert found.values[0][1].value is None  # which, and not how much


@pytest.mark.shared
def test_superstore_discounts_three_orders_in_five(shared: Path, tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([shared / "data" / "superstore" / "Sample - Superstore.csv"])
    assert discounts(workspace.tables(), Scope()).orders_share.value == pytest.approx(3004 / 5111, abs=0.001)
