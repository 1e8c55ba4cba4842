"""Gumroad sales: purchases of single products, refunds whole and in part, a row of totals that must not count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.data.formats.registry import FORMATS
from tests.data.formats.loading import Shop, lines, rows

Write = Callable[..., Path]
SHORT = (
    "Purchase ID,Item Name,Buyer Name,Purchase Email,Purchase Date,Purchase Time (UTC timezone),Subtotal ($),Taxes ($),"
    "Shipping ($),Sale Price ($),Fees ($),Net Total ($),Refunded?,Partial Refund ($),Fully Refunded?,Discount Code,"
    "Country,Quantity"
)
LONG = SHORT.replace("Purchase Email,", "Purchase Email,Buyer Email,Do not contact?,").replace(
    "Net Total ($),", "Net Total ($),Tip ($),City,State,Referrer,"
)


def bought(number: str, name: str, who: str, *money: str, refund: tuple[str, str, str] = ("0", "0.0", "0")) -> str:
    """One row; money: subtotal, taxes, shipping, sale price."""
    day = f"2026-03-0{number[-1]}"
    cells = [
        number,
        name,
        "Ann Ash",
        who,
        day,
        f"{day} 10:20:30 UTC",
        *money,
        "1.00",
        "9.00",
        *refund,
        "",
        "Italy",
        "1",
    ]
    return ",".join(cells)


def test_purchases_refunds_and_totals(write: Write, tmp_path: Path) -> None:
    text = lines(
        SHORT,
        bought("p1", "Tea course", "ann@example.com", "49.00", "10.78", "0.0", "49.00"),
        bought("p2", "Tea box", "bob@example.com", "20.00", "0.0", "5.00", "25.00", refund=("1", "8.00", "0")),
        bought("p3", "Tea course", "Ann@example.com", "49.00", "0.0", "0.0", "49.00", refund=("1", "0.0", "1")),
        bought("p4", "Free sampler", "cat@example.com", "0.0", "0.0", "0.0", "0.0"),
        "Totals,,,,,,118.00,10.78,5.00,123.00,4.00,36.00,,8.00,,,,",
    )
    shop = Shop(tmp_path / "home", write("sales.csv", text))
    assert (shop.report.format, shop.report.rows, shop.report.kept) == ("Gumroad sales", 5, 4)
    assert shop.problems()["total_rows"] == 1
    assert shop.orders("status", "gross_sales", "returns", "shipping", "taxes", "total_sales", "ordered_at") == [
        ("p1", "paid", 49.0, 0.0, 0.0, 10.78, 59.78, "2026-03-01 10:20:30"),
        ("p2", "paid", 20.0, 8.0, 5.0, 0.0, 25.0, "2026-03-02 10:20:30"),
        ("p3", "refunded", 49.0, 49.0, 0.0, 0.0, 49.0, "2026-03-03 10:20:30"),
        ("p4", "paid", 0.0, 0.0, 0.0, 0.0, 0.0, "2026-03-04 10:20:30"),
    ]
    assert shop.figures("net_sales", "orders", "customers") == {"net_sales": 61.0, "orders": 3, "customers": 2}
    assert shop.tables.facts.currency == "USD"


def test_do_not_contact_is_no_consent_and_its_absence_is_none_either(write: Write, tmp_path: Path) -> None:
    first = (
        "p1,Tea,Ann,ann@example.com,,1,2026-03-01,2026-03-01 10:00:00 UTC,5,0,0,5,1,4,0,Rome,,google.com,0,0,0,,Italy,1"
    )
    second = "p2,Tea,Bob,bob@example.com,,0,2026-03-02,2026-03-02 10:00:00 UTC,5,0,0,5,1,4,0,Rome,,,0,0,0,TEN,Italy,2"
    shop = Shop(tmp_path / "home", write("sales.csv", lines(LONG, first, second)))
    assert sorted(str(row[1]) for row in rows(shop.tables.customers, "customer_ref", "email_consent")) == [
        "False",
        "None",
    ]
    assert shop.orders("source", "discount_code", "units") == [
        ("p1", "google.com", None, 1.0),
        ("p2", None, "TEN", 2.0),
    ]


@pytest.mark.parametrize("header", [SHORT, LONG])
def test_known_by_its_own_format_only(header: str) -> None:
    assert [known.name for known in FORMATS if known.recognise(tuple(header.split(","))) == 1.0] == ["Gumroad sales"]
