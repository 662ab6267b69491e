"""Square blocks of ground for spatial splits: polygons of one block stay together.

Neighbouring pixels are similar, so that tests next to training pixels say little about ground farther away.
Source: Roberts et al. (2017), Cross-validation strategies for data with temporal, spatial, hierarchical, or
phylogenetic structure, Ecography 40.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

METRES_PER_DEGREE = 111_195.0
"""Metres per degree on a sphere with the Earth's area; the error of a degree of latitude is 0.6 % at most."""


def of_polygons(polygons: gpd.GeoDataFrame, side_m: float) -> pd.Series:
    """Return the block of each polygon, which is the block of a point inside of it.

    Blocks are squares on the ground everywhere. Parallels `side_m` apart bound rows of blocks, whose width in degrees
    of longitude is `side_m` at mid-row. Blocks do not depend on the polygons in them.

    Parameters
    ----------
    polygons : GeoDataFrame
        With the column ``polygon``.
    side_m : float
        Side of a block in metres.

    Returns
    -------
    Series of int64
        Block of each polygon; the numbers only identify blocks.
    """
    inside = gpd.GeoSeries(polygons.representative_point().values, crs=polygons.crs).to_crs("EPSG:4326")
    height = side_m / METRES_PER_DEGREE
    rows = np.floor(inside.y.to_numpy() / height).astype(np.int64)
    middle = np.minimum(np.abs(rows + 0.5) * height, 89.999)
    columns = np.floor(inside.x.to_numpy() * np.cos(np.radians(middle)) / height).astype(np.int64)
    return pd.Series(columns * 2**32 + rows, index=pd.Index(polygons.polygon.values, name="polygon"), name="block")
