"""Wording of answers about one segment, about products, and about what customers say."""

from __future__ import annotations

import re

from copilot.data.quote import Quote
from copilot.engine.wording import assortment
from copilot.engine.wording.contrast import sets_apart
from copilot.engine.wording.saying import Answered, bullets, capital, counted, known, listed, mark, plain_filter, said
from copilot.statistics.products import EntryProducts, NextProducts, ProductTable
from copilot.statistics.profile import Compared
from copilot.statistics.survey import SurveyQuestion
from copilot.statistics.voice import Theme
from copilot.tools.customer_voice import VoiceAnswer
from copilot.tools.products import ProductsAnswer
from copilot.tools.segment_profile import ProfileAnswer

_SHOWN = 5
_SCORES = {"nps": "net promoter score", "csat": "satisfied"}


def profile(answered: Answered) -> list[str]:
    """Size and money first, the differences that matter, then what sets them apart."""
    result = ProfileAnswer.model_validate(answered.content)
    p = result.profile
    where = plain_filter(answered)
    lines = [
        f"**{capital(p.rule.name)}{where}: {said(p.size, noun=True)}, {said(p.share_of_customers)} of customers and "
        f"{said(p.share_of_net_sales)} of net sales.**",
        f"The rule: {p.rule.text()} {mark(p.size)}.",
    ]
    compared = [
        _compared("spent so far (median)", p.value_median),
        _compared("median order", p.order_value_median),
        _compared("days between orders (median)", p.gap_median),
        _compared("bought at full price", p.full_price_share),
        _compared("orders with a refund", p.refunded_orders_share),
        _compared("past the lapse threshold", p.lapsed_share),
    ]
    lines.append(bullets(line for line in compared if line))
    lines += sets_apart(result.apart, them="them")
    if p.reachable.value is not None:
        lines.append(f"{said(p.reachable, noun=True)} of them may be mailed (consent given).")
    if p.missing:
        lines.append("Not in your data: " + "; ".join(sentence.rstrip(".") for sentence in p.missing[:3]) + ".")
    return [*lines, f"{{table:{p.table.id}}}", counted(p.size)]


def _compared(name: str, pair: Compared) -> str:
    if not known(pair.group):
        return ""
    rest = f", the rest {said(pair.rest)}" if pair.rest is not None and known(pair.rest) else ""
    return f"{name}: {said(pair.group)}{rest}"


def products(answered: Answered) -> list[str]:
    """One of the views of what is bought."""
    result = ProductsAnswer.model_validate(answered.content)
    where = plain_filter(answered)
    if result.top is not None:
        return _top(result.top, where)
    if result.first is not None:
        return _first(result.first)
    if result.next is not None:
        return _next(result.next)
    if result.pairs is not None:
        return assortment.pairs(result.pairs)
    if result.gateway is not None:
        return assortment.gateway(result.gateway)
    if result.after is not None:
        return assortment.after(result.after)
    if result.reorder is not None:
        return assortment.reorder(result.reorder)
    return assortment.one(result.one) if result.one is not None else []


def _top(found: ProductTable, where: str) -> list[str]:
    if not found.table.rows:
        return [
            "**There are no product names in the order data.** Add a product or order-line export to see what sells."
        ]
    listing = [str(row[found.table.columns[0].key]) for row in found.table.rows]
    names = [name for name in listing if name not in found.sent_back][:3] or listing[:3]
    lines = [f"**Your best sellers{where}: {listed(names)}.** You sell {said(found.products, noun=True)}."]
    if found.top_share is not None and known(found.top_share):
        lines.append(f"The first ten make {said(found.top_share)} of gross sales of products.")
    lines.append(f"{{table:{found.table.id}}}")
    if found.sent_back:
        back = listed(list(found.sent_back))
        lines.append(f"> **Not a best seller:** most of what was sold of {back} came back. The table ranks by gross.")
    if found.chart is not None:
        lines.append(f"{{chart:{found.chart.id}}}")
    return [*lines, *found.warnings, counted(found.products)]


