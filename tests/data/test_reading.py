"""Bytes into rows: encodings, separators, headers, odd rows, workbooks; and what is refused, with what advice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.data.limits import Limits
from copilot.data.reading import ROW, read_raw
from copilot.errors import DataRefused

Write = Callable[..., Path]
ROWS = [["1", "Zoë", "12,5"], ["2", "Müller & Söhne", "3"]]


def rows_of(path: Path, folder: Path) -> tuple[Any, list[list[str | None]]]:
    raw = read_raw(path, folder, path.name)
    table = pq.read_table(raw.path)
    return raw, [[row[column] for column in raw.columns] for row in table.sort_by(ROW).to_pylist()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "staging"
    made.mkdir()
    return made


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_encodings_and_separators(write: Write, folder: Path, encoding: str, separator: str) -> None:
    text = "\r\n".join(separator.join(cells) for cells in [["id", "näme", "value"], *ROWS]) + "\r\n"
    raw, rows = rows_of(write("t.csv", text, encoding), folder)
    assert raw.columns == ("id", "näme", "value")
    assert rows == ROWS
    codes = {problem.code for problem in raw.problems}
    assert ("encoding" in codes) == (encoding == "cp1252")


def test_quoted_cells_with_separators_and_line_breaks(write: Write, folder: Path) -> None:
    text = 'id,note,value\n1,"one, two\nthree ""four""",5\n2,,6\n'
    raw, rows = rows_of(write("t.csv", text), folder)
    assert rows == [["1", 'one, two\nthree "four"', "5"], ["2", None, "6"]]
    assert (raw.rows, raw.set_aside) == (2, 0)


def test_lines_above_the_names_and_names_repeated_below(write: Write, folder: Path) -> None:
    text = "Orders of the shop\nexported today\nid,name,value\n1,a,2\n\nid,name,value\n,,\n3,b,4\n"
    raw, rows = rows_of(write("t.csv", text), folder)
    assert rows == [["1", "a", "2"], ["3", "b", "4"]]
    found = {problem.code: problem.count for problem in raw.problems}
    assert found == {"preamble": 2, "blank_rows": 1, "repeated_headers": 1}
    assert (raw.rows, raw.set_aside) == (4, 2)


def test_rows_end_in_separators_the_names_lack(write: Write, folder: Path) -> None:
    raw, rows = rows_of(write("t.csv", "id,name\n1,a,\n2,b,\n3,c,\n"), folder)
    assert raw.columns[:2] == ("id", "name")
    assert [row[:2] for row in rows] == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_the_separator_stated_in_the_first_line(write: Write, folder: Path) -> None:
    raw, rows = rows_of(write("t.csv", "sep=;\nid;name\n1;a,b\n"), folder)
    assert raw.columns == ("id", "name")
    assert rows == [["1", "a,b"]]


def test_rows_with_too_many_or_too_few_cells(write: Write, folder: Path) -> None:
    text = "id,name,value\n1,a,2\n3,b\n4,c,5,6\n7,d,8,,\n" + "".join(f"{n},e,1\n" for n in range(10, 30))
    raw, rows = rows_of(write("t.csv", text), folder)
    assert (raw.rows, raw.set_aside) == (24, 1)
    assert ["3", "b", None] in rows
    assert ["7", "d", "8"] in rows
    found = {problem.code: problem.count for problem in raw.problems}
    assert found == {"short_rows": 1, "long_rows": 1}


def test_leading_zeros_and_guard_apostrophes(write: Write, folder: Path) -> None:
    _, rows = rows_of(write("t.csv", "id,zip,phone\n007,'01234,'+49 30 1234\n"), folder)
    assert rows == [["007", "01234", "+49 30 1234"]]


def test_same_name_twice(write: Write, folder: Path) -> None:
    raw, _ = rows_of(write("t.csv", "Country,State,Country,\n1a,b,c,d\n"), folder)
    assert raw.columns == ("Country", "State", "Country (2)", "column 4")


