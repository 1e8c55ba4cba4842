"""Owns reading canonical tables from a database or warehouse by address, checked, masked and never written to.

Run here: DuckDB files, PostgreSQL and Spark over a local folder of Parquet. BigQuery and Snowflake are only compiled to
SQL by the tests. The people's identities do not come from a warehouse: figures name customers by their key.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from copilot.data.assembly import order_facts, shop_facts
from copilot.data.tables import SCHEMAS, ShopFacts, SourceFile, Tables, schema
from copilot.errors import DataRefused, UsageProblem

SCHEMES: Final = ("duckdb", "postgres", "postgresql", "spark", "bigquery", "snowflake")
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "orders": ("order_id", "customer_key", "ordered_at"),
    "order_items": ("order_id", "product"),
    "customers": ("customer_key",),
    "customer_attributes": ("customer_key", "name", "value"),
    "products": ("product",),
    "sessions": ("session_id", "started_at"),
    "email_events": ("customer_key", "happened_at", "event"),
    "feedback": ("feedback_id", "text"),
    "spend": ("day", "cost"),
    "reported": ("report", "name", "measure", "value"),
}
"""Columns a table must have if it is there; the others are read as unknown. `orders` must be there."""
_AMOUNTS: Final = ("gross_sales", "total_sales")
_ROLE: Final = {"order_items": "items", "customer_attributes": "customers"}
_TIME: Final = {"orders": "ordered_at", "sessions": "started_at", "email_events": "happened_at"}
# What a driver raises, by the name of Ibis's backend: the words of a driver may repeat the address.
_ERRORS: Final = {
    "duckdb": ("duckdb", "Error"),
    "postgres": ("psycopg", "Error"),
    "pyspark": ("pyspark.errors", "PySparkException"),
    "bigquery": ("google.api_core.exceptions", "GoogleAPIError"),
    "snowflake": ("snowflake.connector.errors", "Error"),
}
_EXTRA: Final = {"postgres": "postgres", "postgresql": "postgres", "spark": "spark"}


def masked(url: str) -> str:
    """The address without user name, password and options, fit to be shown.

    >>> masked("postgres://ann:secret@db.example:5432/shop?sslmode=require")
    'postgres://db.example:5432/shop'
    """
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"


def warehouse_tables(url: str, *, shop: str = "your shop", stamp: str | None = None) -> Tables:
    """The canonical tables behind an address: `duckdb:///shop.duckdb`, `postgres://user:word@host/database`,
    `spark:///folder` (Parquet, a file or folder a table), `bigquery://project/dataset`, `snowflake://...`.

    Options behind `?` go to Ibis, e.g. `?schema=shop`. `stamp` names the state of the data; without it counts and
    latest times do. Derived tables are temporary ones over there, or worked out anew where that is not allowed.
    Raises UsageProblem for another address, DataRefused where it cannot be opened or a table does not fit.
    """
    backend = _connect(url)
    failures = _failures(backend.name)
    try:
        names = {name.lower(): name for name in backend.list_tables()}
        if "orders" not in names:
            raise DataRefused(f"{masked(url)} has no table 'orders'.", _LAYOUT, code="warehouse_tables")
        read: dict[str, ir.Table] = {}
        missing: list[str] = []
        for name in SCHEMAS:
            if name in names:
                read[name], unknown = fitted(name, backend.table(names[name]))
                missing += [f"{name}.{column}" for column in unknown]
        empty = read["orders"].limit(0)
        tables = {name: read.get(name, _nothing(empty, name)) for name in SCHEMAS}
        _unique(tables["orders"])
        sizes = {name: _size(name, table) for name, table in read.items()}
        facts = _facts(shop, masked(url), sizes, order_facts(tables["orders"]))
    except failures as error:
        _release(backend)()
        raise _refused(url, error) from None
    except DataRefused:
        _release(backend)()
        raise
    key = hashlib.sha256(json.dumps([masked(url), stamp or sizes], default=str).encode()).hexdigest()[:16]
    adapt = portable if backend.name in ("postgres", "pyspark") else (lambda expression: expression)
    release = _release(backend)
    return Tables(key=key, facts=facts, keep=_keeper(backend, key), adapt=adapt, release=release, **tables)


def _release(backend: Any) -> Callable[[], None]:
    """Closing the connection; Spark's session is the process's and stays."""
    return (lambda: None) if backend.name == "pyspark" else backend.disconnect


_LAYOUT: Final = "Give the tables the names and columns of docs/warehouse.md, for example as views."


def fitted(name: str, table: ir.Table) -> tuple[ir.Table, tuple[str, ...]]:
    """A table in the canonical columns and types, and the canonical columns it lacks (read as unknown).

    Raises DataRefused naming table and column where a needed column is missing or a type does not fit.
    """
    given = {column.lower(): column for column in table.columns}
    wanted = schema(name)
    lacking = [column for column in NEEDED[name] if column not in given]
    if name == "orders" and not any(column in given for column in _AMOUNTS):
        lacking.append(" or ".join(_AMOUNTS))
    if lacking:
        raise DataRefused(f"The table {name!r} has no column {lacking[0]!r}.", _LAYOUT, code="warehouse_column")
    columns: dict[str, ir.Value] = {}
    for column, kind in wanted.items():
        if column == "upload_id":  # rows of a warehouse belong to one source
            columns[column] = ibis.literal("warehouse")
            continue
        if column not in given:
            columns[column] = ibis.null(kind)
            continue
        value = table[given[column]]
        if not _fits(value.type(), kind):
            raise DataRefused(
                f"The column '{name}.{column}' holds {value.type()}, where {kind} is needed.",
                "Cast it, for example in a view.",
                code="warehouse_type",
            )
        columns[column] = value if value.type().copy(nullable=True) == kind else value.cast(kind)
    unknown = tuple(column for column in wanted if column not in given and column != "upload_id")
    return table.select(**columns), unknown


def _fits(given: dt.DataType, wanted: dt.DataType) -> bool:
    if wanted.is_timestamp():
        return bool(given.is_timestamp() or given.is_date())
    if wanted.is_integer():
        return bool(given.is_integer() or (given.is_decimal() and given.scale == 0))
    if wanted.is_decimal() or wanted.is_floating():
        return bool(given.is_numeric())
    return type(given) is type(wanted)


# The planner of PostgreSQL knows nothing of fresh temporary tables, and then joins them row by row for minutes.
OPTIONS: Final[Mapping[str, dict[str, Any]]] = {
    "duckdb": {"read_only": True},
    "postgres": {"options": "-c enable_nestloop=off -c jit=off -c timezone=UTC"},
}


def _connect(url: str) -> Any:
    """The Ibis connection of an address; without the driver, what to install."""
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise UsageProblem(f"{masked(url) or 'This'} is no address of a warehouse.", "Known: " + ", ".join(SCHEMES))
    if scheme == "duckdb" and not Path(urlsplit(url).path).exists():
        raise DataRefused(f"There is no database file {Path(urlsplit(url).path).name!r}.", "Check the address.")
    try:
        if scheme == "spark":
            return _spark(Path(urlsplit(url).path))
        return ibis.connect(url, **OPTIONS.get(scheme.removesuffix("ql"), {}))
    except ImportError as error:
        extra = _EXTRA.get(scheme)
        install = f"cmo-copilot[{extra}]" if extra else f"ibis-framework[{scheme}]"
        raise UsageProblem(f"What reads {scheme} is not installed.", f"pip install '{install}'") from error
    except _failures("postgres" if scheme == "postgresql" else scheme) as error:
        raise _refused(url, error) from None


def _spark(folder: Path) -> Any:
    """Spark in this process over a folder of Parquet; times are read as they stand."""
    if not folder.is_dir():
        raise DataRefused(f"There is no folder {folder.name!r}.", "Check the address.")
    sql = importlib.import_module("pyspark.sql")
    session = sql.SparkSession.builder.master("local[*]").appName("cmo-copilot")
    for name, value in SPARK.items():
        session = session.config(name, value)
    backend = ibis.pyspark.connect(session.getOrCreate())
    for path in sorted(folder.iterdir()):
        if path.stem in SCHEMAS and (path.is_dir() or path.suffix == ".parquet"):
            backend.read_parquet(str(path), table_name=path.stem)
    return backend


SPARK: Final[Mapping[str, str]] = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.sql.ansi.enabled": "true",
}


def _failures(backend: str) -> tuple[type[Exception], ...]:
    """What can go wrong over there, as types to catch."""
    known: list[type[Exception]] = [ibis.common.exceptions.IbisError, OSError, ValueError]
    module, name = _ERRORS.get("pyspark" if backend == "spark" else backend, ("", ""))
    if module:
        with suppress(ImportError):  # without the driver it cannot fail either
            known.append(getattr(importlib.import_module(module), name))
    return tuple(known)


def _refused(url: str, error: Exception) -> DataRefused:
    """The driver's first words without anything of the address that is secret."""
    words = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    parts = urlsplit(url)
    for secret in filter(None, (parts.password, parts.username, parts.query, url)):
        words = words.replace(secret, "***")
    words = re.sub(r"(?i)(password|token|user)\s*[=:]?\s*\S+", r"\1 ***", words)
    return DataRefused(
        f"The warehouse {masked(url)} could not be read: {words}", "Check address and rights.", code="warehouse"
    )


