"""Every repair of an orders file has a code, a count, harmless examples, what was done and how to undo it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from copilot.data.report import IntakeReport, Problem
from copilot.data.workspace import Workspace

SHOPIFY = ("Name", "Email", "Financial Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Amount",
           "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Cancelled at",
           "Payment Method", "Refunded Amount", "Source")  # fmt: skip


def written(folder: Path, header: tuple[str, ...], rows: list[list[object]]) -> Path:
    """A CSV file of these rows."""
    path = folder / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def line(number: int, status: str = "paid", **more: object) -> list[object]:
    """One Shopify order of one line of 20.00, tax 2.00 on top, shipping 5.00."""
    row: dict[str, object] = {
        "Name": f"#{number}", "Email": f"person{number}@example.com", "Financial Status": status, "Currency": "EUR",
        "Subtotal": "20.00", "Shipping": "5.00", "Taxes": "2.00", "Total": "27.00", "Discount Amount": "0.00",
        "Created at": f"2026-03-{number % 28 + 1:02d} 10:00:{number % 60:02d} +0000", "Lineitem quantity": 1,
        "Lineitem name": "Teapot", "Lineitem price": "20.00", "Lineitem sku": "T1", "Cancelled at": "",
        "Payment Method": "card", "Refunded Amount": "0.00", "Source": "web",
    } | more  # fmt: skip
    return [row[name] for name in SHOPIFY]


def taken_in(folder: Path, header: tuple[str, ...], rows: list[list[object]]) -> IntakeReport:
    """The report of such a file."""
    return Workspace.open(folder / "home").add([written(folder, header, rows)])[0]


def by_code(report: IntakeReport) -> dict[str, Problem]:
    """The problems by code; no code stands there twice."""
    codes = [problem.code for problem in report.problems]
    assert len(codes) == len(set(codes))
    return {problem.code: problem for problem in report.problems}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> IntakeReport:
    """A Shopify file with one or two orders of each kind among forty plain ones."""
    rows = [line(n) for n in range(1, 41)]
    blank = ["#41", "person41@example.com", *[""] * 7, "", 2, "Cup", "5.00", "C1", "", "", "", ""]
    rows += [
        line(41, Subtotal="30.00", Total="37.00"), blank,
        line(42, "voided"), line(43, "voided"),
        line(44, **{"Cancelled at": "2026-03-20 10:00:00 +0000"}),
        line(45, "pending"), line(46, "expired"), line(47, "authorized"), line(48, "in limbo"),
        line(49, **{"Payment Method": "bogus"}),
        line(50, Source="shopify_draft_order"),
        line(51, Email=""), line(52, "voided", Email=""),
        line(53, "refunded", **{"Refunded Amount": "20.00"}),
        line(54, "partially_refunded", **{"Refunded Amount": "7.50"}),
        line(55, **{"Discount Amount": "20.00", "Subtotal": "0.00", "Total": "7.00"}),
        line(56, **{"Lineitem name": "Gift Card", "Lineitem sku": "GIFT"}),
        line(57, Email="PERSON1@Example.com "),
        line(58, Email="person2@example.com", **{"Created at": "2026-03-03 10:00:02 +0000"}),
        line(59, Currency="USD"),
    ]  # fmt: skip
    return taken_in(tmp_path_factory.mktemp("everything"), SHOPIFY, rows)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("continuation_rows", 1), ("voided", 3), ("cancelled", 1), ("pending", 1), ("expired", 1), ("authorized", 1),
        ("unknown_status", 1), ("test", 1), ("draft", 1), ("guests", 2), ("refunds", 2), ("refunded_fully", 1),
        ("refunded_partly", 1), ("zero_orders", 1), ("gift_cards", 1), ("same_second", 2), ("currencies", 2),
        ("spellings", 1),
    ],
)  # fmt: skip
def test_each_kind_of_order_is_counted_once_and_explained(everything: IntakeReport, code: str, count: int) -> None:
    problem = by_code(everything)[code]
    assert problem.count == count
    assert problem.what
    assert problem.action
    assert problem.undo
    if code != "spellings":  # an example of a spelling would be an address
        assert 1 <= len(problem.examples) <= 3


def test_the_examples_lead_to_the_row(everything: IntakeReport) -> None:
    problems = by_code(everything)
    assert problems["voided"].examples == ("row 43", "row 44", "row 53")
    assert problems["continuation_rows"].examples == ("row 41",)
    assert problems["guests"].what == "orders without a customer (1 of them voided)"
    assert problems["refunds"].what == "refunds: 27.50 in all"
    assert problems["currencies"].examples == ("EUR 58 orders", "USD 1 orders")


def test_no_report_names_anybody(everything: IntakeReport) -> None:
    text = everything.model_dump_json().lower()
    assert "example.com" not in text
    assert "person1" not in text


def test_every_problem_says_how_it_is_undone(everything: IntakeReport) -> None:
    assert [problem.code for problem in everything.problems if not problem.undo] == []


def test_prices_with_tax_are_told_from_totals_that_do_not_add_up(tmp_path: Path) -> None:
    inside = [line(n, Total="25.00", Taxes="3.33", Subtotal="16.67") for n in range(1, 31)]
    found = by_code(taken_in(tmp_path, SHOPIFY, inside))
    assert found["tax_in_prices"].count == 30
    assert found["tax_in_prices"].examples == ("row 1", "row 2", "row 3")
    assert "totals_differ" not in found


def test_a_price_that_is_the_whole_lines_is_recognised(tmp_path: Path) -> None:
    rows = [line(n, **{"Lineitem quantity": 2}) for n in range(1, 31)]
    found = by_code(taken_in(tmp_path, SHOPIFY, rows))
    assert found["totals_differ"].count == 30
    assert found["price_is_line_total"].count == 30


def test_totals_that_differ_come_with_examples_and_few_are_not_told(tmp_path: Path) -> None:
    rows = [line(n) for n in range(1, 41)]
    rows[4] = line(5, Subtotal="23.00", Total="30.00")
    rows[9] = line(10, Subtotal="13.00", Total="20.00")
    found = by_code(taken_in(tmp_path, SHOPIFY, rows))
    assert found["totals_differ"].count == 2
    assert found["totals_differ"].examples == ("row 5", "row 10")


def test_a_burst_of_orders_in_one_second_is_named(tmp_path: Path) -> None:
    rows = [line(n) for n in range(1, 31)]
    rows += [line(100 + n, **{"Created at": "2026-03-09 03:04:05 +0000"}) for n in range(14)]
    found = by_code(taken_in(tmp_path, SHOPIFY, rows))
    assert found["burst"].count == 14
    assert "same_second" not in found


def test_orders_by_the_minute_are_no_machine(tmp_path: Path) -> None:
    rows = [line(n, **{"Created at": f"2026-03-{n % 3 + 1:02d} 10:00:00 +0000"}) for n in range(1, 41)]
    assert {"burst", "same_second"} & set(by_code(taken_in(tmp_path, SHOPIFY, rows))) == set()


LINES = ("Invoice", "Code", "Description", "Quantity", "Date", "Unit Price", "Customer ID")


def test_lines_repeated_of_zero_negative_or_postage_are_counted(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [f"{500 + n}", f"2{n:04d}", "Mug", 3, f"2026-03-{n:02d} 10:00:00", "4.00", f"{100 + n}"] for n in range(1, 25)
    ]
    rows += [
        rows[0], ["525", "POST", "POSTAGE", 1, "2026-03-25 10:00:00", "6.00", "130"],
        ["525", "20099", "Mug", 1, "2026-03-25 10:00:00", "0.00", "130"],
        ["C526", "20003", "Mug", -2, "2026-03-26 10:00:00", "4.00", "103"],
    ]  # fmt: skip
    found = by_code(taken_in(tmp_path, LINES, rows))
    assert (found["repeated_lines"].count, found["repeated_lines"].examples) == (1, ("row 25",))
    assert (found["zero_price"].count, found["zero_price"].examples) == (1, ("row 27",))
    assert found["negative_rows"].count == 1
    assert found["return_documents"].count == 1
    assert (found["shipping_lines"].count, found["shipping_lines"].examples) == (1, ("POSTAGE",))


def test_people_and_spellings_leave_voided_orders_out(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "shopify_from_online_retail" / "orders_export.csv"
    report = Workspace.open(tmp_path).add([file])[0]
    problem = by_code(report)["spellings"]
    assert (problem.count, problem.action) == (172, "joined (713 spellings, 541 people)")
    assert "541 customers" in report.summary
