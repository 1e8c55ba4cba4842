"""What every draft is made of: claims with their evidence inside, estimates, KPIs, gaps, and the evidence card.

A draft is self-contained: each claim carries the figures, quotes and passages it rests on, so that it can be
read, checked and exported without the ledger of the conversation it came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from copilot.data.quote import Quote
from copilot.drafts.lint import marks, protected_words
from copilot.drafts.strength import RANK, Strength, figure_strength, kind_of, strength_of
from copilot.evidence.model import KIND_OF, Assumption, Evidence, Kind, Statement
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure, Period, Unit

Status = Literal["draft", "approved", "sent", "measured"]


class Part(BaseModel):
    """Base of all parts: frozen, no unknown fields; computed fields are recomputed on reading, never trusted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _drop_computed(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if key not in cls.model_computed_fields}
        return data


class Claim(Part):
    """One sentence and what it rests on. Each citation mark in `text` names evidence that is inside the claim."""

    text: str = Field(min_length=3, description="plain words with citation marks such as [F1]")
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    proposal: bool = Field(default=False, description="a suggestion derived from the evidence, not a finding")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def kind(self) -> Kind:
        """computed, quoted, guide, stated or assumption."""
        return kind_of(self.evidence)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def strength(self) -> Strength:
        """Derived from the evidence, never written by anyone."""
        return strength_of(self.evidence)

    @model_validator(mode="after")
    def _check(self) -> Self:
        here = {item.id for item in self.evidence}
        if "" in here:
            raise ValueError("evidence in a claim needs an id of the ledger")
        if unknown := set(marks(self.text)) - here:
            raise ValueError(f"the claim cites {', '.join(sorted(unknown))}, which it does not carry")
        untested = [i.text for i in self.evidence if isinstance(i, Assumption) and not i.how_to_test.strip()]
        if untested:
            raise ValueError("an assumption needs the cheapest test of it")
        said = any(isinstance(item, (Quote, Statement)) for item in self.evidence)
        if not said and (words := protected_words(self.text)):
            raise ValueError(
                f"{', '.join(sorted(set(words)))}: attributes of persons need a survey answer or the user's word"
            )
        return self


class Estimate(Part):
    """One value in a draft: the figure behind it under the words the draft uses for it."""

    label: str
    figure: Figure

    @property
    def value(self) -> float | None:
        """The figure's value; rates are fractions."""
        return self.figure.value

    @property
    def unit(self) -> Unit:
        """The figure's unit."""
        return self.figure.unit

    @property
    def strength(self) -> Strength:
        """Strength of a claim that says just this."""
        return figure_strength(self.figure)


class Gap(Part):
    """Something the draft needs and the data does not have: what, who can fill it, and how.

    A gap of the topic `survey` waits for customers' own words; the five questions of the draft fill all of these.
    """

    topic: Literal["data", "survey"] = "data"
    what: str = Field(min_length=3, description="what is missing and why it matters, in words")
    who: str = Field(min_length=2, description="who can fill it")
    how: str = Field(min_length=3, description="the export, question or decision that fills it")


class OpenQuestion(Part):
    """A question the draft leaves open; made by code from every assumption and every gap."""

    field: str
    question: str
    cheapest_test: str
    owner: str


class Kpi(Part):
    """A measure of success: where it stands, where it should stand, why, and when it is read."""

    name: str
    definition: str
    baseline: Estimate | Gap
    target: Estimate | Gap
    basis_of_target: Claim
    read_on: date
    source: str = Field(description="where the number will be read from")


class Measure(Part):
    """One row of a comparison: the group beside everybody else."""

    label: str
    group: Estimate
    others: Estimate | None = None


class SegmentCard(Part):
    """The people a draft is about: a named rule in plain words with its size and value."""

    name: str
    rule_text: str = Field(description="the rule in plain words, always printed beside the name")
    rule: dict[str, Any] = Field(description="the rule as conditions, as the segment module reads it")
    as_of: date
    customers: Estimate
    share_of_customers: Estimate | None = None
    net_sales: Estimate | None = None
    share_of_sales: Estimate | None = None


class Basis(Part):
    """What a draft was computed from and by whom it was worded."""

    shop: str
    currency: str | None
    analysis_date: date
    period: Period | None
    scope: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    worded_by: str = "rules"
    version_of_rules: str = "1"


class EvidenceCard(Part):
    """How much of a draft rests on what; counted by code."""

    claims: int
    by_kind: dict[str, int]
    by_strength: dict[str, int]
    figures: int
    quotes: int
    passages: int
    gaps: int
    data_window: str
    files: tuple[str, ...]


