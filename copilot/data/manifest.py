"""The SQLite manifest of a workspace: its uploads, one transaction each, and the screen numbers of customers."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from copilot.data.corrections import Applied
from copilot.data.report import IntakeReport
from copilot.data.tables import SourceFile
from copilot.errors import CopilotError, WorkspaceBusy

SCHEMA_VERSION: Final = 2
WAIT_SECONDS: Final = 10.0
FIRST_NUMBER: Final = 1001
_BUSY_MILLISECONDS: Final = 10_000

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS uploads (
    upload_id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,
    file TEXT NOT NULL,
    role TEXT NOT NULL,
    format TEXT NOT NULL,
    rows INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    content_hash TEXT NOT NULL UNIQUE,
    uploaded_at TEXT NOT NULL,
    tables TEXT NOT NULL,
    notes TEXT NOT NULL,
    report TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS customer_refs (customer_key TEXT PRIMARY KEY, customer_ref TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS forgotten (customer_key TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS corrections (sequence INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
"""
# Since version 2: where the files of an upload lie, its column names, and what it was read with.
_ADDED: Final = (
    ("place", "TEXT NOT NULL DEFAULT ''"),
    ("header", "TEXT NOT NULL DEFAULT ''"),
    ("columns", "TEXT NOT NULL DEFAULT '[]'"),
    ("reading", "TEXT NOT NULL DEFAULT ''"),
)


@dataclass(frozen=True)
class Read:
    """How an upload was read: name of its place on disk, header (see corrections), column names, what was known."""

    place: str = ""
    header: str = ""
    columns: tuple[str, ...] = ()
    reading: str = ""


@dataclass(frozen=True)
class Entry:
    """One applied upload. `sequence` grows with each upload; `tables` are those it has a Parquet file of.

    `home` is another folder than the workspace for an upload that was read anew and is not applied yet.
    """

    source: SourceFile
    sequence: int
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    report: IntakeReport
    read: Read = field(default_factory=Read)
    home: Path | None = None

    @property
    def place(self) -> str:
        """Name of the upload's folder, and of its files in the private folders."""
        return self.read.place or self.source.upload_id


@dataclass(frozen=True)
class New:
    """An upload as it is to stand in the manifest."""

    report: IntakeReport
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    read: Read = field(default_factory=Read)


def _row(upload: New) -> tuple[object, ...]:
    """The columns of an upload that reading it anew may change."""
    report, read = upload.report, upload.read
    return (
        report.file, report.role, report.format, report.rows, report.kept, json.dumps(upload.tables),
        json.dumps(upload.notes), report.model_dump_json(), read.place, read.header, json.dumps(read.columns),
        read.reading,
    )  # fmt: skip


def _remember(connection: sqlite3.Connection, applied: Applied) -> None:
    connection.execute("INSERT INTO corrections (body) VALUES (?)", (applied.model_dump_json(),))


def _replace(connection: sqlite3.Connection, uploads: Iterable[New]) -> None:
    for upload in uploads:
        connection.execute(
            "UPDATE uploads SET file=?, role=?, format=?, rows=?, kept=?, tables=?, notes=?, report=?, "
            "place=?, header=?, columns=?, reading=? WHERE upload_id=?",
            (*_row(upload), upload.report.upload_id),
        )


