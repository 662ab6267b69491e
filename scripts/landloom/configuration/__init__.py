"""Configuration: all sections together, and the checks before any job."""
