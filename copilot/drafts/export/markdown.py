"""Drafts as readable markdown: the document first, its evidence as footnotes."""

from __future__ import annotations

from copilot.drafts.brief import CampaignBrief
from copilot.drafts.export.markdown_brief import brief_page
from copilot.drafts.export.markdown_profiles import icp_page, persona_page
from copilot.drafts.icp import ICP
from copilot.drafts.persona import Persona


def to_markdown(draft: ICP | Persona | CampaignBrief) -> str:
    """The draft as a markdown page with footnotes; the same draft always gives the same text."""
    if isinstance(draft, ICP):
        return icp_page(draft)
    if isinstance(draft, Persona):
        return persona_page(draft)
    return brief_page(draft)