def _first(found: EntryProducts) -> list[str]:
    everybody = found.rule.name == "all customers"
    shown = [*found.categories, *found.products] if everybody else list(found.standout)
    if not shown:
        return [
            f"**Nothing that {found.rule.name} bought first stands out from the rest.** "
            f"{said(found.tested)} products and categories were compared.",
            f"{{table:{found.table.id}}}",
        ]
    first = shown[0]
    who = "Customers" if everybody else found.rule.name
    lines = [
        f"**{who} most often begin with {first.name}: {said(first.in_group)} of them, "
        f"and {said(first.repeat_rate)} of everybody who began with it came back.**"
    ]
    others = shown[1:_SHOWN]
    if others:
        lines.append(
            bullets(
                f"{one.name}: {said(one.in_group)} began with it, {said(one.repeat_rate)} came back" for one in others
            )
        )
    lines.append("A first product that many come back after is associated with loyalty; it need not be its cause.")
    return [*lines, f"{{table:{found.table.id}}}", *found.warnings, counted(first.in_group)]


def _next(found: NextProducts) -> list[str]:
    if not found.products:
        return ["**Too few second orders to say what comes next.**", *found.warnings]
    first = found.products[0]
    lines = [
        f"**After the first order comes most often {first.name}: in {said(first.share)} of second orders, "
        f"{said(first.median_days)} later (median).**",
        bullets(f"{one.name}: {said(one.share)}, {said(one.median_days)} later" for one in found.products[1:_SHOWN]),
    ]
    return [*[line for line in lines if line], f"{{table:{found.table.id}}}", *found.warnings, counted(first.share)]


def voice(answered: Answered) -> list[str]:
    """What is said most, with one verbatim quote a theme; then the survey."""
    result = VoiceAnswer.model_validate(answered.content)
    v = result.voice
    lines: list[str] = []
    if v.texts.value:
        if v.pains:
            first = v.pains[0]
            lines.append(
                f"**What people complain about most: {first.name}. {said(first.negative, noun=True)} say so "
                f"({said(first.negative_share)} of those who mention it), of {said(v.texts)} texts.**"
            )
            lines.append(bullets(_theme(theme) for theme in v.pains[:4]))
        else:
            lines.append(f"**No complaint is made by enough people to be called one, in {said(v.texts)} texts.**")
        if v.loves:
            lines.append("**What they love**")
            lines.append(bullets(_theme(theme) for theme in v.loves[:3]))
        if v.motives:
            lines.append("**Why they buy, in their words**")
            lines.append(bullets(_theme(theme) for theme in v.motives[:3]))
        if v.mean_rating is not None and known(v.mean_rating):
            low = f"; {said(v.low_share)} give a low mark" if v.low_share and known(v.low_share) else ""
            lines.append(
                f"The mean rating is {said(v.mean_rating)}{low}. Reviewers choose themselves, so this is not everybody."
            )
        lines += [warning for warning in v.warnings if warning]
    lines += _survey(result.survey.questions)
    return lines or ["**The feedback loaded holds no text I can read.**"]


def _theme(theme: Theme) -> str:
    line = f"**{theme.name}**: {said(theme.reviewers, noun=True)} mention it"
    quote = next(iter(theme.quotes), None)
    return f"{line} - {_quoted(quote)}" if quote else line


def _quoted(quote: Quote) -> str:
    return f"“{quote.text}” [{quote.id}]"


def _survey(questions: tuple[SurveyQuestion, ...]) -> list[str]:
    lines: list[str] = []
    for question in questions[:4]:
        if question.kind in ("nps", "csat", "ces") and question.answers:
            continue  # the first marks of a scale say nothing; "what is our NPS" gives the score
        asked = re.sub(r"\s*\([^)]*\)", "", question.question).rstrip(" ?")
        if question.answers:
            shares = listed([f"{answer.text} {said(answer.share)}" for answer in question.answers[:3]])
            lines.append(f"Survey, {asked}: {shares}.")
        elif question.score is not None and known(question.score):
            lines.append(f"Survey, {asked}: {_SCORES.get(question.kind, 'mean')} {said(question.score)}.")
        elif question.voice is not None and question.voice.motives:
            lines.append(f"Survey, {asked}: {_theme(question.voice.motives[0])}.")
    return lines
