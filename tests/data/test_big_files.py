"""What keeps big files quick and small in memory changes no result: blocks, files in place of memory, short ways."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmo_copilot.evals.benchmarks.exports import WIDTH, write_export
from copilot.data import reading
from copilot.data.formats import base
from copilot.data.parse_child import clean
from copilot.data.reading import read_raw
from copilot.data.tables import SCHEMAS
from copilot.data.text_rows import HASH, ROW, filled_rows, tidy
from copilot.data.workspace import Workspace

Write = Callable[..., Path]


def odd_file(rows: int) -> str:
    """Rows with line breaks, too few and too many cells, blank and repeated ones, the names again."""
    chance = random.Random(7)
    lines = ["id,note,value"]
    for n in range(rows):
        kind = chance.randrange(12)
        lines.append(
            {
                0: f'{n},"two\nlines, ""quoted""",{n}',
                1: f"{n},short",
                2: f"{n},long,{n},more",
                3: f"{n},empty surplus,{n},,",
                4: ",,",
                5: "id,note,value",
                6: "1,again,1",
                7: f" '{n} ,n/a, {n}",
            }.get(kind, f"{n},plain,{n}")
        )
    return "\n".join(lines) + "\n"


def text_of(raw: Any) -> list[dict[str, Any]]:
    table = pq.read_table(raw.path).sort_by(ROW)
    return table.drop_columns([HASH]).to_pylist()


def test_many_small_blocks_give_the_same_rows_as_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("odd.csv", odd_file(2_000))
    found = []
    for size in (8 * 1024**2, 1_024, 300):
        monkeypatch.setattr(reading, "BLOCK_BYTES", size)
        folder = tmp_path / f"staging-{size}"
        folder.mkdir()
        raw = read_raw(path, folder, "odd.csv")
        found.append((raw.rows, raw.set_aside, raw.problems, text_of(raw)))
        assert not list(folder.glob("*.side"))
    assert found[1:] == found[:-1]
    rows, set_aside, _, text = found[0]
    assert len(text) == rows - set_aside
    assert [row[ROW] for row in text] == sorted({row[ROW] for row in text})


def test_equal_rows_have_equal_hashes_and_others_do_not(write: Write, tmp_path: Path) -> None:
    text = "a,b,c\n1,x,\n1,x,\n1,,x\n,1,x\n1,x ,\n2,x,\n"
    raw = read_raw(write("t.csv", text), tmp_path, "t.csv")
    table = pq.read_table(raw.path).sort_by(ROW)
    hashes = table[HASH].to_pylist()
    assert hashes[0] == hashes[1] == hashes[4]  # blanks around a cell are no difference
    assert len(set(hashes)) == 4


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(alphabet=" aZnN'\"-#(/.\x00\xa0\u2003é0,\n", max_size=10)), max_size=8))
def test_the_short_way_through_cleaning_gives_what_the_long_way_gives(cells: list[str | None]) -> None:
    column = pa.array(cells, pa.string())
    assert tidy(column).to_pylist() == clean(column).to_pylist()
    if len(cells) > 2:
        part = column.slice(1, len(cells) - 2)
        assert tidy(part).to_pylist() == clean(part).to_pylist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[st.one_of(st.none(), st.just("x"))] * 3), min_size=1, max_size=6))
def test_rows_without_any_cell_are_left_out(rows: list[tuple[str | None, ...]]) -> None:
    columns = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
    batch = pa.record_batch([pa.array(range(len(rows))), *columns], names=[ROW, "a", "b", "c"])
    wanted = [number for number, row in enumerate(rows) if any(cell is not None for cell in row)]
    assert filled_rows(batch)[ROW].to_pylist() == wanted


def tables_of(home: Path, source: Path) -> tuple[Any, dict[str, list[dict[str, Any]]]]:
    workspace = Workspace.open(home)
    home.joinpath("default/private/salt").write_text("0" * 64)
    workspace = Workspace.open(home)
    (report,) = workspace.add([source])
    tables = workspace.tables()
    found = {
        name: getattr(tables, name).order_by(*list(columns)[:3]).to_pyarrow().to_pylist()
        for name, columns in SCHEMAS.items()
    }
    workspace.close()
    return report, found


def test_what_is_kept_in_files_instead_of_memory_gives_the_same_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "orders.csv"
    written = write_export(source, 400)
    assert source.read_text().splitlines()[0].count(",") + 1 == WIDTH
    in_memory = tables_of(tmp_path / "one", source)
    monkeypatch.setattr(base, "MANY_ROWS", 1)
    monkeypatch.setattr(reading, "BLOCK_BYTES", 20_000)
    in_files = tables_of(tmp_path / "two", source)
    assert in_memory == in_files
    orders = in_files[1]["orders"]
    assert (in_files[0].rows, len(orders)) == (written["lines"], written["orders"])
    assert round(sum(order["gross_sales"] for order in orders) * 100) == written["cents"]


def test_order_cells_come_from_the_first_row_that_has_them(workspace: Workspace, write: Write) -> None:
    """One order whose rows fill each other in, one that has all at once, one that never says its city.

    An order whose first row lacked a cell used to lose it, and with an empty e-mail there its customer, although
    the next row had both: the engine's "value at the smallest row number" does not pass over empty cells.
    """
    text = (
        "order id,email,order date,product,quantity,unit price,city,country\n"
        "A,,2024-01-01,Mug,1,5,,DE\n"
        "A,a@example.com,2024-01-02,Cup,1,5,Bonn,FR\n"
        "A,b@example.com,2024-01-03,Jar,1,5,Rome,\n"
        "B,c@example.com,2024-02-01,Mug,2,5,Paris,FR\n"
        "C,d@example.com,2024-03-01,Mug,1,5,,\n"
    )
    workspace.add([write("orders.csv", text)])
    rows = workspace.tables().orders.order_by("order_id").to_pyarrow().to_pylist()
    found = {row["order_id"]: (f"{row['ordered_at']:%m-%d}", row["city"], row["country"]) for row in rows}
    assert all(row["customer_key"] for row in rows)
    assert found["A"] == ("01-01", "Bonn", "DE")
    assert found["B"] == ("02-01", "Paris", "FR")
    assert found["C"] == ("03-01", None, None)


def test_an_identity_is_put_together_from_the_first_rows_that_hold_it(workspace: Workspace, write: Write) -> None:
    """A customer's first order without a name or phone used to leave both empty, although a later order had them."""
    text = (
        "order id,email,order date,product,quantity,unit price,first name,last name,phone\n"
        "A,a@example.com,2024-01-01,Mug,1,5,,,\n"
        "B,a@example.com,2024-01-02,Cup,1,5,Ann,Lee,+1 503 555 0101\n"
    )
    workspace.add([write("orders.csv", text)])
    (key,) = workspace.tables().customers.customer_key.to_pyarrow().to_pylist()
    person = workspace.identities([key]).iloc[0]
    assert (person["first_name"], person["last_name"], person["phone"]) == ("Ann", "Lee", "15035550101")
