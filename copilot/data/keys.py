"""The content key of a set of uploads as it was read: what is derived from equal content is kept under one key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from copilot.data.corrections import Applied, rules_key, shop_rules
from copilot.data.manifest import Entry

ERASED: Final = "~f"  # in the place of an upload that a person was taken out of
LAYOUT: Final = "4"  # of the derived tables: a change of assembly makes new ones


def content_key(entries: Iterable[Entry], corrections: Iterable[Applied]) -> str:
    """The uploads in their order, what each was read with, and the rules of the shop."""
    lines = [LAYOUT, *(_of(entry) for entry in entries)]
    rules = rules_key(shop_rules(corrections))
    return hashlib.sha256("\n".join([*lines, rules] if rules else lines).encode()).hexdigest()[:16]


def _of(entry: Entry) -> str:
    """An upload as it was read; its place, too, where a person was taken out of it."""
    erased = entry.read.place.partition(ERASED)[2]
    parts = (entry.source.upload_id, entry.read.reading, f"without {erased}" if erased else "")
    return ":".join(part for part in parts if part)
