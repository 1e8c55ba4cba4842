"""The commands of the command line: each calls the copilot once and prints for people or as one JSON document."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copilot.data.report import IntakeReport
from copilot.errors import CannotAnswer, CopilotError, DataRefused, UsageProblem
from copilot.evidence.wording import format_value
from copilot.progress_line import progress_line
from copilot.settings import Settings
from copilot.statistics.result import ResultTable

if TYPE_CHECKING:
    from copilot.app import Copilot
    from copilot.chat.answer import Answer

Command = Callable[["CommandLine", argparse.Namespace], int]
_SHOWN_ROWS: Final = 20


@dataclass(frozen=True)
class CommandLine:
    """What every command needs: settings, the workspace's name, and how to print."""

    settings: Settings
    workspace: str
    json: bool

    def open(self) -> Copilot:
        """Open the workspace."""
        from copilot.app import Copilot  # late: `--help` and usage errors need no table engine

        return Copilot.open(self.workspace, self.settings)

    def document(self, body: Any) -> None:
        """Print one JSON document."""
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=None if self.json else 2, default=str) + "\n")

    def say(self, text: str) -> None:
        """Print for people."""
        sys.stdout.write(text.rstrip("\n") + "\n")

    def note(self, text: str) -> None:
        """Say something beside the result."""
        sys.stderr.write(text.rstrip("\n") + "\n")


def add(line: CommandLine, given: argparse.Namespace) -> int:
    """Take in files; exit code 3 if none of them could be used."""
    if not given.paths and not given.sample:
        raise UsageProblem("Nothing to add.", "Name files or folders, or use --sample for the sample shop.")
    answers = dict(part.split("=", 1) for part in given.answer if "=" in part)
    with line.open() as copilot, progress_line() as tell:
        reports = copilot.add_sample(tell) if given.sample else []
        if given.paths:
            reports += copilot.add(*given.paths, progress=tell, answers=answers or None)
    if line.json:
        line.document({"uploads": [report.model_dump(mode="json") for report in reports]})
    else:
        line.say("\n\n".join(_report(report) for report in reports))
    used = sum(bool(report.upload_id) or report.already_there for report in reports)
    if used < len(reports):
        line.note(f"{used} of {len(reports)} files were stored; see above for the others.")
    stored = used > 0
    return 0 if stored or not reports else DataRefused.exit_code


def connect(line: CommandLine, given: argparse.Namespace) -> int:
    """Read a warehouse from now on; the address may come on standard input, since it can hold a password."""
    with line.open() as copilot:
        if given.off:
            copilot.disconnect()
            found = []
        else:
            address = sys.stdin.readline().strip() if given.address in (None, "-") else given.address
            found = copilot.connect(address)
    if line.json:
        line.document({"tables": [{"table": s.upload_id.removeprefix("warehouse:"), "rows": s.rows} for s in found]})
    else:
        line.say("\n".join(f"{s.rows:>12,} rows  {s.file}" for s in found) or "No warehouse is connected.")
    return 0


def ask(line: CommandLine, given: argparse.Namespace) -> int:
    """Answer one message, or a file of them."""
    if given.batch:
        return _batch(line, Path(given.batch))
    if not given.text:
        raise UsageProblem("There is no question.", "Example: cmo-copilot ask 'who are my best customers?'")
    with line.open() as copilot:
        answer = copilot.ask(given.text, given.conversation)
    if line.json:
        line.document(answer.model_dump(mode="json"))
    else:
        line.say(_answer(answer))
    return 0 if answer.text else CannotAnswer.exit_code


def draft(line: CommandLine, given: argparse.Namespace) -> int:
    """Draft a document, print it."""
    with line.open() as copilot:
        made = copilot.draft(given.kind, given.segment, given.stage, given.goal)
        if line.json:
            line.document(made.model_dump(mode="json"))
        else:
            line.say(copilot.export(made.id, "md").read_text(encoding="utf-8"))
            line.note(f"Stored as {made.id}. Export: cmo-copilot export {made.id} --format json")
    return 0


def export(line: CommandLine, given: argparse.Namespace) -> int:
    """Write a draft to a file."""
    with line.open() as copilot:
        path = copilot.export(given.draft, given.format, Path(given.folder) if given.folder else None)
    line.document({"path": str(path), "bytes": path.stat().st_size}) if line.json else line.say(str(path))
    return 0


