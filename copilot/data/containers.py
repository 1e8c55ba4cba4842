"""What the user gives, opened: folders, archives and workbooks become single tables, one arrival each."""

from __future__ import annotations

import errno
import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from copilot.data.kinds import entries_of, kind_of
from copilot.data.limits import MIB, Budget, Limits, check_size, size_text
from copilot.data.parsed import sheets_of
from copilot.data.privacy import scrub_text
from copilot.errors import DataRefused

NAME_LENGTH: Final = 120
_NOT_FILES: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError)
_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE})
_BESIDE: Final = "Add the other files by themselves, or export it again."


@dataclass(frozen=True)
class Arrival:
    """One table on its way in: the file that holds it and the name reports call it by.

    `sheet` is set where the file is a workbook with several sheets to choose from. With `refusal` there is nothing
    to read: it says why. `path` may be a copy that lasts only until the next arrival is asked for.
    """

    path: Path
    name: str
    sheet: str | None = None
    refusal: DataRefused | None = None


def given_files(paths: Iterable[Path | str], limits: Limits) -> Iterator[tuple[Path, str]]:
    """Files the user means, with the names reports call them by; folders with all that is below them.

    Hidden files, the by-files of file managers, and links inside folders are passed over.
    """
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            yield path, shown_name(path.name)
            continue
        found = sorted(inner for inner in path.rglob("*") if _inside(inner, path))
        if len(found) > limits.files:
            raise DataRefused(
                f"The folder {shown_name(path.name)} holds {len(found):,} files, more than {limits.files:,}.",
                "Give the files, or a folder with only the exports in it.",
                code="too_many_files",
            )
        for inner in found:
            yield inner, shown_name(inner.relative_to(path).as_posix())


def _inside(path: Path, folder: Path) -> bool:
    """True for a file that is meant, and lies in the folder itself: nothing on the way to it is a link."""
    parts = path.relative_to(folder).parts
    if _passed_over(parts):
        return False
    here = folder
    for part in parts:
        here = here / part
        if here.is_symlink():
            return False
    return path.is_file()


def _passed_over(parts: Iterable[str]) -> bool:
    return any(part.startswith(".") or part.lower() in _NOT_FILES for part in parts)


def shown_name(text: str) -> str:
    """A file name for reports: no control signs, no way up or out, no contact data, not endless. Never a path."""
    plain = "".join(sign for sign in text.replace("\\", "/") if sign.isprintable())
    parts = [part.strip() for part in PurePosixPath(plain).parts if part not in ("/", ".", "..") and part.strip()]
    name = scrub_text("/".join(parts)) or "a file without a name"
    return name if len(name) <= NAME_LENGTH else f"{name[:60]}…{name[-50:]}"


def arrivals(path: Path, name: str, folder: Path, limits: Limits) -> Iterator[Arrival]:
    """The tables in a file: itself, the files of an archive, the sheets of a workbook.

    Copies are made in `folder` under names of our own and removed as soon as the next one is asked for.
    """
    yield from _opened(path, name, folder, limits, 0)


def _opened(path: Path, name: str, folder: Path, limits: Limits, depth: int) -> Iterator[Arrival]:
    try:
        kind = kind_of(path, limits, name)
        if kind in ("zip", "gzip") and depth == limits.depth:
            raise DataRefused(
                f"{name} is an archive inside an archive inside an archive.", "Unpack it first.", code="too_deep"
            )
        if kind == "zip":
            yield from _zip(path, name, folder, limits, depth)
        elif kind == "gzip":
            yield from _gzip(path, name, folder, limits, depth)
        elif kind == "workbook":
            yield from _sheets(path, name, limits)
        else:
            yield Arrival(path, name)
    except DataRefused as refusal:
        yield Arrival(path, name, refusal=refusal)


