"""Runs in a process of its own, with bounds: lists the sheets of a workbook, or writes one of them as CSV.

Started by path, so it imports nothing of the project. A crafted workbook may abort the parser; only this process
dies. Formulas are never calculated (the values stored with them are read), macros and links are never opened.
Reads one JSON request on stdin, prints one JSON line; exit code 3 if the workbook is refused.
"""

from __future__ import annotations

import csv
import datetime
import json
import math
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

BYTES_A_CELL = 32  # at least what the parser holds for each cell of the rectangle a sheet spans
CHUNK = 1 << 20
OVERLAP = 4096
HEAD_ROWS = 20
SHEET_ROWS = 1_048_576
FAULT = re.compile(r"#(?:N/A|DIV/0!|REF!|NAME\?|VALUE!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|Err:5\d\d")
_CELL_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d')
_ROW = re.compile(rb'<row [^>]*?r="(\d{1,9})"')
_FAULT_CELL = re.compile(rb'<c [^>]*t="e"')
_FORMULA = re.compile(rb"<f[ >/]")
_NO_VALUE = re.compile(rb"(?:</f>|<f(?: [^>]*)?/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


class Refused(Exception):
    """The workbook breaks a bound."""


def cell_text(value: object) -> str:
    """A cell as it would stand in a CSV file: numbers with the 15 digits a spreadsheet has, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return format(Decimal(f"{value:.15g}"), "f") if abs(value) < 1e20 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def listed(book: CalamineWorkbook, source: str) -> dict[str, Any]:
    """Names of the sheets that are shown, of those that are hidden, and whether there are macros or links."""
    shown: list[str] = []
    hidden: list[str] = []
    for sheet in book.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        (shown if sheet.visible == SheetVisibleEnum.Visible else hidden).append(sheet.name)
    names: list[str] = []
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
    macros = any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names)
    links = sum(name.startswith("xl/externalLinks/external") for name in names)
    return {"shown": shown, "hidden": hidden, "macros": macros, "links": links}


def _letters(position: int) -> str:
    text = ""
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_file(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of the archive that holds a sheet."""

    def tree(name: str) -> ElementTree.Element:
        with archive.open(name) as stream:
            text = stream.read(8 * CHUNK)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise Refused("It holds XML definitions that no workbook needs.")
        return ElementTree.fromstring(text)  # noqa: S314 - no definitions, bounded process

    try:
        links = {link.get("Id"): link.get("Target", "") for link in tree("xl/_rels/workbook.xml.rels")}
        for found in tree("xl/workbook.xml").iter():
            if found.tag.endswith("}sheet") and found.get("name") == sheet:
                key = next((value for name, value in found.attrib.items() if name.endswith("}id")), None)
                target = links.get(key, "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return path if path in archive.namelist() else None
    except (KeyError, ElementTree.ParseError, UnicodeDecodeError):
        return None
    return None


def looked_over(source: str, sheet: str, bounds: dict[str, int]) -> dict[str, int]:
    """Look over the text of a sheet of an .xlsx before it is parsed: how far it spans, faults, formulas.

    Raises Refused where the rectangle from the first cell to the farthest would not fit into memory: the parser
    would be killed in the attempt.
    """
    found = {"faults": 0, "formulas": 0, "no_value": 0}
    if not zipfile.is_zipfile(source):
        return found
    with zipfile.ZipFile(source) as archive:
        name = _sheet_file(archive, sheet)
        if name is None:
            return found
        columns: set[bytes] = set()
        last_row, tail = 0, b""
        with archive.open(name) as stream:
            while chunk := stream.read(CHUNK):
                text = tail + chunk
                cut = text.rfind(b"</c>") + 4 if len(text) > OVERLAP and b"</c>" in text else 0
                text, tail = (text[:cut], text[cut:]) if cut else (b"", text)
                if len(tail) > 64 * CHUNK:
                    raise Refused("A cell is too large.")
                _count(text, columns, found)
                last_row = max(last_row, max(map(int, _ROW.findall(text)), default=0))
        _count(tail, columns, found)
        last_row = max(last_row, max(map(int, _ROW.findall(tail)), default=0))
    widest = max(map(_number, columns), default=0)
    if last_row > SHEET_ROWS or last_row * widest * BYTES_A_CELL > bounds["memory"]:
        raise Refused(
            f"The sheet {sheet!r} reaches to the cell {_letters(widest)}{last_row:,}, far beyond any table: delete the "
            "empty rows below and the empty columns beside the table."
        )
    return found


def _count(text: bytes, columns: set[bytes], found: dict[str, int]) -> None:
    columns.update(_CELL_COLUMN.findall(text))
    found["faults"] += len(_FAULT_CELL.findall(text))
    if b"<f" in text:
        found["formulas"] += len(_FORMULA.findall(text))
        found["no_value"] += len(_NO_VALUE.findall(text))


class Merged:
    """Cells that a sheet shows as one: values go down to each row they stand for; names on two lines become one."""

    def __init__(self, sheet: CalamineSheet) -> None:
        top, left = sheet.start or (0, 0)
        ranges = sheet.merged_cell_ranges or []
        self._width = sheet.width
        self.ranges = [
            ((a - top, b - left), (c - top, d - left)) for (a, b), (c, d) in ranges if a >= top and b >= left
        ]
        self._down = {}
        for (first, column), (last, _) in self.ranges:
            if last > first:
                self._down[first, column] = last
        self._open: dict[int, tuple[int, object]] = {}
        self._leftmost: dict[int, int] = {}
        for (first, column), (last, _) in self.ranges:
            if last > first:
                self._leftmost[first] = min(column, self._leftmost.get(first, column))
        self.filled = 0

    def filled_down(self, number: int, row: list[Any]) -> list[Any]:
        """The row with the values of cells merged over it; amounts count once, in their first row."""
        if not self._down:
            return row
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif column < len(row) and row[column] == "":
                row[column] = value
                self.filled += 1
        for column, value in enumerate(row):
            last = self._down.get((number, column), number)
            number_like = isinstance(value, float) and self._leftmost.get(number) != column
            if last > number and value != "" and not number_like:
                self._open[column] = (last, value)
        return row

    def one_header(self, head: list[list[Any]], known: set[str]) -> tuple[list[list[Any]], list[str]]:
        """The first rows with groups of column names ("Customer" over "Name" and "City") joined into one row."""
        wide: dict[int, list[tuple[int, int]]] = {}
        for (first, column), (last, end) in self.ranges:
            if end > column and last == first and end - column + 1 < self._width and first + 1 < len(head):
                wide.setdefault(first, []).append((column, end))
        for number in sorted(wide):
            group, names = head[number], head[number + 1]
            texts = [value for value in names if value != ""]
            if len(texts) < 2 or not all(isinstance(value, str) for value in (*texts, *group)):
                continue
            over: dict[int, str] = {}
            for column, end in wide[number]:
                over.update(dict.fromkeys(range(column, end + 1), str(group[column]).strip()))
            row: list[Any] = []
            for column, value in enumerate(names):
                name, above = str(value).strip(), over.get(column, "")
                both = f"{above} {name}".strip()
                repeated = sum(str(other).strip().lower() == name.lower() for other in names) > 1
                if name and above and (plain(both) in known or repeated):
                    row.append(both)
                else:
                    row.append(name or above or group[column])
            return [*head[:number], row, *head[number + 2 :]], [str(name) for name in row]
        return head, []


def plain(name: str) -> str:
    """A column name in lower case, words separated by single blanks."""
    return " ".join(re.findall(r"[^\W_]+", name.lower()))


def _chosen(book: CalamineWorkbook, shown: list[str], wanted: str | None) -> CalamineSheet:
    if wanted is not None:
        if wanted not in book.sheet_names:
            raise Refused(f"It has no sheet {wanted!r}.")
        return book.get_sheet_by_name(wanted)
    if len(shown) == 1:
        return book.get_sheet_by_name(shown[0])
    sheets = [book.get_sheet_by_name(name) for name in shown]
    if not sheets:
        raise Refused("All of its sheets are hidden.")
    return max(sheets, key=lambda sheet: sheet.height or 0)


def _rows(sheet: CalamineSheet, known: set[str], done: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of a sheet, names on two lines joined, merged cells repeated in each row they stand for."""
    merged = Merged(sheet)
    head: list[list[Any]] = []
    for number, cells in enumerate(sheet.iter_rows()):
        row = merged.filled_down(number, list(cells))
        if number < HEAD_ROWS:
            head.append(row)
            continue
        if head:
            head, done["joined"] = merged.one_header(head, known)
            yield from head
            head = []
        yield row
    if head:
        head, done["joined"] = merged.one_header(head, known)
        yield from head
    done["filled"] = merged.filled


def written(book: CalamineWorkbook, request: dict[str, Any]) -> dict[str, Any]:
    """Write a sheet (the wanted one, else the longest that is shown) as CSV."""
    bounds, source = request["bounds"], request["source"]
    contents = listed(book, source)
    shown = contents["shown"]
    wanted = request.get("sheet")
    looks = {name: looked_over(source, name, bounds) for name in ([wanted] if wanted else shown)}
    sheet = _chosen(book, shown, wanted)
    if (sheet.width or 0) > bounds["columns"]:
        raise Refused(f"The sheet {sheet.name!r} has {sheet.width:,} columns; at most {bounds['columns']:,} are read.")
    if (sheet.height or 0) > bounds["rows"]:
        raise Refused(f"The sheet {sheet.name!r} has {sheet.height:,} rows; at most {bounds['rows']:,} are read.")
    done: dict[str, Any] = {"sheet": sheet.name, "filled": 0, "joined": [], **looks[sheet.name], **contents}
    done["position"] = book.sheet_names.index(sheet.name)
    done["first"] = sheet.name == shown[0] or not wanted  # the one report that speaks of the whole workbook
    done["others"] = [] if wanted else [name for name in shown if name != sheet.name]
    out = 0
    with Path(request["target"]).open("w", encoding="utf-8", newline="") as stream:
        stream.write("sep=,\r\n")
        writer = csv.writer(stream)
        for row in _rows(sheet, set(request["names"]), done):
            texts = []
            for cell in row:
                text = cell_text(cell)
                if text.startswith(("#", "Err:")) and FAULT.fullmatch(text):
                    done["faults"] += 1
                    text = ""
                if len(text) > bounds["cell"]:
                    raise Refused(f"A cell of the sheet {sheet.name!r} holds {len(text):,} characters.")
                out += len(text) + 1
                texts.append(text)
            if out > bounds["unpacked"]:
                raise Refused(f"The sheet {sheet.name!r} is too large.")
            writer.writerow(texts)
    return done


def main() -> int:
    """Do what the module says; the parent reads the line."""
    request = json.loads(sys.stdin.read())
    bounds = request["bounds"]
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["seconds"], bounds["seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with CalamineWorkbook.from_path(request["source"]) as book:
            found = listed(book, request["source"]) if request["task"] == "list" else written(book, request)
    except PasswordError:
        found = {"refused": "It is protected by a password: save it without one."}
    except Refused as error:
        found = {"refused": str(error)}
    except (
        CalamineError,
        OSError,
        ValueError,
        MemoryError,
        OverflowError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        found = {"refused": "", "fault": type(error).__name__}
    sys.stdout.write(json.dumps(found) + "\n")
    return 3 if "refused" in found else 0


if __name__ == "__main__":
    raise SystemExit(main())