def ui(line: CommandLine, given: argparse.Namespace) -> int:
    """Start the app; it is found by entry point, since this package does not know it."""
    faces = {face.name: face for face in entry_points(group="cmo_copilot.faces")}
    if "ui" not in faces:
        raise CannotAnswer("The browser app is not installed.", "Install the whole package: pip install cmo-copilot.")
    serve = faces["ui"].load()
    serve(settings=line.settings, host=given.host, port=given.port, workspace=line.workspace, open_browser=given.open)
    return 0


def uploads(line: CommandLine, given: argparse.Namespace) -> int:
    """List uploads, or show a report again."""
    with line.open() as copilot:
        if given.report:
            report = copilot.report(given.report)
            line.document(report.model_dump(mode="json")) if line.json else line.say(_report(report))
            return 0
        found = copilot.uploads()
    if line.json:
        line.document({"uploads": [source.__dict__ for source in found]})
    else:
        line.say(
            "\n".join(f"{s.upload_id}  {s.role:<10} {s.rows:>9,} rows  {s.file}" for s in found) or "Nothing loaded."
        )
    return 0


def delete(line: CommandLine, given: argparse.Namespace) -> int:
    """Remove an upload, or the whole workspace if its name is said again."""
    with line.open() as copilot:
        if given.what == "upload":
            copilot.remove_upload(given.id)
        elif given.id == line.workspace:
            copilot.workspace.delete()
        else:
            raise UsageProblem(
                f"This is the workspace {line.workspace!r}, not {given.id!r}. Nothing was deleted.",
                f"To delete it for good: cmo-copilot delete workspace {line.workspace}",
            )
    line.document({"removed": given.id}) if line.json else line.say(
        f"Removed {given.id} and all that was made from it."
    )
    return 0


def forget(line: CommandLine, given: argparse.Namespace) -> int:
    """Delete a person everywhere."""
    from copilot.forgetting import forget_person  # late: LangChain takes seconds to import

    with line.open() as copilot:
        erased = forget_person(copilot, given.who)
    line.document(asdict(erased)) if line.json else line.say(erased.text())
    return 0


def correct(line: CommandLine, given: argparse.Namespace) -> int:
    """Correct how the data is read, or take a correction back; exit code 1 if it asks something first."""
    with line.open() as copilot:
        if given.undo:
            answers = [copilot.undo_correction(given.undo)]
        else:
            answers = copilot.correct(given.text or "", preview=given.preview)
    if line.json:
        line.document({"corrections": [answer.model_dump(mode="json") for answer in answers]})
        return 0 if all(answer.changed for answer in answers) else CannotAnswer.exit_code
    for answer in answers:
        if answer.changed is None:
            line.say("\n".join([answer.question, *(f"  {option}" for option in answer.options)]))
            continue
        state = {"applied": f"Applied ({answer.id})", "undone": "Taken back"}.get(answer.state, "Only tried")
        line.say(f"{state}: {answer.words}\n{_table(answer.changed.table)}")
        if answer.state == "applied":
            line.note(f"To take it back: cmo-copilot correct --undo {answer.id}")
    return 0 if all(answer.changed for answer in answers) else CannotAnswer.exit_code


def corrections(line: CommandLine, _given: argparse.Namespace) -> int:
    """List the corrections in force."""
    with line.open() as copilot:
        found = copilot.corrections()
    if line.json:
        line.document({"corrections": [one.model_dump(mode="json") for one in found]})
    else:
        line.say("\n".join(f"{one.id:<4} {one.words()}" for one in found) or "No corrections are in force.")
    return 0


def drafts(line: CommandLine, _given: argparse.Namespace) -> int:
    """List drafts."""
    with line.open() as copilot:
        found = copilot.drafts()
    if line.json:
        line.document({"drafts": [entry.__dict__ for entry in found]})
    else:
        line.say("\n".join(f"{e.id:<12} v{e.version}  {e.status:<9} {e.title}" for e in found) or "No drafts yet.")
    return 0


def egress(line: CommandLine, _given: argparse.Namespace) -> int:
    """Show what left."""
    with line.open() as copilot:
        entries = copilot.egress()
    if line.json:
        line.document({"requests": [entry.__dict__ for entry in entries]})
    else:
        line.say("\n\n".join(str(entry) for entry in entries) or "Nothing has left this machine.")
    return 0


