"""Durable drafts: every version kept as self-contained JSON in SQLite (WAL), with its status."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from copilot.drafts.brief import CampaignBrief
from copilot.drafts.draft import DRAFT
from copilot.drafts.icp import ICP
from copilot.drafts.model import Status
from copilot.drafts.persona import Persona
from copilot.errors import DraftRefused, UnknownName

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS drafts (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, created TEXT NOT NULL, UNIQUE (kind, number)
);
CREATE TABLE IF NOT EXISTS versions (
    draft_id TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    version INTEGER NOT NULL, status TEXT NOT NULL, title TEXT NOT NULL, saved TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (draft_id, version)
);
"""


@dataclass(frozen=True)
class DraftEntry:
    """One line of the list of drafts: the newest version of each."""

    id: str
    kind: str
    title: str
    version: int
    status: Status
    saved: str


class DraftStore:
    """Drafts of one workspace. Saving never overwrites: a changed draft is a new version.

    Each call is one transaction on its own connection, so threads and processes may share the file.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.executescript(_SCHEMA)
        path.chmod(0o600)

    def save(self, draft: ICP | Persona | CampaignBrief) -> ICP | Persona | CampaignBrief:
        """Store a new draft (empty `id`) or a new version of a known one; give it back with id and version."""
        with self._connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            saved = self._now().isoformat(timespec="seconds")
            draft_id = draft.id or self._create(connection, draft.kind, saved)
            row = connection.execute(
                "SELECT d.kind, MAX(v.version) FROM drafts d LEFT JOIN versions v ON v.draft_id = d.id WHERE d.id = ?",
                (draft_id,),
            ).fetchone()
            if row[0] is None:
                raise UnknownName("draft", draft_id, self._ids(connection))
            if row[0] != draft.kind:
                raise DraftRefused(f"{draft_id} is of kind {row[0]}, not {draft.kind}.", "Save it as a new draft.")
            stored = draft.model_copy(update={"id": draft_id, "version": (row[1] or 0) + 1})
            connection.execute(
                "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)",
                (draft_id, stored.version, stored.status, stored.title, saved, stored.model_dump_json()),
            )
        return stored

    def get(self, draft_id: str, version: int | None = None) -> ICP | Persona | CampaignBrief:
        """A draft, the newest version by default. Raises UnknownName with the ids there are."""
        with self._connect() as connection:
            row = connection.execute(
                "SELECT body, status FROM versions WHERE draft_id = ? AND version = COALESCE(?, "
                "(SELECT MAX(version) FROM versions WHERE draft_id = ?))",
                (draft_id, version, draft_id),
            ).fetchone()
            if row is None:
                name = draft_id if version is None else f"{draft_id} version {version}"
                raise UnknownName("draft", name, self._ids(connection))
        return DRAFT.validate_json(row[0]).model_copy(update={"status": row[1]})

    def entries(self) -> tuple[DraftEntry, ...]:
        """The newest version of every draft, last saved first."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT v.draft_id, d.kind, v.title, v.version, v.status, v.saved FROM versions v "
                "JOIN drafts d ON d.id = v.draft_id "
                "WHERE v.version = (SELECT MAX(version) FROM versions WHERE draft_id = v.draft_id) "
                "ORDER BY v.saved DESC, v.rowid DESC"
            ).fetchall()
        return tuple(DraftEntry(*row) for row in rows)

    def versions(self, draft_id: str) -> tuple[DraftEntry, ...]:
        """Every version of one draft, newest first."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT v.draft_id, d.kind, v.title, v.version, v.status, v.saved FROM versions v "
                "JOIN drafts d ON d.id = v.draft_id WHERE v.draft_id = ? ORDER BY v.version DESC",
                (draft_id,),
            ).fetchall()
            if not rows:
                raise UnknownName("draft", draft_id, self._ids(connection))
        return tuple(DraftEntry(*row) for row in rows)

    def set_status(self, draft_id: str, status: Status) -> None:
        """Mark the newest version, e.g. as approved. The text does not change."""
        with self._connect() as connection:
            changed = connection.execute(
                "UPDATE versions SET status = ? WHERE draft_id = ? AND version = "
                "(SELECT MAX(version) FROM versions WHERE draft_id = ?)",
                (status, draft_id, draft_id),
            ).rowcount
            if not changed:
                raise UnknownName("draft", draft_id, self._ids(connection))

    def delete(self, draft_id: str) -> None:
        """Remove a draft with all its versions; its pages in the file are overwritten."""
        with self._connect() as connection:
            if not connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,)).rowcount:
                raise UnknownName("draft", draft_id, self._ids(connection))

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30.0, isolation_level="DEFERRED")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            with connection:
                yield connection
        finally:
            connection.close()

    @staticmethod
    def _create(connection: sqlite3.Connection, kind: str, saved: str) -> str:
        number = connection.execute(
            "SELECT COALESCE(MAX(number), 0) + 1 FROM drafts WHERE kind = ?", (kind,)
        ).fetchone()
        draft_id = f"{kind}-{number[0]}"
        connection.execute("INSERT INTO drafts VALUES (?, ?, ?, ?)", (draft_id, kind, number[0], saved))
        return draft_id

    @staticmethod
    def _ids(connection: sqlite3.Connection) -> list[str]:
        return [row[0] for row in connection.execute("SELECT id FROM drafts ORDER BY rowid DESC LIMIT 5")]
