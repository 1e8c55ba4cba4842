"""Wording of answers about pairs, gateway products, what follows a product, reorder cycles and one product."""

from __future__ import annotations

from copilot.engine.wording.saying import bullets, counted, known, mark, said, said_with_interval
from copilot.statistics.assortment.gateway import Gateway, Gateways
from copilot.statistics.assortment.lines import PLURAL
from copilot.statistics.assortment.next_product import AfterProduct, Following
from copilot.statistics.assortment.performance import ProductPerformance
from copilot.statistics.assortment.replenishment import Cycle, Replenishment
from copilot.statistics.baskets import BasketPairs

_SHOWN = 5


def pairs(found: BasketPairs) -> list[str]:
    """The pair with most orders beyond chance, then the next ones."""
    if not found.pairs:
        if not found.tested.value:
            return [f"**No {PLURAL[found.level]} share an order often enough to be tested.** {mark(found.tested)}"]
        return [
            f"**Nothing goes together more than chance would have it** ({said(found.tested)} pairs tested).",
            *found.warnings,
        ]
    first = found.pairs[0]
    lines = [
        f"**{first.first} and {first.second} go together: {said(first.confidence)} of orders with the first have the "
        f"second too, {said_with_interval(first.lift)} times what chance would give.**",
        bullets(
            f"{one.first} + {one.second}: {said(one.confidence)}, {said(one.lift)} times chance"
            for one in found.pairs[1:_SHOWN]
        ),
        f"Of {said(found.tested)} pairs tested, only those that hold up after correcting for that many are shown. A "
        "pair that sells together anyway needs no discount: show the second one beside the first.",
    ]
    return [*[line for line in lines if line], f"{{table:{found.table.id}}}", *found.warnings, counted(first.lift)]


def gateway(found: Gateways) -> list[str]:
    """Which first purchases hold up as better or worse; else how many more would tell."""
    if not found.lines:
        return ["**I cannot say which first product brings people back.**", *found.warnings]
    if found.better or found.worse:
        lines = [f"**{_gateway_head(found)}**"]
        shown = [*found.better[:_SHOWN], *found.worse[:_SHOWN]]
        lines.append(bullets(_gateway_line(one) for one in shown))
    else:
        lines = [
            f"**No first {found.level} is reliably better or worse at bringing people back** "
            f"({said(found.tested)} compared). Of all customers {said_with_interval(found.average)} came back in time."
        ]
        nearest = [one for one in found.lines if one.more_needed is not None and one.more_needed.value]
        if nearest:
            one = min(nearest, key=lambda line: line.more_needed.value if line.more_needed else 0)  # type: ignore[arg-type,return-value]
            if one.more_needed is not None:
                lines.append(
                    f"Nearest to telling is {one.name}: {said_with_interval(one.repeat_rate)} came back; about "
                    f"{said(one.more_needed)} more customers who begin with it would show a difference of that size."
                )
    lines.append(
        "Counted are customers who have had the time to come back. The first product is associated with "
        "coming back; it "
        "need not be the cause: who buys it may be another kind of person."
    )
    chart = [f"{{chart:{found.chart.id}}}"] if found.chart is not None else []
    return [*lines, f"{{table:{found.table.id}}}", *chart, *found.warnings, counted(found.average)]


def _gateway_head(found: Gateways) -> str:
    parts = []
    if found.better:
        one = found.better[0]
        parts.append(f"{one.name} brings people who come back: {said(one.repeat_rate)} of its beginners do")
    if found.worse:
        one = found.worse[0]
        parts.append(
            f"{'after ' if found.better else 'After '}{one.name} fewest come back: {said(one.repeat_rate)} of them"
        )
    return "; ".join(parts) + f", against {said(found.average)} of all customers."


def _gateway_line(one: Gateway) -> str:
    text = f"{one.name}: {said_with_interval(one.repeat_rate)} came back, {said(one.ratio)} times the rest"
    if one.within_month is not None and known(one.within_month):
        text += f" ({said(one.within_month)} times among those who began in the same month)"
    if known(one.value):
        text += f"; worth {said(one.value)} in half a year"
    return text


