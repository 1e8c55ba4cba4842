"""A markdown page under construction: headings, claims, tables and gaps in one voice for all kinds of draft."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from copilot.drafts.export.footnotes import Footnotes, disarm
from copilot.drafts.model import Claim, Document, Estimate, Gap, Measure, SegmentCard
from copilot.drafts.survey import Survey
from copilot.evidence.wording import format_day, format_figure, format_interval, format_period

_TENS = 10
_TAGS = {"quoted": "customers' words", "guide": "guide", "stated": "your word", "assumption": "assumption"}

Items = Sequence[Claim] | Gap


class Page:
    """Collects blocks of markdown for one draft."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.notes = Footnotes(document.evidence(), document.basis)
        self._blocks: list[str] = []

    def add(self, block: str) -> None:
        """One block as it stands."""
        if block:
            self._blocks.append(block)

    def heading(self, text: str, level: int = 2) -> None:
        """A heading."""
        self.add(f"{'#' * level} {disarm(text)}")

    def head(self, what: str) -> None:
        """Title, origin line and what the reader must know first."""
        document, basis = self.document, self.document.basis
        self.heading(document.title, level=1)
        days = format_period(basis.period) if basis.period else f"as of {format_day(basis.analysis_date)}"
        state = f"{document.status}, version {document.version}"
        self.add(f"*{what} · {disarm(basis.shop)} · data {days} · {state}*")
        if document.notices:
            lines = "\n".join(f"> - {self.claim(notice)}" for notice in document.notices)
            self.add(f"> **Read this first**\n>\n{lines}")

    def claim(self, claim: Claim) -> str:
        """A claim as a sentence; only what is not a firm computation is tagged."""
        return f"{self.notes.text(claim.text)}{self.tag(claim)}"

    def tag(self, claim: Claim) -> str:
        """How far to trust the claim, in a word; empty for a computed, firm one."""
        cited = self.notes.mark(*(item.id for item in claim.evidence if f"[{item.id}]" not in claim.text))
        words = [_TAGS[claim.kind]] if claim.kind in _TAGS else []
        if claim.kind == "computed" and claim.strength != "strong":
            words.append("rough" if claim.strength == "medium" else "weak")
        if claim.kind == "quoted" and claim.strength == "weak":
            words.append("few voices")
        if claim.proposal and claim.kind != "assumption":
            words.insert(0, "proposal")
        return f"{cited} *({'; '.join(words)})*" if words else cited

    def items(self, items: Items | None) -> None:
        """Claims as a list, or the gap in one line."""
        if isinstance(items, Gap):
            self.add(self.gap(items))
        elif items:
            self.add("\n".join(f"- {self.claim(item)}" for item in items))

    def section(self, title: str, items: Items | None, level: int = 2) -> None:
        """A heading with its claims or gap; nothing at all if there is nothing to say."""
        if isinstance(items, Gap) or items:
            self.heading(title, level)
            self.items(items)

    def line(self, label: str, value: Claim | Gap | str) -> None:
        """`**label.** text`."""
        if isinstance(value, str):
            text = disarm(value)
        else:
            text = self.gap(value) if isinstance(value, Gap) else self.claim(value)
        self.add(f"**{label}.** {text}")

    def gap(self, gap: Gap) -> str:
        """A gap: what is missing, who can fill it, how."""
        return f"*TBD.* {disarm(gap.what)} **{disarm(gap.who[:1].upper() + gap.who[1:])}**: {disarm(gap.how)}"

    def estimate(self, value: Estimate | Gap | None) -> str:
        """A figure with its interval and footnote, for a table cell or a sentence."""
        if value is None:
            return ""
        if isinstance(value, Gap):
            return f"TBD ({disarm(value.who)})"
        figure = value.figure
        if figure.unit == "number" and figure.decimals is None and abs(figure.value or 0) >= _TENS:
            figure = figure.model_copy(update={"decimals": 1})
        interval = format_interval(figure)
        shown = f" ({interval})" if interval else ""
        return f"{disarm(format_figure(figure, noun=False))}{shown}{self.notes.mark(figure.id)}"

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A markdown table; cells are markdown already."""
        body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
        if body:
            head = "| " + " | ".join(columns) + " |"
            self.add("\n".join([head, "|" + "---|" * len(columns), *body]))

    def measures(self, measures: Sequence[Measure]) -> None:
        """The group beside everybody else."""
        if any(measure.others is not None for measure in measures):
            self.table(
                ("", "this group", "everyone else"),
                ((disarm(m.label), self.estimate(m.group), self.estimate(m.others)) for m in measures),
            )
        else:
            self.table(("", "this group"), ((disarm(m.label), self.estimate(m.group)) for m in measures))

    def segment(self, card: SegmentCard) -> None:
        """The rule beside the name, and its size and value."""
        size = f"{self.estimate(card.customers)} {card.customers.figure.noun or 'customers'}"
        if card.share_of_customers is not None:
            size += f", {self.estimate(card.share_of_customers)} of all"
        if card.net_sales is not None:
            size += f"; net sales {self.estimate(card.net_sales)}"
            if card.share_of_sales is not None:
                size += f", {self.estimate(card.share_of_sales)} of the shop's"
        self.add(f"**Rule.** {disarm(card.rule_text)}, as of {format_day(card.as_of)}.  \n**Size.** {size}.")

    def voices(self, fields: Sequence[tuple[str, Items | None]], survey: Survey | None) -> None:
        """What customers say, field by field; the fields nobody has spoken on are named once, with the questions."""
        unspoken = [title for title, items in fields if isinstance(items, Gap) and items.topic == "survey"]
        for title, items in fields:
            if title not in unspoken:
                self.section(title, items, level=3)
        if unspoken and survey is not None:
            named = "; ".join(title[:1].lower() + title[1:] for title in unspoken)
            self.add(f"**Not in your data: {disarm(named)}.** Ask these five questions (ready to send):")
            self.survey(survey)

    def survey(self, survey: Survey) -> None:
        """The questions, ready to copy."""
        self.add(f"> {disarm(survey.intro)}")
        self.add(
            "\n".join(f"{n}. {disarm(q.text)} *(fills: {disarm(q.fills)})*" for n, q in enumerate(survey.questions, 1))
        )
        self.add(disarm(survey.send))

    def foot(self) -> None:
        """Assumptions, open questions, the evidence card, the basis and the footnotes."""
        document = self.document
        self.section("Assumptions", document.assumptions)
        self._open_questions()
        card, basis = document.evidence_card, document.basis
        self.heading("How far to trust this")
        kinds = ", ".join(f"{count} {kind}" for kind, count in card.by_kind.items())
        strengths = ", ".join(f"{count} {strength}" for strength, count in card.by_strength.items())
        self.add(
            f"{card.claims} claims: {kinds}. By strength: {strengths}. They rest on {card.figures} figures, "
            f"{card.quotes} quotes and {card.passages} guide passages; {card.gaps} gaps are left open and named. "
            f"Worded by {disarm(basis.worded_by)}. *Rough* marks few observations or a wide interval; *proposal* is "
            "advice that follows from the figures named; *guide* is general practice, not measured here."
        )
        files = f" Files: {disarm(', '.join(basis.files))}." if basis.files else ""
        self.add(f"**Counted.** {disarm(basis.scope)}{files}")
        self.items_text(basis.notes)
        if lines := self.notes.lines():
            self.heading("Evidence")
            self.add("\n\n".join(lines))

    def items_text(self, texts: Sequence[str]) -> None:
        """Plain sentences as a list."""
        if texts:
            self.add("\n".join(f"- {disarm(text)}" for text in texts))

    def _open_questions(self) -> None:
        questions = self.document.open_questions
        if questions:
            self.heading("Open questions")
            self.table(
                ("question", "cheapest way to settle it", "who"),
                ((disarm(q.question), disarm(q.cheapest_test), disarm(q.owner)) for q in questions),
            )

    def render(self) -> str:
        """The whole page."""
        return "\n\n".join(self._blocks) + "\n"
