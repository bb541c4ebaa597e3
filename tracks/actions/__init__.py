"""The verbs of the tracks floor."""
