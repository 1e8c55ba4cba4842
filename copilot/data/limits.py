"""How much one upload may hold: bytes, rows, columns, cells, and what it may unpack to; refusals name the setting."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from copilot.errors import DataRefused
from copilot.settings import Settings

MIB: Final = 1024**2
GIB: Final = 1024**3
FREE_RATIO_BYTES: Final = 64 * MIB  # what a small archive may unpack to, however well it is packed
SEARCH_BYTES: Final = 1 * MIB


@dataclass(frozen=True)
class Limits:
    """Bounds of one upload. `file_bytes` also bounds what each file of an archive unpacks to.

    `unpacked_bytes` is for all files of one archive together, `ratio` the unpacked size divided by the packed one,
    `cell_bytes` for one cell or one line of text, `seconds` and `memory_bytes` for the process that parses a
    workbook or a Parquet file, `files` for what one archive or folder holds.
    """

    file_bytes: int = 4 * GIB
    rows: int = 50_000_000
    columns: int = 2_000
    cell_bytes: int = 1 * MIB
    unpacked_bytes: int = 16 * GIB
    ratio: int = 200
    seconds: int = 300
    memory_bytes: int = 3 * GIB
    workbook_bytes: int = 1 * GIB
    files: int = 5_000
    depth: int = 2
    sheets: int = 50

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The bounds that settings state."""
        return cls(
            file_bytes=settings.max_upload_bytes,
            rows=settings.max_rows,
            columns=settings.max_columns,
            cell_bytes=settings.max_cell_bytes,
            unpacked_bytes=settings.max_unpacked_bytes,
            ratio=settings.max_ratio,
        )


DEFAULT: Final = Limits()
ALREADY_IN: Final = Limits(file_bytes=sys.maxsize, rows=sys.maxsize, columns=sys.maxsize, cell_bytes=GIB)
"""For raw files stored earlier, under whatever limits: they are read again."""


def size_text(size: float) -> str:
    """1.5 GB, 20 MB, 3 kB, 17 bytes."""
    for unit, name in ((GIB, "GB"), (MIB, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:,.1f}".removesuffix(".0") + f" {name}"
    return f"{size:,.0f} bytes"


def check_size(size: int, name: str, limits: Limits) -> None:
    """Refuse a file that is empty or larger than `file_bytes`."""
    if size == 0:
        raise DataRefused(f"{name} is empty (0 bytes).", "Export it again; nothing was stored.", code="empty_file")
    if size > limits.file_bytes:
        raise DataRefused(
            f"{name} has {size_text(size)}; at most {size_text(limits.file_bytes)} are taken in at once.",
            "Export shorter periods (overlaps are resolved) or raise COPILOT_MAX_UPLOAD_BYTES.",
            code="too_large",
        )


def check_rows(rows: int, name: str, limits: Limits) -> None:
    """Refuse more than `rows` rows."""
    if rows > limits.rows:
        raise DataRefused(
            f"{name} has more than {limits.rows:,} rows; that is as many as one file may have.",
            "Export shorter periods (overlaps are resolved) or raise COPILOT_MAX_ROWS. Nothing was stored.",
            code="too_many_rows",
        )


def check_columns(columns: int, name: str, limits: Limits) -> None:
    """Refuse more than `columns` columns."""
    if columns > limits.columns:
        raise DataRefused(
            f"{name} has {columns:,} columns; at most {limits.columns:,} are read.",
            "Export only the columns you need, or raise COPILOT_MAX_COLUMNS. Nothing was stored.",
            code="too_wide",
        )


def check_lines(path: Path, name: str, limits: Limits) -> None:
    """Refuse a text file with a line longer than twice `cell_bytes`, before anything holds that line in memory."""
    most = 2 * limits.cell_bytes
    line, length, ends = 1, 0, b"\n"
    with path.open("rb") as stream:
        head = stream.read(min(SEARCH_BYTES, most))
        if b"\n" not in head and b"\r" in head:
            ends = b"\r"
        stream.seek(0)
        while chunk := stream.read(min(SEARCH_BYTES, most)):
            first = chunk.find(ends)
            length += len(chunk) if first < 0 else first
            if length > most:
                raise DataRefused(
                    f"Line {line:,} of {name} is longer than {size_text(most)}; no line of an export is.",
                    "Look for line breaks that got lost or a quotation mark left open, and export it again, or raise "
                    "COPILOT_MAX_CELL_BYTES. Nothing was stored.",
                    code="long_line",
                )
            if first >= 0:
                line += chunk.count(ends)
                length = len(chunk) - chunk.rfind(ends) - 1


class Budget:
    """What may still be unpacked from one archive; counted on what really comes out, not on what it claims."""

    def __init__(self, packed: int, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._packed = max(1, packed)
        self._out = 0

    def take(self, size: int) -> None:
        """Count bytes that came out; DataRefused once they are too many, or too many for so small an archive."""
        self._out += size
        limits = self._limits
        if self._out > limits.unpacked_bytes:
            raise DataRefused(
                f"{self._name} unpacks to more than {size_text(limits.unpacked_bytes)}.",
                "Add the files inside in several parts, or raise COPILOT_MAX_UNPACKED_BYTES. Nothing was stored.",
                code="too_large_unpacked",
            )
        if self._out > FREE_RATIO_BYTES and self._out / self._packed > limits.ratio:
            raise DataRefused(
                f"{self._name} unpacks to more than {limits.ratio} times its size, as no export does.",
                "If you trust it, unpack it yourself and add the files inside, or raise COPILOT_MAX_RATIO. "
                "Nothing was stored.",
                code="too_large_unpacked",
            )


def in_child(script: str, request: dict[str, Any], name: str, what: str, limits: Limits) -> dict[str, Any]:
    """What a parsing script of this folder replies, run in a process of its own with bounds on time and memory.

    Crafted files are known to abort parsers, so no parser of binary files runs in this process. DataRefused, in
    words, if it refuses, dies, or takes too long.
    """
    bounds = {"memory": limits.memory_bytes, "seconds": limits.seconds, "rows": limits.rows, "columns": limits.columns}
    command = [sys.executable, "-I", str(Path(__file__).with_name(script))]
    request = {**request, "bounds": {**bounds, "cell": limits.cell_bytes, "unpacked": limits.unpacked_bytes}}
    try:
        done = subprocess.run(
            command, input=json.dumps(request), capture_output=True, text=True, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DataRefused(
            f"{name} took longer than {limits.seconds} seconds to read.",
            "Save it as CSV and add that; nothing was stored.",
            code="too_slow",
        ) from error
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {"refused": ""}
    if done.returncode != 0 or "refused" in found:
        raise DataRefused(
            f"{name} could not be read as {what}.",
            f"{found.get('refused', '')} Save it as CSV and add that; nothing was stored.".strip(),
            code="unreadable",
        )
    return found