def _zip(path: Path, name: str, folder: Path, limits: Limits, depth: int) -> Iterator[Arrival]:
    packed = path.stat().st_size
    entries = [entry for entry in entries_of(path, name) if not entry.is_dir() and not _by_file(entry)]
    entries.sort(key=lambda entry: entry.filename)
    if not entries:
        raise DataRefused(f"{name} holds no files.", "Export it again; nothing was stored.", code="empty_file")
    if len(entries) > limits.files:
        raise DataRefused(
            f"{name} holds {len(entries):,} files; at most {limits.files:,} are taken in.",
            "Add the files inside in several parts. Nothing was stored.",
            code="too_many_files",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise DataRefused(
            f"{name} is protected by a password.",
            "Unpack it with the password and add the files inside.",
            code="locked",
        )
    Budget(packed, name, limits).take(sum(entry.file_size for entry in entries))
    budget = Budget(packed, name, limits)
    with zipfile.ZipFile(path) as archive:
        for number, entry in enumerate(entries):
            inner = f"{name} / {shown_name(entry.filename)}"
            copy = folder / f"part-{depth}-{number}"
            try:
                _check_entry(entry, inner, limits)
                with archive.open(entry) as stream:
                    _unpack(stream, copy, inner, (budget, limits))
            except DataRefused as refusal:
                yield Arrival(copy, inner, refusal=refusal)
            except _DAMAGE as error:
                if isinstance(error, OSError) and error.errno in _DISK:
                    raise  # not the archive's fault
                yield Arrival(copy, inner, refusal=DataRefused(f"{inner} is damaged.", _BESIDE, code="damaged"))
            else:
                yield from _opened(copy, inner, folder, limits, depth + 1)
            copy.unlink(missing_ok=True)


def _by_file(entry: zipfile.ZipInfo) -> bool:
    return _passed_over(part for part in entry.filename.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _check_entry(entry: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DataRefused(
            f"{name} is a link to another file, which is not followed.", "Add that file itself.", code="link"
        )
    if entry.compress_type not in _METHODS:
        raise DataRefused(
            f"{name} is packed in a way that is not read (method {entry.compress_type}).",
            "Unpack it and add the file inside.",
            code="method",
        )
    check_size(entry.file_size, name, limits)


def _gzip(path: Path, name: str, folder: Path, limits: Limits, depth: int) -> Iterator[Arrival]:
    copy = folder / f"plain-{depth}"
    try:
        with gzip.open(path) as stream:
            _unpack(stream, copy, name, (Budget(path.stat().st_size, name, limits), limits))
        damaged = False
    except (gzip.BadGzipFile, zlib.error, EOFError):
        damaged = True
    except DataRefused:
        copy.unlink(missing_ok=True)
        raise
    if damaged:
        copy.unlink(missing_ok=True)
        raise DataRefused(f"{name} is damaged or cut off.", "Export it again.", code="damaged")
    yield from _opened(copy, name, folder, limits, depth + 1)
    copy.unlink(missing_ok=True)


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _unpack(stream: _Stream, copy: Path, name: str, bounds: tuple[Budget, Limits]) -> None:
    """Write what comes out of an archive to `copy`, counting it against both bounds as it comes."""
    budget, limits = bounds
    size = 0
    with copy.open("wb") as plain:
        while block := stream.read(MIB):
            size += len(block)
            budget.take(len(block))
            if size > limits.file_bytes:
                raise DataRefused(
                    f"{name} unpacks to more than {size_text(limits.file_bytes)}.",
                    "Export shorter periods (overlaps are resolved) or raise COPILOT_MAX_UPLOAD_BYTES.",
                    code="too_large",
                )
            plain.write(block)


def _sheets(path: Path, name: str, limits: Limits) -> Iterator[Arrival]:
    """A workbook with one sheet to see, or each of its sheets."""
    found = sheets_of(path, name, limits)
    shown: list[str] = found["shown"]
    if not shown:
        raise DataRefused(
            f"All sheets of {name} are hidden.", "Unhide the sheet with the table and save it again.", code="hidden"
        )
    if len(shown) == 1:
        yield Arrival(path, name)
        return
    for sheet in shown[: limits.sheets]:
        yield Arrival(path, f"{name} / {shown_name(sheet)}", sheet)
    if len(shown) > limits.sheets:
        raise DataRefused(
            f"{name} has {len(shown):,} sheets; only the first {limits.sheets} were looked at.",
            "Save the other sheets that hold tables as a workbook of their own.",
            code="too_many_sheets",
        )
