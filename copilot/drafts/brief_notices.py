"""What the reader of a brief must know first: cannot be sized, old data, a small group, a small plan, too late."""

from __future__ import annotations

from copilot.drafts import brief_audience
from copilot.drafts.icp import Claims
from copilot.drafts.portrait import size_notices, stale_notices
from copilot.drafts.saying import known
from copilot.drafts.setting import Setting
from copilot.drafts.targets import planned
from copilot.statistics.condition import Condition
from copilot.statistics.profile import segment_profile
from copilot.statistics.segments import SegmentRule

ONE_TIME = SegmentRule(name="one-time buyers", conditions=(Condition(field="orders", op="eq", value=1),))
_MOSTLY = 0.5
_WORTH_A_PROJECT = 10  # orders beyond the baseline


def notices(setting: Setting) -> Claims:
    findings, stage = setting.findings, setting.play.stage
    if setting.sized:
        return (*stale_notices(findings), *size_notices(findings), *_small(setting), *_late(setting))
    nearest = segment_profile(findings.context.tables, findings.context.scope, ONE_TIME)
    needs = "people who know you and have not bought" if stage == "warm" else "people who do not know you yet"
    text = f"Cannot size the {stage} stage from orders alone: it needs {needs}. Export: {brief_audience.EXPORT}"
    if not nearest.size.value:
        return (findings.say.assumed(text, "Load that export, then draft this brief again."),)
    back = nearest.days_since_median.group
    ago = "; the typical one bought {ago} ago" if known(back) else ""
    return (
        findings.say.claim(
            f"{text} Until then the nearest group that can be reached is one-time buyers: {{size:noun}}, {{share}} of "
            f"all{ago}. Ask for a second-purchase brief for them.",
            size=nearest.size,
            share=nearest.share_of_customers,
            **({"ago": back} if ago else {}),
        ),
    )


def _small(setting: Setting) -> Claims:
    """A plan that is worth a handful of orders is better run as an automatic flow."""
    aimed, baseline, base = setting.aimed, setting.baseline, setting.mailed
    if aimed is None or baseline is None or base is None or setting.new_a_month is not None:
        return ()
    more = (aimed.value or 0.0) - (base.value or 0.0) * (baseline.value or 0.0)
    if more >= _WORTH_A_PROJECT:
        return ()
    figure = planned(
        "more", "Orders beyond the baseline if the target is met", max(0.0, float(round(more))), "count",
        "customers aimed at - people mailed x baseline share, rounded", noun="orders",
    )  # fmt: skip
    return (
        setting.findings.say.claim(
            "A small plan: if it works as planned it brings {more} more than would come anyway. Build it once as an "
            "automatic flow that keeps running, not as a project.",
            more=figure,
        ),
    )


def _late(setting: Setting) -> Claims:
    """A second-purchase series for people most of whom are past it."""
    if setting.play.campaign_type != "second_purchase":
        return ()
    overdue = setting.findings.profile.overdue_share.group
    if not known(overdue) or (overdue.value or 0.0) < _MOSTLY:
        return ()
    return (
        setting.findings.say.claim(
            "Most of them, {overdue}, are past the shop's usual gap: for these a win-back brief fits better. "
            "This one works "
            "for those still within it, and for every new customer from now on.",
            overdue=overdue,
        ),
    )
