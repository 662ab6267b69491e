import os
import shutil
import subprocess
import zlib
from collections import Counter

import numpy as np
import pytest
import rasterio

from landloom.vector_maps import filters
from unit.vector_maps.made import noisy


@pytest.mark.parametrize("radius", [1, 2])
def test_majority_is_that_of_loops(radius):
    values = noisy(25, 30, nothing=0.2)
    found = filters.majority(np.pad(values, radius), radius, 4)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            around = values[
                max(row - radius, 0) : row + radius + 1, max(column - radius, 0) : column + radius + 1
            ].ravel()
            votes = Counter(around[around > 0].tolist()).most_common()
            own = values[row, column]
            clear = len(votes) == 1 or (votes and votes[0][1] > votes[1][1])
            assert found[row, column] == (0 if own == 0 else votes[0][0] if clear else own)


OTB = "otbcli_ClassificationMapRegularization"
STORED = 1632865539
"""Checksum of what OTB 8.1.1 makes of this map."""


def test_majority_is_that_of_the_orfeo_toolbox(tmp_path):
    """Its square of radius 1 is ours; from radius 2 on it leaves out the corners."""
    values = noisy(120, 130, nothing=0.05)
    found = filters.majority(np.pad(values, 1), 1, 4).astype(np.uint8)
    assert zlib.crc32(found.tobytes()) == STORED
    if not shutil.which(OTB):
        return
    source, target = tmp_path / "map.tif", tmp_path / "regular.tif"
    grid = {"crs": "EPSG:32631", "transform": rasterio.Affine(10, 0, 4e5, 0, -10, 5e6)}
    profile = {"driver": "GTiff", "height": 120, "width": 130, "count": 1, "dtype": "uint8"} | grid
    with rasterio.open(source, "w", **profile) as dataset:
        dataset.write(values.astype(np.uint8), 1)
    options = ["-ip.radius", "1", "-ip.suvbool", "false", "-ip.nodatalabel", "0"]
    command = [OTB, "-io.in", str(source), "-io.out", str(target), "uint8", *options]
    # Its own libraries, not those of the environment.
    alone = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "GDAL_DATA", "PROJ_LIB")}
    subprocess.run(command, check=True, capture_output=True, env=alone)
    with rasterio.open(target) as dataset:
        np.testing.assert_array_equal(found, dataset.read(1))


@pytest.mark.parametrize("side", [2, 3])
def test_larger_pixels_take_the_most_frequent_class(side):
    values = noisy(8 * side, 9 * side, nothing=0.3)
    found = filters.most_frequent(values, side, 4)
    for row in range(8):
        for column in range(9):
            block = values[row * side : (row + 1) * side, column * side : (column + 1) * side].ravel()
            seen = np.bincount(block, minlength=5)
            wanted = 0 if 2 * seen[0] > side**2 else int(seen[1:].argmax()) + 1
            assert found[row, column] == wanted
