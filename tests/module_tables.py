"""Writes the tables of ARCHITECTURE.md from the first sentence of each module: `python -m tests.module_tables`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADING = "## Every module in one sentence"
ROOMS = ("data", "guide", "llm", "statistics", "evidence", "drafts", "tools", "engine", "chat")


def sentence(path: Path) -> str:
    """The first paragraph of the module's docstring on one line, up to its first full stop."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.])\s+(?=[A-Z])", first)[0]


def table(title: str, files: list[Path]) -> list[str]:
    """Heading and rows of one room."""
    rows = [f"| `{path.relative_to(ROOT)}` | {sentence(path)} |" for path in files if path.name != "__init__.py"]
    return [f"### {title}", "| module | owns |", "|---|---|", *rows, ""]


def main() -> None:
    """Replace everything below the heading."""
    page = ROOT / "ARCHITECTURE.md"
    above = page.read_text(encoding="utf-8").partition(HEADING)[0]
    lines = table("Rows 0 and 7: `copilot/`", sorted((ROOT / "copilot").glob("*.py")))
    for room in ROOMS:
        lines += table(f"`copilot/{room}/`", sorted((ROOT / "copilot" / room).rglob("*.py")))
    for room in ("ui", "evals"):
        lines += table(f"`{room}/`", sorted((ROOT / room).rglob("*.py")))
    page.write_text(f"{above}{HEADING}\n\n" + "\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
