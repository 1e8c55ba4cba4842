"""One shop's orders in several kinds of export count once, whichever file came first; two shops' numbers stay two."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.data.formats import headers
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def analytics(folder: Path) -> Path:
    file = folder / "analytics.csv"
    file.write_text(sheet(
        headers.WOOCOMMERCE_ANALYTICS,
        {"Date": "2026-04-01 10:30:00", "Order #": "601", "Net Sales": "30", "Status": "refunded",
         "Customer": "Ann Example", "Product(s)": "1× Tea", "Items sold": "1", "Attribution": "Organic: Google"},
        {"Date": "2026-04-02 10:30:00", "Order #": "602", "Net Sales": "12", "Status": "completed",
         "Customer": "Bo Other", "Product(s)": "1× Mug", "Items sold": "1"},
    ))  # fmt: skip
    return file


def advanced(folder: Path, day: str = "2026-04-01") -> Path:
    file = folder / "advanced.csv"
    file.write_text(sheet(headers.WOOCOMMERCE_ADVANCED, {
        "Order Number": "601", "Order Status": "Completed", "Order Date": f"{day} 10:30",
        "Email (Billing)": "ann@example.com", "City (Billing)": "London", "SKU": "T-1", "Name": "Tea",
        "Quantity": "1", "Order Line Total": "30", "Cart Discount Amount": "10", "Order Shipping Amount": "5",
        "Order Total Tax Amount": "6", "Order Total Amount": "41", "Order Refund Amount": "0",
    }))  # fmt: skip
    return file


@pytest.mark.parametrize("turn", [0, 1])
def test_two_exports_of_one_shop(tmp_path: Path, turn: int) -> None:
    files = list(itertools.permutations((analytics(tmp_path), advanced(tmp_path))))[turn]
    found = Shop(tmp_path / "home", *files)
    first, second = found.orders("gross_sales", "discounts", "total_sales", "source", "city", "units")
    # Money of 601 is that of the fuller export, where it came from that of the other; nothing is added up.
    assert first == ("601", 40.0, 10.0, 41.0, "Organic: Google", "London", 1.0)
    assert second == ("602", 12.0, 0.0, 12.0, None, None, 1.0)
    assert found.items("sku", "gross", "product") == [("601", "T-1", 40.0, "Tea"), ("602", None, None, "Mug")]
    assert dict(found.orders("customer_key"))["601"] is not None
    # The status is the newest file's.
    assert dict(found.orders("status"))["601"] == ("paid" if turn == 0 else "refunded")


def wix(folder: Path, day: str) -> Path:
    file = folder / "wix.csv"
    file.write_text(sheet(headers.WIX, {
        "Order number": "601", "Date created": day, "Time": "9:15:51 AM", "Contact email": "cy@example.com",
        "Item": "Pot", "SKU": "P-1", "Qty": "1", "Price": "25", "Total": "25", "Payment status": "Paid",
    }))  # fmt: skip
    return file


def test_a_number_on_two_platforms_is_two_orders(tmp_path: Path) -> None:
    found = Shop(tmp_path / "home", analytics(tmp_path), wix(tmp_path, "Nov 30, 2024"))
    assert found.orders("gross_sales") == [("601", 30.0), ("601 (Wix orders)", 25.0), ("602", 12.0)]
    assert [row[0] for row in found.items("sku")] == ["601", "601 (Wix orders)", "602"]


def test_reports_of_one_platform_may_date_an_order_differently(tmp_path: Path) -> None:
    found = Shop(tmp_path / "home", analytics(tmp_path), advanced(tmp_path, day="2026-04-19"))
    assert [row[0] for row in found.orders("gross_sales")] == ["601", "602"]
