"""Wording of answers about discounts, refunds, kinds of customers, and customers not to target."""

from __future__ import annotations

from copilot.engine.wording.contrast import sets_apart
from copilot.engine.wording.customers import left_out
from copilot.engine.wording.saying import (
    Answered,
    bullets,
    capital,
    counted,
    known,
    listed,
    mark,
    plain_filter,
    said,
    said_with_interval,
)
from copilot.statistics.conduct.anti_profile import AntiGroup, AntiProfile
from copilot.statistics.conduct.discounts import DiscountFirst, Discounts
from copilot.statistics.conduct.kinds import KIND_WORDS, CustomerKinds
from copilot.statistics.conduct.rates import RateLine, Rates
from copilot.statistics.conduct.refunds import Refunds, SerialReturners

_SHOWN = 4
_MUCH = 0.5
_SOME = 0.25


def discounts(answered: Answered) -> list[str]:
    """The part asked for first: dependency, what would have been bought anyway, or who begins with a discount."""
    found = Discounts.model_validate(answered.content)
    parts = {
        "dependency": _dependency(found, plain_filter(answered)),
        "anyway": _anyway(found),
        "first": _first(found.first) if found.first is not None else [],
    }
    asked = str(answered.arguments.get("part") or "dependency")
    lines = [*parts.pop(asked, []), *(line for part in parts.values() for line in part)]
    if found.codes is not None:
        lines.append(f"{{table:{found.codes.id}}}")
    lines += [f"{{table:{found.depth.id}}}"] if found.depth.rows else []
    return [*lines, *found.warnings, counted(found.orders_share)]


def _dependency(found: Discounts, where: str) -> list[str]:
    repeat = found.repeat_orders_share
    share = repeat.value if known(repeat) else found.orders_share.value
    verdict = (
        "You depend on discounts" if (share or 0) >= _MUCH
        else "You lean on discounts" if (share or 0) >= _SOME
        else "You do not depend on discounts"
    )  # fmt: skip
    lines = [
        f"**{verdict}{where}: {said(found.orders_share)} of orders and {said(repeat)} of repeat orders were "
        "discounted.** "
        "The second figure tells more, since a welcome code on first orders is no dependency.",
        f"You gave away {said(found.given_away)}, {said(found.discount_rate)} of gross sales; the typical discount is "
        f"{said(found.depth_median)}."
        if _amounts(found)
        else "Your files say which orders were discounted and not by how much, so what you gave away is not known.",
    ]
    if found.deal_seekers is not None and known(found.deal_seekers):
        lines.append(
            f"{said(found.deal_seekers)} of customers with two or more orders are deal seekers (four fifths or more of "
            "their orders discounted)."
        )
    return lines


def _amounts(found: Discounts) -> bool:
    """Whether the files say how much the discounts took off."""
    return bool(found.given_away.value) or not found.orders_share.value


def _anyway(found: Discounts) -> list[str]:
    a = found.anyway
    if not a.repeat_discounted.value:
        return ["No repeat order was discounted, so there is nothing that would have been bought anyway."]
    given = f", {said(a.given_low)} to {said(a.given_high)} given away" if _amounts(found) else ""
    return [
        f"**Would they have bought anyway?** Of {said(a.repeat_discounted, noun=True)}, at least "
        f"{said(a.low)} and at most "
        f"{said(a.high)} might have come without the discount{given}. "
        "The lower figure counts customers who until then had only paid full price and were not "
        "late by your rhythm; the "
        "upper one everybody who also bought at full price. Orders cannot prove it: leave a random tenth without the "
        "code once and compare."
    ]


def _first(found: DiscountFirst) -> list[str]:
    pair = f"{said(found.discounted)} against {said(found.full_price)} of those who began at full price"
    if found.reliable:
        less = (found.difference.value or 0) < 0
        line = (
            f"**Customers who begin with a discount come back {'less' if less else 'more'} often**: {pair} "
            f"ordered again in time (difference {said_with_interval(found.difference)})."
        )
    else:
        line = (
            f"Customers who begin with a discount come back about as often as far as can be told: {pair}; the "
            f"difference is {said_with_interval(found.difference)}."
        )
        if found.more_needed is not None and known(found.more_needed):
            line += f" About {said(found.more_needed, noun=True)} more would show a difference of that size."
    if found.within_month is not None and known(found.within_month):
        line += f" Within the same first month: {said_with_interval(found.within_month)} times as often."
    return [line + " That is who comes, not what the code does to them."]


def refunds(answered: Answered) -> list[str]:
    """The rate, the products that stand out, places and values, and the serial returners."""
    found = Refunds.model_validate(answered.content)
    where = plain_filter(answered)
    if not found.refunded.value:
        return [f"**No refund or return is in the data{where}.**", *found.warnings, counted(found.refunded)]
    head = f"**{said(found.refunded)} came back{where}, {said(found.value_rate)} of sales"
    if found.orders_rate is not None and known(found.orders_rate):
        head += f"; {said_with_interval(found.orders_rate)} of orders had a refund"
    elif found.documents is not None:
        head += f", on {said(found.documents, noun=True)}"
    lines = [f"{head}.** {capital(said(found.customers_rate))} of customers had one."]
    for rates, name in (
        (found.products, "product"),
        (found.categories, "category"),
        (found.countries, "country"),
        (found.order_values, "order value"),
    ):
        if rates is not None:
            lines += _rates(rates, name)
    return [*lines, _serial(found.serial), *found.warnings, counted(found.value_rate)]


