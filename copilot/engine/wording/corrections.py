"""Wording of corrections: what is so now, the shop before and after with receipts, how to take it back."""

from __future__ import annotations

from typing import Final

from copilot.engine.wording.saying import Answered, bullets, capital, said
from copilot.statistics.data_view import CurrencyView, DataView
from copilot.statistics.result import Figure
from copilot.tools.correct_data import CorrectionAnswer
from copilot.tools.corrections import CorrectionList

_OPENING: Final = {
    "applied": "**Done: {words}.**",
    "undone": "**Taken back: {words}.**",
    "previewed": "**Not applied yet: {words}.**",
}


def correction(answered: Answered) -> list[str]:
    """What became of a correction: applied, shown, taken back, or a question about it."""
    result = CorrectionAnswer.model_validate(answered.content)
    if result.state == "question" or result.changed is None:
        return [
            f"**{result.question}** Nothing is changed yet. You could say:",
            bullets(f"`{option}`" for option in result.options),
        ]
    before, after = result.changed.before, result.changed.after
    lines = [_OPENING[result.state].format(words=result.words)]
    lines += _differences(before, after) or ["Orders, customers, net sales and the days covered stay the same."]
    lines.append(f"{{table:{result.changed.table.id}}}")
    if result.state == "applied":
        kept = "It is remembered, also for files to come with the same columns" if result.files else "It is remembered"
        lines.append(f"{kept}. To take it back, say: undo {result.id}.")
    elif result.withheld:
        lines.append("Only you can order it: say it as a statement, or say: yes, apply it.")
    elif result.state == "previewed":
        lines.append("Shall I apply it? Say: yes, apply it.")
    return lines


def _differences(before: DataView, after: DataView) -> list[str]:
    """A list of what differs, each value with its receipt."""
    lines = []
    old = {part.currency: part for part in before.parts}
    if len(before.parts) == 1 and len(after.parts) == 1:
        lines = _parts(before.parts[0], after.parts[0], "")
    else:
        for part in after.parts:
            where = f" in {part.currency}" if part.currency else ""
            if part.currency in old:
                lines += _parts(old[part.currency], part, where)
            else:
                lines.append(f"net sales{where}: {said(part.net_sales)} from {said(part.orders, noun=True)} (new)")
        codes = {part.currency for part in after.parts}
        lines += [f"no orders in {code or 'an unnamed currency'} any more" for code in old if code not in codes]
    lines += _moved("first order", before.first_day, after.first_day)
    lines += _moved("last order", before.last_day, after.last_day)
    return [bullets(capital(line) for line in lines)] if lines else []


def _parts(before: CurrencyView, after: CurrencyView, where: str) -> list[str]:
    names = (("orders", "orders"), ("customers", "customers with an order"), ("net_sales", "net sales"))
    return [
        line for name, words in names for line in _moved(f"{words}{where}", getattr(before, name), getattr(after, name))
    ]


def _moved(words: str, before: Figure | None, after: Figure | None) -> list[str]:
    if before is None or after is None:
        one = before or after
        return [f"{words}: {'before' if one is before else 'now'} {said(one)}"] if one is not None else []
    same = (before.value, before.day, before.currency) == (after.value, after.day, after.currency)
    return [] if same else [f"{words}: {said(before)} before, {said(after)} after"]


def in_force(answered: Answered) -> list[str]:
    """The corrections in force, with how to take one back."""
    result = CorrectionList.model_validate(answered.content)
    if result.table is None:
        return [
            "**No corrections are in force:** your files are read as they stand. If something is off, say it, for "
            "example: amounts are in cents, the customer is in column Buyer, ignore orders tagged wholesale."
        ]
    return [
        "**These corrections are in force:**",
        f"{{table:{result.table.id}}}",
        f"To take one back, say for example: undo {result.ids[-1]}.",
    ]
