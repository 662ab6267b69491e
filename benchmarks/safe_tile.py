"""A tile of any size as Sen2Cor delivers it, for measurements of reading: JPEG 2000 in a `.SAFE` folder.

The images are those of `big_tile.py`: the demo's laid side by side, with fresh noise, now lossless JPEG 2000 in the
tiles that Sen2Cor cuts (1024 pixels of 10 m, 640 of 20 m).

Usage: python -m benchmarks.safe_tile FOLDER SIDE_PX [DATES]
"""

from __future__ import annotations

import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from benchmarks.big_tile import NODATA, TILE, noisy, positions
from landloom.demo.archive import make_demo

OFFSET = 1000
"""What Sen2Cor adds to a reflectance times 10000 since baseline 04.00, so that dark water is above 0."""
BLOCKS_PX = {10: 1024, 20: 640}
"""Sides of the tiles of JPEG 2000 by resolution in metres."""
CLEAR, CLOUDY = 4, 9
"""Scene classes: vegetation, and clouds of high probability."""
ROWS_AT_ONCE = 1024
METADATA = "<root><BOA_QUANTIFICATION_VALUE>10000</BOA_QUANTIFICATION_VALUE>{offsets}</root>"
BAND_IDS = 13


@dataclass(frozen=True)
class Image:
    """An image to write: the demo's file it is made of, and where it goes."""

    source: Path
    target: Path
    resolution_m: int
    is_mask: bool


def make_safe_tile(folder: Path, side_px: int, dates: int = 3) -> None:
    """Write ``{folder}/archive/*.SAFE`` with tiles of ``side_px`` pixels, and the demo's vectors beside it.

    Parameters
    ----------
    folder : Path
        Made where missing.
    side_px : int
        Rows and columns of the 10 m bands, even.
    dates : int
        Number of acquisitions: the clearest of the demo's 16, of which all blocks have to be decoded.
    """
    demo = folder / "demo"
    if not demo.exists():
        make_demo(demo)
    products = sorted((demo / "archive" / TILE).iterdir(), key=_valid_fraction)[-dates:]
    images = [image for product in products for image in _images(product, folder / "archive")]
    with ProcessPoolExecutor() as pool:
        list(pool.map(_write, images, [side_px] * len(images), range(len(images))))


def _valid_fraction(product: Path) -> float:
    """Return how much of the tile a product of the demo shows."""
    (mask,), (band,) = product.glob("MASKS/*_CLM_R2.tif"), product.glob("*_FRE_B5.tif")
    with rasterio.open(mask) as clouds, rasterio.open(band) as image:
        return float(np.mean((clouds.read(1) == 0) & (image.read(1) != NODATA)))


def _images(product: Path, archive: Path) -> list[Image]:
    """Return the images of a product of the demo, and write the metadata of the one made of it."""
    match = re.match(r"SENTINEL2(\w)_(\d{8})-(\d{6})", product.name)
    assert match
    satellite, stamp = match[1], f"{match[2]}T{match[3]}"
    safe = archive / f"S2{satellite}_MSIL2A_{stamp}_N0400_R051_{TILE}_{stamp}.SAFE"
    safe.mkdir(parents=True, exist_ok=True)
    offsets = (f'<BOA_ADD_OFFSET band_id="{band}">{-OFFSET}</BOA_ADD_OFFSET>' for band in range(BAND_IDS))
    (safe / "MTD_MSIL2A.xml").write_text(METADATA.format(offsets="".join(offsets)), encoding="utf-8")
    images = safe / "GRANULE" / f"L2A_{TILE}_A000001_{stamp}" / "IMG_DATA"
    found = []
    for path in sorted(product.glob("*_FRE_B*.tif")):
        band = path.stem.rpartition("_")[2]
        name = band if band == "B8A" else f"B{int(band[1:]):02d}"
        metres = 10 if name in ("B02", "B03", "B04", "B08") else 20
        found.append(Image(path, images / f"R{metres}m" / f"{TILE}_{stamp}_{name}_{metres}m.jp2", metres, False))
    (mask,) = product.glob("MASKS/*_CLM_R2.tif")
    return [*found, Image(mask, images / "R20m" / f"{TILE}_{stamp}_SCL_20m.jp2", 20, True)]


def _write(image: Image, side_px: int, seed: int) -> None:
    """Write one image at the size wanted."""
    if image.target.exists():
        return
    with rasterio.open(image.source) as dataset:
        values, crs, corner = dataset.read(1), dataset.crs, dataset.transform
    side = side_px * 10 // image.resolution_m
    where, rng = positions(len(values), side), np.random.default_rng(seed)
    numbers = np.empty((side, side), np.uint8 if image.is_mask else np.uint16)
    for row in range(0, side, ROWS_AT_ONCE):
        part = values[np.ix_(where[row : row + ROWS_AT_ONCE], where)]
        numbers[row : row + ROWS_AT_ONCE] = _classes(part) if image.is_mask else _numbers(part, rng)
    image.target.parent.mkdir(parents=True, exist_ok=True)
    block = BLOCKS_PX[image.resolution_m]
    lossless = {"QUALITY": "100", "REVERSIBLE": "YES", "YCBCR420": "NO"}
    size = {"height": side, "width": side, "count": 1, "blockxsize": block, "blockysize": block}
    transform = Affine(image.resolution_m, 0, corner.c, 0, -image.resolution_m, corner.f)
    partial = image.target.with_suffix(".partial.jp2")
    with rasterio.open(
        partial, "w", driver="JP2OpenJPEG", dtype=numbers.dtype, crs=crs, transform=transform, **size, **lossless
    ) as dataset:
        dataset.write(numbers, 1)
    partial.rename(image.target)


def _numbers(part: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the numbers that Sen2Cor stores for reflectances: 0 where there is none."""
    values = noisy(part, rng).astype(np.int32)
    return np.where(part == NODATA, 0, np.maximum(values + OFFSET, 1)).astype(np.uint16)


def _classes(part: np.ndarray) -> np.ndarray:
    """Return the scene classes for a mask of clouds."""
    return np.where(part > 0, CLOUDY, CLEAR).astype(np.uint8)


if __name__ == "__main__":
    make_safe_tile(Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:]))
