"""The doors of certification for programs: read only, by the accessors and questions that the pages use."""
