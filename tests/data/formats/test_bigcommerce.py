"""BigCommerce: both headers people describe, items in one cell, and a word that the layout is not confirmed."""

from __future__ import annotations

from pathlib import Path

from tests.data.formats import headers
from tests.data.formats.loading import Shop
from tests.data.formats.sheets import sheet


def test_the_default_template(tmp_path: Path) -> None:
    tea = "Product ID: 7, Product Qty: 2, Product SKU: T-1, Product Name: Tea, green, Product Weight: 1.0000, "
    tea += "Product Variation Details: Size: L, Product Unit Price: 10.00, Product Total Price: 20.00"
    mug = "Product ID: 8, Product Qty: 1, Product SKU: , Product Name: Mug, Product Unit Price: 12.00, "
    mug += "Product Total Price: 12.00"
    base = {"Order Date": "03/25/2026", "Order Time": "21:05:59", "Customer Email": "ann@example.com",
            "Order Currency Code": "USD", "Customer ID": "0", "Shipping City": "Boise"}  # fmt: skip
    file = tmp_path / "orders.csv"
    file.write_text(sheet(
        headers.BIGCOMMERCE_DEFAULT,
        {**base, "Order ID": "100", "Order Status": "Awaiting Fulfillment", "Subtotal (ex tax)": "32.00",
         "Tax Total": "3.20", "Shipping Cost (ex tax)": "5.00", "Order Total (inc tax)": "40.20",
         "Product Details": f"{tea}|{mug}"},
        {**base, "Order ID": "101", "Order Status": "Refunded", "Subtotal (ex tax)": "12.00",
         "Order Total (inc tax)": "12.00", "Product Details": mug},
        {**base, "Order ID": "102", "Order Status": "Incomplete", "Subtotal (ex tax)": "12.00",
         "Order Total (inc tax)": "12.00", "Product Details": mug, "Customer Email": ""},
    ))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.report.format == "BigCommerce orders"
    assert found.problems()["layout_not_confirmed"] == 1
    assert found.orders("ordered_at", "gross_sales", "returns", "shipping", "taxes", "total_sales", "status") == [
        ("100", "2026-03-25 21:05:59", 32.0, 0.0, 5.0, 3.2, 40.2, "paid"),
        ("101", "2026-03-25 21:05:59", 12.0, 12.0, None, None, 12.0, "refunded"),
        ("102", "2026-03-25 21:05:59", 12.0, 0.0, None, None, 12.0, "expired"),
    ]
    assert found.items("product", "sku", "variant", "quantity", "unit_price")[:2] == [
        ("100", "Mug", None, None, 1.0, 12.0), ("100", "Tea, green", "T-1", "Size: L", 2.0, 10.0),
    ]  # fmt: skip
    assert found.figures("net_sales", "orders", "customers") == {"net_sales": 32.0, "orders": 2, "customers": 1}


def test_the_short_header_has_orders_only(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(sheet(headers.BIGCOMMERCE, {
        "Order ID": "7", "Order Date": "2026-03-25", "Order Status": "Partially Refunded", "Order Total": "46.00",
        "Cart Base Amount": "40.00", "Tax Total": "4.00", "Shipping Total": "2.00", "Refund Amount": "10.00",
        "Email Address": "ann@example.com", "IP Address": "203.0.113.9", "Customer Message": "hello",
    }))  # fmt: skip
    found = Shop(tmp_path / "home", file)
    assert found.orders("gross_sales", "returns", "total_sales", "status") == [
        ("7", 40.0, 10.0, 46.0, "partially_refunded")
    ]  # fmt: skip
