"""Composes a buyer persona by rule: behaviour measured, wants and words quoted, the rest left open."""

from __future__ import annotations

from typing import Literal

from copilot.data.quote import Quote
from copilot.drafts import portrait, voices
from copilot.drafts.compose_icp import require_members
from copilot.drafts.context import DraftContext
from copilot.drafts.findings import Findings
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Estimate, Gap
from copilot.drafts.persona import Distinctness, MessageProposal, Persona
from copilot.drafts.saying import Name, known
from copilot.statistics.condition import Condition
from copilot.statistics.contrast import Trait
from copilot.statistics.segments import SegmentRule
from copilot.statistics.timing import OrderTiming

REPEAT_BUYERS = SegmentRule(name="repeat buyers", conditions=(Condition(field="orders", op="ge", value=2),))
_CLEAR = 2.0
_VISIBLE = 1.5
_QUARTER = 90
_TIMES_THE_SHARE = 1.5
_MOST_SALES = 0.5
_TYPICAL = 0.3  # a trait that fewer of them have does not name the group


def compose_persona(context: DraftContext, rule: SegmentRule | None = None, nickname: str | None = None) -> Persona:
    """The persona of the customers of `rule` (default: repeat buyers); `nickname` only if the user gave one.

    Raises NothingLoaded without dated orders, CannotAnswer when nobody meets the rule.
    """
    basis = context.basis()
    findings = Findings(context, rule or REPEAT_BUYERS)
    require_members(findings)
    name = _name(findings)
    wants, loves, pains = voices.wants(findings), voices.loves(findings), voices.pains(findings)
    objections, vocabulary, triggers = voices.objections(findings), voices.vocabulary(findings), voices.triggers()
    return Persona(
        title=f"Buyer persona: {name}",
        basis=basis,
        notices=portrait.size_notices(findings),
        name=name,
        nickname=None if nickname is None else findings.say.claim(nickname, said=context.stated(nickname)),
        persona_type=_type(findings),
        segment=findings.card(),
        measures=portrait.measures(
            findings,
            ("value_median", "Net sales per customer, median"),
            ("order_value_median", "Order value, median"),
            ("items_per_order", "Items per order"),
            ("orders_per_customer", "Orders per customer"),
            ("repeat_rate", "Came back at least once"),
        ),
        distinctness=_distinctness(findings),
        summary=_summary(findings),
        core_driver_quote=_quote(wants, findings),
        goals_jobs=wants,
        frustrations=pains,
        motivations=loves,
        buying_triggers=triggers,
        objections=objections,
        buying_behaviour=_behaviour(findings),
        products_bought=portrait.entry(findings),
        next_best_products=portrait.following(findings),
        channels_discovery=portrait.channels(findings),
        channels_contact=contact(findings),
        vocabulary=vocabulary,
        journey=portrait.journey(findings),
        message=_message(findings, loves),
        do=_do(findings),
        dont=_dont(findings),
        risk_and_value=_risk(findings),
        cannot_say=_cannot_say(findings, wants),
        survey=voices.survey_if_needed(wants, loves, pains, objections, triggers),
    )


def _name(findings: Findings) -> str:
    """A behavioural label: the rule's name with the trait that marks the group most, if one is reliable."""
    name = findings.rule.name[:1].upper() + findings.rule.name[1:]
    marked = [t for t in findings.apart.traits if telling(t) and (t.in_group.value or 0.0) >= _TYPICAL]
    if marked:
        best = max(marked, key=lambda trait: trait.ratio.value or 0.0)
        return f"{name}, more often {best.what.label} {Name(best.what.level).shown('')}"
    return name if len(name.split()) > 1 else f"{name} among your customers"


def telling(trait: Trait) -> bool:
    """True if a trait says something of its own: not the rule in other words, not just time, not gone on a closer "
    "look."""
    return not trait.caution and not trait.vanishes and trait.more_common


def _type(findings: Findings) -> Literal["core", "growth", "negative"]:
    """Core: a larger share of sales than of customers by half; negative: returns twice as often as the rest."""
    profile = findings.profile
    returned = profile.return_value_rate
    if returned.rest is not None and (returned.group.value or 0) >= 2 * (returned.rest.value or 1) > 0:
        return "negative"
    sales, people = profile.share_of_net_sales.value or 0.0, profile.share_of_customers.value or 1.0
    return "core" if sales >= min(_TIMES_THE_SHARE * people, _MOST_SALES) else "growth"


