"""The workspace: idempotent, exact removal, overlaps, all or nothing, one writer at a time."""

from __future__ import annotations

import multiprocessing
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pytest

from copilot.data import assembly
from copilot.data.manifest import Manifest
from copilot.data.workspace import Workspace
from copilot.errors import CopilotError, DataRefused, UnknownName, UsageProblem, WorkspaceBusy

HEADER = "order_id,order_date,customer_email,product,quantity,price\n"
JANUARY = HEADER + "1,2024-01-05,ann@example.com,Tea,1,10\n2,2024-01-06,bob@example.com,Pot,2,20\n"
JANUARY_LATER = HEADER + "2,2024-01-06,bob@example.com,Pot,1,20\n3,2024-02-01,cy@example.com,Tea,3,10\n"

Write = Callable[..., Path]


def orders(workspace: Workspace) -> list[dict[str, Any]]:
    table = workspace.tables().orders
    return table.order_by("order_id").select("order_id", "gross_sales", "lines").to_pyarrow().to_pylist()


def test_the_same_file_twice_adds_nothing(workspace: Workspace, write: Write) -> None:
    first = workspace.add([write("jan.csv", JANUARY)])[0]
    key = workspace.key()
    again = workspace.add([write("another name.csv", JANUARY)])[0]
    assert again.already_there
    assert not first.already_there
    assert again.upload_id == first.upload_id
    assert workspace.key() == key
    assert len(workspace.uploads()) == 1
    assert len(orders(workspace)) == 2


def test_the_newest_export_of_an_order_wins(workspace: Workspace, write: Write) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    workspace.add([write("later.csv", JANUARY_LATER)])
    assert [(row["order_id"], float(row["gross_sales"]), row["lines"]) for row in orders(workspace)] == [
        ("1", 10.0, 1),
        ("2", 20.0, 1),
        ("3", 30.0, 1),
    ]
    items = workspace.tables().order_items
    assert items.count().to_pyarrow().as_py() == 3


def test_removal_is_exact(workspace: Workspace, write: Write) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    key, before = workspace.key(), orders(workspace)
    refs = set(workspace.tables().customers.customer_ref.to_pyarrow().to_pylist())
    later = workspace.add([write("later.csv", JANUARY_LATER)])[0]
    assert len(orders(workspace)) == 3
    workspace.remove(str(later.upload_id))
    assert workspace.key() == key
    assert orders(workspace) == before
    assert set(workspace.tables().customers.customer_ref.to_pyarrow().to_pylist()) == refs
    left = [path for path in workspace.path.rglob("*") if str(later.upload_id) in path.name]
    assert left == []
    with pytest.raises(UnknownName):
        workspace.report(str(later.upload_id))


def test_a_customer_keeps_the_number(workspace: Workspace, write: Write) -> None:
    first = workspace.add([write("jan.csv", JANUARY)])[0]
    customers = workspace.tables().customers
    known = {r["customer_key"]: r["customer_ref"] for r in customers.to_pyarrow().to_pylist()}
    assert sorted(known.values()) == ["#1001", "#1002"]
    workspace.remove(str(first.upload_id))
    workspace.add([write("later.csv", JANUARY_LATER), write("jan.csv", JANUARY)])
    again = {r["customer_key"]: r["customer_ref"] for r in workspace.tables().customers.to_pyarrow().to_pylist()}
    assert known.items() <= again.items()
    assert len(set(again.values())) == len(again) == 3


def test_pseudonyms_differ_between_workspaces(tmp_path: Path, write: Write) -> None:
    file = write("jan.csv", JANUARY)
    keys = []
    for name in ("one", "two"):
        workspace = Workspace.open(tmp_path / "home", name)
        workspace.add([file])
        keys.append(set(workspace.tables().customers.customer_key.to_pyarrow().to_pylist()))
    assert keys[0].isdisjoint(keys[1])


def test_items_and_products_may_come_in_any_order(workspace: Workspace, write: Write) -> None:
    details = write(
        "details.csv", "order_id,product_id,unit_price,quantity,discount\nA1,7,10.00,2,0.1\nA1,8,5.00,1,0\nA9,8,5,1,0\n"
    )
    workspace.add([details])
    assert orders(workspace) == []
    workspace.add([write("orders.csv", "order_id,order_date,customer_id\nA1,2024-03-01,C77\n")])
    workspace.add([write("products.csv", "product_id,product_name,category_id,unit_price\n7,Teapot,1,10\n8,Cup,2,5\n")])
    workspace.add([write("categories.csv", "category_id,category_name\n1,Pots\n2,Cups\n")])
    tables = workspace.tables()
    order = tables.orders.to_pyarrow().to_pylist()[0]
    assert (float(order["gross_sales"]), float(order["discounts"]), order["lines"]) == (25.0, 2.0, 2)
    items = tables.order_items.order_by("line_no").select("product", "category").to_pyarrow().to_pylist()
    # A line of an order that is not loaded waits for it.
    assert items == [{"product": "Teapot", "category": "Pots"}, {"product": "Cup", "category": "Cups"}]
    assert tables.customers.customer_ref.to_pyarrow().to_pylist() == ["#C77"]


def test_a_person_known_by_number_and_by_e_mail_is_one(workspace: Workspace, write: Write) -> None:
    workspace.add([write("customers.csv", "customer_id,email,country\nC1,ann@example.com,GB\nC2,bob@example.com,IE\n")])
    workspace.add([write("o.csv", "order_id,order_date,customer_id,amount\n1,2024-01-05,C1,10\n")])
    tables = workspace.tables()
    assert tables.customers.count().to_pyarrow().as_py() == 2
    joined = tables.orders.join(tables.customers, "customer_key").select("customer_ref").to_pyarrow().to_pylist()
    assert joined == [{"customer_ref": "#C1"}]


