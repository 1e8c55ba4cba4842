"""A workspace pointed at a warehouse answers as with uploads, says what does not fit, and never shows a password."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import ibis
import pyarrow.parquet as pq
import pytest

from copilot.__main__ import main
from copilot.app import Copilot
from copilot.data.tables import SCHEMAS, Tables, schema
from copilot.data.warehouse import fitted, masked, warehouse_tables
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer, DataRefused, UsageProblem
from copilot.settings import Settings
from copilot.statistics.basis import Reading, Rules, counted_documents, customer_rows, numbered_documents
from copilot.statistics.scope import COUNTED

QUESTION = "who are my best customers?"


def figures(copilot: Copilot, text: str) -> list[tuple[str, float | None]]:
    answer = copilot.ask(text)
    assert answer.figures, answer.text
    return [(figure.label, figure.value) for figure in answer.figures]


@pytest.fixture
def sample(settings: Settings) -> Copilot:
    """The sample shop as uploads."""
    copilot = Copilot.open("uploads", settings)
    copilot.add_sample()
    return copilot


def loaded(tables: Tables, folder: Path) -> str:
    """The same canonical tables in a DuckDB file; its address."""
    for name in SCHEMAS:
        pq.write_table(getattr(tables, name).to_pyarrow(), folder / f"{name}.parquet")
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        for name in SCHEMAS:
            connection.execute(f"CREATE TABLE {name} AS FROM read_parquet('{folder / name}.parquet')")
    return f"duckdb://{folder / 'shop.duckdb'}"


def test_a_warehouse_answers_as_uploads_do(sample: Copilot, settings: Settings, tmp_path: Path) -> None:
    address = loaded(sample.workspace.tables(), tmp_path)
    with sample, Copilot.open("warehouse", settings) as other:
        wanted = figures(sample, QUESTION)
        assert {source.upload_id for source in other.connect(address)} >= {"warehouse:orders", "warehouse:order_items"}
        assert figures(other, QUESTION) == wanted
        with pytest.raises(UsageProblem, match="not mixed"):
            other.add_sample()
        with pytest.raises(UsageProblem, match="not mixed"):
            sample.connect(address)
        with pytest.raises(CannotAnswer, match="not names or addresses"):
            other.workspace.identities(["x"])
    again = Workspace.open(settings.home, "warehouse")
    assert again.warehouse() == address
    assert stat.S_IMODE((again.private / "warehouse").stat().st_mode) == 0o600
    again.disconnect()
    assert again.tables().facts.last_order is None


def test_the_environment_can_name_the_warehouse(reference: Tables, duckdb_file: str, tmp_path: Path) -> None:
    settings = Settings.from_environment({"COPILOT_HOME": str(tmp_path), "COPILOT_WAREHOUSE": duckdb_file})
    assert duckdb_file not in repr(settings)
    with Copilot.open(settings=settings) as copilot:
        assert copilot.workspace.tables().facts.last_order == reference.facts.last_order
    assert not (tmp_path / "default" / "private" / "warehouse").exists()


def test_a_file_is_only_read(duckdb_file: str) -> None:
    path = Path(duckdb_file.removeprefix("duckdb://"))
    before = path.read_bytes()
    tables = warehouse_tables(duckdb_file)
    kept = tables.kept("few", lambda: tables.orders.limit(3))
    assert len(tables.frame(kept)) == 3
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER TABLE orders DROP COLUMN ordered_at", "'orders' has no column 'ordered_at'"),
        ("ALTER TABLE orders ALTER ordered_at TYPE VARCHAR", "'orders.ordered_at' holds string"),
        ("ALTER TABLE order_items ALTER gross TYPE VARCHAR", "'order_items.gross' holds string"),
        ("INSERT INTO orders FROM orders LIMIT 2", "2 rows whose order_id is there already"),
        ("DROP TABLE orders", "no table 'orders'"),
    ],
)
def test_what_does_not_fit_is_named(duckdb_file: str, tmp_path: Path, change: str, words: str) -> None:
    path = tmp_path / "other.duckdb"
    path.write_bytes(Path(duckdb_file.removeprefix("duckdb://")).read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(change)
    with pytest.raises(DataRefused, match=words):
        warehouse_tables(f"duckdb://{path}")


def test_missing_columns_and_tables_are_unknown_and_other_number_types_are_cast(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "small.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT 'o' || i AS ORDER_ID, 'c' || i % 3 AS customer_key, 10.5::DOUBLE * i AS "
            "gross_sales, TIMESTAMP '2024-01-01' + i * INTERVAL 1 DAY AS ordered_at FROM range(1, 9) t(i)"
        )
    tables = warehouse_tables(f"duckdb://{tmp_path / 'small.duckdb'}")
    assert tables.orders.schema() == schema("orders")
    frame = tables.frame(tables.orders)
    assert float(frame["gross_sales"].sum()) == 10.5 * 36
    assert frame["device"].isna().all()
    assert tables.frame(tables.sessions).empty
    assert [source.role for source in tables.facts.sources] == ["orders"]


@pytest.mark.parametrize("url", ["mysql://h/d", "nonsense", ""])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageProblem, match="no address of a warehouse"):
        warehouse_tables(url)


def test_an_address_is_shown_without_its_secrets() -> None:
    shown = masked("snowflake://ann:s3cret@account/shop/public?warehouse=w&token=t0ken")
    assert shown == "snowflake://account/shop/public"


@pytest.mark.postgres
def test_a_wrong_password_is_not_repeated(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path))
    wrong = postgres_url.replace("topsecret", "hunter2").replace("/postgres", "/nowhere").replace("shop:", "annab:")
    assert main(["connect", wrong]) == DataRefused.exit_code
    said = capsys.readouterr()
    assert "could not be read" in said.err
    assert not any(secret in said.err + said.out for secret in ("hunter2", "annab"))
    assert not (tmp_path / "default" / "private" / "warehouse").exists()


@pytest.mark.postgres
def test_postgres_is_connected_by_the_command_line(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path))
    assert main(["connect", postgres_url]) == 0
    said = capsys.readouterr()
    assert "orders" in said.out
    assert "topsecret" not in said.out + said.err
    assert main(["connect", "--off"]) == 0


@pytest.mark.postgres
def test_a_user_who_may_only_read_gets_figures(postgres_server: int, postgres_url: str, reference: Tables) -> None:
    import psycopg

    with psycopg.connect(f"host=127.0.0.1 port={postgres_server} user=shop dbname=postgres") as connection:
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        connection.execute("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    tables = warehouse_tables(f"postgres://reader@127.0.0.1:{postgres_server}/postgres")
    kept = tables.kept("few", lambda: tables.orders.select("order_id", "ordered_at"))
    assert len(tables.frame(kept)) == len(reference.frame(reference.orders))
    assert tables.facts.last_order == reference.facts.last_order
    tables.release()


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_the_basis_of_all_figures_compiles_for_other_warehouses(dialect: str) -> None:
    """Compiled only: nothing here can run BigQuery or Snowflake."""
    raw = {name: ibis.table(schema(name), name=name) for name in ("orders", "order_items", "customers")}
    read = {name: fitted(name, table)[0] for name, table in raw.items()}
    numbers = numbered_documents(read["orders"], read["order_items"])
    documents = counted_documents(read["orders"], numbers, Rules(COUNTED, include_zero=False, drop_repeated=True))
    documents = documents.mutate(value=documents.net)
    people = read["customers"].select("customer_ref", "country", "region", "city", customer_no=ibis.literal(1))
    from datetime import date

    customers = customer_rows(documents, people, Reading(date(2024, 12, 31), "net_sales", "orders"))
    ranked = customers.mutate(place=ibis.rank().over(order_by=customers.value.desc()))
    for expression in (documents, customers, ranked):
        text = str(ibis.to_sql(expression, dialect=dialect))
        assert "SELECT" in text
        assert "order_items" in text
