"""One shop written in many ways gives the same figures, or one question that gives them once it is answered."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from copilot.data.workspace import Workspace
from evals.workbooks import Sheet, xlsx
from tests.data.shops import (
    ENGLISH,
    HEADERS,
    Figures,
    Line,
    Style,
    comma,
    figures,
    gzipped,
    one_row_an_order,
    shop,
    table,
    written,
    zipped,
)

LINES = shop()
FRENCH_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
POLISH_MONTHS = ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
                 "października", "listopada", "grudnia")  # fmt: skip


@dataclass(frozen=True)
class Way:
    """Files of the shop, what they are asked, and the codes the report must name."""

    files: dict[str, bytes]
    answers: dict[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    lines: tuple[Line, ...] = tuple(LINES)


def dmy(at: datetime) -> str:
    return at.strftime("%d.%m.%Y")


def fields(*names: str, **more: Any) -> bytes:
    """Only these columns of the plain table, under other names: `fields("a=Order ID", ...)`."""
    style = Style(**more)
    places = [(name.split("=")[0], ENGLISH.index(name.split("=")[-1])) for name in names]
    rows = [[row[place] for _, place in places] for row in style.rows(LINES)]
    return table([[name for name, _ in places], *rows])


def german(lines: list[Line] = LINES, **more: Any) -> bytes:
    style = Style(header=HEADERS["de"], date=dmy, money=comma, csv={"delimiter": ";"}, encoding="cp1252")
    return written(lines, replace(style, **more))


def total(lines: list[Line]) -> list[str]:
    return [f"Summe||||{sum(line.quantity for line in lines)}|{comma(sum((x.price for x in lines), Decimal(0)))}|"]


def in_parts() -> dict[str, bytes]:
    """One file for each half of a year."""
    found: dict[str, list[Line]] = {}
    for line in LINES:
        found.setdefault(f"orders-{line.at.year}-{(line.at.month + 5) // 6}.csv", []).append(line)
    return {name: written(lines) for name, lines in found.items()}


def two_columns_of_time() -> bytes:
    rows = [
        [line.order, dmy(line.at), f"{line.at:%H:%M}", line.customer, line.product, line.quantity, comma(line.price)]
        for line in LINES
    ]
    header = ["Bestellnummer", "Datum", "Uhrzeit", "Kundennummer", "Artikel", "Menge", "Einzelpreis"]
    return table([header, *rows], delimiter=";")


def total_on_each_line() -> bytes:
    totals: dict[str, Decimal] = {}
    for line in LINES:
        totals[line.order] = totals.get(line.order, Decimal(0)) + line.quantity * line.price
    header = ["order_id", "created_at", "customer_id", "product", "total"]
    return table(
        [header, *[[x.order, x.at.isoformat(), x.customer, x.product, f"{totals[x.order]:.2f}"] for x in LINES]]
    )


def messy() -> bytes:
    """Notes above, names repeated, blank rows, cells cut off at the end, `N/A` in a column nobody needs."""
    rows = [[*row[:6], "N/A"] for row in Style().rows(LINES)]
    for place in (50, 200):
        rows.insert(place, list(ENGLISH))
    rows.insert(100, [""] * 7)
    rows[120] = rows[120][:6]
    body = table([["Orders of the shop"], ["exported, today"], [], list(ENGLISH), *rows])
    return body + b"Exported by the shop's own program\n"


def shuffled() -> bytes:
    rng = random.Random(3)
    names = [*ENGLISH, "Warehouse", "Weight in kg", "Remark", "Remark"]
    rows = [[*row, "B2", "0.35", "", "fragile"] for row in Style().rows(LINES)]
    places = list(range(len(names)))
    rng.shuffle(places)
    rng.shuffle(rows)
    return table([[row[place] for place in places] for row in [names, *rows]])


def by_email() -> bytes:
    rows = [
        [x.order, x.at.isoformat(), x.email.upper() if n % 3 else x.email, x.product, x.quantity, x.price]
        for n, x in enumerate(LINES)
    ]
    return table([["order", "date", "Customer email", "item", "qty", "price"], *rows])


def sheets(rows: list[list[Any]]) -> bytes:
    notes = Sheet("Read me", [["Orders of our shop"], ["made for the accountant"]])
    return xlsx(notes, Sheet("Orders", [list(ENGLISH), *rows]))


def early() -> tuple[Line, ...]:
    """The same orders on days up to the 12th of months that differ from the day."""
    return tuple(replace(x, at=x.at.replace(day=(x.at.month % 12) + 1)) for x in LINES)


def ways() -> dict[str, Callable[[], Way]]:
    """Name -> the way, made when it is needed."""

    def one(content: Callable[[], bytes], name: str = "orders.csv", *says: str, **answers: str) -> Callable[[], Way]:
        return lambda: Way({name: content()}, answers, says)

    def way(name: str = "orders.csv", *says: str, **style: Any) -> Callable[[], Way]:
        return lambda: Way({name: written(LINES, Style(**style))}, {}, says)

    semicolon = {"delimiter": ";"}
    start = datetime(1970, 1, 1)
    spreadsheet, day = datetime(1899, 12, 30), timedelta(days=1)
    found: dict[str, Callable[[], Way]] = {
        "plain": way(),
        "BOM and CRLF": way(encoding="utf-8-sig", csv={"lineterminator": "\r\n"}),
        "UTF-16 with tabs": way("orders.txt", encoding="utf-16", csv={"delimiter": "\t"}),
        "UTF-16 LE without mark": way(encoding="utf-16-le", csv=semicolon),
        "UTF-16 BE without mark": way(encoding="utf-16-be", csv={"delimiter": "|"}),
        "Latin 1 in German": one(german, "bestellungen.csv", "encoding", "decimal_comma", "separator"),
        "separator stated": way(above=("sep=;",), csv=semicolon),
        "vertical bars": way(csv={"delimiter": "|"}),
        "everything quoted": way(csv={"quoting": 1}),
        "line ends of old": way(csv={"lineterminator": "\r", "quoting": 1}),
        "backslash before quotes": way(csv={"doublequote": False, "escapechar": "\\"}),
        "month first, a.m. and p.m.": way(date=lambda at: at.strftime("%m/%d/%Y %I:%M %p")),
        "day first, two-digit years": way(date=lambda at: at.strftime("%d/%m/%y %H:%M")),
        "days of a spreadsheet": way("orders.csv", "bare_dates", date=lambda at: (at - spreadsheet) / day),
        "seconds since 1970": way("orders.csv", "bare_dates", date=lambda at: int((at - start).total_seconds())),
        "thousandths since 1970": way(date=lambda at: int((at - start).total_seconds()) * 1000),
        "offsets of summer and winter": way(
            date=lambda at: f"{at:%Y-%m-%dT%H:%M:%S}+0{2 if 3 < at.month < 11 else 1}:00"
        ),
        "date and time apart": one(two_columns_of_time),
        "currency signs, narrow blanks": way(
            csv=semicolon, money=lambda v: comma(v).replace(".", "\u202f") + "\u00a0€", header=HEADERS["fr"]
        ),
        "currency codes, apostrophes": way(money=lambda v: f"CHF {v:,.2f}".replace(",", "’")),
        "guarded ids": way(order=lambda text: f"'{text}"),
        "ids as formulas": way(order=lambda text: f'="{text}"'),
        "notes, blanks, names again": one(messy, "orders.csv", "preamble", "repeated_headers", "blank_rows"),
        "a row of totals": one(lambda: german(below=total), "b.csv", "total_rows"),
        "shuffled, more columns": one(shuffled),
        "one row an order": one(lambda: table(one_row_an_order(LINES))),
        "the total on each line": one(total_on_each_line),
        "by e-mail address": one(by_email),
        "French names of months": way(
            header=HEADERS["fr"], csv=semicolon, money=comma, encoding="cp1252",
            date=lambda at: f"{at.day} {FRENCH_MONTHS[at.month - 1]} {at.year} {at:%H:%M}",
        ),
        "Polish names of months": way(
            header=HEADERS["pl"], csv=semicolon, money=comma,
            date=lambda at: f"{at.day} {POLISH_MONTHS[at.month - 1]} {at.year}",
        ),
        "one file for each half of a year": lambda: Way(in_parts()),
        "two files that overlap": lambda: Way(
            {
                "a.csv": written([x for x in LINES if x.at.month < 9]),
                "b.csv": written([x for x in LINES if x.at.month > 5]),
            }
        ),
        "a zip of them": lambda: Way({"orders.zip": zipped(in_parts())}),
        "gz": lambda: Way({"orders.csv.gz": gzipped(written(LINES))}),
        "a workbook of two sheets": lambda: Way({"orders.xlsx": sheets(_cells())}),
        "all dates open": lambda: Way(
            {"o.csv": written(list(early()), Style(date=lambda at: at.strftime("%d/%m/%Y")))},
            {"date_order": "day first"}, lines=early(),
        ),
        "a date nobody named": one(
            lambda: fields("Order ID", "When it came=Order date", "Customer ID", "Product", "Quantity", "Unit price"),
            "o.csv", "by_content",
        ),
        "a customer nobody named": one(
            lambda: fields("Order ID", "Order date", "Who=Customer ID", "Product", "Quantity", "Unit price"),
            column_customer_id="Who",
        ),
        "names that say nothing": one(
            lambda: table([["F1", "F2", "F3", "F4"], *one_row_an_order(LINES)[1:]]), rows_are="orders",
        ),
    }  # fmt: skip
    for language in ("es", "it", "nl", "pt", "pl"):
        found[f"headers in {language}"] = way(header=HEADERS[language], csv=semicolon, money=comma, date=dmy)
    return found


def _cells() -> list[list[Any]]:
    return Style(date=lambda at: at, money=float).rows(LINES)


WAYS = ways()


def read_back(workspace: Workspace) -> Figures:
    """The figures as the canonical tables hold them."""
    orders = workspace.tables().orders
    rows = orders.filter(orders.kind == "order").select(
        "order_id", "customer_key", "ordered_at", "gross_sales", "discounts", "returns"
    )
    found = rows.to_pyarrow().to_pylist()
    bought: dict[str, int] = {}
    for row in found:
        bought[row["customer_key"]] = bought.get(row["customer_key"], 0) + 1
    days = [row["ordered_at"].date().isoformat() for row in found]
    net = sum((row["gross_sales"] - (row["discounts"] or 0) - (row["returns"] or 0) for row in found), Decimal(0))
    repeat = sum(count > 1 for count in bought.values())
    return Figures(len({row["order_id"] for row in found}), len(bought), net, repeat, min(days), max(days))


def test_there_are_enough_ways() -> None:
    assert len(WAYS) >= 25
    assert figures(LINES) != figures(LINES[:-1])


def _shared_out() -> list[Any]:
    """Every third way in each run, all of them in a thorough one."""
    return [
        name if place % 3 == 0 else pytest.param(name, marks=pytest.mark.thorough) for place, name in enumerate(WAYS)
    ]


@pytest.mark.parametrize("name", _shared_out())
def test_the_same_figures(name: str, tmp_path: Path) -> None:
    way = WAYS[name]()
    paths = []
    for file, content in way.files.items():
        (tmp_path / file).write_bytes(content)
        paths.append(tmp_path / file)
    workspace = Workspace.open(tmp_path / "home")
    reports = workspace.add(paths)
    asked = [question for report in reports for question in report.questions]
    assert [question.code for question in asked] == list(way.answers)
    if way.answers:
        assert workspace.uploads() == []
        reports = workspace.add(paths, answers=way.answers)
    assert not [question for report in reports for question in report.questions]
    codes = {problem.code for report in reports for problem in report.problems}
    assert set(way.says) <= codes
    assert all(report.rows == report.kept + report.set_aside for report in reports)
    assert read_back(workspace) == figures(way.lines)
    workspace.close()
