"""The gateway: logged before it leaves, byte for byte; contact data, other hosts and bad addresses held back."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from langchain_core.messages import AIMessage

from copilot.errors import CopilotError, ModelUnavailable, UsageProblem
from copilot.llm.address import allowed_addresses, check_base_url
from copilot.llm.connect import Connection, connect
from copilot.llm.contact import ContactGuard
from copilot.llm.egress import EgressLog
from copilot.llm.failure import plain_failures
from copilot.llm.usage import Budget, UsageMeter
from copilot.settings import Settings
from tests.llm.model_server import Fail, ModelServer, Reply, Say, serving

Connect = Callable[..., Connection]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EgressLog]:
    log = EgressLog(tmp_path / "egress.sqlite")
    yield log
    log.close()


@pytest.fixture
def connected(log: EgressLog, tmp_path: Path) -> Iterator[Connect]:
    made: list[Connection] = []

    def make(server: ModelServer, budget: Budget | None = None, **settings: Any) -> Connection:
        values = {"model": "stand-in", "base_url": server.url, "api_key": "sk-SECRET123", "model_retries": 0}
        made.append(
            connect(
                Settings.model_validate({"home": tmp_path, **values, **settings}),
                log,
                ContactGuard(lambda: frozenset({"anna müller"})),
                budget,
            )
        )
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def test_the_log_holds_exactly_what_the_server_received(connected: Connect, log: EgressLog) -> None:
    with serving([Fail(500), Say("Hello — ünïcode"), Say("again")]) as server:
        connection = connected(server, model_retries=1)
        assert connection.model.invoke("Grüße, 434 customers?").text == "Hello — ünïcode"
        assert "".join(chunk.text for chunk in connection.model.stream("again?")) == "again"
    entries = log.entries()
    assert [entry.body for entry in entries] == server.bodies
    assert len(entries) == 3
    assert [entry.size for entry in entries] == [len(body) for body in server.bodies]
    assert [entry.outcome for entry in entries] == ["500", "200", "200"]
    assert {entry.host for entry in entries} == {server.url.removeprefix("http://").removesuffix("/v1")}
    assert all(entry.refused is None and entry.path == "/v1/chat/completions" for entry in entries)
    assert connection.gateway.meter.total.attempts == 3


def test_no_detail_of_the_machine_is_sent(connected: Connect) -> None:
    with serving([Say("ok")]) as server:
        connected(server).model.invoke("hi")
    told = {"host", "authorization", "accept", "accept-encoding", "connection", "content-type", "content-length"}
    assert set(server.headers[0]) <= told


def test_the_request_is_logged_before_it_leaves(connected: Connect, log: EgressLog) -> None:
    seen: list[int] = []

    def answer(payload: dict[str, Any]) -> Reply:
        del payload
        seen.append(len(log.entries()))
        return Say("ok")

    with serving(answer) as server:
        connected(server).model.invoke("hi")
    assert seen == [1]


def test_the_log_cannot_be_rewritten(connected: Connect, log: EgressLog, tmp_path: Path) -> None:
    with serving([Say("ok")]) as server:
        connected(server).model.invoke("hi")
    other = sqlite3.connect(tmp_path / "egress.sqlite")
    for statement in ("DELETE FROM requests", "UPDATE requests SET body = 'x'"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            other.execute(statement)
    other.close()
    assert (tmp_path / "egress.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [("write to ann@example.org", "e-mail"), ("+44 20 7946 0958", "phone"), ("what about Anna Müller?", "name")],
)
def test_contact_data_that_slipped_through_is_held_back(
    connected: Connect, log: EgressLog, text: str, kind: str
) -> None:
    arguments = AIMessage("", tool_calls=[{"name": "t", "args": {"who": text}, "id": "c1", "type": "tool_call"}])
    with serving([Say("ok")]) as server:
        model = connected(server, model_retries=3).model
        for payload in (text, [("user", "hi"), arguments, ("user", "go on")]):
            with pytest.raises(ModelUnavailable, match=kind) as caught:
                model.invoke(payload)
            assert caught.value.code == "contact_data_held_back"
            assert text not in str(caught.value)
    assert server.bodies == []
    assert [(entry.refused, entry.body) for entry in log.entries()] == [("contact_data_held_back", None)] * 2


def test_send_nothing_sends_nothing(connected: Connect, log: EgressLog) -> None:
    with serving([Say("ok")]) as server, pytest.raises(ModelUnavailable, match="switched off"):
        connected(server, send_nothing=True).model.invoke("hi")
    assert server.bodies == []
    assert log.entries()[0].refused == "sending_off"


def test_the_asynchronous_side_cannot_be_used(connected: Connect) -> None:
    with serving([Say("ok")]) as server:
        connection = connected(server)
        client = connection.model.http_async_client  # type: ignore[attr-defined]

        async def send() -> None:
            async with client:
                await client.post(server.url, json={})

        import asyncio

        with pytest.raises(ModelUnavailable):
            asyncio.run(send())
    assert server.bodies == []


def test_another_host_is_held_back(connected: Connect) -> None:
    with serving([Say("ok")]) as server, serving([Say("other")]) as other:
        client: httpx2.Client = connected(server).model.http_client  # type: ignore[attr-defined]
        with pytest.raises(ModelUnavailable, match="another address"):
            client.post(other.url + "/chat/completions", json={})
        with pytest.raises(ModelUnavailable, match="cannot be checked"):
            client.post(server.url + "/chat/completions", content=b"\x00not json")
    assert other.bodies == []
    assert server.bodies == []


def test_redirects_are_not_followed(connected: Connect) -> None:
    with serving([Say("never")]) as target:
        redirect = Fail(307, "", {"location": target.url + "/chat/completions"})
        with serving([redirect]) as server, pytest.raises(ModelUnavailable), plain_failures(5):
            connected(server).model.invoke("hi")
    assert target.bodies == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/v1",
        "http://2852039166/v1",
        "http://[fd00:ec2::254]/v1",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]/v1",
        "http://0.0.0.0/v1",
        "http://224.0.0.1/v1",
        "https://169.254.169.254/v1",
        "http://8.8.8.8/v1",
    ],
)
def test_addresses_where_no_model_can_be(url: str) -> None:
    parts = httpx2.URL(url)
    with pytest.raises(ModelUnavailable) as caught:
        allowed_addresses(parts.scheme, parts.host, 80)
    assert caught.value.code in ("blocked", "model_unavailable")


def test_addresses_where_a_model_can_be() -> None:
    assert allowed_addresses("http", "127.0.0.1", 11434) == ["127.0.0.1"]
    assert "127.0.0.1" in allowed_addresses("http", "localhost", 11434)
    assert allowed_addresses("http", "192.168.1.20", 8000) == ["192.168.1.20"]
    assert allowed_addresses("https", "8.8.8.8", 443) == ["8.8.8.8"]


def test_a_name_that_changes_its_address_is_checked_when_used(
    connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([Say("ok"), Say("ok")]) as server:
        connection = connected(server, base_url=server.url.replace("127.0.0.1", "localhost"))
        assert connection.model.invoke("hi").text == "ok"
        moved = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]
        monkeypatch.setattr("copilot.llm.address.socket.getaddrinfo", lambda *a, **k: moved)
        with pytest.raises(ModelUnavailable, match="no model can be"):
            connection.model.invoke("hi")
    assert len(server.bodies) == 1


@pytest.mark.parametrize("url", ["ftp://x/v1", "localhost:11434", "file:///etc/passwd", "http://user:pw@host/v1", ""])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageProblem):
        check_base_url(url)


def test_without_a_model_there_is_nothing_to_connect_to(log: EgressLog, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No language model"):
        connect(Settings(home=tmp_path), log)


def test_proxies_of_the_environment_are_not_used(connected: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving([Say("proxied")]) as proxy, serving([Say("direct")]) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        assert connected(server).model.invoke("hi").text == "direct"
    assert proxy.bodies == []


def test_a_deadline_ends_waiting_and_sending(connected: Connect) -> None:
    with serving([Fail(hang=20)]) as server:
        connection = connected(server, model_timeout=20, model_retries=3)
        connection.gateway.deadline = time.monotonic() + 0.5
        started = time.monotonic()
        with pytest.raises(ModelUnavailable), plain_failures(20):
            connection.model.invoke("hi")
        assert time.monotonic() - started < 4
        with pytest.raises(ModelUnavailable, match="too long"):
            connection.model.invoke("hi")
    assert len(server.bodies) == 1


def test_a_slow_stream_ends_at_the_deadline(connected: Connect) -> None:
    with serving([Say("word " * 100, pause=0.1)]) as server:
        connection = connected(server)
        connection.gateway.deadline = time.monotonic() + 0.5
        with pytest.raises(ModelUnavailable, match="too long"):
            list(connection.model.stream("hi"))


@pytest.mark.parametrize("after", ["120", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_nobody_waits_long_for_a_busy_provider(connected: Connect, after: str) -> None:
    with serving([Fail(429, headers={"retry-after": after})]) as server:
        started = time.monotonic()
        with pytest.raises(ModelUnavailable, match="busy"), plain_failures(5):
            connected(server, model_retries=2).model.invoke("hi")
        assert time.monotonic() - started < 2
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "key_refused"), (403, "key_refused"), (404, "model_not_found"), (429, "model_busy"), (500, "model_error"),
     (400, "request_refused"), (502, "model_error"), (418, "model_error")],
)  # fmt: skip
def test_failures_in_plain_words_without_the_key(
    connected: Connect, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"error": {"message": "Incorrect API key provided: sk-SECRET123", "code": "x"}})
    with serving([Fail(status, body)]) as server, pytest.raises(CopilotError) as caught, plain_failures(5):
        connected(server).model.invoke("hi")
    assert caught.value.code == code
    assert caught.value.__cause__ is None
    assert "SECRET" not in str(caught.value) + repr(caught.value) + caplog.text


def test_a_context_that_is_too_long_is_named(connected: Connect) -> None:
    body = json.dumps({"error": {"message": "too long", "code": "context_length_exceeded"}})
    with serving([Fail(400, body)]) as server, pytest.raises(ModelUnavailable) as caught, plain_failures(5):
        connected(server).model.invoke("hi")
    assert caught.value.code == "context_too_long"


def test_a_budget_stops_the_next_attempt(connected: Connect, log: EgressLog) -> None:
    with serving([Fail(500)]) as server:
        connection = connected(server, Budget(attempts=2), model_retries=5)
        with pytest.raises(ModelUnavailable, match="may cost"):
            connection.model.invoke("hi")
        assert len(server.bodies) == 2
        assert log.entries()[-1].refused == "budget_spent"
        connection.gateway.meter.begin()
        with pytest.raises(ModelUnavailable):
            connection.model.invoke("hi")
        assert connection.gateway.meter.total.attempts == 4
        assert connection.gateway.meter.since_begin.attempts == 2
        assert connection.fresh().gateway.meter.total.attempts == 0


def test_usage_counts_failures_too() -> None:
    meter = UsageMeter(Budget(tokens=1_000))
    meter.attempt(400)
    meter.attempt(400)
    meter.failed()
    meter.attempt(100)
    meter.answered(30, 10)
    assert meter.total.as_dict() == {
        "calls": 2, "attempts": 3, "bytes_sent": 900, "input_tokens": 30, "output_tokens": 10, "estimated_tokens": 200,
    }  # fmt: skip
    meter.attempt(100)
    meter.answered(700, 60)
    with pytest.raises(ModelUnavailable):
        meter.attempt(1)
    meter.begin()
    meter.attempt(1)


def test_settings_do_not_show_the_key(connected: Connect) -> None:
    with serving([Say("ok")]) as server:
        assert "SECRET" not in repr(connected(server))


def test_no_test_can_reach_another_machine() -> None:
    with pytest.raises(OSError, match="may not connect"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
