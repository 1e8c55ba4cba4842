"""Turns through a language model over HTTP: tool calls, streaming, repair, and what it is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from copilot.chat.events import Done, ProblemShown
from copilot.chat.outbound import OutboundRules, outbound
from tests.chat.parts import BEST, Bench, built_in, kinds, texts
from tests.llm.model_server import Call, ModelServer, Reply, Say, serving

MakeBench = Callable[..., Bench]
PERSONAL = ("ann@example.org", "7946", "Ann Example", "14646", "Anna Müller", "anna.mueller")


def remote(bench: MakeBench, server: ModelServer, **settings: Any) -> Bench:
    return bench(model="stand-in", base_url=server.url, api_key="sk-SECRET123", model_retries=0, **settings)


def test_a_turn_with_tool_calls_and_streaming(bench: MakeBench) -> None:
    with serving([Call("best_customers", {"count": 5}), Say(f"{BEST}\n\n{{table:T1}}\n\nThat is all.")]) as server:
        home = remote(bench, server)
        events = list(home.session(remote=True).turn("who are my best customers?"))
    assert texts(events) == [BEST, "{table:T1}", "That is all."]
    done = events[-1]
    assert isinstance(done, Done)
    assert done.engine == "stand-in"
    assert done.usage["calls"] == 2
    assert done.usage["attempts"] == 2
    assert done.usage["input_tokens"] == 200
    first, second = server.payloads()
    assert first["stream"]
    assert first["messages"][0]["role"] == "system"
    assert [tool["function"]["name"] for tool in first["tools"]] == ["best_customers", "fragile"]
    assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "tool"]
    assert [entry.body for entry in home.egress.entries()] == server.bodies


def test_the_model_sees_aggregates_and_never_a_person(bench: MakeBench) -> None:
    names = frozenset({"anna müller"})
    with serving([Call("best_customers"), Say(BEST), Say("Fine.")]) as server:
        home = remote(bench, server)
        session = home.session(remote=True, names=lambda: names)
        list(session.turn("who? Anna Müller (anna.mueller@example.org, +44 20 7946 0958) asked me"))
        list(session.turn("and now?"))
    sent = b"\n".join(server.bodies).decode()
    for secret in PERSONAL:
        assert secret not in sent
        assert json.dumps(secret)[1:-1] not in sent
    result = server.payloads()[1]["messages"][-1]["content"]
    assert "[F1] best customers = 434" in result
    assert "withheld" in result
    assert not re.search(r"Malta.*\b3\b", result)
    assert "Spain" not in result  # next to the smallest: with it, the smallest could be told from the total
    assert "Norway | 100" in result
    assert "{table:T1}" in result
    assert "“Lovely, ask [e-mail] or [phone]”" in result
    assert "[name] ([e-mail], [phone]) asked me" in server.payloads()[0]["messages"][1]["content"]
    assert len(server.bodies) == 3
    # what the user said stays whole at home
    assert "anna.mueller@example.org" in home.memory.store.turns(session.conversation)[0].text


@pytest.mark.parametrize("repair", [BEST, "They are loyal.", "Now it is 777 customers."])
def test_an_invented_number_is_repaired_once_or_cut(bench: MakeBench, repair: str) -> None:
    invented = "You have 9,999 loyal customers."
    with serving([Call("best_customers"), Say(f"Here it is. {invented}\n\n{invented}"), Say(repair)]) as server:
        events = list(remote(bench, server).session(remote=True).turn("who?"))
    assert "9,999" not in "".join(event.model_dump_json() for event in events)
    assert "777" not in "".join(texts(events))
    assert len(server.bodies) == 3  # one repair, the second block is cut
    asked = server.payloads()[2]["messages"]
    assert asked[-2] == {"role": "assistant", "content": f"Here it is. {invented}"}
    assert "unsupported number (9,999)" in asked[-1]["content"]
    codes = [event.code for event in events if isinstance(event, ProblemShown)]
    assert "unsupported_number" in codes
    assert texts(events) == (["Here it is."] if "777" in repair else [repair])


def test_a_model_that_only_invents_gives_way_to_the_built_in_engine(bench: MakeBench) -> None:
    with serving([Say("You have 9,999 customers."), Say("You have 8,888 customers.")]) as server:
        events = list(remote(bench, server).session(remote=True).turn("how many?"))
    shown = "".join(event.model_dump_json() for event in events)
    assert "9,999" not in shown
    assert "8,888" not in shown
    problem = next(event for event in events if isinstance(event, ProblemShown))
    assert problem.code == "nothing_verified"
    assert "the built-in engine answers instead" in problem.what
    assert texts(events) == ["From the built-in engine: 434 customers [F1]."]


def test_what_was_cut_does_not_come_back_from_memory(bench: MakeBench) -> None:
    with serving([Say("Hello. You have 9,999 customers."), Say("Hello. You have 9,999 customers."), Say("Ok.")]) as s:
        session = remote(bench, s).session(remote=True)
        assert texts(session.turn("how many?")) == ["Hello."]
        assert texts(session.turn("and?")) == ["Ok."]
    assert s.payloads()[2]["messages"][2] == {"role": "assistant", "content": "Hello."}


def test_parallel_calls_give_the_same_ids_every_time(bench: MakeBench) -> None:
    def script(payload: dict[str, Any]) -> Reply:
        return (
            Say("Done.")
            if payload["messages"][-1]["role"] == "tool"
            else Call("best_customers", {"count": 1}, times=30)
        )

    with serving(script) as server:
        events = list(remote(bench, server).session(remote=True).turn("go"))
    assert texts(events) == ["Done."]
    assert kinds(events).count("tool_started") == 1  # the same call is answered from memory
    answered = [message for message in server.payloads()[1]["messages"] if message["role"] == "tool"]
    assert len(answered) == 30


def test_calls_of_one_message_run_in_order(bench: MakeBench) -> None:
    import time

    from langchain_core.messages import AIMessage
    from langchain_core.tools import StructuredTool

    ran: list[int] = []

    def work(number: int) -> str:
        time.sleep(0.05 if number == 0 else 0)
        ran.append(number)
        return "ok"

    calls = [{"name": "work", "args": {"number": n}, "id": f"c{n}", "type": "tool_call"} for n in range(12)]
    home = bench(max_tool_calls=8)
    session = home.session(engine=built_in(AIMessage("", tool_calls=calls), "Done."))
    session.tools = [StructuredTool.from_function(work, description="Works.")]
    assert texts(session.turn("go")) == ["Done."]
    assert ran == list(range(8))


def test_a_long_conversation_leaves_the_oldest_turns_out(bench: MakeBench) -> None:
    with serving(lambda _: Say("word " * 2_000, piece=1_000)) as server:
        session = remote(bench, server).session(remote=True)
        for number in range(9):
            list(session.turn(f"question {number}"))
    said = [m["content"] for m in server.payloads()[-1]["messages"] if m["role"] == "user"]
    assert said[-1].startswith("question 8")
    assert 1 < len(said) < 9
    assert not any("question 0" in text for text in said)
    assert len(server.bodies[-1]) < 60_000


def test_numbers_of_the_user_come_with_their_id(bench: MakeBench) -> None:
    with serving([Say("You said 90 days [U1].")]) as server:
        events = list(remote(bench, server).session(remote=True).turn("is 90 days good?"))
    assert texts(events) == ["You said 90 days [U1]."]
    assert "cited as [U1]" in server.payloads()[0]["messages"][-1]["content"]


def test_outbound_text_is_written_from_evidence_alone() -> None:
    from langchain_core.messages import HumanMessage, ToolMessage

    from tests.chat.parts import figure

    artifact = {"evidence": [figure("orders", 7, noun="orders", people=4).model_copy(update={"id": "F1"}).model_dump()]}
    message = ToolMessage("secret words of the tool 4711", tool_call_id="c1", artifact=artifact)
    told = outbound([HumanMessage("q"), message], OutboundRules(smallest_group=5))
    assert told[1].text == "[F1] orders = withheld (fewer than 5 people; the screen shows it)"
    told = outbound([message], OutboundRules(smallest_group=3))
    assert told[0].text == "[F1] orders = 7 orders"


def test_customers_named_by_the_built_in_engine_are_not_told_to_a_model() -> None:
    from langchain_core.messages import AIMessage

    said = AIMessage(
        "Your best [F1]:\n| #14646 · Netherlands | 73 |\n> By gross sales #12346 would be in.\n\nThat is all."
    )
    assert outbound([said], OutboundRules())[0].text == "Your best [F1]:\n\nThat is all."


def test_two_sessions_with_one_model_do_not_mix(bench: MakeBench) -> None:
    import threading

    def echo(payload: dict[str, Any]) -> Reply:
        return Say("; ".join(m["content"] for m in payload["messages"] if m["role"] == "user"))

    said: dict[str, list[str]] = {}
    with serving(echo) as server:
        home = remote(bench, server)

        def talk(tag: str) -> None:
            session = home.session(remote=True, engine=built_in())
            said[tag] = [text for _ in range(4) for text in texts(session.turn(f"tag-{tag}"))]

        threads = [threading.Thread(target=talk, args=(tag,)) for tag in "abcde"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert {tag: texts[-1] for tag, texts in said.items()} == {tag: "; ".join([f"tag-{tag}"] * 4) for tag in "abcde"}
