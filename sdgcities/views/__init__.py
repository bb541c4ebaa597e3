"""The ground floor's doors."""
