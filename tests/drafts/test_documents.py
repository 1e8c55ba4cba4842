"""Composed drafts of the sample shop: every number gated, every claim sourced, the planted truths told."""

import re

import pytest
from pydantic import ValidationError

from copilot.data.quote import Quote
from copilot.drafts.brief import CampaignBrief
from copilot.drafts.compose_icp import compose_icp
from copilot.drafts.compose_persona import compose_persona
from copilot.drafts.context import DraftContext
from copilot.drafts.draft import DRAFT
from copilot.drafts.export import from_json, json_schema, to_json, to_markdown
from copilot.drafts.icp import ICP
from copilot.drafts.lint import protected_words
from copilot.drafts.model import Claim, Gap, narratives, walk
from copilot.drafts.persona import Persona
from copilot.errors import CannotAnswer, DraftRefused
from copilot.evidence.gate import check
from copilot.evidence.ledger import Ledger
from copilot.evidence.model import Statement
from copilot.statistics.condition import Condition
from copilot.statistics.segments import SegmentRule
from tests.drafts.conftest import SampleShop, context_on

Documents = list[ICP | Persona | CampaignBrief]


def test_the_gate_passes_over_every_text(documents: Documents) -> None:
    for document in documents:
        ledger = Ledger()
        ledger.restore(document.evidence().values())
        failed = [
            (path, failure.reason, failure.what)
            for path, text in narratives(document)
            for failure in check(text, ledger).failures
        ]
        assert not failed, f"{document.title}: {failed}"


def test_the_gate_would_catch_an_invented_number(persona: Persona) -> None:
    ledger = Ledger()
    ledger.restore(persona.evidence().values())
    assert not check(persona.summary.text.replace("customers", "customers and 777 more", 1), ledger).ok


def test_json_round_trip_gives_an_equal_draft(documents: Documents) -> None:
    for document in documents:
        assert from_json(to_json(document)) == document
        assert DRAFT.validate_python(document.model_dump()) == document


def test_schema_names_all_kinds() -> None:
    text = str(json_schema())
    assert all(name in text for name in ("ICP", "Persona", "CampaignBrief"))


def test_a_tampered_draft_is_refused(persona: Persona) -> None:
    text = to_json(persona)
    with pytest.raises(DraftRefused, match=r"evidence|cites|least 1"):
        from_json(re.sub(r'"evidence": \[\s*\{.*?\n      \]', '"evidence": []', text, count=1, flags=re.DOTALL))
    with pytest.raises(DraftRefused):
        from_json("{}")


def test_every_claim_is_sourced_and_every_assumption_has_a_test(documents: Documents) -> None:
    for document in documents:
        claims = [part for _, part in walk(document) if isinstance(part, Claim)]
        assert len(claims) > 20
        assert all(claim.evidence for claim in claims)
        card = document.evidence_card
        assert sum(card.by_kind.values()) == sum(card.by_strength.values()) == card.claims == len(claims)
        asked = {question.question for question in document.open_questions}
        tests = [
            i.text for claim in claims if claim.kind == "assumption" for i in claim.evidence if i.type == "assumption"
        ]
        assert set(tests) <= asked


def test_no_demographics_anywhere_but_in_peoples_own_words(documents: Documents) -> None:
    for document in documents:
        for path, part in walk(document):
            if isinstance(part, Claim) and not any(isinstance(i, (Quote, Statement)) for i in part.evidence):
                assert not protected_words(part.text), (path, part.text)


def test_wants_and_frustrations_are_verbatim(persona: Persona, shop: SampleShop) -> None:
    texts = set(shop.tables.frame(shop.tables.feedback.select("feedback_id", "text"))["text"].dropna())
    quotes = [item for item in persona.evidence().values() if isinstance(item, Quote)]
    assert quotes
    for quote in quotes:
        assert any(quote.text in text for text in texts), quote.text


