"""Answers as HTML: marks on figures, tables in place, and nothing in a text that can load or run."""

from __future__ import annotations

import re
from datetime import date

import pytest

from cmo_copilot.ui.render.text import answer_html, markdown_html, placed_tables
from copilot.evidence.model import Assumption, Evidence
from copilot.guide.passage import Passage
from copilot.statistics.result import Column, Figure, ResultTable, Unit


def figure(identifier: str, value: float, unit: Unit, **more: object) -> Figure:
    return Figure(id=identifier, name="m", label="Label", value=value, unit=unit, definition="d", scope="s", **more)


EVIDENCE: dict[str, Evidence] = {
    "F1": figure("F1", 434, "count", noun="customers"),
    "F2": figure("F2", 0.59912, "share"),
    "F3": figure("F3", 5635.2, "money", currency="GBP"),
    "F4": Figure(
        id="F4", name="d", label="Last", value=None, unit="date", day=date(2011, 12, 9), definition="d", scope="s"
    ),
    "A1": Passage(id="A1", section="A02.focus", article="A02", title="ICP", heading="Focus", text="Focus."),
    "X1": Assumption(id="X1", text="Buys at work", how_to_test="Ask 50"),
}


def marked(html: str) -> dict[str, str]:
    """Receipt id -> the words that open it."""
    found = re.findall(r'<button[^>]*class="r"[^>]*data-receipt="(\w+)"[^>]*>([^<]*)</button>', html)
    return dict(found)


def test_citation_underlines_the_figure_before_it_with_sign_and_noun() -> None:
    html = markdown_html("**434 customers** bring 59.9 % and £5,635 by 9 Dec 2011. [F1] [F2, F3] [F4]", EVIDENCE)
    assert marked(html) == {"F1": "434 customers", "F2": "59.9 %", "F3": "£5,635", "F4": "9 Dec 2011"}
    assert "[F" not in html


def test_a_range_of_citations_marks_each() -> None:
    assert marked(markdown_html("434 customers, 59.9 %, £5,635 [F1-F3]", EVIDENCE)).keys() == {"F1", "F2", "F3"}


def test_a_number_that_is_not_the_figure_is_never_underlined() -> None:
    html = markdown_html("In 77 cases [F1]", EVIDENCE)
    assert marked(html) == {}
    assert 'class="mark computed"' in html
    assert 'data-receipt="F1"' in html


def test_guide_and_assumption_marks_say_what_they_are() -> None:
    html = markdown_html("Focus [A1]. They buy at work [X1].", EVIDENCE)
    assert ">guide</button>" in html
    assert ">assumption</button>" in html


def test_unknown_citation_stays_as_text() -> None:
    assert "[F9]" in markdown_html("something [F9]", EVIDENCE)


def test_table_lines_become_tables_with_aligned_numbers() -> None:
    table = ResultTable(
        id="T1",
        title="Best <b>",
        currency="GBP",
        columns=(Column(key="c", label="customer"), Column(key="v", label="net", unit="money")),
        rows=({"c": "#1 <i>", "v": 1234.4},),
    )
    html = answer_html("before\n\n{table:T1}\n\nafter", {}, {"T1": table})
    assert html.index("before") < html.index("<table>") < html.index("after")
    assert '<td class="n">£1,234</td>' in html
    assert "#1 &lt;i&gt;" in html
    assert "Best &lt;b&gt;" in html
    assert placed_tables("x\n{table:T1}\n") == {"T1"}
    assert "{table" not in answer_html("{table:T9}", {}, {})


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>@import url(https://evil.example)</style>",
    "<object data='https://evil.example'></object>",
    "<!-- --><b onmouseover=alert(1)>x</b>",
    "![x](https://evil.example/x.png)",
    "![x][ref]\n\n[ref]: https://evil.example/x.png",
    "[x](https://evil.example)",
    "[x](javascript:alert(1))",
    "[x][ref]\n\n[ref]: javascript:alert(1)",
    "<https://evil.example>",
    "https://evil.example/auto",
    "[x](data:text/html,<script>alert(1)</script>)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "| a | b |\n|---|--:|\n| <img src=x onerror=alert(1)> | [x](https://evil.example) |",
    "> <img src=x onerror=alert(1)>",
    "<div\nonclick=alert(1)>x</div>",
    "<scr<script>ipt>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "434 <img src=x onerror=alert(1)> [F1]",
    "**<img src=x onerror=alert(1)>**",
    "*<img src=x onerror=alert(1)>* [A1]",
    "[<img src=x onerror=alert(1)>](https://evil.example)",
    "![<img src=x onerror=alert(1)>](https://evil.example)",
    "\\<script>alert(1)\\</script>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action=https://evil.example><button>x</button></form>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
]

ALLOWED = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "hr", "br"}
ALLOWED |= {"button", "div", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_text_can_load_or_run(payload: str) -> None:
    html = str(answer_html(payload, EVIDENCE, {}))
    for name, attributes in re.findall(r"<([a-zA-Z!][\w-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>", html):
        assert name in ALLOWED, html
        assert not re.search(r"(?:^|\s)(?:on\w+|src|href|style|srcset|action)\s*=", attributes), html


def test_links_keep_their_words_and_images_their_description() -> None:
    assert markdown_html("see [the page](https://evil.example) and ![a cup](https://evil.example/c.png)") == (
        "<p>see the page and a cup</p>\n"
    )


def test_fine_print_and_headline() -> None:
    assert markdown_html("*Counts orders.*").startswith('<p class="fine"><em>')
    assert markdown_html("*Counts orders.* [A1]", EVIDENCE).startswith('<p class="fine"><em>')
    assert markdown_html("**Yes. [A1]** Because", EVIDENCE).startswith('<p class="bold-first"><strong>')
    assert markdown_html("**They wait**, typically long").startswith("<p><strong>")


def test_a_figure_that_is_underlined_once_needs_no_further_mark() -> None:
    html = markdown_html("**434 customers [F1] (your top 10 % [F2]) bring 59.9 % [F2]**", EVIDENCE)
    assert marked(html) == {"F1": "434 customers", "F2": "59.9 %"}
    assert 'class="mark' not in html
