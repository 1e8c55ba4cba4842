"""CMO copilot: the marketing copilot for online shops. `from copilot import Copilot` is the whole programmatic face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copilot.errors import CopilotError
from copilot.settings import Settings
from copilot.version import __version__

if TYPE_CHECKING:
    from copilot.app import Copilot

__all__ = ["Copilot", "CopilotError", "Settings", "__version__"]


def __getattr__(name: str) -> Any:
    """`Copilot` is loaded when it is asked for: `cmo-copilot --help` needs no table engine."""
    if name == "Copilot":
        from copilot.app import Copilot  # late: DuckDB, Ibis and pandas take a second to import

        return Copilot
    raise AttributeError(f"module 'copilot' has no attribute {name!r}")
