"""Fusion of runs, maps and sensors."""
