"""What a play is: one way to work a sub-stage of the journey, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from copilot.drafts.brief import CampaignType, Copy, Stage
from copilot.statistics.segments import SegmentRule

Clock = Literal["", "gap_p25", "gap_median", "gap_p75", "gap_p80", "gap_p90", "second_order_median", "second_order_p80"]
HELLO: Final = "Hello {{ first_name | default: 'there' }},"


@dataclass(frozen=True)
class Contact:
    """One contact of a play. `clock` names the figure of the shop's rhythm that times it; `when` words it."""

    when: str
    clock: Clock
    job: str
    copy: Copy


@dataclass(frozen=True)
class Play:
    """One way to work a sub-stage."""

    name: str
    words: tuple[str, ...]  # goal or segment words that call for it
    stage: Stage
    sub_stage: str
    campaign_type: CampaignType
    rule: SegmentRule
    action: str
    wins: str  # what is counted, e.g. "second orders"
    metric: str
    message: str
    offer_kind: Literal["none", "access", "service", "bundle", "gift", "discount", "content"]
    offer: str
    offer_question: str
    article: str
    priced: bool  # a price offer may appear, so its cost is shown
    contacts: tuple[Contact, ...]


def letter(number: int, envelope: tuple[str, str, str, str], headline: str, body: str, action: str) -> Copy:
    """Copy of one contact; `envelope` is three subjects to choose from and the preheader."""
    return Copy(
        touchpoint=number,
        subjects=envelope[:3],
        preheader=envelope[3],
        headline=headline,
        body=f"{HELLO}\n\n{body}",
        call_to_action=action,
    )
