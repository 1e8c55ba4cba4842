"""Guide articles (markdown with front matter); read by copilot.guide, never imported for code."""
