"""Columns, dates, decimals and levels decided from the data, or asked; and orders refused without a date."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.data.cleaning import number
from copilot.data.formats.synonyms import normal
from copilot.data.moments import date_reading, timestamp
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused

Write = Callable[..., Path]
_NUMBERS = itertools.count()


def first(table: Any) -> dict[str, Any]:
    return table.to_pyarrow().to_pylist()[0]


@pytest.fixture(scope="module")
def engine() -> Any:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def column(engine: Any, values: list[str]) -> Any:
    return engine.create_table(f"t{next(_NUMBERS)}", ibis.memtable({"x": values}), temp=True)


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("$1,433.66", "point", "1433.66"),
        ("1.234,56 €", "comma", "1234.56"),
        ("1 234,56", "comma", "1234.56"),
        ("(12.00)", "point", "-12"),
        ("12.00-", "point", "-12"),
        ("-$3.00", "point", "-3"),
        ("৳2,999", "point", "2999"),
        ("1'234.50", "point", "1234.5"),
        ("1.2E+03", "point", "1200"),
        ("16.448", "point", "16.448"),
        ("0.00005", "point", "0.0001"),
        ("abc", "point", None),
        ("12e999", "point", None),  # an id of digits and one e: too large for any amount
    ],
)
def test_numbers(engine: Any, text: str, style: Any, value: str | None) -> None:
    table = column(engine, [text])
    found = first(table.select(v=number(table.x, style)))["v"]
    assert found == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2025-10-07 09:50:26 +0200", None, "2025-10-07 09:50:26"),
        ("2017-06-17T08:04:21+00:00", None, "2017-06-17 08:04:21"),
        ("2025-03-02 10:12:00 UTC", None, "2025-03-02 10:12:00"),
        ("19970101", None, "1997-01-01 00:00:00"),
        ("2024041623", None, "2024-04-16 23:00:00"),
        ("03/01/19", "day first", "2019-01-03 00:00:00"),
        ("03/01/19", "month first", "2019-03-01 00:00:00"),
        ("7/25/2018 21:06", "month first", "2018-07-25 21:06:00"),
        ("01.02.2020 13:05", "day first", "2020-02-01 13:05:00"),
        ("2/11/2019 3:05:00 PM", "month first", "2019-02-11 15:05:00"),
        ("14-JUL-08", None, "2008-07-14 00:00:00"),
        ("Jul-21-25", None, "2025-07-21 00:00:00"),
        ("September 24, 2026", None, "2026-09-24 00:00:00"),
        ("Sep 4, 2026 1:05:07 AM PDT", None, "2026-09-04 01:05:07"),
        ("1996-07-04 00:00:00.000", None, "1996-07-04 00:00:00"),
        ("not a date", None, None),
    ],
)
def test_dates(engine: Any, text: str, order: Any, value: str | None) -> None:
    table = column(engine, [text])
    found = first(table.select(v=timestamp(table.x, order)))["v"]
    assert (None if found is None else str(found)) == value


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.dates(min_value=date(1971, 1, 1)), min_size=1, max_size=8),
    day_first=st.booleans(),
)
def test_a_decided_order_reads_every_date_back(engine: Any, days: list[Any], day_first: bool) -> None:
    pattern = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    table = column(engine, [day.strftime(pattern) for day in days])
    reading = date_reading(table, "x")
    assert not reading.mixed
    if reading.open:
        assert all(day.day <= 12 for day in days)
        return
    assert reading.order == ("day first" if day_first else "month first")
    read = table.select(v=timestamp(table.x, reading.order)).to_pyarrow().to_pylist()
    assert [row["v"].date() for row in read] == days


def test_all_ambiguous_dates_are_asked_and_nothing_is_stored(workspace: Workspace, write: Write) -> None:
    file = write("o.csv", "order_id,order_date,customer_id,amount\n1,03/04/2024,C1,10\n2,05/06/2024,C2,20\n")
    report = workspace.add([file])[0]
    assert report.upload_id is None
    assert [question.code for question in report.questions] == ["date_order"]
    assert set(report.questions[0].examples) == {"03/04/2024", "05/06/2024"}
    assert workspace.uploads() == []
    for answer, month in (("day first", 4), ("month first", 3)):
        again = workspace.add([file], answers={"date_order": answer})[0]
        assert workspace.tables().facts.first_order is not None
        assert workspace.tables().facts.first_order.month == month
        workspace.remove(str(again.upload_id))


def test_a_second_date_column_settles_an_open_one(workspace: Workspace, write: Write) -> None:
    text = "order_id,order_date,cancelled_at,customer_id,amount\n1,03/04/2024,,C1,10\n2,05/06/2024,25/06/2024,C2,20\n"
    workspace.add([write("o.csv", text)])
    assert str(workspace.tables().facts.first_order) == "2024-04-03"


def test_dates_in_two_orders_are_refused_with_both_examples(workspace: Workspace, write: Write) -> None:
    file = write("o.csv", "order_id,order_date,customer_id,amount\n1,25/06/2024,C1,10\n2,12/31/2024,C2,20\n")
    with pytest.raises(DataRefused, match=r"25/06/2024 and 12/31/2024"):
        workspace.add([file])
    assert workspace.uploads() == []


@pytest.mark.parametrize(
    "text",
    [
        "order_id,customer_id,product,quantity,price\n1,C1,Tea,1,10\n",
        "order_id,customer_email,total\n1,ann@example.com,10\n",
        "customer_id,product,amount\nC1,Tea,10\n",
    ],
)
def test_orders_without_any_date_are_refused(workspace: Workspace, write: Write, text: str) -> None:
    with pytest.raises(DataRefused, match="no column holds the order's date") as caught:
        workspace.add([write("o.csv", text)])
    assert caught.value.exit_code == 3
    assert workspace.uploads() == []


def test_a_table_of_nothing_known_is_refused(workspace: Workspace, write: Write) -> None:
    with pytest.raises(DataRefused, match="no orders, customers, products"):
        workspace.add([write("x.csv", "planet,moons\nMars,2\nVenus,0\n")])
    with pytest.raises(DataRefused, match="no orders, customers, products"):
        workspace.add([write("y.csv", "1,2,5\n3,4,6\n")])


def test_dates_that_cannot_be_read_stop_the_upload(workspace: Workspace, write: Write) -> None:
    rows = (
        "".join(f"{n},2024-01-{n:02d},C{n},10\n" for n in range(1, 29)) + "29,2024-02-31,C1,10\n30,2024-13-01,C1,10\n"
    )
    with pytest.raises(DataRefused, match="2 of 30 cells in 'order_date'"):
        workspace.add([write("o.csv", "order_id,order_date,customer_id,amount\n" + rows)])


def test_decimal_comma(workspace: Workspace, write: Write) -> None:
    text = (
        "Bestellnummer;Datum;Kundennummer;Artikel;Menge;Einzelpreis\n"
        "1;31.01.2024;17;Tee;2;1.234,50\n"
        "2;01.02.2024;18;Kanne;1;9,95\n"
    )
    report = workspace.add([write("bestellungen.csv", text, "cp1252")])[0]
    codes = {problem.code for problem in report.problems}
    assert {"decimal_comma", "separator"} <= codes
    found = workspace.tables().orders.order_by("order_id").select("gross_sales").to_pyarrow().to_pylist()
    assert [row["gross_sales"] for row in found] == [Decimal("2469"), Decimal("9.95")]


def test_a_total_repeated_on_each_line_counts_once(workspace: Workspace, write: Write) -> None:
    text = (
        "order_id,order_date,customer_id,product,total\n"
        "1,2024-01-31,C1,Tea,30\n"
        "1,2024-01-31,C1,Pot,30\n"
        "2,2024-02-01,C2,Tea,10\n"
    )
    workspace.add([write("o.csv", text)])
    orders = workspace.tables().orders
    assert first(orders.aggregate(total=orders.total_sales.sum(), gross=orders.gross_sales.sum())) == {
        "total": Decimal("40"),
        "gross": Decimal("40"),
    }


def test_orders_without_number_get_the_same_one_again(workspace: Workspace, write: Write) -> None:
    text = "customer,date,amount\n7,2024-01-31,10\n7,2024-01-31,10\n8,2024-02-01,5\n"
    one = workspace.add([write("a.csv", text)])[0]
    ids = set(workspace.tables().orders.order_id.to_pyarrow().to_pylist())
    workspace.add([write("b.csv", text + "9,2024-02-02,1\n")])
    both = set(workspace.tables().orders.order_id.to_pyarrow().to_pylist())
    assert len(ids) == 3
    assert ids < both
    assert len(both) == 4
    assert one.problems[0].code == "repeated_lines"


def test_shopify_status_guests_and_refunds(workspace: Workspace, write: Write) -> None:
    head = (
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Cancelled at,Refunded Amount,Payment Method,Phone\n"
    )
    rows = (
        "#4,Ann@Example.com ,paid,GBP,18,2,0,20,TEN,2,2024-03-31 23:30:00 -0700,2,Tea,10,,0,card,\n"
        "#4,Ann@Example.com ,,,,,,,,,2024-03-31 23:30:00 -0700,0,Free sample,0,,,,\n"
        "#5,,paid,GBP,10,0,0,10,,0,2024-03-01 10:00:00 +0000,1,Tea,10,,0,card,+44 20 7946 0000\n"
        "#6,,paid,GBP,10,0,0,10,,0,2024-03-01 10:00:00 +0000,1,Tea,10,,0,card,\n"
        "#7,bob@example.com,refunded,GBP,10,0,0,10,,0,2024-03-02 10:00:00 +0000,1,Gift Card,10,,10,card,\n"
        "#8,bob@example.com,paid,GBP,10,0,0,10,,0,2024-03-02 10:00:00 +0000,1,Tea,10,2024-03-03,0,card,\n"
        "#9,ann@example.com,paid,GBP,10,0,0,10,,0,2024-03-02 10:00:00 +0000,1,Tea,10,,0,bogus,\n"
    )
    workspace.add([write("orders.csv", head + rows)])
    tables = workspace.tables()
    found = {row["order_id"]: row for row in tables.orders.to_pyarrow().to_pylist()}
    assert str(found["#4"]["ordered_at"]) == "2024-03-31 23:30:00"
    assert (found["#4"]["gross_sales"], found["#4"]["discounts"], found["#4"]["total_sales"]) == (20, 2, 20)
    assert (found["#4"]["discounted"], found["#5"]["discounted"]) == (True, False)
    assert found["#4"]["customer_key"] == found["#9"]["customer_key"]
    assert found["#5"]["customer_key"] is not None
    assert found["#6"]["customer_key"] is None
    assert (found["#7"]["status"], found["#7"]["returns"], found["#8"]["status"]) == ("refunded", 10, "cancelled")
    assert found["#9"]["test"] is True
    assert not found["#8"]["test"]
    kinds = tables.order_items.filter(tables.order_items.order_id == "#7").kind.to_pyarrow().to_pylist()
    assert kinds == ["gift_card"]


def test_consent_is_the_latest_answer_and_unknown_stays_unknown(workspace: Workspace, write: Write) -> None:
    head = "Name,Email,Financial Status,Accepts Marketing,Total,Created at,Lineitem name\n"
    rows = (
        "#1,a@x.io,paid,yes,10,2024-01-01 10:00:00 +0000,Tea\n"
        "#2,a@x.io,paid,no,10,2024-02-01 10:00:00 +0000,Tea\n"
        "#3,b@x.io,paid,,10,2024-02-01 10:00:00 +0000,Tea\n"
    )
    workspace.add([write("orders.csv", head + rows)])
    people = {r["email_consent"]: r for r in workspace.tables().customers.to_pyarrow().to_pylist()}
    assert set(people) == {False, None}
    assert str(people[False]["consent_at"]) == "2024-02-01 10:00:00"
    assert people[False]["consent_source"] == "Shopify orders export: Accepts Marketing"
    assert people[None]["consent_source"] is None


def test_survey_sessions_and_reviews(workspace: Workspace, write: Write) -> None:
    survey = (
        "submitted_at,customer_email,How did you hear of us?,What nearly stopped you?,"
        "How likely are you to recommend us?\n"
        "2024-05-01 10:00:00,a@x.io,A friend,The price,9\n"
        "2024-05-02 10:00:00,,Search,,\n"
        "2024-05-03 10:00:00,b@x.io,,,\n"
    )
    sessions = (
        "session_id,visitor_id,customer_email,started_at,channel,device,pages,product_views,added_to_cart,"
        "checkout_started,ordered\n"
        "S1,V1,,2024-05-01 10:00:00,search,mobile,3,1,no,no,no\n"
        "S2,V1,a@x.io,2024-05-02 10:00:00,email,desktop,5,2,yes,yes,yes\n"
    )
    reports = workspace.add([write("survey.csv", survey), write("web_sessions.csv", sessions)])
    assert [(r.role, r.rows, r.kept, r.set_aside) for r in reports] == [("feedback", 3, 2, 1), ("sessions", 2, 2, 0)]
    tables = workspace.tables()
    answers = tables.feedback.order_by("feedback_id").to_pyarrow().to_pylist()
    assert sorted((a["question"], a["text"], a["rating"]) for a in answers) == [
        ("How did you hear of us?", "A friend", None),
        ("How did you hear of us?", "Search", None),
        ("How likely are you to recommend us?", "9", 9.0),
        ("What nearly stopped you?", "The price", None),
    ]
    visits = tables.sessions.order_by("session_id").to_pyarrow().to_pylist()
    assert visits[0]["visitor"] == visits[1]["visitor"] != "V1"
    assert [v["ordered"] for v in visits] == [False, True]
    keys = {a["customer_key"] for a in answers if a["customer_key"]}
    assert keys == {visits[1]["customer_key"]}


def test_column_names_in_normal_form() -> None:
    names = [
        "InvoiceNo",
        "CustomerID",
        "unitPrice",
        "Country/Region",
        "Sub-Category",
        "dollar_value",
        "  Order   Date ",
    ]
    assert [normal(name) for name in names] == [
        "invoice no", "customer id", "unit price", "country region", "sub category", "dollar value", "order date",
    ]  # fmt: skip
