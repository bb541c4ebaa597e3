"""Template tag libraries of the ground floor."""
