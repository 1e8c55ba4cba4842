"""Corrections of the data: figures before and after against pandas, remembered, undone exactly, all or nothing."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pandas as pd
import pytest

from copilot.data.corrections import (
    AmountsInCents,
    Applied,
    CodeIs,
    ColumnIs,
    Correction,
    CurrencyIs,
    LeaveOut,
    ShopZone,
    answers_for,
    shop_rules,
)
from copilot.data.formats.answered import amended
from copilot.data.manifest import Manifest
from copilot.data.moments import timestamp
from copilot.data.rules import holds
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer, CopilotError, DataRefused, UnknownName, WorkspaceBusy
from copilot.statistics.scope import Scope

Write = Callable[..., Path]
HEADER = "order_id,order_date,email,Buyer,product,sku,quantity,price,tags\n"
SHOP = HEADER + (
    "1,2024-01-05 23:30,shared@shop.test,K1,Tea,T100,2,1250,\n"
    "1,2024-01-05 23:30,shared@shop.test,K1,Parcel,SHIP-1,1,499,\n"
    '2,2024-01-06 10:00,shared@shop.test,K2,Pot,P200,1,3999,"vip, Wholesale"\n'
    "3,2024-02-01 22:00,shared@shop.test,K1,Tea,T100,3,1250,vip\n"
    "4,2024-02-29 23:45,shared@shop.test,K3,Parcel,SHIP-1,1,499,\n"
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AMOUNTS = ("gross_sales", "discounts", "returns")


def lines_of(text: str = SHOP) -> pd.DataFrame:
    """The lines as plain pandas reads them: the independent computation."""
    lines = pd.read_csv(StringIO(text))
    return lines.assign(value=lines.quantity * lines.price, tags=lines.tags.fillna(""))


def figures(tables: Tables) -> dict[str, Any]:
    """What counts: orders of positive value, their customers, net sales, shipping and days."""
    rows = tables.orders.to_pyarrow().to_pylist()
    counted = [row for row in rows if row["kind"] == "order" and (row["gross_sales"] or 0) > 0]
    return {
        "orders": len(counted),
        "customers": len({row["customer_key"] for row in counted if row["customer_key"]}),
        "net_sales": float(sum(r["gross_sales"] - r["discounts"] - r["returns"] for r in counted)),
        "shipping": float(sum(row["shipping"] or 0 for row in rows)),
        "days": (tables.facts.first_order, tables.facts.last_order),
    }


def everything(tables: Tables) -> dict[str, Any]:
    """All rows of the canonical tables, for exact comparison."""
    found = {}
    for name in ("orders", "order_items", "customers"):
        rows = getattr(tables, name).to_pyarrow()
        found[name] = rows.sort_by([(column, "ascending") for column in rows.column_names]).to_pylist()
    return found


def applied(workspace: Workspace, correction: Correction) -> Applied:
    files = [] if correction.of_shop else workspace.corrector().files()
    headers, names = tuple(file.header for file in files), tuple(file.file for file in files)
    return Applied(correction=correction, headers=headers, files=names, made_at=NOW)


def say(workspace: Workspace, correction: Correction) -> tuple[dict[str, Any], dict[str, Any]]:
    return workspace.correct(figures, said=applied(workspace, correction))


def test_one_after_the_other_and_back_again(tmp_path: Path, write: Write) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([write("o.csv", SHOP)])
    lines, key, rows = lines_of(), workspace.key(), everything(workspace.tables())
    before, after = say(workspace, AmountsInCents())
    assert before["net_sales"] == lines.value.sum() == 11247
    assert after["net_sales"] == pytest.approx(lines.value.sum() / 100, abs=1e-9)
    items = workspace.tables().order_items.to_pyarrow().to_pylist()
    assert sorted((float(i["quantity"]), float(i["unit_price"])) for i in items) == [
        (1, 4.99), (1, 4.99), (1, 39.99), (2, 12.5), (3, 12.5),
    ]  # fmt: skip
    before, after = say(workspace, ColumnIs(column="Buyer", field="customer_id", instead=("email",)))
    assert (before["customers"], after["customers"]) == (1, lines.Buyer.nunique()) == (1, 3)
    before, after = say(workspace, LeaveOut(field="tags", value="wholesale"))
    retail = lines[~lines.tags.str.lower().str.contains("wholesale")]
    assert after["net_sales"] == pytest.approx(retail.value.sum() / 100)
    assert (after["orders"], after["customers"]) == (retail.order_id.nunique(), retail.Buyer.nunique()) == (3, 2)
    tables = workspace.tables()
    assert tables.customers.count().to_pyarrow().as_py() == 2  # nobody is left who is known from that order only
    assert set(tables.order_items.order_id.to_pyarrow().to_pylist()) == {"1", "3", "4"}
    _, gone = say(workspace, CodeIs(code="ship-1", role="left out"))
    goods = retail[retail.sku != "SHIP-1"]
    assert (gone["orders"], gone["shipping"]) == (2, 0)  # order 4 has no other line: it is no order any more
    _, moved = say(workspace, CodeIs(code="SHIP-1", role="shipping"))
    assert gone["net_sales"] == moved["net_sales"] == pytest.approx(goods.value.sum() / 100)
    assert moved["shipping"] == pytest.approx(retail[retail.sku == "SHIP-1"].value.sum() / 100)
    scope = Scope().text(workspace.tables().facts)
    assert "without orders tagged wholesale; product code SHIP-1 read as shipping" in scope
    assert "without lines" not in scope  # said again of the same code, the last counts

    workspace.close()
    again = Workspace.open(tmp_path / "home")
    assert figures(again.tables()) == moved
    assert [one.id for one in again.corrections()] == ["c1", "c2", "c3", "c4", "c5"]
    for undone in ("c2", "c5", "c1", "c3", "c4"):
        again.correct(figures, undo=undone)
    assert again.corrections() == []
    assert again.key() == key
    assert everything(again.tables()) == rows
    assert len([p for p in (again.path / "derived").iterdir() if p.is_dir()]) == 2
    with pytest.raises(UnknownName):
        again.correct(figures, undo="c2")
    say(again, LeaveOut(field="tags", value="vip"))
    assert [one.id for one in again.corrections()] == ["c6"]  # an id is never given twice


def test_a_tag_is_a_whole_tag() -> None:
    cells = ["vip", "vip club", "not vip, gold", "Gold, VIP", "a;vip;b", "vip (old)", None, "", "x | Vip"]
    table = ibis.memtable({"tags": cells}, schema={"tags": "string"})
    found = table.mutate(vip=holds(table.tags, " VIP", several=True), old=holds(table.tags, "vip (OLD)", several=True))
    rows = found.execute()
    assert rows.vip.tolist() == [True, False, False, True, True, False, False, False, True]
    assert rows.old.tolist() == [False] * 5 + [True] + [False] * 3


def test_offsets_are_applied_and_times_without_one_taken_as_said() -> None:
    cells = (
        "2024-03-30 23:30:00 +0000", "2024-03-31 23:30:00 +0000", "2024-07-01T22:15:00Z", "2024-07-01 22:15:00 UTC",
        "2024-12-31 23:30:00 -05:00", "1719872100", "2024-12-31 22:30", "2024-12-31",
    )  # fmt: skip
    table = ibis.memtable({"a": list(cells)})
    cell = timestamp(table.a, None)

    def read(column: str, **answers: str) -> list[datetime]:
        value = amended(cell, table.a, ("ordered_at", "date", column), answers)
        return [one.to_pydatetime() for one in table.select(v=value).execute()["v"]]

    berlin = ZoneInfo("Europe/Berlin")
    aware = [
        pd.Timestamp(c.replace(" UTC", "Z")).tz_convert(berlin).tz_localize(None).to_pydatetime() for c in cells[:5]
    ]
    aware.append(pd.Timestamp(1719872100, unit="s", tz="UTC").tz_convert(berlin).tz_localize(None).to_pydatetime())
    # The clock goes forward in the night to 31 March: one hour ahead before, two after.
    assert (aware[0].hour, aware[1].hour) == (0, 1)
    day, evening, later = datetime(2024, 12, 31), datetime(2024, 12, 31, 22, 30), datetime(2024, 12, 31, 23, 30)
    assert read("Date", time_zone="Europe/Berlin", times_in="Europe/Berlin") == [*aware, evening, day]
    assert read("Date", time_zone="Europe/Berlin", times_in="UTC") == [*aware, later, day]
    assert read("Created (UTC)", time_zone="Europe/Berlin") == [*aware, later, day]
    assert read("Date")[6:] == [evening, day]


def test_times_in_utc_are_counted_by_the_shops_day(workspace: Workspace, write: Write) -> None:
    workspace.add([write("o.csv", SHOP)])
    before, after = say(workspace, ShopZone(zone="Europe/Berlin", written="UTC"))
    times = pd.to_datetime(lines_of().order_date).dt.tz_localize("UTC").dt.tz_convert(ZoneInfo("Europe/Berlin"))
    assert before["days"] == (date(2024, 1, 5), date(2024, 2, 29))
    assert after["days"] == (times.min().date(), times.max().date()) == (date(2024, 1, 6), date(2024, 3, 1))
    assert "days in Europe/Berlin time" in Scope().text(workspace.tables().facts)


def test_whom_the_customer_list_knows_stays(workspace: Workspace, write: Write) -> None:
    orders = (
        "order_id,order_date,email,price,tags\n1,2024-01-05,ann@b.test,10,trade\n2,2024-01-06,bob@b.test,20,\n"
        "3,2024-01-07,cy@b.test,5,trade\n4,2024-01-08,,7,\n"
    )
    people = 'customer_id,email,country,tags\nC1,ann@b.test,GB,"b2b, vip"\nC2,bob@b.test,GB,b2b\n'
    workspace.add([write("o.csv", orders), write("c.csv", people)])
    _, after = say(workspace, LeaveOut(field="tags", value="trade"))
    assert (after["orders"], after["net_sales"]) == (2, 27)
    # Ann is on the list and stays; Cy was known from the order only.
    assert workspace.tables().customers.count().to_pyarrow().as_py() == 2
    _, after = say(workspace, LeaveOut(field="customer_tags", value="B2B"))
    assert (after["orders"], after["net_sales"]) == (1, 7)


def test_shipping_lines_of_another_file_go_to_the_order(workspace: Workspace, write: Write) -> None:
    workspace.add([write("orders.csv", "order_id,order_date,customer_id\nA1,2024-03-01,C77\n")])
    workspace.add([write("lines.csv", "order_id,product_id,unit_price,quantity\nA1,7,10.00,2\nA1,S9,4.50,1\n")])
    before, after = say(workspace, CodeIs(code="S9", role="shipping"))
    assert (before["net_sales"], before["shipping"]) == (24.5, 0)
    assert (after["net_sales"], after["shipping"]) == (20, 4.5)


def test_one_column_in_cents_and_the_currency(workspace: Workspace, write: Write) -> None:
    text = "order_id,order_date,email,price,quantity,shipping,discount\n1,2024-01-05,a@b.test,1000,1,4.50,0\n"
    workspace.add([write("o.csv", text)])
    before, after = say(workspace, AmountsInCents(column="price"))
    assert (before["net_sales"], after["net_sales"]) == (1000, 10)
    assert before["shipping"] == after["shipping"] == 4.5
    # Of both corrections the wider one holds for all columns, and a column is divided once only.
    _, after = say(workspace, AmountsInCents())
    assert after["shipping"] == 0.045
    say(workspace, CurrencyIs(code="EUR"))
    assert workspace.tables().facts.currency == "EUR"
    with pytest.raises(CannotAnswer, match="in force already"):
        say(workspace, CurrencyIs(code="EUR"))


def test_a_shopify_file_in_cents(workspace: Workspace, write: Write) -> None:
    """It failed once: products of decimals are wider in the engine than Ibis believes, and columns did not fit."""
    text = (
        "Name,Email,Financial Status,Created at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Refunded Amount\n"
        "#1,a@b.test,paid,2024-01-05 10:00:00 +0100,EUR,2250,499,0,2749,TEN,250,2,Tea,1250,T1,0,1000\n"
        "#2,c@b.test,paid,2024-01-06 10:00:00 +0100,EUR,1250,0,0,1250,,0,1,Tea,1250,T1,0,0\n"
    )
    workspace.add([write("orders_export.csv", text)])
    before, after = say(workspace, AmountsInCents())
    assert (before["net_sales"], after["net_sales"]) == (2 * 1250 - 250 - 1000 + 1250, 25.0)
    assert after["shipping"] == 4.99


def test_what_cannot_be_read_with_it_changes_nothing(workspace: Workspace, write: Write) -> None:
    text = "order_id,order_date,email,price,currency\n1,2024-01-05,a@b.test,10,GBP\n2,2024-01-06,b@b.test,20,EUR\n"
    workspace.add([write("o.csv", text)])
    rows = everything(workspace.tables())
    with pytest.raises(DataRefused, match="several currencies"):
        say(workspace, CurrencyIs(code="EUR"))
    with pytest.raises(CopilotError):
        say(workspace, ColumnIs(column="currency", field="ordered_at"))
    assert workspace.corrections() == []
    assert everything(workspace.tables()) == rows
    assert list((workspace.path / "staging").iterdir()) == []


def test_an_answer_is_remembered_for_the_header(workspace: Workspace, write: Write) -> None:
    header = "order_id,order_date,email,price\n"
    january = write("jan.csv", header + "1,03/01/2024,a@b.test,10\n")
    assert workspace.add([january])[0].upload_id is None
    workspace.add([january], answers={"date_order": "day first"})
    later = workspace.add([write("feb.csv", header + "2,03/02/2024,b@b.test,20\n")])[0]
    assert "as_you_said" in [problem.code for problem in later.problems]
    assert workspace.tables().facts.last_order == date(2024, 2, 3)
    other = workspace.add([write("other.csv", "order_id,order_date,email,amount\n9,03/02/2024,b@b.test,20\n")])[0]
    assert [question.code for question in other.questions] == ["date_order"]
    # Taking the answer back leaves the question open again, so the files could not be read: nothing changes.
    with pytest.raises(CannotAnswer, match="question open"):
        workspace.correct(figures, undo="c1")
    assert [one.words() for one in workspace.corrections()] == [
        "dates are written day first (files with the columns of `jan.csv`)"
    ]


def test_a_later_upload_with_the_same_header_gets_it_too(workspace: Workspace, write: Write) -> None:
    workspace.add([write("o.csv", SHOP)])
    say(workspace, AmountsInCents())
    say(workspace, LeaveOut(field="tags", value="wholesale"))
    more = "5,2024-03-01 10:00,x@b.test,K4,Tea,T100,1,1250,\n6,2024-03-02 10:00,y@b.test,K5,Tea,T100,1,1250,Wholesale\n"
    report = workspace.add([write("p.csv", HEADER.replace("tags", "Tags ") + more)])[0]
    assert [p.what for p in report.problems if p.code == "as_you_said"] == ["amounts are in cents"]
    # Another header is read as it stands, and still loses the orders left out of the shop.
    other = "order_id,order_date,email,amount,tags\n7,2024-03-03,z@b.test,70,\n8,2024-03-04,z@b.test,80,wholesale\n"
    workspace.add([write("q.csv", other)])
    both = lines_of(SHOP + more)
    kept = both[~both.tags.str.contains("Wholesale")]
    assert figures(workspace.tables())["net_sales"] == pytest.approx(kept.value.sum() / 100 + 70)


def test_a_file_without_column_names_is_corrected_alone(workspace: Workspace, write: Write) -> None:
    rows = "".join(f"{1000 + n} 199701{n % 28 + 1:02d} 1 {11 + n}.77\n" for n in range(40))
    more = "".join(f"{2000 + n} 199702{n % 28 + 1:02d} 1 {11 + n}.77\n" for n in range(40))
    workspace.add([write("one.txt", rows)])
    before, after = say(workspace, AmountsInCents())
    assert after["net_sales"] == pytest.approx(before["net_sales"] / 100)
    workspace.add([write("two.txt", more)])
    assert figures(workspace.tables())["net_sales"] == pytest.approx(before["net_sales"] * 1.01)


def test_later_words_win_over_earlier_ones() -> None:
    def one(correction: Correction, *headers: str) -> Applied:
        return Applied(correction=correction, headers=headers, made_at=NOW)

    said = [
        one(CurrencyIs(code="EUR"), "h"), one(ShopZone(zone="Europe/Berlin")), one(AmountsInCents(), "other"),
        one(CurrencyIs(code="GBP"), "h", "g"), one(ShopZone(zone="UTC")), one(LeaveOut(field="tags", value="vip")),
        one(LeaveOut(field="tags", value="VIP")), one(CodeIs(code="A", role="fee")),
        one(CodeIs(code="a", role="shipping")),
    ]  # fmt: skip
    assert answers_for("h", said) == {"currency": "GBP", "time_zone": "UTC", "times_in": "UTC"}
    assert shop_rules(said) == (
        ShopZone(zone="UTC"), LeaveOut(field="tags", value="VIP"), CodeIs(code="a", role="shipping"),
    )  # fmt: skip


@pytest.mark.parametrize("moment", ["moves", "commit"])
def test_a_crash_in_the_swap_leaves_the_old_state(
    workspace: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    workspace.add([write("o.csv", SHOP)])
    key, rows = workspace.key(), everything(workspace.tables())
    real, moved = Path.rename, []

    def rename(self: Path, target: Any) -> Any:
        if "staging" in self.parts and "staging" not in Path(target).parts:
            moved.append(target)
            if len(moved) == 2:
                raise OSError("killed")
        return real(self, target)

    def swap(*_: object, **__: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(*((Path, "rename", rename) if moment == "moves" else (Manifest, "swap", swap)))
        with pytest.raises(OSError, match="killed"):
            say(workspace, AmountsInCents())
    assert moment == "commit" or len(moved) == 2
    for seen in (workspace, Workspace.open(workspace.path.parent)):
        assert seen.key() == key
        assert seen.corrections() == []
        assert everything(seen.tables()) == rows
    # What the crash left behind is swept up by the next writer, also where it removes the upload.
    workspace.remove(workspace.uploads()[0].upload_id)
    assert [path.name for path in workspace.path.rglob("u*") if "~" in path.name or path.suffix == ".upload"] == []


def test_what_changes_meanwhile_is_not_overwritten(workspace: Workspace, write: Write) -> None:
    workspace.add([write("o.csv", SHOP)])
    with workspace.corrector().trying(applied(workspace, AmountsInCents())) as trial:
        Workspace.open(workspace.path.parent).add([write("p.csv", SHOP.replace("2024-", "2020-"))])
        with pytest.raises(WorkspaceBusy):
            trial.apply()
    assert workspace.corrections() == []
    assert len(workspace.uploads()) == 2


def _read_on(home: str, stop: Any, found: Any) -> None:
    workspace = Workspace.open(Path(home))
    while not stop.is_set():
        found.put(figures(workspace.tables())["net_sales"])
    found.put(-1.0)


def test_readers_go_on_while_corrections_come_and_go(tmp_path: Path, write: Write) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([write("o.csv", SHOP)])
    context = multiprocessing.get_context("spawn")
    stop, found = context.Event(), context.Queue()
    reader = context.Process(target=_read_on, args=(str(tmp_path / "home"), stop, found), daemon=True)
    reader.start()
    seen = [found.get(timeout=120)]

    def drain() -> None:
        while (value := found.get(timeout=120)) != -1.0:
            seen.append(value)

    thread = threading.Thread(target=drain)
    thread.start()
    say(workspace, AmountsInCents())
    workspace.correct(figures, undo="c1")
    stop.set()
    thread.join(timeout=120)
    reader.join(timeout=120)
    assert reader.exitcode == 0
    # Never anything but the one state or the other.
    assert {round(value, 4) for value in seen} <= {11247.0, 112.47}


def test_a_workspace_of_the_first_version_is_opened_and_corrected(tmp_path: Path, write: Write) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.add([write("o.csv", SHOP)])
    tables = workspace.tables()
    refs = dict(
        tables.customers.select("customer_key", "customer_ref").to_pyarrow().to_pandas().itertuples(index=False)
    )
    workspace.close()
    with sqlite3.connect(workspace.path / "manifest.sqlite") as old:
        for column in ("place", "header", "columns", "reading"):
            old.execute(f"ALTER TABLE uploads DROP COLUMN {column}")
        old.execute("DROP TABLE corrections")
        old.execute("PRAGMA user_version=1")
    again = Workspace.open(tmp_path / "home")
    before, after = say(again, AmountsInCents())
    assert (before["net_sales"], after["net_sales"]) == (11247, pytest.approx(112.47))
    tables = again.tables()
    # Customers keep their numbers, and whoever writes to them still finds the address.
    assert refs == dict(
        tables.customers.select("customer_key", "customer_ref").to_pyarrow().to_pandas().itertuples(index=False)
    )
    assert again.identities(refs).email.tolist() == ["shared@shop.test"]
