"""Shared basics of all rooms: errors, text, atomic files, digests, classes, stored values."""
