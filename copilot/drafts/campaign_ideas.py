"""Campaign ideas for each stage of the journey guide: what to do, why here, and what it needs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.drafts.model import Claim, Part


class Idea(Part):
    """One idea: a means the journey guide names, filled with what this shop's own data says."""

    name: str
    sub_stage: str
    why: Claim
    needs: str = Field(description="what must exist before it can run")


class IdeaSet(Part):
    """The ideas of one stage under the guide's principle for it."""

    stage: Literal["cold", "warm", "hot"]
    principle: Claim
    ideas: tuple[Idea, ...] = Field(min_length=3)
