"""Wix: date and time in two columns, repeated column names, pieces given back, coupons without their amount."""

from __future__ import annotations

from pathlib import Path

from tests.data.formats.headers import WIX
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def row(number: str, time: str, item: str, quantity: str, price: str, **more: str) -> dict[str, str]:
    base = {
        "Order number": number, "Date created": "Dec 8, 2024", "Time": time, "Contact email": "ann@example.com",
        "Note from customer": "ring twice", "Item": item, "SKU": item[0], "Qty": quantity, "Price": price,
        "Quantity refunded": "0", "Recipient name": "Ann Example", "Delivery country": "DEU",
        "Delivery state name": "Berlin", "Delivery city": "Berlin", "Delivery city (2)": "Potsdam",
        "Delivery address": "Secret Str. 1", "Payment status": "Paid", "Currency": "EUR", "Shipping rate": "0",
        "Total tax": "0", "Refunded amount": "0", "Fulfillment status": "Fulfilled",
    }  # fmt: skip
    return base | {name.replace("_", " "): value for name, value in more.items()}


def test_orders_times_refunds_and_coupons(tmp_path: Path) -> None:
    file = tmp_path / "Orders.csv"
    file.write_text(sheet(
        WIX,
        # 2 x 10 + 5 = 25, tax 5 on top, shipping 4: 34
        row("10001", "9:15:51 AM", "Tea", "2", "10.00", Total="34.00", Shipping_rate="4", Total_tax="5",
            Quantity_refunded="1", Refunded_amount="12", Payment_status="Partially refunded"),
        row("10001", "9:15:51 AM", "Mug", "1", "5.00", Total="34.00", Shipping_rate="4", Total_tax="5"),
        # a coupon took 3 of 20: 17 + 3.40 tax
        row("10002", "11:00:00 PM", "Tea", "2", "10.00", Total="20.40", Total_tax="3.40", Coupon_code="HELLO"),
        row("10003", "1:00:00 PM", "Mug", "1", "5.00", Total="5.00", Payment_status="Unpaid"),
        row("10004", "1:30:00 PM", "Mug", "1", "5.00", Total="5.00", Fulfillment_status="Canceled"),
        # paid partly by gift card: what the coupon took cannot be told
        row("10005", "2:00:00 PM", "Mug", "2", "5.00", Total="7.00", Coupon_code="HELLO", Gift_card_amount="2",
            Delivery_city=""),
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.report.format == "Wix orders"
    assert found.orders("ordered_at", "gross_sales", "discounts", "returns", "status") == [
        ("10001", "2024-12-08 09:15:51", 25.0, 0.0, 10.0, "partially_refunded"),
        ("10002", "2024-12-08 23:00:00", 20.0, 3.0, 0.0, "paid"),
        ("10003", "2024-12-08 13:00:00", 5.0, 0.0, 0.0, "pending"),
        ("10004", "2024-12-08 13:30:00", 5.0, 0.0, 0.0, "cancelled"),
        ("10005", "2024-12-08 14:00:00", 10.0, 0.0, 0.0, "paid"),
    ]
    assert found.orders("city", "region", "country", "discounted") == [
        ("10001", "Berlin", "Berlin", "DEU", False),
        ("10002", "Berlin", "Berlin", "DEU", True),
        ("10003", "Berlin", "Berlin", "DEU", False),
        ("10004", "Berlin", "Berlin", "DEU", False),
        ("10005", "Potsdam", "Berlin", "DEU", True),
    ]
    # 25 + 20 + 10 gross, 3 off, 10 back
    assert found.figures("net_sales", "orders", "customers") == {"net_sales": 42.0, "orders": 3, "customers": 1}
    stored = [path.read_bytes() for path in (tmp_path / "home" / "default" / "uploads").rglob("*.parquet")]
    assert not any(word in content for word in (b"ring twice", b"Secret", b"xample") for content in stored)


def test_a_spreadsheet_that_added_midnight_and_a_missing_time(tmp_path: Path) -> None:
    file = tmp_path / "Orders.csv"
    file.write_text(sheet(
        WIX,
        row("1", "21:05:00", "Tea", "1", "3", Total="3", Date_created="2024-12-09 00:00:00"),
        row("2", "", "Tea", "1", "3", Total="3", Date_created="2024-12-10 00:00:00"),
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.orders("ordered_at") == [("1", "2024-12-09 21:05:00"), ("2", "2024-12-10 00:00:00")]
