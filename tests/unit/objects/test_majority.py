from contextlib import ExitStack

import numpy as np
import pandas as pd

from ground import Ground
from landloom.geo import grids, rasters
from landloom.geo.grids import Window
from landloom.objects import majority
from landloom.objects.segments import Segments

GROUND = Ground.random(12)
CODES = [2, 5, 9]
RANDOM = np.random.default_rng(2)
LABELS = RANDOM.choice([0, *CODES], GROUND.objects.shape).astype(np.uint8)
CONFIDENCE = RANDOM.integers(1, 101, LABELS.shape).astype(np.uint8)


def counted(folder, window, owned):
    GROUND.tile(window, owned, folder)
    grid = grids.of_raster(folder / "objects.tif")
    for name, layer in (("labels", LABELS), ("confidence", CONFIDENCE)):
        with rasters.create(folder / f"{name}.tif", grid, "uint8", {}) as file:
            file.write(layer[window.slices], 1)
    with ExitStack() as files:
        segments = Segments(files, folder / "objects.tif", folder / "regions.tif", True)
        pixel_map = majority.PixelMap(folder / "labels.tif", folder / "confidence.tif")
        return majority.count_classes(segments, list(grid.windows(17)), pixel_map, CODES)


def test_objects_have_the_class_of_most_of_their_pixels_whatever_the_tiles(tmp_path):
    whole = majority.decide([counted(tmp_path / "w", Window(0, 0, 60, 50), Window(0, 0, 60, 50))], CODES)
    parts = [
        counted(tmp_path / "a", Window(0, 0, 40, 50), Window(0, 0, 33, 50)),
        counted(tmp_path / "b", Window(28, 0, 32, 50), Window(33, 0, 27, 50)),
    ]
    pd.testing.assert_frame_equal(majority.decide(parts, CODES), whole)
    for number, row in whole.iterrows():
        inside = GROUND.objects == number
        labels = LABELS[inside]
        counts = [(labels == code).sum() for code in CODES]
        assert row.code == CODES[int(np.argmax(counts))]
        assert [row[f"pixels_{code}"] for code in CODES] == counts
        assert (row.pixels, row.classified_pixels) == (inside.sum(), sum(counts))
        np.testing.assert_allclose(row.share, 100 * max(counts) / sum(counts))
        np.testing.assert_allclose(row.confidence, CONFIDENCE[inside][labels > 0].mean())


def test_objects_that_are_unclassified_are_left_out():
    table = pd.DataFrame({"object": [1, 2], "pixels": [4, 3], "confidence": [0, 90]})
    table = table.assign(pixels_2=[0, 1], pixels_5=[0, 1], pixels_9=0)
    found = majority.decide([table], CODES)
    assert found[["code", "share", "confidence"]].to_dict("index") == {2: {"code": 2, "share": 50, "confidence": 45}}
