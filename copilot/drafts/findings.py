"""Everything the statistics say about a group, computed once when first needed and shared by all parts of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from copilot.drafts.context import DraftContext
from copilot.drafts.model import Claim, SegmentCard
from copilot.drafts.saying import Item, Name, Sayer, known
from copilot.statistics.baskets import BasketPairs, basket_pairs
from copilot.statistics.concentration import Concentration, concentration
from copilot.statistics.contrast import SetsApart, StrongestRule, sets_apart, strongest_rule
from copilot.statistics.journey import JourneyStages, journey_stages
from copilot.statistics.opportunity import ExpectedOrders, expected_orders
from copilot.statistics.profile import SegmentProfile, segment_profile
from copilot.statistics.repeat import RepeatRates, repeat_rates
from copilot.statistics.rhythm import BuyingRhythm, buying_rhythm
from copilot.statistics.segments import SegmentRule, members
from copilot.statistics.survey import Survey, survey
from copilot.statistics.voice import Voice, themes

EVERYONE = SegmentRule(name="all customers")


@dataclass(frozen=True)
class Findings:
    """The analyses behind one draft about the customers of `rule`."""

    context: DraftContext
    rule: SegmentRule

    @property
    def say(self) -> Sayer:
        """The claim maker on this draft's ledger."""
        return Sayer(self.context.ledger)

    @cached_property
    def profile(self) -> SegmentProfile:
        """The group against the rest."""
        return segment_profile(self.context.tables, self.context.scope, self.rule)

    @cached_property
    def everyone(self) -> SegmentProfile:
        """All customers."""
        return segment_profile(self.context.tables, self.context.scope, EVERYONE)

    @cached_property
    def rhythm(self) -> BuyingRhythm:
        """The shop's buying rhythm."""
        return buying_rhythm(self.context.tables, self.context.scope)

    @cached_property
    def repeat(self) -> RepeatRates:
        """How many come back."""
        return repeat_rates(self.context.tables, self.context.scope)

    @cached_property
    def concentration(self) -> Concentration:
        """How much few customers bring."""
        return concentration(self.context.tables, self.context.scope)

    @cached_property
    def journey(self) -> JourneyStages:
        """Cold, warm and hot."""
        return journey_stages(self.context.tables, self.context.scope)

    @cached_property
    def apart(self) -> SetsApart:
        """What sets the group apart."""
        return sets_apart(self.context.tables, self.context.scope, self.rule)

    @cached_property
    def strongest(self) -> StrongestRule:
        """The rule whose customers are worth most."""
        return strongest_rule(self.context.tables, self.context.scope)

    @cached_property
    def pairs(self) -> BasketPairs:
        """What is bought together."""
        return basket_pairs(self.context.tables, self.context.scope)

    @cached_property
    def voice(self) -> Voice:
        """What the group's own customers say; empty without feedback that names its customer."""
        keys = members(self.context.tables, self.context.scope, self.rule)
        return themes(self.context.tables, keys)

    @cached_property
    def survey(self) -> Survey:
        """What the group answers in surveys; everybody's answers where the group's are too few to show a theme."""
        own = survey(self.context.tables, members(self.context.tables, self.context.scope, self.rule))
        if any(question.voice and question.voice.reviewers.value for question in own.questions):
            return own
        return survey(self.context.tables)

    @cached_property
    def voice_of_all(self) -> Voice:
        """What all customers say."""
        return themes(self.context.tables)

    def anyway(self, days: int) -> ExpectedOrders:
        """What the group buys anyway in the coming days."""
        return expected_orders(self.context.tables, self.context.scope, self.rule, days)

    def card(self, *, buyers: bool = True) -> SegmentCard:
        """The group as a card: rule, size and, for `buyers`, value."""
        profile, say = self.profile, self.say
        return SegmentCard(
            name=self.rule.name,
            rule_text=self.rule.text(),
            rule=self.rule.model_dump(mode="json"),
            as_of=self.context.basis().analysis_date,
            customers=say.estimate("Customers", profile.size),
            share_of_customers=say.estimate("Share of customers", profile.share_of_customers) if buyers else None,
            net_sales=say.estimate("Net sales", profile.net_sales) if buyers and known(profile.net_sales) else None,
            share_of_sales=(
                say.estimate("Share of net sales", profile.share_of_net_sales)
                if buyers and known(profile.share_of_net_sales)
                else None
            ),
        )

    def guided(self, text: str, question: str, article: str, /, **items: Item) -> Claim:
        """A claim resting on the guide (and on `items`), or, where no guide is connected, an assumption."""
        text = text.rstrip(".")
        passage = self.context.passage(question, article)
        if passage is not None:
            return self.say.claim(f"{text} {{the_guide}}.", the_guide=passage, **items)
        if any(not isinstance(item, (Name, str)) for item in items.values()):
            return self.say.claim(f"{text}.", **items)
        return self.say.assumed(
            f"{text}.", "Run it once with a random hold-out and compare margin per recipient.", **items
        )

    def advise(self, text: str, question: str, article: str, /, **items: Item) -> Claim:
        """The same, marked as a proposal."""
        return self.guided(text, question, article, **items).model_copy(update={"proposal": True})
