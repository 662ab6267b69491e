"""The HTML report of a year."""
