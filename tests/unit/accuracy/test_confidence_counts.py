"""Test pixels by the confidence of the map."""

import numpy as np
import pandas as pd
import pytest

from landloom.accuracy import confidence_counts
from landloom.core import parquet
from landloom.geo import rasters
from landloom.geo.grids import Grid

GRID = Grid("EPSG:32631", 0.0, 40.0, 10.0, 10.0, 4, 3)


def layer(path, values):
    with rasters.create(path, GRID, "uint8", {}) as dataset:
        dataset.write(values.astype(np.uint8), 1)
    return path


@pytest.fixture
def made(tmp_path):
    """Two tiles with all pixels as candidates, their maps of two runs, and the values of all of these."""
    random = np.random.default_rng(2)
    candidates, maps, values = [], {"0": ([], []), "1": ([], [])}, []
    for tile in "AB":
        rows, columns = np.divmod(np.arange(12), 3)
        pixels = pd.DataFrame({"row": rows, "column": columns, "code": random.integers(1, 3, 12).astype(np.int32)})
        pixels = pixels.assign(test0=random.random(12) < 0.7, test1=random.random(12) < 0.3)
        candidates.append(tmp_path / f"{tile}.parquet")
        parquet.write(pixels, candidates[-1])
        for run, layers in maps.items():
            codes, percents = random.integers(0, 3, (4, 3)), random.choice([0, 40, 41, 100], (4, 3))
            values.append((run, pixels, codes.ravel(), percents.ravel()))
            layers[0].append(layer(tmp_path / f"{tile}{run}.tif", codes))
            layers[1].append(layer(tmp_path / f"{tile}{run}_confidence.tif", percents))
    return candidates, maps, values


def test_they_are_those_of_each_test_pixel(made):
    candidates, maps, values = made
    found = confidence_counts.of_tiles(candidates, maps, 2)
    for run in maps:
        naive = np.zeros((101, 2), int)
        for _, pixels, codes, percents in (one for one in values if one[0] == run):
            for number, code in enumerate(pixels.code):
                if pixels[f"test{run}"][number] and codes[number]:
                    naive[percents[number], int(codes[number] != code)] += 1
        assert naive.any(axis=0).all()
        np.testing.assert_array_equal(found[run][["right", "wrong"]], naive)
        assert found[run].confidence.tolist() == list(range(101))


def test_nothing_tests(made):
    candidates, maps, _ = made
    for path in candidates:
        parquet.write(parquet.read(path).assign(test0=False), path)
    found = confidence_counts.of_tiles(candidates, maps, 1)
    assert (found["0"].right.sum(), found["0"].wrong.sum()) == (0, 0)
    assert found["1"].right.sum() > 0
