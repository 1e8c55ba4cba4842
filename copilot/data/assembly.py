"""Builds the canonical tables of a set of uploads once, keeps them on disk and hands them out."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from copilot.data.corrections import Correction, ShopZone
from copilot.data.currency import in_one_currency
from copilot.data.engine import QUICK_COMPRESSION, connect, held_rows, read, write
from copilot.data.list_prices import LIST_PRICES, need_list_prices
from copilot.data.manifest import Entry
from copilot.data.merge import Parts, canonical_tables
from copilot.data.names import NameMask
from copilot.data.order_parts import PARTS, seen_twice
from copilot.data.rules import with_codes, without_orders
from copilot.data.tables import NO_AMOUNTS, SCHEMAS, ShopFacts, SourceFile, Tables, schema

_PLAIN: Final = re.compile(r"^[a-z0-9_-]{1,60}$")
KEPT_SETS: Final = 2


def assemble(
    home: Path, entries: list[Entry], key: str, rules: tuple[Correction, ...] = (), derived: Path | None = None
) -> Tables:
    """The tables of these uploads under the shop's rules; built at the first call for this `key`, read from disk later.

    `derived` is another folder than the workspace's own to keep them in, for tables that are only tried.
    """
    folder = (derived or home / "derived") / key
    connection = connect(home)
    if not (folder / "facts.json").exists():
        _build(home, entries, folder, (rules, connection))
        _forget(folder.parent, folder)
    built = {name: read(connection, [folder / f"{name}.parquet"]) for name in SCHEMAS}
    facts = _facts(home.name, entries, rules, json.loads((folder / "facts.json").read_text(encoding="utf-8")))
    lock = threading.RLock()

    def keep(name: str, build: Callable[[], ir.Table]) -> ir.Table:
        safe = name if _PLAIN.match(name) else hashlib.sha256(name.encode()).hexdigest()[:24]
        path = folder / f"kept-{safe}.parquet"
        if not path.exists():
            fresh = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            write(build(), fresh, QUICK_COMPRESSION)
            fresh.replace(path)
        return read(connection, [path])

    return Tables(key=key, facts=facts, keep=keep, lock=lock, **built)


def _build(home: Path, entries: list[Entry], folder: Path, how: tuple[tuple[Correction, ...], Backend]) -> None:
    """Write all canonical tables into a fresh folder and rename it into place."""
    rules, connection = how
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}-{threading.get_ident()}")
    fresh.mkdir(mode=0o700)
    try:
        names = {entry.source.upload_id: entry.source.file for entry in entries}
        parts = with_codes(_parts(home, entries, connection), rules, connection)
        parts, converted = in_one_currency(parts, names, connection)
        tables = without_orders(canonical_tables(parts, connection), rules, parts, connection)
        tables["feedback"] = _without_names(home, entries, tables["feedback"], connection)
        for name in SCHEMAS:
            write(tables[name], fresh / f"{name}.parquet")
        facts = {**order_facts(tables["orders"]), "converted": converted, "list_prices": parts.list_prices}
        (fresh / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
        try:
            fresh.rename(folder)
        except OSError:
            if not (folder / "facts.json").exists():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _without_names(home: Path, entries: list[Entry], feedback: ir.Table, connection: Backend) -> ir.Table:
    """Feedback with the names of all known customers masked, whichever file came first."""
    files = [(e.home or home) / "private" / "identities" / f"{e.place}.parquet" for e in entries]
    present = [path for path in files if path.exists()]
    rows = feedback.to_pyarrow()
    if not present or rows.num_rows == 0:
        return feedback
    people = read(connection, present).select("customer_key", "first_name", "last_name").distinct().to_pyarrow()
    # A last name without a first one is a company's and holds everyday words.
    named = [person for person in people.to_pylist() if person["first_name"]]
    mask = NameMask((person["first_name"], person["last_name"]) for person in named)
    authors = {person["customer_key"]: (person["first_name"], person["last_name"]) for person in named}
    nobody = (None, None)
    texts = [
        text if text is None else mask(text, authors.get(key, nobody))
        for text, key in zip(rows["text"].to_pylist(), rows["customer_key"].to_pylist(), strict=True)
    ]
    position = rows.schema.get_field_index("text")
    return held_rows(connection, rows.set_column(position, "text", pa.array(texts, pa.string())))


def _parts(home: Path, entries: list[Entry], connection: Backend) -> Parts:
    """Each kind of table over all uploads that have it, with the sequence of the upload."""
    order = held_rows(
        connection,
        pa.table(
            {
                "upload_id": pa.array([entry.source.upload_id for entry in entries], pa.string()),
                "sequence": pa.array([entry.sequence for entry in entries], pa.int64()),
                "format": pa.array([entry.source.format for entry in entries], pa.string()),
                "customer_list": pa.array([entry.source.role == "customers" for entry in entries], pa.bool_()),
            }
        ),
    )
    parts: dict[str, ir.Table] = {}
    counts: dict[str, int] = {}
    for name in (*SCHEMAS, *PARTS, "lookups", "key_links"):
        again = _seen_twice(entries)[0] if name in ("orders", "order_items") else frozenset()
        files = [_file(home, e, name) for e in entries if name in e.tables and e.source.upload_id not in again]
        counts[name] = len(files)
        if files:
            parts[name] = read(connection, files)
        elif name in SCHEMAS:
            parts[name] = held_rows(connection, schema(name).to_pyarrow().empty_table())
    refs = [_file(home, e, "customer_refs") for e in entries]
    if refs:
        parts["customer_refs"] = read(connection, refs).distinct()
    only_items = any("order_items" in e.tables and "orders" not in e.tables for e in entries)
    formats = len({e.source.format for e in entries if "orders" in e.tables})
    list_prices = bool(counts["products"]) and need_list_prices(parts)
    return Parts(parts, counts, order, only_items, formats, list_prices)


def _seen_twice(entries: list[Entry]) -> tuple[frozenset[str], str | None]:
    """Uploads of payments that repeat the orders of others, and the sentence that says so."""
    return seen_twice((e.source.upload_id, e.source.format) for e in entries if "orders" in e.tables)


def _file(home: Path, entry: Entry, name: str) -> Path:
    """Where a table of an upload lies; free text with the names still in it lies in the private folder."""
    home = entry.home or home
    if name == "feedback":
        return home / "private" / "feedback" / f"{entry.place}.parquet"
    return home / "uploads" / entry.place / f"{name}.parquet"


def order_facts(orders: ir.Table) -> dict[str, Any]:
    """First and last day with an order and the currencies, commonest first, as plain values."""
    real = orders.filter(orders.kind == "order")
    row = real.aggregate(first=real.ordered_at.min(), last=real.ordered_at.max()).to_pyarrow().to_pylist()[0]
    priced = orders.filter(orders.currency.notnull())
    money = priced.group_by("currency").aggregate(n=priced.count())
    currencies = [r["currency"] for r in money.order_by(ibis.desc("n"), "currency").to_pyarrow().to_pylist()]
    first, last = row["first"], row["last"]
    return {
        "priced": bool(orders.gross_sales.notnull().any().execute()),
        "first_order": first.date().isoformat() if first else None,
        "last_order": last.date().isoformat() if last else None,
        "currencies": currencies,
    }


def _facts(workspace: str, entries: list[Entry], rules: tuple[Correction, ...], found: dict[str, Any]) -> ShopFacts:
    notes = tuple(dict.fromkeys(note for entry in entries for note in entry.notes))
    again = _seen_twice(entries)[1]
    notes = notes if again is None else (*notes, again)
    if found["priced"]:  # a file of order lines or payments may hold what the orders file lacks
        notes = tuple(note for note in notes if note != NO_AMOUNTS)
    if found.get("list_prices"):
        notes = (*notes, LIST_PRICES)
    shop = "your shop" if workspace == "default" else workspace
    facts = shop_facts(shop, tuple(entry.source for entry in entries), found, notes)
    said = tuple(words for rule in rules if (words := rule.receipt()) is not None)
    zone = next((rule.zone for rule in rules if isinstance(rule, ShopZone)), None)
    return replace(facts, rules=(*said, *found.get("converted", ())), time_zone=zone)


def shop_facts(shop: str, sources: tuple[SourceFile, ...], found: dict[str, Any], notes: tuple[str, ...]) -> ShopFacts:
    """The facts of a shop, from those of its orders (`order_facts`)."""
    currencies = tuple(found["currencies"])
    first, last = (date.fromisoformat(found[k]) if found[k] else None for k in ("first_order", "last_order"))
    return ShopFacts(
        shop=shop,
        currency=currencies[0] if len(currencies) == 1 else None,
        currencies=currencies,
        first_order=first,
        last_order=last,
        analysis_date=last,
        time_zone=None,
        sources=sources,
        notes=notes,
    )


def keep_derived(built: Path, derived: Path) -> None:
    """Take tables that were built aside into the workspace's own, unless it has them already."""
    kept = derived / built.name
    if not kept.exists():
        try:
            built.rename(kept)
        except OSError:  # another process was first
            if not kept.exists():
                raise
    _forget(derived, kept)


def _forget(derived: Path, current: Path) -> None:
    """Keep the newest sets of derived tables only; an older one is rebuilt in seconds if it comes back."""
    others = sorted(
        (p for p in derived.iterdir() if p.is_dir() and p != current and "." not in p.name),
        key=lambda p: p.stat().st_mtime,
    )
    for folder in others[: max(0, len(others) - KEPT_SETS + 1)]:
        shutil.rmtree(folder, ignore_errors=True)
