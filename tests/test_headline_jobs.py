"""The three headline jobs on real-looking input, end to end without a model: ask, draft a persona, make a brief."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot import Copilot, Settings
from copilot.chat.answer import Answer
from copilot.drafts.brief import CampaignBrief
from copilot.drafts.icp import ICP
from copilot.drafts.persona import Persona
from copilot.evidence.gate import check, citations
from copilot.evidence.ledger import Ledger


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    """The sample shop, loaded once."""
    with Copilot.open(settings=Settings(home=tmp_path_factory.mktemp("sample"))) as copilot:
        reports = copilot.add_sample()
        assert all(report.upload_id for report in reports), [report.summary for report in reports]
        yield copilot


@pytest.fixture
def empty(settings: Settings) -> Iterator[Copilot]:
    with Copilot.open(settings=settings) as copilot:
        yield copilot


def assert_traceable(answer: Answer) -> None:
    """Every id cited resolves in the answer itself, and the gate passes the text again from its evidence alone."""
    evidence = [*answer.figures, *answer.passages, *answer.quotes, *answer.statements, *answer.assumptions]
    ids = {item.id for item in evidence}
    assert set(citations(answer.text)) <= ids
    ledger = Ledger()
    ledger.restore([*evidence, *answer.tables])
    report = check(answer.text, ledger)
    assert report.ok, report.failures


QUESTIONS = [
    "who are my best customers?",
    "what is my repeat rate?",
    "how many days between orders?",
    "is 90 days a good time for a win-back?",
    "how are we doing?",
    "net sales by country",
    "net sales by month",
    "average order value in the last 90 days",
    "RFM groups",
    "how many cold, warm and hot people do I have?",
    "who is slipping away?",
    "what sets repeat customers apart?",
    "best sellers",
    "what do customers buy first?",
    "what do customers buy next?",
    "what is bought together?",
    "what do customers complain about?",
    "what data do you have?",
    "what is an ideal customer profile?",
    "campaign ideas for each stage",
    "draft my ideal customer profile",
    "draft a persona for one-time buyers",
    "campaign brief for warm subscribers who never bought",
    "campaign brief to win back lapsed customers",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_answer_is_traceable_and_complete(sample: Copilot, question: str) -> None:
    answer = sample.ask(question)
    assert answer.text
    assert not answer.problems, answer.problems
    assert_traceable(answer)
    assert answer.engine == "built-in engine"
    assert answer.questions or answer.drafts or answer.passages


def test_best_customers_are_ranked_pseudonymous_and_explained(sample: Copilot) -> None:
    answer = sample.ask("who are my best customers?")
    share = next(figure for figure in answer.figures if figure.unit == "share" and "top" in figure.label.lower())
    assert 0 < (share.value or 0) < 1
    assert share.low is not None
    assert share.definition
    assert share.query
    ranked = next(table for table in answer.tables if table.personal)
    values = [row["value"] for row in ranked.rows]
    assert values == sorted(values, reverse=True)
    text = json.dumps(answer.model_dump(mode="json"))
    assert "@" not in text


def test_the_follow_up_narrows_and_says_what_changed(sample: Copilot) -> None:
    first = sample.ask("who are my best customers?")
    countries = sample.ask("net sales by country").tables[0].rows
    country = countries[0][sample.ask("net sales by country").tables[0].columns[0].key]
    second = sample.ask(f"and only {country}?", first.conversation)
    assert second.calls[0].arguments["only"] == [f"country={country}"] or country in str(second.calls[0].arguments)
    assert "picture" in second.text
    assert_traceable(second)


def test_the_profile_names_the_planted_driver_and_not_the_decoys(sample: Copilot) -> None:
    from copilot.data.sample import sample_truth  # late: a second of generating

    truth = sample_truth()
    draft = sample.draft("icp")
    assert isinstance(draft, ICP)
    assert draft.driver.certain
    said = draft.driver.finding.text
    for level in truth.driver.rule.values():
        assert level in said, (level, said)


def test_persona_and_brief_carry_evidence_for_every_claim(sample: Copilot) -> None:
    persona = sample.draft("persona", segment="repeat customers")
    brief = sample.draft("brief", stage="warm")
    assert isinstance(persona, Persona)
    assert isinstance(brief, CampaignBrief)
    for draft in (persona, brief):
        assert draft.evidence_card.claims > 5
        assert sum(draft.evidence_card.by_kind.values()) == draft.evidence_card.claims
    markdown = sample.export(brief.id, "md").read_text(encoding="utf-8")
    assert brief.title in markdown
    again = json.loads(sample.export(brief.id, "json").read_text(encoding="utf-8"))
    assert again["title"] == brief.title


@pytest.mark.parametrize("question", ["what's the weather in Lisbon?", "what exactly will our sales be next year?"])
def test_out_of_reach_is_said_without_a_figure(sample: Copilot, question: str) -> None:
    answer = sample.ask(question)
    assert answer.text
    assert not answer.figures
    assert not any(character.isdigit() for character in answer.text)


def test_no_data_is_said_and_the_guide_still_answers(empty: Copilot) -> None:
    answer = empty.ask("who are my best customers?")
    assert "order" in answer.text
    assert "Shopify" in answer.text
    assert not answer.figures
    guide = empty.ask("what is a buyer persona?")
    assert guide.passages
    assert_traceable(guide)


def test_a_conversation_survives_a_restart(settings: Settings) -> None:
    with Copilot.open(settings=settings) as copilot:
        conversation = copilot.ask("what is a buyer persona?").conversation
    with Copilot.open(settings=settings) as copilot:
        assert [one.id for one in copilot.conversations()] == [conversation]
        turns = copilot.conversation(conversation)
        assert turns[0].text == "what is a buyer persona?"
        assert copilot.ask("thanks", conversation).conversation == conversation


@pytest.mark.shared
def test_with_orders_only_warm_and_cold_cannot_be_sized(shared: Path, settings: Settings) -> None:
    with Copilot.open(settings=settings) as copilot:
        copilot.add(shared / "data" / "online_retail" / "online_retail.parquet")
        stages = copilot.ask("how many cold, warm and hot people do I have?")
        assert "cannot be sized" in stages.text
        assert "Klaviyo" in stages.text
        assert_traceable(stages)
        best = copilot.ask("who are my best customers?")
        assert "#14646" in str(best.tables[0].rows[0])
        assert_traceable(best)
        brief = copilot.draft("brief", stage="warm")
        assert isinstance(brief, CampaignBrief)
        assert not brief.can_be_sized
