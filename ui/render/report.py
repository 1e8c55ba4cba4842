"""Renders intake reports and the list of uploads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from copilot.data.corrections import Applied
from copilot.data.report import IntakeReport, Question
from copilot.data.tables import SourceFile
from copilot.evidence.wording import format_day

from .markup import chip, join, note, tag

EXPORTS: Final = (
    ("Shopify", "Orders > Export > All orders, plain CSV. Customers > Export for the people who have not bought."),
    ("WooCommerce", "Products > Orders > Export, or Analytics > Orders > Download."),
    ("Klaviyo", "Lists & segments > a list > Export, with consent and date added."),
    ("Anything else", "A table with one row an order, or one row an item: date, order number, customer, amount."),
)


def report_html(report: IntakeReport, waiting: str = "") -> Markup:
    """What was found in one upload and what was done about it; `waiting` names a file whose questions are open."""
    found = [
        tag(
            "tr",
            tag("td", problem.what, _examples(problem.examples)),
            tag("td", f"{problem.count:,}", cls="n"),
            tag("td", problem.action, tag("div", f"To undo: {problem.undo}.", cls="fine") if problem.undo else None),
        )
        for problem in report.problems
    ]
    head = tag("tr", tag("th", "what I found"), tag("th", "how often", cls="n"), tag("th", "what I did"))
    summary = report.summary.removeprefix(f"{report.file}: ")
    refused = report.upload_id is None and not report.questions
    again = note("", "This file was already there; nothing was added twice.", "plain") if report.already_there else None
    return tag(
        "article",
        tag("h3", report.file),
        note("", summary, "hot") if refused else tag("p", summary, cls="lead"),
        again,
        join(_question(question, waiting) for question in report.questions),
        tag("div", tag("table", tag("thead", head), tag("tbody", join(found))), cls="tablebox") if found else None,
        tag("p", f"{report.rows:,} rows read: {report.kept:,} used, {report.set_aside:,} set aside.", cls="fine"),
        _columns(report.columns),
        cls="card report",
    )


def refused_html(file: str, what: str, advice: str) -> Markup:
    """A file that could not be taken in."""
    return tag("article", tag("h3", file), note(what, advice, "hot"), cls="card report")


def uploads_html(uploads: Sequence[SourceFile]) -> Markup:
    """The files taken in so far, each with a way to look at its report and to remove it."""
    if not uploads:
        return Markup("")
    return tag(
        "section",
        tag("h3", "Files in this shop"),
        tag("div", join(_upload(upload) for upload in uploads), cls="uploads"),
    )


def corrections_html(corrections: Sequence[Applied]) -> Markup:
    """What the user corrected about the files, each with a way to take it back."""
    if not corrections:
        return Markup("")
    rows = (
        tag(
            "div",
            tag("div", tag("b", one.words().replace("`", "")), tag("span", _said_on(one), cls="fine")),
            tag("div", chip("Undo", "undo_correction", one.id), cls="chips"),
            cls="correction",
        )
        for one in corrections
    )
    return tag("section", tag("h3", "Corrections in force"), tag("div", join(rows), cls="corrections"))


def _said_on(one: Applied) -> str:
    words = f"“{one.said}” · " if one.said else ""
    return f"{one.id} · {words}{format_day(one.made_at.date())}"


def empty_shop_html(place: str = "") -> Markup:
    """What to do in a shop without data; on the page `data` the files are dropped right below."""
    return tag(
        "section",
        tag("h2", "Bring your shop's files"),
        tag(
            "p",
            "Add the exports your shop already has. I read them here on this machine, tell you what I "
            "found, and answer from them with the computation behind every figure.",
            cls="lead",
        ),
        tag("div", chip("Open the sample shop", "load_sample", primary=True), _go_data(place), cls="chips"),
        cls="welcome",
    )


def _go_data(place: str) -> Markup | None:
    if place == "data":
        return None
    return tag("button", "Add files", type="button", cls="chip", data_go="data")


def where_html() -> Markup:
    """Where to find the exports, and what becomes of the people in them."""
    rows = join(tag("div", tag("dt", where), tag("dd", steps)) for where, steps in EXPORTS)
    text = (
        "Names, e-mails, phones and addresses go to a private table of this shop. Everything else works with "
        "customer numbers."
    )
    return tag("section", tag("h3", "Where to click"), tag("dl", rows, cls="where"), tag("p", text, cls="fine"))


def working_html(text: str) -> Markup:
    """A quiet line while a file is read."""
    return tag("p", tag("i", cls="spin"), text, cls="step running", role="status")


def _upload(upload: SourceFile) -> Markup:
    day = format_day(upload.uploaded_at.date())
    about = f"{upload.format} · {upload.role} · {upload.kept:,} of {upload.rows:,} rows used · added {day}"
    return tag(
        "div",
        tag("div", tag("b", upload.file), tag("span", about, cls="fine")),
        tag(
            "div",
            chip("Report", "show_report", upload.upload_id),
            chip("Remove", "remove_upload", upload.upload_id),
            cls="chips",
        ),
        cls="upload",
    )


def _question(question: Question, waiting: str) -> Markup:
    options = [chip(option, "answer", f"{waiting}|{question.code}|{option}") for option in question.options]
    examples = f" Seen: {', '.join(question.examples)}." if question.examples else ""
    buttons = tag("div", join(options), cls="chips") if waiting else f" {' / '.join(question.options)}"
    return tag("div", tag("b", question.text), examples, buttons, cls="note warm", role="note")


def _examples(examples: Sequence[str]) -> Markup | None:
    return tag("div", "for example ", ", ".join(examples), cls="fine") if examples else None


def _columns(columns: dict[str, str]) -> Markup | None:
    if not columns:
        return None
    rows = join(tag("tr", tag("td", source), tag("td", field)) for field, source in columns.items())
    head = tag("tr", tag("th", "column of the file"), tag("th", "read as"))
    table = tag("div", tag("table", tag("thead", head), tag("tbody", rows)), cls="tablebox")
    return tag("details", tag("summary", "How the columns were read"), table)
