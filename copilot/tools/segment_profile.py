"""Tool: one segment in full, against everybody else, and what sets it apart."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from copilot.statistics.contrast import SetsApart, sets_apart
from copilot.statistics.profile import SegmentProfile, segment_profile
from copilot.statistics.segments import resolve_segment
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.own_units import in_own_units
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class ProfileArguments(Filtered):
    """Which segment."""

    segment: str = Field(description="segment in words, e.g. lapsed, repeat customers, champions, top 10 %, hot_new")


class ProfileAnswer(BaseModel):
    """The profile and the contrast with the rest."""

    model_config = ConfigDict(frozen=True)

    profile: SegmentProfile
    apart: SetsApart


def _run(context: ToolContext, arguments: ProfileArguments) -> Outcome:
    scope = scope_for(context, arguments)
    tables = context.tables()
    rule = resolve_segment(tables, scope, arguments.segment)
    profile = segment_profile(tables, scope, rule)
    profile = profile.model_copy(update={"table": in_own_units(profile.table)})
    answer = ProfileAnswer(profile=profile, apart=sets_apart(tables, scope, rule))
    result = context.ledger.record_result(answer)
    return Outcome(kind="profile", result=result, text=tell(result))


TOOL = Tool(
    name="segment_profile",
    description=(
        "Everything measured about one segment against the rest: size, value, order economics, rhythm, discounts, "
        "returns, geography, products, timing, reachability, and which traits are over-represented."
    ),
    arguments=ProfileArguments,
    run=_run,
    title=lambda a: f"compared {a.segment} with everybody else{a.words()}",
)
