"""What may be opened: every raster and vector file, of users and of the workflow, is judged here before GDAL."""
