"""Renders the markdown of answers safely: no raw HTML, no images, no links; citations become marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from copilot.data.quote import Quote
from copilot.evidence.gate import citations
from copilot.evidence.model import KIND_OF, Evidence
from copilot.evidence.numerals import Numeral, numerals
from copilot.statistics.result import Figure, ResultTable

from .markup import join, tag
from .table import table_html

_CITATION: Final = re.compile(r"\s?\[[A-Z]\d+(?:\s*[-–,;]\s*[A-Z]?\d+)*\]")
_TABLE_LINE: Final = re.compile(r"^[ \t]*\{(table|chart|draft):([A-Z]?\w+)\}[ \t]*$", re.M)
_SYMBOLS: Final = "£€$¥₹"
MARK_WORDS: Final = {"figure": "figure", "passage": "guide", "quote": "quote", "statement": "you said"}


def _parser() -> MarkdownIt:
    """CommonMark with tables and nothing that could load or run anything."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": False}).enable("table")
    return parser.disable(["reference", "html_block", "html_inline", "autolink", "entity"])


def answer_html(text: str, evidence: Mapping[str, Evidence], tables: Mapping[str, ResultTable]) -> Markup:
    """A block of an answer. `[F1]` marks the figure before it; a line `{table:T1}` becomes that table."""
    parts: list[Markup] = []
    position = 0
    for match in _TABLE_LINE.finditer(text):
        parts.append(markdown_html(text[position : match.start()], evidence))
        table = tables.get(match[2]) if match[1] == "table" else None
        parts.append(table_html(table) if table else Markup(""))
        position = match.end()
    parts.append(markdown_html(text[position:], evidence))
    return join(parts)


def placed_tables(text: str) -> set[str]:
    """Ids of the tables that a text places itself."""
    return {match[2] for match in _TABLE_LINE.finditer(text) if match[1] == "table"}


def markdown_html(text: str, evidence: Mapping[str, Evidence] | None = None, *, words: bool = True) -> Markup:
    """Markdown as safe HTML: links keep their words, images their description, tags are shown as text.

    Without `words`, citations that cannot underline a figure leave no mark (a badge beside the text opens them).
    """
    if not text.strip():
        return Markup("")
    parser = _parser()
    written: list[str] = []
    tokens = parser.parse(text)
    for index, token in enumerate(tokens):
        if token.type == "paragraph_open":
            written.append(_paragraph(tokens[index + 1].children or [], hidden=token.hidden))
        elif token.type == "inline":
            written.append(str(_inline(token.children or (), evidence or {}, set() if words else set(evidence or ()))))
        else:
            written.append(str(_block(parser, token)))
    return Markup("".join(written))  # noqa: S704 - made of escaped text and tokens of the parser only


def plain_text(text: str) -> str:
    """A line without citations and markdown marks, for titles."""
    return re.sub(r"[*_`#]", "", _CITATION.sub("", text)).strip()


def _paragraph(children: Sequence[Token], *, hidden: bool) -> str:
    """The opening tag: a paragraph wholly in italics is fine print, one that begins in bold may be a headline."""
    if hidden:
        return ""
    told = [child for child in children if child.type != "text" or _CITATION.sub("", child.content).strip()]
    kinds = [child.type for child in told]
    if kinds[:1] == ["em_open"] and kinds[-1:] == ["em_close"] and kinds.count("em_open") == 1:
        return '<p class="fine">'
    if kinds[:1] != ["strong_open"] or "strong_close" not in kinds:
        return "<p>"
    headline = _CITATION.sub("", told[kinds.index("strong_close") - 1].content).strip()
    return '<p class="bold-first">' if headline.endswith((".", "!", "?")) else "<p>"


def _block(parser: MarkdownIt, token: Token) -> Markup:
    if token.type in ("fence", "code_block"):
        return tag("pre", tag("code", token.content))
    if token.type == "html_block":
        return tag("p", token.content)
    if token.type == "table_open":
        return Markup('<div class="tablebox"><table>')
    if token.type == "table_close":
        return Markup("</table></div>")
    token.attrs = {"class": "n"} if "right" in str(token.attrs.get("style", "")) else {}
    return Markup(parser.renderer.render([token], parser.options, {}))  # noqa: S704 - block tags without content


