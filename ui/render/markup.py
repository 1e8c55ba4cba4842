"""Makes HTML elements in which everything that is not markup already is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

Part = object
_VOID: Final = frozenset({"br", "hr", "input", "col"})


def tag(name: str, *children: Part, **attributes: object) -> Markup:
    """One element. Children that are not Markup are escaped; None and False are left out, in attributes too.

    `cls` becomes `class`, other underscores become hyphens; True gives an attribute without a value.

    >>> str(tag("p", "a < b", cls="note", data_id="F1"))
    '<p class="note" data-id="F1">a &lt; b</p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")  # noqa: S704 - names are literals, values are escaped
    return Markup(f"<{name}{written}>{join(children)}</{name}>")  # noqa: S704 - children are escaped by join


def join(parts: Iterable[Part], separator: str = "") -> Markup:
    """Parts one after another, each escaped unless it is markup; None and False are left out."""
    return escape(separator).join(escape(part) for part in parts if part is not None and part is not False)


def chip(text: str, action: str, argument: str = "", *, primary: bool = False) -> Markup:
    """A button that asks the page to do `action` with `argument` (see page.js)."""
    classes = "chip primary" if primary else "chip"
    return tag("button", text, type="button", cls=classes, data_do=action, data_arg=argument)


def note(title: str, text: str = "", kind: str = "warm") -> Markup:
    """A coloured note: `warm` for something to know, `hot` for something that failed, `plain` for a remark."""
    return tag("div", title and tag("b", title), " " if title and text else None, text, cls=f"note {kind}", role="note")


def stash(identifier: str, kind: str, title: str, content: Markup) -> Markup:
    """Hidden content that the panel at the right shows when its mark is clicked."""
    return tag("div", content, hidden=True, data_stash=identifier, data_kind=kind, data_title=title)


def _attribute(key: str, value: object) -> Markup:
    if value is None or value is False:
        return Markup("")
    name = "class" if key == "cls" else key.strip("_").replace("_", "-")
    if value is True:
        return Markup(f" {name}")  # noqa: S704 - attribute names are literals of this package
    return Markup(' {}="{}"').format(Markup(name), value)  # noqa: S704 - as above; the value is escaped