def test_kept_tables_are_built_once_per_set_of_uploads(workspace: Workspace, write: Write) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    built = []

    def build() -> Any:
        built.append(1)
        return workspace.tables().orders.select("order_id")

    for _ in range(2):
        tables = workspace.tables()
        tables.frame(tables.kept("ids", build))
    folder = workspace.path / "derived" / workspace.key()
    assert (folder / "kept-ids.parquet").exists()
    workspace.close()
    before = (folder / "kept-ids.parquet").stat().st_mtime_ns
    other = Workspace.open(workspace.path.parent)
    assert other.tables().frame(other.tables().kept("ids", build)).shape == (2, 1)
    assert (folder / "kept-ids.parquet").stat().st_mtime_ns == before
    workspace.add([write("later.csv", JANUARY_LATER)])
    assert workspace.tables().frame(workspace.tables().kept("ids", build)).shape == (3, 1)


def test_odd_names_of_kept_tables_stay_inside(workspace: Workspace, write: Write) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    tables = workspace.tables()
    outside = set(workspace.path.parent.rglob("*.parquet"))
    tables.kept("../../escape ü", lambda: tables.orders)
    new = set(workspace.path.parent.rglob("*.parquet")) - outside
    assert [path.parent for path in new] == [workspace.path / "derived" / workspace.key()]


def test_empty_workspace_has_empty_tables(workspace: Workspace) -> None:
    tables = workspace.tables()
    assert tables.orders.count().to_pyarrow().as_py() == 0
    assert tables.facts.sources == ()
    assert tables.facts.analysis_date is None
    assert workspace.identities(["x"]).empty


def test_folders_are_private(workspace: Workspace, write: Write) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    for folder in (workspace.path, workspace.private, workspace.private / "raw", workspace.folder("index")):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((workspace.private / "salt").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["../other", "", "a/b", ".hidden", "x" * 80])
def test_workspace_names_stay_inside_the_home(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem):
        Workspace.open(tmp_path, name)


def test_a_file_name_with_an_address_is_masked(workspace: Workspace, write: Write) -> None:
    report = workspace.add([write("orders ann@example.com.csv", JANUARY)])[0]
    assert "ann@" not in report.model_dump_json()
    assert all("ann@" not in path.name for path in workspace.path.rglob("*"))


def test_crash_before_the_commit_leaves_no_trace(
    workspace: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    before = orders(workspace)

    def crash(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Manifest, "insert", crash)
    with pytest.raises(KeyboardInterrupt):
        workspace.add([write("later.csv", JANUARY_LATER)])
    monkeypatch.undo()
    again = Workspace.open(workspace.path.parent)
    assert orders(again) == before
    report = again.add([write("later.csv", JANUARY_LATER)])[0]
    assert not report.already_there
    assert len(orders(again)) == 3
    assert list((again.path / "staging").iterdir()) == []


def test_a_refused_file_leaves_everything_as_it_was(workspace: Workspace, write: Write) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    before = sorted(path for path in workspace.path.rglob("*") if path.is_file() and "sqlite" not in path.name)
    with pytest.raises(DataRefused):
        workspace.add([write("empty.csv", "")])
    after = sorted(path for path in workspace.path.rglob("*") if path.is_file() and "sqlite" not in path.name)
    assert after == before


def test_one_refused_file_among_several_does_not_stop_the_others(workspace: Workspace, write: Write) -> None:
    reports = workspace.add([write("empty.csv", ""), write("jan.csv", JANUARY)])
    assert [report.upload_id is None for report in reports] == [True, False]
    assert reports[0].problems[0].code == "empty_file"


def _hold(folder: str, ready: Any, done: Any) -> None:
    with Manifest(Path(folder)).writing():
        ready.set()
        done.wait(30)


def test_a_second_writer_is_told_who_writes(
    workspace: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(str(workspace.path), ready, done))
    holder.start()
    try:
        assert ready.wait(60)
        begun = time.monotonic()
        with pytest.raises(WorkspaceBusy, match=str(holder.pid)), workspace._manifest.writing(wait=0.3):
            pass
        assert time.monotonic() - begun < 5
        # Reading goes on meanwhile.
        assert len(orders(Workspace.open(workspace.path.parent))) == 2
    finally:
        done.set()
        holder.join(30)
    assert holder.exitcode == 0
    workspace.add([write("later.csv", JANUARY_LATER)])
    assert len(orders(workspace)) == 3


def test_a_workspace_of_a_newer_version_is_left_alone(workspace: Workspace) -> None:
    with workspace._manifest._connection() as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(CopilotError, match="newer version"):
        Workspace.open(workspace.path.parent)


def test_the_engine_is_locked(workspace: Workspace, write: Write, tmp_path: Path) -> None:
    workspace.add([write("jan.csv", JANUARY)])
    connection = ibis.get_backend(workspace.tables().orders)
    secret = tmp_path / "outside.csv"
    secret.write_text("a\n1\n")
    frame = ibis.memtable({"a": [1]}).to_pandas()
    assert not frame.empty
    for statement in (
        f"SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/x.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "SELECT * FROM frame",
    ):
        with pytest.raises(Exception, match=r"(?i)permission|locked|not allowed|cannot|disabled|does not exist"):
            connection.raw_sql(statement).fetchall()
    assert not (tmp_path / "out.csv").exists()


def test_old_derived_tables_are_forgotten(workspace: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "KEPT_SETS", 1)
    for text in (JANUARY, JANUARY_LATER):
        workspace.add([write("o.csv", text)])
        workspace.tables()
    assert [folder.name for folder in (workspace.path / "derived").iterdir()] == [workspace.key()]
