"""eBay reports: a title line above, counts below, orders of several items with a row of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.data.formats.registry import FORMATS
from tests.data.formats.loading import Shop, lines

Write = Callable[..., Path]
ORDERS = (
    "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Buyer Note,Buyer Address 1,"
    "Buyer Address 2,Buyer City,Buyer State,Buyer Zip,Buyer Country,Ship To Name,Ship To Phone,Ship To Address 1,"
    "Ship To Address 2,Ship To City,Ship To State,Ship To Zip,Ship To Country,Item Number,Item Title,Custom Label,"
    "Sold Via Promoted Listings,Quantity,Sold For,Shipping And Handling,Seller Collected Tax,eBay Collected Tax,"
    "Total Price,eBay Collected Tax Included in Total,Payment Method,Sale Date,Paid On Date,Ship By Date,"
    "Minimum Estimated Delivery Date,Maximum Estimated Delivery Date,Shipped On Date,Feedback Left,Feedback Received,"
    "My Item Note,PayPal Transaction ID,Shipping Service"
)
UK = ORDERS.lower().replace("ship to", "post to").replace("shipping and handling", "postage and packaging")
REPORT = (
    '"Transaction creation date","Type","Order number","Legacy order ID","Buyer username","Buyer name","Ship to city",'
    '"Ship to province/region/state","Ship to zip","Ship to country","Net amount","Payout currency","Payout date",'
    '"Payout ID","Payout method","Payout status","Reason for hold","Item ID","Transaction ID","Item title",'
    '"Custom label","Quantity","Item subtotal","Shipping and handling","Seller collected tax","eBay collected tax",'
    '"Final Value Fee - fixed","Final Value Fee - variable","Gross transaction amount","Transaction currency",'
    '"Exchange rate","Reference ID","Description"'
)


def sale(number: str, order: str, buyer: str, what: tuple[str, str], *money: str, paid: str = "Jul-26-26") -> str:
    """One row; money: quantity, sold for, shipping, seller's tax, eBay's tax, total."""
    who = [buyer, "Jo Doe", f"{number}x@members.ebay.com", "", "1 Elm", "", "Austin", "TX", "73301", "United States",
           "Jo Doe", "", "1 Elm", "", "Austin", "TX", "73301", "United States"] if buyer else [""] * 18  # fmt: skip
    dates = ["Jul-25-26", paid] if buyer else ["", ""]
    cells = [number, order, *who, what[0], what[1], "", "No", *money, "No", "", *dates, *[""] * 9]
    return ",".join(f'"{cell}"' for cell in cells)


def booked(day: str, kind: str, order: str, who: str, item: tuple[str, str], *money: str) -> str:
    """One row; money: quantity, subtotal, shipping, seller's tax, eBay's tax, gross."""
    cells = [day, kind, order, "--", who, "Jo Doe" if who != "--" else "--", "Austin", "TX", "73301", "US", "1.00",
             "USD", "--", "--", "--", "--", "--", item[0], "--", item[1], "--", *money[:5], "-0.30", "-1.00", money[5],
             "USD", "--", "--", "--"]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


FOOTER = ("", '"4","record(s) downloaded","from Jul-01-26 to Jul-31-26"', "5 record(s) downloaded", '"Seller ID : tea"')


def test_orders_with_one_and_with_several_items(write: Write, tmp_path: Path) -> None:
    text = lines(
        "",
        ORDERS,
        "",
        sale("1", "01-1", "ann_1", ("900", "Green tea"), "2", "$12.50", "$4.00", "$0.00", "$2.10", "$31.10"),
        sale("2", "01-2", "bob_2", ("", ""), "3", "$940.00", "$6.00", "$0.00", "$0.00", "$946.00"),
        sale("3", "01-2", "", ("901", "Tea pot"), "1", "$900.00", "", "", "", ""),
        sale("4", "01-2", "", ("902", "Cup"), "2", "$20.00", "", "", "", ""),
        sale("5", "01-3", "ann_1", ("900", "Green tea"), "1", "$12.50", "$0.00", "$0.00", "$0.00", "$12.50", paid=""),
        *FOOTER,
    )
    shop = Shop(tmp_path / "home", write("orders.csv", text))
    assert shop.report.format == "eBay orders report"
    assert shop.report.kept == 4
    assert shop.problems()["order_rows"] == 1
    # 12.50 is of one piece: 2 x 12.50 + 4.00 + 2.10 are the stated 31.10
    assert shop.orders("status", "gross_sales", "shipping", "taxes", "total_sales", "currency", "ordered_at") == [
        ("01-1", "paid", 25.0, 4.0, 2.1, 31.1, "USD", "2026-07-25 00:00:00"),
        ("01-2", "paid", 940.0, 6.0, 0.0, 946.0, "USD", "2026-07-25 00:00:00"),
        ("01-3", "pending", 12.5, 0.0, 0.0, 12.5, "USD", "2026-07-25 00:00:00"),
    ]
    assert shop.items("product", "sku", "quantity", "gross") == [
        ("01-1", "Green tea", "900", 2.0, 25.0), ("01-2", "Cup", "902", 2.0, 40.0),
        ("01-2", "Tea pot", "901", 1.0, 900.0), ("01-3", "Green tea", "900", 1.0, 12.5),
    ]  # fmt: skip
    assert shop.figures("net_sales", "orders", "customers") == {"net_sales": 965.0, "orders": 2, "customers": 2}


def test_sold_for_may_be_the_whole_line(write: Write, tmp_path: Path) -> None:
    text = lines(
        ORDERS,
        sale("1", "01-1", "ann_1", ("900", "Green tea"), "2", "$25.00", "$4.00", "$0.00", "$2.10", "$29.00"),
        sale("2", "01-2", "bob_2", ("900", "Green tea"), "1", "$12.50", "$4.00", "$0.00", "$0.00", "$16.50"),
    )
    shop = Shop(tmp_path / "home", write("orders.csv", text))
    assert shop.items("quantity", "unit_price", "gross") == [("01-1", 2.0, 12.5, 25.0), ("01-2", 1.0, 12.5, 12.5)]


def test_a_buyer_is_one_person_whatever_the_relay_address(write: Write, tmp_path: Path) -> None:
    rows = [sale(str(n), f"01-{n}", "Ann_1", ("900", "Tea"), "1", "£5.00", "£0.00", "", "", "£5.00") for n in (1, 2)]
    shop = Shop(tmp_path / "home", write("orders.csv", lines(UK, *rows)))
    assert shop.report.format == "eBay orders report"
    assert shop.figures("orders", "customers", "net_sales") == {"orders": 2, "customers": 1, "net_sales": 10.0}
    assert shop.tables.facts.currency == "GBP"


def test_transaction_report_refunds_and_other_bookings(write: Write, tmp_path: Path) -> None:
    title = [f'"{text}"' for text in ("Transaction report", "Seller", "tea.house", "Start date", "Jul 1, 2026",
             "End date", "Jul 31, 2026", "All amounts in USD", "Times in PDT", "Notes", "-", "-")]  # fmt: skip
    none = ("--", "--")
    text = lines(
        *title,
        REPORT,
        booked("Jul 3, 2026", "Order", "01-1", "ann_1", ("900", "Tea"), "2", "25.00", "4.00", "0", "2.10", "29.00"),
        booked("Jul 4, 2026", "Order", "01-2", "bob_2", none, "--", "--", "6.00", "0", "0", "946.00"),
        booked("Jul 4, 2026", "Order", "01-2", "--", ("901", "Tea pot"), "1", "900.00", "--", "--", "--", "--"),
        booked("Jul 4, 2026", "Order", "01-2", "--", ("902", "Cup"), "2", "40.00", "--", "--", "--", "--"),
        booked("Jul 20, 2026", "Refund", "01-1", "ann_1", ("900", "Tea"), "1", "-12.50", "0", "0", "0", "-12.50"),
        booked("Jul 21, 2026", "Payout", "--", "--", none, "--", "--", "--", "--", "--", "--"),
        booked("Jul 22, 2026", "Shipping label", "01-1", "--", none, "--", "--", "--", "--", "--", "-4.00"),
    )
    shop = Shop(tmp_path / "home", write("report.csv", text))
    assert (shop.report.format, shop.report.rows, shop.report.kept) == ("eBay transaction report", 7, 4)
    assert (shop.problems()["no_orders"], shop.problems()["order_rows"]) == (2, 1)
    assert shop.orders("kind", "gross_sales", "returns", "shipping", "taxes", "ordered_at") == [
        ("01-1", "order", 25.0, 0.0, 4.0, 2.1, "2026-07-03 00:00:00"),
        ("01-1 refund Jul 20, 2026", "return", 0.0, 12.5, None, None, "2026-07-20 00:00:00"),
        ("01-2", "order", 940.0, 0.0, 6.0, 0.0, "2026-07-04 00:00:00"),
    ]
    assert shop.figures("net_sales", "orders", "customers") == {"net_sales": 952.5, "orders": 2, "customers": 2}


@pytest.mark.parametrize(("header", "name"), [(ORDERS, "eBay orders report"), (UK, "eBay orders report"),
                                              (REPORT, "eBay transaction report")])  # fmt: skip
def test_known_by_its_own_format_only(header: str, name: str) -> None:
    columns = tuple(header.replace('"', "").split(","))
    assert [known.name for known in FORMATS if known.recognise(columns) == 1.0] == [name]