def portable(expression: ir.Table) -> ir.Table:
    """The expression in words PostgreSQL and Spark understand, with the same meaning.

    Truth values become whole numbers before any other number (PostgreSQL casts them to nothing else); a quantile of
    some rows is that of a column empty in the others (Spark wants the share of a quantile to be a constant).
    """

    def step(node: Any, changed: dict[str, Any] | None) -> Any:
        made = node.__recreate__(changed) if changed else node
        if isinstance(made, ops.Cast) and made.arg.dtype.is_boolean() and made.to.is_numeric():
            whole = ops.Cast(made.arg, dt.int32)
            return whole if made.to.copy(nullable=True) == dt.int32 else ops.Cast(whole, made.to)
        if isinstance(made, (ops.Quantile, ops.Median)) and made.where is not None:
            empty = ops.Cast(ops.Literal(None, dtype=dt.null), made.arg.dtype)
            return made.copy(arg=ops.IfElse(made.where, made.arg, empty), where=None)
        return made

    return expression.op().replace(step).to_expr()


def _keeper(backend: Any, key: str) -> Callable[[str, Callable[[], ir.Table]], ir.Table]:
    """Keeps derived tables as temporary tables over there; where they are not allowed, hands out the expression."""
    folder = Path(tempfile.mkdtemp(prefix="cmo-copilot-")) if backend.name == "pyspark" else None
    if folder is not None:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    failures = _failures(backend.name)
    allowed = True

    def keep(name: str, build: Callable[[], ir.Table]) -> ir.Table:
        nonlocal allowed
        expression = build()
        short = "kept_" + hashlib.sha256(f"{key}{name}".encode()).hexdigest()[:24]
        if folder is not None:
            path = folder / short
            backend.to_parquet_dir(expression, path)
            return backend.read_parquet(str(path), table_name=short).cast(expression.schema())  # Spark counts in int32
        if allowed:
            try:
                return backend.create_table(short, expression, temp=True)
            except failures:
                allowed = False
        return expression

    return keep


