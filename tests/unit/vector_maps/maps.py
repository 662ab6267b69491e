"""Small maps on disk, and vector maps of them."""

from pathlib import Path

import geopandas as gpd
import numpy as np

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.vector_maps import regularised_map, vector_map
from landloom.vector_maps.cell_pieces import Rasters
from landloom.vector_maps.outputs import Targets
from landloom.vector_maps.settings import VectorSettings
from landloom.vector_maps.vector_map import Order
from unit.vector_maps.made import noisy

ROWS, COLUMNS = 150, 190
GRID = Grid("EPSG:2154", 400_000.0, 6_300_000.0, 10.0, 10.0, ROWS, COLUMNS)
CLASSES = Nomenclature(
    tuple(
        LandClass(code, str(code), f"class {code}", "#00ff00", group)
        for code, group in ((2, "crops"), (3, "crops"), (7, "woods"), (300, ""))
    )
)
CODES = np.array([0, *CLASSES.codes], np.uint16)


def write(path: Path, values: np.ndarray, grid: Grid = GRID) -> Path:
    """Write a raster."""
    with rasters.create(path, grid, str(values.dtype), {}) as dataset:
        dataset.write(values, 1)
    return path


def made_rasters(
    folder: Path, window: tuple[slice, slice] = (slice(None), slice(None)), grid: Grid = GRID
) -> Rasters:
    """Write a map and its layers, or a window of them."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(3)
    shape = ROWS, COLUMNS
    layers = {
        "classification": CODES[noisy(*shape)],
        "confidence": rng.integers(1, 101, shape).astype(np.uint8),
        "validity": rng.integers(0, 40, shape).astype(np.uint8),
    }
    paths = {name: write(folder / f"{name}.tif", values[window], grid) for name, values in layers.items()}
    return Rasters(folder / "regularised.tif", paths["classification"], paths["confidence"], paths["validity"], None)


def vectorise(
    folder: Path, rasters_there: Rasters, side: int, level: str = "classes", **settings: object
) -> gpd.GeoDataFrame:
    """Regularise a map and make polygons of it; return these by their numbers."""
    wanted = VectorSettings(**settings)
    regularise(rasters_there, wanted)
    return polygons(folder, rasters_there, side, level, wanted)


def regularise(rasters_there: Rasters, wanted: VectorSettings) -> None:
    """Write the regularised map."""
    work = regularised_map.Work.of(rasters_there.classification, CLASSES, wanted)
    regularised_map.write(work, CLASSES, Path(rasters_there.regularised), {})


def polygons(folder: Path, rasters_there: Rasters, side: int, level: str, wanted: VectorSettings) -> gpd.GeoDataFrame:
    """Make polygons of a regularised map; return these by their numbers."""
    order = Order(wanted, CLASSES, level)
    work = vector_map.cell_work(order, rasters_there, "code", side)
    cells = folder / f"cells_{side}_{level}"
    cells.mkdir(exist_ok=True)
    vector_map.finish_cells(work, cells)
    zones = {zone: folder / f"zone_{rank}.gpkg" for rank, zone in enumerate(order.zones)}
    targets = Targets(folder / f"{level}.gpkg", folder / f"{level}.fgb", folder / f"{level}.parquet", zones)
    vector_map.write(order, work, cells, targets, folder / f"{level}.csv")
    found = gpd.read_file(folder / f"{level}.gpkg")
    return found.set_index(found.columns[0]).sort_index()
