"""Hostile files of reliability.md 1.7: refused in words, memory bounded, nothing left behind, this process alive."""

from __future__ import annotations

import gzip
import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copilot.data.containers import arrivals
from copilot.data.kinds import entries_of
from copilot.data.limits import DEFAULT, MIB, Budget, Limits, check_lines, size_text
from copilot.data.reading import read_raw
from copilot.errors import DataRefused
from evals.workbooks import Sheet, compound, xls, xlsx, zipped

Write = Callable[..., Path]
ROWS = b"order id,order date,customer id,amount\n" + b"".join(
    b"%d,2024-01-05,c%d,10\n" % (n, n % 7) for n in range(400)
)


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[..., DataRefused]:
    """Why a file is refused; checks that it is said in full and that nothing stays in staging."""

    def read(path: Path, limits: Limits = DEFAULT) -> DataRefused:
        folder = tmp_path / "staging"
        folder.mkdir(exist_ok=True)
        refusals: list[DataRefused] = []
        for found in arrivals(path, path.name, folder, limits):
            if found.refusal is not None:
                refusals.append(found.refusal)
                continue
            with pytest.raises(DataRefused) as caught:
                read_raw(found.path, folder, found.name, limits=limits, sheet=found.sheet)
            refusals.append(caught.value)
        assert not [left for left in folder.iterdir() if left.name.startswith(("part", "plain"))]
        for left in folder.iterdir():
            left.unlink()
        (one,) = refusals
        assert path.name in one.what
        assert one.advice
        assert "Traceback" not in str(one)
        assert "Error" not in str(one)
        return one

    return read


Refusal = Callable[..., DataRefused]


