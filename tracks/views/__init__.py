"""The doors of the tracks floor."""
