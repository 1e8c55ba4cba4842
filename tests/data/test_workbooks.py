"""Workbooks (.xlsx, .xls, .ods): sheets, merged names, formulas, hidden sheets, errors, types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from copilot.data.containers import arrivals
from copilot.data.limits import DEFAULT, Limits
from copilot.data.reading import ROW, RawFile, read_raw
from copilot.data.report import IntakeReport
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused
from evals.workbooks import Fault, Formula, Sheet, ods, xls, xlsx

Write = Callable[..., Path]
Make = Callable[..., bytes]
KINDS = pytest.mark.parametrize(("make", "name"), [(xlsx, "b.xlsx"), (xls, "b.xls"), (ods, "b.ods")])
EXCEL = pytest.mark.parametrize(("make", "name"), [(xlsx, "b.xlsx"), (xls, "b.xls")])
NAMES = ["Order ID", "Order Date", "Customer ID", "Product", "Quantity", "Unit Price"]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "staging"
    made.mkdir()
    return made


def rows_of(path: Path, folder: Path, **given: Any) -> tuple[RawFile, list[list[str | None]]]:
    raw = read_raw(path, folder, path.name, **given)
    table = pq.read_table(raw.path)
    return raw, [[row[column] for column in raw.columns] for row in table.sort_by(ROW).to_pylist()]


def said(raw: RawFile | IntakeReport) -> dict[str, int]:
    return {problem.code: problem.count for problem in raw.problems}


def orders(count: int, first: int = 1) -> list[list[Any]]:
    return [[f"A{n}", date(2024, 1, 1 + n % 28), f"c{n % 5}", "Tea", 2, 10.5] for n in range(first, first + count)]


@KINDS
def test_cells_keep_their_types(write: Write, folder: Path, make: Make, name: str) -> None:
    rows = [
        ["id", "day", "moment", "amount", "paid", "zip"],
        ["007", date(2024, 1, 5), datetime(2024, 1, 5, 13, 30, 5), 0.1 + 0.2, True, "01234"],
        ["008", date(1999, 12, 31), datetime(2024, 2, 29, 0, 0, 1), -12.5, False, "=cmd|'/c calc'!A0"],
        ["009", date(2024, 6, 1), datetime(2024, 6, 1, 23, 59, 59), 1234567890123, True, 'Zoë, "quoted"\nline'],
    ]
    _, found = rows_of(write(name, make(Sheet("Orders", rows))), folder)
    assert [row[0] for row in found] == ["007", "008", "009"]
    assert [(row[1] or "")[:10] for row in found] == ["2024-01-05", "1999-12-31", "2024-06-01"]
    assert [row[2] for row in found] == ["2024-01-05 13:30:05", "2024-02-29 00:00:01", "2024-06-01 23:59:59"]
    assert [row[3] for row in found] == ["0.3", "-12.5", "1234567890123"]
    assert [row[4] for row in found] == ["true", "false", "true"]
    assert [row[5] for row in found[:2]] == ["01234", "=cmd|'/c calc'!A0"]
    assert (found[2][5] or "").startswith('Zoë, "quoted"')


@KINDS
def test_each_sheet_that_is_shown_is_taken_for_itself(write: Write, folder: Path, make: Make, name: str) -> None:
    people = [["Customer ID", "Email", "Country"], *[[f"c{n}", f"c{n}@example.com", "GB"] for n in range(5)]]
    hidden = Sheet("Archive", [NAMES, *orders(50, 1000)], hidden=True)
    path = write(name, make(Sheet("Orders", [NAMES, *orders(12)]), hidden, Sheet("People", people)))
    found = list(arrivals(path, name, folder, DEFAULT))
    assert [(one.name, one.sheet) for one in found] == [(f"{name} / Orders", "Orders"), (f"{name} / People", "People")]
    first, rows = rows_of(path, folder, sheet="Orders")
    assert [row[0] for row in rows] == [row[0] for row in orders(12)]
    assert said(first)["hidden_sheets"] == 1
    second, rows = rows_of(path, folder, sheet="People")
    assert [row[0] for row in rows] == [row[0] for row in people[1:]]
    assert "hidden_sheets" not in said(second)  # said once a workbook


@KINDS
def test_hidden_sheets_are_not_read_but_said(write: Write, folder: Path, make: Make, name: str) -> None:
    hidden = Sheet("Archive", [NAMES, *orders(50, 1000)], hidden=True)
    path = write(name, make(hidden, Sheet("Orders", [NAMES, *orders(4)])))
    (one,) = arrivals(path, name, folder, DEFAULT)
    assert (one.name, one.sheet) == (name, None)
    raw, rows = rows_of(path, folder)
    assert len(rows) == 4
    (problem,) = [problem for problem in raw.problems if problem.code == "hidden_sheets"]
    assert problem.examples == ("Archive",)
    (none,) = arrivals(write(f"all {name}", make(hidden)), name, folder, DEFAULT)
    assert none.refusal is not None
    assert none.refusal.code == "hidden"


def test_a_workbook_of_very_many_sheets(write: Write, folder: Path) -> None:
    path = write("many.xlsx", xlsx(*[Sheet(f"S{n}", [["a"], ["b"]]) for n in range(5)]))
    found = list(arrivals(path, "many.xlsx", folder, Limits(sheets=3)))
    assert [one.sheet for one in found] == ["S0", "S1", "S2", None]
    assert found[-1].refusal is not None
    assert "has 5 sheets; only the first 3" in found[-1].refusal.what


def test_formulas_give_their_stored_value_and_nothing_is_calculated(write: Write, folder: Path) -> None:
    rows = [
        ["id", "sum", "text"],
        ["1", Formula("1+1", 99.5), Formula('HYPERLINK("http://example.org")', "kept")],
        ["2", Formula("1+1"), Formula("NOW()")],
        ["3", 5, "plain"],
    ]
    raw, found = rows_of(write("f.xlsx", xlsx(Sheet("S", rows))), folder)
    assert found == [["1", "99.5", "kept"], ["2", None, None], ["3", "5", "plain"]]
    assert {"formulas": 2, "formulas_without_value": 2}.items() <= said(raw).items()


def test_formulas_of_an_old_workbook(write: Write, folder: Path) -> None:
    rows = [["id", "sum"], ["1", Formula("1+1", 99.5)], ["2", 4]]
    raw, found = rows_of(write("f.xls", xls(Sheet("S", rows))), folder)
    assert found == [["1", "99.5"], ["2", "4"]]
    assert said(raw)["formulas"] == 1


@KINDS
def test_error_cells_are_empty_and_counted(write: Write, folder: Path, make: Make, name: str) -> None:
    faults = ["#N/A", "#DIV/0!", "#REF!"]
    cells: list[Any] = faults if make is ods else [Fault(text) for text in faults]
    rows = [["id", "amount"], *[[f"{n}", cell] for n, cell in enumerate(cells)], ["9", 4.5]]
    raw, found = rows_of(write(name, make(Sheet("S", rows))), folder)
    assert [row[1] for row in found] == [None, None, None, "4.5"]
    assert said(raw)["error_cells"] == 3


@EXCEL
def test_names_under_merged_groups_become_one_row(write: Write, folder: Path, make: Make, name: str) -> None:
    rows = [
        ["Order", None, "Customer", None, "Amount"],
        ["ID", "Date", "ID", "City", None],
        ["A1", date(2024, 1, 5), "c1", "Leeds", 10],
        ["A2", date(2024, 1, 6), "c2", "York", 20],
    ]
    sheet = Sheet("S", rows, merged=("A1:B1", "C1:D1", "E1:E2"))
    raw, found = rows_of(write(name, make(sheet)), folder)
    assert raw.columns == ("Order ID", "Order Date", "Customer ID", "Customer City", "Amount")
    assert [row[0] for row in found] == ["A1", "A2"]
    assert "joined_names" in said(raw)


@EXCEL
def test_a_title_over_the_whole_width_is_a_title(write: Write, folder: Path, make: Make, name: str) -> None:
    rows = [
        ["Orders of January", None, None],
        ["Order ID", "Date", "Amount"],
        ["A1", date(2024, 1, 5), 10],
        ["A2", date(2024, 1, 6), 20],
    ]
    raw, found = rows_of(write(name, make(Sheet("S", rows, merged=("A1:C1",)))), folder)
    assert raw.columns == ("Order ID", "Date", "Amount")
    assert len(found) == 2


@EXCEL
def test_cells_merged_over_rows_stand_in_each_row_and_amounts_once(
    write: Write, folder: Path, make: Make, name: str
) -> None:
    rows = [
        ["Order ID", "Customer", "Total", "Product"],
        [1001, "c1", 30.0, "Tea"],
        [None, None, None, "Cup"],
        [None, None, None, "Pot"],
        [1002, "c2", 5.0, "Tea"],
    ]
    sheet = Sheet("S", rows, merged=("A2:A4", "B2:B4", "C2:C4"))
    raw, found = rows_of(write(name, make(sheet)), folder)
    assert [row[0] for row in found] == ["1001", "1001", "1001", "1002"]
    assert [row[1] for row in found] == ["c1", "c1", "c1", "c2"]
    assert [row[2] for row in found] == ["30", None, None, "5"]
    assert said(raw)["merged_cells"] == 4


def test_macros_and_links_are_said_and_left_alone(write: Write, folder: Path) -> None:
    more = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    raw, found = rows_of(write("m.xlsm", xlsx(Sheet("S", [["id", "n"], ["1", 2]]), more=more)), folder)
    assert found == [["1", "2"]]
    assert {"macros": 1, "links": 1}.items() <= said(raw).items()


def test_a_superstore_in_the_old_format(workspace: Workspace, write: Write, folder: Path) -> None:
    """Orders, People and Returns, as the sample that comes with Tableau has them."""
    names = ["Row ID", "Order ID", "Order Date", "Ship Date", "Ship Mode", "Customer ID", "Customer Name", "Segment",
             "Country", "City", "State", "Postal Code", "Region", "Product ID", "Category", "Sub-Category",
             "Product Name", "Sales", "Quantity", "Discount", "Profit"]  # fmt: skip
    lines = [
        [n, f"CA-2016-{100 + n // 2}", date(2016, 1 + n % 12, 3), date(2016, 1 + n % 12, 7), "Second Class",
         f"CG-{n // 2 % 7}", f"Person {n // 2 % 7}", "Consumer", "United States", "Henderson", "Kentucky", "42420",
         "South", f"FUR-{n % 9}", "Furniture", "Bookcases", f"Bookcase {n % 9}", 20.5, 2, 0, 3.25]
        for n in range(60)
    ]  # fmt: skip
    returns = [["Returned", "Order ID"], *[["Yes", f"CA-2016-{100 + n}"] for n in (1, 1, 4)]]
    people = [["Regional Manager", "Region"], ["Sadie Pawthorne", "West"], ["Chuck Magee", "East"]]
    path = write(
        "Sample - Superstore.xls",
        xls(Sheet("Orders", [names, *lines]), Sheet("People", people), Sheet("Returns", returns)),
    )
    reports = workspace.add([path])
    assert reports[0].kept == 60
    tables = workspace.tables()
    assert tables.orders.count().to_pyarrow().as_py() == 30
    assert float(tables.order_items.gross.sum().to_pyarrow().as_py()) == pytest.approx(60 * 20.5)
    raw = workspace.private / "raw" / f"{reports[0].upload_id}.upload"
    assert raw.read_bytes() == path.read_bytes()
    _, rows = rows_of(raw, folder, sheet=reports[0].sheet)
    assert len(rows) == 60
    again = workspace.add([path])
    assert again[0].already_there
    assert again[0].file == "Sample - Superstore.xls / Orders"
    for report in reports[1:]:
        assert report.upload_id is None or report.role not in ("orders", "order lines"), (report.role, report.summary)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(columns=5), "6 columns; at most 5"),
        (Limits(rows=10), "21 rows; at most 10"),
        (Limits(cell_bytes=4), "holds 8 characters"),
    ],
)
def test_limits_of_a_sheet(write: Write, folder: Path, limits: Limits, says: str) -> None:
    rows = orders(20)
    rows[3][3] = "a cellar"
    with pytest.raises(DataRefused, match=says) as caught:
        read_raw(write("b.xlsx", xlsx(Sheet("S", [NAMES, *rows]))), folder, "b.xlsx", limits=limits)
    assert caught.value.advice
