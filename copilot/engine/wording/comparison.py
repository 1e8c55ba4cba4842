"""Wording of comparisons: both values, the difference with its interval, a plain verdict, amounts per day."""

from __future__ import annotations

from copilot.engine.wording.saying import bullets, capital, known, listed, mark, said, said_with_interval
from copilot.evidence.wording import format_interval, format_period, format_value
from copilot.statistics.query import QueryResult
from copilot.statistics.query_compare import LENGTHS, Change, Comparison
from copilot.statistics.result import Figure

_NAMED = 3
_PART = "the data covers only a part of this period"
_TOTALS = "These are totals of everything recorded, so the difference is exact; it does not say whether it will last."


def compared(result: QueryResult, comparison: Comparison, where: str) -> list[str]:
    """The blocks of a comparison, answer first."""
    rows = comparison.rows
    lines = _groups(result, comparison, where) if result.query.by else _values(rows[0], comparison, where)
    totals = any(change.verdict == "total" for change in rows[0])
    if totals:
        lines.append(_TOTALS)
    told = [text for text in comparison.warnings if totals or text != LENGTHS]
    if told:
        lines.append(" ".join(f"{capital(text)} {mark(rows[0][0].now, rows[0][0].before)}." for text in told))
    lines.append(f"{{table:{comparison.table.id}}}")
    return lines


def _values(changes: tuple[Change, ...], comparison: Comparison, where: str) -> list[str]:
    """One metric as a sentence with its verdict, several as a list."""
    sentences = [_sentence(change, comparison, where) for change in changes]
    lines = [f"**{sentences[0]}**"]
    lines += [text for text in (_verdict(changes[0]), _per_day(changes[0])) if text]
    further = [
        " ".join(part for part in (text, _verdict(change), _per_day(change)) if part)
        for text, change in zip(sentences[1:], changes[1:], strict=True)
    ]
    return [*lines, bullets(further)] if further else lines


def _sentence(change: Change, comparison: Comparison, where: str) -> str:
    now, before = change.now, change.before
    ours, theirs = _side(comparison, now, first=True), _side(comparison, before, first=False)
    if not known(now) or not known(before):
        told = [f"{said(figure)} {side}" for figure, side in ((now, ours), (before, theirs)) if known(figure)]
        missing = ours if not known(now) else theirs
        why = next((text for text in (*now.warnings, *before.warnings)), "")
        reason = f" ({why})" if why and not any(c.isdigit() for c in why) else ""
        have = f" There are {listed(told)}." if told else ""
        return f"{now.label}{where}: not known {missing}{reason} {mark(now if not known(now) else before)}.{have}"
    if change.per_day is not None and any(_PART in figure.warnings for figure in (now, before)):
        ours_a_day, theirs_a_day, _ = change.per_day
        totals = f" In total {said(now)} {ours} and {said(before)} {theirs}."
        return f"{now.label}{where} per day: {said(ours_a_day)}, against {said(theirs_a_day)}{_daily(change)}.{totals}"
    moved = f", {_moved(change)}" if known(change.difference) else ""
    return f"{now.label}{where}: {said(now)} {ours}, against {said(before)} {theirs}{moved}."


def _side(comparison: Comparison, figure: Figure, *, first: bool) -> str:
    """Which side it is: the days of the figure, or the group."""
    if comparison.kind == "rest":
        return f"({comparison.now if first else comparison.before})"
    return f"({format_period(figure.period)})" if figure.period is not None else ""


def _moved(change: Change) -> str:
    """How far up or down, absolute and relative."""
    difference = change.difference
    value = difference.value or 0.0
    if value == 0:
        return f"no change {mark(difference)}"
    word = "more" if value > 0 else "less"
    points = " (percentage points)" if difference.unit == "share" else ""
    relative = f" ({_unsigned(change.change)}{_relative_word(change)})" if known(change.change) and not points else ""
    return f"{_unsigned(difference)}{points} {word}{relative}"


def _relative_word(change: Change) -> str:
    return " up" if (change.change.value or 0) > 0 else " down"


def _unsigned(figure: Figure) -> str:
    return said(figure.model_copy(update={"value": abs(figure.value or 0.0)}))


def _verdict(change: Change) -> str:
    if change.verdict in ("higher", "lower"):
        return f"Reliably {change.verdict}: by plausibly {_reach(change.difference)}."
    if change.verdict == "no reliable difference":
        low, high = _bound(change.difference, high=False), _bound(change.difference, high=True)
        return f"No reliable difference: it is plausibly between {low} less and {high} more {mark(change.difference)}."
    if change.verdict == "unknown" and known(change.now) and known(change.before):
        return "There is too little data to say whether the difference is more than chance."
    return ""


def _reach(difference: Figure) -> str:
    """The interval without signs, smaller end first: both ends lie on one side of zero."""
    low, high = abs(difference.low or 0.0), abs(difference.high or 0.0)
    ends = difference.model_copy(update={"low": min(low, high), "high": max(low, high)})
    return f"{format_interval(ends)} {mark(difference)}"


def _bound(difference: Figure, *, high: bool) -> str:
    value = difference.high if high else difference.low
    return format_value(abs(value or 0.0), difference.unit, difference.currency, difference.decimals)


def _per_day(change: Change) -> str:
    if change.per_day is None or any(_PART in figure.warnings for figure in (change.now, change.before)):
        return ""
    now, before, _ = change.per_day
    return f"Per day with data: {said(now)} against {said(before)}{_daily(change)}."


def _daily(change: Change) -> str:
    if change.per_day is None or not known(change.per_day[2]):
        return ""
    relative = change.per_day[2]
    return f", {_unsigned(relative)} {'more' if (relative.value or 0) > 0 else 'less'}"


def _groups(result: QueryResult, comparison: Comparison, where: str) -> list[str]:
    """The groups that moved most, and which differences are reliable."""
    by = " and ".join(name.replace("_", " ") for name in result.query.by)
    found = [
        (" / ".join(label), row[0]) for label, row in zip(result.labels, comparison.rows, strict=True)
        if known(row[0].difference)
    ]  # fmt: skip
    if not found:
        return [f"**There is nothing to compare by {by}{where}.**"]
    found.sort(key=lambda pair: pair[1].difference.value or 0.0)
    (worst, least), (best, most) = found[0], found[-1]
    metric = most.now.label.partition(":")[0]
    ours, theirs = (_side(comparison, figure, first=first).strip("()")
                    for figure, first in ((most.now, True), (most.before, False)))  # fmt: skip
    sides = f"{ours} against {theirs}"
    lines = [f"**{metric} by {by}{where}, {sides} {mark(most.now, most.before)}: {best} moved up most, {_to(most)}.**"]
    if (most.difference.value or 0) <= 0:
        lines = [f"**{metric} by {by}{where}, {sides} {mark(most.now, most.before)}: nothing moved up.**"]
    if (least.difference.value or 0) < 0:
        lines.append(f"{worst} moved down most, {_to(least)}.")
    sure = [name for name, change in found if change.verdict in ("higher", "lower")]
    if most.verdict != "total":
        named = listed(sure[-_NAMED:][::-1])
        lines.append(f"Reliable differences, among others: {named}." if sure else "No difference is reliable.")
    return lines


def _to(change: Change) -> str:
    return f"from {said(change.before)} to {said(change.now)} ({said_with_interval(change.difference)})"
