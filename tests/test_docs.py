"""Documents that cannot drift: every module has its sentence, every setting and command is documented."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.cli import COMMANDS
from copilot.data.tables import SCHEMAS
from copilot.data.warehouse import NEEDED
from copilot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def modules() -> list[str]:
    rooms = ("copilot", "ui", "evals")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py"]
    return sorted(str(path.relative_to(ROOT)) for path in files)


def test_architecture_names_every_module_in_one_sentence() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    missing = [name for name in modules() if not re.search(rf"^\| `{re.escape(name)}` \| .{{20,}} \|$", text, re.M)]
    named = re.findall(r"^\| `((?:copilot|ui|evals)/[\w/]+\.py)` \|", text, re.M)
    gone = [name for name in named if not (ROOT / name).exists()]
    assert not missing, f"not in ARCHITECTURE.md: {missing}"
    assert not gone, f"in ARCHITECTURE.md but not there: {gone}"


def test_readme_names_every_setting() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [str(extra["env"]) for extra in Settings.declared().values() if f"`{extra['env']}`" not in text]
    assert not missing


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
def test_document_is_there(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 300


def test_workflow_runs_the_same_as_ci() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "bash .ci/run" in workflow
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make check" in run
    assert "make test" in run


def test_lock_files_carry_hashes_and_no_hosts() -> None:
    for lock in ROOT.glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert text.count("--hash=sha256:") > 10, lock.name


def test_the_python_example_of_the_readme_runs(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    rows = ["order id,date,customer id,product,quantity,unit price"]
    rows += [f"A{n},2024-{1 + n % 9:02d}-{1 + n % 28:02d},c{n % 40},Tea,1,{10 + n % 7}.00" for n in range(120)]
    (tmp_path / "orders_export.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    environment = os.environ | {"COPILOT_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "customers [F1]" in done.stdout
    assert done.stdout.strip().endswith(".md")


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    said = set(re.findall(r"cmo-copilot ([a-z]+)", text))
    assert said <= set(COMMANDS), said - set(COMMANDS)


def test_the_page_on_warehouses_names_every_column() -> None:
    text = (ROOT / "docs" / "warehouse.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^### |\Z)", text, re.M | re.S))
    assert set(sections) == set(SCHEMAS)
    for name, columns in SCHEMAS.items():
        named = set(re.findall(r"^\| \*{0,2}`(\w+)`", sections[name], re.M))
        assert named == set(columns) - {"upload_id"}, name
        needed = set(re.findall(r"^\| \*\*`(\w+)`", sections[name], re.M))
        assert needed == set(NEEDED[name]), name
