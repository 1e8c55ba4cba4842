"""What kind of file the bytes are, whatever the name says; anything that is not a table is refused with advice."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import Final, Literal

from copilot.data.limits import DEFAULT, Limits, check_size, size_text
from copilot.errors import DataRefused

Kind = Literal["text", "workbook", "parquet", "zip", "gzip"]

HEAD_BYTES: Final = 4096
MAX_TIGHT_BYTES: Final = 16 * 1024**2  # what a workbook may unpack to, however well it is packed
MAX_CONTENTS_BYTES: Final = 64 * 1024**2

_UNPACK: Final = "Unpack it first and add the file inside."
_CSV_ADVICE: Final = "Export the table as CSV (UTF-8) from your shop and add that file."

# First bytes -> what it is, and what to do instead.
_REFUSED: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF", "a PDF document", _CSV_ADVICE),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"{\\rtf", "a text document (RTF)", _CSV_ADVICE),
    (b"Obj\x01", "an Avro file", "Save it as Parquet or CSV and add that."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"SQLite format 3", "a SQLite database", _CSV_ADVICE),
    (b"\x89PNG", "a picture (PNG)", _CSV_ADVICE),
    (b"\xff\xd8\xff", "a picture (JPEG)", _CSV_ADVICE),
    (b"GIF8", "a picture (GIF)", _CSV_ADVICE),
    (b"ARROW1", "an Arrow file", "Save it as Parquet or CSV and add that."),
    (b"\x89HDF", "an HDF5 file", _CSV_ADVICE),
    (b"RDX", "an R data file", "Write the table as CSV from R and add that."),
    (b"\x7fELF", "a program", _CSV_ADVICE),
    (b"MZ", "a program", _CSV_ADVICE),
)
_MARKUP: Final = (
    b"<!doctype html", b"<html", b"<?xml", b"<table", b"<head", b"<body", b"<meta", b"<style", b"<div", b"<!--",
)  # fmt: skip


def kind_of(path: Path, limits: Limits = DEFAULT, name: str | None = None) -> Kind:
    """The kind of the file by its first bytes; `name` is what the user calls it.

    Raises DataRefused for anything that is not delimited text, a workbook, Parquet or an archive of such files, for
    an empty file and for one larger than the limits allow.
    """
    name = name or path.name
    if path.is_dir() or not path.exists():
        raise DataRefused(f"There is no file {name!r}.", "Check the path.", code="no_file")
    check_size(path.stat().st_size, name, limits)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path, name, limits)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _office_kind(path, name)
    if head[257:262] == b"ustar":
        raise _refusal(name, "a tar archive", _UNPACK)
    for magic, what, advice in _REFUSED:
        if head.startswith(magic):
            raise _refusal(name, what, advice)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", "replace").encode("utf-8", "replace") if wide else head
    start = text.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise _markup_refusal(name, start)
    if start.startswith((b"{", b"[{")) or re.match(rb"\[\s*[{\[]", start):
        raise _refusal(name, "a JSON file", _CSV_ADVICE)
    if not _looks_like_text(head):
        raise _refusal(name, "a binary file of an unknown kind", _CSV_ADVICE)
    return "text"


def entries_of(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """The table of contents of a ZIP archive. DataRefused if it is damaged or absurdly long."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 66_000))
        tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    length = struct.unpack_from("<I", tail, end + 12)[0] if 0 <= end <= len(tail) - 22 else 0
    long_end = tail.rfind(b"PK\x06\x06")
    if length == 0xFFFFFFFF and 0 <= long_end <= len(tail) - 56:
        length = struct.unpack_from("<Q", tail, long_end + 40)[0]
    if length > MAX_CONTENTS_BYTES:
        raise _refusal(name, "an archive with hundreds of thousands of files", _UNPACK)
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refusal(name, "a damaged archive", "Export it again.") from error


def _zip_kind(path: Path, name: str, limits: Limits) -> Kind:
    """A workbook or an archive of files; refused if it is a workbook that would unpack to too much."""
    entries = entries_of(path, name)
    names = {entry.filename for entry in entries}
    if any(n.startswith(("word/", "ppt/")) for n in names) and "[Content_Types].xml" in names:
        raise _refusal(name, "a Word or other Office document", _CSV_ADVICE)
    if any(n.endswith(".iwa") for n in names):
        raise _refusal(name, "an Apple Numbers or Pages document", "Export it from there as CSV and add that.")
    spreadsheet = "mimetype" in names and "content.xml" in names
    if not spreadsheet and not any(n.startswith("xl/") for n in names):
        return "zip"
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    tight = unpacked > MAX_TIGHT_BYTES and unpacked / packed > limits.ratio
    if unpacked > limits.workbook_bytes or tight:
        raise DataRefused(
            f"{name} unpacks to {size_text(unpacked)}, more than a workbook may.",
            "Save the sheet as CSV and add that; nothing was stored.",
            code="too_large_unpacked",
        )
    return "workbook"


def _office_kind(path: Path, name: str) -> Kind:
    """An old workbook (.xls); other Office files and workbooks with a password are refused."""
    with path.open("rb") as stream:
        header = stream.read(512)
        first = struct.unpack_from("<I", header, 48)[0] if len(header) == 512 else 0
        power = struct.unpack_from("<H", header, 30)[0] if len(header) == 512 else 9
        size = 1 << power if power in (9, 12) else 512
        stream.seek(min((first + 1) * size, max(0, path.stat().st_size - 1)))
        directory = stream.read(64 * 1024)
    names = {
        directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
        for at in range(0, len(directory), 128)
    }
    if "EncryptedPackage" in names:
        raise _refusal(name, "a workbook protected by a password", "Save it without a password and add that.")
    if names & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        return "workbook"
    what = "a Word document" if "WordDocument" in names else "an old Office file without a workbook in it"
    raise _refusal(name, what, _CSV_ADVICE)


def _markup_refusal(name: str, start: bytes) -> DataRefused:
    """HTML and XML: web pages, and what some shops call an Excel file."""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return _refusal(name, "a workbook in the old XML form", "Open it in a spreadsheet and save it as .xlsx or CSV.")
    if start.startswith(b"<?xml") and b"<html" not in start:
        return _refusal(name, "an XML file", _CSV_ADVICE)
    if name.lower().endswith((".xls", ".xlsx")) or b"<table" in start or b"schemas-microsoft-com" in start:
        what = "a web page (HTML) saved under the name of a table"
        return _refusal(
            name, what, "Open it in a spreadsheet and save it as .xlsx or CSV, or choose CSV at the export."
        )
    return _refusal(name, "a web page (HTML), perhaps a login page instead of the export", _CSV_ADVICE)


def _looks_like_text(head: bytes) -> bool:
    """True unless control bytes show that this is not text; UTF-16 (every other byte zero) is text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if max(zeros_even, zeros_odd) > 0.4 * half and min(zeros_even, zeros_odd) < 0.05 * half:
        return True
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in head)
    return control <= len(head) * 0.01


def _refusal(name: str, what: str, advice: str) -> DataRefused:
    return DataRefused(f"{name} is {what}, not a table.", advice, code="not_a_table")
