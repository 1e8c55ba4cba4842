"""Renders drafts as readable cards: every claim wears its kind and opens its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from copilot.drafts.model import (
    Basis,
    Claim,
    Document,
    Estimate,
    EvidenceCard,
    Gap,
    Kpi,
    Measure,
    OpenQuestion,
    Part,
    SegmentCard,
)
from copilot.drafts.store import DraftEntry
from copilot.evidence.model import Evidence
from copilot.evidence.wording import format_day, format_figure, format_interval, format_period

from .evidence import badge, receipt_stash
from .markup import chip, join, tag
from .text import markdown_html
from .turn import DRAFT_WORDS

_FIRST: Final = ("summary", "one_sentence", "objective", "insight")
_APART: Final = frozenset(
    {"id", "version", "status", "title", "kind", "basis", "notices", "assumptions", "name", "nickname", "segment"}
)
_FOLDED: Final = frozenset({"copy_blocks", "ideas", "survey", "alternatives_rejected"})
_NAMES: Final = {
    "goals_jobs": "Goals and jobs",
    "do": "Do",
    "dont": "Do not",
    "cannot_say": "What the data cannot say",
    "kpis": "Measures of success",
    "kpi_primary": "Primary measure of success",
    "kpi_secondary": "Further measures",
    "copy_blocks": "Copy",
    "holdout": "Hold-out",
    "aov": "Average order value",
}


def draft_html(draft: Document) -> Markup:
    """The whole draft as one card with its receipts hidden inside."""
    segment = getattr(draft, "segment", None) or getattr(draft, "rule", None)
    return tag(
        "article",
        _head(draft),
        join(_claim(notice, cls="note warm") for notice in draft.notices),
        _segment(segment) if isinstance(segment, SegmentCard) else None,
        _short_facts(draft),
        join(_section(name, getattr(draft, name)) for name in _order(draft) if getattr(draft, name) is not segment),
        _section("assumptions", draft.assumptions),
        _open_questions(draft.open_questions),
        _evidence_card(draft.evidence_card),
        _basis(draft.basis),
        join(receipt_stash(identifier, item) for identifier, item in draft.evidence().items()),
        cls="draft",
        data_draft=f"{draft.id}.{draft.version}",
        data_evidence_root=True,
    )


def library_html(entries: Sequence[DraftEntry], selected: str = "") -> Markup:
    """The list of drafts, last saved first."""
    if not entries:
        return tag("p", "No drafts yet. Start one above, or ask for one in the chat.", cls="fine")
    return tag("div", join(_entry(entry, selected) for entry in entries), cls="library")


def _entry(entry: DraftEntry, selected: str) -> Markup:
    kind = DRAFT_WORDS.get(entry.kind, entry.kind)
    return tag(
        "button",
        tag("span", kind, cls="fine"),
        tag("b", entry.title),
        tag("span", f"version {entry.version} · {entry.status} · {entry.saved[:10]}", cls="fine"),
        type="button",
        cls="entry on" if entry.id == selected else "entry",
        data_do="open_draft",
        data_arg=entry.id,
    )


def _head(draft: Document) -> Markup:
    kind = str(getattr(draft, "kind", "draft"))
    return tag(
        "header",
        tag("div", DRAFT_WORDS.get(kind, kind), f" · version {draft.version} · {draft.status}", cls="fine"),
        tag("h2", draft.title),
        tag(
            "div",
            chip("Markdown", "export_draft", f"{draft.id}|md"),
            chip("JSON", "export_draft", f"{draft.id}|json"),
            cls="chips",
        ),
    )


def _order(draft: Document) -> list[str]:
    fields = type(draft).model_fields
    names = [name for name in fields if name not in _APART and not isinstance(getattr(draft, name), (str, bool))]
    return sorted(names, key=lambda name: name not in _FIRST)


def heading(field: str) -> str:
    """A field's name as words.

    >>> heading("buying_triggers")
    'Buying triggers'
    """
    return _NAMES.get(field) or field.replace("_", " ").capitalize()


def _section(name: str, value: object) -> Markup | None:
    body = _value(value)
    if not body:
        return None
    if name in _FOLDED:
        return tag("details", tag("summary", tag("h3", heading(name))), body, cls="folded")
    return tag("section", tag("h3", heading(name)), body)


def _short_facts(draft: Document) -> Markup | None:
    """Fields of a word or two, in one line below the title."""
    given = {name: getattr(draft, name) for name in type(draft).model_fields if name not in _APART}
    words = [
        tag("span", tag("span", f"{heading(name)}: ", cls="fine"), _scalar(value))
        for name, value in given.items()
        if isinstance(value, (str, bool)) and value != ""
    ]
    return tag("p", join(words), cls="short-facts") if words else None


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return format_day(value)
    return str(value).replace("_", " ") if isinstance(value, str) and " " not in value else str(value)


def _value(value: object) -> Markup | None:
    if value in (None, "", (), {}):
        return None
    match value:
        case Claim():
            return _claim(value)
        case Gap():
            return _gap(value)
        case Estimate():
            return _estimates([value])
        case Measure():
            return _measures([value])
        case Kpi():
            return _kpi(value)
        case SegmentCard():
            return _segment(value)
        case Part():
            return _part(value)
        case dict() if all(isinstance(part, bool) for part in value.values()):
            return tag("p", " · ".join(f"{'✓' if part else '–'} {key}" for key, part in value.items()))
        case dict():
            return _pairs([(str(key), part) for key, part in value.items()])
        case tuple():
            return _many(value)
    return tag("p", _scalar(value))


def _many(values: tuple[object, ...]) -> Markup | None:
    if all(isinstance(value, Measure) for value in values):
        return _measures([value for value in values if isinstance(value, Measure)])
    if all(isinstance(value, Estimate) for value in values):
        return _estimates([value for value in values if isinstance(value, Estimate)])
    if all(isinstance(value, (str, Claim)) for value in values):
        items = [tag("li", _claim_line(value) if isinstance(value, Claim) else value) for value in values]
        return tag("ul", join(items), cls="claims")
    return join(tag("div", _value(value), cls="item") for value in values)


def _part(part: Part) -> Markup:
    """A part without a form of its own: its fields below each other."""
    return _pairs([(name, getattr(part, name)) for name in type(part).model_fields])


def _pairs(pairs: Iterable[tuple[str, object]]) -> Markup:
    rows = [(name, _value(value)) for name, value in pairs if name not in ("rule", "id")]
    return tag("dl", join(tag("dt", heading(name)) + tag("dd", body) for name, body in rows if body), cls="parts")


def _claim(claim: Claim, cls: str = "claim") -> Markup:
    return tag("div", _claim_line(claim), cls=cls)


def _claim_line(claim: Claim) -> Markup:
    known = {item.id: item for item in claim.evidence}
    body = markdown_html(claim.text, known, words=False)
    if body.startswith("<p") and body.rstrip().endswith("</p>") and body.count("<p") == 1:
        body = Markup(body.strip()[body.index(">") + 1 : -4])  # noqa: S704 - inner part of markup made above
    proposal = tag("span", "proposal", cls="badge proposal") if claim.proposal else None
    return join([tag("span", body, cls="words"), " ", _evidence_buttons(claim), proposal])


def _evidence_buttons(claim: Claim) -> Markup:
    first: Evidence = claim.evidence[0]
    target = next((item for item in claim.evidence if item.type == _TYPE_OF[claim.kind]), first)
    more = f" {len(claim.evidence)}" if len(claim.evidence) > 1 else ""
    return tag(
        "button",
        badge(claim.kind),
        tag("span", more, cls="fine") if more else None,
        type="button",
        cls="open-evidence",
        data_receipt=target.id,
        data_also=" ".join(item.id for item in claim.evidence),
        title=f"{claim.kind}, {claim.strength}: open the evidence",
    )


_TYPE_OF: Final = {
    "computed": "figure",
    "quoted": "quote",
    "guide": "passage",
    "stated": "statement",
    "assumption": "assumption",
}


def _gap(gap: Gap) -> Markup:
    return tag("div", tag("b", "TBD. "), gap.what, tag("div", f"{gap.how} · {gap.who}", cls="fine"), cls="gap")


def _figure_button(estimate: Estimate) -> Markup:
    figure = estimate.figure
    return tag("button", format_figure(figure), type="button", cls="r", data_receipt=figure.id, title=figure.definition)


def _estimates(estimates: Sequence[Estimate]) -> Markup:
    return tag(
        "div",
        join(
            tag("div", tag("div", one.label, cls="fine"), _figure_button(one), _interval(one), cls="estimate")
            for one in estimates
        ),
        cls="estimates",
    )


def _interval(estimate: Estimate) -> Markup | None:
    text = format_interval(estimate.figure)
    return tag("span", text, cls="fine") if text else None


def _measures(measures: Sequence[Measure]) -> Markup:
    head = tag("tr", tag("th", ""), tag("th", "this group", cls="n"), tag("th", "everyone else", cls="n"))
    rows = [
        tag(
            "tr",
            tag("td", measure.label),
            tag("td", _figure_button(measure.group), cls="n"),
            tag("td", _figure_button(measure.others) if measure.others else "–", cls="n"),
        )
        for measure in measures
    ]
    return tag("div", tag("table", tag("thead", head), tag("tbody", join(rows))), cls="tablebox")


def _segment(card: SegmentCard) -> Markup:
    estimates = [card.customers, card.share_of_customers, card.net_sales, card.share_of_sales]
    return tag(
        "section",
        tag("h3", card.name[:1].upper() + card.name[1:]),
        tag("p", card.rule_text.rstrip("."), f". Seen from {format_day(card.as_of)}.", cls="fine"),
        _estimates([estimate for estimate in estimates if estimate is not None]),
        cls="segment",
    )


def _kpi(kpi: Kpi) -> Markup:
    rows: list[tuple[str, object]] = [("baseline", kpi.baseline), ("target", kpi.target), ("why", kpi.basis_of_target)]
    return tag(
        "div",
        tag("h4", kpi.name),
        tag("p", kpi.definition, f" Read on {format_day(kpi.read_on)} from {kpi.source}.", cls="fine"),
        _pairs(rows),
        cls="item",
    )


def _open_questions(questions: Sequence[OpenQuestion]) -> Markup | None:
    if not questions:
        return None
    items = [tag("li", one.question, tag("div", f"{one.cheapest_test} · {one.owner}", cls="fine")) for one in questions]
    questions_list = tag("ul", join(items), cls="claims")
    return tag("details", tag("summary", tag("h3", "Open questions")), questions_list, cls="folded")


def _evidence_card(card: EvidenceCard) -> Markup:
    kinds = " · ".join(f"{count} {kind}" for kind, count in card.by_kind.items())
    strengths = " · ".join(f"{count} {strength}" for strength, count in card.by_strength.items())
    return tag(
        "section",
        tag("h3", "What this rests on"),
        tag("p", f"{card.claims} claims: {kinds}. Strength: {strengths}. {card.gaps} gaps.", cls="fine"),
    )


def _basis(basis: Basis) -> Markup:
    period = format_period(basis.period) if basis.period else "no dated orders"
    text = f"{basis.shop} · {period} · seen from {format_day(basis.analysis_date)} · worded by {basis.worded_by}."
    return tag("footer", tag("p", text), tag("p", basis.scope), join(tag("p", one) for one in basis.notes), cls="fine")
