"""Workspaces over the example datasets, made once for all tests of this folder, and small helpers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.data.report import IntakeReport
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace


class Loaded:
    """A workspace with the reports of what was added, and the single row of an aggregate."""

    def __init__(self, workspace: Workspace, reports: list[IntakeReport]) -> None:
        self.workspace = workspace
        self.reports = reports

    @property
    def report(self) -> IntakeReport:
        return self.reports[0]

    @property
    def tables(self) -> Tables:
        return self.workspace.tables()

    def problems(self) -> dict[str, int]:
        return {problem.code: problem.count for problem in self.report.problems}

    def one(self, expression: Any) -> dict[str, Any]:
        return expression.to_pyarrow().to_pylist()[0]


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Loaded]]:
    """`load(path, ...)` adds files to a fresh workspace."""
    opened: list[Workspace] = []

    def make(*paths: Path, answers: dict[str, str] | None = None) -> Loaded:
        workspace = Workspace.open(tmp_path_factory.mktemp("home"))
        opened.append(workspace)
        return Loaded(workspace, workspace.add(paths, answers=answers))

    yield make
    for workspace in opened:
        workspace.close()


@pytest.fixture(scope="session")
def truth(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "data" / "ground_truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def online_retail(shared: Path, load: Callable[..., Loaded]) -> Loaded:
    return load(shared / "data" / "online_retail" / "online_retail.parquet")


@pytest.fixture(scope="session")
def shopify(shared: Path, load: Callable[..., Loaded]) -> Loaded:
    folder = shared / "data" / "shopify_from_online_retail"
    return load(folder / "orders_export.csv", folder / "customers_export.csv")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "home")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write("name.csv", "text")` or bytes; gives the path."""

    def make(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make
