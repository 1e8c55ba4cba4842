"""Footnotes of an exported draft: each piece of evidence once, numbered in the order of first citation."""

from __future__ import annotations

import re
from collections.abc import Mapping

from copilot.data.quote import Quote
from copilot.drafts.lint import marks
from copilot.drafts.model import Basis
from copilot.evidence.model import Assumption, Evidence
from copilot.evidence.wording import format_figure, format_interval, format_period
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure

_MARKS = re.compile(r"(?:\s*\[[FAQUXTC]\d+\])+")
_EXCERPT = 280


class Footnotes:
    """Collects the evidence a rendering cites; ids of the ledger become running numbers."""

    def __init__(self, evidence: Mapping[str, Evidence], basis: Basis) -> None:
        self._evidence = evidence
        self._basis = basis
        self._numbers: dict[str, int] = {}

    def number(self, evidence_id: str) -> int:
        """The running number of a piece of evidence, given at first use."""
        return self._numbers.setdefault(evidence_id, len(self._numbers) + 1)

    def mark(self, *evidence_ids: str) -> str:
        """Footnote references, e.g. `[^1][^2]`; ids the draft does not carry give none."""
        return "".join(f"[^{self.number(one)}]" for one in evidence_ids if one in self._evidence)

    def text(self, text: str) -> str:
        """A text of the draft as markdown: citation marks become footnotes, markup in data is disarmed."""
        return _MARKS.sub(lambda match: self.mark(*marks(match[0])), disarm(text))

    def lines(self) -> list[str]:
        """The footnotes themselves, one paragraph each."""
        return [
            f"[^{number}]: {describe(self._evidence[evidence_id], self._basis)}"
            for evidence_id, number in self._numbers.items()
        ]


def disarm(text: str) -> str:
    """Text from data made harmless in markdown: no HTML, no links, no images, no line breaks."""
    flat = re.sub(r"\s+", " ", text).strip()
    flat = flat.replace("<", "&lt;")
    return flat.replace("](", "] (").replace("![", "! [")


def describe(item: Evidence, basis: Basis) -> str:
    """One piece of evidence in words: what it says, how it is defined, on how many, and over which days."""
    if isinstance(item, Figure):
        return _figure(item, basis)
    if isinstance(item, Quote):
        rating = f", rated {item.rating:g} of {item.rating_max:g}" if item.rating and item.rating_max else ""
        about = f" on {item.product}" if item.product else ""
        asked = f" to “{item.question}”" if item.question else ""
        return disarm(f"Quoted, {item.kind} {item.feedback_id}{about}{asked}{rating}: “{item.text}”")
    if isinstance(item, Passage):
        text = re.sub(r"[#*_`>]|^\s*[-|].*?$", " ", item.text, flags=re.MULTILINE)
        return disarm(f"Guide {item.article}, {item.title}: {item.heading}. {_cut(text)}")
    if isinstance(item, Assumption):
        return disarm(f"Assumption: {item.text} Cheapest test: {item.how_to_test}")
    return disarm(f"Stated by you: “{item.text}”")


def _figure(figure: Figure, basis: Basis) -> str:
    parts = [f"Computed: {figure.label}: {format_figure(figure, noun=True)}"]
    if interval := format_interval(figure):
        parts.append(f"{figure.interval or '95 % interval'}: {interval}")
    if figure.numerator is not None and figure.denominator is not None and figure.unit == "share":
        parts.append(f"{figure.numerator:,.0f} of {figure.denominator:,.0f}")
    elif figure.n is not None:
        parts.append(f"n = {figure.n:,}")
    parts.append(f"definition: {figure.definition}")
    if figure.period:
        parts.append(format_period(figure.period))
    if figure.scope and figure.scope != basis.scope:
        parts.append(f"counted: {figure.scope}")
    parts.extend(figure.warnings)
    return disarm("; ".join(part.rstrip(".;") for part in parts) + ".")


def _cut(text: str) -> str:
    flat = re.sub(r"\s+", " ", text).strip()
    if len(flat) <= _EXCERPT:
        return flat
    return flat[:_EXCERPT].rsplit(" ", 1)[0] + " ..."
