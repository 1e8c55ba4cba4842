"""Wording of answers to why sales changed."""

from __future__ import annotations

from copilot.engine.wording.saying import Answered, bullets, counted, known, listed, mark, plain_filter, said
from copilot.evidence.wording import format_day, format_period
from copilot.statistics.change.explain import Part, SalesChange
from copilot.statistics.change.mix import Levels
from copilot.statistics.change.usual import is_month
from copilot.statistics.result import Figure, Period
from copilot.tools.why_changed import ChangeAnswer

_PARTS = 4
_LEVELS = 3
_SMALL = 0.05  # of the largest part: not worth a line


def why_changed(answered: Answered) -> list[str]:
    """The change, its causes in order of size, who and what carried it, and how usual it is."""
    result = ChangeAnswer.model_validate(answered.content)
    found = result.change
    where = plain_filter(Answered(answered.kind, {}, {"only": answered.arguments.get("only", ())}))
    lines = [_head(found, where)]
    if found.warnings:
        lines.append("; ".join(f"{one[:1].upper()}{one[1:]}" for one in found.warnings) + f". {mark(found.change)}")
    lines.append(_usual(found))
    if found.change.value:
        lines.append("**What made the difference** (the parts add up to it exactly):")
        lines.append(bullets(_part(part) for part in _shown(found.parts)))
        lines.append(_new(found))
        lines += [_carried(one, found) for one in found.by]
    lines.append(f"{{table:{found.table.id}}}")
    lines += [f"{{table:{one.table.id}}}" for one in found.by[:2]]
    lines.append(f"**What order data cannot see:** {'; '.join(found.cannot_see)}.")
    return [*[line for line in lines if line], counted(found.change)]


def _head(found: SalesChange, where: str) -> str:
    old, new = _named(found.before), _named(found.after)
    pair = f"from {said(found.before)} ({old}) to {said(found.after)} ({new})"
    change = found.change.value or 0.0
    if not change:
        return f"**Net sales did not change{where}: {pair}.**"
    verb = "rose" if change > 0 else "fell"
    share = f", {_plain(found.relative)}" if known(found.relative) else ""
    return f"**Net sales {verb} by {_plain(found.change)}{share}{where}: {pair}.**"


def _named(figure: Figure) -> str:
    period = figure.period
    return _period(period) if period else "the period"


def _period(period: Period) -> str:
    if is_month(period):
        return f"{period.start:%B %Y}"
    if period.start == period.end:
        return format_day(period.start)
    return format_period(period)


def _plain(figure: Figure) -> str:
    """The size of a change without its sign: the verb says the direction."""
    positive = figure.model_copy(update={"value": abs(figure.value or 0.0), "low": None, "high": None})
    return said(positive)


def _usual(found: SalesChange) -> str:
    usual = found.usual
    if usual.rare is None:
        return f"Too little history to say whether a change of this size is usual here. {mark(usual.as_large)}"
    count = f"{usual.as_large.numerator:g} of {usual.as_large.n} {mark(usual.as_large)}"
    typical = f"the typical one is {said(usual.typical)} up or down"
    if usual.rare:
        return f"That is unusual for this shop: earlier changes were as large in {count}; {typical}."
    return f"**Changes of this size are normal here**: earlier ones were as large in {count}; {typical}."


def _shown(parts: tuple[Part, ...]) -> list[Part]:
    largest = max((abs(part.effect.value or 0.0) for part in parts), default=0.0)
    return [part for part in parts if abs(part.effect.value or 0.0) >= _SMALL * largest][:_PARTS]


def _part(part: Part) -> str:
    sign = "+" if (part.effect.value or 0.0) > 0 else "-"
    line = f"**{part.words}**: {sign}{_plain(part.effect)}"
    if part.key in ("mix", "price") and part.before is not None and part.after is not None:
        return f"{line} (average price of a unit {said(part.before)}, then {said(part.after)}, from both)"
    if part.key in ("guests", "orders") or part.before is None or part.after is None:
        return line
    return f"{line} ({said(part.before)}, then {said(part.after)})"


def _new(found: SalesChange) -> str:
    """New against returning customers, both numbers and sales of each."""
    effects = {part.key: part.effect for part in found.newness}
    texts = []
    for kind in ("new", "returning"):
        both = [effects[key] for key in (f"{kind} count", f"{kind} value") if key in effects]
        if both:
            words = [
                f"{'+' if (one.value or 0) > 0 else '-'}{_plain(one)} from {word}"
                for key, word in (("count", "their number"), ("value", "what each spent"))
                if (one := effects.get(f"{kind} {key}")) is not None
            ]
            texts.append(f"{kind} customers {listed(words)}")
    return f"New or returning: {'; '.join(texts)}." if texts else ""


def _carried(one: Levels, found: SalesChange) -> str:
    """The levels that moved most; nothing if one level is all there is."""
    moved = [level for level in one.levels if level.change.value][:_LEVELS]
    if not moved:
        return ""
    down = (found.change.value or 0.0) < 0
    same = [level for level in moved if ((level.change.value or 0.0) < 0) == down]
    other = [level for level in moved if level not in same]
    text = listed([_moved(level.name, level.change) for level in same]) if same else "no single one"
    against = f"; the other way {listed([_moved(level.name, level.change) for level in other])}" if other else ""
    return f"By {one.dimension.replace('_', ' ')}: {text}{against}."


def _moved(name: str, change: Figure) -> str:
    return f"{name} {'+' if (change.value or 0.0) > 0 else '-'}{_plain(change)}"
