"""Pure functions from events, evidence, tables and drafts to HTML."""
