"""Sets what Gradio and its hub client read from the environment: no calls home, a private folder for uploads."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from copilot.settings import Settings

_OFFLINE: Final = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_SHARE": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


def stay_offline(incoming: Path) -> None:
    """To be called before Gradio is imported. `incoming` is where a browser's uploads land until they are read."""
    os.environ.update(_OFFLINE)
    os.environ["GRADIO_TEMP_DIR"] = str(incoming)


def incoming_folder(settings: Settings, workspace: str) -> Path:
    """The empty folder for uploads in transit, readable by this user only.

    What an earlier run left there was either taken into the workspace or refused, so it is removed.
    """
    folder = settings.home / workspace / "incoming"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder
