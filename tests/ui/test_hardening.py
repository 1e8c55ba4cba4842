"""The served app: closed to other sites, serves no files, publishes no interface, keeps uploads private."""

from __future__ import annotations

import json
import stat
import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest

from cmo_copilot.ui.guard import HEADERS
from cmo_copilot.ui.server import Address, bind, run
from copilot.errors import UsageProblem
from copilot.settings import Settings

from .conftest import Server

pytestmark = pytest.mark.slow


def asked(
    server: Server, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(server.url + path, data=body, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, {k.lower(): v for k, v in refusal.headers.items()}, refusal.read()


def upload(server: Server, name: str, content: bytes) -> tuple[int, str]:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--x--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=x", "origin": server.url}
    status, _, answer = asked(server, "/gradio_api/upload", body=body, headers=headers)
    return status, json.loads(answer)[0] if status == 200 else ""


def test_the_page_is_served_with_security_headers(server: Server) -> None:
    status, headers, body = asked(server, "/")
    assert status == 200
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert b"/copilot/style.css" in body
    assert asked(server, "/copilot/style.css")[0] == 200
    assert asked(server, "/copilot/plotly.min.js")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../etc/passwd",
        "/gradio_api/file=https://127.0.0.1:1/x",
        "/gradio_api/proxy=https://127.0.0.1:1/x",
        "/copilot/../settings.py",
        "/docs",
        "/redoc",
        "/openapi.json",
        "/gradio_api/openapi.json",
        "/monitoring",
        "/gradio_api/mcp/",
    ],
)
def test_nothing_else_is_served(server: Server, path: str) -> None:
    assert asked(server, path)[0] in (400, 403, 404, 405)


def test_the_workspace_is_not_served(server: Server) -> None:
    for path in (server.home / "shops").rglob("*"):
        if path.is_file():
            assert asked(server, f"/gradio_api/file={path}")[0] in (403, 404), path


def test_no_event_is_published(server: Server) -> None:
    info = json.loads(asked(server, "/gradio_api/info")[2])
    assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_other_sites_and_other_names_get_nothing(server: Server) -> None:
    assert asked(server, "/", headers={"host": "evil.example"})[0] == 403
    refused = asked(server, "/gradio_api/queue/join", body=b"{}", headers={"origin": "https://evil.example"})
    assert refused[0] == 403


def test_uploads_land_in_a_private_folder_of_the_workspace(server: Server) -> None:
    status, path = upload(server, "orders.csv", b"a,b\n1,2\n")
    assert status == 200
    incoming = server.home / "shops" / "default" / "incoming"
    assert path.startswith(str(incoming))
    assert stat.S_IMODE(incoming.stat().st_mode) == 0o700


def test_an_uploaded_page_is_never_shown_as_one(server: Server) -> None:
    _, path = upload(server, "x.html", b"<script>alert(1)</script>")
    status, headers, _ = asked(server, f"/gradio_api/file={path}")
    assert status in (403, 404) or headers["content-disposition"].startswith("attachment")


def test_other_machines_cannot_be_served_without_a_login(settings: Settings) -> None:
    with pytest.raises(UsageProblem, match="no login"):
        run(Address("0.0.0.0", 0), settings, "default")


def test_a_port_in_use_is_said() -> None:
    taken = bind("127.0.0.1", 0)
    taken.listen()
    with pytest.raises(UsageProblem, match="in use"):
        bind("127.0.0.1", taken.getsockname()[1])
    taken.close()
