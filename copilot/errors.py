"""Every error a user may see, and nothing else: the bottom layer, which imports nothing of the project.

CopilotError                what happened + what to do, in the user's words
|-- UsageProblem            the call itself is wrong (exit code 2)
|-- DataRefused             a file or column cannot be used (exit code 3)
|-- CannotAnswer            the question cannot be answered from what is there (exit code 1)
|   |-- UnknownName         a name that is not in the data or the catalogue, with the nearest ones
|   `-- NothingLoaded       no data yet
|-- WorkspaceBusy           another process holds the workspace
|-- DraftRefused            a draft or an edit of it breaks a rule
`-- ModelUnavailable        the connected language model did not give a usable answer
"""

from __future__ import annotations

from collections.abc import Iterable


class CopilotError(Exception):
    """A problem told in the user's words: `what` happened, `advice` what to do about it.

    `code` is stable and machine-readable. The text of a CopilotError may be shown and may be sent to a
    model, so it never contains identities, keys or paths outside the workspace.
    """

    exit_code = 1
    code = "problem"

    def __init__(self, what: str, advice: str = "", *, code: str | None = None) -> None:
        super().__init__(f"{what} {advice}".strip())
        self.what = what
        self.advice = advice
        if code is not None:
            self.code = code


class UsageProblem(CopilotError):
    """The call is wrong: an unknown option, a missing argument, two that exclude each other."""

    exit_code = 2
    code = "usage"


class DataRefused(CopilotError):
    """A file cannot be used as it is. Nothing of it was stored; what was there before is untouched."""

    exit_code = 3
    code = "data_refused"


class CannotAnswer(CopilotError):
    """The data at hand cannot answer this; `advice` names the export or setting that would."""

    code = "cannot_answer"


class NothingLoaded(CannotAnswer):
    """The workspace has no data of the kind needed."""

    code = "nothing_loaded"


class UnknownName(CannotAnswer):
    """A name (metric, country, product, segment, column ...) that does not exist, with the nearest that do."""

    code = "unknown_name"

    def __init__(self, kind: str, name: str, nearest: Iterable[str] = ()) -> None:
        self.nearest = tuple(nearest)
        hint = f"Did you mean {', '.join(repr(n) for n in self.nearest)}?" if self.nearest else ""
        super().__init__(f"There is no {kind} {name!r} here.", hint)


class WorkspaceBusy(CopilotError):
    """Another process is writing to this workspace."""

    code = "workspace_busy"


class DraftRefused(CopilotError):
    """A draft, or an edit of one, would break a rule: a claim without evidence, an unsupported number."""

    code = "draft_refused"


class ModelUnavailable(CopilotError):
    """The connected model gave no usable answer; the built-in engine takes over."""

    code = "model_unavailable"
