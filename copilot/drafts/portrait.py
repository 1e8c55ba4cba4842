"""How a group buys, as claims: the parts that an ideal customer profile and a persona have in common."""

from __future__ import annotations

from typing import Final

from copilot.drafts.findings import Findings
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Gap, Measure
from copilot.drafts.saying import Name, known, missing
from copilot.evidence.wording import format_day
from copilot.statistics.contrast import Trait
from copilot.statistics.products import EntryProduct, NextProduct
from copilot.statistics.profile import Compared, Mix
from copilot.statistics.result import Figure
from copilot.statistics.stages import SUBSTAGES

SHOP_OWNER = "whoever runs the shop"
_FEW = 30
_TOO_FEW = 50
_LEVELS = 3
_FRESH_DAYS = 45
_EVERYBODY = 0.995  # a level that nearly everybody has tells nothing


def size_notices(findings: Findings) -> Claims:
    """What must be said first about a small group."""
    size = findings.profile.size
    count = int(size.value or 0)
    if count >= _TOO_FEW:
        return ()
    if count < _FEW:
        text = (
            "Only {size}: too few to profile. Read every figure below as a description of these people, not as a rule."
        )
    else:
        text = "Only {size}: every trait below is provisional. Draft again when the group has grown."
    return (findings.say.claim(text.replace("{size}", "{size:noun}"), size=size),)


def stale_notices(findings: Findings) -> Claims:
    """A plan for today on old data says so."""
    context = findings.context
    as_of = context.scope.as_of(context.tables.facts)
    if as_of is None or (context.today - as_of).days <= _FRESH_DAYS:
        return ()
    return (
        findings.say.claim(
            f"The data ends on {format_day(as_of)} {{size:mark}}: every count and rate is of that day. Load a "
            "fresh export before "
            "anything is sent.",
            size=findings.profile.size,
        ),
    )


def measures(findings: Findings, *names: tuple[str, str]) -> tuple[Measure, ...]:
    """Rows of the comparison for attributes of the profile; figures without a value are left out."""
    rows: list[Measure] = []
    for attribute, label in names:
        compared: Compared = getattr(findings.profile, attribute)
        if known(compared.group):
            others = compared.rest
            rows.append(
                Measure(
                    label=label,
                    group=findings.say.estimate(label, compared.group),
                    others=findings.say.estimate(label, others) if others is not None and known(others) else None,
                )
            )
    return tuple(rows)


def rhythm(findings: Findings) -> Claims | Gap:
    """Gaps between orders, and how many are past them."""
    profile, say = findings.profile, findings.say
    if not known(profile.gap_median.group):
        return missing(profile.gap_median.group, SHOP_OWNER)
    rest = profile.gap_median.rest
    tail = ", {rest} for everyone else" if known(rest) else ""
    claims = [
        say.claim(
            f"Usual time between orders: {{gap}}{tail} (median). Between the quartiles, their gaps run from {{low}} to "
            f"{{high}}.",
            gap=profile.gap_median.group,
            low=profile.gap_p25,
            high=profile.gap_p75,
            **({"rest": rest} if rest is not None and tail else {}),
        )
    ]
    overdue, lapsed = profile.overdue_share.group, profile.lapsed_share.group
    if known(overdue) and known(lapsed):
        claims.append(
            say.claim(
                "{overdue} of them are overdue by the shop's own rhythm, {lapsed} are past the point from which few "
                "return.",
                overdue=overdue,
                lapsed=lapsed,
            )
        )
    return tuple(claims)


def entry(findings: Findings) -> Claims | Gap:
    """First purchases: the commonest, and those reliably more common than elsewhere."""
    found = findings.profile.entry
    if not found.products and not found.categories:
        return Gap(
            what="First purchases: no product names or categories in the loaded files.",
            who=SHOP_OWNER,
            how="Load an order export with line items (Shopify: Orders > Export), or the product export.",
        )
    standout = {one.name for one in found.standout}
    commonest = [*found.categories[:2], *found.products[:_LEVELS]]
    rest = [one for one in found.standout if one.name not in {shown.name for shown in commonest}]
    return tuple(_entry(findings, one, one.name in standout) for one in (*commonest, *rest[:_LEVELS]))


