"""The set of planted shops by code: how each is made, how often it is drawn, and what the trap in it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cmo_copilot.evals.stores import graded, small, traps
from cmo_copilot.evals.stores.model import Maker


@dataclass(frozen=True)
class Entry:
    """One kind of shop. `drawn`: "seeds", "null" (as many as null shops) or "few" shops of it are drawn."""

    code: str
    name: str
    make: Maker
    drawn: str = "few"


POOLED: Final = (
    Entry("S01", "clear", graded.clear, "seeds"),
    Entry("S02", "easy", graded.easy, "seeds"),
    Entry("S03", "hard", graded.hard, "seeds"),
    Entry("S04", "null", graded.null, "null"),
    Entry("S05", "Simpson reversal", traps.simpson),
    Entry("S06", "refund trap", traps.refunds, "seeds"),
    Entry("S07", "discount hunters, costs known", traps.hunters),
    Entry("S08", "gift season", traps.gift_season, "seeds"),
    Entry("S09", "whales", graded.whales),
    Entry("S10", "all one-time buyers", graded.one_time),
    Entry("S11", "tiny", small.tiny),
)
"""Read many at once. S12 (two currencies) and the shops that come as files (S13, S14) are read one by one."""
