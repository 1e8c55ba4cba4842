"""Shopify: every generation of the headers maps equally; transactions date refunds; payouts are no orders."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.data.formats.registry import FORMATS
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused
from tests.data.formats.loading import Shop, lines, rows

Write = Callable[..., Path]
NEWEST_LINE = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
NEWEST = NEWEST_LINE.split(",")
TILL = {"Outstanding Balance", "Employee", "Location", "Device ID"}
ORDER_HEADERS = {
    "79 columns, 2023": NEWEST,
    "78 columns, 2022": NEWEST[:-1],
    "75 columns, 2021": NEWEST[: NEWEST.index("Shipping Province Name") + 1],
    "73 columns, 2021 without a till": [n for n in NEWEST[:-1] if n not in {*TILL, "Payment ID"}],
    "2018": [n for n in NEWEST[: NEWEST.index("Tax 5 Value") + 1] if n not in TILL],
    "2012": NEWEST[: NEWEST.index("Cancelled at") + 1],
}
ORDERS = (
    {"Name": "#1001", "Email": "ann@example.com", "Financial Status": "partially_refunded", "Currency": "EUR",
     "Subtotal": "45.00", "Shipping": "5.00", "Taxes": "9.00", "Total": "59.00", "Discount Code": "TEA",
     "Discount Amount": "5.00", "Created at": "2021-05-31 23:06:04 -0700", "Lineitem quantity": "2",
     "Lineitem name": "Green tea - 100 g", "Lineitem price": "20.00", "Lineitem sku": "GT1", "Shipping City": "Lyon",
     "Shipping Country": "FR", "Shipping Zip": "'69001", "Accepts Marketing": "yes", "Refunded Amount": "10.00",
     "Notes": "please\nring"},
    {"Name": "#1001", "Email": "ann@example.com", "Created at": "2021-05-31 23:06:04 -0700", "Lineitem quantity": "1",
     "Lineitem name": "Cup", "Lineitem price": "10.00", "Lineitem sku": "C1"},
    {"Name": "#1002", "Email": "", "Financial Status": "voided", "Currency": "EUR", "Subtotal": "8.00",
     "Shipping": "0.00", "Taxes": "0.00", "Total": "8.00", "Created at": "2021-06-02 09:00:00 -0700",
     "Lineitem quantity": "1", "Lineitem name": "Cup", "Lineitem price": "8.00", "Refunded Amount": "0.00"},
    {"Name": "#1003", "Email": "Ann@Example.com", "Financial Status": "paid", "Currency": "EUR", "Subtotal": "30.00",
     "Shipping": "0.00", "Taxes": "6.00", "Total": "36.00", "Created at": "2021-07-01 12:00:00 -0700",
     "Lineitem quantity": "3", "Lineitem name": "Cup", "Lineitem price": "10.00", "Refunded Amount": "0.00"},
)  # fmt: skip
PEOPLE = "First Name,Last Name,Email,"
PLACE = "Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,"
NOW = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,"
    "Tags"
)
CUSTOMER_HEADERS = {
    "before 2021": PEOPLE + PLACE + "Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt",
    "2022": PEOPLE + "Accepts Email Marketing," + PLACE
    + "Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt",
    "2023": "Customer ID," + PEOPLE + "Accepts Email Marketing," + PLACE
    + "Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt",
    "now": NOW,
    "now, with WhatsApp": NOW.replace("Accepts SMS Marketing,", "Accepts SMS Marketing,Accepts WhatsApp Marketing,"),
}  # fmt: skip
CUSTOMER = {
    "Customer ID": "'7210001", "First Name": "Ann", "Last Name": "Ash", "Email": "ann@example.com",
    "Accepts Email Marketing": "yes", "Accepts Marketing": "yes", "City": "Lyon", "Default Address City": "Lyon",
    "Country Code": "FR", "Default Address Country Code": "FR", "Country": "FR", "Phone": "'+33 1 23 45 67 89",
    "Total Spent": "95.00", "Total Orders": "2", "Tags": "vip",
}  # fmt: skip
TRANSACTIONS = "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type"
PAYOUTS = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,"
    "Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency"
)


def table(path: Path, header: list[str], *records: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(records)
    return path


@pytest.mark.parametrize("generation", ORDER_HEADERS)
def test_orders_of_every_generation(tmp_path: Path, generation: str) -> None:
    header = ORDER_HEADERS[generation]
    assert len(header) == {"79": 79, "78": 78, "75": 75, "73": 73}.get(generation[:2], len(header))
    assert [known.name for known in FORMATS if known.recognise(tuple(header)) == 1.0] == ["Shopify orders"]
    shop = Shop(tmp_path / "home", table(tmp_path / "orders_export.csv", header, *ORDERS))
    assert (shop.report.rows, shop.report.kept) == (4, 4)
    back = 10.0 if "Refunded Amount" in header else 0.0
    assert shop.orders("status", "gross_sales", "discounts", "returns", "total_sales", "ordered_at") == [
        ("#1001", "partially_refunded", 50.0, 5.0, back, 59.0, "2021-05-31 23:06:04"),
        ("#1002", "voided", 8.0, 0.0, 0.0, 8.0, "2021-06-02 09:00:00"),
        ("#1003", "paid", 30.0, 0.0, 0.0, 36.0, "2021-07-01 12:00:00"),
    ]
    figures = shop.figures("net_sales", "orders", "customers")
    assert figures == {"net_sales": 75.0 - back, "orders": 2, "customers": 1}


@pytest.mark.parametrize("generation", CUSTOMER_HEADERS)
def test_customers_of_every_generation(tmp_path: Path, generation: str) -> None:
    header = CUSTOMER_HEADERS[generation].split(",")
    assert [known.name for known in FORMATS if known.recognise(tuple(header)) == 1.0] == ["Shopify customers"]
    shop = Shop(tmp_path / "home", table(tmp_path / "customers_export.csv", header, CUSTOMER))
    assert rows(shop.tables.customers, "orders_stated", "spent_stated", "email_consent", "city", "country", "tags") == [
        (2, 95.0, True, "Lyon", "FR", "vip")
    ]


@pytest.mark.parametrize("turn", [1, -1])
def test_transactions_date_the_refunds_of_the_orders(write: Write, tmp_path: Path, turn: int) -> None:
    orders = table(tmp_path / "orders_export.csv", NEWEST, *ORDERS)
    payments = write("transactions_export_1.csv", lines(
        TRANSACTIONS,
        "5.37518E+12,#1001,sale,shopify_payments,2021-05-31 23:06:05 -0700,success,59.00,EUR,visa",
        "5.37518E+12,#1001,refund,shopify_payments,2021-06-20 10:00:00 -0700,success,6.00,EUR,visa",
        "5.37518E+12,#1001,refund,shopify_payments,2021-06-21 10:00:00 -0700,failure,4.00,EUR,visa",
        "5.37519E+12,#1002,void,shopify_payments,2021-06-03 10:00:00 -0700,success,8.00,EUR,visa",
        "5.37520E+12,#0900,refund,shopify_payments,2021-06-04 10:00:00 -0700,success,70.00,EUR,visa",
    ))  # fmt: skip
    shop = Shop(tmp_path / "home", *[orders, payments][::turn])
    report = next(report for report in shop.reports if report.format == "Shopify transactions")
    assert (report.role, report.rows, report.kept) == ("payments", 5, 2)
    found = {problem.code: problem.count for problem in report.problems}
    assert (found["dated_refunds"], found["payments"], found["failed_payments"]) == (2, 2, 1)
    # Of the 10 the order states as refunded, 6 get their day; an order that is not loaded has no refund to date.
    assert shop.orders("kind", "returns", "gross_sales", "ordered_at") == [
        ("#1001", "order", 4.0, 50.0, "2021-05-31 23:06:04"),
        ("#1001 refund 2021-06-20 10:00:00", "return", 6.0, 0.0, "2021-06-20 10:00:00"),
        ("#1002", "order", 0.0, 8.0, "2021-06-02 09:00:00"),
        ("#1003", "order", 0.0, 30.0, "2021-07-01 12:00:00"),
    ]
    figures = shop.figures("net_sales", "returns", "orders", "customers")
    assert figures == {"net_sales": 65.0, "returns": 10.0, "orders": 2, "customers": 1}


def test_the_same_refunds_in_two_overlapping_exports_count_once(write: Write, tmp_path: Path) -> None:
    orders = table(tmp_path / "orders_export.csv", NEWEST, *ORDERS)
    twin = "1,#1001,refund,gift_card,2021-06-20 10:00:00 -0700,success,3.00,EUR,"
    more = "1,#1001,refund,manual,2021-06-25 10:00:00 -0700,success,1.00,EUR,"
    first = write("transactions_1.csv", lines(TRANSACTIONS, twin, twin))
    second = write("transactions_2.csv", lines(TRANSACTIONS, twin, twin, more))
    shop = Shop(tmp_path / "home", orders, first, second)
    assert [row[2] for row in shop.orders("kind", "returns") if row[1] == "return"] == [3.0, 3.0, 1.0]
    assert shop.figures("returns", "net_sales") == {"returns": 10.0, "net_sales": 65.0}


def test_transactions_alone_are_kept_and_no_sales(write: Write, tmp_path: Path) -> None:
    row = "1,#1001,sale,shopify_payments,2021-05-31 23:06:05 -0700,success,59.00,EUR,visa"
    shop = Shop(tmp_path / "home", write("transactions.csv", lines(TRANSACTIONS, row, row.replace("sale", "refund"))))
    assert shop.report.role == "payments"
    assert shop.tables.facts.last_order is None
    payments = next(problem for problem in shop.report.problems if problem.code == "payments")
    assert "orders export" in payments.action


def test_payouts_are_refused_with_the_reason(write: Write, tmp_path: Path) -> None:
    row = "2021-06-01 10:00:00 -0700,charge,#1001,visa,online,paid,2021-06-03,12,2021-06-03,59,2,57,#1,card,59,EUR,EUR"
    workspace = Workspace.open(tmp_path / "home")
    with pytest.raises(DataRefused, match="payouts") as refusal:
        workspace.add([write("payouts.csv", lines(PAYOUTS, row))])
    assert "Orders > Export" in refusal.value.advice
    assert workspace.uploads() == []


@pytest.mark.parametrize(("header", "name"), [(TRANSACTIONS, "Shopify transactions"), (PAYOUTS, "Shopify payouts")])
def test_known_by_its_own_format_only(header: str, name: str) -> None:
    assert [known.name for known in FORMATS if known.recognise(tuple(header.split(","))) == 1.0] == [name]


@pytest.mark.shared
def test_the_real_products_files(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "platform_shopify_products"
    for number, file in enumerate(sorted(path for path in folder.glob("*.csv") if "transactions" not in path.name)):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            records = list(csv.DictReader(stream))
        variants = [row for row in records if row["Variant Price"].strip() or row["Variant SKU"].strip("' ")]
        shop = Shop(tmp_path / f"home{number}", file)
        assert (shop.report.format, shop.report.rows) == ("Shopify products", len(records)), file.name
        assert (shop.report.kept, shop.report.set_aside) == (len(variants), len(records) - len(variants)), file.name
        titles = {row["Handle"]: row["Title"].strip() for row in reversed(records) if row["Title"].strip()}
        # Products that share a code (two listings of one bicycle) are one product of the shop.
        codes = {row["Variant SKU"].strip("' ") or titles[row["Handle"]] for row in variants}
        found = rows(shop.tables.products, "product", "sku")
        assert len(found) == len({code or name for name, code in found}) == len(codes), file.name
        assert {name for name, _ in found} <= set(titles.values()), file.name


@pytest.mark.shared
def test_the_real_transactions_file(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "platform_shopify_products" / "transactions_export_1.csv"
    shop = Shop(tmp_path / "home", file)
    found = shop.problems()
    assert (found["dated_refunds"], found["payments"], found["failed_payments"]) == (8, 21, 3)
