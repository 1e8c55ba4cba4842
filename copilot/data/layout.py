"""How a text file is laid out: encoding, separator, lines above the header, header row; found by looking."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copilot.data.kinds import HEAD_BYTES
from copilot.errors import DataRefused

SAMPLE_CHARACTERS: Final = 262_144
MAX_COLUMNS: Final = 500
SEPARATORS: Final = (",", ";", "\t", "|")
WHITESPACE: Final = " "
_CHUNK: Final = 1024 * 1024

_NUMBER: Final = re.compile(r"^[-+(]?[^\w\s]?\s?\d[\d.,\s']*%?\)?$")
_DATE: Final = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$")


@dataclass(frozen=True)
class Layout:
    """What must be known to read a text file as a table. `skip` counts physical lines before the first data row."""

    encoding: str
    separator: str
    columns: tuple[str, ...]
    header: bool
    skip: int
    preamble: int

    @property
    def separator_name(self) -> str:
        """The separator in words."""
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", WHITESPACE: "blanks"}
        return names[self.separator]


def encoding_of(path: Path) -> str:
    """utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, cp1252 or latin-1, decided on the whole file."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1::2].count(0) > 0.4 * max(1, len(head) // 2):
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * max(1, len(head) // 2):
        return "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    return "latin-1"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def layout_of(path: Path, encoding: str) -> Layout:
    """Separator, header and columns of a text file. Raises DataRefused when there is no table in it."""
    with path.open("r", encoding=encoding, errors="replace", newline="") as stream:
        sample = stream.read(SAMPLE_CHARACTERS)
        whole = not stream.read(1)
    if not sample.strip():
        raise DataRefused(f"{path.name} holds nothing but blanks.", "Export it again.", code="empty_file")
    skip = 0
    stated = re.match(r"sep=(.)\r?\n", sample)
    if stated:
        sample, skip = sample[stated.end() :], 1
    separator = stated.group(1) if stated and stated.group(1) in SEPARATORS else _separator(sample)
    rows = _rows(sample, separator, whole=whole)
    if not rows:
        raise DataRefused(f"{path.name} holds no rows.", "Export it again.", code="empty_file")
    width = _width(rows)
    if width > MAX_COLUMNS:
        raise DataRefused(
            f"{path.name} has {width} columns; at most {MAX_COLUMNS} are read.",
            "Export fewer columns.",
            code="too_wide",
        )
    # Rows may end in separators the names lack: as many cells are needed as the rows fill.
    used = max((_last_filled(cells) for cells, _ in rows[1:]), default=width)
    need = min(width, used)
    first = next((i for i, (cells, _) in enumerate(rows) if len(cells) >= need and _filled(cells) > need / 2), 0)
    cells, end_line = rows[first]
    header = _is_header(cells)
    cells = [*cells, *[""] * (width - len(cells))]
    names = _names(cells if header else [f"column {i + 1}" for i in range(len(cells))])
    before = rows[first - 1][1] if first else 0
    return Layout(encoding, separator, names, header, skip + (end_line if header else before), first)


def _separator(sample: str) -> str:
    """The separator under which most rows have the same number (two or more) of cells."""
    best, best_score = ",", 0.0
    for separator in (*SEPARATORS, WHITESPACE):
        widths = Counter(len(cells) for cells, _ in _rows(sample, separator, whole=False)[:200])
        total = sum(widths.values())
        if not total:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        # A steady layout decides; among steady ones more columns win. Blanks only when nothing else fits.
        score = 0.0 if width < 2 else count / total * (1 + min(width, 20) / 100)
        if separator == WHITESPACE:
            score = score if count / total > 0.95 else 0.0
            if best_score > 0.5:
                continue
        if score > best_score:
            best, best_score = separator, score
    return best


def _rows(sample: str, separator: str, *, whole: bool) -> list[tuple[list[str], int]]:
    """Rows of the sample with the physical line each ends on; the last, perhaps cut, row is left out."""
    if separator == WHITESPACE:
        lines = sample.splitlines()
        found = [(line.split(), number) for number, line in enumerate(lines, 1) if line.strip()]
    else:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        found = []
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    found.append(([cell.strip() for cell in cells], reader.line_num))
        except csv.Error:
            return found
    return found if whole or len(found) < 2 else found[:-1]


def _width(rows: list[tuple[list[str], int]]) -> int:
    """The number of cells most rows have."""
    widths = Counter(len(cells) for cells, _ in rows)
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0]


def _last_filled(cells: list[str]) -> int:
    return max((position for position, cell in enumerate(cells, 1) if cell), default=0)


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def looks_like_value(cell: str) -> bool:
    """True for a cell that is a number or a date, which a column name hardly ever is."""
    return bool(_NUMBER.match(cell) or _DATE.match(cell))


def _is_header(cells: list[str]) -> bool:
    """A first row is a header unless a third or more of its cells are numbers, dates or e-mail addresses."""
    filled = [cell for cell in cells if cell]
    values = sum(looks_like_value(cell) or "@" in cell for cell in filled)
    return bool(filled) and values < len(filled) / 3


def _names(cells: list[str]) -> tuple[str, ...]:
    """Column names, unique: an empty one is numbered, a repeated one gets `(2)`."""
    seen: Counter[str] = Counter()
    names = []
    for position, cell in enumerate(cells, 1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"column {position}"
        seen[name.lower()] += 1
        names.append(name if seen[name.lower()] == 1 else f"{name} ({seen[name.lower()]})")
    return tuple(names)
