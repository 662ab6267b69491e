"""Reference pixels of a tile: pixels within reference polygons."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from rasterio.features import rasterize
from shapely.geometry import box

from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.reference import roles

WINDOW_SIDE = 1024
POSITION_COLUMNS = ("row", "column", "polygon", "code", "number", "observations")


def find_candidates(
    polygons: gpd.GeoDataFrame, grid: Grid, regions: Path | str, validity: Path | str
) -> pd.DataFrame:
    """Return all pixels of a tile whose centre is in a reference polygon.

    Parameters
    ----------
    polygons : GeoDataFrame
        With the columns ``polygon`` and ``code``, and the roles ``run0``, ``run1`` ..., as
        assigned by :func:`landloom.reference.train_test_split.split`.
    regions, validity : path
        Rasters of the tile.

    Returns
    -------
    DataFrame
        ``row``, ``column``, ``polygon``, ``code``, ``number`` (of the pixel's region), ``observations`` (valid ones),
        ``value`` (float32) where polygons have one;
        as bool, for each run whether the pixel trains (``run0`` ...) and whether it tests (``test0`` ...), and
        whether it is held out of all runs (``held``). Only pixels that the tile owns, sorted by row and column.
    """
    local = polygons.to_crs(grid.crs)
    masks = roles.masks(polygons)
    of_polygons = {"value": local.value.values.astype(np.float32)} if "value" in local else {}
    of_polygons |= masks
    parts = []
    with rasters.opened(regions) as region_file, rasters.opened(validity) as validity_file:
        for window in grid.windows(WINDOW_SIDE):
            found = _burn(local, grid, window)
            if found is None:
                continue
            number, owned = region_file.read(window=window.ranges)
            rows, columns = np.nonzero((found > 0) & (owned > 0))
            index = found[rows, columns] - 1
            parts.append(
                pd.DataFrame(
                    {
                        "row": (rows + window.row).astype(np.int32),
                        "column": (columns + window.column).astype(np.int32),
                        "polygon": local.polygon.values[index],
                        "code": local.code.values[index].astype(np.int32),
                        "number": number[rows, columns].astype(np.int32),
                        "observations": validity_file.read(1, window=window.ranges)[rows, columns].astype(np.int32),
                        **{name: values[index] for name, values in of_polygons.items()},
                    }
                )
            )
    if not parts:
        types = dict.fromkeys(POSITION_COLUMNS, np.int32) | {"polygon": np.int64}
        types |= {name: values.dtype for name, values in of_polygons.items()}
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})
    return pd.concat(parts).sort_values(["row", "column"]).reset_index(drop=True)


def _burn(polygons: gpd.GeoDataFrame, grid: Grid, window: Window) -> np.ndarray | None:
    """Return the position of each window pixel's polygon from 1, else 0; None if there is no polygon."""
    cut = grid.cut(window)
    near = polygons.sindex.query(box(cut.left, cut.bottom, cut.right, cut.top))
    if not len(near):
        return None
    pairs = [(polygons.geometry.iloc[position], int(position) + 1) for position in sorted(near)]
    found: np.ndarray | None = rasterize(
        pairs, (window.rows, window.columns), transform=cut.transform, fill=0, dtype="int32"
    )
    return found
