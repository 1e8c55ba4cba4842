"""Squarespace: continuation rows repeat only the order's number; statuses in capitals; refunds with tax."""

from __future__ import annotations

from pathlib import Path

from tests.data.formats.headers import SQUARESPACE
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def line(quantity: str, name: str, price: str, sku: str) -> dict[str, str]:
    return {"Lineitem quantity": quantity, "Lineitem name": name, "Lineitem price": price, "Lineitem sku": sku,
            "Lineitem requires shipping": "TRUE"}  # fmt: skip


def first(number: str, status: str, created: str, **more: str) -> dict[str, str]:
    base = {
        "Order ID": number, "Email": "ann@example.com", "Financial Status": status, "Created at": created,
        "Paid at": created, "Currency": "USD", "Taxes": "0", "Amount Refunded": "0", "Discount Amount": "0",
        "Billing Name": "Ann Example", "Shipping City": "Boise", "Shipping Province": "ID",
        "Shipping Country": "United States", "Billing Phone": "(208) 555-0100", "Private Notes": "likes tea",
    }  # fmt: skip
    return base | {name.replace("_", " "): value for name, value in more.items()}


def test_orders_refunds_and_lines(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(sheet(
        SQUARESPACE,
        first("1", "PAID", "7/25/2018 21:06", Subtotal="35", Shipping="10", Total="41.50", Discount_Code="HELLO",
              Discount_Amount="3.50") | line("2", "Tea", "12.50", "T-1"),
        {"Order ID": "1"} | line("1", "Mug", "10", "M-1"),
        first("2", "refunded", "8/4/2018 19:26", Subtotal="20", Shipping="5", Taxes="2", Total="27",
              Amount_Refunded="27") | line("2", "Mug", "10", "M-1"),
        first("3", "PARTIALLY_REFUNDED", "8/5/2018 09:00", Subtotal="25", Shipping="0", Total="25",
              Amount_Refunded="12.50") | line("2", "Tea", "12.50", "T-1"),
        first("4", "PAID", "8/6/2018 09:00", Subtotal="10", Shipping="0", Total="10", Email="", Billing_Phone="",
              **{"Cancelled at": "8/6/2018 10:00"}) | line("1", "Mug", "10", "M-1"),
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.report.format == "Squarespace orders"
    assert found.orders("ordered_at", "gross_sales", "discounts", "returns", "total_sales", "status") == [
        ("1", "2018-07-25 21:06:00", 35.0, 3.5, 0.0, 41.5, "paid"),
        ("2", "2018-08-04 19:26:00", 20.0, 0.0, 20.0, 27.0, "refunded"),  # 27 back, of which 20 for goods
        ("3", "2018-08-05 09:00:00", 25.0, 0.0, 12.5, 25.0, "partially_refunded"),
        ("4", "2018-08-06 09:00:00", 10.0, 0.0, 0.0, 10.0, "cancelled"),
    ]
    assert found.items("sku", "gross") == [
        ("1", "M-1", 10.0), ("1", "T-1", 25.0), ("2", "M-1", 20.0), ("3", "T-1", 25.0), ("4", "M-1", 10.0),
    ]  # fmt: skip
    # 35 + 20 + 25 gross, 3.50 off, 20 + 12.50 back
    assert found.figures("net_sales", "orders", "customers") == {"net_sales": 44.0, "orders": 3, "customers": 1}
    assert found.problems()["continuation_rows"] == 1
    keys = dict(found.orders("customer_key"))
    assert keys["1"] is not None
    assert keys["4"] is None


def test_prices_with_tax_in_them_are_said(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(sheet(
        SQUARESPACE,
        first("1", "PAID", "2024-07-25 21:06:13 +0200", Subtotal="24", Shipping="6", Taxes="5", Total="30")
        | line("2", "Tea", "12", "T-1"),
        first("2", "PAID", "2024-07-26 08:00:00 +0200", Subtotal="12", Shipping="0", Taxes="2", Total="12")
        | line("1", "Tea", "12", "T-1"),
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.problems()["tax_in_prices"] == 2
    assert any("include tax" in note for note in found.tables.facts.notes)
    assert found.orders("ordered_at")[0] == ("1", "2024-07-25 21:06:13")
