"""The engine behind all tables is locked down: no files but the workspace's, no network, no settings, no extensions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from copilot.data.engine import connect


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Any]:
    """An engine that may use one folder, and a file beside that folder."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("private", encoding="utf-8")
    duckdb.sql("SELECT 1 AS a").write_parquet(str(tmp_path / "secret.parquet"))
    connection = connect(tmp_path / "mine")
    connection.raw_sql("CREATE TABLE t AS SELECT 1 AS a")
    yield connection
    connection.disconnect()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "SELECT * FROM '{folder}/secret.csv'",
        "SELECT * FROM read_parquet('{folder}/secret.parquet')",
        "SELECT * FROM '{folder}/mine/../secret.parquet'",
        "SELECT * FROM read_text('{folder}/secret.txt')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
        "SELECT * FROM read_json('{folder}/secret.txt')",
        "COPY t TO '{folder}/out.csv'",
        "COPY t FROM '{folder}/secret.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "IMPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.duckdb' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "INSTALL x FROM community",
        "FORCE INSTALL excel",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "SET memory_limit = '100GB'",
        "SET autoinstall_known_extensions = true",
        "SET python_enable_replacements = true",
        "PRAGMA memory_limit='100GB'",
        "SET GLOBAL allow_unsigned_extensions = true",
        "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    ],
)
def test_reaching_outside_fails(locked: Any, tmp_path: Path, statement: str) -> None:
    before = set(tmp_path.iterdir())
    with pytest.raises(duckdb.Error):
        locked.raw_sql(statement.format(folder=tmp_path)).fetchall()
    assert set(tmp_path.iterdir()) == before


def test_variables_of_python_are_not_tables(locked: Any) -> None:
    customers = pd.DataFrame({"email": ["ann@example.com"]})
    with pytest.raises(duckdb.CatalogException):
        locked.raw_sql("SELECT * FROM customers").fetchall()
    assert len(customers) == 1


def test_its_own_folder_can_be_used(locked: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine" / "t.parquet"
    locked.table("t").to_parquet(str(path))
    assert locked.read_parquet(str(path)).count().to_pyarrow().as_py() == 1
