"""Cuts streamed markdown into complete blocks: a paragraph, a list, a table, a heading, a table reference."""

from __future__ import annotations

import re
from typing import Final

_ALONE = re.compile(r"#{1,6}\s|\{(?:table|chart|draft):[^}\n]*\}\s*$")
_FENCE: Final = "```"
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\([^)\n]*\)")
_REFERENCE = re.compile(r"^\s*\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_BARE = re.compile(r"\b(?:https?|ftp|data|javascript):[^\s)>\]]+", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^>\n]*>?")


class BlockBuffer:
    """Takes text as it streams in; gives back blocks once nothing can be added to them any more.

    >>> buffer = BlockBuffer()
    >>> buffer.feed("First par")
    []
    >>> buffer.feed("agraph.\\n\\nSecond")
    ['First paragraph.']
    >>> buffer.finish()
    ['Second']
    """

    def __init__(self) -> None:
        self._open: list[str] = []
        self._line = ""
        self._fenced = False

    def feed(self, text: str) -> list[str]:
        """Add text; give the blocks it completed."""
        self._line += text
        *lines, self._line = self._line.split("\n")
        return [block for line in lines for block in self._take(line)]

    def finish(self) -> list[str]:
        """Give what is left, and start anew."""
        left = [*self._take(self._line), *self._close()]
        self.clear()
        return left

    def clear(self) -> None:
        """Forget what is not complete."""
        self._open, self._line, self._fenced = [], "", False

    def _take(self, line: str) -> list[str]:
        if line.lstrip().startswith(_FENCE):
            self._fenced = not self._fenced
        elif not self._fenced and not line.strip():
            return self._close()
        elif not self._fenced and _ALONE.match(line.strip()):
            return [*self._close(), line.strip()]
        self._open.append(line.rstrip())
        return []

    def _close(self) -> list[str]:
        block, self._open = "\n".join(self._open).strip("\n"), []
        return [block] if block.strip() else []


def without_addresses(text: str) -> str:
    """The text without links, pictures, web addresses and HTML: an answer cites evidence and never leads elsewhere.

    A picture's address fetched by the browser would carry data away.

    >>> without_addresses("see [here](https://example.org/?q=1) ![x](http://example.org/p.png)")
    'see here x'
    """
    plain = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    return _TAG.sub("", _BARE.sub("(address left out)", _REFERENCE.sub("", plain))).rstrip()
