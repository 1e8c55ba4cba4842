"""Makes small workbooks byte by byte (.xlsx, .xls, .ods), for the tests of intake and as seeds of its fuzzer."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ERRORS: Final = {"#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#N/A": 0x2A}


@dataclass(frozen=True)
class Formula:
    """A formula with the value its program stored with it; None where it stored none."""

    text: str
    cached: float | str | None = None


@dataclass(frozen=True)
class Fault:
    """An error cell such as #N/A."""

    text: str = "#N/A"


@dataclass(frozen=True)
class Sheet:
    """A sheet: rows of None, text, numbers, yes/no, dates, Formula or Fault; `merged` are references like A1:B1."""

    name: str
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    merged: tuple[str, ...] = ()
    extra: str = field(default="", compare=False)


def column(position: int) -> str:
    """Letters of the column at a position counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def serial(value: date) -> float:
    """Days since the zero of Excel's calendar."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return (moment - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001


def _xlsx_cell(reference: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula):
        cached = "" if value.cached is None else f"<v>{escape(str(value.cached))}</v>"
        kind = ' t="str"' if isinstance(value.cached, str) else ""
        return f'<c r="{reference}"{kind}><f>{escape(value.text)}</f>{cached}</c>'
    if isinstance(value, Fault):
        return f'<c r="{reference}" t="e"><v>{value.text}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{reference}" s="2"><v>{serial(value)!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{reference}" s="1"><v>{serial(value):.0f}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{reference}"><v>{value!r}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _xlsx_sheet(sheet: Sheet) -> str:
    rows = "".join(
        f'<row r="{y}">' + "".join(_xlsx_cell(f"{column(x)}{y}", value) for x, value in enumerate(row)) + "</row>"
        for y, row in enumerate(sheet.rows, 1)
    )
    cells = "".join(f'<mergeCell ref="{reference}"/>' for reference in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{cells}</mergeCells>' if cells else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}{sheet.extra}</sheetData>{merged}</worksheet>'


def xlsx(*sheets: Sheet, more: dict[str, bytes] | None = None) -> bytes:
    """An Excel workbook; `more` are further files of the archive."""
    numbers = range(1, len(sheets) + 1)
    state = {True: ' state="hidden"', False: ""}
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}"{state[sheet.hidden]} r:id="r{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in numbers
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="s1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": _xlsx_sheet(sheet) for n, sheet in zip(numbers, sheets, strict=True)},
    }
    return zipped({**{name: text.encode() for name, text in files.items()}, **(more or {})})


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP archive, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def ods(*sheets: Sheet) -> bytes:
    """A LibreOffice workbook: text, numbers, yes/no and dates."""
    tables = []
    for sheet in sheets:
        rows = "".join(
            "<table:table-row>" + "".join(_ods_cell(value) for value in row) + "</table:table-row>"
            for row in sheet.rows
        )
        style = ' table:style-name="ta2"' if sheet.hidden else ' table:style-name="ta1"'
        tables.append(f'<table:table table:name="{escape(sheet.name)}"{style}>{rows}</table:table>')
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{short}="{names}{short}:1.0"' for short in ("office", "table", "text", "style"))
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{names}manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind, name = "boolean", "boolean-value"
        text = "true" if value else "false"
    elif isinstance(value, (int, float)):
        kind, name, text = "float", "value", repr(value)
    elif isinstance(value, date):
        kind, name, text = "date", "date-value", value.isoformat()
    else:
        text = escape(str(value))
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    cell = f'<table:table-cell office:value-type="{kind}" office:{name}="{text}">'
    return f"{cell}<text:p>{text}</text:p></table:table-cell>"


