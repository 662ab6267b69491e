"""Roles of polygons in each run, stored in the columns ``run0``, ``run1`` ..."""

import geopandas as gpd
import numpy as np

TRAIN, TEST, BOTH, HELD = "train", "test", "both", "held"
"""Role of a held-out polygon: it is not used in any run, only to test fused maps."""


def masks(polygons: gpd.GeoDataFrame) -> dict[str, np.ndarray]:
    """Return for each run which polygons train (``run0`` ...) and test (``test0`` ...), and which are ``held``."""
    runs = run_columns(polygons)
    trains = {name: polygons[name].isin((TRAIN, BOTH)).values for name in runs}
    tests = {f"test{name[3:]}": polygons[name].isin((TEST, BOTH)).values for name in runs}
    return trains | tests | {"held": (polygons[runs[0]] == HELD).values}


def run_columns(polygons: gpd.GeoDataFrame) -> list[str]:
    """Return the columns of the runs, the first run first."""
    return [name for name in polygons.columns if name.startswith("run") and name[3:].isdecimal()]