def own_peak() -> int:
    """Largest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def zip_of_zeros(path: Path, names: list[str], size: int) -> Path:
    """An archive of files that are all zeros, a thousandth of their size."""
    block = bytes(4 * MIB)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in names:
            with archive.open(name, "w") as stream:
                for _ in range(size // len(block)):
                    stream.write(block)
    return path


# -- bombs


def test_a_zip_that_unpacks_to_a_thousand_times_its_size(refusal: Refusal, tmp_path: Path) -> None:
    before = own_peak()
    found = refusal(zip_of_zeros(tmp_path / "bomb.zip", ["a.csv", "b.csv"], 40 * MIB))
    assert found.code == "too_large_unpacked"
    assert "200 times" in found.what
    assert own_peak() - before < 64 * MIB


def test_a_zip_that_lies_about_what_it_unpacks_to(refusal: Refusal, tmp_path: Path) -> None:
    path = zip_of_zeros(tmp_path / "liar.zip", ["a.csv"], 80 * MIB)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(content)
    assert entries_of(path, "liar.zip")[0].file_size == 100
    assert refusal(path).code in ("damaged", "too_large_unpacked")


def test_an_archive_over_the_total_or_with_one_file_too_large(refusal: Refusal, write: Write) -> None:
    path = write("three.zip", zipped({f"{n}.csv": ROWS for n in range(3)}))
    found = refusal(path, Limits(unpacked_bytes=2 * len(ROWS)))
    assert found.code == "too_large_unpacked"
    assert "COPILOT_MAX_UNPACKED_BYTES" in found.advice
    found = refusal(write("one.zip", zipped({"1.csv": ROWS})), Limits(file_bytes=len(ROWS) - 1))
    assert found.code == "too_large"
    assert "COPILOT_MAX_UPLOAD_BYTES" in found.advice


def test_a_gzip_bomb_stops_at_the_ratio(refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=6) as stream:
        for _ in range(40):
            stream.write(b"1,2,3,4\n" * (MIB // 4))
    assert path.stat().st_size * 200 < 80 * MIB
    assert refusal(path).code == "too_large_unpacked"
    assert refusal(path, Limits(file_bytes=MIB)).code == "too_large"


def test_the_budget_counts_what_comes_out() -> None:
    budget = Budget(1000, "a.zip", Limits(unpacked_bytes=10_000))
    budget.take(9_000)
    with pytest.raises(DataRefused, match=r"unpacks to more than 9\.8 kB"):
        budget.take(1_001)


def test_archives_inside_each_other(refusal: Refusal, write: Write) -> None:
    content = ROWS
    for _ in range(30):
        content = zipped({"in.zip": content})
    assert refusal(write("deep.zip", content)).code == "too_deep"


def test_a_contents_list_that_is_absurdly_long(refusal: Refusal, write: Write) -> None:
    content = bytearray(zipped({"a.csv": ROWS}))
    end = content.rindex(b"PK\x05\x06")
    content[end + 12 : end + 16] = struct.pack("<I", 200 * MIB)
    assert "hundreds of thousands" in refusal(write("long.zip", bytes(content))).what


# -- workbooks


def far(reference: str) -> bytes:
    """A workbook of two small rows and one cell far away."""
    row = "".join(sign for sign in reference if sign.isdigit())
    cell = f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t>x</t></is></c></row>'
    return xlsx(Sheet("S", [["a", "b"], ["1", "2"]], extra=cell))


@pytest.mark.parametrize("reference", ["XFD1048576", "BXW1048576", "ZZ1048576", "A9999999"])
def test_a_workbook_with_one_far_cell_is_refused_before_the_parser_aborts(
    refusal: Refusal, write: Write, reference: str
) -> None:
    """The file that ends its process with SIGABRT: 1.7 kB, one cell at the far corner."""
    found = refusal(write("far.xlsx", far(reference)))
    assert found.code == "unreadable"
    assert "far beyond any table" in found.advice


def test_a_parser_that_dies_takes_nothing_with_it(refusal: Refusal, write: Write) -> None:
    """Cells the look ahead does not see (another quotation mark): the child aborts, this process goes on."""
    content = far("XFD1048576")
    parts = {entry.filename: b"" for entry in entries_of(write("f.xlsx", content), "f")}
    with zipfile.ZipFile(write("f.xlsx", content)) as archive:
        parts = {name: archive.read(name) for name in parts}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'"XFD1048576"', b"'XFD1048576'").replace(b'"1048576"', b"'1048576'")
    found = refusal(write("abort.xlsx", zipped(parts)))
    assert found.code == "unreadable"
    assert "could not be read as a workbook" in found.what


def test_a_workbook_of_shared_text_that_unpacks_to_too_much(refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "shared.xlsx"
    path.write_bytes(xlsx(Sheet("S", [["a"], ["b"]])))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        archive.open("xl/sharedStrings.xml", "w") as stream,
    ):
        for _ in range(20):
            stream.write(b"<si><t>xxxxxxxxxxxxxxxxxx</t></si>" * (MIB // 34))
    found = refusal(path)
    assert found.code == "too_large_unpacked"
    assert "CSV" in found.advice
    assert refusal(path, Limits(ratio=10**6, workbook_bytes=MIB)).code == "too_large_unpacked"


def test_memory_of_the_child_is_bounded(refusal: Refusal, write: Write) -> None:
    rows = [["id", "text"], *[[n, f"{n}" * 400] for n in range(12_000)]]
    found = refusal(write("large.xlsx", xlsx(Sheet("S", rows))), Limits(memory_bytes=40 * MIB, ratio=10**6))
    assert found.code == "unreadable"


def test_a_child_that_takes_too_long_is_ended(refusal: Refusal, write: Write) -> None:
    found = refusal(write("slow.xlsx", xlsx(Sheet("S", [["a"], ["b"]]))), Limits(seconds=0.01))  # type: ignore[arg-type]
    assert found.code == "too_slow"


@pytest.mark.parametrize(
    "entity",
    [
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_xml_definitions_in_a_workbook(write: Write, refusal: Refusal, entity: bytes) -> None:
    path = write("x.xlsx", xlsx(Sheet("S", [["a", "b"], ["1", "2"]])))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = entity + parts["xl/workbook.xml"].replace(b'name="S"', b'name="&a;"')
    assert refusal(write("laughs.xlsx", zipped(parts))).code == "unreadable"


# -- Parquet


def test_parquet_that_claims_200_million_rows(refusal: Refusal, tmp_path: Path) -> None:
    """4.7 MB by its size, 40 GB as text: the number of rows is looked at before any is read."""
    path = tmp_path / "claims.parquet"
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), pa.array(["x" * 200]))
    with pq.ParquetWriter(path, pa.schema([("text", values.type)])) as writer:
        for _ in range(5):
            writer.write_table(pa.table({"text": values}), row_group_size=1_000_000)
    assert path.stat().st_size < MIB
    found = refusal(path, Limits(rows=4_999_999))
    assert "5,000,000 rows; at most 4,999,999" in found.advice
    assert "unpacks to more" in refusal(path, Limits(unpacked_bytes=50 * MIB)).advice


def test_parquet_with_too_many_columns_or_a_huge_cell(refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({f"c{n}": [1] for n in range(30)}), path)
    assert "30 columns; at most 20" in refusal(path, Limits(columns=20)).advice
    pq.write_table(pa.table({"a": ["x" * 5000]}), path)
    assert "cell is too large" in refusal(path, Limits(cell_bytes=4000)).advice


@pytest.mark.parametrize("at", [6, 40, 120, -12, -30])
def test_damaged_parquet(tmp_path: Path, at: int) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": ["x", "y"] * 50, "b": range(100)}), path)
    content = bytearray(path.read_bytes())
    content[at : at + 6] = b"\xff" * 6
    path.write_bytes(content)
    (tmp_path / "staging").mkdir()
    try:
        raw = read_raw(path, tmp_path / "staging", "t.parquet")
    except DataRefused as refused:
        assert "could not be read as Parquet" in refused.what  # noqa: PT017 - either is right
    else:
        assert raw.rows == 100


# -- text


def test_ten_thousand_columns(refusal: Refusal, write: Write) -> None:
    names = ",".join(f"column{n}" for n in range(10_000))
    found = refusal(write("wide.csv", f"{names}\n" + ("1," * 9_999 + "1\n") * 3))
    assert found.code == "too_wide"
    assert "10,000 columns; at most 2,000" in found.what
    assert "COPILOT_MAX_COLUMNS" in found.advice


def test_one_line_of_500_megabytes(refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as stream:
        stream.write(ROWS + b"x")
        stream.seek(500 * MIB)
        stream.write(b"\n")
    before = own_peak()
    found = refusal(path)
    assert found.code == "long_line"
    assert found.what.startswith(f"Line 402 of {path.name} is longer than 2 MB")
    assert own_peak() - before < 64 * MIB


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_long_lines_are_found_wherever_they_stand(tmp_path: Path, ends: bytes) -> None:
    limits = Limits(cell_bytes=1024)
    path = tmp_path / "t.csv"
    for before in (0, 1, 500, 3000):
        path.write_bytes((b"ab" + ends) * before + b"y" * 2000 + ends + b"z")
        check_lines(path, "t.csv", limits)
        path.write_bytes((b"ab" + ends) * before + b"y" * 6000 + ends + b"z")
        with pytest.raises(DataRefused, match=f"Line {before + 1:,} of"):
            check_lines(path, "t.csv", limits)


def test_too_many_rows_of_text(refusal: Refusal, write: Write) -> None:
    found = refusal(write("rows.csv", ROWS), Limits(rows=399))
    assert found.code == "too_many_rows"
    assert "COPILOT_MAX_ROWS" in found.advice


def test_a_file_of_nul_bytes(refusal: Refusal, write: Write) -> None:
    assert refusal(write("nul.csv", bytes(5000))).code in ("not_a_table", "empty_file")


def test_nul_bytes_in_cells_are_taken_out(write: Write, tmp_path: Path) -> None:
    content = ROWS.replace(b"2024", b"20\x0024", 1).replace(b"c3,", b"c\x003,", 2)
    (tmp_path / "staging").mkdir()
    raw = read_raw(write("nul.csv", content), tmp_path / "staging", "nul.csv")
    table = pq.read_table(raw.path).to_pydict()
    assert raw.rows == 400
    assert not [cell for column in raw.columns for cell in table[column] if cell and "\x00" in cell]
    assert table["order date"][0] == "2024-01-05"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("orders.xls", b"<html><body><table><tr><td>Order</td></tr></table>", "web page"),
        ("orders.xls", b"\xef\xbb\xbf<table border=1><tr><td>1</td></tr></table>", "web page"),
        ("o.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "old XML"),
        ("page.csv", "<!DOCTYPE html><html>Log in</html>".encode("utf-16"), "web page"),
        ("orders.csv", b"%PDF-1.4 ...", "PDF"),
        ("orders.csv", b"\xff\xd8\xff\xe0JFIF" + bytes(50), "picture"),
        ("orders.csv", b'[\n  {"id": 1}\n]', "JSON"),
        ("orders.csv", b'{"id": 1}\n{"id": 2}\n', "JSON"),
        ("orders.csv", b"\x80\x05\x95" + bytes(200), "binary"),
        ("letter.xlsx", zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "Word"),
        ("letter.xls", compound({"WordDocument": b"x"}), "Word"),
        ("secret.xlsx", compound({"EncryptedPackage": b"x"}), "password"),
        ("table.numbers", zipped({"Index/Document.iwa": b"x"}), "Numbers"),
        ("all.tar", b"orders.csv".ljust(257, b"\0") + b"ustar" + bytes(300), "tar"),
        ("header.csv", b"order id,order date,amount\r\n", "no rows"),
        ("quote.csv", ROWS + b'401,"2024-01-05,c1,10\n' + ROWS[40:], "quot"),
        ("empty.csv", b"", "0 bytes"),
        ("cut.xls", xls(Sheet("S", [["a", "b"], ["1", "2"]]))[:1500], "xls"),
    ],
)
def test_what_is_something_else_than_its_name_says(
    refusal: Refusal, write: Write, name: str, content: bytes, says: str
) -> None:
    assert says in str(refusal(write(name, content)))


def test_sizes_in_words() -> None:
    assert [size_text(size) for size in (17, 2048, 1.5 * MIB, 4 * 1024 * MIB)] == ["17 bytes", "2 kB", "1.5 MB", "4 GB"]


def test_no_child_took_much_memory() -> None:
    """The largest of all processes that parsed the files above, in bytes; run last.

    Linux counts what the starting process held at that moment as the child's own peak, so a test process that has
    grown beyond the bound itself is the bound.
    """
    largest, own = (
        resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    )
    assert largest < max(1024 * MIB, own)
