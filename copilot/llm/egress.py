"""The one gateway through which anything leaves for a language model, and the log of every byte that left."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx2

from copilot.errors import CopilotError, ModelUnavailable
from copilot.llm.address import allowed_addresses
from copilot.llm.contact import ContactGuard
from copilot.llm.usage import UsageMeter

_STAYS: Final = """CREATE TRIGGER IF NOT EXISTS requests_stay BEFORE UPDATE ON requests
    BEGIN SELECT RAISE(ABORT, 'the egress log is append-only'); END;"""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, host TEXT NOT NULL, path TEXT NOT NULL,
    bytes INTEGER NOT NULL, body BLOB, refused TEXT
);
CREATE TABLE IF NOT EXISTS outcomes (request INTEGER NOT NULL REFERENCES requests(id), outcome TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS requests_remain BEFORE DELETE ON requests
    BEGIN SELECT RAISE(ABORT, 'the egress log is append-only'); END;
"""
_LARGEST_ANSWER: Final = 16 * 1024 * 1024
_LONGEST_WAIT: Final = 10.0
# the client library adds details of the machine to the rest
_TOLD_HEADERS: Final = frozenset({"host", "authorization", "content-type", "content-length", "accept", "connection"})


@dataclass(frozen=True)
class EgressEntry:
    """One request: when (UTC), to which host and path, its size in bytes, and the body byte for byte.

    A refused request never left; its body is not kept, `refused` says why. `outcome` is the HTTP status or what
    went wrong, None while unknown.
    """

    id: int
    at: datetime
    host: str
    path: str
    size: int
    body: bytes | None
    refused: str | None
    outcome: str | None


