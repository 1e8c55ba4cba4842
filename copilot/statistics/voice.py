"""Owns the voice of the customer as others see it: themes of reviews and tickets, and survey answers."""

from __future__ import annotations

from copilot.statistics.survey import Answer, Survey, SurveyQuestion, survey
from copilot.statistics.voice_themes import Phrase, Theme, Voice, themes

__all__ = ["Answer", "Phrase", "Survey", "SurveyQuestion", "Theme", "Voice", "survey", "themes"]