def _nothing(table: ir.Table, name: str) -> ir.Table:
    """An empty canonical table, as an expression over another one: read-only users cannot make one."""
    return table.select(**{column: ibis.null(kind) for column, kind in schema(name).items()})


def _unique(orders: ir.Table) -> None:
    row = orders.aggregate(n=orders.order_id.count(), ids=orders.order_id.nunique()).to_pandas().iloc[0]
    if int(row["n"]) != int(row["ids"]):
        raise DataRefused(
            f"The table 'orders' holds {int(row['n']) - int(row['ids']):,} rows whose order_id is there already.",
            "One row an order or return is needed.",
            code="warehouse_orders",
        )


def _size(name: str, table: ir.Table) -> tuple[int, str]:
    """Rows and latest time of a table."""
    latest = table[_TIME[name]].max() if name in _TIME else ibis.null("timestamp")
    row = table.aggregate(n=table.count(), latest=latest).to_pandas().iloc[0]
    return int(row["n"]), str(row["latest"])


def _facts(shop: str, address: str, sizes: Mapping[str, tuple[int, str]], found: dict[str, Any]) -> ShopFacts:
    sources = tuple(
        SourceFile(
            upload_id=f"warehouse:{name}", file=f"{address} {name}", role=_ROLE.get(name, name), format="warehouse",
            rows=rows, kept=rows, uploaded_at=datetime.now(),  # noqa: DTZ005 - shown beside uploads, which are naive
        )
        for name, (rows, _latest) in sizes.items()
        if rows
    )  # fmt: skip
    return shop_facts(shop, sources, found, ("figures come from a warehouse; names of customers are not in it",))
