"""The SQLite manifest of a workspace: its uploads, one transaction each, and the screen numbers of customers."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from copilot.data.report import IntakeReport
from copilot.data.tables import SourceFile
from copilot.errors import CopilotError, WorkspaceBusy

SCHEMA_VERSION: Final = 1
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
"""


@dataclass(frozen=True)
class Entry:
    """One applied upload. `sequence` grows with each upload; `tables` are those it has a Parquet file of."""

    source: SourceFile
    sequence: int
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    report: IntakeReport


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
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

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
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT upload_id, file, role, format, rows, kept, uploaded_at, sequence, tables, notes, report "
                "FROM uploads ORDER BY sequence"
            ).fetchall()
        return [
            Entry(
                SourceFile(r[0], r[1], r[2], r[3], r[4], r[5], datetime.fromisoformat(r[6])),
                r[7],
                tuple(json.loads(r[8])),
                tuple(json.loads(r[9])),
                IntakeReport.model_validate_json(r[10]),
            )
            for r in rows
        ]

    def find(self, content_hash: str) -> IntakeReport | None:
        """The report of the upload with this content, if it was applied."""
        with self._connection() as connection:
            row = connection.execute("SELECT report FROM uploads WHERE content_hash = ?", (content_hash,)).fetchone()
        return IntakeReport.model_validate_json(row[0]) if row else None

    def insert(self, report: IntakeReport, content_hash: str, tables: Iterable[str], notes: Iterable[str]) -> None:
        """Apply an upload: from this commit on its files count."""
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO uploads "
                "SELECT ?, coalesce(max(sequence), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM uploads",
                (
                    report.upload_id,
                    report.file,
                    report.role,
                    report.format,
                    report.rows,
                    report.kept,
                    content_hash,
                    datetime.now(UTC).isoformat(),
                    json.dumps(list(tables)),
                    json.dumps(list(notes)),
                    report.model_dump_json(),
                ),
            )

    def delete(self, upload_id: str) -> bool:
        """Take an upload out; False if there is none of this id."""
        with self._connection() as connection:
            return connection.execute("DELETE FROM uploads WHERE upload_id = ?", (upload_id,)).rowcount > 0

    def refs(self, customers: Iterable[tuple[str, str | None]]) -> dict[str, str]:
        """The screen name of each customer key: kept once given, the shop's own short number, else the next number.

        `customers` are (customer_key, short code or None) in the order of their first appearance.
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
            connection.executemany("INSERT INTO customer_refs VALUES (?, ?)", fresh)
        return given