def test_the_icp_names_the_planted_driver_and_no_decoy(icp: ICP, shop: SampleShop) -> None:
    finding = icp.driver.finding
    assert icp.driver.certain
    for level in shop.truth.driver.rule.values():
        assert f"“{level}”" in finding.text
    figures = [item for item in finding.evidence if item.type == "figure"]
    size = next(item for item in figures if item.unit == "count" and item.value == shop.truth.driver.customers)
    ratio = next(item for item in figures if item.unit == "ratio")
    assert size.value == shop.truth.driver.customers
    assert ratio.low is not None
    assert ratio.high is not None
    assert ratio.low <= shop.truth.driver.net_value_ratio <= ratio.high


def test_persona_numbers_are_those_of_its_segment(persona: Persona, shop: SampleShop) -> None:
    repeat = round(shop.truth.sales.customers * shop.truth.sales.repeat_rate)
    assert persona.segment.customers.value == repeat
    assert persona.segment.share_of_customers is not None
    assert persona.segment.share_of_customers.value == pytest.approx(shop.truth.sales.repeat_rate)
    assert f"{repeat:,} customers" in re.sub(r" \[F\d+\]", "", persona.summary.text)


def test_a_persona_called_after_a_person_is_refused(persona: Persona) -> None:
    with pytest.raises(ValidationError, match="invented person"):
        Persona.model_validate({**persona.model_dump(), "name": "Emma, 34"})


def test_a_nickname_comes_from_the_user_only(persona: Persona) -> None:
    with pytest.raises(ValidationError, match="nickname"):
        Persona.model_validate({**persona.model_dump(), "nickname": persona.summary.model_dump()})


def test_demographics_need_the_customers_word(persona: Persona) -> None:
    with pytest.raises(ValidationError, match="demographics"):
        Persona.model_validate({**persona.model_dump(), "demographics": {"region": persona.summary.model_dump()}})


def test_a_small_group_says_so(context: DraftContext) -> None:
    rule = SegmentRule(
        name="twenty best customers", conditions=(Condition(field="net_sales", op="top_count", value=20),)
    )
    persona = compose_persona(context, rule)
    assert "too few to profile" in persona.notices[0].text


def test_an_empty_segment_is_refused_in_words(context: DraftContext) -> None:
    rule = SegmentRule(name="nobody", conditions=(Condition(field="orders", op="gt", value=9999),))
    with pytest.raises(CannotAnswer, match="Nobody"):
        compose_persona(context, rule)


def test_without_a_guide_the_draft_still_stands(shop: SampleShop) -> None:
    alone = compose_persona(context_on(shop.orders_only, None))
    assert "guide" not in alone.evidence_card.by_kind


def test_orders_alone_give_no_pain_points_but_five_questions(orders_only: DraftContext) -> None:
    persona = compose_persona(orders_only)
    for field in ("goals_jobs", "frustrations", "motivations", "buying_triggers", "objections", "vocabulary"):
        assert isinstance(getattr(persona, field), Gap), field
    page = to_markdown(persona)
    assert "Not in your data" in page
    assert "Ask these five questions (ready to send)" in page
    assert all(f"{number}. " in page for number in range(1, 6))


def test_orders_alone_still_give_an_icp(orders_only: DraftContext) -> None:
    icp = compose_icp(orders_only)
    assert isinstance(icp.need_or_job, Gap)
    assert icp.survey is not None
    assert not icp.demographics


def test_markdown_is_complete_and_harmless(documents: Documents) -> None:
    for document in documents:
        page = to_markdown(document)
        assert page == to_markdown(document)
        body, _, foot = page.partition("\n## Evidence\n")
        used = set(re.findall(r"\[\^(\d+)\]", body))
        defined = re.findall(r"^\[\^(\d+)\]:", foot, re.MULTILINE)
        assert used == set(defined)
        assert len(defined) == len(set(defined))
        assert not re.search(r"\[[FAQUX]\d+\]", page)
        assert not re.search(r"<[a-z/!]", page)
        assert "definition:" in foot
