"""What kind of file the bytes are, whatever the name says; anything that is not a table is refused with advice."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final, Literal

from copilot.errors import DataRefused

Kind = Literal["text", "xlsx", "parquet"]

HEAD_BYTES: Final = 4096
MAX_UNPACKED_BYTES: Final = 512 * 1024**2
MAX_RATIO: Final = 200

_CSV_ADVICE: Final = "Export the table as CSV (UTF-8) from your shop and add that file."

# First bytes -> what it is, and what to do instead.
_REFUSED: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF", "a PDF document", _CSV_ADVICE),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first and add the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it first and add the file inside."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it first and add the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first and add the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it first and add the file inside."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file (.xls)", "Save it as .xlsx or CSV and add that."),
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
_TEXT_REFUSED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"<!doctype html", "a web page (HTML), perhaps a login page instead of the export"),
    (b"<html", "a web page (HTML), perhaps a login page instead of the export"),
    (b"<?xml", "an XML file"),
    (b"{", "a JSON file"),
    (b"[{", "a JSON file"),
)


def kind_of(path: Path, *, max_bytes: int = 4 * 1024**3) -> Kind:
    """The kind of the file by its first bytes.

    Raises DataRefused for anything that is not delimited text, an Excel workbook (.xlsx) or Parquet, for an
    empty file and for a file larger than `max_bytes`.
    """
    if path.is_dir() or not path.exists():
        raise DataRefused(f"There is no file {path.name!r}.", "Check the path.", code="no_file")
    size = path.stat().st_size
    if size == 0:
        raise DataRefused(f"{path.name} is empty (0 bytes).", "Export it again; nothing was stored.", code="empty_file")
    if size > max_bytes:
        raise DataRefused(
            f"{path.name} has {size / 1024**3:.1f} GB; at most {max_bytes / 1024**3:.1f} GB are taken in at once.",
            "Export shorter periods (overlaps are resolved) or raise COPILOT_MAX_UPLOAD_BYTES.",
            code="too_large",
        )
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    for magic, what, advice in _REFUSED:
        if head.startswith(magic):
            raise _refusal(path, what, advice)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for prefix, what in _TEXT_REFUSED:
        if start.startswith(prefix):
            raise _refusal(path, what, _CSV_ADVICE)
    if not _looks_like_text(head):
        raise _refusal(path, "a binary file of an unknown kind", _CSV_ADVICE)
    return "text"


def _zip_kind(path: Path) -> Kind:
    """A workbook if the archive holds one and is not a bomb; else a refusal."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _refusal(path, "a damaged archive", "Export it again.") from error
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/") for name in names):
        what = (
            "a Word or other Office document"
            if any(n.startswith(("word/", "ppt/")) for n in names)
            else "a ZIP archive"
        )
        raise _refusal(path, what, "Unpack it first and add the tables (CSV, XLSX) inside.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise _refusal(path, "a workbook with macros", "Save it as .xlsx without macros, or as CSV.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > 16 * 1024**2 and unpacked / packed > MAX_RATIO):
        raise DataRefused(
            f"{path.name} unpacks to {unpacked / 1024**2:,.0f} MB, more than a workbook may.",
            "Save the sheet as CSV and add that.",
            code="too_large_unpacked",
        )
    return "xlsx"


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


def _refusal(path: Path, what: str, advice: str) -> DataRefused:
    return DataRefused(f"{path.name} is {what}, not a table.", advice, code="not_a_table")
