"""Wording of what needs no figure: guide answers, what is loaded, replies out of reach, how a figure was made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.engine.request import Intent
from copilot.engine.wording.saying import Answered, bullets, mark, said
from copilot.evidence.wording import format_figure, format_interval, format_period
from copilot.guide.passage import Passage
from copilot.statistics.inventory import Inventory
from copilot.statistics.result import Figure
from copilot.tools.search_guide import GuideAnswer

_EXPLAINED = 4

REPLIES: dict[Intent, str] = {
    "hello": (
        "Hello. I answer from your shop's own data and a marketing guide, with a receipt for every number. "
        "Ask about your customers, or say what to draft."
    ),
    "thanks": "You are welcome. Tell me what to look at next.",
    "help": (
        "I can rank your customers and say what sets the best apart, measure sales, repeat rates and the days between "
        "orders, sort people into cold, warm and hot, read reviews and surveys, answer questions from the guide, and "
        "draft ideal customer profiles, personas and campaign briefs. Every number is computed and has a receipt."
    ),
    "off_topic": (
        "That is outside what I do: I know your shop's data and a guide on customers and campaigns, nothing else, so "
        "anything I said would be a guess. Ask me about your customers, sales, journey stages or a draft."
    ),
    "identities": (
        "I do not put names, e-mail addresses, phone numbers or addresses into the chat: they stay in your shop's private "
        "table, and neither I nor a connected model ever see them. I can size the group, show it by customer number, and "
        "say what it is worth. Ask for a segment instead."
    ),
    "forecast": (
        "I do not forecast: nothing in your data says what next month or next year will bring, and a made-up figure would "
        "cost you money. What I can give you is what happened: the trend by month with the partial month marked, your "
        "repeat rate, and how many customers are due by their own rhythm."
    ),
    "instruction": (
        "I keep to my own rules, whoever asks and wherever the text stands. There is nothing secret in them: numbers come "
        "from computations only, every claim has a receipt, identities stay here. Ask me about your customers or sales."
    ),
    "delete": (
        "I cannot delete anything from the chat, so that no text can make me do it. You remove an upload on the Data page; "
        "its tables and identities go with it. Tell me if you want to know what is loaded first."
    ),
    "spend": (
        "I do not have your ad spend, so I cannot say what a customer costs or what an ad returns. A Meta or Google Ads "
        "report for the same months (Ads Manager > Reports > Export CSV) holds it; this version does not read it yet. "
        "What I can say now: first orders by referring source, and what those customers became worth."
    ),
    "not_computed": (
        "This version does not compute that, and I will not make a figure up. What I can measure today: sales and orders "
        "by period, best customers, repeat rates and days between orders, RFM groups, journey stages, products, and what "
        "reviews say."
    ),
    "unclear": (
        "I am not sure what you want to know. Do you mean a figure from your data (say which: sales, orders, customers, "
        "repeat rate ...), a group of customers, a question for the guide, or a draft (profile, persona, brief)?"
    ),
    "explain": "There is no figure in this conversation yet that I could explain. Ask for one first.",
}


def reply(intent: Intent) -> list[str]:
    """The fixed reply to an intent that needs no tool."""
    return [REPLIES.get(intent, REPLIES["unclear"])]


def guide(answered: Answered) -> list[str]:
    """The best passage as the answer, a second one if it adds, both cited; or that the guide does not cover it."""
    result = GuideAnswer.model_validate(answered.content)
    if not result.covered or not result.passages:
        near = f" The nearest it has is: {result.nearest_topic}." if result.nearest_topic else ""
        return [
            f"**The guide does not cover this.**{near} I will not answer from thin air. If it is about your own shop, ask "
            "for the figure by name; if it is general, I only know what the guide holds."
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
            separator = "\n\n" if block.lstrip().startswith("|") else " "
            cited.append(
                "\n".join(f"{line} [{passage.id}]" for line in block.split("\n")) if separator == " " else block
            )
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
            "**Nothing is loaded yet.** Drop in an order export (Shopify: Orders > Export > All orders, plain CSV), or open "
            "the sample shop to look around.",
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
