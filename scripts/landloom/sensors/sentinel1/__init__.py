"""Sentinel-1 ground range detected products (IW GRD): names, archives, annotation, calibration and noise tables."""
