"""A made-up project of fields: images of a red and a near infrared band with masks, and three classes."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin

WEST, NORTH, RESOLUTION_M, CRS = 400000.0, 4800000.0, 10.0, "EPSG:32631"


def write_image(folder: Path, day: str, bands: np.ndarray, clear: np.ndarray) -> None:
    """Write an acquisition of tile A: two bands, and 1 where nothing hides the ground."""
    height, width = clear.shape
    options = {"driver": "GTiff", "height": height, "width": width, "crs": CRS}
    options["transform"] = from_origin(WEST, NORTH, RESOLUTION_M, RESOLUTION_M)
    with rasterio.open(folder / f"A_{day}.tif", "w", count=2, dtype="int16", nodata=-10000, **options) as dataset:
        dataset.write(bands.astype("int16"))
    with rasterio.open(folder / f"A_{day}_clear.tif", "w", count=1, dtype="uint8", nodata=255, **options) as dataset:
        dataset.write(clear.astype("uint8"), 1)


def write_classes(folder: Path) -> None:
    """Write the nomenclature."""
    (folder / "classes.csv").write_text("label,name,color\n1,Wheat,#ff0000\n2,Maize,#00ff00\n3,Rice,#0000ff\n")


def configuration(step_days: int, **changes: object) -> dict:
    """Return what a map of the fields needs at least, and more."""
    series = {
        "type": "series",
        "archive": "archive",
        "file": "{tile}_{date}.tif",
        "bands": {"red": 1, "nir": 2},
        "mask": {"file": "{tile}_{date}_clear.tif", "valid_values": [1]},
        "step_days": step_days,
    }
    return {
        "years": {2018: None},
        "tiles": ["A"],
        "sensors": {"s": series},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.gpkg", "field": "label"},
        "seed": 5,
    } | changes
