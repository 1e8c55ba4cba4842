"""Measures how long the web app takes to answer after its start, against an empty Gradio app."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from typing import Final

ROUNDS: Final = 5
LIMIT: Final = 1.5
_TIME_OUT: Final = 120.0
_EMPTY: Final = """
import sys
import gradio as gr
with gr.Blocks(analytics_enabled=False) as blocks:
    gr.Textbox()
blocks.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
"""
_OURS: Final = """
import sys
from cmo_copilot.ui import serve
serve(port=int(sys.argv[1]))
"""


def seconds_to_answer(program: str, home: str) -> float:
    """Seconds from starting `program` in a new process until its page is answered.

    Raises RuntimeError if it stops or does not answer within two minutes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "COPILOT_HOME": home, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    started = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, "-c", program, str(port)], env=environment, stdout=quiet, stderr=quiet)
    try:
        while time.perf_counter() - started < _TIME_OUT and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    return time.perf_counter() - started
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    raise RuntimeError("the app did not answer")


def main() -> int:
    """Print both times (best of five, taken in turns, disk warm) and their ratio; 1 if it is above the limit."""
    with tempfile.TemporaryDirectory() as home:
        for program in (_EMPTY, _OURS):
            seconds_to_answer(program, home)
        rounds = [(seconds_to_answer(_EMPTY, home), seconds_to_answer(_OURS, home)) for _ in range(ROUNDS)]
    empty, ours = (min(column) for column in zip(*rounds, strict=True))
    ratio = ours / empty
    sys.stdout.write(f"empty Gradio app {empty:.2f} s, CMO copilot {ours:.2f} s, ratio {ratio:.2f} (limit {LIMIT})\n")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
