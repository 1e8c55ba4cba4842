"""Renders receipts: everything behind a figure, a passage, a quote, a statement or an assumption."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from copilot.data.quote import Quote
from copilot.evidence.model import KIND_OF, Assumption, Evidence, Kind, Statement
from copilot.evidence.wording import format_day, format_figure, format_interval, format_period, format_value
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure

from .markup import join, note, stash, tag
from .text import escape_lines, markdown_html

_WHOLE_FROM: Final = 100
_SIGNS: Final = {"eq": "=", "ne": "≠", "ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
KIND_WORDS: Final[dict[Kind, str]] = {
    "computed": "computed",
    "quoted": "quoted",
    "guide": "guide",
    "stated": "you said",
    "assumption": "assumption",
}


def receipt_stash(identifier: str, item: Evidence) -> Markup:
    """The receipt, hidden until its mark is clicked."""
    return stash(identifier, "receipt", receipt_title(item), receipt_html(item))


def receipt_title(item: Evidence) -> str:
    """A few words that name the evidence."""
    if isinstance(item, Figure):
        return item.label
    if isinstance(item, Passage):
        return item.heading
    return {"quote": "Customer's words", "statement": "You said", "assumption": "Assumption"}[item.type]


def receipt_html(item: Evidence) -> Markup:
    """The receipt of one piece of evidence."""
    if isinstance(item, Figure):
        return _figure(item)
    if isinstance(item, Passage):
        return _passage(item)
    if isinstance(item, Quote):
        return _quote(item)
    if isinstance(item, Statement):
        return join([badge("stated"), tag("blockquote", item.text)])
    return _assumption(item)


def badge(kind: Kind) -> Markup:
    """The kind of a claim as a small label."""
    return tag("span", KIND_WORDS[kind], cls=f"badge {kind}")


def badge_of(item: Evidence) -> Markup:
    """The kind of a piece of evidence as a small label."""
    return badge(KIND_OF[item.type])


def facts(pairs: list[tuple[str, object]]) -> Markup:
    """Labels and values below each other; empty values are left out."""
    kept = [(label, value) for label, value in pairs if value]
    return tag("dl", join(join([tag("dt", label), tag("dd", value)]) for label, value in kept), cls="kv")


def query_text(query: dict[str, Any]) -> str:
    """The typed request as readable lines, the name first.

    >>> query_text({"analysis": "concentration", "top": 0.1})
    'concentration\\n  top: 0.1'
    """
    if not query:
        return ""
    first = next((key for key in ("function", "analysis", "metric", "name", "tool") if key in query), None)
    lines = [str(query[first])] if first else []
    lines += [
        f"  {key}: {_flat(value)}" for key, value in query.items() if key != first and value not in (None, [], {})
    ]
    return "\n".join(lines)


def _flat(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"field", "op", "value"}:
        return f"{value['field']} {_SIGNS.get(value['op'], value['op'])} {_flat(value['value'])}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(part)}" for key, part in value.items() if part not in (None, [], {}))
    if isinstance(value, (list, tuple)):
        return ", ".join(_flat(part) for part in value)
    return str(value)


def _figure(figure: Figure) -> Markup:
    noun = tag("span", f" {figure.noun}", cls="noun") if figure.unit == "count" and figure.noun else None
    interval = format_interval(figure)
    parts: list[tuple[str, object]] = [
        ("Is", figure.definition),
        ("Counts", figure.scope),
        ("Period", format_period(figure.period) if figure.period else ""),
        ("Seen from", format_day(figure.analysis_date) if figure.analysis_date else ""),
        ("Fraction", _fraction(figure)),
        ("Interval", f"{interval} ({figure.interval})" if interval and figure.interval else interval),
        ("Rests on", f"{figure.n:,} observations" if figure.n is not None else ""),
    ]
    query = query_text(figure.query)
    return join(
        [
            tag("div", figure.label, cls="fine"),
            tag("div", format_figure(figure), noun, cls="big"),
            join(note("", warning) for warning in figure.warnings),
            facts(parts),
            tag("h5", "Computed by") if query else None,
            tag("code", query, cls="query") if query else None,
        ]
    )


def _fraction(figure: Figure) -> str:
    if figure.numerator is None or figure.denominator is None:
        return ""
    return f"{_plain(figure.numerator)} ÷ {_plain(figure.denominator)}"


def _plain(value: float) -> str:
    return format_value(value, "count" if abs(value) >= _WHOLE_FROM else "number")


def _passage(passage: Passage) -> Markup:
    return join(
        [
            tag("div", passage.title, " · ", passage.section, cls="fine"),
            tag("h4", passage.heading),
            tag("div", markdown_html(passage.text), cls="prose-text"),
            tag(
                "button",
                "Read the article",
                type="button",
                cls="chip",
                data_do="open_article",
                data_arg=passage.article,
            ),
        ]
    )


def _quote(quote: Quote) -> Markup:
    rating = ""
    if quote.rating is not None:
        rating = f"{quote.rating:g}" + (f" of {quote.rating_max:g}" if quote.rating_max else "")
    return join(
        [
            badge("quoted"),
            tag("blockquote", escape_lines(quote.text)),
            facts(
                [
                    ("From", f"{quote.kind}, row {quote.feedback_id}"),
                    ("Product", quote.product),
                    ("Rating", rating),
                    ("Asked", quote.question),
                    ("Theme", quote.theme),
                ]
            ),
        ]
    )


def _assumption(item: Assumption) -> Markup:
    return join(
        [
            badge("assumption"),
            tag("p", item.text, cls="lead"),
            facts([("Cheapest test", item.how_to_test)]),
            tag("p", "Nobody has measured this yet. Treat it as a guess until the test is done.", cls="fine"),
        ]
    )
