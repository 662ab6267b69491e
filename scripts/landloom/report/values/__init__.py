"""The page of a target."""