def after(found: AfterProduct) -> list[str]:
    """What comes in the order after a product; reliable ones first."""
    if not found.following:
        return [
            f"**Too few to say what comes after {found.name}:** {said(found.buyers, noun=True)} bought it, "
            f"{said(found.came_back)} of them ordered again.",
            *found.warnings,
        ]
    reliable = [one for one in found.following if one.reliable]
    if reliable:
        first = reliable[0]
        lines = [
            f"**After {found.name} they buy {first.name}: {said_with_interval(first.share)} of those "
            "who order again have "
            f"it in the next order, {said(first.lift)} times as often as after other orders, {said(first.median_days)} "
            "later (median).**"
        ]
    else:
        first = found.following[0]
        lines = [
            f"**Nothing follows {found.name} more often than it follows other orders** "
            f"({said(found.tested)} compared). "
            f"Commonest is {first.name}: {said_with_interval(first.share)} of next orders."
        ]
    rest = [one for one in found.following if one is not first][: _SHOWN - 1]
    lines.append(bullets(_following(one) for one in rest))
    lines.append(
        f"Of {said(found.buyers, noun=True)} of {found.name}, {said(found.came_back)} ordered again; the shares are of "
        "these. What the same order already held does not count as next."
    )
    return [*[line for line in lines if line], f"{{table:{found.table.id}}}", *found.warnings, counted(found.buyers)]


def _following(one: Following) -> str:
    doubt = "" if one.reliable else ", which chance may explain"
    return f"{one.name}: {said(one.share)}, {said(one.lift)} times as often as after other orders{doubt}"


def reorder(found: Replenishment) -> list[str]:
    """After how many days the same is bought again, by how many, and who is due."""
    if not found.cycles:
        return [f"**There is no reorder cycle to name{' for ' + found.name if found.name else ''}.**", *found.warnings]
    first = found.cycles[0]
    if found.name or len(found.cycles) == 1:
        lines = [f"**{_cycle(first)}**", *_whole(first)]
    else:
        lines = [
            f"**What is bought again most is {first.name}: {_days(first)}.**",
            bullets(f"{one.name}: {_days(one)}, {said(one.due)} customers due" for one in found.cycles[1:_SHOWN]),
            *_whole(first),
        ]
    lines.append("Remind a little before the median: who is due is counted in the table, so it can be mailed.")
    return [*lines, f"{{table:{found.table.id}}}", *found.warnings, counted(first.days)]


def _days(one: Cycle) -> str:
    return f"{said_with_interval(one.days)} between two purchases (median)"


def _cycle(one: Cycle) -> str:
    return (
        f"{one.name} is bought again after {said_with_interval(one.days)} (median), mostly after "
        f"{said(one.quarter)} to "
        f"{said(one.three_quarters)}; {said(one.due, noun=True)} are due now."
    )


def _whole(one: Cycle) -> list[str]:
    """The same with those who never came back: the median of the gaps alone is that of the faithful."""
    text = f"Only {said(one.again)} of the buyers of {one.name} have bought it again so far, and the days are theirs."
    if one.all_days is not None and known(one.all_days):
        text += f" With those still waiting allowed for, half have done so by {said(one.all_days)}."
    elif one.within_year is not None and known(one.within_year):
        text += f" With those still waiting allowed for, {said_with_interval(one.within_year)} do within a year."
    return [text]


def one(found: ProductPerformance) -> list[str]:
    """A product in a few sentences: money, trend, who buys it, discounts, returns, again."""
    lines = [
        f"**{found.name}: {said(found.sales)} gross sales, {said(found.share)} of product sales, from "
        f"{said(found.orders, noun=True)} of {said(found.customers, noun=True)}.**"
    ]
    facts = []
    if found.trend is not None and known(found.trend):
        facts.append(f"sales of the last 90 days are {said(found.trend)} times those of the 90 before")
        if found.orders_trend is not None and known(found.orders_trend):
            low, high = found.orders_trend.low or 0.0, found.orders_trend.high or 0.0
            verdict = "which is no reliable change" if low <= 1 <= high else "more than chance"
            facts.append(f"orders with it {said_with_interval(found.orders_trend)} times, {verdict}")
    facts.append(f"{said(found.began)} of its buyers began with it")
    facts.append(f"{said(found.again)} bought it again")
    if found.cycle is not None:
        facts.append(f"those who did, after {said(found.cycle.days)} (median)")
    if found.discounted is not None and known(found.discounted):
        facts.append(f"{said(found.discounted)} of its orders were discounted")
    if found.returned is not None and known(found.returned):
        facts.append(f"{found.returned.label.partition(' of ')[0].lower()} {said_with_interval(found.returned)}")
    lines.append(bullets(facts))
    if found.trend is None:
        lines.append("The data is too short for a trend.")
    return [*lines, *found.warnings, counted(found.sales)]
