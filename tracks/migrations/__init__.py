"""Migrations of the tracks floor."""
