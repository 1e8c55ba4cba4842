"""How text files are laid out: where the names stand, what is no data, and every dialect the csv module can write."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from copilot.data.layout import encoding_of
from copilot.data.reading import ROW, read_raw
from copilot.data.workspace import Workspace
from copilot.errors import CopilotError

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "staging"
    made.mkdir()
    return made


def rows_of(path: Path, folder: Path) -> tuple[Any, list[list[str | None]]]:
    raw = read_raw(path, folder, path.name)
    table = pq.read_table(raw.path)
    return raw, [[row[column] for column in raw.columns] for row in table.sort_by(ROW).to_pylist()]


def test_names_below_rows_of_numbers_and_of_one_word(write: Write, folder: Path) -> None:
    text = "1,2,3,4\ncolumn,column,column,column\nOrder ID,Order date,Customer ID,Total\nA1,2024-01-05,C1,3\n"
    raw, rows = rows_of(write("t.csv", text + "A2,2024-01-06,C2,4\n"), folder)
    assert raw.columns == ("Order ID", "Order date", "Customer ID", "Total")
    assert rows == [["A1", "2024-01-05", "C1", "3"], ["A2", "2024-01-06", "C2", "4"]]


def test_two_decimal_commas_do_not_make_three_columns(write: Write, folder: Path) -> None:
    raw, rows = rows_of(write("t.csv", "Menge;Preis\n" + "1,5;2,50\n" * 30), folder)
    assert raw.columns == ("Menge", "Preis")
    assert rows[0] == ["1,5", "2,50"]


def test_names_stay_apart_whatever_they_are(write: Write, folder: Path) -> None:
    raw, _ = rows_of(write("t.csv", "a,A,a (2),,a,\n1,2,3,4,5,6\n"), folder)
    assert len({name.lower() for name in raw.columns}) == 6


def test_cells_that_say_nothing_and_guards(write: Write, folder: Path) -> None:
    text = 'id,zip,city,note\n="007",\'01234,\'s-Hertogenbosch,N/A\n008,="0815",York,\\N\n009,00,–,#REF!\n'
    _, rows = rows_of(write("t.csv", text), folder)
    assert rows == [
        ["007", "01234", "'s-Hertogenbosch", None],
        ["008", "0815", "York", None],
        ["009", "00", None, None],
    ]


def test_text_with_a_few_broken_signs_stays_utf8(write: Write, folder: Path) -> None:
    text = "id,name\n" + "".join(f"{n},Zoë Müller\n" for n in range(40))
    path = write("t.csv", text.encode() + b"99,Zo\xeb\n")
    raw, rows = rows_of(path, folder)
    assert encoding_of(path) == "utf_8"
    assert rows[0] == ["0", "Zoë Müller"]
    assert rows[-1] == ["99", "Zo\ufffd"]
    assert "damaged_text" in {problem.code for problem in raw.problems}


def test_single_quotes_around_every_cell(write: Write, folder: Path) -> None:
    _, rows = rows_of(write("t.csv", "'id','name'\n'1','a,b'\n'2','c'\n"), folder)
    assert rows == [["1", "a,b"], ["2", "c"]]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
LONG = st.one_of(CELL, st.sampled_from(['say "hi"', "two\nlines", "a;b,c|d", "\ttab", "'tis", "1.234,50", "x'y"]))
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
NOTHING = ("null", "none", "nil", "nan", "n/a", "n.a.", "na", "#n/a", "-", "--", "–", "—", "nat", "\\n")


def as_read(cell: str) -> str | None:
    """What must come back of a cell, by the documented rules."""
    plain = cell.strip()
    return None if plain.lower() in ("", *NOTHING) else plain


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(LONG, LONG, LONG), min_size=3, max_size=12), dialect=DIALECTS, encoding=ENCODINGS)
def test_any_dialect_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], dialect: dict[str, Any], encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("dialect")
    stream = io.StringIO(newline="")
    whole = [[f"r{number}", *cells, f"end{number}"] for number, cells in enumerate(rows)]
    csv.writer(stream, **dialect).writerows([["id", "first", "second", "third", "last"], *whole])
    path = folder / "t.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    raw, found = rows_of(path, folder)
    assert raw.columns == ("id", "first", "second", "third", "last")
    assert [[row[0], row[-1]] for row in found] == [[row[0], row[-1]] for row in whole]
    kept = [[as_read(cell) for cell in row[1:-1]] for row in whole]
    plain = [row[1:-1] for row in found]
    assert [[_same(cell) for cell in row] for row in plain] == [[_same(cell) for cell in row] for row in kept]


def _same(cell: str | None) -> str | None:
    """Line breaks may change their kind; a guard apostrophe and a formula guard come off."""
    if cell is None:
        return None
    bare = cell.replace("\r\n", "\n").replace("\r", "\n")
    return bare.removeprefix("'").strip() or None


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
)
@example(content=b"sep=;")
@example(content=b"\xef\xbb\xbf")
@example(content=b'a,b\n"')
@example(content="a;b\r1;2".encode("utf-16"))
def test_arbitrary_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "t.csv"
    path.write_bytes(content)
    try:
        raw = read_raw(path, folder, "t.csv")
    except CopilotError:
        return
    assert raw.rows == pq.read_metadata(raw.path).num_rows + raw.set_aside


def shop_file(rows: int) -> str:
    return "Order ID,Date,Customer,Quantity,Amount\n" + "".join(
        f"A{n},2024-01-{n % 28 + 1:02d},C{n % 7},2,{n}.50\n" for n in range(1, rows + 1)
    )


def test_totals_between_and_below_are_set_aside_and_said(workspace: Workspace, write: Write) -> None:
    lines = shop_file(100).splitlines()
    lines.insert(51, "Subtotal,,,100,1300")
    lines += ["Grand total:,,,200,5100.00", "Exported on 5 Jan 2024"]
    report = workspace.add([write("o.csv", "\n".join(lines) + "\n")])[0]
    found = {problem.code: problem for problem in report.problems}
    assert (found["total_rows"].count, found["footer_notes"].count) == (2, 1)
    assert any("Grand total" in example for example in found["total_rows"].examples)
    assert (report.rows, report.kept, report.set_aside) == (103, 100, 3)


def test_a_product_called_total_is_none(workspace: Workspace, write: Write) -> None:
    text = "Order ID,Date,Customer,Product,Amount\n" + "".join(
        f"A{n},2024-01-{n % 28 + 1:02d},C{n % 7},{'Total' if n == 40 else 'Tea'},{n}.50\n" for n in range(1, 41)
    )
    report = workspace.add([write("o.csv", text)])[0]
    assert "total_rows" not in {problem.code for problem in report.problems}
    assert report.kept == 40


def test_a_last_row_of_sums_without_a_label(workspace: Workspace, write: Write) -> None:
    report = workspace.add([write("o.csv", shop_file(20) + f",,,40,{sum(range(1, 21)) + 10}\n")])[0]
    assert report.kept == 20
    assert "total_rows" in {problem.code for problem in report.problems}


def test_an_answer_is_remembered_for_files_with_the_same_names(workspace: Workspace, write: Write) -> None:
    head = "order_id,order_date,customer_id,amount\n"
    first = write("jan.csv", head + "1,03/04/2024,C1,10\n2,05/06/2024,C2,20\n")
    assert workspace.add([first])[0].questions
    assert workspace.add([first], answers={"date_order": "day first"})[0].upload_id
    second = workspace.add([write("feb.csv", head + "3,01/02/2024,C1,10\n4,02/03/2024,C2,20\n")])[0]
    assert not second.questions
    assert str(workspace.tables().facts.first_order) == "2024-02-01"


def test_numbers_that_are_a_thousand_or_one_are_asked(workspace: Workspace, write: Write) -> None:
    text = "order_id;order_date;customer_id;amount\n1;2024-01-05;C1;1.234\n2;2024-02-05;C2;2.500\n"
    report = workspace.add([write("o.csv", text)])[0]
    assert [question.code for question in report.questions] == ["decimal_sign"]
    assert report.questions[0].examples == ("2.500",)
    workspace.add([write("o.csv", text)], answers={"decimal_sign": "decimal comma"})
    orders = workspace.tables().orders
    assert orders.gross_sales.sum().execute() == 3734


def test_days_exchanged_by_a_spreadsheet_are_said(workspace: Workspace, write: Write) -> None:
    head = "order_id,order_date,customer_id,amount\n"
    small = [f"2024-{day:02d}-03" for day in range(1, 13)]  # 1 to 12 March, exchanged
    late = [f"{day}/03/2024" for day in range(13, 29)]
    rows = "".join(f"{n},{day},C{n % 5},10\n" for n, day in enumerate([*small, *late]))
    report = workspace.add([write("o.csv", head + rows)])[0]
    found = {problem.code: problem for problem in report.problems}
    assert found["swapped_dates"].examples == ("2024-01-03", "13/03/2024")
    assert "original export" in found["swapped_dates"].action


def test_order_numbers_betray_days_exchanged_everywhere(workspace: Workspace, write: Write) -> None:
    days = [(month, day) for month in range(1, 13) for day in range(1, 29)]
    written = [f"2024-{day:02d}-{month:02d}" if day <= 12 else f"2024-{month:02d}-{day:02d}" for month, day in days]
    head = "order_id,order_date,customer_id,amount\n"
    swapped = head + "".join(f"SO{n + 1000},{day},C{n % 50},10\n" for n, day in enumerate(written))
    honest = head + "".join(f"SO{n + 1000},2024-{m:02d}-{d:02d},C{n % 50},10\n" for n, (m, d) in enumerate(days))
    for name, text, expected in (("swapped.csv", swapped, True), ("honest.csv", honest, False)):
        report = workspace.add([write(name, text)])[0]
        assert ("swapped_dates" in {problem.code for problem in report.problems}) is expected
        workspace.remove(str(report.upload_id))


def test_times_in_utc_only_are_said_and_offsets_keep_the_day_of_the_shop(workspace: Workspace, write: Write) -> None:
    head = "order_id,order_date,customer_id,amount\n"
    utc = "".join(f"{n},2024-01-0{n}T23:30:00Z,C1,10\n" for n in range(1, 9))
    report = workspace.add([write("utc.csv", head + utc)])[0]
    assert "utc_times" in {problem.code for problem in report.problems}
    workspace.remove(str(report.upload_id))
    local = "1,2024-03-31T23:30:00+02:00,C1,10\n2,2024-01-31T23:30:00+01:00,C2,10\n"
    report = workspace.add([write("local.csv", head + local)])[0]
    assert "utc_times" not in {problem.code for problem in report.problems}
    days = [str(at.date()) for at in workspace.tables().orders.ordered_at.to_pyarrow().to_pylist()]
    assert sorted(days) == ["2024-01-31", "2024-03-31"]
