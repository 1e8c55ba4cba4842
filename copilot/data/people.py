"""The names of the shop's own customers, so that they can be kept out of what is sent to a model."""

from __future__ import annotations

import threading
from typing import Final

import pyarrow.parquet as pq

from copilot.data.workspace import Workspace

_COLUMNS: Final = ["first_name", "last_name"]


class KnownNames:
    """Full names in the identities of a workspace, casefolded; read again when the set of uploads changes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._key = ""
        self._names: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def __call__(self) -> frozenset[str]:
        """The names, words joined by one blank."""
        with self._lock:
            key = self._workspace.key()
            if key != self._key:
                self._names = self._read()
                self._key = key
            return self._names

    def _read(self) -> frozenset[str]:
        names: set[str] = set()
        for path in sorted((self._workspace.private / "identities").glob("*.parquet")):
            columns = pq.read_table(path, columns=_COLUMNS).to_pydict()
            for first, last in zip(columns["first_name"], columns["last_name"], strict=True):
                full = " ".join(f"{first or ''} {last or ''}".split()).casefold()
                if " " in full:
                    names.add(full)
        return frozenset(names)
