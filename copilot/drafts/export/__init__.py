"""Drafts as documents: markdown to read and share, JSON to keep and exchange."""

from copilot.drafts.export.json import from_json, json_schema, to_json
from copilot.drafts.export.markdown import to_markdown

__all__ = ["from_json", "json_schema", "to_json", "to_markdown"]
