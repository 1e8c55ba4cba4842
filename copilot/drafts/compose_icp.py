"""Composes an ideal customer profile by rule: no model, no free text, every sentence from a figure, quote or "
"passage."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.drafts import portrait, voices
from copilot.drafts.context import DraftContext
from copilot.drafts.findings import Findings
from copilot.drafts.icp import ICP, Claims, Disqualifier, Driver
from copilot.drafts.model import Claim, Estimate, Gap
from copilot.drafts.saying import Name, known
from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.contrast import StrongestRule
from copilot.statistics.profile import Compared, SegmentProfile
from copilot.statistics.segments import SegmentRule

TOP_TENTH = SegmentRule(
    name="top 10 % by net sales", conditions=(Condition(field="net_sales", op="top_share", value=0.10),)
)
_YEAR = 365
_SMALLEST = 10  # customers of an exclusion worth naming


def compose_icp(context: DraftContext, rule: SegmentRule | None = None) -> ICP:
    """The profile of the customers of `rule` (default: the top tenth by net sales).

    Raises NothingLoaded without dated orders, CannotAnswer when nobody meets the rule.
    """
    basis = context.basis()
    findings = Findings(context, rule or TOP_TENTH)
    require_members(findings)
    need, trigger = voices.wants(findings), voices.triggers()
    criteria, objections = voices.criteria(findings), voices.doubts(findings)
    driver = _driver(findings)
    return ICP(
        title=f"Ideal customer profile: {findings.rule.name}",
        basis=basis,
        notices=portrait.size_notices(findings),
        one_sentence=_one_sentence(findings),
        segment=findings.card(),
        ideal_because=_because(findings),
        driver=driver,
        value_per_customer=portrait.measures(
            findings,
            ("value_median", "Net sales per customer, median"),
            ("value_mean", "Net sales per customer, mean"),
            ("orders_per_customer", "Orders per customer"),
            ("repeat_rate", "Came back at least once"),
        ),
        expected_value=_expected(findings),
        order_economics=portrait.measures(
            findings,
            ("order_value_median", "Order value, median"),
            ("aov_net", "Order value, mean, after returns"),
            ("items_per_order", "Items per order"),
            ("orders_per_year", "Orders per year"),
        ),
        purchase_rhythm=portrait.rhythm(findings),
        entry_products=portrait.entry(findings),
        next_products=portrait.following(findings),
        discount_behaviour=portrait.discounts(findings),
        returns_behaviour=portrait.returns(findings),
        acquisition_channels=portrait.channels(findings),
        geography=portrait.geography(findings),
        timing=portrait.timing(findings),
        traits=portrait.traits(findings),
        need_or_job=need,
        trigger=trigger,
        decision_criteria=criteria,
        objections=objections,
        disqualifiers=_disqualifiers(findings),
        journey=portrait.journey(findings),
        implications=_implications(findings, driver),
        survey=voices.survey_if_needed(need, trigger, criteria, objections),
    )


def require_members(findings: Findings) -> None:
    """Raise CannotAnswer if nobody meets the rule."""
    if not findings.profile.size.value:
        raise CannotAnswer(
            f"Nobody meets the rule “{findings.rule.text()}” in this data, so there is nothing to draft.",
            "Choose another segment; the segments page lists those that have customers.",
            code="empty_segment",
        )


def _one_sentence(findings: Findings) -> Claim:
    profile = findings.profile
    rest_orders, rest_value = profile.orders_per_customer.rest, profile.value_median.rest
    against = " against {rest_value} for everyone else" if known(rest_value) else ""
    often = " (others {rest_orders})" if known(rest_orders) else ""
    return findings.say.claim(
        "{size} customers, {share} of all, bring {sales} of net sales: they order {orders} times on average"
        f"{often}, and a typical one is worth {{value}}{against}.",
        size=profile.size,
        share=profile.share_of_customers,
        sales=profile.share_of_net_sales,
        orders=profile.orders_per_customer.group,
        value=profile.value_median.group,
        **({"rest_orders": rest_orders} if rest_orders is not None and often else {}),
        **({"rest_value": rest_value} if rest_value is not None and against else {}),
    )


def _because(findings: Findings) -> Claim:
    profile = findings.profile
    return findings.guided(
        "Chosen by what is left after returns, not by gross sales: net sales of {sales}, or {share} of the shop's. "
        "The figures that define the group are not used to describe it",
        "choose the ideal customer by lifetime value, repeat rate or order size",
        "A05",
        sales=profile.net_sales,
        share=profile.share_of_net_sales,
    )


def _driver(findings: Findings) -> Driver:
    found = findings.strongest
    if not found.certain or not found.conditions:
        return Driver(certain=False, finding=_not_certain(findings, found))
    words = " and ".join(f"{{l{i}_label}} is {{l{i}}}" for i in range(len(found.conditions)))
    levels: dict[str, str | Name] = {}
    for index, one in enumerate(found.conditions):
        levels[f"l{index}_label"], levels[f"l{index}"] = one.label, Name(one.level)
    finding = findings.say.claim(
        f"Customers whose {words} are worth {{effect:range}} times as much as all others: {{inside}} against "
        "{outside} {basis} each. There are {size} of them. Of {tried} traits and pairs tried, this one stands out "
        "from chance (p = {p}).",
        effect=found.effect,
        inside=found.value_in,
        outside=found.value_out,
        size=found.size,
        tried=found.tried,
        p=found.p_value,
        basis="margin" if found.basis == "margin" else "net",
        **levels,
    )
    details = tuple(
        findings.say.claim(
            "{label} {level} without the other: {single:range} times the value.",
            label=one.label[:1].upper() + one.label[1:],
            level=Name(one.level),
            single=single,
        )
        for one, single in zip(found.conditions, found.single_effects, strict=False)
        if known(single)
    )
    details += _cautions(findings, found)
    look_for = findings.advise(
        "It is known with the first order, so new customers of this kind can be recognised at once. Spend where more "
        f"people like these {{size}} can be found: {words}. It is an association in this file, not a proof of cause: "
        "test it with a part of the budget first",
        "allocate budget to audiences with the highest potential lifetime value",
        "A02",
        size=found.size,
        effect=found.effect,
        **levels,
    )
    return Driver(certain=True, finding=finding, details=details, look_for=look_for)


def _cautions(findings: Findings, found: StrongestRule) -> Claims:
    """What belongs beside the driver: the basis of its worth, discounts, and stronger-looking rules passed over."""
    said = [findings.say.claim("{caution} {size:mark}", caution=one, size=found.size) for one in found.cautions]
    for one in found.passed_over[:2]:
        names: dict[str, str | Name] = {f"n{i}": Name(level.level) for i, level in enumerate(one.conditions)}
        who = " and ".join(f"{{n{i}}}" for i in range(len(one.conditions)))
        end = "they are worth less" if one.reverses else "they are worth no more"
        text = (
            f"{who} looks like a better answer only because of how customers are spread: compared within the same "
            f"{{by}}, {end} (Simpson's paradox). {{tried:mark}}"
        )
        said.append(findings.say.claim(text, by=one.by, tried=found.tried, **names))
    return tuple(said)


def _not_certain(findings: Findings, found: StrongestRule) -> Claim:
    if found.conditions and known(found.effect):
        words = " and ".join(f"{{l{i}_label}} is {{l{i}}}" for i in range(len(found.conditions)))
        levels: dict[str, str | Name] = {}
        for index, one in enumerate(found.conditions):
            levels[f"l{index}_label"], levels[f"l{index}"] = one.label, Name(one.level)
        return findings.say.claim(
            "Not certain. Of {tried} traits and pairs known with the first order, none marks valuable customers more "
            f"clearly than chance would. The best guess, no more: {words} ({{size}} customers, {{effect:range}} times "
            "the "
            "value of the others, p = {p}). Do not target by it yet.",
            tried=found.tried,
            size=found.size,
            effect=found.effect,
            p=found.p_value,
            **levels,
        )
    return findings.say.claim(
        "Not certain: {tried} traits and pairs known with the first order could be tried, and none marks valuable "
        "customers. More traits would help: source of the visit, device, product category.",
        tried=found.tried,
    )


def _expected(findings: Findings) -> Estimate | Gap:
    """The share expected back within a year; a value in money needs a lifetime model, which one order each is not."""
    expected = findings.anyway(_YEAR)
    if known(expected.share):
        return findings.say.estimate(
            "of them are expected to order again within a year, without a campaign", expected.share
        )
    why = " ".join(expected.warnings) or "the history is too short for a forecast of a year."
    return Gap(
        what=f"Expected value of the coming year: {why}",
        who=portrait.SHOP_OWNER,
        how="Load a longer order history, then draft again.",
    )


def _disqualifiers(findings: Findings) -> tuple[Disqualifier, ...] | Claim | Gap:
    """Groups that are worth less than everyone else, each with its size; only those the files can tell."""
    tried = [
        _Exclusion(
            "Came by discount, bought once",
            (
                Condition(field="first_discounted", op="eq", value=True),
                Condition(field="orders", op="eq", value=1),
            ),
            "share_of_net_sales",
            "bring {cost} of net sales",
        ),
        _Exclusion(
            "Sends back more than once",
            (Condition(field="refunded_orders", op="ge", value=2),),
            "return_value_rate",
            "send back {cost} by value",
        ),
    ]
    profiles = [(one, Findings(findings.context, one.rule()).profile) for one in tried]
    there = [(one, profile) for one, profile in profiles if (profile.size.value or 0) >= _SMALLEST]
    found = tuple(
        _disqualifier(findings, one, profile)
        for one, profile in there
        if profile.value_mean.rest is not None
        and (profile.value_mean.group.value or 0.0) < (profile.value_mean.rest.value or 0.0)
    )
    if found:
        return found
    if there:
        one, profile = there[0]
        return findings.say.claim(
            "No group to keep away: {size} customers fit “{name}”, and they are worth {value} each, no less than "
            "others.",
            size=profile.size,
            name=one.name.lower(),
            value=profile.value_mean.group,
        )
    return Gap(
        what="Anti-profile: the files show no discounts and no refunds by customer.",
        who=portrait.SHOP_OWNER,
        how="Load an order export with discount codes and refunds (Shopify: Orders > Export).",
    )


@dataclass(frozen=True)
class _Exclusion:
    """A kind of customer to check: its rule, and what it costs (`cost` names a figure of the profile)."""

    name: str
    conditions: tuple[Condition, ...]
    cost: str
    text: str

    def rule(self) -> SegmentRule:
        """The rule as a segment."""
        return SegmentRule(name=self.name.lower(), conditions=self.conditions)


def _disqualifier(findings: Findings, one: _Exclusion, there: SegmentProfile) -> Disqualifier:
    measured = getattr(there, one.cost)
    cost = measured.group if isinstance(measured, Compared) else measured
    rest = there.value_mean.rest
    items = {"rest": rest} if rest is not None else {}
    if known(cost):
        items["cost"] = cost
    return Disqualifier(
        name=one.name,
        rule_text=one.rule().text(),
        finding=findings.say.claim(
            f"{{size}} customers ({{share}} of all) {one.text if known(cost) else 'are of this kind'}; they are worth "
            "{value} each" + (", everyone else {rest}." if rest is not None else "."),
            size=there.size,
            share=there.share_of_customers,
            value=there.value_mean.group,
            **items,
        ),
        advice=findings.advise(
            "Leave them out of lookalike seeds and price offers; serve them like everybody else",
            "exclusion profile: exclude from ads and offers, not from service",
            "A09",
        ),
    )


def _implications(findings: Findings, driver: Driver) -> Claims:
    profile = findings.profile
    claims = [
        findings.advise(
            "Budget: judge channels by how many customers of this profile they bring, not by orders. This group is "
            "{share} of customers and {sales} of net sales",
            "allocate advertising budget to audiences with the highest lifetime value",
            "A02",
            share=profile.share_of_customers,
            sales=profile.share_of_net_sales,
        )
    ]
    if driver.certain and driver.look_for is not None:
        claims.append(driver.look_for)
    if profile.next_products.products:
        first = profile.next_products.products[0]
        claims.append(
            findings.advise(
                "Product: keep {product} in stock and visible after a first order; {share} of their second orders held "
                "it",
                "align inventory and promotions with ideal customers",
                "A02",
                product=Name(first.name),
                share=first.share,
            )
        )
    if known(profile.full_price_share.group):
        claims.append(
            findings.advise(
                "Offer: {full} of their orders were at full price, so access and service come before price",
                "hot customers VIP offers access before discount",
                "A13",
                full=profile.full_price_share.group,
            )
        )
    if known(profile.gap_median.group):
        claims.append(
            findings.say.propose(
                "Timing: their own gap of {gap} is the clock for reminders, not a fixed number of days.",
                gap=profile.gap_median.group,
            )
        )
    return tuple(claims)
