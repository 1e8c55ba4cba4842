"""Wording of answers about ad spend and what customers cost."""

from __future__ import annotations

from copilot.engine.wording.saying import (
    Answered,
    bullets,
    counted,
    known,
    listed,
    mark,
    said,
    said_with_interval,
)
from copilot.evidence.wording import format_period
from copilot.statistics.acquisition.reports import AdReports, Platform
from copilot.statistics.acquisition.spend import Acquisition, ChannelCost
from copilot.statistics.result import Figure
from copilot.tools.ad_spend import SpendAnswer

_SHOWN = 6


def ad_spend(answered: Answered) -> list[str]:
    """What a customer costs; what the platforms claim; or which report is missing."""
    result = SpendAnswer.model_validate(answered.content)
    if result.costs is not None:
        return _costs(result.costs, result, _asked(answered))
    if result.reports is not None:
        alone = "**There are no orders to set the ad spend against, so I cannot say what a customer costs.** "
        return [*([alone + result.missing] if result.missing else []), *_reports(result.reports)]
    lines = [f"**I do not have your ad spend, so I cannot say what a customer costs.** {result.missing}"]
    if result.first_orders:
        lines.append("What I can say now: where first orders came from, by the source they name:")
        lines.append(
            bullets(f"{one.label.removeprefix('First order from ')}: {said(one)}" for one in result.first_orders)
        )
        lines.append(counted(result.first_orders[0]))
    return lines


def _asked(answered: Answered) -> str:
    return str(answered.arguments.get("channel") or "").strip().lower()


def _costs(found: Acquisition, answer: SpendAnswer, channel: str) -> list[str]:
    """The channel asked about first, else all together."""
    blended = next((one for one in found.channels if channel and channel in one.name.lower()), found.blended)
    stated = (
        f" (your margin of {answer.stated.text.removeprefix('margin of ')} [{answer.stated.id}])"
        if answer.stated
        else ""
    )
    lines = [
        f"**A new customer{_from(blended, found)} costs {said_with_interval(blended.cac)}: {said(blended.cost)} of ad "
        f"spend for {said(blended.new_customers, noun=True)}, {format_period(found.window)} {mark(blended.cac)}.**"
    ]
    lines.append(_return(blended, found, stated))
    rows = [one for one in found.channels if known(one.cac)]
    if rows:
        lines.append("**By channel** (new customers by the source their first order names):")
        lines.append(bullets(_channel(one) for one in rows[:_SHOWN]))
    idle = [one for one in found.channels if not known(one.cac) and one.cost.value]
    if idle:
        named = listed([f"{one.name} ({said(one.cost)})" for one in idle[:_SHOWN]])
        lines.append(
            f"No first order names {named}: its cost per customer cannot be said, only what its platform claims."
        )
    if found.unmatched:
        lines.append(f"Sources without an ad report, so without a cost: {listed(list(found.unmatched[:_SHOWN]))}.")
    lines += [f"{{table:{found.table.id}}}", _ratios(found), f"{{chart:{found.chart.id}}}"]
    lines.append(bullets(f"{warning[:1].upper()}{warning[1:]}" for warning in found.warnings))
    lines.append(f"{{table:{found.mapping.id}}}")
    return [*[line for line in lines if line], counted(blended.cac)]


def _from(one: ChannelCost, found: Acquisition) -> str:
    return "" if one is found.blended else f" from {one.name}"


def _return(one: ChannelCost, found: Acquisition, stated: str) -> str:
    """What a customer brings against its cost, and when that covers it."""
    if not known(one.value):
        return f"Too few of them are old enough to say what they bring. {mark(one.value)}"
    basis = "after the cost of goods" if found.margin is not None else "in net sales, before any cost"
    parts = [
        f"{one.value.label.split(':')[0].split(' (')[0]}: {said_with_interval(one.value)} {basis}{stated}, "
        f"so {said_with_interval(one.ltv_cac)} times the cost."
    ]
    if found.margin is not None and not stated:
        parts.append(f"The margin of {said(found.margin)} {_source(found.margin)}; fees and postage are not in it.")
    if known(one.payback):
        first = f"with the first order itself {mark(one.payback)}"
        when = first if one.payback.value == 0 else f"{said(one.payback)} after the first order"
        parts.append(f"The cost is back {when}.")
    else:
        parts.append(
            f"It is {one.payback.warnings[0] if one.payback.warnings else 'not paid back'} {mark(one.payback)}."
        )
    if found.margin is None and known(one.needed_margin):
        parts.append(
            f"Without your margin I cannot say what is left: below a margin of {said(one.needed_margin)} the cost "
            f"is not "
            "back in that time. Tell me the margin and I compute it."
        )
    return " ".join(parts)


def _source(margin: Figure) -> str:
    return "is the one you set" if "settings" in margin.label else "comes from your product costs"


def _channel(one: ChannelCost) -> str:
    worth = f", brings {said(one.ltv_cac)} times its cost" if known(one.ltv_cac) else ""
    if known(one.payback):
        first = f", back with the first order {mark(one.payback)}"
        worth += first if one.payback.value == 0 else f", back after {said(one.payback)}"
    elif known(one.value):
        worth += ", not paid back yet"
    people = said(one.new_customers, noun=True)
    return f"**{one.name}**: {said_with_interval(one.cac)} ({people}){worth}"


def _ratios(found: Acquisition) -> str:
    even = f"; an ad pays from a return of {said(found.break_even_roas)}" if known(found.break_even_roas) else ""
    claimed = found.reports.total.roas
    says = f" The platforms themselves claim a return of {said(claimed)}." if known(claimed) else ""
    return (
        f"Whole shop: {said(found.mer)} in net sales per unit of ad spend (MER), {said(found.amer)} from new customers "
        f"alone; {said(found.cost_per_order)} of ad spend per order{even}.{says}"
    )


def _reports(found: AdReports) -> list[str]:
    """The platforms' own figures, said to be their own."""
    total = found.total
    head = [f"**{said(total.cost)} of ad spend"]
    if known(total.roas):
        head.append(f", for which the platforms claim {said(total.roas)} times as much in sales")
    lines = ["".join(head) + ".**"]
    facts = [
        (total.clicks, said(total.clicks, noun=True)),
        (total.ctr, f"click-through rate {said(total.ctr)}"),
        (total.cpc, f"{said(total.cpc)} per click"),
        (total.cpa, f"{said(total.conversions)} conversions claimed, {said(total.cpa)} each"),
    ]
    told = [words for figure, words in facts if known(figure)]
    if told:
        lines.append(f"{listed(told)}.")
    if len(found.channels) > 1:
        lines.append(bullets(_platform(one) for one in found.channels[:_SHOWN]))
    lines += [f"{{table:{found.table.id}}}", f"{{table:{found.campaigns.id}}}"]
    lines.append("".join(f"{warning[:1].upper()}{warning[1:]}." for warning in found.warnings))
    return [*[line for line in lines if line], counted(total.cost)]


def _platform(one: Platform) -> str:
    claims = f", claims {said(one.roas)} times that in sales" if known(one.roas) else ""
    cost = f", {said(one.cpa)} per claimed conversion" if known(one.cpa) else ""
    return f"**{one.name}**: {said(one.cost)}{claims}{cost}"
