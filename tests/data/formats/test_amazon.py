"""Amazon reports: all orders without buyers, and payments in which refunds have days of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from copilot.data.formats.amazon_orders import NO_BUYERS
from copilot.data.formats.registry import FORMATS
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.scope import Scope
from tests.data.formats.loading import Shop, lines

Write = Callable[..., Path]
ALL_ORDERS = (
    "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t"
    "sales-channel\torder-channel\turl\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\t"
    "item-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\t"
    "ship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\tis-business-order\t"
    "purchase-order-number\tprice-designation"
)
DATE_RANGE = (
    '"date/time","settlement id","type","order id","sku","description","quantity","marketplace","account type",'
    '"fulfillment","order city","order state","order postal","tax collection model","product sales",'
    '"product sales tax","shipping credits","shipping credits tax","gift wrap credits","giftwrap credits tax",'
    '"Regulatory Fee","Tax On Regulatory Fee","promotional rebates","promotional rebates tax",'
    '"marketplace withheld tax","selling fees","fba fees","other transaction fees","other","total"'
)
PREAMBLE = (
    '"Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions"',
    '"All amounts in USD, unless specified"',
    '"Definitions:"',
    '"Sales tax collected: Includes sales tax collected from buyers for product sales, shipping, and gift wrap."',
)


def item(order: str, day: str, status: str, sku: str, *money: str) -> str:
    """One row; money: quantity, price, tax, shipping, shipping tax, wrap, wrap tax, discount, shipping discount."""
    cells = [order, "", f"{day}T08:04:21+00:00", f"{day}T09:00:00+00:00", status, "Amazon", "Amazon.com", "", "",
             "Standard", f"Tea {sku}", sku, "B00" + sku, status, money[0], "USD" if money[1] else "", *money[1:],
             "Austin", "TX", "73301", "US", "", "false", "", ""]  # fmt: skip
    return "\t".join(cells)


def booking(when: str, kind: str, order: str, *money: str) -> str:
    """One row; money: quantity, product sales, its tax, shipping credits, their tax, rebates, total."""
    quantity, sales, tax, shipping, shipping_tax, rebates, total = money
    cells = [when, "123", kind, order, "T-1" if quantity else "", "Green tea" if quantity else "Monthly fee", quantity,
             "amazon.com", "Standard Orders", "Amazon", "Austin", "TX", "73301", "", sales, tax, shipping, shipping_tax,
             "0", "0", "0", "0", rebates, "0", "0", "-2.50", "0", "0", "0", total]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


def test_all_orders_line_totals_and_sums_of_an_order(write: Write, tmp_path: Path) -> None:
    text = lines(
        ALL_ORDERS,
        item("111-1", "2026-06-17", "Shipped", "S1", "2", "30.00", "2.40", "4.00", "0.32", "", "", "5.00", ""),
        item("111-1", "2026-06-17", "Shipped", "S2", "1", "12.50", "1.00", "0.00", "", "3.00", "0.24", "", "1.50"),
        item("111-2", "2026-06-18", "Cancelled", "S1", "0", "", "", "", "", "", "", "", ""),
        item("111-3", "2026-06-19", "Unshipped", "S1", "1", "15.00", "1.20", "", "", "", "", "", ""),
        item("111-4", "2026-06-20", "Pending", "S1", "1", "", "", "", "", "", "", "", ""),
    )
    shop = Shop(tmp_path / "home", write("orders.txt", text))
    assert (shop.report.format, shop.report.rows, shop.report.kept) == ("Amazon All Orders", 5, 5)
    # 111-1: 30 + 12.50 of goods, 5 off, shipping 4 + 3 of wrapping - 1.50, tax 2.40 + 0.32 + 1.00 + 0.24
    assert shop.orders("status", "gross_sales", "discounts", "shipping", "taxes", "units", "ordered_at") == [
        ("111-1", "paid", 42.5, 5.0, 5.5, 3.96, 3.0, "2026-06-17 08:04:21"),
        ("111-2", "cancelled", None, 0.0, None, None, None, "2026-06-18 08:04:21"),
        ("111-3", "paid", 15.0, 0.0, None, 1.2, 1.0, "2026-06-19 08:04:21"),
        ("111-4", "pending", None, 0.0, None, None, 1.0, "2026-06-20 08:04:21"),
    ]
    assert shop.items("sku", "quantity", "unit_price", "gross")[:2] == [
        ("111-1", "S1", 2.0, 15.0, 30.0), ("111-1", "S2", 1.0, 12.5, 12.5),
    ]  # fmt: skip
    figures = shop.figures("net_sales", "orders", "customers", "total_sales")
    assert figures == {"net_sales": 52.5, "orders": 2, "customers": 0, "total_sales": 63.16}


def test_all_orders_name_no_buyer_and_say_so(write: Write, tmp_path: Path) -> None:
    row = item("111-1", "2026-06-17", "Shipped", "S1", "1", "30.00", "", "", "", "", "", "", "")
    shop = Shop(tmp_path / "home", write("orders.txt", lines(ALL_ORDERS, row)))
    assert shop.problems()["no_buyers"] == 1
    assert NO_BUYERS in shop.tables.facts.notes
    rates = repeat_rates(shop.tables, Scope())
    assert rates.lifetime.value is None
    assert rates.lifetime.denominator in (0, None)


def test_an_order_sent_back_comes_back_whole(write: Write, tmp_path: Path) -> None:
    back = "Shipped - Returned to Seller"
    row = item("111-1", "2026-06-17", back, "S1", "1", "30.00", "2.00", "4.00", "", "", "", "", "")
    shop = Shop(tmp_path / "home", write("orders.txt", lines(ALL_ORDERS, row)))
    assert shop.figures("gross_sales", "returns", "net_sales") == {
        "gross_sales": 30.0, "returns": 30.0, "net_sales": 0.0,
    }  # fmt: skip


def test_date_range_refunds_are_returns_on_their_own_day(write: Write, tmp_path: Path) -> None:
    text = lines(
        *PREAMBLE,
        DATE_RANGE,
        booking("Sep 4, 2026 1:05:07 AM PDT", "Order", "111-1", "2", "1,040.00", "85.80", "4.99", "0.41", "-4.00", "9"),
        booking("Sep 5, 2026 11:00:00 PM PDT", "Order", "111-2", "1", "15.00", "0", "0", "0", "0", "9"),
        booking("Sep 20, 2026 9:30:00 AM PDT", "Refund", "111-1", "1", "-520.00", "-42.90", "0", "0", "2.00", "9"),
        booking("Sep 21, 2026 9:30:00 AM PDT", "Refund", "111-2", "1", "0", "0", "-4.99", "0", "0", "9"),
        booking("Sep 22, 2026 9:30:00 AM PDT", "Adjustment", "111-1", "", "0", "0", "0", "0", "0", "5"),
        booking("Sep 30, 2026 9:30:00 AM PDT", "Service Fee", "", "", "0", "0", "0", "0", "0", "-39.99"),
        booking("Sep 30, 2026 9:30:00 AM PDT", "Transfer", "", "", "0", "0", "0", "0", "0", "-500"),
    )
    shop = Shop(tmp_path / "home", write("report.csv", text))
    assert (shop.report.format, shop.report.rows, shop.report.kept) == ("Amazon Date Range report", 7, 3)
    found = shop.problems()
    assert (found["no_orders"], found["no_goods_refunds"], found["no_buyers"]) == (3, 1, 1)
    assert shop.orders("kind", "gross_sales", "discounts", "returns", "shipping", "taxes", "ordered_at") == [
        ("111-1", "order", 1040.0, 4.0, 0.0, 4.99, 86.21, "2026-09-04 01:05:07"),
        ("111-1 refund Sep 20, 2026", "return", 0.0, 0.0, 518.0, None, None, "2026-09-20 09:30:00"),
        ("111-2", "order", 15.0, 0.0, 0.0, 0.0, 0.0, "2026-09-05 23:00:00"),
    ]
    assert shop.figures("net_sales", "orders", "returns") == {"net_sales": 533.0, "orders": 2, "returns": 518.0}


def test_both_reports_of_one_order_count_it_and_its_refund_once(write: Write, tmp_path: Path) -> None:
    back = "Shipped - Returned to Seller"
    sold = item("111-1", "2026-09-01", back, "S1", "1", "30.00", "2.00", "4.00", "", "", "", "", "")
    reports = [
        write("orders.txt", lines(ALL_ORDERS, sold)),
        write(
            "report.csv",
            lines(
                *PREAMBLE,
                DATE_RANGE,
                # A slow parcel: payments are dated by the shipment, ten days after the sale.
                booking("Sep 11, 2026 1:05:07 AM PDT", "Order", "111-1", "1", "30.00", "2.00", "4.00", "0", "0", "9"),
                booking("Sep 20, 2026 9:30:00 AM PDT", "Refund", "111-1", "1", "-30.00", "-2.00", "0", "0", "0", "9"),
            ),
        ),
    ]
    for turn in (1, -1):
        shop = Shop(tmp_path / f"home{turn}", *reports[::turn])
        assert shop.figures("gross_sales", "returns", "net_sales", "orders") == {
            "gross_sales": 30.0, "returns": 30.0, "net_sales": 0.0, "orders": 1,
        }  # fmt: skip


def test_each_report_is_known_by_its_own_format_only() -> None:
    headers = {
        "Amazon All Orders": ALL_ORDERS.split("\t"),
        "Amazon Date Range report": DATE_RANGE.replace('"', "").split(","),
    }
    for name, header in headers.items():
        assert [known.name for known in FORMATS if known.recognise(tuple(header)) == 1.0] == [name]