class Document(Part):
    """Base of every draft kind: title, basis, notices; evidence card and open questions are computed."""

    id: str = Field(default="", description="given by the store")
    version: int = Field(default=1, ge=1)
    status: Status = "draft"
    title: str = Field(min_length=5)
    basis: Basis
    notices: tuple[Claim, ...] = Field(
        default=(), description="what the reader must know first: too small, cannot size"
    )
    assumptions: tuple[Claim, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """One question for every assumption and every gap, in the order of the document."""
        seen: dict[str, OpenQuestion] = {}
        for path, part in walk(self):
            if isinstance(part, Gap):
                key = part.topic if part.topic == "survey" else part.what
                what = _CUSTOMER_WORDS if part.topic == "survey" else part.what
                how = _FIVE_QUESTIONS if part.topic == "survey" else part.how
                seen.setdefault(key, OpenQuestion(field=path, question=what, cheapest_test=how, owner=part.who))
            elif isinstance(part, Claim):
                for item in part.evidence:
                    if isinstance(item, Assumption):
                        owner = "marketing"
                        seen.setdefault(
                            item.text,
                            OpenQuestion(field=path, question=item.text, cheapest_test=item.how_to_test, owner=owner),
                        )
        return tuple(seen.values())

    @computed_field  # type: ignore[prop-decorator]
    @property
    def evidence_card(self) -> EvidenceCard:
        """Counts of claims by kind and strength, data window and files."""
        claims = [part for _, part in walk(self) if isinstance(part, Claim)]
        evidence = self.evidence()
        kinds = Counter(claim.kind for claim in claims)
        strengths = Counter(claim.strength for claim in claims)
        period = self.basis.period
        return EvidenceCard(
            claims=len(claims),
            by_kind={kind: kinds[kind] for kind in KIND_OF.values() if kinds[kind]},
            by_strength={strength: strengths[strength] for strength in RANK if strengths[strength]},
            figures=sum(isinstance(item, Figure) for item in evidence.values()),
            quotes=sum(isinstance(item, Quote) for item in evidence.values()),
            passages=sum(isinstance(item, Passage) for item in evidence.values()),
            gaps=sum(isinstance(part, Gap) for _, part in walk(self)),
            data_window=f"{period.start} to {period.end}" if period else "no dated orders",
            files=self.basis.files,
        )

    def evidence(self) -> dict[str, Evidence]:
        """Every piece of evidence in the draft by id, in the order of the document."""
        found: dict[str, Evidence] = {}
        for _, part in walk(self):
            items: tuple[Evidence, ...] = ()
            if isinstance(part, Claim):
                items = part.evidence
            elif isinstance(part, Estimate):
                items = (part.figure,)
            for item in items:
                found.setdefault(item.id, item)
        return found

    @model_validator(mode="after")
    def _no_protected_attributes(self) -> Self:
        for path, text in plain_texts(self):
            if words := protected_words(text):
                raise ValueError(f"{path}: {', '.join(sorted(set(words)))} needs a survey answer or the user's word")
        return self


def walk(part: BaseModel, path: str = "") -> Iterator[tuple[str, Part]]:
    """Every part inside `part` with its path, depth first, in field order; evidence itself is not entered."""
    for name in type(part).model_fields:
        yield from _walk_value(getattr(part, name), f"{path}.{name}" if path else name)


def _walk_value(value: object, path: str) -> Iterator[tuple[str, Part]]:
    if isinstance(value, Part):
        yield path, value
        if not isinstance(value, (Claim, Estimate)):
            yield from walk(value, path)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk_value(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk_value(item, f"{path}.{key}")


_CUSTOMER_WORDS = "What customers want, fear and say, in their own words."
_FIVE_QUESTIONS = "Send the five questions of this draft; load the answers here."
# Names and definitions say what something is and are no statements about the shop.
_NOT_PROSE = frozenset({"id", "kind", "status", "basis", "rule", "rule_text", "files", "title", "definition"})


def plain_texts(part: BaseModel, path: str = "") -> Iterator[tuple[str, str]]:
    """Every prose string outside claims and evidence, with its path."""
    for name in type(part).model_fields:
        if name not in _NOT_PROSE and not (isinstance(part, SegmentCard) and name == "name"):
            yield from _plain(getattr(part, name), f"{path}.{name}" if path else name)


def _plain(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (Claim, Estimate)):
        return
    elif isinstance(value, Part):
        yield from plain_texts(value, path)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _plain(item, f"{path}[{index}]")


def narratives(document: Document) -> Iterator[tuple[str, str]]:
    """Every text a reader sees as a statement: claims and prose. The gate is run over each of them."""
    for path, part in walk(document):
        if isinstance(part, Claim):
            yield f"{path}.text", part.text
    yield from plain_texts(document)
