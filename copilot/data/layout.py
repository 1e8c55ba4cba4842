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

from copilot.data.formats.synonyms import known_names
from copilot.data.kinds import HEAD_BYTES
from copilot.errors import DataRefused

SAMPLE_CHARACTERS: Final = 262_144
MAX_COLUMNS: Final = 100_000  # what is not believed to be a table at all; the user's limit is lower
SEPARATORS: Final = (",", ";", "\t", "|")
WHITESPACE: Final = " "
DAMAGED_UTF8: Final = "utf_8"  # the same to Python; here: UTF-8 with some broken signs
DAMAGED_BOM: Final = "utf_8_sig"  # the same after a byte order mark
_TABLE_SHARE: Final = 0.2  # of all lines, from which those of several cells are the table
_CHUNK: Final = 1024 * 1024
_SEARCHED_ROWS: Final = 40  # rows at the top among which the column names are looked for
_DAMAGED: Final = 0.1  # up to this share of broken signs, text that else is UTF-8 is read as UTF-8
_LEAST_SIGNS: Final = 10

_NUMBER: Final = re.compile(r"^[-+(]?[^\w\s]?\s?\d[\d.,\s']*%?\)?$")
_DATE: Final = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$")
_STATED: Final = re.compile(r"\ufeff?\"?sep=(.)\"?(\r\n|\r|\n)")
_ESCAPED: Final = re.compile(r"[^\\]\\\"(?![,;\t|\r\n]|$)")  # \" that is not the end of a cell
_DOUBLED: Final = re.compile(r"[^,;\t|\r\n\"]\"\"[^,;\t|\r\n]")


@dataclass(frozen=True)
class Layout:
    """What must be known to read a text file as a table. `skip` counts physical lines before the first data row.

    `escape` is the sign that stands before a quotation mark inside a cell, where it is not doubled. `rewritten` is
    True where the bytes must be written anew before they are parsed: not UTF-8, or lines that end in CR.
    """

    encoding: str
    separator: str
    columns: tuple[str, ...]
    header: bool
    skip: int
    preamble: int
    quote: str = '"'
    escape: str | None = None
    rewritten: bool = False

    @property
    def separator_name(self) -> str:
        """The separator in words."""
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", WHITESPACE: "blanks"}
        return names[self.separator]