@dataclass
class _Piece:
    """Part of a line: `text` not yet escaped, or finished `markup`."""

    text: str = ""
    markup: Markup | None = None
    mark_of: str = ""  # a raised mark: the id it opens


_SPANS: Final = {
    "strong_open": Markup("<strong>"),
    "strong_close": Markup("</strong>"),
    "em_open": Markup("<em>"),
    "em_close": Markup("</em>"),
    "hardbreak": Markup("<br>"),
}


def _inline(tokens: Sequence[Token], evidence: Mapping[str, Evidence], marked: set[str]) -> Markup:
    pieces: list[_Piece] = []
    for token in tokens:
        if token.type in _SPANS:
            pieces.append(_Piece(markup=_SPANS[token.type]))
        elif token.type == "code_inline":
            pieces.append(_Piece(markup=tag("code", token.content)))
        elif token.type in ("softbreak", "text", "image", "html_inline"):
            text = "\n" if token.type == "softbreak" else token.content
            _add_text(pieces, text, evidence, marked)
    needed = [piece for piece in pieces if piece.mark_of not in marked]
    return join(piece.markup if piece.markup is not None else piece.text for piece in needed)


def _add_text(pieces: list[_Piece], text: str, evidence: Mapping[str, Evidence], marked: set[str]) -> None:
    """Add text whose citations become marks; `marked` are the figures that are underlined in this block already."""
    position = 0
    for match in _CITATION.finditer(text):
        pieces.append(_Piece(text[position : match.start()]))
        for identifier in citations(match[0].strip()):
            item = evidence.get(identifier)
            if item is None:
                pieces.append(_Piece(match[0] if len(match[0]) < 9 else ""))
            elif isinstance(item, Figure) and _underline(pieces, identifier, item):
                marked.add(identifier)
            else:
                pieces.append(_Piece(markup=mark(identifier, item), mark_of=identifier))
        position = match.end()
    pieces.append(_Piece(text[position:]))


def mark(identifier: str, item: Evidence) -> Markup:
    """A small raised mark that opens a receipt."""
    word = MARK_WORDS.get(item.type, KIND_OF[item.type])
    title = f"Open the receipt: {item.label}" if isinstance(item, Figure) else f"Open: {word}"
    shown = "•" if isinstance(item, Figure) else ("“”" if isinstance(item, Quote) else word)
    return tag("button", shown, type="button", cls=f"mark {KIND_OF[item.type]}", data_receipt=identifier, title=title)


def _underline(pieces: list[_Piece], identifier: str, figure: Figure) -> bool:
    """Turn the last number before a citation that is this figure into its receipt; False if there is none."""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if piece.markup is not None:
            continue
        for numeral in reversed(numerals(piece.text)):
            if not _is(numeral, figure):
                continue
            start, end = _stretch(piece.text, numeral, figure)
            shown = tag(
                "button", piece.text[start:end], type="button", cls="r", data_receipt=identifier, title=figure.label
            )
            pieces[index : index + 1] = [_Piece(piece.text[:start]), _Piece(markup=shown), _Piece(piece.text[end:])]
            return True
    return False


def _is(numeral: Numeral, figure: Figure) -> bool:
    if figure.unit == "date":
        return figure.day is not None and numeral.day == figure.day
    if figure.value is None or numeral.kind in ("date", "time", "ordinal", "fraction"):
        return False
    value = figure.value * 100 if figure.unit == "share" else figure.value
    return abs(numeral.value - value) <= numeral.step * 1.000001


def _stretch(text: str, numeral: Numeral, figure: Figure) -> tuple[int, int]:
    """Take the currency sign before and the noun after the number into the mark."""
    start, end = numeral.start, numeral.end
    if start and text[start - 1] in _SYMBOLS:
        start -= 1
    following = text[end:]
    for word in (figure.noun, "days", "day", "times"):
        if word and re.match(rf"\s{re.escape(word)}\b", following):
            end += 1 + len(word)
            break
    return start, end


def escape_lines(text: str) -> Markup:
    """Plain text with its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
