"""Products of Sentinel-2: levels 2A and 3A of THEIA, Sen2Cor."""
