"""Which pixels train, and their features."""
