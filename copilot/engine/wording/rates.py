"""Wording of what became of an exchange rate the user stated."""

from __future__ import annotations

from copilot.engine.wording.saying import Answered, counted, listed, said
from copilot.tools.exchange_rate import RateAnswer


def exchange_rate(answered: Answered) -> list[str]:
    """Taken in or forgotten, what is converted now, and how to take it back."""
    result = RateAnswer.model_validate(answered.content)
    lines: list[str] = []
    if result.forgotten or result.stated is None:
        lines.append("**Forgotten.** Amounts are as your files have them.")
        if len(result.currencies) > 1:
            lines.append(f"Your orders are in {listed(result.currencies)} again, and these are never added up.")
    else:
        stated = f"{result.stated.text} [{result.stated.id}]"
        if result.net_sales is not None and result.converted:
            lines.append(f"**Converted at {stated}: net sales of all orders are {said(result.net_sales)}.**")
            lines.append("Every receipt names the rate. To take it back, say: forget the exchange rate.")
        elif len(result.currencies) < 2:
            lines.append(f"**Noted: {stated}.** Your orders are in one currency, so nothing changes by it.")
        else:
            lines.append(
                f"**Noted: {stated}.** That does not make one currency of {listed(result.currencies)}; give a rate for "
                "the others too."
            )
    return [*lines, *([counted(result.net_sales)] if result.net_sales is not None else [])]
