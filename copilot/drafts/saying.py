"""Turns a sentence with slots into a claim: figures are formatted and cited, and the evidence is put inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from copilot.data.quote import Quote
from copilot.drafts.model import Claim, Estimate, Gap
from copilot.evidence.ledger import Ledger
from copilot.evidence.model import Assumption, Evidence, Statement
from copilot.evidence.wording import format_figure, format_interval
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure

_UNSAFE: Final = re.compile(r"[\[\]{}`“”|\r\n\t]+")
_LONG_NAME: Final = 4  # words from which the gate takes words in quotation marks for a quote


@dataclass(frozen=True)
class Name:
    """A name taken from the data (product, country, channel): shown in quotation marks, never as our own words."""

    text: str

    def clean(self) -> str:
        """On one line, without characters that mean something in our texts."""
        return re.sub(r"\s+", " ", _UNSAFE.sub(" ", self.text)).strip() or "unnamed"

    def risky(self) -> bool:
        """True if the gate could take it for a quote or find a number in it."""
        clean = self.clean()
        return len(clean.split()) >= _LONG_NAME or any(char.isdigit() for char in clean)

    def shown(self, known: str) -> str:
        """In quotation marks; as code where it could be taken for a quote or a number that no figure holds."""
        clean = self.clean()
        if self.risky() and clean.casefold() not in known.casefold():
            return f"`{clean}`"
        return f"“{clean}”"


Item = Figure | Passage | Quote | Statement | Assumption | Name | str


@dataclass(frozen=True)
class Sayer:
    """Makes claims against one ledger. Only what is said is recorded."""

    ledger: Ledger

    def claim(self, template: str, /, **items: Item) -> Claim:
        """A finding, from a template whose slots name `items`.

        A figure gives `59.9 % [F1]`; `{x:noun}` adds what it counts, `{x:range}` its interval, `{x:bare}` leaves
        the mark out, `{x:mark}` gives only the mark. A quote gives its words and its mark, a passage or an
        assumption its mark, a name its quotation marks. Items without a slot are evidence without a mark.
        """
        recorded = {key: self._record(item) for key, item in items.items()}
        evidence = {item.id: item for item in recorded.values() if not isinstance(item, (Name, str))}
        return Claim(text=self._fill(template, recorded), evidence=tuple(evidence.values()))

    def propose(self, template: str, /, **items: Item) -> Claim:
        """The same, marked as a proposal."""
        return self.claim(template, **items).model_copy(update={"proposal": True})

    def estimate(self, label: str, figure: Figure) -> Estimate:
        """An estimate under the draft's words; the figure is recorded."""
        return Estimate(label=label, figure=self.ledger.record(figure))

    def assumed(self, text: str, how_to_test: str, /, **items: Item) -> Claim:
        """An assumption with the cheapest test of it; `items` fill the slots of `text`."""
        plain = re.sub(r"\s*\[[A-Z]\d+\]", "", self._fill(text, {k: self._record(v) for k, v in items.items()}))
        assumption = self.ledger.record(Assumption(text=plain, how_to_test=how_to_test))
        return self.claim(f"{text} {{the_assumption}}", the_assumption=assumption, **items)

    def propose_untested(self, text: str, how_to_test: str, /, **items: Item) -> Claim:
        """The same, marked as a proposal."""
        return self.assumed(text, how_to_test, **items).model_copy(update={"proposal": True})

    @staticmethod
    def _fill(template: str, recorded: Mapping[str, Item]) -> str:
        slots = list(Formatter().parse(template))
        cited = {key for _, key, spec, _ in slots if key and spec not in ("bare", "noun_bare")}
        known = " ".join(item.label for key, item in recorded.items() if key in cited and isinstance(item, Figure))
        parts: list[str] = []
        for text, key, spec, _ in slots:
            parts.append(text)
            if key is not None:
                parts.append(_shown(recorded[key], spec or "", known))
        return "".join(parts)

    def _record(self, item: Item) -> Item:
        if isinstance(item, Figure):
            return self.ledger.record(item)
        if isinstance(item, Passage):
            return self.ledger.record(item)
        if isinstance(item, Quote):
            return self.ledger.record(item)
        if isinstance(item, Statement):
            return self.ledger.record(item)
        if isinstance(item, Assumption):
            return self.ledger.record(item)
        return item


def _shown(item: Item, spec: str, known: str) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, Name):
        return item.shown(known)
    mark = f"[{item.id}]"
    if isinstance(item, Figure):
        return _figure(item, spec, mark)
    if isinstance(item, Quote) and spec != "mark":
        return f"“{quotable(item.text)}” {mark}"
    return mark


def _figure(figure: Figure, spec: str, mark: str) -> str:
    if spec == "mark":
        return mark
    text = format_figure(figure, noun=spec in ("noun", "noun_bare"))
    if spec == "range" and (interval := format_interval(figure)):
        text += f" ({interval})"
    return text if spec in ("bare", "noun_bare") else f"{text} {mark}"


def quotable(text: str) -> str:
    """Customer words on one line, without characters that would break out of the quotation.

    Only white space and bracket characters change, so the quote still stands in its source.
    """
    return re.sub(r"\s+", " ", text.replace("“", "'").replace("”", "'")).strip()


def known(figure: Figure | None) -> bool:
    """True if the figure has a value to say."""
    return figure is not None and (figure.value is not None or figure.day is not None)


def join(evidence: tuple[Evidence, ...], more: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Two tuples of evidence as one, each item once."""
    return tuple({item.id: item for item in (*evidence, *more)}.values())


def missing(figure: Figure, who: str, how: str = "") -> Gap:
    """A gap for a figure without a value, in the words of its own warnings."""
    why = " ".join(figure.warnings) or f"{figure.label} cannot be computed from the loaded files."
    return Gap(what=f"{figure.label}: {why}", who=who, how=how or "Load the file named, then draft again.")
