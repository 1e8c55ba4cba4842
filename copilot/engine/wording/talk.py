"""Wording of what needs no figure: guide answers, what is loaded, replies out of reach, how a figure was made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.engine.request import Intent
from copilot.engine.wording.replies import REPLIES
from copilot.engine.wording.saying import Answered, bullets, mark, said
from copilot.evidence.wording import format_figure, format_interval, format_period
from copilot.guide.passage import Passage
from copilot.statistics.inventory import Inventory
from copilot.statistics.result import Figure
from copilot.tools.search_guide import GuideAnswer

_EXPLAINED = 4


def reply(intent: Intent) -> list[str]:
    """The fixed reply to an intent that needs no tool."""
    return [REPLIES.get(intent, REPLIES["unclear"])]


def guide(answered: Answered) -> list[str]:
    """The best passage as the answer, a second one if it adds, both cited; or that the guide does not cover it."""
    result = GuideAnswer.model_validate(answered.content)
    if not result.covered or not result.passages:
        near = f" The nearest it has is: {result.nearest_topic}." if result.nearest_topic else ""
        return [
            f"**The guide does not cover this.**{near} I will not answer from thin air. If it is about your own shop, "
            "ask for the figure by name; if it is general, I only know what the guide holds."
        ]
    first = result.passages[0]
    lines = _cited(first)
    others = [passage for passage in result.passages[1:3] if passage.article != first.article]
    if others:
        lines.append("See also: " + "; ".join(f"{one.heading} [{one.id}]" for one in others) + ".")
    return lines


def _cited(passage: Passage) -> list[str]:
    """The passage block by block, each with its citation, so that every block stands on its source."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", passage.text.strip()) if block.strip()]
    cited: list[str] = []
    for block in blocks:
        if re.match(r"\s*(?:[-*]|\d+\.)\s", block) or block.lstrip().startswith("|"):
            if block.lstrip().startswith("|"):  # a table carries its citation in the first cell
                cited.append(re.sub(r"^(\s*\|[^|\n]*?)\s*\|", rf"\1 [{passage.id}] |", block, count=1))
            else:
                cited.append("\n".join(f"{line} [{passage.id}]" for line in block.split("\n")))
        else:
            cited.append(f"{block} [{passage.id}]")
    if cited:
        cited[0] = f"**{passage.heading}** {cited[0]}"
    return cited


def data(answered: Answered) -> list[str]:
    """What is loaded and what more would help."""
    result = Inventory.model_validate(answered.content)
    if not result.counts:
        return [
            "**Nothing is loaded yet.** Drop in an order export (Shopify: Orders > Export > All orders, plain CSV), "
            "or open the sample shop to look around.",
        ]
    counts = ", ".join(said(figure, noun=True) for figure in result.counts)
    lines = [f"**Loaded: {counts}.**"]
    if result.first_order is not None and result.last_order is not None:
        lines.append(f"Orders run from {said(result.first_order)} to {said(result.last_order)}.")
    lines.append(f"{{table:{result.table.id}}}")
    lines += [f"{note.rstrip('.')}." for note in result.notes]
    if result.missing:
        lines.append("More would be possible with:")
        lines.append(bullets(result.missing))
    return lines


def explain(figures: Sequence[Figure]) -> list[str]:
    """How the figures of the answer before were made."""
    if not figures:
        return reply("explain")
    lines = ["**How I got there**"]
    for figure in figures[:_EXPLAINED]:
        parts = [
            f"**{figure.label}: {format_figure(figure, noun=True)}** {mark(figure)} is {figure.definition.rstrip('.')}"
        ]
        if figure.low is not None:
            parts.append(f"plausible range {format_interval(figure)} ({figure.interval})")
        if figure.n is not None:
            parts.append(f"n = {figure.n:,}")
        if figure.period is not None:
            parts.append(format_period(figure.period))
        lines.append("; ".join(parts) + ".")
    lines.append(f"What counts: {figures[0].scope} {mark(figures[0])} Open any figure to see the query behind it.")
    return lines
