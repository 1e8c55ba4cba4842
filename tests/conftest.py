"""Fixtures for all tests: an own data folder for each, the example data beside the project, no real model calls."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from copilot.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of example data beside the project; the test is skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the example data folder is not beside this checkout")
    return SHARED


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an own home and no model."""
    return Settings(home=tmp_path / "home")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine, so a real model call cannot happen."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests may not connect to {host!r}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in ("COPILOT_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "COPILOT_HOME", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
