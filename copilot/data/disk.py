"""What a workspace asks of the disk: its salt, made once and readable by its owner only, and renames that last."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def salt(path: Path) -> str:
    """The workspace's salt, made once."""
    if not path.exists():
        fresh = path.with_name(f"salt-{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first; its salt counts
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")


def sync(folder: Path) -> None:
    """Make sure that renames inside a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
