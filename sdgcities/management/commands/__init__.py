"""The ground floor's commands, one file each."""
