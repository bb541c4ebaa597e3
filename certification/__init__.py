"""Decides: standards, panels, reviews, reports, committees, certificates (third floor)."""
