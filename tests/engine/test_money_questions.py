"""Questions about spend, tests, moves, scores and changes: read with their numbers, answered through the gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from copilot.app import Copilot
from copilot.chat.answer import Answer
from copilot.engine.plan import Call, plan
from copilot.engine.understand import Previous, understand
from copilot.evidence.gate import check, citations
from copilot.evidence.ledger import Ledger
from copilot.settings import Settings
from copilot.tools.names import ShopNames

LAST = date(2026, 9, 30)
NAMES = ShopNames({"country": ("GB", "DE"), "region": (), "city": (), "channel": ("web",),
                   "source": ("google", "instagram"), "category": ("Loose-leaf tea",), "product": ()})  # fmt: skip


def call(text: str) -> Call:
    calls = plan(understand(text, NAMES, LAST)).calls
    assert len(calls) == 1, calls
    return calls[0]


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("what does a customer cost me", "ad_spend", {}),
        ("CAC by channel", "ad_spend", {}),
        ("payback with a margin of 40 %", "ad_spend", {"margin": 0.4}),
        ("LTV to CAC", "ad_spend", {}),
        ("what is our ROAS", "ad_spend", {"view": "reports"}),
        ("what's our CAC on instagram", "ad_spend", {"channel": "instagram"}),
        ("how much does it cost to win a new customer", "ad_spend", {}),
        ("why did sales drop in March", "why_changed", {"period": "in march"}),
        ("why did revenue change vs last year", "why_changed", {"period": "this year", "against": "last year"}),
        ("why did sales drop last year", "why_changed", {"period": "last year"}),
        ("why are sales down this month", "why_changed", {"period": "this month"}),
        ("why was march 2026 better than february 2026", "why_changed",
         {"period": "march 2026", "against": "february 2026"}),
        ("what drove the growth in September by country", "why_changed",
         {"period": "in september", "by": ("country",)}),
        ("why did revenue in GB drop in june", "why_changed", {"period": "in june", "only": ("country=GB",)}),
        ("is this significant: 120 of 4000 vs 90 of 4000", "test_result",
         {"hits": 120, "people": 4000, "other_hits": 90, "other_people": 4000}),
        ("Variant A got 120 out of 4,000, variant B 90 out of 4k. Did the test win?", "test_result",
         {"hits": 120, "people": 4000, "other_hits": 90, "other_people": 4000}),
        ("3.1% of 4,000 versus 2.4% of 4,000 - real?", "test_result",
         {"hits": 124, "people": 4000, "other_hits": 96, "other_people": 4000}),
        ("how many people do I need for an A/B test at 3 % baseline and 20 % lift", "test_plan",
         {"baseline": 0.03, "lift": 0.2}),
        ("sample size for a lift of 15 % with a baseline of 2.5 %", "test_plan", {"baseline": 0.025, "lift": 0.15}),
        ("sample size to go from 3% to 4%", "test_plan", {"baseline": 0.03, "lift": 0.333333}),
        ("how big should the hold-out be for 5000 people", "test_plan", {"people": 5000, "view": "hold_out"}),
        ("what can I show with 5000 people at a baseline of 2%", "test_plan", {"people": 5000, "baseline": 0.02}),
        ("what is it worth to get 5 % more second orders", "opportunity", {"share": 0.05, "view": "second_orders"}),
        ("biggest opportunity in my customer base", "opportunity", {}),
        ("what do my best customers say that others don't", "customer_voice",
         {"view": "contrast", "segment": "top 10 %"}),
        ("what do one-star reviews mention", "customer_voice", {"view": "low_ratings"}),
        ("what is my NPS", "customer_voice", {"view": "scores"}),
        ("best rated products", "customer_voice", {"view": "products"}),
    ],
)  # fmt: skip
def test_a_question_becomes_a_call_with_its_numbers(text: str, tool: str, arguments: dict[str, Any]) -> None:
    assert (call(text).tool, call(text).arguments) == (tool, arguments)


@pytest.mark.parametrize(
    ("before", "text", "tool", "arguments"),
    [
        ({"period": "in march"}, "and vs last year?", "why_changed", {"period": "in march", "against": "last year"}),
        ({"period": "in march", "against": "last year"}, "and in april?", "why_changed",
         {"period": "in april", "against": "last year"}),
        ({"period": "in march"}, "and by category?", "why_changed", {"period": "in march", "by": ("category",)}),
        ({"period": "in march"}, "only GB", "why_changed", {"period": "in march", "only": ("country=GB",)}),
    ],
)  # fmt: skip
def test_a_follow_up_keeps_what_was_compared(
    before: dict[str, Any], text: str, tool: str, arguments: dict[str, Any]
) -> None:
    calls = plan(understand(text, NAMES, LAST, Previous("why_changed", before))).calls
    assert [(one.tool, one.arguments) for one in calls] == [(tool, arguments)]


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("what is a hold-out group and why use one", "search_guide"),
        ("why should I use a lead magnet", "search_guide"),
        ("revenue by month", "measure"),
        ("write a campaign brief to win back lapsed customers", "make_draft"),
        ("what do people complain about", "customer_voice"),
        ("who are my best customers", "best_customers"),
    ],
)
def test_neighbouring_questions_stay_where_they_were(text: str, tool: str) -> None:
    assert call(text).tool == tool


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    with Copilot.open(settings=Settings(home=tmp_path_factory.mktemp("money"))) as copilot:
        copilot.add_sample()
        yield copilot


def asked(copilot: Copilot, text: str) -> Answer:
    """The answer, every sentence of which has passed the gate on its own evidence."""
    answer = copilot.ask(text)
    assert not answer.problems, answer.problems
    evidence = [*answer.figures, *answer.passages, *answer.quotes, *answer.statements, *answer.assumptions]
    assert set(citations(answer.text)) <= {item.id for item in evidence}
    ledger = Ledger()
    ledger.restore([*evidence, *answer.tables])
    assert check(answer.text, ledger).ok
    return answer


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("what does a customer cost me", ("A new customer costs £11.", "times the cost", "By channel", "podcast")),
        ("what is our ROAS", ("of ad spend, for which the platforms claim",)),
        ("why did sales drop in March", ("Net sales rose by", "the parts add up to it exactly", "cannot see")),
        ("is this significant: 120 of 4000 vs 90 of 4000", ("Yes, this is significant (p = 3.59 %", "plausibly")),
        ("how many people do I need for an A/B test at 3 % baseline and 20 % lift", ("13,914",)),
        ("how big should the hold-out be for 5000 people", ("Hold out", "at random")),
        ("what is it worth to get 5 % more second orders", ("second order from 5 %", "upper bound")),
        ("what do one-star reviews mention", ("packaging", "“")),
        ("what is my NPS", ("Net promoter score:",)),
        ("best rated products", ("Best rated:",)),
    ],
)
def test_answers_pass_the_gate_whole(sample: Copilot, text: str, shown: tuple[str, ...]) -> None:
    answer = asked(sample, text)
    for words in shown:
        assert words in answer.text


def test_without_an_ad_report_the_export_is_named(sample: Copilot, tmp_path: Any) -> None:
    with Copilot.open(settings=Settings(home=tmp_path)) as copilot:
        reports = copilot.add_sample()
        spend = next(report for report in reports if report.role == "spend")
        copilot.remove_upload(spend.upload_id)
        answer = copilot.ask("what does a customer cost me")
    assert "I do not have your ad spend" in answer.text
    assert "Ads Manager > Reports > Export CSV" in answer.text
    assert "podcast" in answer.text
