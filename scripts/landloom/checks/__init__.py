"""Plausibility of maps: checks, seams, quality gate."""