def _serial(serial: SerialReturners) -> str:
    """How many return unusually often, and whether that is more than luck."""
    if not serial.customers.numerator:
        return f"Nobody returns unusually often {mark(serial.customers)}."
    verdict = (
        "so more than luck is behind it" if serial.more_than_luck else "so it is no habit: do not act on single names"
    )
    return (
        f"**Serial returners**: {said(serial.customers)} of customers with three or more orders return far more often "
        f"than usual; {said(serial.refunded)} went to them, {said(serial.share_of_refunds)} of what customers got "
        f"back. That is {serial.customers.numerator:,.0f} people {mark(serial.customers)}; luck alone would give "
        f"{said(serial.by_chance)}, {verdict}."
    )


def _rates(rates: Rates, name: str) -> list[str]:
    if not rates.lines:
        return []
    if rates.worse:
        plural = {"category": "categories", "country": "countries"}.get(name, f"{name}s")
        head = f"**{capital(plural)} that come back more than the rest** ({said(rates.tested)} compared)"
        lines = [head, bullets(_rate(one) for one in rates.worse[:_SHOWN])]
    else:
        top = rates.lines[0]
        lines = [
            f"No {name} comes back reliably more than the rest ({said(rates.tested)} compared); highest is {top.name}: "
            f"{said_with_interval(top.rate)}."
        ]
    return [*lines, f"{{table:{rates.table.id}}}"] if name in ("product", "category") else lines


def _rate(one: RateLine) -> str:
    return f"{one.name}: {said_with_interval(one.rate)}, {said(one.ratio)} times the rest"


def anti_profile(answered: Answered) -> list[str]:
    """The costliest group first, each with rule, count and cost; how to use it fairly."""
    found = AntiProfile.model_validate(answered.content)
    where = plain_filter(answered)
    if not found.groups:
        lines = [f"**Nobody stands out as a customer to avoid{where}.**"]
        lines += [f"Looked for and not found: {listed(list(found.none))}."] if found.none else []
        return [*lines, *found.missing]
    first = found.groups[0]
    lines = [
        f"**Not to target{where}: {first.label.lower()} cost you most, {said(first.cost)} on "
        f"{said(first.customers, noun=True)}.**",
        bullets(_anti(group) for group in found.groups),
        f"{{table:{found.table.id}}}",
        found.fair_use,
    ]
    for group in found.groups:
        if group.apart is not None and (group.apart.traits or group.apart.under):
            lines += sets_apart(group.apart, them=group.label.lower())
            break
    if found.none:
        lines.append(f"Looked for and not found: {listed(list(found.none))}.")
    return [*lines, *found.missing, *left_out(found.left_out), counted(first.customers)]


def _anti(group: AntiGroup) -> str:
    return (
        f"**{group.label}** ({group.rule_text}): {said(group.customers, noun=True)}, "
        f"{said_with_interval(group.share)} of "
        f"all; {group.cost.label.lower()}: {said(group.cost)}.{_luck(group)} {group.advice}"
    )


def _luck(group: AntiGroup) -> str:
    if group.by_chance is None or not known(group.by_chance):
        return ""
    text = f" Luck alone would give {said(group.by_chance)}"
    return text + ("." if group.more_than_luck else ", so it is no habit: do not act on single names.")


def customer_kinds(answered: Answered) -> list[str]:
    """Which kinds were found and how, and who is not ranked."""
    found = CustomerKinds.model_validate(answered.content)
    where = plain_filter(answered)
    if not found.groups:
        lines = [
            f"**No wholesale customers, resellers, staff, test customers or gift buyers show in the data{where}.** I "
            "looked at tags, channels, discount codes and attributes, then for bulk orders clearly "
            "apart from the others."
        ]
    else:
        parts = [f"{said(one.customers, noun=True)} ({said(one.value)})" for one in found.groups]
        absent = [words for kind, words in KIND_WORDS.items() if kind not in {one.kind for one in found.groups}]
        lines = [f"**{capital(listed(parts))}{where}.**"]
        if absent:
            lines.append(f"Looked for and not found: {listed(absent)}.")
        lines.append(
            bullets(
                f"{capital(KIND_WORDS[one.kind])}: {_reason(one.reason)} {mark(one.customers)}" for one in found.groups
            )
        )
        lines.append(f"{{table:{found.table.id}}}")
        lines += left_out(found.left_out)
    others = [one for one in (found.test_orders, found.free_orders, found.subscription_orders) if one.value]
    if others:
        lines.append(bullets(f"{one.label}: {said(one)}" for one in others))
    return [*lines, *found.warnings, counted(found.test_orders)]


def _reason(reason: str) -> str:
    return reason.replace("10 times", "ten times")
