"""Stores the text rows of an upload as one Parquet file, cleaned, numbered and with a hash of each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copilot.data.engine import Use, connect, store_batches
from copilot.data.parse_child import NOTHING, clean
from copilot.errors import DataRefused

ROW: Final = "__row"
HASH: Final = "__hash"
"""Two names no column of an upload has: the row's number, and a hash of all its cells (equal rows, equal hashes)."""

WIDE: Final = 400  # columns from which on the engine's writing buffers alone would fill the memory allowed


def _first_signs() -> npt.NDArray[np.bool_]:
    """First bytes of a cell that `clean` may change: blanks, signs beyond ASCII, ' and =, a word for nothing."""
    table = np.zeros(256, dtype=np.bool_)
    table[: ord(" ") + 1] = True
    table[127:] = True
    for sign in {"'", "=", *(word[:1] for word in NOTHING if word)}:
        for written in (sign.lower(), sign.upper()):
            table[written.encode()[0]] = True
    return table


_FIRST: Final = _first_signs()
_LAST: Final = np.array([byte <= ord(" ") or byte >= 127 for byte in range(256)])


def tidy(column: pa.Array) -> pa.Array:
    """What `clean` makes of a text column; a column in which it can find nothing to do is given back as it is.

    Most cells of an export are clean: looking at the first and last byte of each is many times quicker than `clean`.
    """
    if column.null_count == len(column):
        return column
    _, offsets, data = column.buffers()
    if data is None:  # nothing but empty cells
        return clean(column)
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    text = np.frombuffer(data, np.uint8)
    first, last = ends[:-1], ends[1:]
    filled = last > first
    if column.null_count:
        if int(filled.sum()) != len(column) - column.null_count:  # a cell is there and empty
            return clean(column)
        first, last = first[filled], last[filled]
    elif not filled.all():
        return clean(column)
    if _FIRST[text[first]].any() or _LAST[text[last - 1]].any() or _has_nul(text[ends[0] : ends[-1]]):
        return clean(column)
    return column


def _has_nul(text: npt.NDArray[np.uint8]) -> bool:
    return not text.all()


def filled_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows in which any cell but the row number says something."""
    empty = None
    for column in batch.columns[1:]:
        if not column.null_count:
            return batch
        nulls = pc.is_null(column)
        empty = nulls if empty is None else pc.and_(empty, nulls)
        if not pc.any(empty).as_py():
            return batch
    return batch if empty is None else batch.filter(pc.invert(empty))


def store(batches: Iterator[pa.RecordBatch], columns: tuple[str, ...], target: Path) -> None:
    """Write the batches (row number, then `columns` as text) with the hash of each row into `target`.

    Very wide ones are written without the hash.

    The rows come in no particular order. What the batches raise is raised: DataRefused, or Arrow's errors.
    """
    schema = pa.schema([(ROW, pa.int64()), *[(column, pa.string()) for column in columns]])
    if len(columns) > WIDE:  # without the hash, which only saves time
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
        return
    raised: list[Exception] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except (DataRefused, pa.ArrowException, OSError, UnicodeError) as error:
            raised.append(error)  # the engine would only say that something went wrong
            raise

    connection = connect(target.parent, use=Use.READING)
    try:
        store_batches(connection, pa.RecordBatchReader.from_batches(schema, watched()), (HASH, columns), target)
    except duckdb.Error:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.disconnect()
