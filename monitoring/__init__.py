"""Watches what was decided: the draw, spot checks, oversight (fourth floor)."""
