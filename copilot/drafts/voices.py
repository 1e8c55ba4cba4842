"""What customers say, as claims: verbatim quotes with row ids or nothing; a missing field asks the five questions."""

from __future__ import annotations

from collections.abc import Iterator

from copilot.data.quote import Quote
from copilot.drafts.findings import Findings
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Gap
from copilot.drafts.persona import Objection, Phrase
from copilot.drafts.saying import Name
from copilot.drafts.survey import CUSTOMER_SURVEY, Survey, Topic, ask_customers
from copilot.statistics.voice import Theme, Voice

_MOST = 3
_QUOTES = 2
_EMPTY = frozenset({"gave a reason", "something was too much", "had to work around it"})
_ASKED: dict[str, tuple[str, ...]] = {
    "doubt": ("stop", "hesitat", "prevent", "concern", "almost"),
    "need": ("use it for", "what for", "why did you", "need", "goal", "looking for"),
}
_NO_PROOF = Gap(
    what="The answer to this doubt.",
    who="customer service",
    how="Name the fact, policy or review that answers it; none is in the data.",
)
_WHAT: dict[str, str] = {
    "pain": "complain of",
    "love": "praise",
    "mixed": "speak both well and badly of",
    "motive": "give the reason",
    "hesitation": "hesitated over",
    "complaint": "complain of",
}


def wants(findings: Findings) -> Claims | Gap:
    """Why they bought: what they answer when asked, then what their reviews say."""
    return _said(findings, ("motives",), "need", "what they want to get done with the product")


def loves(findings: Findings) -> Claims | Gap:
    """What they praise."""
    return _said(findings, ("loves",), "words", "what they love about it")


def pains(findings: Findings) -> Claims | Gap:
    """What bothers them."""
    return _said(findings, ("pains", "complaints"), "doubt", "what bothers them", asked=False)


def doubts(findings: Findings) -> Claims | Gap:
    """What made them hesitate: what they answer when asked, then what their reviews say."""
    return _said(findings, ("hesitations", "pains"), "doubt", "what holds them back")


def criteria(findings: Findings) -> Claims | Gap:
    """What they praise, as far as it shows how they decide."""
    return _said(findings, ("loves",), "criteria", "what they compare and decide by")


def triggers() -> Gap:
    """No file says what happened on the day; only the question does."""
    return ask_customers("what makes them buy on the day they buy", "trigger")


def objections(findings: Findings) -> tuple[Objection, ...] | Gap:
    """Doubts in their words; the answer is praise of the same thing, or a gap: a proof is never made up."""
    found = doubts(findings)
    if isinstance(found, Gap):
        return found
    voice, who = source(findings)
    praised = {theme.name: theme for theme in voice.loves if _tells(theme)}
    made = []
    for one in found:
        name = next((name for name in praised if f"“{name}”" in one.text), None)
        answer = _NO_PROOF if name is None else _theme(findings, praised[name], who, _fresh(praised[name], set()))
        made.append(Objection(objection=one, answer=answer))
    return tuple(made)


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
    if any(_tells(theme) for theme in (*own.pains, *own.loves, *own.motives)):
        return own, "of this group's reviewers"
    return findings.voice_of_all, "of all reviewers"


def survey_if_needed(*fields: object) -> Survey | None:
    """The five questions, if any field waits for them."""
    return CUSTOMER_SURVEY if any(isinstance(field, Gap) for field in fields) else None


def _said(findings: Findings, names: tuple[str, ...], topic: Topic, field: str, *, asked: bool = True) -> Claims | Gap:
    """The commonest themes of these kinds, each with two different quotes; the gap if nobody spoke of it."""
    used: set[str] = set()
    claims = list(_answers(findings, topic, used)) if asked else []
    voice, who = source(findings)
    themes = {theme.name: theme for name in names for theme in getattr(voice, name) if _tells(theme)}
    for theme in themes.values():
        if len(claims) < _MOST and (quotes := _fresh(theme, used)):
            claims.append(_theme(findings, theme, who, quotes))
    return tuple(claims) or ask_customers(field, topic)


def _answers(findings: Findings, topic: Topic, used: set[str]) -> Iterator[Claim]:
    """What they answered to a survey question about the topic, by theme."""
    words = _ASKED.get(topic, ())
    for question in findings.survey.questions:
        voice = question.voice
        if voice is None or not any(word in question.question.lower() for word in words):
            continue
        themes = sorted(
            (theme for theme in (*voice.mixed, *voice.hesitations, *voice.pains, *voice.motives) if _tells(theme)),
            key=lambda theme: -(theme.reviewers.value or 0.0),
        )
        for theme in themes[:2]:
            quotes = _fresh(theme, used)
            if not quotes:
                continue
            yield findings.say.claim(
                "Asked `{question}`, {reviewers} of {respondents} speak of {theme}: " + _slots(quotes),
                question=Name(question.question).clean(),
                reviewers=theme.reviewers,
                respondents=question.respondents,
                theme=Name(theme.name),
                **quotes,
            )


def _theme(findings: Findings, theme: Theme, who: str, quotes: dict[str, Quote]) -> Claim:
    return findings.say.claim(
        f"{{reviewers}} {who} {_WHAT[theme.kind]} {{theme}}: {_slots(quotes)}",
        reviewers=theme.reviewers,
        theme=Name(theme.name),
        **quotes,
    )


def _tells(theme: Theme) -> bool:
    """True for a theme with enough reviewers that is a topic or a reason, not merely a frequent word."""
    return theme.enough and bool(theme.quotes) and theme.origin != "phrase" and theme.name not in _EMPTY


def _fresh(theme: Theme, used: set[str]) -> dict[str, Quote]:
    """Up to two quotes with different words, none used before in this field; marks them as used."""
    found: dict[str, Quote] = {}
    for quote in theme.quotes:
        words = quote.text.casefold()
        if words not in used and len(found) < _QUOTES:
            used.add(words)
            found[f"q{len(found)}"] = quote
    return found


def _slots(quotes: dict[str, Quote]) -> str:
    return " ".join(f"{{{key}}}" for key in quotes)
