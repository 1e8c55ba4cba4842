"""What a campaign brief is set in: its play, its dates, its audience in figures, and what they would do anyway."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    count_of,
    first_orders_aimed_at,
    mailed_of,
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
_BELIEVABLE = 0.25  # an upper bound of the baseline above this tells a marketer nothing
_COVERED = 0.5


@dataclass(frozen=True)
class Setting:
    """Figures are None where the data cannot tell; the brief then carries a gap.

    `people` is the audience, `reachable` those with consent, `base` whichever of the two the plan counts with.
    `baseline` is the share who order in the window without the campaign, `target` the share aimed at,
    `aimed` the customers that makes. `new_a_month` is set where the baseline is only an upper bound: the new customers
    of the last full month.
    """

    findings: Findings
    play: Play
    rule: SegmentRule
    plan: Plan
    sized: bool
    people: Figure | None = None
    reachable: Figure | None = None
    baseline: Figure | None = None
    target: Figure | None = None
    aimed: Figure | None = None
    order_value: Figure | None = None
    new_a_month: Figure | None = None

    @property
    def base(self) -> Figure | None:
        """The people the plan counts with: the reachable ones where consent is known, else the whole audience."""
        return self.reachable if known(self.reachable) else self.people

    @property
    def mailed(self) -> Figure | None:
        """The base less the hold-out."""
        return None if self.base is None else mailed_of(self.base)

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
    if stage != "hot" and not findings.journey.sizable:
        plan = Plan.from_today(context.today, SHORTEST, SHORTEST)
        return Setting(findings=findings, play=play, rule=chosen, plan=plan, sized=False)
    require_members(findings)
    return _sized(findings, play, chosen)


def _sized(findings: Findings, play: Play, rule: SegmentRule) -> Setting:
    hot = play.stage == "hot"
    window = int(min(LONGEST, max(SHORTEST, round(findings.rhythm.thresholds.g80)))) if hot else SHORTEST
    profile, expected = findings.profile, findings.anyway(window)
    noun = "customers" if hot else "contacts"
    reachable = (
        count_of(profile.reachable, f"{noun.capitalize()} with e-mail consent: {rule.name}", noun)
        if known(profile.reachable)
        else None
    )
    setting = Setting(
        findings=findings,
        play=play,
        rule=rule,
        plan=Plan.from_today(findings.context.today, window, window),
        sized=True,
        people=profile.size.model_copy(update={"noun": noun}),
        reachable=reachable,
        order_value=expected.order_value if known(expected.order_value) else None,
    )
    baseline = expected.share
    if (baseline.n or 0) < _COVERED * (profile.size.value or 0.0):  # too few whose waits are known to stand for all
        return setting if hot else _bounded(setting)
    if baseline.value is not None and 0 < baseline.value < 1 and setting.base is not None:
        target = target_rate(baseline)
        aimed = orders_aimed_at(mailed_of(setting.base), target)
        return replace(setting, baseline=baseline, target=target, aimed=aimed)
    return setting if hot else _bounded(setting)


def _bounded(setting: Setting) -> Setting:
    """Contacts whose joining dates are unknown: at most every new customer of a month came from this list."""
    context, reachable = setting.findings.context, setting.base
    trend = by_month(context.tables, context.scope)
    full = [new for month, new in zip(trend.months, trend.new_customers, strict=True) if month not in trend.partial]
    if not full or not full[-1].value or reachable is None or not reachable.value:
        return setting
    new = full[-1]
    everyone = planned(
        "list_and_new",
        "Reachable contacts and the month's new customers together",
        reachable.value + (new.value or 0.0),
        "count",
        "reachable contacts + new customers of the last full month",
        noun="people",
    )
    baseline = rate_of(new, everyone, "Share who might order in a month anyway, at most")
    if (baseline.value or 0.0) > _BELIEVABLE:  # the bound says nothing about a list this small
        return setting
    aimed = first_orders_aimed_at(new)
    extra = rate_of(aimed, mailed_of(reachable), "First orders aimed at, as a share of those mailed")
    target = planned(
        "target_rate",
        "Share aimed at to order in the window",
        min(1.0, (baseline.value or 0.0) + (extra.value or 0.0)),
        "share",
        "upper bound of the baseline + first orders aimed at / reachable contacts",
        query={"baseline": baseline.value, "extra": extra.value},
    )
    return replace(setting, baseline=baseline, target=target, aimed=aimed, new_a_month=new)
