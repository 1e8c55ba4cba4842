"""What a campaign brief is set in: its play, its dates, its audience in figures, and what they would do anyway."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.drafts.brief import Stage
from copilot.drafts.compose_icp import require_members
from copilot.drafts.context import DraftContext
from copilot.drafts.findings import Findings
from copilot.drafts.play import Play
from copilot.drafts.plays import choose_play
from copilot.drafts.saying import known
from copilot.drafts.targets import (
    HOLDOUT_SHARE,
    Plan,
    first_orders_aimed_at,
    orders_aimed_at,
    planned,
    rate_of,
    target_rate,
)
from copilot.statistics.arithmetic import HoldoutPlan, holdout_plan
from copilot.statistics.result import Figure
from copilot.statistics.segments import SegmentRule
from copilot.statistics.trend import by_month

SHORTEST, LONGEST = 30, 90  # days in which an order counts
_SMALLEST_TEST = 20


@dataclass(frozen=True)
class Setting:
    """Figures are None where the data cannot tell; the brief then carries a gap.

    `people` is the audience, `reachable` those with consent, `base` whichever of the two the plan counts with.
    `baseline` is the share who order in the window without the campaign, `target` the share aimed at,
    `aimed` the customers that makes.
    """

    findings: Findings
    play: Play
    rule: SegmentRule
    plan: Plan
    sized: bool
    people: Figure | None
    reachable: Figure | None
    baseline: Figure | None
    target: Figure | None
    aimed: Figure | None
    order_value: Figure | None
    new_a_month: Figure | None = None

    @property
    def base(self) -> Figure | None:
        """The people the plan counts with: the reachable ones where consent is known, else the whole audience."""
        return self.reachable if known(self.reachable) else self.people

    def holdout(self) -> HoldoutPlan | None:
        """The hold-out plan, or None where audience or baseline are not known or too small."""
        base, rate = self.base, self.baseline
        if base is None or rate is None or not base.value or base.value < _SMALLEST_TEST:
            return None
        if rate.value is None or not 0 < rate.value < 1:
            return None
        goal = self.target.value if self.target is not None else None
        return holdout_plan(int(base.value), rate.value, HOLDOUT_SHARE, len(self.play.contacts), goal)


def make_setting(context: DraftContext, stage: Stage, goal: str | None, rule: SegmentRule | None) -> Setting:
    """The setting of a brief for `stage`. Customers for hot; contacts without an order for warm and cold."""
    play = choose_play(stage, goal, rule)
    chosen = rule or play.rule
    findings = Findings(context, chosen)
    if stage == "hot":
        return _customers(findings, play, chosen)
    if not findings.journey.sizable:
        plan = Plan.from_today(context.today, SHORTEST, SHORTEST)
        return Setting(findings, play, chosen, plan, False, None, None, None, None, None, None)
    return _prospects(findings, play, chosen)


def _customers(findings: Findings, play: Play, rule: SegmentRule) -> Setting:
    require_members(findings)
    window = int(min(LONGEST, max(SHORTEST, round(findings.rhythm.thresholds.g80))))
    plan = Plan.from_today(findings.context.today, window, window)
    expected = findings.anyway(window)
    baseline = expected.share if known(expected.share) and 0 < (expected.share.value or 0) < 1 else None
    profile = findings.profile
    reachable = profile.reachable if known(profile.reachable) else None
    base = reachable or profile.size
    target = target_rate(baseline) if baseline is not None else None
    return Setting(
        findings=findings,
        play=play,
        rule=rule,
        plan=plan,
        sized=True,
        people=profile.size,
        reachable=reachable,
        baseline=baseline,
        target=target,
        aimed=orders_aimed_at(base, target) if target is not None else None,
        order_value=expected.order_value if known(expected.order_value) else profile.order_value_median.group,
    )


def _prospects(findings: Findings, play: Play, rule: SegmentRule) -> Setting:
    """Contacts without an order. The baseline is an upper bound: every new customer of a month came from this list."""
    plan = Plan.from_today(findings.context.today, SHORTEST, SHORTEST)
    subs = [one for one in findings.journey.substages if one.stage == play.stage and one.name != "cold_anonymous"]
    people = planned(
        "people",
        f"Contacts in the {play.stage} stage",
        sum(one.people.value or 0 for one in subs),
        "count",
        f"sum of the {play.stage} sub-stages: {', '.join(one.name for one in subs)}",
        noun="contacts",
    )
    reachable = planned(
        "reachable",
        f"Contacts in the {play.stage} stage with e-mail consent",
        sum(one.contactable.value or 0 for one in subs),
        "count",
        f"sum of those with consent in: {', '.join(one.name for one in subs)}",
        noun="contacts",
    )
    trend = by_month(findings.context.tables, findings.context.scope)
    full = [new for month, new in zip(trend.months, trend.new_customers, strict=True) if month not in trend.partial]
    new = full[-1] if full else None
    baseline = target = aimed = None
    if new is not None and new.value and reachable.value:
        everyone = planned(
            "list_and_new",
            "Reachable contacts and the month's new customers together",
            reachable.value + new.value,
            "count",
            "reachable contacts + new customers of the last full month",
            noun="people",
        )
        baseline = rate_of(new, everyone, "Share who might order in a month anyway, at most")
        aimed = first_orders_aimed_at(new)
        extra = rate_of(aimed, reachable, "First orders aimed at, as a share of those mailed")
        target = planned(
            "target_rate",
            "Share aimed at to order in the window",
            min(1.0, (baseline.value or 0) + (extra.value or 0)),
            "share",
            "upper bound of the baseline + first orders aimed at / reachable contacts",
        )
    return Setting(
        findings=findings,
        play=play,
        rule=rule,
        plan=plan,
        sized=bool(people.value),
        people=people if people.value else None,
        reachable=reachable if people.value else None,
        baseline=baseline,
        target=target,
        aimed=aimed,
        order_value=findings.everyone.order_value_median.group,
        new_a_month=new,
    )
