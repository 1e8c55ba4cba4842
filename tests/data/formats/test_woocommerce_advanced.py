"""Advanced Order Export: repeated order columns count once, lines are after coupons, refunds by line or by order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.formats.headers import WOOCOMMERCE_ADVANCED
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def row(number: str, product: str, quantity: str, line: str, **more: str) -> dict[str, str]:
    return {
        "Order Number": number, "Order Status": "Completed", "Order Date": f"2026-04-{number[-2:]} 10:30",
        "Customer Note": "please ring at ann@example.com", "First Name (Billing)": "Ann",
        "Last Name (Billing)": "Example", "Email (Billing)": "ann@example.com", "Phone (Billing)": "+44 20 7946 0000",
        "Address 1&2 (Billing)": "1 Secret Street", "City (Billing)": "London", "Country Code (Billing)": "GB",
        "City (Shipping)": "Leeds", "Country Code (Shipping)": "GB", "SKU": product.upper(), "Name": product,
        "Quantity": quantity, "Order Line (w/o tax)": line, "Order Line Total": line,
        "Order Line Total Refunded": "0", **more,
    }  # fmt: skip


def order(**cells: str) -> dict[str, str]:
    return {name.replace("_", " "): value for name, value in cells.items()}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    tmp_path = tmp_path_factory.mktemp("advanced")
    # 601: goods 30 + 10 = 40 before a coupon of 10.01; lines after it 22.49 + 7.50; shipping 5, tax 7.00; total 41.99
    first = {
        "Item Cost": "7.5", "Cart Discount Amount": "10.01", "Order Subtotal Amount": "40", "Coupon Code": "spring",
        "Order Shipping Amount": "5", "Order Total Tax Amount": "7.00", "Order Total Amount": "41.99",
        "Order Refund Amount": "0",
    }  # fmt: skip
    # 602: goods 20, one piece of two given back with its tax and shipping: the order says 16, the line 10
    second = {
        "Item Cost": "10", "Cart Discount Amount": "0", "Order Subtotal Amount": "20", "Order Shipping Amount": "4",
        "Order Total Tax Amount": "4", "Order Total Amount": "28", "Order Refund Amount": "16",
        "Order Line Total Refunded": "10", "Quantity (- Refund)": "1",
    }  # fmt: skip
    # 603: a guest, and 604: refunded as an amount without lines, more than its goods
    guest = {"Email (Billing)": "", "Phone (Billing)": "", "Order Total Amount": "12", "Cart Discount Amount": "0"}
    whole = {
        "Order Status": "Refunded", "Order Refund Amount": "25", "Order Shipping Amount": "5",
        "Order Total Amount": "25", "Cart Discount Amount": "0",
    }  # fmt: skip
    text = sheet(
        WOOCOMMERCE_ADVANCED,
        row("601", "Tea", "3", "22.49", **first),
        row("601", "Mug", "1", "7.5", **first),
        row("602", "Tea", "2", "20", **second),
        row("603", "Mug", "1", "12", **guest),
        row("604", "Pot", "1", "20", **whole),
        row("605", "Pot", "1", "20", **{"Order Status": "On hold"}),
    )
    file = tmp_path / "advanced.csv"
    file.write_text(text)
    return Shop(tmp_path / "home", file)


def test_orders_and_lines_before_coupons(found: Shop) -> None:
    assert found.report.format == "WooCommerce advanced order export"
    assert found.orders("gross_sales", "discounts", "returns", "shipping", "taxes", "total_sales", "status") == [
        ("601", 40.0, 10.01, 0.0, 5.0, 7.0, 41.99, "paid"),
        ("602", 20.0, 0.0, 10.0, 4.0, 4.0, 28.0, "paid"),
        ("603", 12.0, 0.0, 0.0, None, None, 12.0, "paid"),
        ("604", 20.0, 0.0, 20.0, 5.0, None, 25.0, "refunded"),
        ("605", 20.0, 0.0, 0.0, None, None, 20.0, "pending"),
    ]
    # 10.01 by value: 22.49 / 29.99 of it is 7.51 to the cent, the rest 2.50
    assert found.items("product", "quantity", "gross", "discount")[:2] == [
        ("601", "Mug", 1.0, 10.0, 2.5),
        ("601", "Tea", 3.0, 30.0, 7.51),
    ]
    # 40 + 20 + 12 + 20 gross; 10.01 off; 10 + 20 back; 605 is not paid yet
    assert found.figures("gross_sales", "discounts", "returns", "net_sales", "orders", "customers") == {
        "gross_sales": 92.0, "discounts": 10.01, "returns": 30.0, "net_sales": 51.99, "orders": 4, "customers": 1,
    }  # fmt: skip
    assert found.problems()["continuation_rows"] == 1
    assert found.problems()["guests"] == 1


def test_where_from_and_nothing_private(found: Shop) -> None:
    assert found.orders("city", "country", "discount_code")[0] == ("601", "Leeds", "GB", "spring")
    tables = [path.read_bytes() for path in (found.workspace.path / "uploads").rglob("*.parquet")]
    assert tables
    for secret in (b"ann@example.com", b"Secret Street", b"please ring", b"7946", b"Example"):
        assert not any(secret in content for content in tables)


def test_item_cost_is_the_price_where_there_is_no_line_total(tmp_path: Path) -> None:
    header = "Order Number,Order Status,Order Date,Email (Billing),Item Name,Quantity,Item Cost,Order Total Amount"
    file = tmp_path / "short.csv"
    file.write_text(sheet(header, {
        "Order Number": "9", "Order Status": "Processing", "Order Date": "2026-01-02 03:04", "Item Name": "Tea",
        "Email (Billing)": "a@example.com", "Quantity": "3", "Item Cost": "2.50", "Order Total Amount": "7.50",
    }))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.orders("gross_sales", "units") == [("9", 7.5, 3.0)]
