"""What a draft is composed from: one shop's tables, the scope, the ledger and the guide, passed along as one object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from copilot.data.tables import Tables
from copilot.drafts.model import Basis
from copilot.errors import NothingLoaded
from copilot.evidence.ledger import Ledger
from copilot.evidence.model import Assumption, Statement
from copilot.guide.passage import Passage
from copilot.statistics.scope import Scope

GuideSearch = Callable[[str], Sequence[Passage]]


@dataclass(frozen=True)
class DraftContext:
    """Everything composing needs. `today` dates the plan; the figures are seen from the data's analysis date."""

    tables: Tables
    scope: Scope
    ledger: Ledger
    guide_search: GuideSearch | None
    shop: str
    currency: str | None
    today: date

    def basis(self) -> Basis:
        """What the draft rests on, for its head. Raises NothingLoaded when there are no dated orders."""
        facts = self.tables.facts
        as_of = self.scope.as_of(facts)
        if as_of is None:
            raise NothingLoaded(
                "There are no dated orders to draft from.",
                "Add an order export first (Shopify: Orders > Export), or load the sample shop.",
            )
        return Basis(
            shop=self.shop,
            currency=self.currency,
            analysis_date=as_of,
            period=self.scope.span(facts),
            scope=self.scope.text(facts),
            files=tuple(source.file for source in facts.sources),
            notes=facts.notes,
        )

    def passage(self, question: str, article: str | None = None) -> Passage | None:
        """The best passage of the guide for a question, recorded; with `article`, the best one of that article.

        None when no guide is connected or it does not cover the question.
        """
        if self.guide_search is None:
            return None
        for passage in self.guide_search(question):
            if article is None or passage.article == article:
                return self.ledger.record(passage)
        return None

    def assume(self, text: str, how_to_test: str) -> Assumption:
        """A recorded assumption with the cheapest test of it."""
        return self.ledger.record(Assumption(text=text, how_to_test=how_to_test))

    def stated(self, text: str) -> Statement:
        """Something the user said, recorded."""
        return self.ledger.record(Statement(text=text))
