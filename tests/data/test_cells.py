"""How single cells and whole columns of numbers and dates are understood."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import ibis
import pytest

from copilot.data.cleaning import number, number_readings
from copilot.data.moments import date_reading, timestamp

_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def engine() -> Any:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def column(engine: Any, values: list[str | None]) -> Any:
    return engine.create_table(f"c{next(_NUMBERS)}", ibis.memtable({"x": values}), temp=True)


NUMBERS = [
    ("12.50 EUR", "point", "12.5"),
    ("EUR 12,50", "point", "12.5"),
    ("USD1,234.50", "point", "1234.5"),
    ("1\u202f234,50\u00a0€", "point", "1234.5"),
    ("1’234.50", "point", "1234.5"),
    ("1'234'567", "point", "1234567"),
    ("CHF 12.-", "point", "12"),
    ("Fr. 12.50", "point", "12.5"),
    ("Rs.1,23,456.00", "point", "123456"),
    ("R$ 1.234,56", "point", "1234.56"),
    ("kr 99", "comma", "99"),
    ("−12,00", "point", "-12"),
    ("12,00-", "comma", "-12"),
    ("($1,200.00)", "comma", "-1200"),
    ("15 %", "point", "0.15"),
    ("7,5%", "comma", "0.075"),
    ("19,90", "point", "19.9"),
    ("19.90", "comma", "19.9"),
    ("1.234", "point", "1.234"),
    ("1.234", "comma", "1234"),
    ("1,234", "point", "1234"),
    ("1,234", "comma", "1.234"),
    ("1.234.567", "point", "1234567"),
    ("1,234,567", "comma", "1234567"),
    ("0,125", "point", "0.125"),
    ("1234,567", "point", "1234.567"),
    ("-3", "comma", "-3"),
    ("", "point", None),
    ("n.v.", "comma", None),
]


def test_numbers_in_all_dress(engine: Any) -> None:
    table = column(engine, [text for text, _, _ in NUMBERS])
    for style in ("point", "comma"):
        found = dict(table.select(x=table.x, v=number(table.x, style)).to_pandas().itertuples(index=False))
        for text, wanted, value in NUMBERS:
            if wanted == style:
                assert found[text] == (None if value is None else Decimal(value)), (text, style)


@pytest.mark.parametrize(
    ("cells", "style", "unclear", "mixed"),
    [
        (["1.234,50", "3"], "comma", False, False),
        (["1,234.50", "3"], "point", False, False),
        (["1,234", "9,99"], "comma", False, False),
        (["1.234", "2.500"], "point", True, False),
        (["1,234", "2,500"], "point", True, False),
        (["12,50", "13.50", "14,00"], "comma", False, True),
        (["1.234.567", "5"], "comma", False, False),
        (["5", "17", None], "point", False, False),
    ],
)
def test_the_decimal_sign_of_a_column(
    engine: Any, cells: list[str | None], style: str, unclear: bool, mixed: bool
) -> None:
    reading = number_readings(column(engine, cells), ["x"])["x"]
    assert (reading.style, reading.unclear, reading.mixed) == (style, unclear, mixed)


DATES = [
    ("2024-01-05", None, "2024-01-05 00:00:00"),
    ("2024-01-05T10:15:00Z", None, "2024-01-05 10:15:00"),
    ("2024-01-05T23:30:00.123+05:30", None, "2024-01-05 23:30:00"),
    ("2024-01-05 10:15", None, "2024-01-05 10:15:00"),
    ("2024/1/5 9:05", None, "2024-01-05 09:05:00"),
    ("05.01.24", "day first", "2024-01-05 00:00:00"),
    ("05.01.98", "day first", "1998-01-05 00:00:00"),
    ("5. 1. 2024", "day first", "2024-01-05 00:00:00"),
    ("05.01.2024 um 10:15 Uhr", "day first", "2024-01-05 10:15:00"),
    ("05.01.2024, 10:15:30", "day first", "2024-01-05 10:15:30"),
    ("05/01/2024 à 10h15", "day first", "2024-01-05 10:15:00"),
    ("01/05/2024 10:15PM", "month first", "2024-01-05 22:15:00"),
    ("1/5/24 9:15 p.m.", "month first", "2024-01-05 21:15:00"),
    ("5. Januar 2024", None, "2024-01-05 00:00:00"),
    ("Freitag, 5. Januar 2024 10:15", None, "2024-01-05 10:15:00"),
    ("3 März 2024", None, "2024-03-03 00:00:00"),
    ("5 janv. 2024", None, "2024-01-05 00:00:00"),
    ("1er août 2024", None, "2024-08-01 00:00:00"),
    ("5 de enero de 2024", None, "2024-01-05 00:00:00"),
    ("14-dic-24", None, "2024-12-14 00:00:00"),
    ("5 gennaio 2024", None, "2024-01-05 00:00:00"),
    ("5 mrt 2024", None, "2024-03-05 00:00:00"),
    ("5 de março de 2024", None, "2024-03-05 00:00:00"),
    ("5 października 2024", None, "2024-10-05 00:00:00"),
    ("Fri, 05 Jan 2024 10:15:00 +0100", None, "2024-01-05 10:15:00"),
    ("January 5th, 2024", None, "2024-01-05 00:00:00"),
    ("Jan 5 2024 1:05 PM", None, "2024-01-05 13:05:00"),
    ("2024-Jan-05", None, "2024-01-05 00:00:00"),
    ("45296", None, "2024-01-05 00:00:00"),
    ("45296.4270833333", None, "2024-01-05 10:15:00"),
    ("1704449700", None, "2024-01-05 10:15:00"),
    ("1704449700123", None, "2024-01-05 10:15:00"),
    ("1704449700123456", None, "2024-01-05 10:15:00"),
    ("March madness 5", None, None),
    ("31.02.2024", "day first", None),
]


@pytest.mark.parametrize("order", [None, "day first", "month first"])
def test_dates_in_all_dress(engine: Any, order: Any) -> None:
    chosen = [(text, value) for text, wanted, value in DATES if wanted == order]
    table = column(engine, [text for text, _ in chosen])
    rows = table.select(x=table.x, v=timestamp(table.x, order)).to_pyarrow().to_pylist()
    found = {row["x"]: None if row["v"] is None else str(row["v"]) for row in rows}
    assert found == dict(chosen)


def test_days_a_spreadsheet_has_exchanged_are_noticed(engine: Any) -> None:
    small = [f"2024-{day:02d}-{month:02d} 00:00:00" for month in (3, 4) for day in range(1, 13)]
    text = [f"{day}/0{month}/2024" for month in (3, 4) for day in range(13, 29)]
    assert date_reading(column(engine, [*small, *text]), "x").swapped == ("2024-01-03 00:00:00", "13/03/2024")
    named = [f"{day:02d}-Mar-24" for day in range(13, 29)]
    assert date_reading(
        column(engine, [*[f"0{m}-0{d}-2024" for m in range(1, 8) for d in (3, 4)], *named]), "x"
    ).swapped
    excel = [f"{m}/{d}/2024" for m in range(1, 10) for d in (3, 12)]
    assert date_reading(column(engine, [*excel, *[f"{d}/03/2024" for d in range(13, 29)]]), "x").swapped


def test_honest_columns_are_not_called_exchanged(engine: Any) -> None:
    days = [f"2024-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 5, 13, 28)]
    assert not date_reading(column(engine, days), "x").swapped
    both = [*days[:20], *[f"{day}/03/2024" for day in range(1, 29)]]
    assert not date_reading(column(engine, both), "x").swapped


def test_what_a_column_of_dates_says_of_itself(engine: Any) -> None:
    assert date_reading(column(engine, ["2024-01-05T10:00:00Z", "2024-02-05T11:00:00Z"]), "x").in_utc
    assert not date_reading(column(engine, ["2024-01-05T10:00:00Z", "2024-07-05T11:00:00+02:00"]), "x").in_utc
    assert date_reading(column(engine, ["45296", "45297"]), "x").numbers == "45296"
    assert date_reading(column(engine, ["20240105", "20240106"]), "x").numbers is None
    assert date_reading(column(engine, ["5 janv. 2024", "6 févr. 2024"]), "x").share == 1
