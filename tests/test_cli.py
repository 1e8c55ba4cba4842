"""The command line keeps its contract: one JSON document, exit codes, light start, one wheel with everything in it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from copilot.__main__ import main
from copilot.evidence.gate import citations

ROOT = Path(__file__).resolve().parents[1]

ORDERS = """Name,Email,Financial Status,Created at,Currency,Total,Lineitem quantity,Lineitem name,Lineitem price
#1,ann@example.com,paid,2024-01-05 10:00:00 +0000,EUR,20.00,2,Green tea,10.00
#2,bob@example.com,paid,2024-02-05 10:00:00 +0000,EUR,15.00,1,Black tea,15.00
#3,ann@example.com,paid,2024-03-05 10:00:00 +0000,EUR,30.00,3,Green tea,10.00
#4,,paid,2024-03-06 10:00:00 +0000,EUR,5.00,1,Tin,5.00
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path / "home"))
    file = tmp_path / "orders_export.csv"
    file.write_text(ORDERS, encoding="utf-8")
    return tmp_path


def test_add_then_ask_gives_ranked_pseudonymous_customers(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(home / "orders_export.csv"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["uploads"][0]
    assert (report["role"], report["rows"], report["kept"], report["set_aside"]) == ("orders", 4, 4, 0)

    assert main(["ask", "who are my best customers?", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    ids = {item["id"] for part in ("figures", "passages", "quotes", "statements") for item in answer[part]}
    assert set(citations(answer["text"])) <= ids
    ranked = next(table for table in answer["tables"] if table["personal"])
    assert [row["value"] for row in ranked["rows"]] == [50.0]
    assert "ann@" not in json.dumps(answer)
    assert "@example" not in json.dumps(answer)
    assert answer["calls"][0]["tool"] == "best_customers"
    assert answer["engine"] == "built-in engine"


def test_the_same_file_twice_adds_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", str(home / "orders_export.csv")])
    capsys.readouterr()
    assert main(["add", str(home / "orders_export.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["uploads"][0]["already_there"]
    assert main(["uploads", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["uploads"]) == 1


def test_batch_replays_earlier_turns(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", str(home / "orders_export.csv")])
    lines = [
        {"id": "a", "text": "net sales"},
        {"id": "b", "text": "and in February 2024?", "previous": ["net sales"]},
        {"id": "c", "text": ""},
    ]
    batch = home / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    capsys.readouterr()
    assert main(["ask", "--batch", str(batch)]) == 0
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["figures"][0]["value"] == 70.0
    assert second["figures"][0]["value"] == 15.0
    assert third["problems"]
    assert all("seconds" in one for one in (first, second, third))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("header.csv", b"Name,Email,Financial Status,Created at,Total,Lineitem name\n", "no rows"),
        ("invoice.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
        ("nodate.csv", b"order_id,customer_id,amount\n1,a,10\n2,b,20\n3,a,5\n", "date"),
    ],
)
def test_unusable_files_are_refused_in_plain_words(
    home: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, says: str
) -> None:
    main(["add", str(home / "orders_export.csv")])
    (home / name).write_bytes(content)
    capsys.readouterr()
    assert main(["add", str(home / name)]) == 3
    said = "".join(capsys.readouterr())
    assert says.lower() in said.lower()
    assert "Traceback" not in said
    main(["uploads", "--json"])
    assert len(json.loads(capsys.readouterr().out)["uploads"]) == 1


def test_wrong_usage_is_two_and_unknown_is_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask"]) == 2
    assert main(["add"]) == 2
    assert main(["export", "icp-99"]) == 1
    with pytest.raises(SystemExit) as wrong:
        main(["frobnicate"])
    assert wrong.value.code == 2
    assert "icp-99" in capsys.readouterr().err


def test_a_bad_setting_names_its_variable(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_MODEL_TIMEOUT", "soon")
    assert main(["uploads"]) == 2
    assert "COPILOT_MODEL_TIMEOUT" in capsys.readouterr().err


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys; from copilot.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'gradio', 'langchain', 'chromadb', 'pandas', 'ibis', 'scipy', 'openai'} & set(sys.modules)\n"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_adding_data_needs_no_agent_library(home: Path) -> None:
    code = (
        "import sys; from copilot.__main__ import main\n"
        f"assert main(['add', {str(home / 'orders_export.csv')!r}]) == 0\n"
        "heavy = {'gradio', 'langchain', 'chromadb', 'openai', 'scipy'} & set(sys.modules)\n"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_content_and_no_generic_names(tmp_path: Path) -> None:
    source = tmp_path / "source"
    kept = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if kept.returncode:
        pytest.skip("not a git checkout")
    for name in kept.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"copilot", "cmo_copilot"}
    for wanted in (
        "cmo_copilot/prompts/agent.md",
        "cmo_copilot/ui/style.css",
        "cmo_copilot/ui/pages/chat.py",
        "copilot/data/sample/__init__.py",
        "copilot/drafts/export/markdown.py",
    ):
        assert wanted in names, wanted
    missing = [
        path
        for path in kept.stdout.splitlines()
        if path.endswith(".py") and path.startswith(("copilot/", "ui/", "evals/"))
        if (path if path.startswith("copilot/") else f"cmo_copilot/{path}") not in names
    ]
    assert not missing
    assert sum(name.startswith("cmo_copilot/knowledge/A") for name in names) >= 18
