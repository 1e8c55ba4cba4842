"""A stand-in for a language model: an OpenAI-compatible HTTP server on loopback that follows a script."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Say:
    """Answer with text, streamed in pieces when a stream is asked for."""

    text: str | None
    finish: str | None = "stop"
    usage: bool = True
    pause: float = 0.0
    piece: int = 7


@dataclass
class Call:
    """Answer with tool calls; `raw` replaces the arguments by text as it is."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    raw: str | None = None
    times: int = 1
    text: str = ""


@dataclass
class Fail:
    """Answer with an HTTP status and a body, or not at all."""

    status: int = 500
    body: str = '{"error": {"message": "boom sk-SECRET123"}}'
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    content_type: str = "application/json"


@dataclass
class Drop:
    """Begin a stream, then close the connection: `clean` ends it properly but without a finish reason."""

    text: str
    clean: bool = False
    garbage: bool = False


Reply = Say | Call | Fail | Drop
Script = Callable[[dict[str, Any]], Reply] | list[Reply]


class ModelServer:
    """Serves a script; `bodies` are the request bodies as received, `headers` their headers."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    def next(self, payload: dict[str, Any]) -> Reply:
        if callable(self.script):
            return self.script(payload)
        return self.script[min(len(self.bodies), len(self.script)) - 1]

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def close(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@contextmanager
def serving(script: Script) -> Iterator[ModelServer]:
    server = ModelServer(script)
    try:
        yield server
    finally:
        server.close()


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            server.bodies.append(body)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            payload = json.loads(body)
            reply = server.next(payload)
            if isinstance(reply, Fail):
                self._fail(reply)
            elif isinstance(reply, Drop):
                self._drop(reply)
            elif payload.get("stream"):
                self._stream(reply)
            else:
                self._whole(reply)

        def do_GET(self) -> None:
            server.bodies.append(b"GET")
            self._send(200, b"{}", "application/json", {})

        def log_message(self, *args: object) -> None:
            pass

        def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "content-type": kind, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _fail(self, reply: Fail) -> None:
            if reply.hang:
                server.wait(reply.hang)
                self.close_connection = True
                return
            self._send(reply.status, reply.body.encode(), reply.content_type, reply.headers)

        def _begin_stream(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True

        def _event(self, data: str) -> None:
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()

        def _stream(self, reply: Say | Call) -> None:
            self._begin_stream()
            try:
                for chunk in _chunks(reply):
                    self._event(json.dumps(chunk))
                    if isinstance(reply, Say) and reply.pause:
                        time.sleep(reply.pause)
                self._event("[DONE]")
            except (BrokenPipeError, ConnectionResetError):
                pass

        def _drop(self, reply: Drop) -> None:
            self._begin_stream()
            for piece in _pieces(reply.text):
                self._event(json.dumps(_chunk({"role": "assistant", "content": piece})))
            if reply.garbage:
                self._event("{not json")
            elif reply.clean:
                self._event("[DONE]")

        def _whole(self, reply: Say | Call) -> None:
            message: dict[str, Any] = {"role": "assistant", "content": reply.text}
            finish: str | None = "tool_calls"
            if isinstance(reply, Call):
                message["tool_calls"] = [_tool_call(reply, number) for number in range(reply.times)]
            else:
                finish = reply.finish
            whole = {
                "id": "c1",
                "object": "chat.completion",
                "created": 1,
                "model": "stand-in",
                "choices": [{"index": 0, "message": message, "finish_reason": finish}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
            }
            self._send(200, json.dumps(whole).encode(), "application/json", {})

    return Handler


def _chunks(reply: Say | Call) -> Iterator[dict[str, Any]]:
    if isinstance(reply, Call):
        yield _chunk({"role": "assistant", "content": reply.text})
        for number in range(reply.times):
            yield _chunk({"tool_calls": [{"index": number, **_tool_call(reply, number)}]})
        yield _chunk({}, "tool_calls")
    else:
        for piece in _pieces(reply.text or "", reply.piece):
            yield _chunk({"role": "assistant", "content": piece})
        if reply.finish is not None:
            yield _chunk({}, reply.finish)
    if isinstance(reply, Call) or reply.usage:
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        yield {**_chunk({}), "choices": [], "usage": usage}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stand-in", "choices": [choice]}


def _tool_call(reply: Call, number: int) -> dict[str, Any]:
    arguments = reply.raw if reply.raw is not None else json.dumps(reply.arguments)
    call_id = f"call_{number}_{abs(hash(arguments)) % 10**6}"
    return {"id": call_id, "type": "function", "function": {"name": reply.name, "arguments": arguments}}


def _pieces(text: str, size: int = 7) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
