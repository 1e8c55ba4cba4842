"""Loads the libraries that the first question needs, in the background, once the server stands."""

from __future__ import annotations

import importlib
import logging
from typing import Final

_log = logging.getLogger(__name__)
_MODULES: Final = ("copilot.chat.session", "langchain.agents", "chromadb")


def warm_up() -> None:
    """Import them. A failure is only noted here: it is told when a question needs the library."""
    for name in _MODULES:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - boundary of a background job
            _log.warning("warm-up of %s failed: %s", name, type(error).__name__)
