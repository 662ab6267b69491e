"""Write products as a user finds them after unpacking a download from THEIA."""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from landloom.demo.imaging import BANDS_10_M, NODATA, Image, at_10_m
from landloom.demo.layout import DemoTile
from landloom.demo.metadata import product_metadata
from landloom.demo.passes import Observation
from landloom.demo.sky import Sky


def write_product(folder: Path, observation: Observation, image: Image, sky: Sky) -> None:
    """Write one product below `folder`, the archive of its tile."""
    product_folder = folder / observation.product
    (product_folder / "MASKS").mkdir(parents=True)
    for kind, bands in (("FRE", image.flat), ("SRE", image.surface)):
        for band, reflectance in bands.items():
            pixel_m = 10 if band in BANDS_10_M else 20
            path = product_folder / f"{observation.product}_{kind}_{band}.tif"
            write_raster(path, reflectance, observation.tile, pixel_m, nodata=NODATA)
    _write_masks(product_folder / "MASKS", observation, image, sky)
    (product_folder / f"{observation.product}_MTD_ALL.xml").write_bytes(product_metadata(observation))


def _write_masks(folder: Path, observation: Observation, image: Image, sky: Sky) -> None:
    edge = sky.outside.astype(np.uint8)
    layers = {
        "CLM_R1": at_10_m(sky.cloud_mask),
        "CLM_R2": sky.cloud_mask,
        "SAT_R1": image.saturation[0],
        "SAT_R2": image.saturation[1],
        "EDG_R1": at_10_m(edge),
        "EDG_R2": edge,
    }
    for name, layer in layers.items():
        pixel_m = 10 if name.endswith("R1") else 20
        write_raster(folder / f"{observation.product}_{name}.tif", layer, observation.tile, pixel_m)


def write_raster(path: Path, values: NDArray, tile: DemoTile, pixel_m: int, nodata: int | None = None) -> None:
    """Write one band on a grid of the tile as a deflated GeoTIFF."""
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": f"EPSG:{tile.epsg}",
        "transform": tile.transform(pixel_m),
        "compress": "deflate",
        "predictor": 2,
    }
    with rasterio.open(path, "w", nodata=nodata, **profile) as raster:
        raster.write(values, 1)
