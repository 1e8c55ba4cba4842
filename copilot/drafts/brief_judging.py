"""The judging part of a brief: objective, hypothesis, measures, forecast, test plan and hold-out."""

from __future__ import annotations

from copilot.drafts.brief import HoldOut, Objective, TestPlan
from copilot.drafts.model import Claim, Estimate, Gap, Kpi
from copilot.drafts.portrait import SHOP_OWNER
from copilot.drafts.saying import known
from copilot.drafts.setting import Setting
from copilot.drafts.targets import (
    HOLDOUT_SHARE,
    PLANNED_LIFT,
    extra_sales,
    limit_of,
    mailed_of,
    planned_lift,
    share_figure,
)
from copilot.statistics.arithmetic import sample_size

_SEED = 20


def objective(setting: Setting) -> Objective:
    """One number, one date."""
    say, plan = setting.findings.say, setting.plan
    base, aimed, target, baseline = setting.base, setting.aimed, setting.target, setting.baseline
    if base is None or aimed is None or target is None or baseline is None:
        nobody = setting.sized and base is not None and not base.value
        sentence = say.assumed(
            f"Get people of the {setting.play.stage} stage to {setting.play.action}, by {{deadline}}. "
            + (
                "How many is open: nobody in this stage may be mailed yet, so sign-ups come first."
                if nobody
                else "How many is open until they can be counted."
            ),
            "Put the sign-up form live for one window and count the sign-ups."
            if nobody
            else "Load the list with consent; the number then follows from its size and the shop's own rates.",
            deadline=plan.deadline(),
        )
        gap = Gap(what="Number aimed at.", who=SHOP_OWNER, how="Load the list named under Audience.")
        return Objective(sentence=sentence, target=gap, by=plan.read_on)
    consent = " with consent" if setting.reachable is not None else ""
    unsure = "," if consent else " (if all of them may be),"
    if setting.new_a_month is None:
        text = (
            f"{{aimed}} {{wins}} from the {{mailed}} of {{base:noun}}{consent} who are mailed{unsure} by {{deadline}} "
            "(baseline {baseline} in {window}, target {target})."
        )
    else:
        text = (
            f"{{aimed}} {{wins}} more than usual from the {{mailed}} of {{base:noun}}{consent} who are mailed, by "
            "{deadline} (at most {baseline} would order in {window} anyway; target {target})."
        )
    sentence = say.claim(
        text,
        aimed=aimed,
        base=base,
        mailed=mailed_of(base),
        wins=setting.play.wins,
        deadline=plan.deadline(),
        target=target,
        window=plan.window(),
        baseline=baseline,
    )
    return Objective(sentence=sentence, target=say.estimate("Customers aimed at", aimed), by=plan.read_on)


def hypothesis(setting: Setting) -> Claim:
    """If ..., then ..., because ..."""
    baseline = setting.baseline
    because = {
        "cold": "people who do not know the shop need to learn before they pay",
        "warm": "a small first step asks less trust than a full order",
        "hot": "a message timed by their own rhythm meets them when they decide",
    }[setting.play.stage]
    text = f"If they get these contacts at these times, more of them will {setting.play.action}"
    if baseline is not None:
        text += " than the {baseline} who would anyway"
    return setting.findings.say.assumed(
        f"{text}, because {because}.",
        "The hold-out of this brief: compare orders per recipient with those who got nothing.",
        **({"baseline": baseline} if baseline is not None else {}),
    )


def primary(setting: Setting) -> Kpi:
    """The one measure of success."""
    say, plan, baseline, target = setting.findings.say, setting.plan, setting.baseline, setting.target
    gap = Gap(what="Baseline of the primary measure.", who=SHOP_OWNER, how="Load the list named under Audience.")
    if setting.baseline is not None and setting.target is not None and setting.new_a_month is None:
        basis = say.assumed(
            "Planned: {lift} of those mailed order on top of the baseline. No campaign of yours has been "
            "measured here yet.",
            "Read this campaign against its hold-out, then plan the next one with the measured lift.",
            lift=planned_lift(setting.baseline, setting.target),
        )
    elif setting.new_a_month is not None and setting.aimed is not None:
        basis = say.assumed(
            "{aimed} is a modest share of the {new} who ordered for the first time in the last full month.",
            "Mail a tenth of the list first and count orders after the window.".replace(
                "a tenth", "a small random part"
            ),
            aimed=setting.aimed,
            new=setting.new_a_month,
        )
    else:
        basis = say.assumed(
            "No target yet: it follows from the size of the list.", "Load the list, then draft this brief again."
        )
    return Kpi(
        name=setting.play.metric,
        definition=f"people mailed with at least one order within {plan.window_days} days of the start / people mailed",
        baseline=say.estimate("Baseline", baseline) if baseline is not None else gap,
        target=say.estimate("Target", target) if target is not None else gap,
        basis_of_target=basis,
        read_on=plan.read_on,
        source="the next order export, loaded here",
    )


def secondary(setting: Setting) -> tuple[Kpi, ...]:
    """Measures that explain the primary one."""
    say, plan = setting.findings.say, setting.plan
    who = Gap(what="Margin per recipient.", who="finance", how="State the margin, or load product costs.")
    return (
        Kpi(
            name="Margin per recipient",
            definition="(net sales in the window x margin - cost of offers and sending) / people mailed",
            baseline=who,
            target=who,
            basis_of_target=say.assumed(
                "It must beat the margin per person of the hold-out.", "Compare both groups on the day of the read-out."
            ),
            read_on=plan.read_on,
            source="the next order export, with margin",
        ),
    )


