"""Runs in a process of its own, with bounds: counts errors and formulas in a sheet of an .xls, which its parser hides.

Started by path, so it imports nothing of the project. Reads one JSON request on stdin, prints one JSON line.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from pathlib import Path

OLD_BYTES = 256 << 20


def stream_of(data: bytes) -> bytes:
    """The workbook inside an .xls (an OLE compound file); nothing where it is laid out in another way."""
    power, start = struct.unpack_from("<H", data, 30)[0], struct.unpack_from("<I", data, 48)[0]
    size = 1 << power if power in (9, 12) else 512
    table: list[int] = []
    for number in struct.unpack_from("<109I", data, 76):
        if number < len(data) // size:
            table += struct.unpack_from(f"<{size // 4}I", data.ljust((number + 2) * size, b"\xff"), (number + 1) * size)

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < len(table) and len(parts) <= len(table):
            parts.append(data[(number + 1) * size : (number + 2) * size])
            number = table[number]
        return b"".join(parts)

    directory = chain(start)
    for at in range(0, len(directory) - 127, 128):
        if directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0].lower() in ("workbook", "book"):
            first, length = struct.unpack_from("<II", directory, at + 116)
            return chain(first)[:length] if length >= 4096 else b""
    return b""


def counted(path: Path, position: int) -> dict[str, int]:
    """Faults and formulas of the sheet at a position of an .xls, which the parser gives as blanks and values."""
    counts = {"faults": 0, "formulas": 0}
    with path.open("rb") as file:
        head = file.read(512)
        if not head.startswith(b"\xd0\xcf\x11\xe0") or len(head) < 512 or path.stat().st_size > OLD_BYTES:
            return counts
        stream = stream_of(head + file.read())
    at, sheets, here = 0, [], -1
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if kind == 0x0085 and len(body) >= 4:
            sheets.append(struct.unpack_from("<I", body)[0])
        if kind == 0x0809:
            here = sheets.index(at) if at in sheets else here
        if here == position and kind == 0x0205 and len(body) >= 8 and body[7]:
            counts["faults"] += 1
        if here == position and kind == 0x0006 and len(body) >= 14:
            failed = body[12:14] == b"\xff\xff" and body[6] == 2
            counts["faults" if failed else "formulas"] += 1
        at += 4 + length
    return counts


def main() -> int:
    """Do what the module says; a file it does not understand has no counts."""
    request = json.loads(sys.stdin.read())
    bounds = request["bounds"]
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["seconds"], bounds["seconds"] + 5))
    try:
        found = counted(Path(request["source"]), request["position"])
    except (struct.error, ValueError, OSError, MemoryError):
        found = {"faults": 0, "formulas": 0}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