def _distinctness(findings: Findings) -> Distinctness:
    """Pass, weak or fail by the reliable traits that are not the rule itself in other words."""
    own: list[Trait] = [trait for trait in findings.apart.traits if telling(trait)]
    ratios = sorted((trait.ratio.value or 0.0 for trait in own), reverse=True)
    tested = findings.apart.tested
    if not ratios:
        return Distinctness(
            verdict="fail",
            finding=findings.say.claim(
                "Of {tested} traits tested, none tells this group reliably from the rest.", tested=tested
            ),
            advice="Use it as a segment for timing and offers; do not write to it as if it were different people.",
        )
    strongest = max(own, key=lambda trait: trait.ratio.value or 0.0)
    finding = findings.say.claim(
        "The clearest of {tested} traits tested: {label} {level}, {ratio:range} times as common as in the rest.",
        tested=tested,
        label=strongest.what.label,
        level=Name(strongest.what.level),
        ratio=strongest.ratio,
    )
    if ratios[0] >= _CLEAR or sum(ratio >= _VISIBLE for ratio in ratios) > 1:
        return Distinctness(verdict="pass", finding=finding, advice="Worth a message of its own.")
    return Distinctness(verdict="weak", finding=finding, advice="Consider merging it with its neighbour.")


def _summary(findings: Findings) -> Claim:
    profile = findings.profile
    items = {
        "size": profile.size,
        "people": profile.share_of_customers,
        "sales": profile.share_of_net_sales,
        "value": profile.order_value_median.group,
    }
    text = "{size} customers ({people} of all) who bring {sales} of net sales. A typical order is {value}"
    if known(profile.gap_median.group):
        items["gap"] = profile.gap_median.group
        text += "; {gap} pass between orders (median)"
    if known(profile.full_price_share.group):
        items["full"] = profile.full_price_share.group
        text += "; {full} of their orders are at full price"
    overdue = profile.overdue_share.group
    if known(overdue):
        items["overdue"] = overdue
        text += ". {overdue} are overdue by the shop's own rhythm"
    return findings.say.claim(f"{text}.", **items)


def _quote(wants: Claims | Gap, findings: Findings) -> Claim | None:
    """The first verbatim quote of why they buy, on its own; none if customers said nothing."""
    if isinstance(wants, Gap):
        return None
    first = next((item for claim in wants for item in claim.evidence if isinstance(item, Quote)), None)
    return None if first is None else findings.say.claim("{quote}", quote=first)


def _behaviour(findings: Findings) -> Claims:
    rhythm, discounts = portrait.rhythm(findings), portrait.discounts(findings)
    return (
        *(rhythm if not isinstance(rhythm, Gap) else ()),
        *portrait.timing(findings),
        *(discounts if not isinstance(discounts, Gap) else ()),
        *portrait.returns(findings),
        *portrait.traits(findings, most=3, by_definition=False),
        *portrait.geography(findings),
    )


def contact(findings: Findings) -> Claims | Gap:
    """Who may be written to, by consent."""
    profile = findings.profile
    if not known(profile.reachable):
        return Gap(
            what="Who of them may be mailed: consent is not in the loaded files.",
            who=portrait.SHOP_OWNER,
            how="Load Shopify > Customers > Export, or Klaviyo > Lists & segments > Export; both carry consent.",
        )
    return (
        findings.say.claim(
            "E-mail: {yes} have consented and may be mailed; {no} have not, and for {unknown} it is unknown, which "
            "counts as no.",
            yes=profile.reachable,
            no=profile.not_consenting,
            unknown=profile.consent_unknown,
        ),
    )