def guardrails(setting: Setting) -> tuple[Kpi, ...]:
    """What must not get worse."""
    say, plan, everyone = setting.findings.say, setting.plan, setting.findings.everyone
    rails: list[Kpi] = []
    for figure, name in (
        (everyone.refunded_orders_share.group, "Refunded orders"),
        (everyone.return_value_rate.group, "Value sent back"),
    ):
        if known(figure) and not rails:
            limit = limit_of(figure, f"Limit for: {figure.label}")
            rails.append(
                Kpi(
                    name=name,
                    definition=figure.definition,
                    baseline=say.estimate("Now", figure),
                    target=say.estimate("Not above", limit),
                    basis_of_target=say.claim("Not above what is usual in the shop today: {limit}.", limit=limit),
                    read_on=plan.read_on,
                    source="the next order export",
                )
            )
    unsubscribe = Gap(
        what="Unsubscribes and complaints.",
        who="the e-mail tool",
        how="Klaviyo: Analytics > Benchmarks, or the campaign report; load it here.",
    )
    rails.append(
        Kpi(
            name="Unsubscribes and complaints",
            definition="people who unsubscribed or complained / people reached",
            baseline=unsubscribe,
            target=unsubscribe,
            basis_of_target=setting.findings.guided(
                "Not above the average of your last campaigns; stop the series if they clearly rise",
                "unsubscribe complaints stop mailing unengaged",
                "A14",
            ),
            read_on=plan.read_on,
            source="the report of the e-mail tool",
        )
    )
    return tuple(rails)


def forecast(setting: Setting) -> Estimate | Gap:
    """Sales beyond the baseline if the target is met."""
    base, baseline, target, value = setting.base, setting.baseline, setting.target, setting.order_value
    if base is None or baseline is None or target is None or value is None:
        return Gap(
            what="Forecast.", who=SHOP_OWNER, how="Load the list named under Audience; size times rates gives it."
        )
    figure = extra_sales(mailed_of(base), baseline, target, value)
    return setting.findings.say.estimate("Extra net sales if the target is met; the lift is an assumption", figure)


def test_plan(setting: Setting) -> TestPlan:
    """What an A/B test of one variable needs and can show at this size."""
    say, plan = setting.findings.say, setting.holdout()
    variable, variants = "subject line of the first contact", ("names the product", "names the benefit")
    if plan is None or setting.baseline is None or setting.baseline.value is None:
        gap = Gap(what="People needed in each arm.", who=SHOP_OWNER, how="Known as soon as size and baseline are.")
        return TestPlan(
            variable=variable,
            variants=variants,
            per_arm=gap,
            detectable=gap,
            verdict=say.assumed(
                "Not testable yet: neither the size of the audience nor its baseline is known.",
                "Load the list named under Audience, then draft this brief again.",
            ),
            duration=gap,
        )
    lift = (
        (setting.target.value / setting.baseline.value - 1) if setting.target and setting.target.value else PLANNED_LIFT
    )
    per_arm = sample_size(setting.baseline.value, lift).per_arm
    rate = plan.ab_test.rate
    testable = bool(per_arm.value and setting.base and (setting.base.value or 0) >= 2 * per_arm.value)
    text = (
        "Large enough: {base} people are there and each arm needs {needed} to show the planned lift."
        if testable
        else "Not testable at this size: an arm would need {needed} people to show the planned lift, {base} are there."
    )
    tail = f" {plan.ab_test.advice}" if not testable else ""
    verdict = say.claim(text + tail, base=setting.base, needed=per_arm) if setting.base is not None else None
    return TestPlan(
        variable=variable,
        variants=variants,
        per_arm=say.estimate("People needed in each arm", per_arm),
        detectable=say.estimate("Smallest share the test can tell from the baseline", rate),
        verdict=verdict or say.claim("{needed} people are needed in each arm.", needed=per_arm),
        duration=say.claim("One window of {days}, without looking in between.", days=setting.plan.window()),
    )


def holdout(setting: Setting) -> HoldOut:
    """The random group that gets nothing, and what it can prove."""
    say, plan = setting.findings.say, setting.holdout()
    share = share_figure("holdout_share", "Hold-out, share of the audience", HOLDOUT_SHARE)
    drawn = say.claim("{share} of the audience, drawn at random before the first contact, gets nothing.", share=share)
    if plan is None:
        return HoldOut(
            share=drawn,
            people=Gap(what="People held out.", who=SHOP_OWNER, how="Known as soon as the audience can be counted."),
            seed=_SEED,
            verdict=say.assumed(
                "What it can prove is open until size and baseline are known.", "Load the list named under Audience."
            ),
        )
    provable = plan.one_send.rate
    tail = " It would show a share of {rate} or more in one send." if known(provable) else ""
    return HoldOut(
        share=drawn,
        people=say.estimate("People held out", plan.held_out),
        seed=_SEED,
        verdict=say.claim(f"{plan.verdict}{tail}", held=plan.held_out, rate=provable),
    )