def doctor(line: CommandLine, _given: argparse.Namespace) -> int:
    """Check everything; exit code 1 if something is not well."""
    with line.open() as copilot:
        checks = copilot.doctor()
    if line.json:
        line.document({"checks": [check.model_dump(mode="json") for check in checks]})
    else:
        for check in checks:
            mark, advice = ("ok ", "") if check.ok else ("NOT", f"\n      {check.advice}")
            line.say(f"{mark}  {check.name}: {check.seen}{advice}")
    return 0 if all(check.ok for check in checks) else 1


COMMANDS: Final[Mapping[str, Command]] = {
    "add": add,
    "connect": connect,
    "ask": ask,
    "draft": draft,
    "export": export,
    "ui": ui,
    "uploads": uploads,
    "delete": delete,
    "forget": forget,
    "correct": correct,
    "corrections": corrections,
    "drafts": drafts,
    "egress": egress,
    "doctor": doctor,
}


def _batch(line: CommandLine, file: Path) -> int:
    """One JSON document a line of the file; earlier turns in `previous` are replayed in a fresh conversation."""
    try:
        lines = [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines() if text.strip()]
    except (OSError, json.JSONDecodeError) as error:
        raise UsageProblem(f"{file.name} cannot be read as JSON lines.", "Each line: {id, text, previous}.") from error
    with line.open() as copilot:
        for item in lines:
            conversation: str | None = None
            try:
                for earlier in item.get("previous") or ():
                    conversation = copilot.ask(earlier, conversation).conversation
                started = time.perf_counter()
                body = copilot.ask(item["text"], conversation).model_dump(mode="json")
            except CopilotError as problem:
                started = time.perf_counter()
                body = {"text": str(problem), "problems": [{"code": problem.code, "what": problem.what}]}
            body |= {"id": item.get("id"), "seconds": round(time.perf_counter() - started, 4)}
            sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")
            sys.stdout.flush()
    return 0


def _report(report: IntakeReport) -> str:
    lines = [report.summary if report.summary.startswith(report.file) else f"{report.file}: {report.summary}"]
    for problem in report.problems if report.format != "refused" else ():
        examples = f" (e.g. {', '.join(problem.examples)})" if problem.examples else ""
        lines.append(f"  - {problem.what}: {problem.count:,}{examples} -> {problem.action}")
        lines += [f"    to undo: {problem.undo}"] if problem.undo else []
    for question in report.questions:
        lines.append(
            f"  ? {question.text} Options: {', '.join(question.options)}. Answer: --answer {question.code}=..."
        )
    if report.upload_id:
        lines.append(
            f"  {report.rows:,} rows = {report.kept:,} kept + {report.set_aside:,} set aside ({report.upload_id})"
        )
    return "\n".join(lines)


def _answer(answer: Answer) -> str:
    tables = {table.id: table for table in answer.tables}
    text = re.sub(r"\{table:(T\d+)\}", lambda m: _table(tables[m[1]]) if m[1] in tables else "", answer.text)
    text = re.sub(r"\{chart:C\d+\}\n*", "", text)
    parts = [text]
    parts += [f"i {notice.text}" for notice in answer.notices]
    parts += [f"! {problem.what} {problem.advice}".rstrip() for problem in answer.problems]
    if answer.drafts:
        parts.append("Drafts: " + ", ".join(f"{draft.draft_id} ({draft.title})" for draft in answer.drafts))
    if answer.questions:
        parts.append("Next: " + " · ".join(answer.questions))
    parts.append(f"[{answer.engine}, {answer.seconds:.1f} s, conversation {answer.conversation}]")
    return "\n\n".join(part for part in parts if part)


def _table(table: ResultTable) -> str:
    rows = [[_cell(row.get(column.key), column.unit, table.currency) for column in table.columns] for row in table.rows]
    shown = [[column.label for column in table.columns], *rows[:_SHOWN_ROWS]]
    widths = [max(len(row[i]) for row in shown) for i in range(len(table.columns))]
    lines = [table.title]
    for row in shown:
        cells = [
            cell.ljust(width) if column.unit == "text" else cell.rjust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    if len(rows) > _SHOWN_ROWS:
        lines.append(f"  ... {len(rows) - _SHOWN_ROWS} more rows")
    return "\n".join(lines)


def _cell(value: object, unit: str, currency: str | None) -> str:
    if value is None:
        return ""
    return format_value(value, unit, currency) if isinstance(value, (int, float)) and unit != "text" else str(value)
