"""Drafts as JSON documents and back, with the schema they follow."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from copilot.drafts.brief import CampaignBrief
from copilot.drafts.draft import DRAFT
from copilot.drafts.icp import ICP
from copilot.drafts.persona import Persona
from copilot.errors import DraftRefused


def to_json(draft: ICP | Persona | CampaignBrief) -> str:
    """The whole draft with its evidence, indented; `from_json` gives an equal draft back."""
    return draft.model_dump_json(indent=2) + "\n"


def from_json(text: str) -> ICP | Persona | CampaignBrief:
    """A draft from its JSON form. Raises DraftRefused, naming the first field that breaks a rule."""
    try:
        return DRAFT.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DraftRefused(
            f"This is not a valid draft: {where}: {first['msg']}.",
            "Every claim needs evidence and every assumption a test; compare with an exported draft.",
        ) from error


def json_schema() -> dict[str, Any]:
    """The JSON schema of all draft kinds."""
    return DRAFT.json_schema()


def schema_text() -> str:
    """The same as indented text."""
    return json.dumps(json_schema(), indent=2)
