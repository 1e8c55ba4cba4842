"""Prompt texts (markdown with declared variables); read by copilot.prompting, never imported for code."""
