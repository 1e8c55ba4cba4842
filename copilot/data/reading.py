"""Reads one upload into a Parquet file of text columns with row numbers; types come later."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from copilot.data.kinds import Kind, kind_of
from copilot.data.layout import DAMAGED_BOM, DAMAGED_UTF8, WHITESPACE, Layout, encoding_of, layout_of
from copilot.data.limits import DEFAULT, Limits, check_columns, check_lines, check_rows
from copilot.data.parsed import parquet_text, sheet_text
from copilot.data.progress import Meter, current
from copilot.data.report import EXAMPLES_SHOWN, Problem
from copilot.data.text_rows import ROW, filled_rows, store, tidy
from copilot.errors import DataRefused

__all__ = ["ROW", "RawFile", "read_raw"]

BLOCK_BYTES: Final = 8 * 1024**2
BATCH_ROWS: Final = 65_536


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
    long_rows: dict[str, None] = field(default_factory=dict)  # a few different examples, in order
    short_rows: dict[str, None] = field(default_factory=dict)
    long_count: int = 0
    short_count: int = 0
    filled_up: int = 0  # rows in the side file: short ones, and those whose surplus cells are empty
    last_cells: list[str | None] = field(default_factory=list)
    keep: Callable[[list[str]], object] = field(default=lambda _cells: None)  # writes a row into the side file
    meter: Meter = field(default_factory=current)


def read_raw(source: Path, folder: Path, name: str, *, limits: Limits = DEFAULT, sheet: str | None = None) -> RawFile:
    """Read the upload `source`, called `name` by the user, into `folder`; of a workbook, one `sheet` of it.

    Raises DataRefused when it is no table, is empty or has only a header.
    """
    kind: Kind = kind_of(source, limits, name)
    target = folder / "raw.parquet"
    if kind == "parquet":
        columns, rows, problems = parquet_text(source, target, name, limits)
        raw = RawFile(target, tuple(columns), rows, 0, True, tuple(problems))
    elif kind in ("zip", "gzip"):
        raise DataRefused(f"{name} is an archive, not a table.", "Unpack it first.", code="not_a_table")
    else:
        notes: list[Problem] = []
        text = source
        if kind == "workbook":
            text = folder / "sheet.csv"
            notes = sheet_text(source, text, name, sheet, limits)
        else:
            check_lines(source, name, limits)
        raw = _read_text(text, target, name, notes, limits)
    if raw.rows - raw.set_aside == 0:
        raise DataRefused(
            f"{name} has column names but no rows.",
            "Check the period and filters of the export; nothing was stored.",
            code="header_only",
        )
    return raw


def _read_text(source: Path, target: Path, name: str, notes: list[Problem], limits: Limits) -> RawFile:
    encoding = encoding_of(source)
    layout = layout_of(source, encoding)
    check_columns(len(layout.columns), name, limits)
    tally = _Tally()
    store(_bounded(_rows(source, target, layout, tally, name), name, limits), layout.columns, target)
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


def _bounded(batches: Iterator[pa.RecordBatch], name: str, limits: Limits) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        check_rows(rows, name, limits)
        yield batch


def _rows(source: Path, target: Path, layout: Layout, tally: _Tally, name: str) -> Iterator[pa.RecordBatch]:
    """All rows that are kept, numbered; those that had to be filled up or cut come last."""
    side = target.with_suffix(".side")
    with side.open("w", encoding="utf-8", newline="") as stream:
        tally.keep = csv.writer(stream).writerow
        if layout.separator == WHITESPACE:
            batches = _blank_separated(source, layout, tally)
        else:
            batches = _batches(source, target.with_suffix(".utf8"), layout, tally, name)
        for batch in batches:
            yield _numbered(batch, layout, tally)
    if tally.filled_up:
        with side.open("rb") as parsed:
            for batch in _parsed(parsed, layout.columns, pacsv.ParseOptions(newlines_in_values=True)):
                yield _numbered(batch, layout, tally)
    side.unlink()


def _lines_above(source: Path, layout: Layout) -> tuple[str, ...]:
    if not layout.preamble:
        return ()
    with source.open("r", encoding=layout.encoding, errors="replace") as stream:
        return tuple(line.strip()[:500] for line, _ in zip(stream, range(min(layout.skip, 50)), strict=False))


def _batches(source: Path, copy: Path, layout: Layout, tally: _Tally, name: str) -> Iterator[pa.RecordBatch]:
    """The rows as record batches of text columns."""
    utf8 = source
    if layout.rewritten:
        utf8 = copy
        # Universal line ends: a file with CR alone would be one line to the parser.
        with (
            source.open("r", encoding=layout.encoding, errors="replace") as old,
            copy.open("w", encoding="utf-8", newline="\n") as new,
        ):
            shutil.copyfileobj(old, new, 1024 * 1024)
    try:
        with utf8.open("rb") as stream:
            _skip_lines(stream, layout.skip)
            if not stream.read(1):
                return
            stream.seek(-1, 1)
            options = pacsv.ParseOptions(
                delimiter=layout.separator,
                quote_char=layout.quote,
                escape_char=layout.escape or False,
                newlines_in_values=True,
                invalid_row_handler=lambda row: _odd_row(row, layout, tally),
            )
            size, taken = max(1, utf8.stat().st_size), 0
            for batch in _parsed(stream, layout.columns, options):
                yield batch
                # The parser reads far ahead; what it gave takes four bytes a cell more than its text, the file one.
                taken += batch.nbytes - 3 * batch.num_rows * batch.num_columns
                tally.meter.read(tally.kept, taken / size)
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return
        raise DataRefused(
            f"{name} cannot be read as a table with {layout.separator_name} as separator.",
            "A quotation mark may be left open, or a cell is larger than 8 MB. Export it again.",
            code="unreadable",
        ) from error


def _parsed(stream: BinaryIO, columns: tuple[str, ...], options: pacsv.ParseOptions) -> Iterator[pa.RecordBatch]:
    yield from pacsv.open_csv(
        stream,
        read_options=pacsv.ReadOptions(column_names=list(columns), block_size=BLOCK_BYTES),
        parse_options=options,
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _odd_quotes(source: Path, encoding: str) -> bool:
    """True if the file holds an odd number of quotation marks."""
    marks = 0
    with source.open("r", encoding=encoding, errors="replace", newline="") as stream:
        while chunk := stream.read(1024 * 1024):
            marks += chunk.count('"')
    return marks % 2 == 1


def _skip_lines(stream: BinaryIO, lines: int) -> None:
    for _ in range(lines):
        stream.readline()


def _blank_separated(source: Path, layout: Layout, tally: _Tally) -> Iterator[pa.RecordBatch]:
    width = len(layout.columns)
    rows: list[list[str]] = []
    with source.open("r", encoding=layout.encoding, errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            cells = line.split()
            if number <= layout.skip or not cells:
                continue
            if len(cells) != width:
                tally.long_count += 1
                _example(tally.long_rows, f"line {number}: {len(cells)} cells under {width} names")
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
    cells = next(
        csv.reader([row.text], delimiter=layout.separator, quotechar=layout.quote, escapechar=layout.escape), []
    )
    width = len(layout.columns)
    example = f"{row.actual_columns} cells under {row.expected_columns} names"
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        tally.long_count += 1
        _example(tally.long_rows, example)
        return "skip"
    if len(cells) < width:
        tally.short_count += 1
        _example(tally.short_rows, example)
    tally.keep([*cells[:width], *[""] * (width - len(cells))])
    tally.filled_up += 1
    return "skip"


def _example(examples: dict[str, None], example: str) -> None:
    if len(examples) < EXAMPLES_SHOWN:
        examples[example] = None


def _numbered(batch: pa.RecordBatch, layout: Layout, tally: _Tally) -> pa.RecordBatch:
    """The batch without blank rows and repeated headers, with row numbers in front."""
    start = tally.kept + tally.blank + tally.repeated_headers
    numbers = pa.array(np.arange(start + 1, start + batch.num_rows + 1))
    names = [ROW, *layout.columns]
    whole = pa.record_batch([numbers, *[tidy(column) for column in batch.columns]], names=names)
    batch = filled_rows(whole)
    tally.blank += whole.num_rows - batch.num_rows
    if layout.header and batch.num_rows:
        same = None
        for name, column in zip(layout.columns[:3], batch.columns[1:4], strict=False):
            equal = pc.fill_null(pc.equal(column, name), fill_value=False)
            same = equal if same is None else pc.and_(same, equal)
        if pc.any(same).as_py():
            before = batch.num_rows
            batch = batch.filter(pc.invert(same))
            tally.repeated_headers += before - batch.num_rows
    tally.kept += batch.num_rows
    if batch.num_rows:
        tally.last_cells = [column[-1].as_py() for column in batch.columns[1:]]
    return batch


def _text_problems(layout: Layout, tally: _Tally) -> list[Problem]:
    """What the layout and the rows of a text file gave reason to say."""
    found = []
    if layout.encoding in ("cp1252", "latin-1"):
        found.append(_note("encoding", "text is not UTF-8", 1, f"read as {layout.encoding} (Western European)"))
    if layout.encoding in (DAMAGED_UTF8, DAMAGED_BOM):
        found.append(_note("damaged_text", "broken signs in the text", 1, "read as UTF-8, each as a question mark"))
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
    if tally.short_count:
        what = "rows with too few cells"
        found.append(_note("short_rows", what, tally.short_count, "missing cells left empty", tally.short_rows))
    if tally.long_count:
        found.append(_note("long_rows", "rows with too many cells", tally.long_count, "set aside", tally.long_rows))
    return found


def _note(code: str, what: str, count: int, action: str, examples: Iterable[str] = ()) -> Problem:
    shown = tuple(dict.fromkeys(examples))[:EXAMPLES_SHOWN]
    return Problem(code=code, what=what, count=count, examples=shown, action=action)
