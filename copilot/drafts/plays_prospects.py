"""Plays for people who have not bought: the education series (cold) and the first purchase (warm)."""

from __future__ import annotations

from typing import Final

from copilot.drafts.play import Contact, Play, letter
from copilot.statistics.condition import Condition
from copilot.statistics.segments import SegmentRule

EDUCATION: Final = Play(
    name="education series",
    words=("educat", "teach", "lead", "awareness", "cold"),
    stage="cold",
    sub_stage="cold_known",
    campaign_type="education",
    rule=SegmentRule(name="cold contacts", conditions=(Condition(field="stage", op="eq", value="cold"),)),
    action="read the next part, then visit the shop",
    wins="first orders",
    metric="Engaged readers",
    message="We help you choose well, before we ask for anything.",
    offer_kind="content",
    offer="A useful short guide in exchange for the address; no price offer at this stage",
    offer_question="cold customers: offer value first, no hard discount",
    article="A11",
    priced=False,
    contacts=(
        Contact(
            "At once, on joining: deliver what was promised",
            "",
            "deliver the guide",
            letter(
                1,
                (
                    "Here is your guide",
                    "Your guide, as promised",
                    "The short guide you asked for",
                    "One page, nothing to buy.",
                ),
                "Here it is",
                "Here is the guide: {{ guide_link }}. Over the next days we send you one idea at a time. "
                "No offers until you have seen what we do.",
                "Open the guide",
            ),
        ),
        Contact(
            "Some days later, one idea: the problem people come with",
            "",
            "show that the problem is understood",
            letter(
                2,
                (
                    "The mistake most people start with",
                    "Before you choose",
                    "What to look for first",
                    "One idea, one minute.",
                ),
                "Start with this",
                "{{ problem_in_customer_words }}\n\nThis is how to tell what fits you: {{ article_link }}.",
                "Read the idea",
            ),
        ),
        Contact(
            "Some days after that: how the shop helps, shown in use",
            "",
            "show how the product helps",
            letter(
                3,
                (
                    "How it works in use",
                    "See it before you believe it",
                    "In use, start to finish",
                    "A short look, no sales talk.",
                ),
                "See it in use",
                "We filmed it the way customers use it: {{ video_link }}.",
                "Watch it",
            ),
        ),
        Contact(
            "At the end of the series: proof and a soft invitation",
            "",
            "invite to look around",
            letter(
                4,
                (
                    "What customers say",
                    "In their words",
                    "Read it from them",
                    "Their words, not ours.",
                ),
                "From people who use it",
                "{{ customer_quote }}\n\nIf you want to look around, this is a good place to start: {{ starter_link "
                "}}.",
                "Look around",
            ),
        ),
    ),
)

FIRST_PURCHASE: Final = Play(
    name="first purchase",
    words=("first", "welcome", "subscriber", "prospect", "lead magnet", "warm", "convert"),
    stage="warm",
    sub_stage="warm_subscriber",
    campaign_type="first_purchase",
    rule=SegmentRule(name="warm contacts", conditions=(Condition(field="stage", op="eq", value="warm"),)),
    action="place a first order",
    wins="first orders",
    metric="First orders among those mailed",
    message="A small first order is the easiest way to find out whether we suit you.",
    offer_kind="gift",
    offer="A reward with the first order, or a special price for new subscribers; single-use, first order only",
    offer_question="special discount for new subscribers or unique reward on first purchase",
    article="A12",
    priced=True,
    contacts=(
        Contact(
            "At once, on joining: deliver what was promised and say what to expect",
            "",
            "welcome and deliver the promised offer",
            letter(
                1,
                (
                    "Welcome, and as promised",
                    "Good to have you here",
                    "Your welcome gift is inside",
                    "What you signed up for.",
                ),
                "Welcome",
                "Thank you for joining. Here is what we promised: {{ offer }}.\n\nMost people start with {{ "
                "starter_product }}.",
                "See where to start",
            ),
        ),
        Contact(
            "A few days later, for those without an order: the easy first step, with proof",
            "",
            "make the first step small",
            letter(
                2,
                (
                    "Not sure where to start?",
                    "The easiest first order",
                    "Where most people begin",
                    "A small first step.",
                ),
                "Start small",
                "Most customers began with {{ starter_product }}. One of them: {{ customer_quote }}.",
                "Try the starter",
            ),
        ),
        Contact(
            "Before the offer ends, for those without an order: one reminder, then stop",
            "",
            "remind once, then stop",
            letter(
                3,
                (
                    "Your welcome offer ends soon",
                    "A last reminder from us",
                    "Still thinking about it?",
                    "The last mail about this.",
                ),
                "A last reminder",
                "Your welcome offer ends on {{ end_date }}. If now is not the time, that is fine: we will not write "
                "about "
                "it again.",
                "Use the offer",
            ),
        ),
    ),
)
