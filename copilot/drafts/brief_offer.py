"""The offer of a brief with its economics, and the risks of the campaign."""

from __future__ import annotations

from copilot.drafts.brief import Offer, Risk
from copilot.drafts.model import Estimate, Gap
from copilot.drafts.portrait import SHOP_OWNER
from copilot.drafts.saying import known
from copilot.drafts.setting import Setting
from copilot.drafts.targets import (
    DISCOUNT_SHARE,
    share_figure,
)
from copilot.statistics.opportunity import offer_cost
from copilot.statistics.result import Figure

_MARGIN_GAP = Gap(
    what="Contribution margin, as a share of order value.",
    who="finance",
    how="State it, or load product costs (Shopify: Products > Export, column Cost per item).",
)


def offer(setting: Setting) -> Offer:
    """The offer with what it costs and whom it would give money away to."""
    findings, play, say = setting.findings, setting.play, setting.findings.say
    what = findings.advise(play.offer, play.offer_question, play.article)
    anyway = _anyway(setting)
    if not play.priced:
        return Offer(
            kind=play.offer_kind,
            what=what,
            cost_per_order=say.propose(
                "No price offer, so no margin is given away; it costs work.", basis=what.evidence[0]
            ),
            would_buy_anyway=anyway,
        )
    depth = share_figure("discount", "Size of the price offer, as a share of the order", DISCOUNT_SHARE)
    text = "If a price offer is used at all, plan with {depth}; a gift of the same cost is the better first try."
    items: dict[str, Figure] = {"depth": depth}
    cost: Figure | None = None
    if setting.sized:
        costs = offer_cost(
            findings.context.tables, findings.context.scope, setting.rule, DISCOUNT_SHARE, setting.plan.window_days
        )
        cost = costs.per_order if known(costs.per_order) else None
        if known(costs.given_away) and setting.baseline is not None and setting.new_a_month is None:
            text += " Sent to everybody at once it would give {away:range} to people who order anyway."
            items["away"] = costs.given_away
    value = say.propose_untested(
        text, "A random part of the audience gets the gift, another the code; compare margin per recipient.", **items
    )
    return Offer(
        kind=play.offer_kind,
        what=what,
        conditions=_CONDITIONS,
        value=value,
        cost_per_order=say.estimate("given away on a usual order at that size", cost)
        if cost is not None
        else _MARGIN_GAP,
        would_buy_anyway=anyway,
        break_even=_MARGIN_GAP,
    )


_CONDITIONS = Gap(
    what="Conditions: minimum order, products left out, last day, single-use code.",
    who="marketing with finance",
    how="Decide before the copy is final; single-use codes keep the offer from spreading.",
)


def _anyway(setting: Setting) -> Estimate | Gap:
    if setting.baseline is None:
        return Gap(
            what="Share who would buy anyway.",
            who=SHOP_OWNER,
            how="Load the list with dates of joining; until then the hold-out is the only way to know.",
        )
    label = "of this audience order in the window without any campaign; an offer to all pays them too"
    if setting.new_a_month is not None:
        label = "at most, if every new customer of a usual month came from this list; an offer to all pays them too"
    return setting.findings.say.estimate(label, setting.baseline)


def risks(setting: Setting) -> tuple[Risk, ...]:
    """What can go wrong."""
    findings, play, baseline = setting.findings, setting.play, setting.baseline
    found: list[Risk] = []
    if baseline is not None and play.priced:
        found.append(
            Risk(
                risk=findings.say.claim(
                    "Money given to people who would buy anyway: up to {baseline} of the audience in the window.",
                    baseline=baseline,
                ),
                mitigation="no price offer before the last contact, single-use codes, hold-out",
            )
        )
    if play.priced:
        found.append(
            Risk(
                risk=findings.guided(
                    "Customers learn to wait for the offer", "blanket discounts train customers to wait", "A12"
                ),
                mitigation="offer a gift or access first; do not repeat the offer to the same person",
            )
        )
    plan = setting.holdout()
    if plan is not None and known(plan.one_send.rate):
        found.append(
            Risk(
                risk=findings.say.claim(
                    "Luck may look like success: at this size the hold-out shows a share of {rate} or more, "
                    "nothing below.",
                    rate=plan.one_send.rate,
                ),
                mitigation="read it against the hold-out and pool the next campaigns of this kind",
            )
        )
    found.append(
        Risk(
            risk=findings.guided(
                "Too many mails: people leave the list", "do not over-message keep mailing unengaged", "A14"
            ),
            mitigation="stop at the exit rules; nobody is in two campaigns at once",
        )
    )
    found.append(
        Risk(
            risk=findings.say.assumed(
                "The products shown may be out of stock.",
                "Check stock of every product shown on the day before the start.",
            ),
            mitigation="name a replacement for each product",
        )
    )
    return tuple(found)
