"""Rules of the building blocks: what a claim must carry, how strength is derived, what is refused."""

from datetime import date

import pytest
from pydantic import ValidationError

from copilot.data.quote import Quote
from copilot.drafts.lint import person_name, protected_words
from copilot.drafts.model import Claim, Gap, Part
from copilot.drafts.strength import figure_strength
from copilot.drafts.targets import Plan, mailed_of, planned, target_rate
from copilot.evidence.model import Assumption, Statement
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure


def figure(value: float = 0.4, **details: object) -> Figure:
    given = {"id": "F1", "name": "rate", "label": "Rate", "value": value, "unit": "share", "n": 400, "low": 0.35,
             "high": 0.45, "definition": "a / b", "scope": "all"}  # fmt: skip
    return Figure.model_validate({**given, **details})


def quote(number: int = 1, text: str = "my young daughter loved it") -> Quote:
    return Quote(id=f"Q{number}", feedback_id=f"r{number}", text=text, kind="review")


def test_a_claim_without_evidence_is_refused() -> None:
    with pytest.raises(ValidationError):
        Claim(text="They love quality.", evidence=())


def test_a_mark_without_its_evidence_is_refused() -> None:
    with pytest.raises(ValidationError, match="F9"):
        Claim(text="40 % [F9] came back.", evidence=(figure(),))


def test_evidence_without_an_id_is_refused() -> None:
    with pytest.raises(ValidationError, match="id"):
        Claim(text="Some came back.", evidence=(figure(id=""),))


def test_an_assumption_needs_its_test() -> None:
    with pytest.raises(ValidationError, match="test"):
        Claim(text="They buy at work.", evidence=(Assumption(id="X1", text="They buy at work.", how_to_test=" "),))


@pytest.mark.parametrize(
    "text", ["Young women who buy tea [F1].", "Parents with a high income [F1]", "Aged 25-34 [F1]"]
)
def test_attributes_of_persons_are_refused_on_figures(text: str) -> None:
    with pytest.raises(ValidationError, match="survey answer"):
        Claim(text=text, evidence=(figure(),))


def test_attributes_of_persons_are_allowed_in_peoples_own_words() -> None:
    said = Claim(text="“my young daughter loved it” [Q1]", evidence=(quote(),))
    stated = Claim(text="Mostly women, you said [U1].", evidence=(Statement(id="U1", text="mostly women"),))
    assert (said.kind, stated.kind) == ("quoted", "stated")


def test_product_names_are_no_attributes() -> None:
    assert Claim(text="“LADIES UMBRELLA” sells [F1].", evidence=(figure(),)).kind == "computed"
    assert protected_words("The average package, page and manage") == []


@pytest.mark.parametrize(
    ("evidence", "strength"),
    [
        ((figure(),), "strong"),
        ((figure(n=12),), "medium"),
        ((figure(low=0.1, high=0.8),), "medium"),
        ((figure(), figure(n=5, id="F2")), "medium"),
        (tuple(quote(i) for i in range(5)), "medium"),
        ((quote(),), "weak"),
        ((Passage(id="A1", section="A1.x", article="A1", title="t", heading="h", text="x"),), "weak"),
        ((figure(), Assumption(id="X1", text="a", how_to_test="b")), "assumption"),
    ],
)
def test_strength_follows_from_the_evidence(evidence: tuple[object, ...], strength: str) -> None:
    assert Claim.model_validate({"text": "It is so.", "evidence": evidence}).strength == strength


def test_strength_cannot_be_claimed() -> None:
    data = Claim(text="It is so.", evidence=(quote(),)).model_dump(mode="json")
    assert Claim.model_validate({**data, "strength": "strong", "kind": "computed"}).strength == "weak"


def test_unknown_fields_are_refused() -> None:
    class Small(Part):
        text: str

    with pytest.raises(ValidationError):
        Small.model_validate({"text": "a", "extra": 1})


def test_a_figure_without_a_value_is_weak() -> None:
    assert figure_strength(figure(value=None, low=None, high=None)) == "weak"


@pytest.mark.parametrize("name", ["Emma", "Emma, 34", "Loyal Lisa", "Mrs Robinson at home"])
def test_invented_people_are_refused(name: str) -> None:
    assert person_name(name) is not None


@pytest.mark.parametrize("name", ["Repeat buyers", "Buyers from Germany", "Top 10 % by net sales", "VIP customers"])
def test_behavioural_labels_pass(name: str) -> None:
    assert person_name(name, "country is Germany") is None


def test_a_gap_names_who_and_how() -> None:
    with pytest.raises(ValidationError):
        Gap(what="Margin.", who="", how="")


def test_plan_dates_are_in_order_and_start_on_a_monday() -> None:
    plan = Plan.from_today(date(2026, 10, 1), run_days=14, window_days=30)
    assert plan.start == date(2026, 10, 12)
    assert plan.start.weekday() == 0
    assert plan.end <= plan.read_on == date(2026, 11, 11)


def test_target_is_a_fifth_or_a_point_above_the_baseline() -> None:
    assert target_rate(figure(0.10)).value == pytest.approx(0.12)
    assert target_rate(figure(0.003)).value == pytest.approx(0.013)
    assert mailed_of(planned("x", "x", 1240.0, "count", "x")).value == 1116.0
