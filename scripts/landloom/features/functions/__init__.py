"""User-defined functions that compute features."""