def _entry(findings: Findings, one: EntryProduct, standout: bool) -> Claim:
    rest, ratio = one.in_rest, one.ratio
    if standout and rest is not None and ratio is not None:
        return findings.say.claim(
            "{name}: {share} of them began with it, {rest} of everyone else: {ratio:range} times as common.",
            name=Name(one.name),
            share=one.in_group,
            rest=rest,
            ratio=ratio,
        )
    if rest is not None and known(rest):
        return findings.say.claim(
            "{name}: {share} of them began with it, {rest} of everyone else; no reliable difference.",
            name=Name(one.name),
            share=one.in_group,
            rest=rest,
        )
    return findings.say.claim("{name}: {share} of them began with it.", name=Name(one.name), share=one.in_group)


def following(findings: Findings) -> Claims | Gap:
    """What the second order held."""
    products = findings.profile.next_products.products
    if not products:
        why = " ".join(findings.profile.next_products.warnings) or "too few second orders in this group."
        return Gap(what=f"Next products: {why}", who=SHOP_OWNER, how="Draft again when more of them have come back.")
    return tuple(_following(findings, one) for one in products[:_LEVELS])


def _following(findings: Findings, one: NextProduct) -> Claim:
    days = ", {days} after the first (median)" if known(one.median_days) else ""
    return findings.say.claim(
        f"{{name}}: in {{share}} of second orders{days}.",
        name=Name(one.name),
        share=one.share,
        **({"days": one.median_days} if days else {}),
    )


def discounts(findings: Findings) -> Claims | Gap:
    """Full price or not."""
    compared = findings.profile.full_price_share
    if not known(compared.group):
        return missing(compared.group, SHOP_OWNER)
    claims = [_against(findings, compared, "{group} of their orders were at full price", "{rest} of everyone else's")]
    repeat = findings.profile.full_price_repeat_share
    if known(repeat.group) and repeat.rest is not None and known(repeat.rest):
        text = "Of orders after the first, {group} were at full price"
        claims.append(_against(findings, repeat, text, "{rest} of everyone else's"))
    return tuple(claims)


def returns(findings: Findings) -> Claims:
    """Refunds, if the file has any."""
    share, value = findings.profile.refunded_orders_share, findings.profile.return_value_rate
    claims = []
    if known(share.group):
        text = "{group} of their orders were refunded at least in part"
        claims.append(_against(findings, share, text, "{rest} of everyone else's"))
    if known(value.group):
        text = "By value {group} came back"
        claims.append(_against(findings, value, text, "{rest} for everyone else"))
    return tuple(claims)


def channels(findings: Findings) -> Claims | Gap:
    """Referring sources first, then the channel of the first order."""
    sources, first = findings.profile.sources, findings.profile.channels
    claims = [*mix(findings, sources), *mix(findings, first), *mix(findings, findings.profile.devices)]
    if claims:
        return tuple(claims)
    return Gap(
        what=f"Where they come from: {sources.missing or first.missing or 'the files name no source or channel.'}",
        who=SHOP_OWNER,
        how="Load a web analytics export (GA4: Reports > Acquisition > Download CSV), or ask how they heard of you.",
    )


def geography(findings: Findings) -> Claims:
    """Countries, then regions."""
    return (*mix(findings, findings.profile.countries), *mix(findings, findings.profile.regions))


def mix(findings: Findings, found: Mix) -> Claims:
    """The commonest levels of a trait in one sentence, with the rest of the customers beside them."""
    levels = [level for level in found.levels if known(level.share)][:_LEVELS]
    if not levels or (levels[0].share.value or 0.0) >= _EVERYBODY:
        return ()
    parts: list[str] = []
    items: dict[str, Name | Figure] = {}
    for index, level in enumerate(levels):
        items[f"n{index}"], items[f"s{index}"] = Name(level.name), level.share
        against = ""
        if level.rest is not None and known(level.rest):
            items[f"r{index}"] = level.rest
            against = f" (others {{r{index}}})"
        parts.append(f"{{n{index}}} {{s{index}}}{against}")
    return (findings.say.claim(f"{found.label[:1].upper()}{found.label[1:]}: {'; '.join(parts)}.", **items),)


