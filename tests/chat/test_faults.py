"""Every way an endpoint can fail: the built-in engine answers, a note says why, the conversation goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from copilot.chat.events import Done, ProblemShown, ToolFinished
from tests.chat.parts import BEST, BUILT_IN, Bench, texts
from tests.llm.model_server import Call, Drop, Fail, ModelServer, Reply, Say, Script, serving

MakeBench = Callable[..., Bench]

FAULTS: dict[str, tuple[Script, str]] = {
    "429": ([Fail(429)], "model_busy"),
    "429, wait long": ([Fail(429, headers={"retry-after": "119"})], "model_busy"),
    "429, quota": ([Fail(429, '{"error": {"code": "insufficient_quota", "message": "x"}}')], "model_busy"),
    "500": ([Fail(500)], "model_error"),
    "502, HTML": ([Fail(502, "<html>bad</html>", content_type="text/html")], "model_error"),
    "401": ([Fail(401)], "key_refused"),
    "404": ([Fail(404)], "model_not_found"),
    "400": ([Fail(400)], "request_refused"),
    "200, HTML": ([Fail(200, "<html>hello</html>", content_type="text/html")], "model_garbled answer_cut_off"),
    "200, empty body": ([Fail(200, "")], "model_garbled answer_cut_off"),
    "200, not JSON": ([Fail(200, "data: {nope\n\n", content_type="text/event-stream")], "model_garbled"),
    "200, error object": ([Fail(200, 'data: {"error": {"message": "sk-SECRET123"}}\n\n')], "model_error"),
    "200, no choices": (
        [Fail(200, 'data: {"id": "1", "choices": [], "object": "chat.completion.chunk"}\n\ndata: [DONE]\n\n')],
        "answer_cut_off model_garbled",
    ),
    "200, strange shape": ([Fail(200, 'data: {"choices": "abc"}\n\ndata: [1]\n\n')], "model_garbled answer_cut_off"),
    "hang": ([Fail(hang=8)], "model_timeout"),
    "empty": ([Say("")], "empty_answer"),
    "null": ([Say(None)], "empty_answer"),
    "blank": ([Say(" \n ")], "empty_answer"),
    "filtered": ([Say("", finish="content_filter")], "filtered"),
    "cut without a word": ([Say("", finish="length")], "empty_answer"),
    "no finish reason": ([Say("We have", finish=None)], "answer_cut_off"),
    "stream cut off": ([Drop("We have a few", clean=True)], "answer_cut_off"),
    "connection dropped": ([Drop("We have a few")], "answer_cut_off model_unreachable"),
    "garbage in the stream": ([Drop("We have", garbage=True)], "model_garbled"),
    "unknown tools": ([Call("rm_rf"), Call("drop_table"), Call("x")], "unknown_tool"),
    "unreadable tool call": ([Call("best_customers", raw="not json at all")], "unreadable_tool_call"),
    "wrong arguments for ever": ([Call("best_customers", {"count": "many"})], "too_many_steps"),
    "endless tools": (lambda p: Call("best_customers", {"count": len(p["messages"])}), "too_many_steps"),
    "fails after a tool": ([Call("best_customers"), Fail(500)], "model_error"),
    "hangs after a tool": ([Call("best_customers"), Fail(hang=8)], "model_timeout"),
    "huge": ([Say("x" * 300_000, piece=5_000)], "answer_too_large"),
}


def remote(bench: MakeBench, server: ModelServer, **settings: Any) -> Bench:
    values = {"model_retries": 0, "model_timeout": 1.0, "max_tool_calls": 4, "turn_timeout": 10.0}
    return bench(model="stand-in", base_url=server.url, api_key="sk-SECRET123", **{**values, **settings})


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
@pytest.mark.parametrize("fault", FAULTS)
def test_the_built_in_engine_answers_when_the_model_does_not(
    bench: MakeBench, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    script, codes = FAULTS[fault]
    with serving(script) as server:
        home = remote(bench, server)
        session = home.session(remote=True)
        started = time.monotonic()
        events = list(session.turn("who are my best customers?"))
        assert time.monotonic() - started < 8
        problems = [event for event in events if isinstance(event, ProblemShown)]
        assert problems[0].code in codes.split()
        assert problems[0].what.endswith("; the built-in engine answers instead.")
        assert texts(events)[-1] == BUILT_IN
        done = events[-1]
        assert isinstance(done, Done)
        assert done.engine == "built-in"
        assert done.usage["attempts"] >= 1
        everything = "".join(event.model_dump_json() for event in events) + caplog.text
        for leak in ("SECRET", "Traceback", "boom", "Error:", "<html>"):
            assert leak not in everything

        # the conversation stays usable, for the model too: no dangling tool call, no failed turn in its memory
        server.script = [Say("Back again.")]
        assert texts(session.turn("and now?")) == ["Back again."]
        roles = [message["role"] for message in server.payloads()[-1]["messages"]]
        assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]
        calls = server.payloads()[-1]["messages"][2]["tool_calls"]
        assert calls[0]["id"] == server.payloads()[-1]["messages"][3]["tool_call_id"]


def test_the_note_says_what_happened_in_plain_words(bench: MakeBench) -> None:
    with serving([Fail(hang=8)]) as server:
        events = list(remote(bench, server).session(remote=True).turn("who?"))
    problem = next(event for event in events if isinstance(event, ProblemShown))
    assert problem.what == "The model did not answer (timed out after 1 s); the built-in engine answers instead."
    assert "COPILOT_MODEL_TIMEOUT" in problem.advice


def test_nobody_listens(bench: MakeBench) -> None:
    with serving([]) as server:
        home = remote(bench, server)
    events = list(home.session(remote=True).turn("who?"))
    assert next(event.code for event in events if isinstance(event, ProblemShown)) == "model_unreachable"
    assert texts(events) == [BUILT_IN]


def test_one_retry_is_enough_for_a_hiccup(bench: MakeBench) -> None:
    with serving([Fail(500), Call("best_customers"), Say(BEST)]) as server:
        events = list(remote(bench, server, model_retries=1).session(remote=True).turn("who?"))
    assert texts(events) == [BEST]
    assert not [event for event in events if isinstance(event, ProblemShown)]
    done = events[-1]
    assert isinstance(done, Done)
    assert done.usage["attempts"] == 3


@pytest.mark.parametrize("first", [Say(""), Call("best_customers", raw="{{{")])
def test_an_empty_answer_or_unreadable_call_is_asked_again_once(bench: MakeBench, first: Reply) -> None:
    with serving([first, Call("best_customers"), Say(BEST)]) as server:
        events = list(remote(bench, server).session(remote=True).turn("who?"))
    assert texts(events) == [BEST]
    assert not [event for event in events if isinstance(event, ProblemShown)]
    assert "one valid JSON object" in server.payloads()[1]["messages"][-1]["content"]


def test_a_drip_feeding_model_is_left_at_the_deadline(bench: MakeBench) -> None:
    with serving([Say("and so on " * 200, pause=0.15)]) as server:
        started = time.monotonic()
        events = list(remote(bench, server, turn_timeout=1.5).session(remote=True).turn("who?"))
        assert time.monotonic() - started < 5
    assert texts(events) == [BUILT_IN]


def test_an_answer_cut_at_its_length_limit_ends_with_a_whole_sentence(bench: MakeBench) -> None:
    text = "They are loyal. They come back ofte"
    with serving([Say(text, finish="length")]) as server:
        events = list(remote(bench, server).session(remote=True).turn("who?"))
    assert texts(events) == ["They are loyal."]
    assert [event.code for event in events if isinstance(event, ProblemShown)] == ["answer_cut"]


def test_blocks_shown_before_the_stream_broke_stay(bench: MakeBench) -> None:
    with serving([Drop("They are loyal.\n\nThey come", clean=True)]) as server:
        events = list(remote(bench, server).session(remote=True).turn("who?"))
    assert texts(events) == ["They are loyal.", BUILT_IN]


def test_wrong_arguments_are_told_to_the_model_and_corrected(bench: MakeBench) -> None:
    with serving(
        [Call("best_customers", {"count": "many"}), Call("best_customers", {"count": 3}), Say(BEST)]
    ) as server:
        events = list(remote(bench, server).session(remote=True).turn("who?"))
    assert texts(events) == [BEST]
    assert any(isinstance(event, ToolFinished) and event.ok for event in events)


def test_switched_off_means_built_in_with_a_note(bench: MakeBench) -> None:
    with serving([Say("hi")]) as server:
        events = list(remote(bench, server, send_nothing=True).session(remote=True).turn("who?"))
    assert server.bodies == []
    assert texts(events) == [BUILT_IN]
    assert next(event.code for event in events if isinstance(event, ProblemShown)) == "sending_off"
