"""The plays of the journey guide, and which one a goal or a segment calls for."""

from __future__ import annotations

from typing import Final

from copilot.drafts.brief import Stage
from copilot.drafts.play import Play
from copilot.drafts.plays_customers import COOLING, SECOND_PURCHASE, VIP, WINBACK
from copilot.drafts.plays_prospects import EDUCATION, FIRST_PURCHASE
from copilot.statistics.segments import SegmentRule

PLAYS: Final = (EDUCATION, FIRST_PURCHASE, WINBACK, COOLING, VIP, SECOND_PURCHASE)
_DEFAULT: Final = {"cold": EDUCATION, "warm": FIRST_PURCHASE, "hot": SECOND_PURCHASE}


def choose_play(stage: Stage, goal: str | None, rule: SegmentRule | None) -> Play:
    """The play of `stage` that the goal or the segment's name calls for; the stage's usual one otherwise."""
    wanted = f"{goal or ''} {rule.name if rule else ''} {rule.text() if rule else ''}".lower()
    for play in PLAYS:
        if play.stage == stage and any(word in wanted for word in play.words):
            return play
    return _DEFAULT[stage]
