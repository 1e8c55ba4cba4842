"""Loads the libraries that the first question needs, in the background, once the server stands."""

from __future__ import annotations

import importlib
import logging
from typing import Final

from copilot.app import Copilot

_log = logging.getLogger(__name__)
_MODULES: Final = ("copilot.composition", "copilot.statistics.overview", "copilot.guide.search")


def warm_up(copilot: Copilot) -> None:
    """Import them and open the guide. A failure is only noted: it is told when a question needs the library."""
    try:
        for name in _MODULES:
            importlib.import_module(name)
        copilot.chat()
        copilot.guide()
    except Exception as error:  # noqa: BLE001 - boundary of a background job
        _log.warning("warm-up failed: %s", type(error).__name__)
