"""Commands of the tracks floor."""