def journey(findings: Findings) -> Claims:
    """Where the group stands, in the words of the journey."""
    words = {name: stage.label for name, stage in SUBSTAGES.items()}
    stages = findings.profile.stages
    named = tuple(level.model_copy(update={"name": words.get(level.name, level.name)}) for level in stages.levels)
    return mix(findings, stages.model_copy(update={"levels": named}))


def timing(findings: Findings) -> Claims:
    """Weekday, hours and season."""
    found, say = findings.profile.timing, findings.say
    claims: list[Claim] = []
    if found.busiest_hours is not None and found.busiest_window is not None and known(found.busiest_hours):
        claims.append(
            say.claim(
                "{share} of their orders come in the busiest three hours, `{window}`.",
                share=found.busiest_hours,
                window=found.busiest_window.text(),
            )
        )
    if known(found.busiest_weekday):
        claims.append(
            say.claim(
                "Busiest weekday: {day}, {share} of their orders; weekends {weekend}.",
                day=found.busiest_weekday_name,
                share=found.busiest_weekday,
                weekend=found.weekend_share,
            )
        )
    return tuple(claims)


def traits(findings: Findings, most: int = 5, *, by_definition: bool = True) -> Claims:
    """Reliable differences against the rest, doubted where they deserve it; those of the rule itself last or not."""
    shown = [one for one in findings.apart.traits if by_definition or one.caution != "definition"]
    found = [_trait(findings, one) for one in sorted(shown, key=lambda one: one.caution == "definition")[:most]]
    if not found and known(findings.apart.tested):
        note = (
            f" {findings.apart.note}"
            if findings.apart.note and not any(c.isdigit() for c in findings.apart.note)
            else ""
        )
        text = f"No reliable difference among {{tested}} traits tested against everyone else.{note}"
        return (findings.say.claim(text, tested=findings.apart.tested),)
    return tuple(found)


_DOUBTS: Final = {
    "reverses": "But it reverses when compared within the same {by} (Simpson's paradox): do not act on it",
    "vanishes": "But it vanishes when compared within the same {by}, so it is that, not this",
    "differs": "But it points the other way where the {by} is {opposite}",
}


def _doubt(one: Trait) -> dict[str, str | Name]:
    """The names in the sentence on another trait that reverses or explains this one."""
    if one.confounding is None:
        return {}
    names: dict[str, str | Name] = {"by": one.confounding.by}
    return names | ({"opposite": Name(one.confounding.opposite[0])} if one.confounding.opposite else {})


def _trait(findings: Findings, one: Trait) -> Claim:
    doubt = {
        "definition": " Partly by definition: it counts towards the rule itself.",
        "time": " Partly time: they had longer to buy.",
        "": "",
    }[one.caution]
    within = ""
    items = {"share": one.in_group, "rest": one.in_rest, "ratio": one.ratio}
    if one.within_month is not None and known(one.within_month):
        items["within"] = one.within_month
        verdict = "the difference vanishes" if one.only_time else "it holds"
        within = f" Compared within the same first month {verdict}: {{within:range}} times."
    if one.confounding is not None:
        items["common"] = one.confounding.common
        within += f" {_DOUBTS[one.confounding.kind]} {{common:mark}}."
    return findings.say.claim(
        f"{{what}}, {{level}}: {{share}} of them, {{rest}} of everyone else, {{ratio:range}} times as "
        f"common.{doubt}{within}",
        what=one.what.label[:1].upper() + one.what.label[1:],
        level=Name(one.what.level),
        **_doubt(one),
        **items,
    )


def _against(findings: Findings, compared: Compared, text: str, rest_text: str) -> Claim:
    if compared.rest is not None and known(compared.rest):
        return findings.say.claim(f"{text}, against {rest_text}.", group=compared.group, rest=compared.rest)
    return findings.say.claim(f"{text}.", group=compared.group)
