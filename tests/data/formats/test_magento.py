"""Magento sales order grid: whole orders, leading zeros kept, closed orders came back, groups as tags."""

from __future__ import annotations

from pathlib import Path

from tests.data.formats.headers import MAGENTO
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def order(number: str, status: str, subtotal: str, total: str, **more: str) -> dict[str, str]:
    base = {
        "ID": number, "Purchase Point": "Main Website\n Main Store\n English", "Purchase Date": "2026-01-05 10:11:12",
        "Bill-to Name": "Ann Example", "Status": status, "Customer Email": "ann@example.com", "Customer Group": "2",
        "Subtotal": subtotal, "Grand Total (Base)": total, "Grand Total (Purchased)": total,
        "Billing Address": "1 Secret Street,Boise,Idaho,83701", "Shipping and Handling": "$5.00",
    }  # fmt: skip
    return base | {name.replace("_", " "): value for name, value in more.items()}


def test_orders_of_the_grid(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(sheet(
        MAGENTO,
        order("000000101", "complete", "$1,200.00", "$1,205.00", Customer_Group="Wholesale"),
        order("000000102", "Closed", "$40.00", "$48.20", Total_Refunded="$48.20"),
        order("000000103", "closed", "$30.00", "$35.00"),
        order("000000104", "holded", "$10.00", "$15.00", Customer_Email=""),
        order("000000105", "canceled", "$10.00", "$15.00"),
        order("000000106", "processing", "$20.00", "$25.00", Total_Refunded="$5.00", Customer_Email="bo@example.com"),
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.report.format == "Magento orders"
    assert found.orders("gross_sales", "returns", "shipping", "total_sales", "status", "tags") == [
        ("000000101", 1200.0, 0.0, 5.0, 1205.0, "paid", "Wholesale"),
        ("000000102", 40.0, 40.0, 5.0, 48.2, "refunded", None),  # 48.20 back, 40 of it for goods
        ("000000103", 30.0, 30.0, 5.0, 35.0, "refunded", None),  # closed without an amount: came back whole
        ("000000104", 10.0, 0.0, 5.0, 15.0, "pending", None),
        ("000000105", 10.0, 0.0, 5.0, 15.0, "cancelled", None),
        ("000000106", 20.0, 5.0, 5.0, 25.0, "paid", None),
    ]
    # 1200 + 40 + 30 + 20 gross, 40 + 30 + 5 back
    assert found.figures("gross_sales", "net_sales", "orders", "customers") == {
        "gross_sales": 1290.0, "net_sales": 1215.0, "orders": 4, "customers": 2,
    }  # fmt: skip
    assert found.orders("channel")[0] == ("000000101", "Main Website / Main Store / English")
    stored = [path.read_bytes() for path in (tmp_path / "home" / "default" / "uploads").rglob("*.parquet")]
    assert not any(word in content for word in (b"Secret", b"xample") for content in stored)
