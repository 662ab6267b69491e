"""Residuals on the ground."""

import numpy as np
import pandas as pd
from pyproj import Transformer

from landloom.geo.grids import Grid
from landloom.report.values import residual_map

GRID = Grid("EPSG:32631", 300.0, 240.0, 20.0, 20.0, 12, 4)


def comparison_at(x, y, residuals):
    longitude, latitude = Transformer.from_crs(GRID.crs, "EPSG:4326", always_xy=True).transform(x, y)
    truth = np.arange(len(residuals), dtype=float)
    found = {"longitude": longitude, "latitude": latitude, "value": truth, "estimate": truth + residuals}
    return pd.DataFrame(found)


def test_squares_have_the_mean_of_their_pixels(monkeypatch):
    monkeypatch.setattr(residual_map, "CELLS", 6)
    table = comparison_at([310, 330, 370, 370], [230, 210, 10, 30], np.array([1.0, 3.0, -2.0, np.nan]))
    found = residual_map.mean_residuals(table, GRID)
    assert found.shape == (6, 2)
    assert found[0, 0] == 2
    assert found[5, 1] == -2
    assert np.isnan(found).sum() == 10


def test_without_test_pixels_nothing_is_known():
    found = residual_map.mean_residuals(comparison_at([], [], np.zeros(0)), GRID)
    assert found.shape == (12, 4)
    assert np.isnan(found).all()
