"""Made-up items and cloud-optimized GeoTIFFs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.shutil import copy as copy_raster

from landloom.geo.grids import Grid
from landloom.sensors.stac.settings import StacSettings

TILE = "T31TCJ"
SIDE = 512
GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, SIDE, SIDE)


def write_cog(path: Path, values: np.ndarray, nodata: float | None = 0, grid: Grid = GRID) -> Path:
    """Write a COG in blocks of 128 pixels, so that a window is a small part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = values.shape[0] if values.ndim == 3 else 1
    plain = path.with_suffix(".plain.tif")
    with rasterio.open(
        plain, "w", driver="GTiff", dtype=values.dtype, count=count, nodata=nodata, **grid.profile()
    ) as dataset:
        dataset.write(values if values.ndim == 3 else values[None])
    copy_raster(plain, path, driver="COG", blocksize=128, compress="deflate", overviews="none")
    plain.unlink()
    return path


def item(name: str = "S2A_31TCJ_20180601_0_L2A", day: str = "2018-06-01", **changes: Any) -> dict[str, Any]:
    """Return an item as Earth Search has them, whose assets lie beside it; a change of None takes a property away."""
    properties: dict[str, Any] = {
        "datetime": f"{day}T10:50:31.000Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TCJ",
        "s2:processing_baseline": "02.08",
        "updated": "2020-01-01T00:00:00Z",
        **changes,
    }
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "collection": "sentinel-2-l2a",
        "properties": {key: value for key, value in properties.items() if value is not None},
        "geometry": {"type": "Polygon", "coordinates": [[[0, 44], [1, 44], [1, 45], [0, 45], [0, 44]]]},
        "bbox": [0, 44, 1, 45],
        "links": [],
        "assets": {
            "red": asset(f"{name}/B04.tif", "red"),
            "nir": asset(f"{name}/B08.tif", "nir"),
            "scl": {"href": f"{name}/SCL.tif"},
        },
    }


def asset(href: str, common_name: str, **more: Any) -> dict[str, Any]:
    raster = {"nodata": 0, "scale": 0.0001, "offset": 0}
    return {
        "href": href,
        "eo:bands": [{"name": common_name, "common_name": common_name}],
        "raster:bands": [raster | more],
    }


def write_assets(folder: Path, one: dict[str, Any], seed: int = 1) -> None:
    """Write the files of an item."""
    random = np.random.default_rng(seed)
    for key in ("B04", "B08"):
        write_cog(folder / one["id"] / f"{key}.tif", random.integers(1, 9000, (SIDE, SIDE)).astype(np.uint16))
    scl = random.choice(np.array([4, 5, 8, 0], np.uint8), (SIDE, SIDE), p=[0.5, 0.4, 0.05, 0.05])
    write_cog(folder / one["id"] / "SCL.tif", scl, None)


def write_items(path: Path, *items: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(items)}))
    return path


def at(url: str, one: dict[str, Any], query: str = "") -> dict[str, Any]:
    """Return an item whose assets lie at an address."""
    assets = {key: asset | {"href": f"{url}/{asset['href']}{query}"} for key, asset in one["assets"].items()}
    return one | {"assets": assets}


def stac(archive: Path | str, /, **changes: Any) -> StacSettings:
    return StacSettings(**{"type": "stac", "archive": str(archive), "bands": {"B4": "red", "B8": "nir"}, **changes})
