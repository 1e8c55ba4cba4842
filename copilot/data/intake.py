"""One upload from bytes to canonical Parquet files in a staging folder, with its intake report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data import privacy
from copilot.data.corrections import Applied, answers_for, header_key, reading_key
from copilot.data.engine import Use, connect, read, write
from copilot.data.footers import without_footers
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.registry import format_of
from copilot.data.limits import DEFAULT, Limits
from copilot.data.manifest import Read
from copilot.data.progress import current
from copilot.data.quality import one, summary
from copilot.data.reading import RawFile, read_raw
from copilot.data.remembered import as_said
from copilot.data.report import NOT_USED, IntakeReport
from copilot.data.tables import IDENTITY_COLUMNS
from copilot.data.text_rows import HASH
from copilot.data.undoing import explained

_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True)
class Prepared:
    """An upload ready to be applied: `tables` and `identities` lie in `folder`."""

    report: IntakeReport
    content_hash: str
    folder: Path
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    customers: tuple[tuple[str, str | None], ...]
    read: Read = field(default_factory=Read)


def content_hash(path: Path, sheet: str | None = None) -> str:
    """SHA-256 of the bytes, and of the name of the sheet if it is one of several."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    if sheet is not None:
        digest.update(b"\0sheet " + sheet.encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Door:
    """What the workspace gives to an upload on its way in."""

    home: Path
    salt: str
    answers: Mapping[str, str]
    limits: Limits = DEFAULT
    said: tuple[Applied, ...] = ()  # the corrections in force


def prepare(source: Path, name: str, folder: Path, door: Door, sheet: str | None = None) -> Prepared:
    """Read, recognise, take identities off, map and write. Raises DataRefused; writes into `folder` only."""
    digest = content_hash(source, sheet)
    raw = read_raw(source, folder, name, limits=door.limits, sheet=sheet)
    meter = current()
    meter.enter("working out", raw.rows)
    engine = connect(door.home, use=Use.INTAKE)
    upload_id = f"u{digest[:12]}"
    try:
        table, raw = without_footers(read(engine, [raw.path]), raw)
        header = header_key(raw.columns, named=raw.header, upload_id=upload_id)
        answers = answers_for(header, door.said) | dict(door.answers)
        stored = table if HASH in table.columns else None
        upload = Upload(upload_id, name, raw, table, engine, door.salt, answers, stored)
        mapped = as_said(format_of(raw.columns).map(upload), upload, header, door.said)
        report = _report(upload, mapped).model_copy(update={"sheet": sheet})
        used = report.upload_id is not None
        meter.enter("storing")
        tables = _write(upload_id, mapped, folder) if used else ()
        customers = _customers(mapped) if used else ()
    finally:
        engine.disconnect()
    raw.path.unlink()
    how = Read(header=header, columns=raw.columns, reading=reading_key(answers))
    return Prepared(report, digest, folder, tables, tuple(dict.fromkeys(mapped.notes)), customers, how)


def _report(upload: Upload, mapped: Mapped) -> IntakeReport:
    raw: RawFile = upload.raw
    stored = not mapped.questions and mapped.role != NOT_USED
    kept = mapped.kept if stored else 0
    return IntakeReport(
        upload_id=upload.upload_id if stored else None,
        file=upload.name,
        role=mapped.role,
        format=mapped.format,
        summary=summary(upload, mapped),
        rows=raw.rows,
        kept=kept,
        set_aside=raw.rows - kept,
        problems=explained((*raw.problems, *mapped.problems)),
        questions=tuple(mapped.questions),
        columns=mapped.columns,
    )


def _write(upload_id: str, mapped: Mapped, folder: Path) -> tuple[str, ...]:
    """Parquet files of an upload: canonical tables, key links and lookups; identities apart."""
    tables = folder / "tables"
    tables.mkdir()
    names = []
    for name, table in mapped.tables.items():
        # Free text may still name somebody: it stays in the private folder, assembly masks the names it knows.
        place = folder if name == "feedback" else tables
        write(table.mutate(upload_id=ibis.literal(upload_id)), place / f"{name}.parquet")
        names.append(name)
        current().step()
    for name, table in mapped.parts.items():
        links = name == "key_links"
        write(table if links else table.mutate(upload_id=ibis.literal(upload_id)), tables / f"{name}.parquet")
        names.append(name)
    if mapped.lookups is not None:
        write(mapped.lookups.mutate(upload_id=ibis.literal(upload_id)), tables / "lookups.parquet")
        names.append("lookups")
    if mapped.identities is not None:
        people = mapped.identities
        known = people.mutate(upload_id=ibis.literal(upload_id))
        write(known.select(*IDENTITY_COLUMNS), folder / "identities.parquet")
        links = people.filter(people.id_key.notnull() & (people.id_key != people.customer_key))
        if "key_links" not in mapped.parts and one(links.aggregate(n=links.count()))["n"]:
            write(links.select(from_key=links.id_key, to_key=links.customer_key), tables / "key_links.parquet")
            names.append("key_links")
    return tuple(names)


def _customers(mapped: Mapped) -> tuple[tuple[str, str | None], ...]:
    """Customer keys with the shop's short number, in the order of appearance."""
    if mapped.identities is None:
        return ()
    people: ir.Table = mapped.identities
    listed = people.select("customer_key", "first_row", code=privacy.short_code(people.shop_customer_id))
    rows = listed.order_by("first_row").to_pyarrow()
    return tuple(zip(rows["customer_key"].to_pylist(), rows["code"].to_pylist(), strict=True))
