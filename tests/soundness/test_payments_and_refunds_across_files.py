"""Wrong numbers of shops whose money is spread over several files; stories in README.md."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from copilot.statistics.scope import Scope
from copilot.tools.scoping import Filtered, scope_for
from tests.data.formats.loading import Shop, lines

ORDERS = lines(
    "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Refunded Amount",
    "#1,ann@example.com,partially_refunded,EUR,100.00,0,0,100.00,2026-01-10 10:00:00 +0100,1,Tea pot,100.00,30.00",
    "#2,bob@example.com,paid,EUR,50.00,0,0,50.00,2026-01-11 10:00:00 +0100,1,Cup,50.00,0.00",
)
STRIPE = lines(
    "id,Created (UTC),Amount,Amount Refunded,Currency,Mode,Status,Captured,Customer Email",
    "ch_1,2026-01-10 09:00,100.00,30.00,eur,Live,Paid,true,ann@example.com",
    "ch_2,2026-01-11 09:00,50.00,0.00,eur,Live,Paid,true,bob@example.com",
)
TRANSACTIONS = lines(
    "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type",
    "1,#1,refund,shopify_payments,2026-02-20 10:00:00 +0100,success,30.00,EUR,visa",
)


def files(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in texts]


def test_a_sale_paid_by_card_is_one_sale(tmp_path: Path) -> None:
    both = Shop(tmp_path / "home", *files(tmp_path / "both", stripe=STRIPE, orders=ORDERS))
    assert both.figures("orders", "net_sales") == {"orders": 2, "net_sales": 120.0}
    assert any("not added to the orders" in note for note in both.tables.facts.notes)
    alone = Shop(tmp_path / "alone", *files(tmp_path / "one", stripe=STRIPE))
    assert alone.figures("orders", "net_sales") == {"orders": 2, "net_sales": 120.0}


def test_a_dated_refund_is_taken_off_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "home", *files(tmp_path / "files", orders=ORDERS, transactions=TRANSACTIONS, stripe=STRIPE))
    assert shop.figures("returns", "net_sales", "total_sales") == {
        "returns": 30.0, "net_sales": 120.0, "total_sales": 150.0,
    }  # fmt: skip
    assert [row[0] for row in shop.orders("kind") if row[1] == "return"] == ["#1 refund 2026-02-20 10:00:00"]


def test_amounts_in_another_file_are_amounts(tmp_path: Path) -> None:
    orders = lines("OrderID,CustomerID,OrderDate", "1,A,2026-01-10", "2,B,2026-01-11")
    items = lines("OrderID,ProductID,UnitPrice,Quantity", "1,P1,10.00,2", "2,P1,10.00,1")
    bare = Shop(tmp_path / "bare", *files(tmp_path / "one", orders=orders))
    whole = Shop(tmp_path / "whole", *files(tmp_path / "two", orders=orders, items=items))
    assert bare.tables.facts.notes
    assert whole.figures("net_sales", "orders") == {"net_sales": 30.0, "orders": 2}
    context: Any = SimpleNamespace(tables=lambda: whole.tables, scope=Scope())
    assert scope_for(context, Filtered()) == Scope()
