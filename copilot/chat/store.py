"""Keeps conversations: what the user said, every event of each turn as it happened, and the evidence."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from copilot.chat.events import Event, ProblemShown
from copilot.errors import CannotAnswer, CopilotError, WorkspaceBusy
from copilot.evidence.ledger import Recorded, load_recorded

Status = Literal["running", "complete", "failed", "interrupted"]

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    text TEXT NOT NULL, status TEXT NOT NULL, started TEXT NOT NULL, process INTEGER NOT NULL, checkpoint TEXT
);
CREATE TABLE IF NOT EXISTS events (
    turn INTEGER NOT NULL REFERENCES turns(id) ON DELETE CASCADE, number INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (turn, number)
);
CREATE TABLE IF NOT EXISTS evidence (
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, id TEXT NOT NULL, item TEXT NOT NULL,
    PRIMARY KEY (conversation, id)
);
CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation, id);
"""
_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Event)
_STALE: Final = timedelta(minutes=15)
_TITLE_LENGTH: Final = 60
_INTERRUPTED: Final = ProblemShown(
    code="interrupted",
    what="The program stopped before this answer was complete.",
    advice="Ask again: your data and everything above are still here.",
)


@dataclass(frozen=True)
class Conversation:
    """One conversation in a list."""

    id: str
    title: str
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Turn:
    """What the user said and what happened then, in order. `checkpoint` marks the engine's memory after it."""

    id: int
    text: str
    status: Status
    started: datetime
    events: tuple[Event, ...]
    checkpoint: str | None


