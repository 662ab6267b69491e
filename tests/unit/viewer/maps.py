"""Maps of a year in a folder, as the workflow leaves them: small, or too large for a page to hold all pixels."""

import base64
import datetime
import io
import json
import re

import numpy as np
import rasterio
from PIL import Image

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.maps import cloud_optimized
from landloom.viewer.page import Edition

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 60)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
CLASSES = Nomenclature(
    (
        LandClass(3, "3", "wheat", "#e0a020"),
        LandClass(7, "7", "water", "#2060c0"),
        LandClass(300, "300", HOSTILE, "#20a040"),
    )
)
EDITION = Edition("Land <b>cover</b>", "2018", (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)))


def fields(grid=GRID, seed=0):
    """Return codes in patches, among them unclassified pixels."""
    rng = np.random.default_rng(seed)
    coarse = rng.choice([0, 3, 7, 300], (-(-grid.rows // 5), -(-grid.columns // 5)), p=[0.1, 0.4, 0.3, 0.2])
    return np.kron(coarse, np.ones((5, 5), int))[: grid.rows, : grid.columns].astype(np.uint16)


def write(path, values, grid=GRID, nodata=0, resampling="nearest", colors=None):
    """Write a raster, as mosaics are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bands = values if values.ndim == 3 else values[None]
    given = {"bands": len(bands), "nodata": nodata}
    with cloud_optimized.create(path, grid, bands.dtype.name, {}, resampling, **given) as target:
        target.write(bands)
        if colors:
            rasters.describe_classes(target, colors)
    return path


def map_of_classes(folder, grid=GRID):
    """Return the mosaics of a year: classes, confidence, and the number of valid observations."""
    rng = np.random.default_rng(1)
    codes = fields(grid)
    confidence = np.where(codes > 0, rng.integers(30, 101, codes.shape), 0).astype(np.uint8)
    return [
        write(folder / "map/run0/classification.tif", codes, grid),
        write(folder / "map/run0/confidence.tif", confidence, grid, resampling="average"),
        write(
            folder / "map/validity.tif", rng.integers(0, 400, codes.shape).astype(np.uint16), grid, None, "average"
        ),
    ]


def contents(text):
    """Return what the script of a page goes by."""
    return json.loads(re.search(r'id="content">(.*?)</script>', text, re.S).group(1))


def images(text):
    """Return the numbers of each layer of a page."""
    found = re.findall(r'class="image">(.*?)</script>', text)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(one)))) for one in found]


def read(path, band=1):
    with rasterio.open(path) as dataset:
        return dataset.read(band)
