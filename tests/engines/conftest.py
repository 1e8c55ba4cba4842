"""The same shop in a DuckDB file, in a throw-away PostgreSQL and in Spark, opened as a warehouse."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from copilot.data.tables import SCHEMAS, Tables, schema
from copilot.data.warehouse import warehouse_tables
from tests.engines.shop import as_parquet, every_table


@pytest.fixture(scope="session")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as Parquet files."""
    return as_parquet(every_table(), tmp_path_factory.mktemp("parquet"))


@pytest.fixture(scope="session")
def duckdb_file(parquet: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a DuckDB file with the canonical tables."""
    path = tmp_path_factory.mktemp("duckdb") / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name in SCHEMAS:
            connection.execute(f"CREATE TABLE {name} AS FROM read_parquet('{parquet / name}.parquet')")
    return f"duckdb://{path}"


@pytest.fixture(scope="session")
def reference(duckdb_file: str) -> Tables:
    """The shop in DuckDB."""
    return warehouse_tables(duckdb_file)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[int]:
    """The port of a throw-away PostgreSQL on loopback, with a superuser `shop` and any password."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install 'cmo-copilot[postgres]'")
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("there is no PostgreSQL server here (Debian: apt-get install postgresql)")
    account = _plain_account()
    if os.geteuid() == 0 and account is None:
        pytest.skip("PostgreSQL does not run as root, and there is no other account to run it")
    home = Path(tempfile.mkdtemp(prefix="copilot-pg-"))
    home.chmod(0o755)
    data = home / "data"
    data.mkdir(mode=0o700)
    if account is not None:
        os.chown(data, account, account)
        os.chown(home, account, account)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])

    def run(*command: str) -> None:
        given = {"user": account, "group": account, "extra_groups": []} if account is not None else {}
        subprocess.run(command, check=True, capture_output=True, cwd=home, **given)  # type: ignore[call-overload]

    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    run(str(binaries / "initdb"), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--locale=C")
    try:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(home / "log"), "-w", "start")
        yield port
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _postgres_binaries() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _plain_account() -> int | None:
    """The number of an account to run the server under if this is root; None if it is not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return None


@pytest.fixture(scope="session")
def postgres_url(postgres_server: int, parquet: Path) -> str:
    """Address of a PostgreSQL database with the canonical tables, loaded by COPY."""
    import ibis
    import psycopg

    url = f"postgres://shop:topsecret@127.0.0.1:{postgres_server}/postgres"
    backend = ibis.connect(url)
    for name in SCHEMAS:
        backend.create_table(name, schema=schema(name))
    backend.disconnect()
    with psycopg.connect(f"host=127.0.0.1 port={postgres_server} user=shop dbname=postgres") as connection:
        for name in SCHEMAS:
            text = parquet / f"{name}.csv"
            duckdb.execute(f"COPY (FROM read_parquet('{parquet / name}.parquet')) TO '{text}' (FORMAT csv, HEADER)")
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv, HEADER)") as stream,
                text.open("rb") as lines,
            ):
                while chunk := lines.read(1 << 20):
                    stream.write(chunk)
    return url


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Tables]:
    """The shop in PostgreSQL."""
    tables = warehouse_tables(postgres_url)
    yield tables
    tables.release()


@pytest.fixture(scope="session")
def spark(parquet: Path) -> Iterator[Tables]:
    """The shop in Spark, in this process."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install 'cmo-copilot[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java 17 or newer, and there is none here")
    yield warehouse_tables(f"spark://{parquet}")
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
