"""Runs in a process of its own, with bounds: turns a Parquet file into one of text columns.

Started by path, so it imports nothing of the project; `clean` is shared with `reading`. A crafted file may abort the
parser; only this process dies. Reads one JSON request on stdin, prints one JSON line; exit code 3 if refused.
"""

from __future__ import annotations

import json
import resource
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BATCH = 65_536
# Cells that say "nothing". Compared in lower case after trimming.
NOTHING = (
    "", "null", "none", "nil", "nan", "n/a", "n.a.", "na", "#n/a", "#value!", "#ref!", "#div/0!", "#name?", "-", "--",
    "–", "—", "nat", "(null)", "(not set)", "\\n",
)  # fmt: skip


class Refused(Exception):
    """The file breaks a bound."""


def clean(column: pa.Array) -> pa.Array:
    """Trimmed text without NUL and the guard apostrophe of spreadsheets; null where the cell says nothing."""
    plain = pc.utf8_trim_whitespace(column)
    if pc.any(pc.match_substring(plain, "\x00")).as_py():
        plain = pc.replace_substring(plain, "\x00", "")
    formulas = pc.starts_with(plain, '="')
    if pc.any(formulas).as_py():  # ="00123" is how some programs keep the zeros of a text in a spreadsheet
        plain = pc.if_else(formulas, pc.replace_substring_regex(plain, r'^="(.*)"$', r"\1"), plain)
    guarded = pc.starts_with(plain, "'")
    if pc.any(guarded).as_py():  # a guard, unless it belongs to the word: 's-Hertogenbosch, 't Hart
        guarded = pc.and_(guarded, pc.invert(pc.match_substring_regex(plain, "^'[a-z]{1,2}[ -]")))
        plain = pc.if_else(guarded, pc.utf8_slice_codeunits(plain, 1), plain)
    short = pc.less_equal(pc.utf8_length(plain), 9)
    nothing = pc.and_(short, pc.is_in(pc.utf8_lower(plain), value_set=pa.array(NOTHING)))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), plain)


def parquet(source: str, target: str, bounds: dict[str, int]) -> dict[str, object]:
    """Write the same rows with every column as text and the row number in front."""
    file = pq.ParquetFile(source)
    if file.metadata.num_rows > bounds["rows"]:
        raise Refused(f"It says it has {file.metadata.num_rows:,} rows; at most {bounds['rows']:,} are read.")
    fields = list(file.schema_arrow)
    if len(fields) > bounds["columns"]:
        raise Refused(f"It has {len(fields):,} columns; at most {bounds['columns']:,} are read.")
    nested = [field.name for field in fields if pa.types.is_nested(field.type)]
    kept = [field.name for field in fields if field.name not in nested]
    schema = pa.schema([("__row", pa.int64()), *[(name, pa.string()) for name in kept]])
    rows = out = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in file.iter_batches(batch_size=BATCH, columns=kept):
            columns = []
            for column in batch.columns:
                values = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
                if pa.types.is_floating(values.type):
                    values = pc.if_else(pc.is_finite(values), values, None)
                text = pc.cast(values, pa.string())
                if (pc.max(pc.binary_length(text)).as_py() or 0) > bounds["cell"]:
                    raise Refused("A cell is too large.")
                columns.append(clean(text))
            numbers = pa.array(range(rows + 1, rows + batch.num_rows + 1), pa.int64())
            made = pa.record_batch([numbers, *columns], schema=schema)
            out += made.nbytes
            if out > bounds["unpacked"]:
                raise Refused("It unpacks to more than one file may.")
            writer.write_batch(made)
            rows += batch.num_rows
    return {"rows": rows, "columns": kept, "nested": nested}


def main() -> int:
    """Do what the module says; the parent reads the line."""
    request = json.loads(sys.stdin.read())
    bounds = request["bounds"]
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * bounds["seconds"], 2 * bounds["seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = parquet(request["source"], request["target"], bounds)
    except Refused as error:
        found = {"refused": str(error)}
    except (pa.ArrowException, OSError, ValueError, MemoryError, KeyError) as error:
        found = {"refused": "", "fault": type(error).__name__}
    sys.stdout.write(json.dumps(found) + "\n")
    return 3 if "refused" in found else 0


if __name__ == "__main__":
    raise SystemExit(main())
