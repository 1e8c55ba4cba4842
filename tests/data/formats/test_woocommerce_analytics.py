"""WooCommerce Analytics > Orders: value per order after coupons, products by name in one cell, no customer key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.formats.headers import WOOCOMMERCE_ANALYTICS
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet

OLDER = "Date,Order #,Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue"


def order(number: str, **cells: str) -> dict[str, str]:
    base = {"Order #": number, "Status": "completed", "Customer": "Ann Example", "Customer type": "new"}
    return base | {name.replace("_", " "): value for name, value in cells.items()}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    tmp_path = tmp_path_factory.mktemp("analytics")
    text = sheet(
        WOOCOMMERCE_ANALYTICS,
        order("501", Date="2026-03-01 10:15:00", **{
            "N. Revenue (formatted)": "৳2,999", "Net Sales": "2999", "Items sold": "3",
            "Product(s)": "2× Tea, green, 1× Mug 0,5 l", "Attribution": "Organic: Google"}),
        order("502", Date="2026-03-02 09:00:00", **{
            "N. Revenue (formatted)": "৳90.50", "Net Sales": "90.5", "Items sold": "1", "Product(s)": "1× Mug 0,5 l",
            "Coupon(s)": "spring10", "Customer type": "returning"}),
        order("503", Date="2026-03-02 11:00:00", Status="cancelled", **{
            "N. Revenue (formatted)": "৳50", "Net Sales": "50", "Items sold": "1", "Product(s)": "1× Tea, green"}),
        order("504", Date="2026-03-03 11:00:00", Status="wc-refunded", **{
            "N. Revenue (formatted)": "৳40", "Net Sales": "40", "Items sold": "1", "Product(s)": "1× Tea, green"}),
        order("505", Date="2026-03-04 11:00:00", Status="pending", **{
            "N. Revenue (formatted)": "৳10", "Net Sales": "10", "Items sold": "1", "Product(s)": "1× Tea, green"}),
    )  # fmt: skip
    file = tmp_path / "orders.csv"
    file.write_bytes(("\ufeff" + text).encode())
    return Shop(tmp_path / "home", file)


def test_orders_have_their_net_sales_and_items_their_names(found: Shop) -> None:
    assert found.report.format == "WooCommerce analytics orders"
    assert found.orders("ordered_at", "gross_sales", "returns", "status", "discounted", "source") == [
        ("501", "2026-03-01 10:15:00", 2999.0, 0.0, "paid", False, "Organic: Google"),
        ("502", "2026-03-02 09:00:00", 90.5, 0.0, "paid", True, None),
        ("503", "2026-03-02 11:00:00", 50.0, 0.0, "cancelled", False, None),
        ("504", "2026-03-03 11:00:00", 40.0, 40.0, "refunded", False, None),
        ("505", "2026-03-04 11:00:00", 10.0, 0.0, "pending", False, None),
    ]
    assert found.items("product", "quantity", "gross")[:3] == [
        ("501", "Mug 0,5 l", 1.0, None),
        ("501", "Tea, green", 2.0, None),
        ("502", "Mug 0,5 l", 1.0, None),
    ]
    # 2999 + 90.50 + 40 gross; the refunded order of 40 came back whole; cancelled and pending are no sales
    assert found.figures("gross_sales", "returns", "net_sales", "orders") == {
        "gross_sales": 3129.5, "returns": 40.0, "net_sales": 3089.5, "orders": 3,
    }  # fmt: skip
    units = dict(found.orders("units"))
    assert units["501"] == 3.0


def test_nobody_is_told_apart_by_a_name(found: Shop) -> None:
    assert all(key is None for _, key in found.orders("customer_key"))
    assert found.report.kept == found.report.rows == 5
    assert any("name only" in note for note in found.tables.facts.notes)
    kept = [path.read_bytes() for path in found.workspace.path.rglob("*.parquet")]
    assert not any(b"Ann Example" in content for content in kept)


def test_the_older_header_without_formatted_revenue(tmp_path: Path) -> None:
    file = tmp_path / "older.csv"
    file.write_text(sheet(OLDER, {
        "Date": "2024-05-06 07:08:09", "Order #": "77", "Status": "processing", "Customer": "Bo",
        "Customer type": "new", "Product(s)": "1× Candle", "Items sold": "1", "N. Revenue": "18.25"}))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.orders("gross_sales", "status") == [("77", 18.25, "paid")]
