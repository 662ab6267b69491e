"""The example on real data: Sentinel-2 over a square kilometre of Romanian forest, from a package on PyPI.

The wheel ``nrt`` 0.1.0 (Joint Research Centre, EUPL-1.2) carries Sentinel-2 bands and scene classification of 140
dates, and the Copernicus tree cover density of 2018. It is unpacked, never installed or run.
"""

import csv
import datetime
import hashlib
import io
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.features import shapes
from shapely.geometry import shape

from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.geo import vectors
from landloom.geo.grids import Grid
from landloom.geo.opening import raster_doors

WHEEL = "nrt==0.1.0"
SHA256 = "a9d4a49ba05b921e3eb03c3192c0b1312bd4315b9061414ad641b0d43e41519c"
CUBES = {"10m": ("B2", "B3", "B4", "B8"), "20m": ("B8A", "B11"), "SCL": ("SCL",)}
CRS = "EPSG:3035"
TREE_COVER = "tree_cover_density_2018_romania.tif"
BLOCK_PX = 5
"""Reference polygons do not reach over blocks of 5 x 5 pixels of 20 m."""

CLASSES = (
    (1, "tree cover below 50 %", "#e8d27a"),
    (2, "tree cover 50 to 80 %", "#8cc068"),
    (3, "tree cover above 80 %", "#2f7d3b"),
)
_EPOCH = datetime.date(2015, 8, 1)


def make_example(folder: Path) -> None:
    """Write the archive, both references (polygons of classes, points of tree cover) and the nomenclature.

    Raises
    ------
    InputError
        Where the wheel cannot be had, or is not the one that is expected.
    """
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary)
        unpack(download(source), source)
        write_archive(source, folder / "archive")
        write_reference(source / TREE_COVER, folder / "reference.gpkg")
        write_tree_cover(source / TREE_COVER, folder / "tree_cover.gpkg")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("label", "name", "color"), *CLASSES])
    write_text(folder / "nomenclature.csv", text.getvalue())


def download(folder: Path) -> Path:
    """Get the wheel from the package index with pip, and check its content."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    done = subprocess.run([*command, WHEEL], capture_output=True, text=True, check=False)
    found = list(folder.glob("*.whl"))
    if done.returncode or not found:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise InputError(f"pip could not download {WHEEL}, which holds the example's data: {last}")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != SHA256:
        raise InputError(f"{found[0].name}: sha256 is {digest}, not {SHA256}: not the file that is expected")
    return found[0]


def unpack(wheel: Path, folder: Path) -> None:
    """Write the three data files of the wheel into a folder, by their own names."""
    wanted = ["sentinel2_cube_subset_romania_10m.nc", "sentinel2_cube_subset_romania_20m.nc", TREE_COVER]
    with zipfile.ZipFile(wheel) as archive:
        for name in wanted:
            (folder / name).write_bytes(archive.read(f"nrt/data/{name}"))


def write_archive(source: Path, folder: Path) -> None:
    """Write each date as three GeoTIFFs: 10 m bands, 20 m bands, scene classification."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, bands in CUBES.items():
        resolution = "20m" if name == "20m" else "10m"
        cube = source / f"sentinel2_cube_subset_romania_{resolution}.nc"
        grid, dates = _grid(cube), _dates(cube, bands[0])
        # GDAL takes netCDF files for bottom-up where it does not understand their axes; these are top-down.
        with rasterio.Env(GDAL_NETCDF_BOTTOMUP="NO"):
            stack = np.stack([_variable(f'NETCDF:"{cube}":{band}') for band in bands], axis=1)
        for date, values in zip(dates, stack, strict=True):
            _write_date(folder / f"{date:%Y%m%d}_{name}.tif", values, grid)


def _open(path: str) -> Any:
    """Open a file whose grid GDAL does not find: it lies in variables of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return raster_doors.opened(path)


def _variable(path: str) -> np.ndarray:
    with _open(path) as dataset:
        found: np.ndarray = dataset.read()
        return found


def _grid(cube: Path) -> Grid:
    """Return the grid that the variables x and y give by their pixel centres."""
    x, y = (_variable(f'HDF5:"{cube}"://{axis}').ravel() for axis in "xy")
    step = float(x[1] - x[0])
    left, top = round(float(x[0]) - step / 2, 4), round(float(y[0]) + step / 2, 4)
    return Grid(CRS, left, top, step, step, len(y), len(x))


def _dates(cube: Path, band: str) -> list[datetime.date]:
    with _open(f'NETCDF:"{cube}":{band}') as dataset:
        tags = dataset.tags()
    if tags["time#units"] != f"days since {_EPOCH.isoformat()} 00:00:00":
        raise InputError(f"{cube.name}: unexpected time axis {tags['time#units']}")
    days = tags["NETCDF_DIM_time_VALUES"].strip("{}").split(",")
    return [_EPOCH + datetime.timedelta(days=int(day)) for day in days]


def _write_date(path: Path, values: np.ndarray, grid: Grid) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", dtype="uint16", count=len(values), nodata=0, compress="deflate", **grid.profile()
    ) as dataset:
        dataset.write(values)


def write_reference(tree_cover: Path, path: Path) -> None:
    """Write polygons of equal class within blocks: the pieces of a class in a block are one polygon."""
    with raster_doors.opened(tree_cover) as dataset:
        density, transform, known = dataset.read(1), dataset.transform, dataset.read_masks(1) > 0
    codes = np.where(known, 1 + (density >= 50).astype(np.int32) + (density > 80), 0)
    rows, columns = np.indices(codes.shape) // BLOCK_PX
    keys = (1 + rows * codes.shape[1] + columns) * 10 + codes
    parts = shapes(keys.astype(np.int32), mask=codes > 0, transform=transform)
    pieces = gpd.GeoDataFrame(_rows(parts), geometry="geometry", crs=CRS)
    whole = pieces.dissolve(by="key", as_index=False)
    vectors.write_layers(path, {"reference": whole[["code", "geometry"]]})


def write_tree_cover(tree_cover: Path, path: Path) -> None:
    """Write the tree cover of each pixel of 20 m, in percent, as a point at its centre."""
    with raster_doors.opened(tree_cover) as dataset:
        density, known = dataset.read(1), dataset.read_masks(1) > 0
        rows, columns = np.nonzero(known)
        x, y = dataset.xy(rows, columns)
    points = gpd.GeoDataFrame(
        {"tree_cover": density[known].astype(float)}, geometry=gpd.points_from_xy(x, y), crs=CRS
    )
    vectors.write_layers(path, {"tree_cover": points})


def _rows(parts: Any) -> Sequence[dict[str, Any]]:
    return [{"key": int(key), "code": int(key) % 10, "geometry": shape(part)} for part, key in parts]