def _message(findings: Findings, loves: Claims | Gap) -> MessageProposal:
    say, profile = findings.say, findings.profile
    following = profile.next_products.products
    first = profile.entry.products[0] if profile.entry.products else None
    if following:
        promise = say.propose(
            "What goes with what they have: {product} is in {share} of their second orders.",
            product=Name(following[0].name),
            share=following[0].share,
        )
    else:
        promise = say.propose_untested(
            "They answer to what fits their last order more than to a price.",
            "Two subject lines to half of the group each, one naming the last product, one a price; compare clicks.",
        )
    proof: Claim | Gap = Gap(
        what="A proof in customers' words.",
        who="customer service",
        how="Load reviews (a file with date, product, stars and text); until then quote none.",
    )
    if not isinstance(loves, Gap):
        proof = loves[0]
    line = (
        findings.advise(
            "More of what they came for, {product}, and what goes with it",
            "tailored recommendations and messages",
            "A04",
            product=Name(first.name),
            share=first.in_group,
        )
        if first is not None
        else findings.advise(
            "More of what they came for, and what goes with it",
            "tailored recommendations and messages",
            "A04",
        )
    )
    tone = Gap(
        what="Brand voice: what it is, what it is not.",
        who="marketing",
        how="State three words it is and three it is not.",
    )
    return MessageProposal(promise=promise, proof=proof, tone=tone, line=line)


def _do(findings: Findings) -> Claims:
    profile, say = findings.profile, findings.say
    claims: list[Claim] = []
    if known(profile.gap_median.group) and known(profile.gap_p75):
        claims.append(
            say.propose(
                "Write around {gap} after an order, again towards {late}.",
                gap=profile.gap_median.group,
                late=profile.gap_p75,
            )
        )
    window = send_window(findings, profile.timing)
    if window is not None:
        claims.append(window)
    claims.append(
        findings.advise(
            "Show what fits what they bought, and new stock of the same kind",
            "relevant products and latest arrivals that fit",
            "A13",
        )
    )
    return tuple(claims)


def send_window(findings: Findings, timing: OrderTiming) -> Claim | None:
    """When to send: the day and the hour before orders peak; None if nothing stands out."""
    day = timing.send_weekday or ""
    if timing.send_window is not None and timing.busiest_window is not None and timing.busiest_hours is not None:
        return findings.say.propose(
            "Send {day}`{window}`, shop time, just before the busiest three hours (`{busy}`, {share} of orders).",
            day=f"{day} " if day else "",
            window=timing.send_window.text(),
            busy=timing.busiest_window.text(),
            share=timing.busiest_hours,
        )
    if day:
        return findings.say.propose(
            "Send on a {day}: {share} of orders come then.", day=day, share=timing.busiest_weekday
        )
    return None


def _dont(findings: Findings) -> Claims:
    profile = findings.profile
    claims: list[Claim] = []
    if known(profile.full_price_share.group) and (profile.full_price_share.group.value or 0) >= 0.5:
        claims.append(
            findings.say.propose(
                "Do not open with a discount: {full} of their orders were at full price.",
                full=profile.full_price_share.group,
            )
        )
    claims.append(
        findings.advise(
            "Do not assume who they are: this data says what they do, not who they are",
            "do not invent customer attributes",
            "A08",
        )
    )
    return tuple(claims)


def _risk(findings: Findings) -> tuple[Estimate, ...] | Gap:
    profile, say = findings.profile, findings.say
    expected = findings.anyway(_QUARTER)
    found = [
        say.estimate(label, figure)
        for label, figure in (
            ("Expected to order again within three months", expected.share),
            ("Overdue by the shop's own rhythm", profile.overdue_share.group),
            ("Past the lapse threshold", profile.lapsed_share.group),
        )
        if known(figure)
    ]
    if found:
        return tuple(found)
    return Gap(
        what="Risk and value: the history is too short.", who=portrait.SHOP_OWNER, how="Load a longer order history."
    )


def _cannot_say(findings: Findings, wants: Claims | Gap) -> tuple[str, ...]:
    """What must not be read into this persona."""
    lines = [
        "Who they are as people: the files hold what they bought, and nothing was inferred from names or addresses.",
        "Why they do it: differences are associations in these files, not causes.",
    ]
    if isinstance(wants, Gap):
        lines.append("What they think and feel: no reviews or survey answers are loaded.")
    lines.extend(text for text in findings.profile.missing if not any(char.isdigit() for char in text))
    return tuple(lines)
