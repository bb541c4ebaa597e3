"""The ground floor: people, cities, organisations, roles, jobs and the journal; wires the other floors by name."""
