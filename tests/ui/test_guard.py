"""The guard before the app: foreign hosts and origins are refused, headers are set, nothing is fetched for anyone."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from cmo_copilot.ui.guard import HEADERS, Guard

HOST = "http://127.0.0.1:7860"


@pytest.fixture
def client() -> TestClient:
    def answer(_: object) -> PlainTextResponse:
        return PlainTextResponse("reached")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    app.add_middleware(Guard)
    return TestClient(app, base_url=HOST)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_own_hosts_are_served_with_headers(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", ""])
def test_foreign_hosts_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "file://"])
def test_foreign_origins_are_refused(client: TestClient, origin: str) -> None:
    assert client.post("/gradio_api/call/go", headers={"origin": origin}).status_code == 403
    assert client.get("/config", headers={"origin": origin}).status_code == 403


def test_own_origin_is_served(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", headers={"origin": HOST}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_posts_that_a_browser_calls_foreign_are_refused(client: TestClient, site: str) -> None:
    assert client.post("/gradio_api/upload", headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://evil.example/x",
        "/gradio_api/file=HTTP://evil.example/x",
        "/gradio_api/file=%68ttp://evil.example/x",
        "/gradio_api/file%3Dhttps%3A//evil.example/x",
        "/gradio_api/file=%2568ttps://evil.example/x",
        "/gradio_api/proxy=https://evil.example",
    ],
)
def test_nothing_is_fetched_for_a_visitor(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
