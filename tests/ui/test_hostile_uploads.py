"""Hostile files dropped on the data page: told in words, copies deleted, and the app goes on answering."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cmo_copilot.ui.pages.data import DataPage
from copilot.app import Copilot
from copilot.settings import Settings
from evals.workbooks import Sheet, xlsx, zipped

pytestmark = pytest.mark.slow
NAMES = "order id,order date,customer id,product,quantity,unit price\n"


def rows(first: int, count: int) -> str:
    return "".join(f"{n},2024-0{1 + n % 9}-0{1 + n % 9},c{n % 11},Tea,1,10.00\n" for n in range(first, first + count))


def test_two_hostile_files_and_then_a_question(settings: Settings, tmp_path: Path) -> None:
    copilot = Copilot.open(settings=settings)
    page = DataPage(SimpleNamespace(copilot=copilot, html=lambda current: ""))  # type: ignore[arg-type]
    good = tmp_path / "orders.csv"
    good.write_text(NAMES + rows(0, 60), encoding="utf-8")
    far = tmp_path / "far.xlsx"
    cell = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    far.write_bytes(xlsx(Sheet("S", [["a", "b"], [1, 2]], extra=cell)))
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as stream:
        for _ in range(20):
            stream.write(bytes(4 * 1024**2))
    shown: list[Any] = list(page.dropped([str(path) for path in (good, far, bomb)], {}, ""))
    text = shown[-1][1]
    assert "60" in text
    assert "far beyond any table" in text
    assert "200 times its size" in text
    assert "Traceback" not in text
    assert not [path for path in (good, far, bomb) if path.exists()]
    assert [source.file for source in copilot.uploads()] == ["orders.csv"]
    answer = copilot.ask("How many orders do we have?")
    assert "60" in answer.text
    copilot.workspace.close()


def test_each_open_question_of_an_archive_can_be_answered(settings: Settings, tmp_path: Path) -> None:
    """The file stays until the last question is answered, also where a later file in it asks nothing."""
    copilot = Copilot.open(settings=settings)
    page = DataPage(SimpleNamespace(copilot=copilot, html=lambda current: ""))  # type: ignore[arg-type]
    asks = "order date,order id,customer id,amount\n" + "".join(
        f"0{1 + n % 8}/0{1 + n % 3}/2025,q{n},c{n % 4},{n + 1}.50\n" for n in range(24)
    )
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"a.csv": asks.encode(), "b.csv": (NAMES + rows(0, 20)).encode()}))
    shown: list[Any] = list(page.dropped([str(path)], {}, ""))
    waiting = shown[-1][4]
    assert path.exists()
    (token,) = waiting
    assert token in shown[-1][1]
    assert [source.file for source in copilot.uploads()] == ["all.zip / b.csv"]
    (question,) = [code for code in ("date_order",) if code in shown[-1][1]]
    event = SimpleNamespace(arg=f"{token}|{question}|day first")
    page.answered(waiting, "", event)  # type: ignore[arg-type]
    assert sorted(source.file for source in copilot.uploads()) == ["all.zip / a.csv", "all.zip / b.csv"]
    assert not path.exists()
    copilot.workspace.close()