class ConversationStore:
    """SQLite (WAL, every commit synced): the user's words are on disk before the answer begins, and each event
    before the next one. Threads may share a store; several processes may open the same file.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._mine: set[int] = set()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5.0)
        path.chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        found = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if found > _VERSION:
            self._connection.close()
            raise CopilotError(
                "The conversations were stored by a newer version.", "Update cmo-copilot; nothing was changed."
            )
        self._connection.executescript(_SCHEMA)
        self._connection.execute(f"PRAGMA user_version={_VERSION}")
        with self._transaction():
            self._mark_interrupted()

    def create(self, title: str = "") -> str:
        """A new, empty conversation; gives its id, which cannot be guessed."""
        conversation, now = secrets.token_urlsafe(12), _now()
        with self._transaction() as connection:
            connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", (conversation, title, now, now))
        return conversation

    def begin_turn(self, conversation: str, text: str) -> int:
        """Store what the user said; gives the turn's number. The first message becomes the title.

        Raises CannotAnswer for an unknown conversation, WorkspaceBusy while an earlier turn is being answered.
        """
        now = _now()
        with self._transaction() as connection:
            self._title(conversation)
            self._mark_interrupted(conversation)
            running = "SELECT 1 FROM turns WHERE conversation = ? AND status = 'running'"
            if connection.execute(running, (conversation,)).fetchone():
                raise WorkspaceBusy("The last question of this conversation is still being answered.", "Wait for it.")
            cursor = connection.execute(
                "INSERT INTO turns (conversation, text, status, started, process) VALUES (?, ?, 'running', ?, ?)",
                (conversation, text, now, os.getpid()),
            )
            connection.execute(
                "UPDATE conversations SET updated = ?, title = CASE title WHEN '' THEN ? ELSE title END WHERE id = ?",
                (now, _short(text), conversation),
            )
            turn = int(cursor.lastrowid or 0)
            self._mine.add(turn)
        return turn

    def append(self, turn: int, *events: Event, evidence: Iterable[Recorded] = ()) -> None:
        """Store the next events of a turn, and what the conversation's ledger recorded meanwhile, in one commit."""
        with self._transaction() as connection:
            for item in evidence:
                connection.execute(
                    "INSERT OR IGNORE INTO evidence SELECT conversation, ?, ? FROM turns WHERE id = ?",
                    (item.id, item.model_dump_json(), turn),
                )
            for event in events:
                self._append(connection, turn, event)

    def finish_turn(self, turn: int, status: Status, checkpoint: str | None = None, last: Event | None = None) -> None:
        """Close a turn, together with its last event."""
        with self._transaction() as connection:
            if last is not None:
                self._append(connection, turn, last)
            connection.execute("UPDATE turns SET status = ?, checkpoint = ? WHERE id = ?", (status, checkpoint, turn))
            self._mine.discard(turn)

    def checkpoint(self, conversation: str) -> str | None:
        """The engine's memory after the last complete turn, None if there is none."""
        query = (
            "SELECT checkpoint FROM turns WHERE conversation = ? AND checkpoint IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
        with self._lock:
            row = self._connection.execute(query, (conversation,)).fetchone()
        return None if row is None else str(row[0])

    def evidence(self, conversation: str) -> list[Recorded]:
        """The ledger's items in the order they were recorded."""
        query = "SELECT item FROM evidence WHERE conversation = ? ORDER BY rowid"
        with self._lock:
            rows = self._connection.execute(query, (conversation,)).fetchall()
        return [load_recorded(json.loads(row[0])) for row in rows]

    def noticed(self, conversation: str, code: str) -> bool:
        """True if a notice of this code was shown in the conversation."""
        query = (
            "SELECT 1 FROM events JOIN turns ON turns.id = events.turn WHERE turns.conversation = ?"
            " AND json_extract(event, '$.type') = 'notice' AND json_extract(event, '$.code') = ? LIMIT 1"
        )
        with self._lock:
            return self._connection.execute(query, (conversation, code)).fetchone() is not None

    def list(self, search: str = "") -> list[Conversation]:
        """Conversations, last used first; with `search` those whose title, questions or answers contain it."""
        query = "SELECT id, title, created, updated FROM conversations AS c"
        wanted: tuple[str, ...] = ()
        if search.strip():
            pattern = "%" + search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            query += (
                " WHERE title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turns WHERE conversation = c.id AND"
                " (text LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM events WHERE turn = turns.id AND"
                " json_extract(event, '$.type') = 'text' AND json_extract(event, '$.text') LIKE ? ESCAPE '\\')))"
            )
            wanted = (pattern,) * 3
        with self._lock:
            rows = self._connection.execute(query + " ORDER BY updated DESC, rowid DESC", wanted).fetchall()
        return [
            Conversation(row[0], row[1], datetime.fromisoformat(row[2]), datetime.fromisoformat(row[3])) for row in rows
        ]

    def turns(self, conversation: str) -> tuple[Turn, ...]:
        """All turns with their events, oldest first; raises CannotAnswer for an unknown conversation."""
        with self._lock:
            self._title(conversation)
            rows = self._connection.execute(
                "SELECT id, text, status, started, checkpoint FROM turns WHERE conversation = ? ORDER BY id",
                (conversation,),
            ).fetchall()
            return tuple(
                Turn(row[0], row[1], row[2], datetime.fromisoformat(row[3]), self._events(row[0]), row[4])
                for row in rows
            )

    def title(self, conversation: str) -> str:
        """Its title; raises CannotAnswer for an unknown conversation."""
        with self._lock:
            return self._title(conversation)

    def rename(self, conversation: str, title: str) -> None:
        """Give it another title."""
        with self._transaction() as connection:
            self._title(conversation)
            connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (_short(title), conversation))

    def delete(self, conversation: str) -> None:
        """Remove it with everything in it; deleted content is overwritten on disk."""
        with self._transaction() as connection:
            self._title(conversation)
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def everything(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each conversation's id with every text stored of it: titles, questions, events and evidence, as stored."""
        query = (
            "SELECT id, title FROM conversations UNION ALL SELECT conversation, text FROM turns UNION ALL"
            " SELECT turns.conversation, event FROM events JOIN turns ON turns.id = events.turn UNION ALL"
            " SELECT conversation, item FROM evidence"
        )
        with self._lock:
            rows = self._connection.execute(query).fetchall()
        for conversation in dict.fromkeys(row[0] for row in rows):
            yield conversation, tuple(text for one, text in rows if one == conversation)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection:  # the connection commits, or rolls back when something is raised
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    def _append(self, connection: sqlite3.Connection, turn: int, event: Event) -> None:
        connection.execute(
            "INSERT INTO events SELECT ?, COALESCE(MAX(number), 0) + 1, ? FROM events WHERE turn = ?",
            (turn, event.model_dump_json(), turn),
        )

    def _events(self, turn: int) -> tuple[Event, ...]:
        rows = self._connection.execute("SELECT event FROM events WHERE turn = ? ORDER BY number", (turn,))
        return tuple(_EVENT.validate_json(row[0]) for row in rows)

    def _title(self, conversation: str) -> str:
        row = self._connection.execute("SELECT title FROM conversations WHERE id = ?", (conversation,)).fetchone()
        if row is None:
            raise CannotAnswer("There is no such conversation.", "Start a new one.", code="unknown_conversation")
        return str(row[0])

    def _mark_interrupted(self, conversation: str | None = None) -> None:
        """Close turns whose process is gone: killed, crashed, or this process before it was restarted."""
        running = self._connection.execute(
            "SELECT id, process, started FROM turns"
            " WHERE status = 'running' AND conversation = COALESCE(?, conversation)",
            (conversation,),
        ).fetchall()
        for turn, process, started in running:
            if turn in self._mine:
                continue
            age = datetime.now(UTC) - datetime.fromisoformat(started)
            if process == os.getpid() or not _alive(process) or age > _STALE:
                self._append(self._connection, turn, _INTERRUPTED)
                self._connection.execute("UPDATE turns SET status = 'interrupted' WHERE id = ?", (turn,))


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat()
