"""The engine's memory of conversations (LangGraph checkpoints in SQLite): one kept for each, rolled back on failure."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite import SqliteSaver


class Checkpoints:
    """A checkpoint store in which a thread is a conversation and holds the state after its last complete turn."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, timeout=5.0)
        path.chmod(0o600)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        self.saver = SqliteSaver(connection)
        self.saver.setup()

    def latest(self, thread: str) -> str | None:
        """Id of the newest checkpoint of a conversation."""
        found = self.saver.get_tuple(thread_config(thread))
        return None if found is None else str(found.config["configurable"]["checkpoint_id"])

    def roll_back(self, thread: str, to: str | None) -> None:
        """Forget everything after checkpoint `to` (ids grow with time); None forgets the whole thread.

        A turn that failed half-way leaves a question without an answer or a tool call without a result, which
        models refuse to go on from.
        """
        self._delete(thread, "checkpoint_id > ?", to or "")

    def prune(self, thread: str, keep: str) -> None:
        """Forget everything before checkpoint `keep`."""
        self._delete(thread, "checkpoint_id < ?", keep)

    def delete(self, thread: str) -> None:
        """Forget a conversation; its pages in the file and its journal are overwritten."""
        self.saver.delete_thread(thread)
        with self.saver.cursor() as cursor:
            cursor.connection.commit()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        with self.saver.lock:
            self.saver.conn.close()

    def _delete(self, thread: str, condition: str, value: str) -> None:
        with self.saver.cursor() as cursor:
            for table in ("checkpoints", "writes"):
                # both names and the condition are constants of this module
                cursor.execute(f"DELETE FROM {table} WHERE thread_id = ? AND {condition}", (thread, value))  # noqa: S608


def thread_config(thread: str) -> RunnableConfig:
    """The configuration that addresses a conversation."""
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