def test_no_column_names(write: Write, folder: Path) -> None:
    raw, rows = rows_of(write("t.txt", " 00004 19970101  2   29.33\n 00004 19970118  2   29.73\n"), folder)
    assert not raw.header
    assert rows[0] == ["00004", "19970101", "2", "29.33"]


def test_workbook(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(
        workbook([["Order ID", "Date", "Amount"], ["A1", "2024-01-05", 12.5], ["A2", "2024-01-06", 100001]])
    )
    raw, rows = rows_of(path, folder)
    assert raw.columns == ("Order ID", "Date", "Amount")
    assert rows == [["A1", "2024-01-05", "12.5"], ["A2", "2024-01-06", "100001"]]


def test_a_workbook_with_one_far_cell_is_refused_and_nothing_dies(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(workbook([["a", "b"], ["1", "2"]], far="XFD1048576"))
    with pytest.raises(DataRefused, match=r"far\.xlsx"):
        read_raw(path, folder, path.name)


def test_a_workbook_that_unpacks_to_too_much_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(64):
            sheet.write(b"<row/>" * 174_763)
    with pytest.raises(DataRefused, match="unpacks to"):
        read_raw(path, folder, path.name)


def test_parquet_types_become_text(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    columns = {"id": [17850.0, None], "price": [2.55, 4.25], "name": ["NULL", " a "], "list": [[1], [2]]}
    pq.write_table(pa.table(columns), path)
    raw, rows = rows_of(path, folder)
    assert raw.columns == ("id", "price", "name")
    assert rows == [["17850", "2.55", None], [None, "4.25", "a"]]
    assert [problem.code for problem in raw.problems] == ["nested_columns"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n \n", "nothing but blanks"),
        ("header.csv", b"id,date,amount\n", "no rows"),
        ("report.csv", b"%PDF-1.7\n1 0 obj", "PDF document"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office file"),
        ("page.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        ("data.csv", b'{"orders": []}', "JSON"),
        ("shot.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        ("noise.csv", bytes(range(256)) * 8, "binary"),
        ("broken.parquet", b"PAR1 this is not parquet", "could not be read as Parquet"),
        ("open.csv", b'id,name\n1,"never closed\n' + b"x,y\n" * 3, "never closed"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(
    write: Write, folder: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(DataRefused, match=says) as caught:
        read_raw(write(name, content), folder, name)
    assert caught.value.what
    assert caught.value.advice
    assert "Traceback" not in str(caught.value)


def test_a_file_larger_than_allowed(write: Write, folder: Path) -> None:
    with pytest.raises(DataRefused, match="at most"):
        read_raw(write("t.csv", "a,b\n" * 100), folder, "t.csv", limits=Limits(file_bytes=50))


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=12))
def test_rows_are_kept_or_counted_as_set_aside(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("hypothesis")
    path = folder / "t.csv"
    text = (
        "id,name,value\n"
        + "".join(f"r{n},name,x\n" for n in range(15))
        + "".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells) + "\n" for cells in rows)
    )
    path.write_text(text, encoding="utf-8")
    raw = read_raw(path, folder, "t.csv")
    kept = pq.read_metadata(raw.path).num_rows
    assert raw.rows == kept + raw.set_aside == 15 + len(rows)


def workbook(rows: list[list[Any]], far: str | None = None) -> bytes:
    """A minimal .xlsx with inline strings; `far` puts one more cell at a far reference."""

    def cell(reference: str, value: Any) -> str:
        if isinstance(value, str):
            return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{reference}"><v>{value}</v></c>'

    lines = [
        f'<row r="{y}">' + "".join(cell(f"{chr(64 + x)}{y}", value) for x, value in enumerate(row, 1)) + "</row>"
        for y, row in enumerate(rows, 1)
    ]
    if far:
        lines.append(f'<row r="{"".join(c for c in far if c.isdigit())}">{cell(far, "x")}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()
