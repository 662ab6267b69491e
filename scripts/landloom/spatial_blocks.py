"""Square blocks of ground: what lies in one block stays together where samples are divided.

Neighbouring pixels are alike, so that a test beside the training ground says little of the ground farther away.
Source: Roberts et al. (2017), Cross-validation strategies for data with temporal, spatial, hierarchical, or
phylogenetic structure, Ecography 40.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

EQUAL_AREA = "EPSG:6933"
"""One plane for all UTM zones; its parallels are true at 30 degrees."""


def of_polygons(polygons: gpd.GeoDataFrame, side_m: float) -> pd.Series:
    """Return the block of each polygon: that of a point inside of it, for the whole polygon.

    Parameters
    ----------
    polygons : GeoDataFrame
        With the column ``polygon``.
    side_m : float
        Of a block, in metres of EPSG:6933.

    Returns
    -------
    Series of int64
        By polygon; the numbers have no meaning beyond being equal or not.
    """
    inside = gpd.GeoSeries(polygons.representative_point().values, crs=polygons.crs).to_crs(EQUAL_AREA)
    columns, rows = (np.floor(values / side_m).astype(np.int64) for values in (inside.x.values, inside.y.values))
    return pd.Series(columns * 2**32 + rows, index=pd.Index(polygons.polygon.values, name="polygon"), name="block")
