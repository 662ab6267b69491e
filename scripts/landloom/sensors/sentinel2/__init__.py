"""Sentinel-2 products: levels 2A and 3A of THEIA, and Sen2Cor."""
