"""Wording of answers about customers: the best, a segment's list, RFM groups, journey stages."""

from __future__ import annotations

import re

from copilot.engine.wording.contrast import sets_apart
from copilot.engine.wording.saying import Answered, capital, counted, known, listed, mark, plain_filter, said
from copilot.evidence.gate import sentences
from copilot.evidence.wording import format_figure
from copilot.statistics.best import BestCustomers
from copilot.statistics.conduct.kinds import LeftOut
from copilot.statistics.journey import JourneyStages
from copilot.statistics.rfm import RfmGroups
from copilot.tools.list_customers import ListAnswer

_DEFAULT_SHARE = 0.10


def best_customers(answered: Answered) -> list[str]:
    """Size and share first, then the typical one against the rest, what sets them apart, the table, the traps."""
    result = BestCustomers.model_validate(answered.content)
    basis = "net sales" if "net" in (result.share.label + result.share.definition).lower() else "sales"
    where = plain_filter(answered)
    head = (
        f"**{said(result.size, noun=True)} ({_top(result, answered)}) bring {said(result.share)} of {basis}{where}.**"
    )
    lines = [head if known(result.share) else f"**{said(result.size, noun=True)} ({_top(result, answered)}){where}.**"]
    before = _compared_with_before(result, answered)
    if before:
        lines.insert(0, before)
    lines.append(
        f"A typical one of them has ordered {said(result.median_orders)} times and spent {said(result.median_value)}"
        + (
            f"; the typical customer of the rest {said(result.rest_median_orders)} and {said(result.rest_median_value)}"
            if known(result.rest_median_orders)
            else "; nobody is left to compare them with"
        )
        + f". Their last order was {said(result.median_recency)} before the data ends (median)"
        + (f", that of the others {said(result.rest_median_recency)}." if known(result.rest_median_recency) else ".")
    )
    lines += sets_apart(result.apart, them="them")
    lines.append(f"{{table:{result.table.id}}}")
    if result.wrong_names is not None and result.wrong_names.rows:
        refs = [str(row["customer_ref"]) for row in result.wrong_names.rows]
        lines.append(
            f"> **{'One name' if len(refs) == 1 else 'Names'} you would have got wrong:** by gross sales "
            f"{listed(refs)} would be in this list; much of what they bought came back. I rank by net. "
            f"{mark(result.wrong_names_count)}"
        )
    lines += left_out(result.left_out)
    lines.append(counted(result.size))
    return lines


def _top(result: BestCustomers, answered: Answered) -> str:
    if answered.arguments.get("count"):
        return f"your top {format_figure(result.size)}"
    share = float(answered.arguments.get("share") or _DEFAULT_SHARE)
    return f"your top {100 * share:g} % {mark(result.share)}"


def _compared_with_before(result: BestCustomers, answered: Answered) -> str:
    """One sentence on what changed against the same question asked before with other filters."""
    if answered.previous is None or answered.previous.kind != "best_customers":
        return ""
    before = BestCustomers.model_validate(answered.previous.content)
    was = {trait.what.text(): trait.ratio for trait in before.apart.traits}
    now = {trait.what.text() for trait in result.apart.traits}
    shares = f"their share of sales was {said(before.share)} and is {said(result.share)} here"
    if was and was.keys() <= now:
        return f"The same picture: everything that set them apart before holds here too; {shares}."
    if was.keys() & now:
        gone = [f"{name} {mark(was[name])}" for name in sorted(was.keys() - now)]  # a month's digits need the receipt
        return f"Much the same picture: {shares}; no longer reliable here: {listed(gone)}."
    return f"A different picture: {shares}."


def left_out(found: LeftOut | None) -> list[str]:
    """Who is not in a ranking, and how to get them in; and large buyers who are, because they are no separate group."""
    lines: list[str] = []
    if found is not None and found.kinds:
        parts = [
            f"{said(count, noun=True)} ({said(value)})"
            for count, value in zip(found.customers, found.value, strict=True)
        ]
        names = listed([f"“with {kind}”" for kind in found.kinds])
        lines.append(f"Left out: {listed(parts)}. Say {names} to rank them too.")
    if found is not None and found.trade_like is not None and known(found.trade_like):
        lines.append(
            f"{said(found.trade_like, noun=True)} look like trade buyers; they shade into the others, so they stay in."
        )
    return lines


