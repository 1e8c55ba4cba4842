"""Reads one upload into a Parquet file of text columns with row numbers; types come later."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from copilot.data.kinds import Kind, kind_of
from copilot.data.layout import WHITESPACE, Layout, encoding_of, layout_of
from copilot.data.parse_child import clean
from copilot.data.report import EXAMPLES_SHOWN, Problem
from copilot.errors import DataRefused

ROW: Final = "__row"
BLOCK_BYTES: Final = 8 * 1024**2
BATCH_ROWS: Final = 65_536
CHILD_SECONDS: Final = 120
CHILD_MEMORY: Final = 6 * 1024**3


@dataclass(frozen=True)
class RawFile:
    """One upload as text: `path` is a Parquet file with the columns `__row`, then `columns`.

    `rows` counts the data rows of the upload (without header, preamble and blank lines); `set_aside` those of
    them that are not in `path`.
    """

    path: Path
    columns: tuple[str, ...]
    rows: int
    set_aside: int
    header: bool
    problems: tuple[Problem, ...]
    above: tuple[str, ...] = ()  # the lines above the column names, where a report states what it is and its period


@dataclass
class _Tally:
    """What the rows of a text file turned out to be."""

    kept: int = 0
    blank: int = 0
    repeated_headers: int = 0
    long_rows: list[str] = field(default_factory=list)
    short_rows: list[str] = field(default_factory=list)
    short: list[list[str]] = field(default_factory=list)
    long_count: int = 0
    last_cells: list[str | None] = field(default_factory=list)


def read_raw(source: Path, folder: Path, name: str, *, max_bytes: int = 4 * 1024**3) -> RawFile:
    """Read the upload `source`, called `name` by the user, into `folder`.

    Raises DataRefused when it is no table, is empty or has only a header.
    """
    kind: Kind = kind_of(source, max_bytes=max_bytes)
    target = folder / "raw.parquet"
    if kind == "parquet":
        raw = _read_parquet(source, target, name)
    else:
        notes: list[Problem] = []
        text = source
        if kind == "xlsx":
            text = folder / "sheet.csv"
            found = _in_child("xlsx", source, text, name)
            if int(found["sheets"]) > 1:
                notes.append(_note("sheets", f"{found['sheets']} sheets", 1, f"read the largest, {found['sheet']!r}"))
        raw = _read_text(text, target, name, notes)
    if raw.rows - raw.set_aside == 0:
        raise DataRefused(
            f"{name} has column names but no rows.",
            "Check the period and filters of the export; nothing was stored.",
            code="header_only",
        )
    return raw


def _read_parquet(source: Path, target: Path, name: str) -> RawFile:
    found = _in_child("parquet", source, target, name)
    problems: tuple[Problem, ...] = ()
    if found["nested"]:
        problems = (_note("nested_columns", "columns with lists or records", len(found["nested"]), "not read"),)
    return RawFile(target, tuple(found["columns"]), int(found["rows"]), 0, True, problems)


def _in_child(kind: Kind, source: Path, target: Path, name: str) -> dict[str, Any]:
    """Parse in a bounded process of its own: crafted workbooks are known to abort the parser."""
    script = Path(__file__).with_name("parse_child.py")
    command = [sys.executable, "-I", str(script), kind, str(source), str(target), str(CHILD_MEMORY)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CHILD_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise DataRefused(
            f"{name} took longer than {CHILD_SECONDS} seconds to read.", "Save it as CSV and add that.", code="too_slow"
        ) from error
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {"refused": ""}
    if done.returncode != 0 or "refused" in found:
        raise DataRefused(
            f"{name} could not be read as {'a workbook' if kind == 'xlsx' else 'Parquet'}.",
            f"{found.get('refused', '')} Save it as CSV and add that.".strip(),
            code="unreadable",
        )
    return found


def _read_text(source: Path, target: Path, name: str, notes: list[Problem]) -> RawFile:
    encoding = encoding_of(source)
    layout = layout_of(source, encoding)
    tally = _Tally()
    schema = pa.schema([(ROW, pa.int64()), *[(column, pa.string()) for column in layout.columns]])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(source, target.with_suffix(".utf8"), layout, tally, name):
            writer.write_batch(_numbered(batch, schema, layout, tally))
        if tally.short:
            padded = [[row[i] if i < len(row) else "" for row in tally.short] for i in range(len(layout.columns))]
            batch = pa.record_batch([_text_array(values) for values in padded], names=list(layout.columns))
            writer.write_batch(_numbered(batch, schema, layout, tally))
    if any("\n" in (cell or "") for cell in tally.last_cells) and _odd_quotes(source, layout.encoding):
        raise DataRefused(
            f"{name} has a quotation mark that is never closed: everything after it would be one cell.",
            "Export it again; nothing was stored.",
            code="open_quote",
        )
    set_aside = tally.blank + tally.repeated_headers + tally.long_count
    return RawFile(
        target,
        layout.columns,
        tally.kept + set_aside,
        set_aside,
        layout.header,
        (*notes, *_text_problems(layout, tally)),
        _lines_above(source, layout),
    )


def _lines_above(source: Path, layout: Layout) -> tuple[str, ...]:
    if not layout.preamble:
        return ()
    with source.open("r", encoding=layout.encoding, errors="replace") as stream:
        return tuple(line.strip()[:500] for line, _ in zip(stream, range(min(layout.skip, 50)), strict=False))


def _batches(source: Path, copy: Path, layout: Layout, tally: _Tally, name: str) -> Iterator[pa.RecordBatch]:
    """The rows as record batches of text columns."""
    if layout.separator == WHITESPACE:
        yield from _blank_separated(source, layout, tally)
        return
    utf8 = source
    if layout.encoding not in ("utf-8", "utf-8-sig"):
        utf8 = copy
        with source.open("r", encoding=layout.encoding, newline="") as old, copy.open("w", encoding="utf-8") as new:
            shutil.copyfileobj(old, new, 1024 * 1024)
    try:
        with utf8.open("rb") as stream:
            _skip_lines(stream, layout.skip)
            if not stream.read(1):
                return
            stream.seek(-1, 1)
            yield from pacsv.open_csv(
                stream,
                read_options=pacsv.ReadOptions(column_names=list(layout.columns), block_size=BLOCK_BYTES),
                parse_options=pacsv.ParseOptions(
                    delimiter=layout.separator,
                    newlines_in_values=True,
                    invalid_row_handler=lambda row: _odd_row(row, layout, tally),
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(layout.columns, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return
        raise DataRefused(
            f"{name} cannot be read as a table with {layout.separator_name} as separator.",
            "A quotation mark may be left open, or a cell is larger than 8 MB. Export it again.",
            code="unreadable",
        ) from error


def _odd_quotes(source: Path, encoding: str) -> bool:
    """True if the file holds an odd number of quotation marks."""
    marks = 0
    with source.open("r", encoding=encoding, newline="") as stream:
        while chunk := stream.read(1024 * 1024):
            marks += chunk.count('"')
    return marks % 2 == 1


def _skip_lines(stream: BinaryIO, lines: int) -> None:
    for _ in range(lines):
        stream.readline()


def _blank_separated(source: Path, layout: Layout, tally: _Tally) -> Iterator[pa.RecordBatch]:
    width = len(layout.columns)
    rows: list[list[str]] = []
    with source.open("r", encoding=layout.encoding) as stream:
        for number, line in enumerate(stream, 1):
            cells = line.split()
            if number <= layout.skip or not cells:
                continue
            if len(cells) != width:
                tally.long_count += 1
                tally.long_rows.append(f"line {number}: {len(cells)} cells under {width} names")
                continue
            rows.append(cells)
            if len(rows) == BATCH_ROWS:
                yield _transposed(rows, layout)
                rows = []
    if rows:
        yield _transposed(rows, layout)


def _transposed(rows: list[list[str]], layout: Layout) -> pa.RecordBatch:
    columns = [_text_array(list(values)) for values in zip(*rows, strict=True)]
    return pa.record_batch(columns, names=list(layout.columns))


def _text_array(values: list[str]) -> pa.Array:
    return pa.array([value or None for value in values], pa.string())


def _odd_row(row: pacsv.InvalidRow, layout: Layout, tally: _Tally) -> str:
    """A row with too few cells is filled up; with too many it is set aside, unless the surplus is empty."""
    cells = next(csv.reader([row.text], delimiter=layout.separator), [])
    width = len(layout.columns)
    example = f"{row.actual_columns} cells under {row.expected_columns} names"
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        tally.short.append(cells[:width])
    elif len(cells) < width:
        tally.short.append(cells)
        tally.short_rows.append(example)
    else:
        tally.long_count += 1
        tally.long_rows.append(example)
    return "skip"


def _numbered(batch: pa.RecordBatch, schema: pa.Schema, layout: Layout, tally: _Tally) -> pa.RecordBatch:
    """The batch without blank rows and repeated headers, with row numbers in front."""
    batch = pa.record_batch([clean(column) for column in batch.columns], names=list(layout.columns))
    start = tally.kept + tally.blank + tally.repeated_headers
    batch = batch.add_column(0, ROW, pa.array(range(start + 1, start + batch.num_rows + 1), pa.int64()))
    filled = None
    for column in batch.columns[1:]:
        valid = pc.is_valid(column)
        filled = valid if filled is None else pc.or_(filled, valid)
    before = batch.num_rows
    batch = batch.filter(filled)
    tally.blank += before - batch.num_rows
    if layout.header and batch.num_rows:
        same = None
        for name, column in zip(layout.columns[:3], batch.columns[1:4], strict=False):
            equal = pc.fill_null(pc.equal(column, name), fill_value=False)
            same = equal if same is None else pc.and_(same, equal)
        before = batch.num_rows
        batch = batch.filter(pc.invert(same))
        tally.repeated_headers += before - batch.num_rows
    tally.kept += batch.num_rows
    if batch.num_rows:
        tally.last_cells = [column[-1].as_py() for column in batch.columns[1:]]
    return pa.record_batch(batch.columns, schema=schema)


def _text_problems(layout: Layout, tally: _Tally) -> list[Problem]:
    """What the layout and the rows of a text file gave reason to say."""
    found = []
    if layout.encoding in ("cp1252", "latin-1"):
        found.append(_note("encoding", "text is not UTF-8", 1, f"read as {layout.encoding} (Western European)"))
    if layout.separator != ",":
        found.append(_note("separator", f"columns separated by {layout.separator_name}", 1, "read that way"))
    if layout.preamble:
        found.append(_note("preamble", "lines above the column names", layout.preamble, "skipped"))
    if not layout.header:
        found.append(_note("no_header", "no column names", 1, "columns recognised by what stands in them"))
    if tally.blank:
        found.append(_note("blank_rows", "empty rows", tally.blank, "set aside"))
    if tally.repeated_headers:
        found.append(
            _note("repeated_headers", "column names repeated among the rows", tally.repeated_headers, "set aside")
        )
    if tally.short_rows:
        found.append(
            _note(
                "short_rows",
                "rows with too few cells",
                len(tally.short_rows),
                "missing cells left empty",
                tally.short_rows,
            )
        )
    if tally.long_count:
        found.append(_note("long_rows", "rows with too many cells", tally.long_count, "set aside", tally.long_rows))
    return found


def _note(code: str, what: str, count: int, action: str, examples: list[str] | None = None) -> Problem:
    shown = tuple(dict.fromkeys(examples or ()))[:EXAMPLES_SHOWN]
    return Problem(code=code, what=what, count=count, examples=shown, action=action)
