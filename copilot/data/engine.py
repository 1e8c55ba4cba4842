"""The locked-down DuckDB connection behind all tables, and the engine functions Ibis has no name for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

MEMORY_LIMIT: Final = "2GB"
COMPRESSION: Final = "zstd"
TEXT_COMPRESSION: Final = "zstd"
CELLS_HELD: Final = 1_500_000
QUICK_COMPRESSION: Final = "lz4"  # for what is read at every question: twice the size, read in half the time


class Use(Enum):
    """What a connection is for: how much memory it may take, and whether rows must stay in their order."""

    READING = "512MB"
    INTAKE = "800MB"
    TABLES = MEMORY_LIMIT

    @property
    def ordered(self) -> bool:
        """Whether a written file keeps the order of the rows read; where rows are numbered it need not."""
        return self is Use.TABLES


@ibis.udf.scalar.builtin(name="sha256")  # type: ignore[untyped-decorator]
def sha256(text: str) -> str:  # type: ignore[empty-body]
    """Hexadecimal SHA-256."""


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def row_hash(text: str) -> int:  # type: ignore[empty-body]
    """A 64-bit hash, for grouping only."""


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.Array(dt.string)), dt.timestamp))
def try_strptime(text, formats):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Timestamp by the first format that fits, else null."""


@ibis.udf.scalar.builtin(name="regexp_replace", signature=((dt.string, dt.string, dt.string, dt.string), dt.string))
def regex_replace(text, pattern, replacement, options):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Replace matches of an RE2 pattern; option `g` for all of them."""


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, dt.timestamp), dt.Timestamp(timezone="UTC")))
def from_zone(zone, local):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The moment of a wall time in a zone (IANA name)."""


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, dt.Timestamp(timezone="UTC")), dt.timestamp))
def at_zone(zone, moment):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The wall time of a moment in a zone (IANA name)."""


def connect(*folders: Path, use: Use = Use.TABLES) -> Backend:
    """An in-memory DuckDB that can read and write inside `folders` only; what does not fit is spilled into the first.

    No extension is fetched, no Python variable is visible to SQL, and none of it can be switched back.
    """
    connection = ibis.duckdb.connect(
        threads=max(1, min(8, os.cpu_count() or 1)),
        memory_limit=use.value,
        preserve_insertion_order=use.ordered,
        python_enable_replacements=False,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        allow_community_extensions=False,
    )
    spill = folders[0] / "spill"
    allowed = ", ".join(_quoted(str(folder)) for folder in folders)
    for statement in (
        f"SET temp_directory = {_quoted(str(spill))}",
        f"SET allowed_directories = [{allowed}]",
        "SET enable_external_access = false",
        "SET enable_progress_bar = false",
        "SET lock_configuration = true",
    ):
        connection.raw_sql(statement)
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def held(connection: Backend, expression: ir.Table) -> ir.Table:
    """The rows of an expression over tables of this connection, computed once and held under a name of their own."""
    name = f"held_{uuid.uuid4().hex[:12]}"
    connection.raw_sql(f'CREATE TEMP TABLE "{name}" AS {connection.compile(expression)}')
    return connection.table(name)


def viewed(connection: Backend, expression: ir.Table) -> ir.Table:
    """The expression under a name of its own, not computed: what is built on it uses each of its columns as it is.

    Ibis would otherwise write a column's whole expression for each of its uses, and the engine compute it so often.
    """
    name = f"view_{uuid.uuid4().hex[:12]}"
    connection.raw_sql(f'CREATE TEMP VIEW "{name}" AS {connection.compile(expression)}')
    return connection.table(name)


def parked(connection: Backend, expression: ir.Table, folder: Path) -> ir.Table:
    """The rows of an expression, computed once and kept in a file below `folder` rather than in memory."""
    path = folder / f"parked-{uuid.uuid4().hex[:12]}.parquet"
    rows = _group_rows(len(expression.columns))
    expression.to_parquet(str(path), compression=QUICK_COMPRESSION, row_group_size=rows)
    return read(connection, [path])


def held_rows(connection: Backend, rows: pa.Table) -> ir.Table:
    """Rows of this process as a table of the connection."""
    return connection.create_table(f"rows_{uuid.uuid4().hex[:12]}", ibis.memtable(rows), temp=True)


def store_batches(
    connection: Backend, rows: pa.RecordBatchReader, hashed: tuple[str, tuple[str, ...]], path: Path
) -> None:
    """Write rows as they arrive into a Parquet file, with a 64-bit hash of the given columns in front."""
    name = f"rows_{uuid.uuid4().hex[:12]}"
    column, columns = hashed
    cells = ", ".join(_name(each) for each in columns)
    connection.con.register(name, rows)
    try:
        connection.raw_sql(
            f"COPY (SELECT hash({cells}) AS {_name(column)}, * FROM {_name(name)}) TO {_quoted(str(path))} "  # noqa: S608 - names are quoted
            f"(FORMAT parquet, COMPRESSION {TEXT_COMPRESSION}, ROW_GROUP_SIZE {_group_rows(len(columns))})"
        )
    finally:
        connection.con.unregister(name)


def _group_rows(columns: int) -> int:
    """Rows written together: each thread holds that many as text, and wide ones would fill the memory allowed."""
    return max(2_048, min(122_880, CELLS_HELD // max(1, columns) // 2_048 * 2_048))


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def read(connection: Backend, paths: Iterable[Path]) -> ir.Table:
    """One table over Parquet files of equal columns."""
    return connection.read_parquet([str(path) for path in paths])


def write(expression: ir.Table, path: Path, compression: str = COMPRESSION) -> None:
    """Store the rows of an expression as Parquet and make sure they are on the disk."""
    expression.to_parquet(str(path), compression=compression)
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