def customer_list(answered: Answered) -> list[str]:
    """How many, what they brought, and who."""
    answer = ListAnswer.model_validate(answered.content)
    result = answer.customers
    where = plain_filter(answered)
    lines = [
        f"**{capital(result.rule.name)}{where}: {said(result.size, noun=True)}.** "
        f"That is {said(result.share)} of your customers; "
        f"they brought {said(result.value)}, {said(result.value_share)} of what all customers spent.",
        f"The rule: {result.rule.text()} {mark(result.size)}.",
    ]
    shown = [one for one in answer.borders if re.search("active up to|lapsed after", one.label)]
    if shown:
        borders = "; ".join(f"{one.label.removeprefix('Activity threshold, ')} {said(one)}" for one in shown)
        lines.append(f"Your shop's own borders: {borders}; in between is at risk.")
    if result.table.rows:
        lines.append(f"{{table:{result.table.id}}}")
        lines += left_out(result.left_out)
    lines.append(counted(result.size))
    return lines


def customer_groups(answered: Answered) -> list[str]:
    """The groups that matter most by money, the table and the thresholds."""
    result = RfmGroups.model_validate(answered.content)
    full = [group for group in result.groups if group.customers.value]
    biggest = max(full, key=lambda group: group.value.value or 0.0)
    most = max(full, key=lambda group: group.customers.value or 0.0)
    lines = [
        f"**{biggest.label} carry the most: {said(biggest.customers, noun=True)} bring {said(biggest.value_share)} of "
        f"what your {said(result.customers, noun=True)} spent.**"
    ]
    if most.name != biggest.name:
        lines.append(
            f"The largest group is {most.label} with {said(most.customers, noun=True)} "
            f"({said(most.share)} of customers, {said(most.value_share)} of sales)."
        )
    risky = [g for g in full if any(word in g.name for word in ("risk", "lose", "hibernat", "sleep", "attention"))]
    if risky:
        worst = max(risky, key=lambda group: group.value.value or 0.0)
        lines.append(
            f"The group to act on first is {worst.label}: {said(worst.customers, noun=True)}, "
            f"{said(worst.value)} so far, last order {said(worst.median_days_since)} ago (median)."
        )
    lines += [f"{{table:{result.table.id}}}", *_plainly(result.method_text)]
    lines += [f"{{table:{result.thresholds.id}}}", counted(result.customers)]
    return lines


def journey(answered: Answered) -> list[str]:
    """Hot, warm and cold with money; what cannot be sized and which export would do it."""
    result = JourneyStages.model_validate(answered.content)
    hot, warm, cold = result.stages
    if result.sizable:
        head = (
            f"**{said(hot, noun=True)} hot, {said(warm)} warm, {said(cold)} cold, "
            f"of {said(result.known, noun=True)} you know.**"
        )
    else:
        head = f"**{said(hot, noun=True)} are hot: they have bought. Cold and warm cannot be sized from this data.**"
    lines = [head]
    if not result.sizable or result.missing:
        lines.append(" ".join(result.missing))
    lapsed = result.substage("hot_lapsed")
    new = result.substage("hot_new")
    lines.append(
        f"Of the hot ones, {said(new.people)} bought once and recently, and {said(lapsed.people)} have lapsed; "
        f"the lapsed brought {said(lapsed.net_sales)} so far."
    )
    if result.sizable:
        reach = result.substage("warm_subscriber")
        lines.append(
            f"A stage is not a permission: of {said(reach.people)} warm subscribers "
            f"{said(reach.contactable)} may be mailed."
        )
    if result.thresholds.provisional and result.thresholds.reason:
        lines.append(f"The borders in days are provisional: {result.thresholds.reason}")
    lines += [f"{{table:{result.table.id}}}", f"{{chart:{result.chart.id}}}", counted(result.known)]
    return lines


def _plainly(text: str) -> list[str]:
    """The sentences of a text that hold no number; the numbers stand in the table of thresholds."""
    kept = " ".join(sentence.strip() for sentence in sentences(text) if not any(c.isdigit() for c in sentence))
    return [kept] if kept else []
