"""Five questions, ready to send, for what order data can never tell: needs, triggers, doubts and words."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from copilot.drafts.model import Gap, Part

Topic = Literal["need", "trigger", "criteria", "doubt", "words"]


class SurveyQuestion(Part):
    """One question with the field of the draft that its answers fill."""

    topic: Topic
    text: str
    answer: str = Field(description="how it is answered")
    fills: str = Field(description="field of the draft it fills")


class Survey(Part):
    """A short survey: to whom, when, and the questions."""

    intro: str
    send: str
    questions: tuple[SurveyQuestion, ...] = Field(min_length=5, max_length=5)


CUSTOMER_SURVEY: Final = Survey(
    intro="A few short questions about your last order. Your own words help us most.",
    send=(
        "Send it to this group by e-mail (consenting customers only) or put it on the order confirmation page. "
        "Read every answer yourself; load the answers here as a file with a date, a customer and a text column."
    ),
    questions=(
        SurveyQuestion(
            topic="trigger",
            text="What was going on that made you look for this on the day you ordered?",
            answer="free text",
            fills="buying triggers",
        ),
        SurveyQuestion(
            topic="need",
            text="What did you want to get done with it, and for whom or what was it meant?",
            answer="free text",
            fills="needs and goals",
        ),
        SurveyQuestion(
            topic="criteria",
            text="What else did you consider, and what decided for us?",
            answer="free text",
            fills="decision criteria",
        ),
        SurveyQuestion(
            topic="doubt",
            text="What almost stopped you from ordering?",
            answer="free text",
            fills="objections and frustrations",
        ),
        SurveyQuestion(
            topic="words",
            text="How would you describe us to a friend in one sentence?",
            answer="free text",
            fills="motivations and vocabulary",
        ),
    ),
)


def ask_customers(field: str, topic: Topic) -> Gap:
    """The gap for a field that only customers' own words can fill.

    `field` completes the sentence "Not in your data: ...".
    """
    question = next(q for q in CUSTOMER_SURVEY.questions if q.topic == topic)
    return Gap(
        topic="survey",
        what=f"Not in your data: {field}.",
        who="customers (survey, reviews or tickets)",
        how=f"Ask the five questions of this draft (ready to send). For this field: {question.text}",
    )