def xls(*sheets: Sheet, more: tuple[str, ...] = ()) -> bytes:
    """An Excel 97-2003 workbook; `more` are names of further empty streams (a macro project, for example)."""
    tail = [_xls_sheet(sheet) for sheet in sheets]
    head = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)),
        _record(0x0042, struct.pack("<H", 0x04B0)),
        *(_record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14, 22)),
    ]
    lengths = [8 + len(sheet.name.encode("utf-16-le")) for sheet in sheets]
    offset = sum(map(len, head)) + sum(4 + length for length in lengths) + 4
    for sheet, stream in zip(sheets, tail, strict=True):
        name = sheet.name.encode("utf-16-le")
        head.append(_record(0x0085, struct.pack("<IBBBB", offset, int(sheet.hidden), 0, len(sheet.name), 1) + name))
        offset += len(stream)
    return compound({"Workbook": b"".join([*head, _record(0x000A, b""), *tail]), **dict.fromkeys(more, b"")})


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _xls_sheet(sheet: Sheet) -> bytes:
    width = max((len(row) for row in sheet.rows), default=0)
    records = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)),
        _record(0x0200, struct.pack("<IIHHH", 0, len(sheet.rows), 0, width, 0)),
    ]
    for y, row in enumerate(sheet.rows):
        records += [_xls_cell(y, x, value) for x, value in enumerate(row) if value is not None]
    if sheet.merged:
        ranges = b"".join(struct.pack("<HHHH", *_corners(reference)) for reference in sheet.merged)
        records.append(_record(0x00E5, struct.pack("<H", len(sheet.merged)) + ranges))
    return b"".join([*records, _record(0x000A, b"")])


def _corners(reference: str) -> tuple[int, int, int, int]:
    """Rows and columns, from 0, of a reference with one-letter columns: A1:B2 -> 0, 1, 0, 1."""
    first, _, last = reference.partition(":")
    return int(first[1:]) - 1, int(last[1:]) - 1, ord(first[0]) - 65, ord(last[0]) - 65


def _xls_cell(y: int, x: int, value: Any) -> bytes:
    if isinstance(value, Formula):
        number = value.cached if isinstance(value.cached, (int, float)) else 0.0
        code = b"\x1e\x01\x00"  # the number 1: what the formula says plays no part here
        return _record(0x0006, struct.pack("<HHHdHIH", y, x, 0, number, 0, 0, len(code)) + code)
    if isinstance(value, Fault):
        return _record(0x0205, struct.pack("<HHHBB", y, x, 0, _ERRORS[value.text], 1))
    if isinstance(value, bool):
        return _record(0x0205, struct.pack("<HHHBB", y, x, 0, int(value), 0))
    if isinstance(value, (int, float, date)):
        number = serial(value) if isinstance(value, date) else float(value)
        style = 2 if isinstance(value, datetime) else 1 if isinstance(value, date) else 0
        return _record(0x0203, struct.pack("<HHHd", y, x, style, number))
    text = str(value)
    return _record(0x0204, struct.pack("<HHHHB", y, x, 0, len(text), 1) + text.encode("utf-16-le"))


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file, the container of .xls, .doc and password-protected .xlsx; the first stream is padded."""
    sector, end, free, fat_mark = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    names = list(streams)
    body = streams[names[0]]
    body += bytes(max(4096, -(-len(body) // sector) * sector) - len(body))
    entries = [("Root Entry", 5, end, 0), (names[0], 2, 0, len(body)), *((name, 2, end, 0) for name in names[1:])]
    directory = b""
    for position, (name, kind, start, size) in enumerate(entries):
        text = name.encode("utf-16-le") + b"\0\0"
        right = position + 1 if 0 < position < len(entries) - 1 else free
        child = 1 if position == 0 else free
        directory += text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, free, right, child)
        directory += bytes(36) + struct.pack("<IQ", start, size)
    directory += bytes(-len(directory) % sector)
    data, tables = len(body) // sector, len(directory) // sector
    fats = 1
    while fats * 128 < data + tables + fats:
        fats += 1
    fat = [*range(1, data), end, *range(data + 1, data + tables), end, *[fat_mark] * fats]
    fat += [free] * (fats * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", fats, data, 0, 4096, end, 0, end, 0)
    first = data + tables
    header += struct.pack("<109I", *[first + n if n < fats else free for n in range(109)])
    return header + body + directory + struct.pack(f"<{len(fat)}I", *fat)
