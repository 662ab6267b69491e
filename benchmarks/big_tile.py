"""A tile of any size from the demo's, for measurements of scale.

The demo's generator holds a tile's landscape in memory, too much for 10980 x 10980 pixels. So its images are laid
side by side, every other one mirrored, and each pixel gets fresh noise: no two places are the same, neither to the
forest nor to the files' compression (Deflate with a predictor, in strips, as THEIA delivers them).

Usage: python -m benchmarks.big_tile FOLDER SIDE_PX [DATES]
"""

import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import rasterio

from landloom.demo.archive import make_demo

TILE = "T31TBJ"
NODATA = -10000
NOISE = 12
"""Standard deviation of the noise, in reflectance times 10000: that of Sentinel-2 over dark land."""
ROWS_AT_ONCE = 256


def make_big_tile(folder: Path, side_px: int, dates: int = 16) -> None:
    """Write ``{folder}/archive/T31TBJ`` with tiles of ``side_px`` pixels, and the demo's vectors beside it.

    Parameters
    ----------
    folder : Path
        Made where missing.
    side_px : int
        Rows and columns of the 10 m bands, even.
    dates : int
        Number of acquisitions, at most the demo's 16.
    """
    demo = folder / "demo"
    if not demo.exists():
        make_demo(demo)
    products = sorted((demo / "archive" / TILE).iterdir())[:dates]
    files = [path for product in products for path in sorted(product.rglob("*")) if path.is_file()]
    wanted = [path for path in files if "_SRE_" not in path.name]
    targets = [folder / "archive" / TILE / path.relative_to(demo / "archive" / TILE) for path in wanted]
    with ProcessPoolExecutor() as pool:
        list(pool.map(_enlarge, wanted, targets, [side_px] * len(wanted), range(len(wanted))))


def _enlarge(source: Path, target: Path, side_px: int, seed: int) -> None:
    """Write one file of a product at the size wanted; copy what is no image."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix != ".tif":
        shutil.copy(source, target)
        return
    with rasterio.open(source) as dataset:
        values, profile = dataset.read(1), dataset.profile
    side = side_px * 10 // round(profile["transform"].a)
    where = positions(len(values), side)
    keep = ("driver", "dtype", "count", "crs", "transform", "nodata", "compress")
    options = {key: profile[key] for key in keep} | {"predictor": 2, "bigtiff": "if_safer"}
    rng = np.random.default_rng(seed)
    with rasterio.open(target, "w", height=side, width=side, **options) as dataset:
        for row in range(0, side, ROWS_AT_ONCE):
            part = values[np.ix_(where[row : row + ROWS_AT_ONCE], where)]
            if part.dtype == np.int16:
                part = noisy(part, rng)
            dataset.write(part, 1, window=((row, row + len(part)), (0, side)))


def positions(length: int, side: int) -> np.ndarray:
    """Return which row or column of the demo's image stands at each of the large one's."""
    return np.resize(np.concatenate([np.arange(length), np.arange(length)[::-1]]), side)


def noisy(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return reflectances with noise, where there is one."""
    noise = (rng.standard_normal(values.shape, np.float32) * NOISE).astype(np.int16)
    return np.where(values == NODATA, values, np.maximum(values + noise, NODATA + 1))


if __name__ == "__main__":
    make_big_tile(Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:]))
