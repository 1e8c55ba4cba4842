"""Wording of answers about sales, declared metrics, repeat rates and the buying rhythm."""

from __future__ import annotations

from dataclasses import replace

from copilot.engine.wording.comparison import compared
from copilot.engine.wording.saying import (
    Answered,
    bullets,
    capital,
    counted,
    known,
    mark,
    plain_filter,
    said,
    said_with_interval,
    warned,
)
from copilot.evidence.wording import format_period
from copilot.statistics.query import QueryResult
from copilot.statistics.query_compare import mover
from copilot.statistics.repeat import RepeatRates
from copilot.statistics.result import Figure
from copilot.tools.buying_rhythm import RhythmAnswer
from copilot.tools.sales_summary import SalesAnswer

_NAMED_ROWS = 3
_TIMES = {"day", "week", "month", "quarter", "year", "weekday", "hour", "order_number"}


def sales(answered: Answered) -> list[str]:
    """Net sales first, then the ladder, order values and guests."""
    result = SalesAnswer.model_validate(answered.content)
    ladder = result.ladder
    where = plain_filter(answered)
    if answered.arguments.get("view") == "new_customers":
        return _new_customers(result, where)
    lines = [
        f"**{said(ladder.net_sales)} net sales from {said(ladder.orders, noun=True)} of "
        f"{said(ladder.customers, noun=True)}{where}.**",
        f"The ladder: {said(ladder.gross_sales)} gross, less {said(ladder.discounts)} discounts "
        f"({said(ladder.discount_rate)}) and {said(ladder.returns)} returns.",
        f"The average order is {said(ladder.aov)}, the median {said(ladder.median_order_value)}: "
        "the average is pulled by large orders, so plan with the median.",
    ]
    if ladder.guest_orders.value:
        lines.append(
            f"{said(ladder.guest_orders, noun=True)} without a customer ({said(ladder.guest_net_sales)}) count in the "
            "totals and in no customer figure."
        )
    lines += [f"{{table:{ladder.ladder.id}}}", f"{{chart:{result.trend.sales_chart.id}}}"]
    return [*lines, counted(ladder.net_sales)]


def _new_customers(result: SalesAnswer, where: str) -> list[str]:
    """First orders month by month; a month cut off by the data is named, not compared."""
    trend = result.trend
    whole = [i for i, month in enumerate(trend.months) if month not in trend.partial and known(trend.new_customers[i])]
    if not trend.months:
        return [f"Nobody ordered{where}."]
    shown = trend.new_customers[whole[-1]] if whole else trend.new_customers[-1]
    month = trend.months[whole[-1]] if whole else trend.months[-1]
    lines = [f"**{said(shown)} new customers in {month} {mark(shown)}{where}.**"]
    if len(whole) > 1:
        best = max(whole, key=lambda i: trend.new_customers[i].value or 0.0)
        most = trend.new_customers[best]
        lines.append(
            f"Most came in {trend.months[best]}: {said(most)}. A customer is new in the month of the first order."
        )
    for partial in trend.partial:
        figure = trend.new_customers[trend.months.index(partial)]
        lines.append(f"{partial} is not complete in the data, do not compare it {mark(figure)}.")
    return [
        *lines,
        f"{{table:{trend.table.id}}}",
        f"{{chart:{trend.customers_chart.id}}}",
        counted(result.ladder.net_sales),
    ]


def measure(answered: Answered) -> list[str]:
    """One value as a sentence; several as the leading rows and a table; a comparison with its verdict."""
    result = QueryResult.model_validate(answered.content)
    where = plain_filter(answered)
    if not result.values:
        return [f"Nothing in the data matches{where}: no orders there. Try a longer period or another filter."]
    first = result.values[0]
    if result.comparison is not None:
        told = {key: value for key, value in answered.arguments.items() if key != "period"}
        where = plain_filter(replace(answered, arguments=told))
        return [*compared(result, result.comparison, where), counted(result.comparison.rows[0][0].difference)]
    group = result.query.segment
    where = f" of {group.name}{where}" if group is not None and group.conditions else where
    if not result.query.by:
        lines = [f"**{first[0].label}{where}: {said_with_interval(first[0])}.**"]
        lines += [f"{figure.label}: {said_with_interval(figure)}." for figure in first[1:]]
        note = warned(first)
        if first[0].period is not None:
            lines.append(f"Period: {format_period(first[0].period)} {mark(first[0])}.")
    else:
        lines = _leading(result, where)
        note = _row_warnings(result)
        lines.append(f"{{table:{result.table.id}}}")
        if result.chart is not None:
            lines.append(f"{{chart:{result.chart.id}}}")
    return [*lines, *([note] if note else []), counted(first[0])]