def encoding_of(path: Path) -> str:
    """utf-8 (utf_8 if damaged), utf-8-sig, utf-16, utf-16-le, utf-16-be, cp1252 or latin-1: from the whole file."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig" if _decodes(path, "utf-8-sig") else DAMAGED_BOM
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1::2].count(0) > 0.4 * max(1, len(head) // 2):
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * max(1, len(head) // 2):
        return "utf-16-be"
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _nearly_utf8(path):
        return DAMAGED_UTF8
    return "cp1252" if _decodes(path, "cp1252") else "latin-1"


def _nearly_utf8(path: Path) -> bool:
    """True for text whose signs beyond ASCII are UTF-8 but for a few cut or damaged ones."""
    with path.open("rb") as stream:
        text = stream.read(4 * _CHUNK).decode("utf-8", "replace")
    beyond = sum(sign > "\x7f" for sign in text)
    return beyond >= _LEAST_SIGNS and text.count("\ufffd") <= _DAMAGED * beyond


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
    if not sample.strip("\ufeff \t\r\n\x00"):
        raise DataRefused(f"{path.name} holds nothing but blanks.", "Export it again.", code="empty_file")
    old_lines = sample.count("\r") - sample.count("\r\n") > sample.count("\n")
    if old_lines:
        sample = sample.replace("\r\n", "\n").replace("\r", "\n")
    skip = 0
    stated = _STATED.match(sample)
    if stated:
        sample, skip = sample[stated.end() :], 1
    quoting = _quoting(sample)
    separator = stated.group(1) if stated and stated.group(1) in SEPARATORS else _separator(sample, quoting)
    rows = _rows(sample, separator, quoting, whole=whole)
    if not rows:
        raise DataRefused(f"{path.name} holds no rows.", "Export it again.", code="empty_file")
    width = _width(rows)
    if width > MAX_COLUMNS:
        raise DataRefused(
            f"{path.name} has {width} columns; at most {MAX_COLUMNS} are read.",
            "Export fewer columns.",
            code="too_wide",
        )
    first = _first_row(rows, width)
    cells, end_line = rows[first]
    header = _is_header(cells)
    cells = [*cells, *[""] * (width - len(cells))]
    names = _names(cells if header else [f"column {i + 1}" for i in range(len(cells))])
    before = rows[first - 1][1] if first else 0
    return Layout(
        encoding,
        separator,
        names,
        header,
        skip + (end_line if header else before),
        first,
        quote=quoting.quote,
        escape=quoting.escape,
        rewritten=old_lines or encoding not in ("utf-8", "utf-8-sig"),
    )


def _first_row(rows: list[tuple[list[str], int]], width: int) -> int:
    """Position of the row of column names, or of the first row of a table without names.

    The first row that is wide enough; unless it holds no name anybody knows (a row of numbers or of `column` above
    the names) and a row below, with nothing but words in it, holds several.
    """
    # Rows may end in separators the names lack: as many cells are needed as the rows fill.
    used = max((_last_filled(cells) for cells, _ in rows[1:]), default=width)
    need = min(width, used)
    wide = [i for i, (cells, _) in enumerate(rows) if len(cells) >= need and _filled(cells) > need / 2]
    if not wide:
        return 0
    first = wide[0]
    if known_names(rows[first][0]):
        return first
    for i in wide[1:]:
        if i - first > _SEARCHED_ROWS:
            break
        cells = rows[i][0]
        if known_names(cells) >= min(2, need) and not any(looks_like_value(cell) or "@" in cell for cell in cells):
            return i
    return first


@dataclass(frozen=True)
class _Quoting:
    """The quotation mark of a file, and the sign before one inside a cell if it is not doubled."""

    quote: str = '"'
    escape: str | None = None


def _quoting(sample: str) -> _Quoting:
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    single = sum(bool(re.match(r"^'.*'[,;\t|]'.*'$", line)) for line in lines)
    if lines and single > 0.9 * len(lines):
        return _Quoting("'")
    return _Quoting(escape="\\" if _ESCAPED.search(sample) and not _DOUBLED.search(sample) else None)


def _separator(sample: str, quoting: _Quoting) -> str:
    """The separator under which most rows have the same number (two or more) of cells."""
    best, best_score = ",", 0.0
    for separator in (*SEPARATORS, WHITESPACE):
        rows = _rows(sample, separator, quoting, whole=False)[:200]
        widths = Counter(len(cells) for cells, _ in rows)
        total = len(rows)
        if not total:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        # A steady layout decides; among steady ones more columns win. Blanks only when nothing else fits.
        score = 0.0 if width < 2 else count / total * (1 + min(width, 20) / 100)
        # Decimal commas make steady columns too, but not in the row of names.
        score += 0.1 if score and len(rows[0][0]) == width else 0.0
        if separator == WHITESPACE:
            score = score if count / total > 0.95 else 0.0
            if best_score > 0.5:
                continue
        if score > best_score:
            best, best_score = separator, score
    return best


def _rows(sample: str, separator: str, quoting: _Quoting, *, whole: bool) -> list[tuple[list[str], int]]:
    """Rows of the sample with the physical line each ends on; the last, perhaps cut, row is left out."""
    if separator == WHITESPACE:
        lines = sample.splitlines()
        found = [(line.split(), number) for number, line in enumerate(lines, 1) if line.strip()]
    else:
        reader = csv.reader(
            io.StringIO(sample, newline=""), delimiter=separator, quotechar=quoting.quote, escapechar=quoting.escape
        )
        found = []
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    found.append(([cell.strip() for cell in cells], reader.line_num))
        except csv.Error:
            return found
    return found if whole or len(found) < 2 else found[:-1]


def _width(rows: list[tuple[list[str], int]]) -> int:
    """The number of cells most rows have, lines of one cell left aside."""
    widths = Counter(len(cells) for cells, _ in rows)
    tables = {width: count for width, count in widths.items() if width > 1 and count > 1}
    # A short table may stand below many lines of notes of one cell each.
    if tables and sum(tables.values()) >= _TABLE_SHARE * len(rows):
        return max(tables.items(), key=lambda item: (item[1], item[0]))[0]
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
    taken: set[str] = set()
    names = []
    for position, cell in enumerate(cells, 1):
        plain = " ".join(cell.replace("\ufeff", "").replace("\x00", "").split()) or f"column {position}"
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain} ({number})"
        taken.add(name.lower())
        names.append(name)
    return tuple(names)
