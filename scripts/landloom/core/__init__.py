"""Vocabulary of every module: errors, text, files written whole, digests, classes, stored values."""
