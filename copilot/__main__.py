"""The command line: reads the arguments, calls the command, turns a CopilotError into words and an exit code."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence

from copilot.cli import COMMANDS, CommandLine
from copilot.errors import CopilotError
from copilot.llm.masking import MaskingFilter
from copilot.settings import Settings
from copilot.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 done, 1 could not be answered or done, 2 wrong usage, 3 data refused."""
    given = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment()
        _log_to_standard_error(settings)
        line = CommandLine(settings, given.workspace, given.json)
        return COMMANDS[given.command](line, given)
    except CopilotError as problem:
        if given.json:
            said = {"code": problem.code, "what": problem.what, "advice": problem.advice}
            sys.stdout.write(json.dumps({"problem": said}, ensure_ascii=False) + "\n")
        sys.stderr.write(f"{problem.what}\n{problem.advice}\n" if problem.advice else f"{problem.what}\n")
        return problem.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130


def _log_to_standard_error(settings: Settings) -> None:
    """Log with keys and contact data masked, whoever wrote the line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(MaskingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--workspace", default="default", metavar="NAME", help="the shop's workspace (default: default)"
    )
    common.add_argument("--json", action="store_true", help="print one JSON document; messages go to standard error")
    parser = argparse.ArgumentParser(
        prog="cmo-copilot",
        description="The marketing copilot for online shops: every number computed, every claim with a receipt.",
        epilog="Example: cmo-copilot add orders.csv && cmo-copilot ask 'who are my best customers?'",
    )
    parser.add_argument("--version", action="version", version=f"cmo-copilot {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    add = commands.add_parser("add", parents=[common], help="take in files or folders, or the sample shop")
    add.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    add.add_argument("--sample", action="store_true", help="load the invented sample shop")
    add.add_argument("--answer", action="append", default=[], metavar="CODE=OPTION", help="answer an intake question")

    connect = commands.add_parser("connect", parents=[common], help="read canonical tables from a warehouse")
    connect.add_argument("address", nargs="?", metavar="URL", help="e.g. postgres://...; - or nothing: standard input")
    connect.add_argument("--off", action="store_true", help="let go of it")

    ask = commands.add_parser("ask", parents=[common], help="ask a question or give an order")
    ask.add_argument("text", nargs="?", help="the message")
    ask.add_argument("--conversation", metavar="ID", help="go on in this conversation")
    ask.add_argument("--batch", metavar="FILE", help="JSON lines with id, text, previous; one answer a line")

    draft = commands.add_parser("draft", parents=[common], help="draft a profile, a persona or a campaign brief")
    draft.add_argument("kind", choices=["icp", "persona", "brief"])
    draft.add_argument("--segment", metavar="RULE", help="e.g. 'lapsed', 'top 10 %%', 'orders >= 3'")
    draft.add_argument("--stage", choices=["cold", "warm", "hot"])
    draft.add_argument("--goal", help="e.g. win-back, 'second order', cross-sell")

    export = commands.add_parser("export", parents=[common], help="write a draft to a file")
    export.add_argument("draft", metavar="DRAFT", help="id of the draft")
    export.add_argument("--format", choices=["md", "json"], default="md")
    export.add_argument("--folder", metavar="FOLDER", help="where to write it")

    ui = commands.add_parser("ui", parents=[common], help="start the app in the browser")
    ui.add_argument("--port", type=int, metavar="N", help="default: 7860 or the next free one")
    ui.add_argument("--host", default="127.0.0.1", help="only loopback addresses are allowed")
    ui.add_argument("--open", action="store_true", help="open the browser")

    uploads = commands.add_parser("uploads", parents=[common], help="list what is loaded")
    uploads.add_argument("--report", metavar="ID", help="show one intake report again")
    delete = commands.add_parser("delete", parents=[common], help="remove an upload and all made from it")
    delete.add_argument("what", choices=["upload", "workspace"])
    delete.add_argument("id", help="of the upload; of a workspace its name, to be sure")
    forget = commands.add_parser("forget", parents=[common], help="delete a person everywhere, for good")
    forget.add_argument("who", help="e-mail address, phone number, customer id or the number on the screen (#1001)")
    _add_corrections(commands, common)
    commands.add_parser("drafts", parents=[common], help="list drafts")
    commands.add_parser("egress", parents=[common], help="show what left this machine, request by request")
    commands.add_parser("doctor", parents=[common], help="check the installation and the connection to a model")
    return parser


def _add_corrections(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    correct = commands.add_parser(
        "correct", parents=[common], help="correct how the data is read; shows before and after"
    )
    correct.add_argument("text", nargs="?", metavar="TEXT", help="e.g. 'amounts are in cents'")
    correct.add_argument("--undo", metavar="ID", help="take a correction back")
    correct.add_argument("--preview", action="store_true", help="show before and after, change nothing")
    commands.add_parser("corrections", parents=[common], help="list the corrections in force")


if __name__ == "__main__":
    sys.exit(main())
