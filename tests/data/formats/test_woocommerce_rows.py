"""WebToffee and WP All Export layouts, products, and the sample shop of the example data."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.data.formats import headers
from tests.data.formats.loading import Shop, rows
from tests.data.formats.sheets import sheet

WHO = {"billing_email": "ann@example.com", "customer_email": "ann@example.com", "billing_country": "US",
       "shipping_city": "Boise", "shipping_state": "ID", "shipping_country": "US"}  # fmt: skip


def order(number: str, status: str, **more: str) -> dict[str, str]:
    return {"order_number": number, "order_date": f"2026-05-0{number} 12:00:00", "status": status,
            "order_currency": "USD", **WHO, **more}  # fmt: skip


def test_order_amounts_on_all_rows_or_on_the_first_count_once(tmp_path: Path) -> None:
    money = {"shipping_total": "5", "tax_total": "3", "discount_total": "6", "order_total": "56"}
    tea = {"product_name": "Tea", "sku": "T-1", "quantity": "2", "item_total": "36"}
    mug = {"product_name": "Mug", "sku": "M-1", "quantity": "1", "item_total": "18"}
    none = {"discount_total": "0", "shipping_total": "0", "tax_total": "0"}
    for name, second in (("all", money), ("first", {})):
        text = sheet(
            headers.WOOCOMMERCE_ROWS,
            order("1", "wc-completed", **money, **tea),
            order("1", "wc-completed", **second, **mug),
            order("2", "wc-refunded", **tea, **none, order_total="36"),
            order("3", "Cancelado", **mug, order_total="18"),
        )
        file = tmp_path / f"{name}.csv"
        file.write_text(text)
        found = Shop(tmp_path / name, file)
        assert found.report.format == "WooCommerce orders"
        # 36 + 18 after a coupon of 6: 60 before it, 40 and 20
        assert found.orders("gross_sales", "discounts", "returns", "total_sales", "status") == [
            ("1", 60.0, 6.0, 0.0, 56.0, "paid"),
            ("2", 36.0, 0.0, 36.0, 36.0, "refunded"),  # no amount in this layout: the status says it came back whole
            ("3", 18.0, 0.0, 0.0, 18.0, "cancelled"),
        ]
        assert found.items("product", "gross", "discount")[:2] == [("1", "Mug", 20.0, 2.0), ("1", "Tea", 40.0, 4.0)]
        assert found.figures("net_sales", "customers") == {"net_sales": 54.0, "customers": 1}


def test_a_column_for_each_item(tmp_path: Path) -> None:
    file = tmp_path / "webtoffee.csv"
    file.write_text(sheet(headers.WEBTOFFEE_COLUMNS, {
        "order_id": "9", "order_date": "2026-05-09 12:00:00", "status": "processing", "order_total": "47",
        "discount_total": "5", "shipping_total": "2", "customer_id": "0", "billing_email": "ann@example.com",
        "line_item_1": "name:Tea|product_id:3|sku:T-1|quantity:3|total:27.00|sub_total:30.00",
        "line_item_2": "name:Mug|product_id:4|sku:M-1|quantity:1|total:18.00|sub_total:20.00",
    }))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.orders("gross_sales", "discounts", "units", "total_sales") == [("9", 50.0, 5.0, 4.0, 47.0)]


def test_products_and_their_variations(tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text(sheet(
        headers.WOOCOMMERCE_PRODUCTS,
        {"ID": "10", "Type": "variable", "SKU": "SHIRT", "Name": "Shirt", "Categories": "Clothing > Shirts, Sale"},
        {"ID": "11", "Type": "variation", "SKU": "SHIRT-R", "Name": "Shirt - red", "Regular price": "25",
         "Parent": "SHIRT"},
        {"ID": "12", "Type": "variation", "SKU": "SHIRT-B", "Name": "Shirt - blue", "Regular price": "26",
         "Sale price": "20", "Parent": "id:10"},
        {"ID": "13", "Type": "simple", "SKU": "MUG", "Name": "Mug", "Regular price": "12",
         "Categories": "Cups\\, bowls > Mugs"},
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.report.role == "products"
    assert rows(found.tables.products, "sku", "product", "category", "price") == [
        ("MUG", "Mug", "Cups, bowls > Mugs", 12.0),
        ("SHIRT", "Shirt", "Clothing > Shirts", None),
        ("SHIRT-B", "Shirt - blue", "Clothing > Shirts", 26.0),
        ("SHIRT-R", "Shirt - red", "Clothing > Shirts", 25.0),
    ]


@pytest.mark.shared
def test_the_sample_shop(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "platform_woocommerce_synthetic"
    totals: dict[str, Decimal] = {}
    goods: dict[str, Decimal] = defaultdict(Decimal)
    with (folder / "woocommerce_orders.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            goods[row["order_number"]] += Decimal(row["item_total"])
            if row["order_total"]:
                totals[row["order_number"]] = Decimal(row["order_total"])
    found = Shop(tmp_path / "home", folder / "woocommerce_orders.csv", folder / "woocommerce_products.csv")
    assert (found.report.rows, found.report.kept) == (101, 101)
    assert found.report.format == "WooCommerce orders"
    assert found.reports[1].format == "WooCommerce products"
    assert found.reports[1].kept == 100
    orders = {number: (gross, total) for number, gross, total in found.orders("gross_sales", "total_sales")}
    assert len(orders) == 50
    assert sum(totals.values()) == Decimal("37768.39")
    assert round(sum(total for _, total in orders.values()), 2) == 37768.39
    assert {number: gross for number, (gross, _) in orders.items()} == {n: float(v) for n, v in goods.items()}
    assert len({key for _, key in found.orders("customer_key")}) == 50
    assert all(category for _, category in found.items("category"))
    # 44 of 50 orders are completed or processing; pending and on-hold ones are not paid
    assert found.figures("orders")["orders"] == 44
