"""Static (ancillary) rasters as features."""
