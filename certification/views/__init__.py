"""The doors of certification, one file a reader."""