class Manifest:
    """Reads are never blocked by a writer (WAL); writers take turns through a lock file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "manifest.sqlite"
        self._lock = folder / "write.lock"
        with self._connection() as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise CopilotError(
                    "This workspace was written by a newer version of CMO copilot.",
                    "Update the program; nothing was changed.",
                )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.executescript(_SCHEMA)
            if version < SCHEMA_VERSION:
                self._add_columns(connection)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _add_columns(self, connection: sqlite3.Connection) -> None:
        """Bring a manifest of an older version up to date, once, whoever opens it first."""
        connection.execute("BEGIN IMMEDIATE")
        there = {row[1] for row in connection.execute("PRAGMA table_info(uploads)")}
        for name, kind in _ADDED:
            if name not in there:
                connection.execute(f"ALTER TABLE uploads ADD COLUMN {name} {kind}")
        connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_BUSY_MILLISECONDS / 1000)) as connection, connection:
            connection.execute("PRAGMA synchronous=FULL")
            yield connection

    @contextmanager
    def writing(self, *, wait: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold the workspace for writing. Raises WorkspaceBusy with the holder's process id after `wait` seconds."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            end = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= end:
                        holder = os.pread(descriptor, 32, 0).decode("ascii", "ignore").strip() or "unknown"
                        raise WorkspaceBusy(
                            f"Another process (pid {holder}) is writing to this workspace.",
                            "Wait until it is done, then try again. Nothing was changed.",
                        ) from None
                    time.sleep(0.05)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def entries(self) -> list[Entry]:
        """All uploads, oldest first."""
        return self.state()[0]

    def corrections(self) -> list[Applied]:
        """The corrections in force, in the order they were said."""
        return self.state()[1]

    def state(self) -> tuple[list[Entry], list[Applied]]:
        """Uploads and corrections as they stand together at one moment."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            rows = connection.execute(
                "SELECT upload_id, file, role, format, rows, kept, uploaded_at, sequence, tables, notes, report, "
                "place, header, columns, reading FROM uploads ORDER BY sequence"
            ).fetchall()
            said = connection.execute("SELECT sequence, body FROM corrections ORDER BY sequence").fetchall()
        entries = [
            Entry(
                SourceFile(r[0], r[1], r[2], r[3], r[4], r[5], datetime.fromisoformat(r[6])),
                r[7],
                tuple(json.loads(r[8])),
                tuple(json.loads(r[9])),
                IntakeReport.model_validate_json(r[10]),
                Read(r[11], r[12], tuple(json.loads(r[13])), r[14]),
            )
            for r in rows
        ]
        return entries, [Applied.model_validate_json(body).model_copy(update={"id": f"c{n}"}) for n, body in said]

    def find(self, content_hash: str) -> IntakeReport | None:
        """The report of the upload with this content, if it was applied."""
        with self._connection() as connection:
            row = connection.execute("SELECT report FROM uploads WHERE content_hash = ?", (content_hash,)).fetchone()
        return IntakeReport.model_validate_json(row[0]) if row else None

    def insert(self, content_hash: str, upload: New, said: Iterable[Applied] = ()) -> None:
        """Apply an upload: from this commit on its files count, and what was `said` of it is remembered."""
        report = upload.report
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO uploads (upload_id, sequence, content_hash, uploaded_at, file, role, format, rows, kept, "
                "tables, notes, report, place, header, columns, reading) "
                "SELECT ?, coalesce(max(sequence), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM uploads",
                (report.upload_id, content_hash, datetime.now(UTC).isoformat(), *_row(upload)),
            )
            for applied in said:
                _remember(connection, applied)

    def swap(self, uploads: Iterable[New], *, said: Applied | None = None, undone: str | None = None) -> None:
        """Put uploads that were read anew in the place of what they were, with the correction said or undone.

        One transaction: all of it counts from this commit on, or none.
        """
        with self._connection() as connection:
            _replace(connection, uploads)
            if said is not None:
                _remember(connection, said)
            if undone is not None:
                connection.execute("DELETE FROM corrections WHERE sequence = ?", (int(undone.removeprefix("c")),))

    def forget(self, uploads: Iterable[New], keys: Iterable[str]) -> tuple[str, ...]:
        """Put rewritten uploads in their place, mark the customer keys as forgotten and drop their screen names.

        One transaction; gives the screen names dropped, whose pages in the file are overwritten.
        """
        keys = sorted(keys)
        refs = self.refs_of(keys)
        with self._connection() as connection:
            _replace(connection, uploads)
            connection.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", [(key,) for key in keys])
            connection.executemany("DELETE FROM customer_refs WHERE customer_key = ?", [(key,) for key in keys])
        with self._connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return refs

    def forgotten(self) -> frozenset[str]:
        """Customer keys that are kept out of every upload."""
        with self._connection() as connection:
            return frozenset(row[0] for row in connection.execute("SELECT customer_key FROM forgotten"))

    def keys_of(self, ref: str) -> set[str]:
        """The customer key behind a screen name, if there is one."""
        with self._connection() as connection:
            found = connection.execute("SELECT customer_key FROM customer_refs WHERE customer_ref = ?", (ref,))
            return {row[0] for row in found}

    def refs_of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The screen names of customer keys."""
        with self._connection() as connection:
            names = [
                connection.execute("SELECT customer_ref FROM customer_refs WHERE customer_key = ?", (key,)).fetchone()
                for key in keys
            ]
        return tuple(sorted(row[0] for row in names if row))

    def delete(self, upload_id: str) -> bool:
        """Take an upload out; False if there is none of this id."""
        with self._connection() as connection:
            return connection.execute("DELETE FROM uploads WHERE upload_id = ?", (upload_id,)).rowcount > 0

    def refs(self, customers: Iterable[tuple[str, str | None]], *, keep: bool = True) -> dict[str, str]:
        """The screen name of each customer key: kept once given, the shop's own short number, else the next number.

        `customers` are (customer_key, short code or None) in the order of their first appearance. Without `keep` they
        are what would be given, and nothing is stored.
        """
        with self._connection() as connection:
            known: dict[str, str] = dict(connection.execute("SELECT customer_key, customer_ref FROM customer_refs"))
            taken = set(known.values())
            number = FIRST_NUMBER + len(taken)
            given: dict[str, str] = {}
            fresh: list[tuple[str, str]] = []
            for key, code in customers:
                ref = known.get(key)
                if ref is None:
                    ref = f"#{code}" if code and f"#{code}" not in taken else ""
                    while not ref or ref in taken:
                        ref = f"#{number}"
                        number += 1
                    taken.add(ref)
                    known[key] = ref
                    fresh.append((key, ref))
                given[key] = ref
            if keep:
                connection.executemany("INSERT INTO customer_refs VALUES (?, ?)", fresh)
        return given