def _row_warnings(result: QueryResult) -> str:
    """Warnings of the rows, each with the rows it is about."""
    about: dict[str, list[tuple[str, Figure]]] = {}
    for labels, values in zip(result.labels, result.values, strict=True):
        for warning in dict.fromkeys(warning for figure in values for warning in figure.warnings):
            about.setdefault(warning.rstrip("."), []).append((" / ".join(labels), values[0]))
    notes = []
    for text, rows in about.items():
        named = ", ".join(label for label, _ in rows[:_NAMED_ROWS])
        notes.append(f"{named}: {_small(text)} {mark(*(figure for _, figure in rows[:_NAMED_ROWS]))}.")
    return " ".join(notes)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _leading(result: QueryResult, where: str) -> list[str]:
    by = " and ".join(name.replace("_", " ").removeprefix("attribute:") for name in result.query.by)
    metric = result.values[0][0].label.partition(":")[0]
    if _TIMES & set(result.query.by):
        cut = [any("not complete" in w for figure in row for w in figure.warnings) for row in result.values]
        whole = [i for i, one in enumerate(cut) if not one] or list(range(len(cut)))
        best = max(whole, key=lambda i: result.values[i][0].value or 0.0)
        return [
            f"**{capital(metric)} by {by}{where}: highest {_at(result.query.by[0], result.labels[best])}, "
            f"{said(result.values[best][0])}.**"
        ]
    lead = (
        f"**{capital(metric)} by {by}{where}: {' / '.join(result.labels[0])} leads with {said(result.values[0][0])}.**"
    )
    rest = zip(result.labels[1:_NAMED_ROWS], result.values[1:_NAMED_ROWS], strict=False)
    following = [f"{' / '.join(labels)} {said(values[0])}" for labels, values in rest]
    lines = [lead, *([f"Then {', '.join(following)}."] if following else [])]
    if len(result.values) > 1 and (gap := mover(result.values[0][0], result.values[1][0])) and gap[0] <= 0 <= gap[1]:
        first, second = (" / ".join(label) for label in result.labels[:2])
        lines.append(f"**No reliable lead**: the difference between {first} and {second} can be chance.")
    return lines


def _at(dimension: str, label: tuple[str, ...]) -> str:
    """A time with the word that goes before it: "on Sunday", "at 21:00", "in 2026-03"."""
    named = " / ".join(label)
    if dimension == "order_number":
        return f"at the {named} order"
    word = {"weekday": "on", "day": "on", "hour": "at"}.get(dimension, "in")
    return f"{word} {named}"


def repeat_rate(answered: Answered) -> list[str]:
    """The rate people mean first, then the definitions that are often mixed up with it."""
    result = RepeatRates.model_validate(answered.content)
    where = plain_filter(answered)
    if answered.arguments.get("period"):
        within_period = result.in_period
        return [
            f"**{said_with_interval(within_period)} of those who ordered{where} did so more than once in that time.**",
            f"Counting all their orders, also earlier ones, {said(result.returning)} are returning customers; "
            f"{said(result.orders_per_customer)} orders per customer.",
            *([note] if (note := warned([within_period])) else []),
            counted(within_period),
        ]
    sales = result.net_sales_from_repeat
    bring = f"; repeat customers bring {said(sales)} of net sales" if known(sales) else ""
    lines = [
        f"**{said_with_interval(result.lifetime)} of your customers came back{where}: "
        f"{said(result.repeat_customers)} of {said(result.customers, noun=True)} ordered more than once.**",
        f"The other {said(result.one_time_customers)} bought once. A customer has ordered "
        f"{said(result.orders_per_customer)} times on average{bring}.",
    ]
    within = [figure for figure in result.within if known(figure)]
    if within:
        lines.append("**Second order within a time** (only customers who have had that long, so it compares fairly):")
        lines.append(bullets(f"{figure.label}: {said_with_interval(figure)}" for figure in within))
    others = [figure for figure in (result.in_period, result.returning) if known(figure)]
    if others:
        lines.append("Other tools mean something else by the same words:")
        lines.append(bullets(f"{figure.label}: {said(figure)}" for figure in others))
    return [*lines, counted(result.lifetime)]


def rhythm(answered: Answered) -> list[str]:
    """Days between orders, the shop's own borders, and the verdict on a given number of days."""
    result = RhythmAnswer.model_validate(answered.content)
    r = result.rhythm
    if not known(r.gap_median):
        why = warned([r.gap_median]) or "Nobody has ordered twice yet."
        return [f"**There is no rhythm to measure yet.** {why}", counted(r.gaps)]
    lines: list[str] = []
    if result.days is not None and result.beyond is not None and result.asked is not None:
        lines.append(_verdict(result))
    lines.append(
        f"{'' if lines else '**'}Customers who come back wait {said(r.gap_median)} between orders (median)"
        f"{'' if lines else '**'}, typically between {said(r.gap_p25)} and {said(r.gap_p75)}; "
        f"all but the slowest tenth are back within {said(r.gap_p90)}."
    )
    if known(r.second_order_median):
        lines.append(f"The second order takes {said(r.second_order_median)} (median of those who placed one).")
    past = [figure for figure in r.past if known(figure)]
    if past:
        last = past[-1]
        lines.append(
            f"I would remind at {said(r.gap_p75)} and offer at {said(r.gap_p90)}. "
            f"{last.label}: {said(last, noun=True)}."
        )
    if r.thresholds.provisional:
        lines.append(f"These borders are provisional: {r.thresholds.reason}")
    lines.append(
        "Gaps of customers who never came back are missing from this by nature; "
        "the table allows for them (Kaplan-Meier)."
    )
    return [*lines, f"{{table:{r.after_order.id}}}", f"{{chart:{r.curve.id}}}", counted(r.gap_median)]


def _verdict(result: RhythmAnswer) -> str:
    """Where a number of days lies among the shop's own gaps; the guide's common rule beside it."""
    if result.beyond is None or result.asked is None or result.beyond.value is None:
        return "**Too few gaps to judge a number of days by.**"
    days = f"{result.days} days [{result.asked.id}]"
    longer = result.beyond.value
    if longer < 0.25:
        verdict = f"late for most of your customers: only {said(result.beyond)} of all gaps between orders are longer"
    elif longer > 0.6:
        verdict = f"early: {said(result.beyond)} of all gaps between orders are longer, so many would come back anyway"
    else:
        verdict = f"about the middle of your customers' rhythm: {said(result.beyond)} of all gaps are longer"
    guide = f" For the usual rules see the guide: {result.guide.heading} [{result.guide.id}]" if result.guide else ""
    return f"**{capital(days)} is {verdict}.**{guide}"
