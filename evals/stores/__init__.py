"""Planted-truth shops S01-S14: generated, seeded shops whose right answers, and forbidden ones, are known."""
