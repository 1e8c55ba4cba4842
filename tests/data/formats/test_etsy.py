"""Etsy: sold orders, sold order items and both together in any order of files; the statement is not orders."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from copilot.errors import DataRefused
from tests.data.formats import headers
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet

# 3001: 2 cards at 5 and a sticker at 3, coupon 1.30, shipping 4.50, tax 0.62. 3002: a card, 4 of it given back later.
# 3003: by somebody without an Etsy account, cancelled.
ORDERS = (
    {"Sale Date": "08/14/25", "Order ID": "3001", "Buyer User ID": "coolbuyer42", "Full Name": "Ann Example",
     "First Name": "Ann", "Last Name": "Example", "Number of Items": "3", "Street 1": "1 Secret Street",
     "Ship City": "Austin", "Ship State": "TX", "Ship Country": "United States", "Currency": "USD",
     "Order Value": "13.00", "Coupon Code": "TENOFF", "Coupon Details": "10% off", "Discount Amount": "1.30",
     "Shipping Discount": "0.00", "Shipping": "4.50", "Sales Tax": "0.62", "Order Total": "16.82",
     "Status": "Completed", "Card Processing Fees": "0.79", "Order Net": "16.03", "Adjusted Order Total": "0.00",
     "Buyer": "Ann Example (coolbuyer42)", "Order Type": "online"},
    {"Sale Date": "09/02/25", "Order ID": "3002", "Buyer User ID": "CoolBuyer42", "Full Name": "Ann Example",
     "Currency": "USD", "Order Value": "$5.00", "Discount Amount": "0.00", "Shipping": "0.00", "Sales Tax": "0.00",
     "Order Total": "$5.00", "Status": "Completed", "Adjusted Order Total": "$1.00", "Order Type": "online"},
    {"Sale Date": "09/13/25", "Order ID": "3003", "Full Name": "Bo Other", "Buyer": "Bo Other", "Currency": "USD",
     "Order Value": "3.00", "Discount Amount": "0", "Shipping": "0", "Sales Tax": "0", "Order Total": "3.00",
     "Status": "Canceled", "Order Type": "online"},
)  # fmt: skip
ITEMS = (
    {"Sale Date": "08/14/25", "Item Name": "Fox | Card", "Buyer": "Ann Example (coolbuyer42)", "Quantity": "2",
     "Price": "5.00", "Coupon Code": "TENOFF", "Discount Amount": "1.30", "Order Shipping": "4.50",
     "Order Sales Tax": "0.62", "Item Total": "10.00", "Currency": "USD", "Transaction ID": "4001",
     "Listing ID": "9001", "Ship Name": "Ann Example", "Ship Address1": "1 Secret Street", "Ship City": "Austin",
     "Ship State": "TX", "Ship Country": "United States", "Order ID": "3001", "Variations": "Style: Matte",
     "SKU": "FOX-01"},
    {"Sale Date": "08/14/25", "Item Name": "Fox | Sticker", "Buyer": "Ann Example (coolbuyer42)", "Quantity": "1",
     "Price": "3.00", "Coupon Code": "TENOFF", "Discount Amount": "1.30", "Order Shipping": "4.50",
     "Order Sales Tax": "0.62", "Item Total": "3.00", "Currency": "USD", "Transaction ID": "4002",
     "Listing ID": "9002", "Order ID": "3001", "SKU": "FOX-02"},
    {"Sale Date": "09/02/25", "Item Name": "Fox | Card", "Buyer": "coolbuyer42", "Quantity": "1", "Price": "5.00",
     "Discount Amount": "0", "Order Shipping": "0", "Order Sales Tax": "0", "Item Total": "5.00", "Currency": "USD",
     "Transaction ID": "4003", "Listing ID": "9001", "Order ID": "3002", "SKU": "FOX-01"},
    {"Sale Date": "09/13/25", "Item Name": "Fox | Sticker", "Buyer": "Bo Other", "Quantity": "1", "Price": "3.00",
     "Discount Amount": "0", "Order Shipping": "0", "Order Sales Tax": "0", "Item Total": "3.00", "Currency": "USD",
     "Transaction ID": "4004", "Listing ID": "9002", "Order ID": "3003", "SKU": "FOX-02"},
)  # fmt: skip


def write(folder: Path) -> tuple[Path, Path]:
    orders, items = folder / "EtsySoldOrders2025.csv", folder / "EtsySoldOrderItems2025-8.csv"
    orders.write_text(sheet(headers.ETSY_ORDERS, *ORDERS))
    items.write_text(sheet(headers.ETSY_ITEMS, *ITEMS))
    return orders, items


def test_sold_orders(tmp_path: Path) -> None:
    file = tmp_path / "EtsySoldOrders2025.csv"
    # The same file after a spreadsheet saved it with tabs under its old name.
    file.write_text(sheet(headers.ETSY_ORDERS, *ORDERS, separator="\t", end="\r\n"))
    found = Shop(tmp_path / "home", file)
    assert found.report.format == "Etsy sold orders"
    columns = ("ordered_at", "gross_sales", "discounts", "returns", "shipping", "taxes", "total_sales", "status")
    assert found.orders(*columns) == [
        ("3001", "2025-08-14 00:00:00", 13.0, 1.3, 0.0, 4.5, 0.62, 16.82, "paid"),
        ("3002", "2025-09-02 00:00:00", 5.0, 0.0, 4.0, 0.0, 0.0, 5.0, "paid"),
        ("3003", "2025-09-13 00:00:00", 3.0, 0.0, 0.0, 0.0, 0.0, 3.0, "cancelled"),
    ]
    # 18 gross, 1.30 off, 4 back; both sales are one buyer's, however the name is written
    assert found.figures("net_sales", "orders", "customers") == {"net_sales": 12.7, "orders": 2, "customers": 1}
    keys = dict(found.orders("customer_key"))
    assert keys["3001"] == keys["3002"] is not None
    assert keys["3003"] is None


def test_the_user_name_is_never_on_screen(tmp_path: Path) -> None:
    found = Shop(tmp_path / "home", *write(tmp_path))
    shown = [value for row in found.tables.customers.to_pyarrow().to_pylist() for value in row.values()]
    assert shown
    assert not any("cool" in str(value).lower() for value in shown)
    stored = [path.read_bytes() for path in (tmp_path / "home" / "default" / "uploads").rglob("*.parquet")]
    assert not any(word in content.lower() for word in (b"coolbuyer", b"secret", b"example") for content in stored)


def test_order_items_alone(tmp_path: Path) -> None:
    found = Shop(tmp_path / "home", write(tmp_path)[1])
    assert found.report.format == "Etsy sold order items"
    # The discount stands on both lines of the order and is the order's, as shipping and tax are.
    assert found.orders("gross_sales", "discounts", "shipping", "taxes", "units", "status") == [
        ("3001", 13.0, 1.3, 4.5, 0.62, 3.0, "unknown"),
        ("3002", 5.0, 0.0, 0.0, 0.0, 1.0, "unknown"),
        ("3003", 3.0, 0.0, 0.0, 0.0, 1.0, "unknown"),
    ]
    assert found.items("sku", "gross", "variant")[:2] == [
        ("3001", "FOX-01", 10.0, "Style: Matte"), ("3001", "FOX-02", 3.0, None),
    ]  # fmt: skip


def test_open_dates_are_etsys_own_and_not_asked(tmp_path: Path) -> None:
    files = write(tmp_path)
    for file, rows in ((files[0], (headers.ETSY_ORDERS, ORDERS[1])), (files[1], (headers.ETSY_ITEMS, ITEMS[2]))):
        file.write_text(sheet(*rows))
    found = Shop(tmp_path / "home", *files)
    assert not any(report.questions for report in found.reports)
    assert found.orders("ordered_at") == [("3002", "2025-09-02 00:00:00")]  # 09/02/25


def test_a_discount_of_each_line(tmp_path: Path) -> None:
    lines = [dict(ITEMS[0], **{"Discount Amount": "1.00"}), dict(ITEMS[1], **{"Discount Amount": "0.30"})]
    file = tmp_path / "items.csv"
    file.write_text(sheet(headers.ETSY_ITEMS, *lines))
    found = Shop(tmp_path / "home", file)
    assert found.orders("discounts") == [("3001", 1.3)]
    assert found.items("discount") == [("3001", 0.3), ("3001", 1.0)]


@pytest.mark.parametrize("turn", [0, 1])
def test_both_files_together_add_nothing_twice(tmp_path: Path, turn: int) -> None:
    files = list(itertools.permutations(write(tmp_path)))[turn]
    found = Shop(tmp_path / "home", *files)
    assert found.orders("gross_sales", "discounts", "returns", "total_sales", "status", "units") == [
        ("3001", 13.0, 1.3, 0.0, 16.82, "paid", 3.0),
        ("3002", 5.0, 0.0, 4.0, 5.0, "paid", 1.0),
        ("3003", 3.0, 0.0, 0.0, 3.0, "cancelled", 1.0),
    ]
    assert [row[0] for row in found.items("sku")] == ["3001", "3001", "3002", "3003"]
    assert found.figures("net_sales", "orders", "customers") == {"net_sales": 12.7, "orders": 2, "customers": 1}


def test_the_statement_says_what_to_export_instead(tmp_path: Path) -> None:
    file = tmp_path / "etsy_statement_2026_9.csv"
    file.write_text(sheet(headers.ETSY_STATEMENT, {
        "Date": "September 24, 2026", "Type": "Fee", "Title": "Transaction fee: Fox", "Info": "Order #3001",
        "Currency": "USD", "Amount": "--", "Fees & Taxes": "-$0.98", "Net": "-$0.98", "Tax Details": "--",
    }))  # fmt: skip
    with pytest.raises(DataRefused, match=r"monthly statement") as caught:
        Shop(tmp_path / "home", file)
    assert "Order Items" in str(caught.value)
