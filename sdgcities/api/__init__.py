"""What the addresses for programs share: problems, parameters, pages, tags of versions, sign-in, the schema."""
