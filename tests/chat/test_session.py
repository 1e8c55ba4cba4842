"""A turn with the built-in engine: events in order, the gate, tool failures, durability, separate sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from copilot.chat.events import Done, ProblemShown, Suggestions, ToolFinished, ToolStarted
from copilot.errors import CannotAnswer, UsageProblem, WorkspaceBusy
from copilot.llm.testing import ScriptedChatModel, UnexpectedModelCall, call_tool
from tests.chat.parts import BEST, BUILT_IN, Bench, built_in, kinds, texts

MakeBench = Callable[..., Bench]


def test_a_turn_streams_steps_evidence_text_and_done(bench: MakeBench) -> None:
    session = bench().session(
        engine=built_in(call_tool("best_customers", count=5), f"# Best\n\n{BEST}\n\n{{table:T1}}")
    )
    events = list(session.turn("who are my best customers?"))
    assert kinds(events) == [
        "tool_started", "tool_finished", "evidence", "evidence", "evidence", "evidence", "table", "table", "chart",
        "draft", "text", "text", "text", "suggestions", "done",
    ]  # fmt: skip
    started, finished = events[0], events[1]
    assert isinstance(started, ToolStarted)
    assert isinstance(finished, ToolFinished)
    assert started.title == "ranked the top 5 customers"
    assert started.arguments == {"count": 5}
    assert finished.ok
    assert texts(events) == ["# Best", BEST, "{table:T1}"]
    assert isinstance(events[-2], Suggestions)
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.engine, done.conversation) == ("built-in", session.conversation)


def test_what_was_streamed_is_what_is_stored(bench: MakeBench) -> None:
    home = bench()
    session = home.session()
    events = list(session.turn("best customers?"))
    turn = home.memory.store.turns(session.conversation)[0]
    assert turn.text == "best customers?"
    assert turn.status == "complete"
    assert list(turn.events) == events


@pytest.mark.parametrize(
    "invented",
    [
        "Your churn is 12.5 %.",
        "You have 435 customers [F1] in the top group.",
        "Sales doubled to £99,999 [F2] last year.",
        "A third of them [F9] left.",
        '"best shop in the world, truly" [Q1] says a customer.',
    ],
)
def test_no_unsupported_sentence_is_shown_or_remembered(bench: MakeBench, invented: str) -> None:
    home = bench()
    engine = built_in(call_tool("best_customers"), f"{BEST} {invented}\n\n- {BEST}\n- {invented}", "Fine.")
    session = home.session(engine=engine)
    events = list(session.turn("who?"))
    assert texts(events) == [BEST, f"- {BEST}"]
    problems = [event for event in events if isinstance(event, ProblemShown)]
    assert problems
    assert invented not in "".join(event.model_dump_json() for event in events)
    list(session.turn("and now?"))
    assert isinstance(engine.model, ScriptedChatModel)
    remembered = "".join(message.text for message in engine.model.calls[-1].messages)
    assert invented not in remembered
    assert BEST in remembered


def test_a_number_the_user_said_may_be_repeated_with_its_id(bench: MakeBench) -> None:
    session = bench().session(engine=built_in("You said 90 days [U1].", "You said 91 days [U1]. Hm."))
    events = list(session.turn("is 90 days a good win-back time?"))
    assert texts(events) == ["You said 90 days [U1]."]
    assert kinds(events) == ["evidence", "text", "done"]
    assert texts(session.turn("and 60?")) == ["Hm."]


def test_evidence_of_an_earlier_turn_is_shown_again_when_cited(bench: MakeBench) -> None:
    home = bench()
    first = home.session(engine=built_in(call_tool("best_customers"), BEST))
    list(first.turn("who?"))
    again = home.session(first.conversation, engine=built_in("As said: 434 customers [F1].\n\n{table:T1}"))
    events = list(again.turn("how many?"))
    assert kinds(events) == ["evidence", "text", "table", "text", "done"]


def test_references_to_tables_that_do_not_exist_and_web_addresses_are_dropped(bench: MakeBench) -> None:
    text = "See [this](https://evil.example/?q=secret) ![p](http://evil.example/x.png).\n\n{table:T7}\n\n<b>ok</b>"
    events = list(bench().session(engine=built_in(text)).turn("hi"))
    assert texts(events) == ["See this p.", "ok"]


def test_an_answer_of_which_nothing_stands_says_so(bench: MakeBench) -> None:
    events = list(bench().session(engine=built_in("Your churn is 12.5 %.")).turn("churn?"))
    assert kinds(events) == ["problem", "done"]
    assert isinstance(events[0], ProblemShown)
    assert "12.5" not in events[0].what


def test_a_tool_problem_reaches_the_engine_in_the_users_words_and_a_bug_does_not_leak(
    bench: MakeBench, caplog: pytest.LogCaptureFixture
) -> None:
    engine = built_in(call_tool("fragile", kind="name"), call_tool("fragile", kind="bug"), "That failed.")
    events = list(bench().session(engine=engine).turn("try"))
    assert isinstance(engine.model, ScriptedChatModel)
    told = [message for message in engine.model.calls[-1].messages if isinstance(message, ToolMessage)]
    assert "Did you mean 'Austria'?" in told[0].text
    assert "gave no result" in told[1].text
    assert "ann@example.org" not in told[1].text + caplog.text
    assert "RuntimeError in fragile" in caplog.text
    assert [event.ok for event in events if isinstance(event, ToolFinished)] == [False, False]
    assert texts(events) == ["That failed."]


def test_text_before_a_tool_call_is_not_an_answer(bench: MakeBench) -> None:
    narrated = call_tool("best_customers").model_copy(update={"content": "Let me look at 17 things."})
    assert texts(bench().session(engine=built_in(narrated, BEST)).turn("who?")) == [BEST]


def test_the_same_call_twice_is_answered_from_memory(bench: MakeBench) -> None:
    engine = built_in(call_tool("best_customers"), call_tool("best_customers"), BEST)
    events = list(bench().session(engine=engine).turn("who?"))
    assert kinds(events).count("tool_started") == 1
    assert texts(events) == [BEST]


def test_endless_tool_calls_end(bench: MakeBench) -> None:
    engine = built_in(*[call_tool("best_customers", count=n + 1) for n in range(40)])
    events = list(bench(max_tool_calls=4).session(engine=engine).turn("who?"))
    assert kinds(events).count("tool_started") == 4
    assert isinstance(events[-2], ProblemShown) or isinstance(events[-3], ProblemShown)
    assert kinds(events)[-1] == "done"
    assert isinstance(engine.model, ScriptedChatModel)
    assert len(engine.model.calls) == 6


def test_follow_ups_see_what_was_said_also_after_a_restart(bench: MakeBench) -> None:
    home = bench()
    first = home.session()
    list(first.turn("who are the best?"))
    engine = built_in("Still 434 customers [F1].")
    again = home.session(first.conversation, engine=engine)
    assert texts(again.turn("and only the UK?")) == ["Still 434 customers [F1]."]
    assert isinstance(engine.model, ScriptedChatModel)
    said = [message.text for message in engine.model.calls[0].messages if isinstance(message, HumanMessage)]
    assert said == ["who are the best?", "and only the UK?"]
    assert BUILT_IN in [message.text for message in engine.model.calls[0].messages if isinstance(message, AIMessage)]
    engine.model.assert_complete()


def test_one_checkpoint_is_kept_for_a_conversation(bench: MakeBench) -> None:
    home = bench()
    session = home.session()
    for number in range(4):
        list(session.turn(f"question {number}"))
    assert len(list(home.memory.checkpoints.saver.list(None))) == 1


def test_the_engine_forgets_what_is_long_past_and_the_store_does_not(bench: MakeBench) -> None:
    home = bench()
    engine = built_in(*["Yes."] * 24)
    session = home.session(engine=engine)
    for number in range(24):
        list(session.turn(f"question {number}"))
    assert isinstance(engine.model, ScriptedChatModel)
    asked = [message.text for message in engine.model.calls[-1].messages if isinstance(message, HumanMessage)]
    assert asked == [f"question {number}" for number in range(3, 24)]
    assert len(home.memory.store.turns(session.conversation)) == 24


def test_a_bug_in_the_engine_leaves_the_conversation_usable(bench: MakeBench) -> None:
    home = bench()
    session = home.session(engine=built_in(call_tool("best_customers"), ZeroDivisionError("x"), BEST))
    with pytest.raises(ZeroDivisionError):
        list(session.turn("who?"))
    turn = home.memory.store.turns(session.conversation)[0]
    assert turn.status == "failed"
    assert isinstance(turn.events[-1], ProblemShown)
    engine = built_in(BEST)
    assert texts(home.session(session.conversation, engine=engine).turn("again")) == [BEST]
    assert isinstance(engine.model, ScriptedChatModel)
    sent = [type(message).__name__ for message in engine.model.calls[0].messages]
    assert sent == ["HumanMessage"]


def test_stopping_in_the_middle_keeps_what_was_shown(bench: MakeBench) -> None:
    home = bench()
    session = home.session()
    stream = session.turn("who?")
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    turn = home.memory.store.turns(session.conversation)[0]
    assert turn.status == "interrupted"
    assert [event.type for event in turn.events] == ["tool_started", "problem"]
    assert texts(session.turn("once more")) == [BUILT_IN]


def test_two_sessions_at_once_do_not_mix(bench: MakeBench) -> None:
    home = bench()
    found: dict[int, list[str]] = {}

    def talk(number: int) -> None:
        def echo(call: object) -> str:
            return "; ".join(m.text for m in call.messages if isinstance(m, HumanMessage))  # type: ignore[attr-defined]

        session = home.session(engine=built_in(*[echo] * 5))
        found[number] = [text for turn in range(5) for text in texts(session.turn(f"tag-{number}-x{turn}"))]

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 6
    for number, said in found.items():
        assert said[-1] == "; ".join(f"tag-{number}-x{turn}" for turn in range(5))


def test_messages_that_cannot_be_asked(bench: MakeBench) -> None:
    home = bench()
    session = home.session()
    with pytest.raises(UsageProblem, match="empty"):
        session.turn("   ")
    with pytest.raises(UsageProblem, match="longer"):
        session.turn("x" * 9_000)
    assert home.memory.store.turns(session.conversation) == ()
    with pytest.raises(CannotAnswer, match="no such conversation"):
        home.session("nobody-knows")
    running = session.turn("who?")
    next(running)
    with pytest.raises(WorkspaceBusy):
        next(session.turn("me too"))
    running.close()  # type: ignore[attr-defined]


def test_the_scripted_model_tells_too_many_and_too_few_calls() -> None:
    model = ScriptedChatModel.of("one", "two")
    assert model.invoke("a").content == "one"
    with pytest.raises(AssertionError, match="2 steps, the model was called 1x"):
        model.assert_complete()
    assert model.bind_tools([]).invoke("b").content == "two"
    model.assert_complete()
    with pytest.raises(UnexpectedModelCall):
        model.invoke("c")
    assert [call.messages[0].text for call in model.calls] == ["a", "b", "c"]
