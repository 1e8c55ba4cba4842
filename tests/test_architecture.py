"""The shape of the house as a test: import direction, sizes, and what code may never do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAX_FILE = 350
MAX_FUNCTION = 60
MAX_PARAMETERS = 5  # besides self or cls

# Row of each room; a module imports from its own row and from rows above (lower number).
ROWS = {
    "copilot.version": 0,
    "copilot.errors": 0,
    "copilot.settings": 0,
    "copilot.data": 1,
    "copilot.guide": 1,
    "copilot.llm": 1,
    "copilot.prompting": 1,
    "copilot.statistics": 2,
    "copilot.evidence": 3,
    "copilot.drafts": 4,
    "copilot.tools": 5,
    "copilot.engine": 6,
    "copilot.chat": 6,
    "copilot.app": 7,
    "copilot.cli": 7,
    "copilot.__main__": 7,
    "copilot": 7,
    "ui": 8,
    "evals": 8,
}
# Rooms of the same row that must not know each other.
STRANGERS = {("copilot.data", "copilot.guide"), ("copilot.guide", "copilot.data"), ("copilot.llm", "copilot.data")}
# The only places that may catch Exception: the UI's handler boundary and background jobs.
BROAD_EXCEPT = {"ui/boundary.py", "ui/warmup.py", "copilot/guide/index.py"}  # screen and background jobs
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_IMPORTS = {"pickle", "langchain_experimental", "jinja2"}


def sources() -> list[Path]:
    return sorted(path for room in ("copilot", "ui", "evals") for path in (ROOT / room).rglob("*.py"))


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def row(module: str) -> int:
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        found = ROWS.get(".".join(parts[:length]))
        if found is not None:
            return found
    raise AssertionError(f"{module} is in no room: give it a row in ROWS and a sentence in ARCHITECTURE.md")


def imports(path: Path) -> Iterator[str]:
    """Modules of the project that a file imports, wherever in the file the import stands."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        for given in names:
            name = given.replace("cmo_copilot.ui", "ui").replace("cmo_copilot.evals", "evals")
            if name.split(".")[0] in ("copilot", "ui", "evals"):
                yield name


def resolve(name: str, known: set[str]) -> str:
    """`copilot.errors.CopilotError` -> `copilot.errors`."""
    while name not in known and "." in name:
        name = name.rpartition(".")[0]
    return name


def graph() -> dict[str, set[str]]:
    files = {module_name(path): path for path in sources()}
    known = set(files)
    return {name: {resolve(i, known) for i in imports(path)} - {name} for name, path in files.items()}


def test_imports_go_one_way() -> None:
    wrong = [
        f"{module} (row {row(module)}) imports {target} (row {row(target)})"
        for module, targets in graph().items()
        for target in targets
        if row(target) > row(module) and target != "copilot"
    ]
    assert not wrong, "\n".join(wrong)


def test_rooms_that_do_not_know_each_other() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in graph().items()
        for target in targets
        for here, there in STRANGERS
        if module.startswith(here) and target.startswith(there)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_cycles() -> None:
    edges = graph()
    state: dict[str, int] = {}
    trail: list[str] = []

    def visit(module: str) -> None:
        state[module] = 1
        trail.append(module)
        for target in sorted(edges.get(module, ())):
            # a package's __init__ re-exporting its own modules is not a cycle of rooms
            if state.get(target) == 1:
                raise AssertionError("cycle: " + " -> ".join([*trail[trail.index(target) :], target]))
            if target not in state:
                visit(target)
        trail.pop()
        state[module] = 2

    for module in sorted(edges):
        if module not in state:
            visit(module)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_size_and_manners(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(ROOT))
    tree = ast.parse(text)
    problems: list[str] = []
    if text.count("\n") > MAX_FILE:
        problems.append(f"{text.count(chr(10))} lines (at most {MAX_FILE})")
    if path.stem in ("utils", "helpers", "misc", "common"):
        problems.append("the name says nothing")
    if path.name != "__init__.py" and not ast.get_docstring(tree):
        problems.append("no module docstring: one sentence saying what it owns")
    for node in ast.walk(tree):
        problems += list(_problems(node, name))
    problems += [
        f"line {child.lineno}: import inside a function"
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for child in ast.walk(node)
        if isinstance(child, (ast.Import, ast.ImportFrom)) and not _marked_lazy(text, child.lineno)
    ]
    assert not problems, f"{name}: " + "; ".join(problems)


def _marked_lazy(text: str, line: int) -> bool:
    """Heavy libraries may be imported late where the line says why: `# late: <reason>`."""
    return "# late:" in text.splitlines()[line - 1]


def _problems(node: ast.AST, name: str) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > MAX_FUNCTION:
            yield f"{node.name} has {length} lines (at most {MAX_FUNCTION})"
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = sum(argument.arg not in ("self", "cls") for argument in given)
        if count > MAX_PARAMETERS:
            yield f"{node.name} has {count} parameters (at most {MAX_PARAMETERS}, then a dataclass)"
    if isinstance(node, ast.ExceptHandler) and name not in BROAD_EXCEPT:
        caught = node.type
        if caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")):
            yield f"line {node.lineno}: broad except"
    if isinstance(node, ast.Global):
        yield f"line {node.lineno}: global"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
        yield f"line {node.lineno}: {node.func.id}()"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [a.name for a in node.names] + ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        yield from (f"line {node.lineno}: imports {n}" for n in names if n.split(".")[0] in FORBIDDEN_IMPORTS)


def test_statistics_do_no_io() -> None:
    """The rule of the room: Tables in, figures out; no files, no clock, no model."""
    banned = re.compile(
        r"\bopen\(|\bPath\(|datetime\.now|date\.today|time\.time|read_csv|read_parquet|langchain|\bopenai\."
    )
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "copilot" / "statistics").rglob("*.py")
        for match in banned.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


def test_sql_text_stands_in_one_module() -> None:
    """Statistics and tables speak Ibis; what it cannot say stands in copilot/data/engine.py. SQLite stores have
    their own SQL, which no table engine sees."""
    words = re.compile(
        r"^\s*(SELECT|WITH|INSERT|CREATE|COPY|UPDATE|DELETE|ALTER|DROP|SET|PRAGMA|ATTACH)\s+[\w\"'{(*]", re.S
    )
    wrong = []
    for path in sources():
        name, text = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        if name == "copilot/data/engine.py" or "import sqlite3" in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr in ("raw_sql", "_safe_raw_sql", "sql"):
                wrong.append(f"{name}:{node.lineno}: .{node.attr}")
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and words.match(node.value):
                wrong.append(f"{name}:{node.lineno}: {node.value[:40]!r}")
    assert not wrong, "\n".join(wrong)