class EgressLog:
    """Append-only SQLite log. A request is on disk before its first byte leaves."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5.0)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA + _STAYS)
        path.chmod(0o600)

    def leaving(self, host: str, path: str, body: bytes) -> int:
        """Write down a request that is about to leave; gives its number."""
        return self._insert(host, path, body, None, len(body))

    def refused(self, host: str, path: str, size: int, why: str) -> None:
        """Write down that a request was held back, without its body."""
        self._insert(host, path, None, why, size)

    def outcome(self, request: int, outcome: str) -> None:
        """Add what became of a request."""
        with self._lock:
            self._connection.execute("INSERT INTO outcomes VALUES (?, ?)", (request, outcome))

    def entries(self) -> list[EgressEntry]:
        """All requests, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, at, host, path, bytes, body, refused,"
                " (SELECT outcome FROM outcomes WHERE request = requests.id ORDER BY rowid DESC LIMIT 1)"
                " FROM requests ORDER BY id"
            ).fetchall()
        return [EgressEntry(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows]

    def blank(self, names: Callable[[str], bool]) -> int:
        """Overwrite the bodies of requests that name a forgotten person; that they left stays written down.

        The one change this log ever sees. Gives the number of requests.
        """
        with self._lock:
            rows = self._connection.execute("SELECT id, body FROM requests WHERE body IS NOT NULL").fetchall()
            named = [(row[0],) for row in rows if names(bytes(row[1]).decode("utf-8", "replace"))]
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DROP TRIGGER requests_stay")
            self._connection.executemany("UPDATE requests SET body = NULL WHERE id = ?", named)
            self._connection.execute(_STAYS)
            self._connection.execute("COMMIT")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(named)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _insert(self, host: str, path: str, body: bytes | None, refused: str | None, size: int) -> int:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            cursor = self._connection.execute(
                "INSERT INTO requests (at, host, path, bytes, body, refused) VALUES (?, ?, ?, ?, ?, ?)",
                (at, host, path, size, body, refused),
            )
        return int(cursor.lastrowid or 0)


@dataclass
class Gateway:
    """What may leave, where to, and until when. One for each connection to a model.

    `host` is the only host:port spoken to. `may_send` is asked before every request (the "send nothing" switch).
    `deadline` is a time of `time.monotonic()` after which nothing is sent or waited for.
    """

    host: str
    log: EgressLog
    guard: ContactGuard = field(default_factory=ContactGuard)
    meter: UsageMeter = field(default_factory=UsageMeter)
    may_send: Callable[[], bool] = lambda: True
    deadline: float | None = None

    def admit(self, request: httpx2.Request) -> int:
        """Check a request and log it; gives the number of the log entry, or raises ModelUnavailable."""
        path, body = request.url.path, request.read()
        try:
            self._check(request, body)
            self.meter.attempt(len(body))
        except CopilotError as refusal:
            self.log.refused(_host(request.url), path, len(body), refusal.code)
            raise
        return self.log.leaving(_host(request.url), path, body)

    def remaining(self) -> float | None:
        """Seconds left, None without a deadline; raises ModelUnavailable when none are left."""
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ModelUnavailable("The model took too long.", "Try again or set COPILOT_TURN_TIMEOUT higher.")
        return left

    def _check(self, request: httpx2.Request, body: bytes) -> None:
        if not self.may_send():
            raise ModelUnavailable(
                "Nothing may be sent: sending is switched off.", "Unset COPILOT_SEND_NOTHING.", code="sending_off"
            )
        if _host(request.url) != self.host:
            raise ModelUnavailable("A request to another address than the model's was held back.", code="blocked")
        self.remaining()
        try:
            payload = json.loads(body) if body else None
        except ValueError as error:
            raise ModelUnavailable("A request that cannot be checked was held back.", code="blocked") from error
        kinds = sorted({contact.kind for text in _strings(payload) for contact in self.guard.find(text)})
        if kinds:
            raise ModelUnavailable(
                f"A request to the model was held back: it contained contact data ({', '.join(kinds)}).",
                "Nothing was sent. Ask again without personal data.",
                code="contact_data_held_back",
            )


class GatewayTransport(httpx2.BaseTransport):
    """Lets a request through only after its Gateway admitted and logged it; connects to the checked address."""

    def __init__(self, gateway: Gateway, pool: httpx2.HTTPTransport) -> None:
        """`pool` holds the network connections; whoever made it closes it."""
        self._gateway = gateway
        self._inner = pool

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Admit, send and watch one request. Redirects are never followed: the client above is told not to."""
        entry = self._gateway.admit(request)
        try:
            response = self._send(request)
        except (httpx2.TransportError, CopilotError) as error:
            self._gateway.log.outcome(entry, type(error).__name__)
            raise
        self._gateway.log.outcome(entry, str(response.status_code))
        if _asks_for_long_wait(response):
            response.headers["x-should-retry"] = "false"
        return httpx2.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_Watched(response.stream, self._gateway),
            extensions=response.extensions,
        )

    def _send(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        left = self._gateway.remaining()
        timeouts = request.extensions.get("timeout", {})
        if left is not None:
            timeouts = {name: min(left, value) if value else left for name, value in timeouts.items()}
        extensions = {**request.extensions, "timeout": timeouts, "sni_hostname": url.host}
        headers = [(name, value) for name, value in request.headers.multi_items() if name.lower() in _TOLD_HEADERS]
        headers.append(("accept-encoding", "identity"))  # what arrives is what is counted against the size limit
        failure: httpx2.ConnectError | None = None
        for address in allowed_addresses(url.scheme, url.host, port):
            pinned = httpx2.Request(
                request.method,
                url.copy_with(host=address),
                headers=headers,
                content=request.read(),
                extensions=extensions,
            )
            try:
                return self._inner.handle_request(pinned)
            except httpx2.ConnectError as error:
                failure = error
        raise failure or httpx2.ConnectError("no address")


class RefusingTransport(httpx2.AsyncBaseTransport):
    """For the asynchronous side of a client, which this product does not use: nothing can slip past the Gateway."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Refuse."""
        del request
        raise ModelUnavailable("Asynchronous requests to a model are not allowed here.", code="blocked")


class _Watched(httpx2.SyncByteStream):
    """A response body that ends with an error when it grows too large or takes past the deadline."""

    def __init__(self, stream: object, gateway: Gateway) -> None:
        if not isinstance(stream, httpx2.SyncByteStream):
            raise TypeError("a synchronous response is needed")
        self._stream = stream
        self._gateway = gateway

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            self._gateway.remaining()
            if size > _LARGEST_ANSWER:
                raise ModelUnavailable("The model sent far more than an answer can be.", code="answer_too_large")
            yield part

    def close(self) -> None:
        self._stream.close()


def host_of(url: str) -> str:
    """`host:port` as the gateway compares and logs it."""
    return _host(httpx2.URL(url))


def _host(url: httpx2.URL) -> str:
    return f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def _asks_for_long_wait(response: httpx2.Response) -> bool:
    """Whether a retry would mean waiting longer than a person waits; then the built-in engine answers at once."""
    try:
        return float(response.headers.get("retry-after", "0")) > _LONGEST_WAIT
    except ValueError:
        return True


def _strings(payload: object) -> Iterator[str]:
    if isinstance(payload, str):
        yield payload
        if payload.lstrip().startswith(("{", "[")):  # arguments of tool calls are JSON within JSON
            with contextlib.suppress(ValueError):
                yield from _strings(json.loads(payload))
    elif isinstance(payload, dict):
        for key, value in payload.items():
            yield str(key)
            yield from _strings(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _strings(value)
