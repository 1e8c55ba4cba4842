"""Wording of answers about scores and ratings, and about what one group says that others do not."""

from __future__ import annotations

import re

from copilot.data.quote import Quote
from copilot.engine.wording.saying import Answered, bullets, counted, known, listed, mark, said, said_with_interval
from copilot.statistics.product_ratings import ProductRatings
from copilot.statistics.survey import SurveyQuestion
from copilot.statistics.voice_contrast import Difference, Saying, VoiceContrast
from copilot.tools.customer_voice import ScoresAnswer, VoiceContrastAnswer

_SHOWN = 5
_KINDS = {
    "nps": "Net promoter score",
    "csat": "Satisfied",
    "ces": "How easy it was, on average",
}


def voice_contrast(answered: Answered) -> list[str]:
    """The topics and phrases of one side, each with a quote; or that too few wrote."""
    found = VoiceContrastAnswer.model_validate(answered.content).contrast
    people = f"{said(found.ours)} {found.group} and {said(found.theirs)} others wrote or answered"
    if found.rest != "the rest":
        people = f"{said(found.ours)} {found.group} against {said(found.theirs)} {found.rest}"
    if not found.enough:
        return [f"**{found.warnings[0]}** {mark(found.ours, found.theirs)}", counted(found.ours)]
    more = [one for one in found.differences if one.more]
    less = [one for one in found.differences if not one.more]
    phrases = [one for one in found.phrases if one.more]
    if not more and not phrases:
        lines = [
            f"**Nothing that {found.group} say stands out reliably**: {people}; {said(found.tested)} topics compared."
        ]
    else:
        names = [one.name for one in more[:3]] or [f"“{one.phrase.text}”" for one in phrases[:3]]
        lines = [f"**{_capital(found.group)} speak more about {listed(names)}.** {_capital(people)}."]
        lines.append(bullets(_difference(one, found) for one in more[:_SHOWN]))
    if phrases:
        lines.append("**Words they use more often than the others**")
        lines.append(bullets(_saying(one) for one in phrases[:_SHOWN]))
    if less:
        lines.append("**What they mention less**")
        lines.append(bullets(_difference(one, found) for one in less[:3]))
    if found.table.rows:
        lines.append(f"{{table:{found.table.id}}}")
    lines += [f"{warning[:1].upper()}{warning[1:]}." for warning in found.warnings]
    return [*[line for line in lines if line], counted(found.ours)]


def _difference(one: Difference, found: VoiceContrast) -> str:
    quote = _quoted(one.quotes)
    return (
        f"**{one.name}**: {said(one.ours)} of {found.group}, {said(one.theirs)} of {found.rest} "
        f"({said_with_interval(one.ratio)} times as common){quote}"
    )


def _saying(one: Saying) -> str:
    return f"“{one.phrase.text}”: {said(one.phrase.reviewers, noun=True)}{_quoted(one.quotes)}"


def _quoted(quotes: tuple[Quote, ...]) -> str:
    return f" - “{quotes[0].text}” [{quotes[0].id}]" if quotes else ""


def scores(answered: Answered) -> list[str]:
    """NPS, satisfaction and effort with their intervals and the rating; or the products by rating."""
    result = ScoresAnswer.model_validate(answered.content)
    if result.products is not None:
        return _products(result.products)
    lines = [_score(one) for one in (result.survey.questions if result.survey else ()) if one.kind in _KINDS]
    lines = [line for line in lines if line]
    if not lines:
        lines = [
            "**No survey question that asks for a score is loaded**, such as how likely people are to recommend you. "
            "Ask it in the order confirmation, with a scale of numbers, and add the answers as CSV."
        ]
    voice = result.voice
    if voice is not None and voice.mean_rating is not None and known(voice.mean_rating):
        top = f"; {said(voice.top_share)} give the best mark" if known(voice.top_share) and voice.top_share else ""
        low = f", {said(voice.low_share)} a low mark" if known(voice.low_share) and voice.low_share else ""
        lines.append(f"Reviews: {said_with_interval(voice.mean_rating)} on average{top}{low}.")
        if voice.ratings is not None:
            lines.append(f"{{table:{voice.ratings.id}}}")
    lines.append(
        "People who answer choose themselves: compare the score with your own earlier one, not with other shops'."
    )
    return lines


def _score(one: SurveyQuestion) -> str:
    if one.score is None or not known(one.score):
        return ""
    asked = re.sub(r"\s*\([^)]*\)", "", one.question).rstrip(" ?")
    few = f" {one.warnings[0]}" if one.warnings else ""
    people = said(one.respondents, noun=True)
    question = f" to: {asked}" if not re.search(r"\d", asked) else ""
    return f"**{_KINDS[one.kind]}: {said_with_interval(one.score)}**, from {people}{question}.{few}"


def _products(found: ProductRatings) -> list[str]:
    if not found.best:
        return ["**No rated review names a product, so products cannot be ranked by rating.**"]
    first = found.best[0]
    lines = [
        f"**Best rated: {first.product} with {said(first.mean)} from {said(first.ratings)} ratings** "
        f"(drawn towards the shop's average {said(found.overall)}: {said(first.bayesian)})."
    ]
    worst = [one for one in found.worst if one not in found.best][:3]
    if worst:
        lines.append("At the other end:")
        lines.append(
            bullets(f"{one.product}: {said(one.mean)} from {said(one.ratings)}, {said(one.low)} low" for one in worst)
        )
    lines.append(f"{{table:{found.table.id}}}")
    lines.append(
        "Products with few ratings are drawn towards the average, so that two happy people do not make a winner."
    )
    return [*lines, counted(found.overall)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
