"""The page that shows the maps of a year: pan, zoom, layers, legend, values under the cursor."""
