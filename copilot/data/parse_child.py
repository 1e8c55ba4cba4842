"""Runs in a process of its own, with bounds: turns a workbook into CSV, or a Parquet file into one of text columns.

Started by path, so it imports nothing of the project; `clean` is shared with `reading`. A crafted file may abort the
parser; only this process dies.
Usage: parse_child.py xlsx|parquet SOURCE TARGET MEMORY_BYTES; prints one JSON line, exit code 3 if refused.
"""

from __future__ import annotations

import csv
import datetime
import json
import resource
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

MAX_ROWS = 20_000_000
MAX_COLUMNS = 500
BATCH = 65_536
# Cells that say "nothing". Compared in lower case after trimming.
NOTHING = ("", "null", "none", "nan", "n/a", "na", "#n/a", "-", "--", "nat", "(null)", "(not set)")


class Refused(Exception):
    """The file breaks a bound."""


def cell_text(value: object) -> str:
    """A cell as it would stand in a CSV file; whole numbers without `.0`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def clean(column: pa.Array) -> pa.Array:
    """Trimmed text without NUL and the guard apostrophe of spreadsheets; null where the cell says nothing."""
    plain = pc.utf8_trim_whitespace(column)
    if pc.any(pc.match_substring(plain, "\x00")).as_py():
        plain = pc.replace_substring(plain, "\x00", "")
    guarded = pc.starts_with(plain, "'")
    if pc.any(guarded).as_py():
        plain = pc.if_else(guarded, pc.utf8_slice_codeunits(plain, 1), plain)
    short = pc.less_equal(pc.utf8_length(plain), 9)
    nothing = pc.and_(short, pc.is_in(pc.utf8_lower(plain), value_set=pa.array(NOTHING)))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), plain)


def workbook(source: str, target: str) -> dict[str, object]:
    """Write the largest sheet as CSV."""
    book = CalamineWorkbook.from_path(source)
    best, best_rows = None, 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.height or 0
        if (sheet.width or 0) > MAX_COLUMNS:
            raise Refused(f"The sheet {name!r} is {sheet.width} columns wide; at most {MAX_COLUMNS} are read.")
        if rows > best_rows:
            best, best_rows = sheet, rows
    if best is None:
        raise Refused("The workbook holds no rows.")
    with Path(target).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for row in best.iter_rows():
            writer.writerow([cell_text(cell) for cell in row])
    return {"sheet": best.name, "sheets": len(book.sheet_names)}


def parquet(source: str, target: str) -> dict[str, object]:
    """Write the same rows with every column as text and the row number in front."""
    file = pq.ParquetFile(source)
    if file.metadata.num_rows > MAX_ROWS:
        raise Refused(f"The file says it has {file.metadata.num_rows:,} rows; at most {MAX_ROWS:,} are read.")
    fields = list(file.schema_arrow)
    if len(fields) > MAX_COLUMNS:
        raise Refused(f"The file has {len(fields)} columns; at most {MAX_COLUMNS} are read.")
    nested = [field.name for field in fields if pa.types.is_nested(field.type)]
    kept = [field.name for field in fields if field.name not in nested]
    schema = pa.schema([("__row", pa.int64()), *[(name, pa.string()) for name in kept]])
    rows = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in file.iter_batches(batch_size=BATCH, columns=kept):
            columns = []
            for column in batch.columns:
                values = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
                if pa.types.is_floating(values.type):
                    values = pc.if_else(pc.is_finite(values), values, None)
                columns.append(clean(pc.cast(values, pa.string())))
            numbers = pa.array(range(rows + 1, rows + batch.num_rows + 1), pa.int64())
            writer.write_batch(pa.record_batch([numbers, *columns], schema=schema))
            rows += batch.num_rows
    return {"rows": rows, "columns": kept, "nested": nested}


def main(arguments: list[str]) -> int:
    """Do what the module says; the parent reads the line."""
    kind, source, target, memory = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    try:
        found = workbook(source, target) if kind == "xlsx" else parquet(source, target)
    except (Refused, CalamineError, pa.ArrowException, OSError, ValueError, MemoryError) as error:
        known = isinstance(error, Refused)
        sys.stdout.write(json.dumps({"refused": str(error) if known else type(error).__name__}) + "\n")
        return 3
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
