"""User-defined functions that make features."""
