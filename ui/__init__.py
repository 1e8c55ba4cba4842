"""The web app: serves the copilot to a browser on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.settings import Settings

from .environment import incoming_folder, stay_offline

if TYPE_CHECKING:
    import gradio as gr

    from copilot.app import Copilot

__all__ = ["build", "serve"]


def serve(
    settings: Settings | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    workspace: str = "default",
    open_browser: bool = False,
) -> None:
    """Serve the app until interrupted. `port` None means 7860 or the next free one.

    Raises UsageProblem for a `host` that other machines could reach (there is no login yet), or a port in use.
    """
    # Gradio and its hub client read their environment when they are imported, so it is set before that.
    chosen = settings or Settings.from_environment()
    stay_offline(incoming_folder(chosen, workspace))
    from .server import Address, run  # late: gradio reads the environment when imported

    run(Address(host, port, open_browser), chosen, workspace)


def build(copilot: Copilot) -> gr.Blocks:
    """The app's Gradio blocks, wired to an open copilot."""
    from .shell import build as build_shell  # late: as above

    return build_shell(copilot)
