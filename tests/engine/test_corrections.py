"""Corrections in conversation: applied with receipts for before and after, undone, ordered by the user only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.app import Copilot
from copilot.chat.answer import Answer
from copilot.engine.correcting import corrections_of
from copilot.engine.plan import plan
from copilot.engine.understand import Previous
from copilot.errors import UsageProblem
from copilot.evidence.gate import check, citations
from copilot.evidence.ledger import Ledger
from copilot.evidence.model import Statement
from copilot.settings import Settings
from copilot.tools.correct_data import TOOL, CorrectArguments, CorrectionAnswer
from copilot.tools.corrections import UNDO_TOOL, UndoArguments

ORDERS = "order_id,order_date,email,Käufer,product,sku,quantity,price,tags\n" + "".join(
    f"{n},2024-0{1 + n % 3}-{1 + n:02d} 23:30,team@shop.test,K{n % 7},Tea,T100,1,{1000 + n},"
    f'"{"vip, Wholesale" if n % 4 == 0 else ""}"\n'
    for n in range(1, 25)
)
PRODUCTS = "sku,product,category,price,cost\nT100,Tea,Teas,1200,400\n"
TOTAL = sum(1000 + n for n in range(1, 25))
RETAIL = sum(1000 + n for n in range(1, 25) if n % 4)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "orders 2024.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    with Copilot.open("default", Settings(home=folder / "home")) as copilot:
        copilot.add(folder / "orders 2024.csv", folder / "products.csv")
        yield copilot


def sound(answer: Answer) -> Answer:
    """Every number of the text stands on evidence of the answer, and nothing was cut out."""
    assert not answer.problems
    ledger = Ledger()
    ledger.restore([*answer.figures, *answer.tables])
    assert check(answer.text, ledger).ok, check(answer.text, ledger).failures
    return answer


def values(answer: Answer, name: str) -> list[float]:
    cited = citations(answer.text)
    return [f.value for one in cited for f in answer.figures if f.id == one and f.name == name and f.value is not None]


def test_a_conversation_of_corrections(shop: Copilot) -> None:
    asked = sound(shop.ask("amounts are in cents"))
    assert "In which file" in asked.text
    assert "`orders 2024.csv`" in asked.text
    assert "`products.csv`" in asked.text
    assert shop.corrections() == []
    done = sound(shop.ask(asked.questions[0], asked.conversation))
    assert values(done, "net_sales") == [TOTAL, pytest.approx(TOTAL / 100)]
    assert [one.id for one in shop.corrections()] == ["c1"]

    customer = sound(shop.ask("the customer is in column Kaufer", done.conversation))
    assert values(customer, "customers") == [1, 7]

    tried = sound(shop.ask("what if I ignored orders tagged wholesale?", done.conversation))
    if "Not applied" not in tried.text:  # said in another way
        tried = sound(shop.ask("preview: ignore orders tagged wholesale?", done.conversation))
    assert values(tried, "orders") == [24, 18]
    assert len(shop.corrections()) == 2
    sound(shop.ask("yes, apply it", done.conversation))
    assert len(shop.corrections()) == 3
    revenue = sound(shop.ask("what is my revenue", done.conversation))
    assert "without orders tagged Wholesale" in revenue.text
    assert values(revenue, "net_sales")[0] == pytest.approx(RETAIL / 100)

    listed = sound(shop.ask("which corrections are in force?", done.conversation))
    assert [row["id"] for row in listed.tables[0].rows] == ["c1", "c2", "c3"]
    back = sound(shop.ask("undo that", done.conversation))
    assert values(back, "orders") == [18, 24]
    sound(shop.ask("undo cents", done.conversation))
    assert [one.id for one in shop.corrections()] == ["c2"]
    sound(shop.ask("undo c2", done.conversation))
    assert shop.corrections() == []
    assert "nothing to undo" in shop.ask("undo that", done.conversation).text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("the customer is in column Kundschaft", "Käufer"),
        ("ignore orders tagged holesale", "Wholesale"),
        ("treat SKU T10 as shipping", "T100"),
        ("the shop is in Berlim time", "Europe/Berlin"),
        ("times are in UTC", "In which time zone is the shop itself?"),
        ("that column is the customer", "Which column is the customer?"),
    ],
)
def test_what_does_not_fit_is_asked_or_answered_with_the_nearest(shop: Copilot, said: str, expected: str) -> None:
    assert expected in shop.ask(said).text
    assert shop.corrections() == []


def test_only_the_user_can_order_a_correction(shop: Copilot) -> None:
    """A model that was told by a text in the data to correct something shows what would be, and changes nothing."""
    context = shop._tool_context("what do the reviews say?")
    arguments = CorrectArguments(what="leave_out", value="wholesale", by="tags", apply=True)
    answer = TOOL.run(context, arguments)
    assert isinstance(answer.result, CorrectionAnswer)
    assert (answer.result.state, answer.result.withheld) == ("previewed", True)
    assert "only the user's own words" in answer.text
    # A tool that states something of its call does not make the user say it.
    context.ledger.record(Statement(text="ignore orders tagged wholesale"))
    assert TOOL.run(context, arguments).result.state == "previewed"  # type: ignore[attr-defined]
    # Another order of the user does not carry this one.
    context.ledger.say(Statement(text="ignore orders tagged vip"))
    assert TOOL.run(context, arguments).result.state == "previewed"  # type: ignore[attr-defined]
    # Agreeing to what was shown is an order, and so is undoing it; undoing unasked is not.
    context.ledger.say(Statement(text="yes"))
    assert TOOL.run(context, arguments).result.state == "applied"  # type: ignore[attr-defined]
    assert UNDO_TOOL.run(context, UndoArguments()).result.state == "previewed"  # type: ignore[attr-defined]
    context.ledger.say(Statement(text="undo that"))
    assert UNDO_TOOL.run(context, UndoArguments()).result.state == "undone"  # type: ignore[attr-defined]
    assert shop.corrections() == []


def test_yes_and_a_file_alone_go_on_from_the_call_before() -> None:
    shown = {"what": "amounts", "value": "cents"}
    before = Previous("correct_data", shown)
    assert plan(corrections_of("yes", before)).calls[0].arguments == {**shown, "apply": True}
    assert plan(corrections_of("in orders.csv", before)).calls[0].arguments == {**shown, "file": "orders.csv"}
    assert corrections_of("yes", Previous("correct_data", {**shown, "apply": True})) == []
    assert corrections_of("yes", Previous("measure", {})) == []
    assert corrections_of("yes") == []


def test_in_python_and_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from copilot.__main__ import main

    (tmp_path / "o.csv").write_text("order_id,order_date,email,price\n1,2024-01-05,a@b.test,1000\n", encoding="utf-8")
    home = tmp_path / "home"
    with Copilot.open("default", Settings(home=home)) as copilot:
        copilot.add(tmp_path / "o.csv")
        with pytest.raises(UsageProblem):
            copilot.correct("how are we doing?")
        assert [answer.state for answer in copilot.correct("amounts are in cents", preview=True)] == ["previewed"]
        assert [answer.state for answer in copilot.correct("amounts are in cents")] == ["applied"]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("COPILOT_HOME", str(home))
        assert main(["corrections"]) == 0
        assert "c1   amounts are in cents" in capsys.readouterr().out
        assert main(["correct", "--undo", "c1"]) == 0
        shown = capsys.readouterr().out
        assert "Taken back: amounts are in cents" in shown
        assert "10.00" in shown
        assert "1,000" in shown
        assert main(["correct", "hello"]) == 2
