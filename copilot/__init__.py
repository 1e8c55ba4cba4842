"""CMO copilot: the marketing copilot for online shops. `from copilot import Copilot` is the whole programmatic face."""

from copilot.app import Copilot
from copilot.errors import CopilotError
from copilot.settings import Settings
from copilot.version import __version__

__all__ = ["Copilot", "CopilotError", "Settings", "__version__"]
