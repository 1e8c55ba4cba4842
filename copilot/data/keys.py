"""The content key of a set of uploads as it was read: what is derived from equal content is kept under one key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from copilot.data.corrections import Applied, rules_key, shop_rules
from copilot.data.manifest import Entry

LAYOUT: Final = "3"  # of the derived tables: a change of assembly makes new ones


def content_key(entries: Iterable[Entry], corrections: Iterable[Applied]) -> str:
    """The uploads in their order, what each was read with, and the rules of the shop."""
    lines = [LAYOUT, *(e.source.upload_id + (f":{e.read.reading}" if e.read.reading else "") for e in entries)]
    rules = rules_key(shop_rules(corrections))
    return hashlib.sha256("\n".join([*lines, rules] if rules else lines).encode()).hexdigest()[:16]
