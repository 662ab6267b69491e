"""How far things may go, and how much they take: numbers that modules share which do not import each other."""

FARTHEST = 1e9
"""Whatever the unit of a CRS, nothing on Earth has larger coordinates; squares of far larger ones overflow."""

NO_PERCENT = 255
"""In layers of percentages of which 0 is one: where nothing is classified."""

OUTPUT_BLOCK_PX = 256
"""Side of the blocks in which rasters are written."""

BASE_MB = 800
"""What a job needs beside its windows: Python and its libraries, GDAL's cache, models, the features in work."""

BYTES_PER_PIXEL = 20
"""What a pixel of a window needs beside the series: region, positions."""
