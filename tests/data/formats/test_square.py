"""Square's two reports of one till: payments, items, refunds on their own day, and both files together."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.data.formats.registry import FORMATS
from tests.data.formats.loading import Shop, lines

Write = Callable[..., Path]
TRANSACTIONS = (
    "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,"
    "Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,"
    "Other Tender Note,Fees,Net Total,Transaction ID,Payment ID,Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,"
    "Details,Description,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID"
)
ITEMS = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,"
    "Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,"
    "Customer Reference ID"
)
ZONE = "Eastern Time (US & Canada)"


def payment(day: str, time: str, number: str, event: str, customer: str, *money: str) -> str:
    """One row; money: gross, discounts, net, tax, tip, partial refunds, collected."""
    gross, off, net, tax, tip, partial, collected = money
    cells = [day, time, ZONE, gross, off, "$0.00", net, "$0.00", tax, tip, partial, collected, "Register", collected,
             "Tapped", "$0.00", "$0.00", "$0.00", "", "", "-$0.50", collected, number, "p" + number, "Visa", "1111",
             "Till", "", "", "", "Tea", event, "Main St", "", customer, "", ""]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


def item(moment: str, number: str, event: str, customer: str, name: str, *money: str) -> str:
    """One row; money: quantity, gross, discounts, net, tax."""
    cells = [*moment.split(), ZONE, "Drinks", name, money[0], "Large", name[:2].upper(), "", *money[1:], number,
             "p" + number, "Till", "", "", event, "Main St", "", customer, "", ""]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


PAYMENTS = lines(
    TRANSACTIONS,
    payment("2026-09-01", "09:15:00", "aQ1", "Payment", "C1", "$1,034.00", "-$3.00", "$1,031.00", "$8.25", "$2.00",
            "$0.00", "$1,041.25"),
    payment("2026-09-02", "18:40:10", "bR2", "Payment", "", "$12.00", "$0.00", "$12.00", "$0.96", "$0.00", "$0.00",
            "$12.96"),
    payment("2026-09-09", "11:00:00", "cS3", "Refund", "C1", "($34.00)", "$3.00", "-$31.00", "-$0.25", "$0.00", "$0.00",
            "-$31.25"),
    payment("2026-09-10", "11:00:00", "dT4", "Payment", "C1", "$20.00", "$0.00", "$20.00", "$1.60", "$0.00", "$0.00",
            "$21.60"),
)  # fmt: skip
LINES = lines(
    ITEMS,
    item("2026-09-01 09:15:00", "aQ1", "Payment", "C1", "Tea pot", "1", "$1,000.00", "$0.00", "$1,000.00", "$8.00"),
    item("2026-09-01 09:15:00", "aQ1", "Payment", "C1", "Matcha", "2", "$34.00", "-$3.00", "$31.00", "$0.25"),
    item("2026-09-02 18:40:10", "bR2", "Payment", "", "Sencha", "1", "$12.00", "$0.00", "$12.00", "$0.96"),
    item("2026-09-09 11:00:00", "cS3", "Refund", "C1", "Matcha", "-2", "($34.00)", "$3.00", "-$31.00", "-$0.25"),
    item("2026-09-10 11:00:00", "dT4", "Payment", "C1", "Sencha", "1", "$20.00", "$0.00", "$20.00", "$1.60"),
)
# Sold 1034 + 12 + 20, off 3; 34 less 3 came back on the 9th.
LADDER = {"gross_sales": 1066.0, "discounts": 3.0, "returns": 31.0, "net_sales": 1032.0, "orders": 3, "customers": 1}


@pytest.mark.parametrize("names", [*itertools.permutations(("t", "i"), 1), *itertools.permutations(("t", "i"), 2)])
def test_one_till_from_either_report_or_both(write: Write, tmp_path: Path, names: tuple[str, ...]) -> None:
    files = {"t": write("transactions.csv", PAYMENTS), "i": write("items.csv", LINES)}
    shop = Shop(tmp_path / "home", *(files[name] for name in names))
    assert shop.figures(*LADDER) == LADDER
    if "t" in names:  # tips are collected, though no sales
        assert shop.figures("total_sales") == {"total_sales": 1075.81}
    if "i" in names:
        assert len(shop.items("product")) == 5
    documents = [("aQ1", "order", 0.0, "2026-09-01 09:15:00"), ("bR2", "order", 0.0, "2026-09-02 18:40:10"),
                 ("cS3 refund 2026-09-09", "return", 31.0, "2026-09-09 11:00:00"),
                 ("dT4", "order", 0.0, "2026-09-10 11:00:00")]  # fmt: skip
    assert shop.orders("kind", "returns", "ordered_at") == documents
    notes = " ".join(shop.tables.facts.notes)
    assert "only where one was attached" in notes
    assert ZONE in notes
    assert shop.tables.facts.currency is None  # a bare $ may be of several countries


def test_partial_refunds_count_where_refunds_have_no_rows(write: Write, tmp_path: Path) -> None:
    row = payment("9/1/2026", "9:15 AM", "aQ1", "Payment", "", "$30.00", "$0.00", "$30.00", "$0.00", "$0.00", "-$5.00",
                  "$30.00")  # fmt: skip
    more = payment(
        "9/21/2026", "9:15 AM", "bQ2", "Payment", "", *["$10.00", "$0.00", "$10.00"], *["$0.00"] * 3, "$10.00"
    )
    shop = Shop(tmp_path / "home", write("transactions.csv", lines(TRANSACTIONS, row, more)))
    assert shop.figures("gross_sales", "returns", "net_sales") == {
        "gross_sales": 40.0, "returns": 5.0, "net_sales": 35.0,
    }  # fmt: skip


@pytest.mark.parametrize(("header", "name"), [(TRANSACTIONS, "Square transactions"), (ITEMS, "Square items")])
def test_known_by_its_own_format_only(header: str, name: str) -> None:
    assert [known.name for known in FORMATS if known.recognise(tuple(header.split(","))) == 1.0] == [name]
