"""Landsat products: Collection 2 of the USGS, and products of THEIA."""
