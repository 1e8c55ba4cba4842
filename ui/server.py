"""Serves the app: guard and assets around Gradio, one address, heavy libraries loaded in the background."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from copilot.app import Copilot
from copilot.errors import UsageProblem
from copilot.settings import Settings

from .guard import LOOPBACK, Guard
from .shell import build
from .warmup import warm_up

_FIRST_PORT: Final = 7860
_PORTS_TRIED: Final = 40
_GOODBYE: Final = 3  # seconds
_WARM_UP_AFTER: Final = 0.5  # seconds
_HERE: Final = Path(__file__).parent
_CACHED: Final = {"cache-control": "no-cache"}


@dataclass(frozen=True)
class Address:
    """Where to serve. `port` None: 7860 or the next free one."""

    host: str = "127.0.0.1"
    port: int | None = None
    open_browser: bool = False


def run(address: Address, settings: Settings, workspace: str) -> None:
    """Open the workspace and serve it until interrupted."""
    if address.host not in LOOPBACK:
        raise UsageProblem(
            f"{address.host} can be reached by other machines, and this app has no login.",
            "Serve it on 127.0.0.1, and put a proxy with a login before it if others shall use it.",
        )
    listener = bind(address.host, address.port)
    url = f"http://{address.host}:{listener.getsockname()[1]}"
    copilot = Copilot.open(workspace, settings)
    try:
        app = web_app(copilot, settings)
        sys.stdout.write(f"CMO copilot is at {url}  (Ctrl+C stops it)\n")
        sys.stdout.flush()
        if address.open_browser:
            threading.Timer(1.0, webbrowser.open, [url]).start()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=_GOODBYE,  # open pages keep a connection; they do not hold up the end
        )
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        listener.close()
        copilot.close()


def bind(host: str, port: int | None) -> socket.socket:
    """A socket bound to the asked port, or to the first free one from 7860 on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in [port] if port is not None else range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
        except OSError:
            listener.close()
            continue
        return listener
    tried = port if port is not None else f"{_FIRST_PORT} to {_FIRST_PORT + _PORTS_TRIED - 1}"
    raise UsageProblem(f"Port {tried} is in use.", "Stop what runs there, or choose another with --port.")


def web_app(copilot: Copilot, settings: Settings) -> FastAPI:
    """The complete web application: guard, own assets, Gradio."""
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, routes=[*_assets()], lifespan=lambda _: _warming_up(copilot)
    )
    gr.mount_gradio_app(
        app,
        build(copilot),
        path="/",
        server_name="127.0.0.1",
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        allowed_paths=[],
        show_error=False,
        max_file_size=settings.max_upload_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        favicon_path=str(_HERE / "icon.svg"),
        head='<link rel="stylesheet" href="/copilot/style.css">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
    )
    app.add_middleware(Guard)
    return app


def _assets() -> list[Route]:
    """The style sheet and the chart library, both from files of this installation."""
    plotly = find_spec("plotly")
    folder = Path(next(iter(plotly.submodule_search_locations or ()))) if plotly else _HERE
    return [
        _file("/copilot/style.css", _HERE / "style.css", "text/css"),
        _file("/copilot/plotly.min.js", folder / "package_data" / "plotly.min.js", "text/javascript"),
    ]


def _file(url: str, path: Path, kind: str) -> Route:
    async def answer(_: object) -> Response:
        return FileResponse(path, media_type=kind, headers=_CACHED)

    return Route(url, answer)


@contextlib.asynccontextmanager
async def _warming_up(copilot: Copilot) -> AsyncIterator[None]:
    """Load the heavy libraries once the server has begun to answer."""
    timer = threading.Timer(_WARM_UP_AFTER, warm_up, [copilot])
    timer.daemon = True
    timer.start()
    yield
    timer.cancel()
