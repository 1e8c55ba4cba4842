"""A person who asks to be deleted is gone from every file of the workspace, and no later upload brings them back."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from copilot.__main__ import main
from copilot.app import Copilot
from copilot.errors import CannotAnswer, UnknownName, UsageProblem
from copilot.forgetting import forget_person
from copilot.llm.egress import EgressLog
from copilot.settings import Settings
from copilot.statistics.query import Query, run_query

EMAIL = "Wanda.Quill@example.com"
TRACES = ("wanda", "quill", "555 0134 99", "555013499", "kettle sings every morning")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Nine orders of three customers (three are Wanda's), and reviews of which one is hers and one names her."""
    orders = tmp_path / "orders.csv"
    people = [(EMAIL, "Wanda Quill", "555 0134 99"), ("bo@example.com", "Bo Low", ""), ("cy@example.com", "Cy Nu", "")]
    with orders.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Order ID", "Order date", "Email", "Customer name", "Phone", "City", "Product", "Quantity",
                         "Unit price"])  # fmt: skip
        for n in range(9):
            email, name, phone = people[n % 3]
            writer.writerow([f"A-{n}", f"2025-0{1 + n // 3}-1{n}", email, name, phone, "Ghent", "Kettle", 1, 10 + n])
    reviews = tmp_path / "reviews.csv"
    with reviews.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["review_id", "email", "rating", "body", "created_at"])
        writer.writerow(["r1", EMAIL, 5, "The kettle sings every morning", "2025-02-01"])
        writer.writerow(["r2", "bo@example.com", 4, "Wanda Quill told me about it, fine tea", "2025-02-02"])
    return [orders, reviews]


def _traces(folder: Path) -> set[tuple[str, str]]:
    """What names the person in the files of a workspace, unpacked, each with its file."""
    found = set()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        texts = [file.read_bytes().decode("utf-8", "ignore")]
        if file.suffix == ".parquet":
            texts.append(str(pq.read_table(file).to_pylist()))
        whole = "\n".join(texts).lower()
        found |= {(trace, file.name) for trace in TRACES if trace in whole}
    return found


def _totals(copilot: Copilot) -> dict[str, float | None]:
    (row,) = run_query(copilot.workspace.tables(), Query(metrics=("net_sales", "orders", "customers"))).values
    return {figure.name: figure.value for figure in row}


def _egress(copilot: Copilot, body: str) -> EgressLog:
    log = EgressLog(copilot.workspace.folder("chat") / "egress.sqlite")
    log.leaving("localhost", "/v1/chat/completions", body.encode())
    return log


def test_nothing_of_the_person_is_left_and_totals_stay(settings: Settings, files: list[Path]) -> None:
    with Copilot.open("shop", settings) as copilot:
        copilot.add(*files)
        before = _totals(copilot)
        copilot.ask(f"who is {EMAIL.lower()}?")
        kept = copilot.ask("net sales by month").conversation
        copilot.workspace.folder("exports").joinpath("list.md").write_text(f"- {EMAIL}\n", encoding="utf-8")
        _egress(copilot, 'a review says: "The kettle sings every morning"').close()
        _egress(copilot, "nothing about anybody").close()
        assert {trace for trace, _ in _traces(copilot.workspace.path)} == set(TRACES)

        erased = forget_person(copilot, EMAIL)

        assert _traces(copilot.workspace.path) == set()
        assert erased.orders == 3
        assert erased.files == ("orders.csv", "reviews.csv")
        assert (erased.conversations, erased.requests, erased.exports) == (1, 1, 1)
        assert [one.id for one in copilot.conversations()] == [kept]
        assert [entry.body is None for entry in copilot.egress()] == [True, False]
        assert _totals(copilot) == before | {"customers": 2}


def test_a_later_upload_does_not_bring_them_back(settings: Settings, files: list[Path], tmp_path: Path) -> None:
    with Copilot.open("shop", settings) as copilot:
        copilot.add(*files)
        forget_person(copilot, EMAIL.upper())
        more = tmp_path / "more.csv"
        more.write_text(
            files[0].read_text(encoding="utf-8") + f"A-9,2025-04-01,{EMAIL},Wanda Quill,,Ghent,Kettle,1,5\n"
        )
        copilot.add(more)
        assert _traces(copilot.workspace.path) == set()
        found = _totals(copilot)
        assert (found["customers"], found["orders"]) == (2, 10)


@pytest.mark.parametrize("who", ["555 0134 99", "+55 501 3499", "#1001"])
def test_the_person_is_found_by_phone_or_screen_number(settings: Settings, files: list[Path], who: str) -> None:
    with Copilot.open("shop", settings) as copilot:
        copilot.add(*files)
        if who.startswith("+"):  # another number
            with pytest.raises(UnknownName):
                forget_person(copilot, who + "77")
            return
        assert forget_person(copilot, who).orders == 3


def test_a_name_is_refused_and_a_stranger_is_unknown(settings: Settings, files: list[Path]) -> None:
    with Copilot.open("shop", settings) as copilot:
        copilot.add(*files)
        with pytest.raises(UsageProblem, match="e-mail address"):
            forget_person(copilot, "Wanda Quill")
        with pytest.raises(UnknownName):
            forget_person(copilot, "nobody@example.com")
        assert _totals(copilot)["customers"] == 3


def test_a_correction_that_needs_the_raw_file_says_what_to_do(settings: Settings, files: list[Path]) -> None:
    with Copilot.open("shop", settings) as copilot:
        copilot.add(*files)
        forget_person(copilot, EMAIL)
        with pytest.raises(CannotAnswer, match="Delete the upload and add the file again"):
            copilot.correct("amounts are in cents")


def test_command_line_forgets_and_deletes_a_workspace(
    settings: Settings, files: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_HOME", str(settings.home))
    assert main(["add", *map(str, files)]) == 0
    assert main(["forget", EMAIL]) == 0
    assert "3 orders stay in the totals, without a customer" in capsys.readouterr().out
    assert main(["delete", "workspace", "another"]) != 0
    assert (settings.home / "default").exists()
    assert main(["delete", "workspace", "default"]) == 0
    assert not (settings.home / "default").exists()
