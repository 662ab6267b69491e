"""Small images and texts that name other files."""

from pathlib import Path

import numpy as np
import rasterio

from landloom.geo.grids import Grid

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 32, 32)

VRT = (
    '<VRTDataset rasterXSize="{0}" rasterYSize="{0}"><VRTRasterBand dataType="Byte" band="1"{2}><SimpleSource>'
    '<SourceFilename relativeToVRT="{3}">{1}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>'
    "</VRTRasterBand></VRTDataset>"
)


def image(path: Path, value: int = 1, **options) -> Path:
    options = {"driver": "GTiff", "count": 1, "dtype": "uint8"} | GRID.profile() | options
    with rasterio.open(path, "w", **options) as dataset:
        dataset.write(np.full((dataset.count, dataset.height, dataset.width), value, "uint8"))
    return path


def vrt(path: Path, source: Path | str, side: int = 32, band: str = "", relative: int = 0) -> Path:
    path.write_text(VRT.format(side, source, band, relative))
    return path
