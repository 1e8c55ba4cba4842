"""SkyVerge's Customer/Order CSV Export: the same two orders in each of its layouts come to the same figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.data.formats import headers
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet

# Order 1001 (number A-1001 on the shop's paper): 2 x Tea at 10 and a Mug at 12, of which a coupon takes 3.20; shipping
# 4.50, tax 6.66; one Tea given back (9.00 after coupon). Order 1002: a guest's Pot at 20, cancelled before payment.
WHO = {
    "billing_first_name": "Ann", "billing_last_name": "Example", "billing_email": "Ann@Example.com",
    "billing_city": "London", "billing_country": "GB", "shipping_city": "Leeds", "shipping_country": "GB",
    "billing_address_1": "1 Secret Street",
}  # fmt: skip
SECOND = {"order_id": "1002", "status": "cancelled", "billing_first_name": "Bo", "billing_country": "DE"}
MONEY = {
    "shipping_total": "4.50", "shipping_tax_total": "0.90", "tax_total": "6.66", "discount_total": "3.20",
    "order_total": "39.96", "refunded_total": "10.80", "order_currency": "GBP",
}  # fmt: skip
TEA = "id:7|name:Tea\\: green\\; loose|product_id:3|sku:T-1|quantity:2|subtotal:20.00|subtotal_tax:4.00|total:18.00"
TEA += "|total_tax:3.60|refunded:9.00|refunded_qty:-1|meta:Size=L"
MUG = "id:8|name:Mug|product_id:4|sku:unknown_product|quantity:1|subtotal:12.00|subtotal_tax:2.40|total:10.80"
MUG += "|total_tax:2.16|refunded:0.00|refunded_qty:0|meta:"
POT = "id:9|name:Pot|product_id:5|sku:P-1|quantity:1|subtotal:20.00|total:20.00|refunded:0.00|refunded_qty:0|meta:"


def one_cell() -> str:
    first = {"order_id": "1001", "order_number_formatted": "A-1001", "date": "2026-02-03 04:05:06",
             "status": "completed", "customer_id": "12", "customer_note": "call +44 20 7946 0000", **WHO, **MONEY,
             "line_items": f"{TEA};{MUG}"}  # fmt: skip
    second = {**SECOND, "order_number_formatted": "A-1002", "date": "2026-02-04 04:05:06", "customer_id": "0",
              "order_total": "20", "discount_total": "0", "order_currency": "GBP", "line_items": POT}  # fmt: skip
    return sheet(headers.SKYVERGE, first, second)


def row_an_item() -> str:
    order = {"order_id": "1001", "order_number_formatted": "A-1001", "date": "2026-02-03 04:05:06",
             "status": "wc-completed", "customer_id": "12", **WHO, **MONEY}  # fmt: skip
    tea = {"item_name": "Tea: green; loose", "item_sku": "T-1", "item_quantity": "2", "item_subtotal": "20.00",
           "item_total": "18.00", "item_refunded": "9.00", "item_refunded_qty": "-1"}  # fmt: skip
    mug = {"item_name": "Mug", "item_quantity": "1", "item_subtotal": "12.00", "item_total": "10.80",
           "item_refunded": "0.00", "item_refunded_qty": "0"}  # fmt: skip
    pot = {"item_name": "Pot", "item_sku": "P-1", "item_quantity": "1", "item_subtotal": "20.00", "item_total": "20.00",
           "item_refunded": "0.00", "item_refunded_qty": "0"}  # fmt: skip
    other = {**SECOND, "order_number_formatted": "A-1002", "date": "2026-02-04 04:05:06", "customer_id": "0",
             "order_total": "20", "discount_total": "0", "order_currency": "GBP"}  # fmt: skip
    return sheet(headers.SKYVERGE_ITEMS, order | tea, order | mug, other | pot)


def as_json() -> str:
    tea = {"id": 7, "name": "Tea: green; loose", "sku": "T-1", "quantity": 2, "subtotal": "20.00", "total": "18.00",
           "refunded": "9.00", "meta": "Size=L", "tax_data": {"total": []}}  # fmt: skip
    mug = {"id": 8, "name": "Mug", "sku": "unknown_product", "quantity": 1, "subtotal": "12.00", "total": "10.80",
           "refunded": "0.00", "meta": ""}  # fmt: skip
    pot = {"id": 9, "name": "Pot", "sku": "P-1", "quantity": 1, "subtotal": 20, "total": 20, "refunded": 0, "meta": ""}
    first = {"id": "1001", "order_number_formatted": "A-1001", "created_at": "2026-02-03 04:05:06",
             "status": "completed", "total": "39.96", "total_shipping": "4.50", "cart_tax": "5.76",
             "shipping_tax": "0.90", "total_discount": "3.20", "total_refunded": "10.80", "currency": "GBP",
             "customer_user": "ann@example.com", **WHO, "line_items": json.dumps([tea, mug])}  # fmt: skip
    second = {**SECOND, "id": "1002", "order_number_formatted": "A-1002", "created_at": "2026-02-04 04:05:06",
              "total": "20", "total_discount": "0", "currency": "GBP", "customer_user": "",
              "line_items": json.dumps([pot])}  # fmt: skip
    del second["order_id"]
    return sheet(headers.SKYVERGE_IMPORT, first, second)


def column_an_item() -> str:
    first = {"order_id": "1001", "order_number_formatted": "A-1001", "date": "2026-02-03 04:05:06",
             "status": "completed", "order_shipping": "4.50", "order_shipping_tax": "0.90", "order_tax": "6.66",
             "discount_total": "3.20", "order_total": "39.96", "customer_user": "ann@example.com", **WHO,
             "order_item_1": "T-1|2|18.00|Size: L", "order_item_2": "product_id:4|1|10.80"}  # fmt: skip
    second = {**SECOND, "order_number_formatted": "A-1002", "date": "2026-02-04 04:05:06", "order_total": "20",
              "discount_total": "0", "order_item_1": "P-1|1|20"}  # fmt: skip
    return sheet(headers.SKYVERGE_LEGACY, first, second)


@pytest.mark.parametrize("layout", [one_cell, row_an_item, as_json])
def test_orders_items_and_figures(tmp_path: Path, layout: object) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(layout())  # type: ignore[operator]
    found = Shop(tmp_path / "home", file)
    assert found.report.format == "WooCommerce CSV export"
    columns = ("gross_sales", "discounts", "returns", "shipping", "taxes", "total_sales", "currency", "status")
    assert found.orders(*columns) == [
        ("A-1001", 32.0, 3.2, 9.0, 4.5, 6.66, 39.96, "GBP", "paid"),
        ("A-1002", 20.0, 0.0, 0.0, None, None, 20.0, "GBP", "cancelled"),
    ]
    assert found.items("product", "sku", "quantity", "unit_price", "gross", "discount") == [
        ("A-1001", "Mug", None, 1.0, 12.0, 12.0, 1.2),
        ("A-1001", "Tea: green; loose", "T-1", 2.0, 10.0, 20.0, 2.0),
        ("A-1002", "Pot", "P-1", 1.0, 20.0, 20.0, 0.0),
    ]
    # 32 - 3.20 - 9; the customer number 0 of a guest makes nobody
    assert found.figures("net_sales", "orders", "customers") == {"net_sales": 19.8, "orders": 1, "customers": 1}
    assert [key is None for _, key in found.orders("customer_key")] == [False, True]
    assert found.report.kept == found.report.rows
    stored = [path.read_bytes() for path in (tmp_path / "home" / "default" / "uploads").rglob("*.parquet")]
    assert not any(word in content for word in (b"Secret", b"7946", b"xample") for content in stored)


def test_refunds_are_booked_on_their_day_at_what_came_back_of_the_goods(tmp_path: Path) -> None:
    order = {"order_id": "7", "date": "2026-02-03 04:05:06", "status": "completed", "order_total": "58.80",
             "shipping_total": "5", "tax_total": "9.80", "discount_total": "0", "refunded_total": "24", **WHO,
             "line_items": "id:1|name:Tea|sku:T|quantity:4|subtotal:44.00|total:44.00|refunded:20.00|refunded_qty:-2",
             "refunds": "id:31|date:2026-02-10 09:00:00|amount:12.00|reason:ann@example.com; broken;"
             "id:32|date:2026-03-01 10:00:00|amount:12.00|reason:"}  # fmt: skip
    file = tmp_path / "orders.csv"
    file.write_text(sheet(headers.SKYVERGE, order))
    found = Shop(tmp_path / "home", file)
    # 24 went back, 20 of it for tea: half on each day
    assert found.orders("kind", "ordered_at", "gross_sales", "returns") == [
        ("7", "order", "2026-02-03 04:05:06", 44.0, 0.0),
        ("7-refund-31", "return", "2026-02-10 09:00:00", 0.0, 10.0),
        ("7-refund-32", "return", "2026-03-01 10:00:00", 0.0, 10.0),
    ]
    assert found.figures("net_sales", "orders") == {"net_sales": 24.0, "orders": 1}
    assert not any("no date" in note for note in found.tables.facts.notes)


def test_a_column_for_each_item_has_totals_after_coupons(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(column_an_item())
    found = Shop(tmp_path / "home", file)
    assert found.orders("gross_sales", "discounts", "taxes", "total_sales") == [
        ("A-1001", 32.0, 3.2, 6.66, 39.96), ("A-1002", 20.0, 0.0, None, 20.0),
    ]  # fmt: skip
    assert found.items("sku", "quantity", "gross", "discount", "variant") == [
        ("A-1001", "T-1", 2.0, 20.0, 2.0, "Size: L"), ("A-1001", "product_id:4", 1.0, 12.0, 1.2, None),
        ("A-1002", "P-1", 1.0, 20.0, 0.0, None),
    ]  # fmt: skip


def test_items_in_words_have_no_prices_and_the_order_keeps_its_value(tmp_path: Path) -> None:
    header = "order_id,date,status,shipping_total,tax_total,discount_total,order_total,billing_email,order_items"
    file = tmp_path / "old.csv"
    file.write_text(sheet(header, {
        "order_id": "5", "date": "2015-01-02 03:04:05", "status": "completed", "shipping_total": "4", "tax_total": "2",
        "discount_total": "1", "order_total": "25", "billing_email": "a@example.com",
        "order_items": "Tea, green (T-1) x2 - Size: L; Mug x1",
    }))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.orders("gross_sales", "units") == [("5", 20.0, 3.0)]  # 25 - 4 - 2 + 1
    assert found.items("product", "sku", "quantity", "gross") == [
        ("5", "Mug", None, 1.0, None), ("5", "Tea, green", "T-1", 2.0, None),
    ]  # fmt: skip
