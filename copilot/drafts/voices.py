"""What customers say, as claims: verbatim quotes with row ids or nothing; a missing field asks the five questions."""

from __future__ import annotations

from copilot.drafts.findings import Findings
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Gap
from copilot.drafts.persona import Objection, Phrase
from copilot.drafts.saying import Name, known
from copilot.drafts.survey import CUSTOMER_SURVEY, Survey, Topic, ask_customers
from copilot.statistics.voice import Theme, Voice

_MOST = 3
_WHAT: dict[str, str] = {
    "pain": "complain of",
    "love": "praise",
    "mixed": "speak both well and badly of",
    "motive": "say they bought",
    "hesitation": "hesitated over",
    "complaint": "complain of",
}


def wants(findings: Findings) -> Claims | Gap:
    """Why they bought, in their words."""
    return _themes(findings, ("motives",), "what they want to get done with the product", "need")


def loves(findings: Findings) -> Claims | Gap:
    """What they praise."""
    return _themes(findings, ("loves",), "what they love about it", "words")


def pains(findings: Findings) -> Claims | Gap:
    """What bothers them."""
    return _themes(findings, ("pains", "complaints"), "what bothers them", "doubt")


def doubts(findings: Findings) -> Claims | Gap:
    """What made them hesitate."""
    return _themes(findings, ("hesitations", "pains"), "what holds them back", "doubt")


def criteria(findings: Findings) -> Claims | Gap:
    """What they praise, as far as it shows how they decide."""
    return _themes(findings, ("loves",), "what they compare and decide by", "criteria")


def triggers() -> Gap:
    """No file says what happened on the day; only the question does."""
    return ask_customers("what makes them buy on the day they buy", "trigger")


def objections(findings: Findings) -> tuple[Objection, ...] | Gap:
    """Doubts with an answer, where something they praise answers it."""
    found = doubts(findings)
    if isinstance(found, Gap):
        return found
    proof = loves(findings)
    answer: Claim | Gap = (
        proof[0]
        if not isinstance(proof, Gap)
        else Gap(
            what="A proof that answers this doubt.",
            who="customer service",
            how="Name the fact, policy or review that answers it.",
        )
    )
    return tuple(Objection(objection=one, answer=answer) for one in found)


def vocabulary(findings: Findings) -> tuple[Phrase, ...] | Gap:
    """Words they use more than others do."""
    voice, _ = source(findings)
    ours = [one for one in voice.vocabulary if one.more_in in ("this group", "high stars")][:5]
    if not ours:
        return ask_customers("their own words for it", "words")
    return tuple(
        Phrase(
            phrase=Name(one.text).shown(""),
            claim=findings.say.claim("used by {reviewers} reviewers.", reviewers=one.reviewers),
        )
        for one in ours
    )


def source(findings: Findings) -> tuple[Voice, str]:
    """The group's own feedback where there is enough of it, else everybody's; and who is speaking, in words."""
    own = findings.voice
    if known(own.reviewers) and any(theme.enough for theme in (*own.pains, *own.loves, *own.motives)):
        return own, "of this group who wrote"
    return findings.voice_of_all, "of all customers who wrote (this group alone wrote too little)"


def survey_if_needed(*fields: object) -> Survey | None:
    """The five questions, if any field waits for them."""
    return CUSTOMER_SURVEY if any(isinstance(field, Gap) for field in fields) else None


def _themes(findings: Findings, names: tuple[str, ...], field: str, topic: Topic) -> Claims | Gap:
    voice, who = source(findings)
    found: list[Theme] = []
    for name in names:
        found.extend(theme for theme in getattr(voice, name) if theme.enough and theme.quotes)
    distinct = list({theme.name: theme for theme in found}.values())[:_MOST]
    if not distinct:
        return ask_customers(field, topic)
    return tuple(_theme(findings, theme, who) for theme in distinct)


def _theme(findings: Findings, theme: Theme, who: str) -> Claim:
    quotes = theme.quotes[:2]
    items = {f"q{index}": quote for index, quote in enumerate(quotes)}
    more = {f"m{index}": quote for index, quote in enumerate(theme.quotes[2:7])}
    said = " ".join(f"{{q{index}}}" for index in range(len(quotes)))
    return findings.say.claim(
        f"{{reviewers}} {who} {_WHAT[theme.kind]} {{theme}}: {said}",
        reviewers=theme.reviewers,
        theme=Name(theme.name),
        **items,
        **more,
    )
