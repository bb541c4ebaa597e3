"""The commands of certification."""
