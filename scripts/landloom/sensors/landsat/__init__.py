"""Products of Landsat: Collection 2 of the USGS, and those of THEIA."""
