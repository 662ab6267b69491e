"""Square blocks of ground: what lies in one block stays together where samples are divided.

Neighbouring pixels are alike, so that a test beside the training ground says little of the ground farther away.
Source: Roberts et al. (2017), Cross-validation strategies for data with temporal, spatial, hierarchical, or
phylogenetic structure, Ecography 40.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

METRES_PER_DEGREE = 111_195.0
"""Of a great circle on the sphere that has the Earth's area; 0.6 % off at most for a degree of latitude."""


def of_polygons(polygons: gpd.GeoDataFrame, side_m: float) -> pd.Series:
    """Return the block of each polygon: that of a point inside of it, for the whole polygon.

    Blocks are squares on the ground everywhere: between parallels that are `side_m` apart, they are as many degrees
    of longitude wide as make `side_m` in the middle between both. They do not go by what lies in them.

    Parameters
    ----------
    polygons : GeoDataFrame
        With the column ``polygon``.
    side_m : float
        Of a block, in metres.

    Returns
    -------
    Series of int64
        By polygon; the numbers have no meaning beyond being equal or not.
    """
    inside = gpd.GeoSeries(polygons.representative_point().values, crs=polygons.crs).to_crs("EPSG:4326")
    height = side_m / METRES_PER_DEGREE
    rows = np.floor(inside.y.to_numpy() / height).astype(np.int64)
    middle = np.minimum(np.abs(rows + 0.5) * height, 89.999)
    columns = np.floor(inside.x.to_numpy() * np.cos(np.radians(middle)) / height).astype(np.int64)
    return pd.Series(columns * 2**32 + rows, index=pd.Index(polygons.polygon.values, name="polygon"), name="block")
