"""The union of all draft kinds: what the store keeps, the exporters write and the screen shows."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from copilot.drafts.brief import CampaignBrief
from copilot.drafts.icp import ICP
from copilot.drafts.persona import Persona

Draft = Annotated[ICP | Persona | CampaignBrief, Field(discriminator="kind")]

DRAFT: Final[TypeAdapter[ICP | Persona | CampaignBrief]] = TypeAdapter(Draft)
