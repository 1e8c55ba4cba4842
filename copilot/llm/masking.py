"""Keeps keys and contact data out of the log, whoever writes to it."""

from __future__ import annotations

import logging
import re

from copilot.llm.contact import ContactGuard

_SECRET = re.compile(
    r"(?i)\b(?:sk|pk|rk|key)-[\w-]{6,}|\bBearer\s+\S+|(?<=api_key=)\S+|(?<=api-key: )\S+|(?<=://)[^\s/@]+(?=@)"
)


class MaskingFilter(logging.Filter):
    """Rewrites each record: keys become `***`, e-mail addresses and phone numbers their marks, exceptions only
    their type and place. Attach to handlers, so that records of libraries pass it too.
    """

    def __init__(self, guard: ContactGuard | None = None) -> None:
        super().__init__()
        self._guard = guard or ContactGuard()

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place; nothing is dropped."""
        record.msg = mask(record.getMessage(), self._guard)
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            record.msg += f" [{where(record.exc_info[1])}]"
            record.exc_info = None
            record.exc_text = None
        return True


def mask(text: str, guard: ContactGuard) -> str:
    """The text without keys and contact data.

    >>> mask("401 for sk-SECRET123 of ann@example.org", ContactGuard())
    '401 for *** of [e-mail]'
    """
    return guard.scrub(_SECRET.sub("***", text))


def where(error: BaseException) -> str:
    """Type and place of an error without its words, which may repeat data: `KeyError in _run:33`."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else ""
    return type(error).__name__ + place
