"""Maps of a target at their test pixels."""

import numpy as np
import pandas as pd
from pyproj import Transformer

from landloom.accuracy import value_comparison
from landloom.core import parquet
from landloom.geo import rasters
from landloom.geo.grids import Grid

GRID = Grid("EPSG:32631", 0.0, 40.0, 10.0, 10.0, 4, 3)


def test_each_map_is_compared_at_its_own_pixels(tmp_path):
    layers = {}
    for name, factor in (("value", 1), ("half_width", 0.1)):
        layers[name] = tmp_path / f"{name}.tif"
        with rasters.create(layers[name], GRID, "float32", {}, nodata=np.nan) as dataset:
            values = factor * np.arange(12, dtype=np.float32).reshape(4, 3)
            values[3, 2] = np.nan
            dataset.write(values, 1)
    pixels = pd.DataFrame(
        {"row": [0, 1, 3], "column": [1, 2, 2], "polygon": [7, 8, 9], "number": 1, "code": [1, 1, 2]}
    )
    pixels = pixels.assign(value=np.float32(3), test0=[True, False, True], held=[False, True, False])
    parquet.write(pixels, tmp_path / "candidates.parquet")
    maps = {name: ([layers["value"]], [layers["half_width"]]) for name in ("test0", "held")}
    found = value_comparison.compare_tiles([tmp_path / "candidates.parquet"], maps, 2)
    assert found["test0"].polygon.tolist() == [7, 9]
    np.testing.assert_array_equal(found["test0"].estimate, np.array([1, np.nan], np.float32))
    np.testing.assert_allclose(found["held"][["value", "estimate", "half_width", "weight"]], [[3, 5, 0.5, 1]])
    to_grid = Transformer.from_crs("EPSG:4326", GRID.crs, always_xy=True)
    places = to_grid.transform(found["test0"].longitude, found["test0"].latitude)
    np.testing.assert_allclose(places, [[15, 25], [35, 5]], atol=1e-3)
