"""The border between the demo's regions, with and without boundary fusion.

Held against the true map, of which there is more than of test polygons.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from scipy.ndimage import binary_dilation

from landloom.accuracy import border_steps

pytestmark = pytest.mark.long

TILES = ("T30TYP", "T31TBJ")
MAPS = {name: f"results/2018/tiles/{{}}/run0/{name}.tif" for name in ("classification", "separate")}
TRUTH = "demo/2018/truth/{}.tif"
CLASSES = range(1, 11)


def read(path, band=1):
    with rasterio.open(path) as dataset:
        return dataset.read(band)


def own_ground(folder: Path, tile: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the regions in a tile, and which pixels are its own."""
    path = folder / f"results/2018/tiles/{tile}/regions.tif"
    return read(path), read(path, 2) > 0


def several_act(folder: Path, tile: str) -> np.ndarray:
    """Return which of a tile's own pixels several models are weighed at."""
    with rasterio.open(folder / f"results/2018/tiles/{tile}/boundaries.tif") as dataset:
        acting = (dataset.read() > 0).sum(axis=0)
    return (acting > 1) & own_ground(folder, tile)[1]


def share_right(folder: Path, files: str, places: dict[str, np.ndarray]) -> float:
    """Return the share of the pixels at these places whose label is the true one."""
    right = [
        (read(folder / files.format(tile)) == read(folder / TRUTH.format(tile)))[here]
        for tile, here in places.items()
    ]
    return float(np.concatenate(right).mean())


def shares_along_border(folder: Path, files: str) -> np.ndarray:
    """Return how class shares differ between the strips on both sides of the border."""
    sides = np.zeros((2, len(CLASSES)))
    for tile in TILES:
        numbers, owned = own_ground(folder, tile)
        labels = read(folder / files.format(tile))
        for side, (number, other) in enumerate(((1, 2), (2, 1))):
            near = binary_dilation(numbers == other, iterations=border_steps.STRIP_PX)
            here = labels[near & (numbers == number) & owned]
            sides[side] += [(here == code).sum() for code in CLASSES]
    first, second = sides / sides.sum(axis=1, keepdims=True)
    return first - second


def test_boundary_fusion_is_nearer_to_the_truth_along_the_border(demo):
    """More pixels near it are right, and class shares differ between its sides more as they truly do.

    In three runs with two numbers of samples, 0.6 to 1.1 % more were right, and of the step that is not the
    landscape's 28 to 50 % was left. The step by itself tells less: the landscape has its own there (7 % of pixels).
    """
    folder = demo[0]
    near = {tile: several_act(folder, tile) for tile in TILES}
    fused, separate = (share_right(folder, files, near) for files in MAPS.values())
    true = shares_along_border(folder, TRUTH)
    steps = [np.abs(shares_along_border(folder, files) - true).sum() / 2 for files in MAPS.values()]
    print(f"right near the border: {fused:.4f}, without fusion {separate:.4f}")
    print(f"step that is not the landscape's: {steps[0]:.3f}, without fusion {steps[1]:.3f}")
    assert fused > separate + 0.002
    assert steps[0] < 0.75 * steps[1]


def test_the_tables_tell_of_both_maps(demo):
    """And those of the step are what the pixels say."""
    steps = pd.read_csv(demo[0] / "results/2018/accuracy/boundary/steps.csv").set_index("map").step
    for name, files in (("fused", MAPS["classification"]), ("separate", MAPS["separate"])):
        assert abs(np.abs(shares_along_border(demo[0], files)).sum() / 2 - steps[name]) < 1e-9
    scores = pd.read_csv(demo[0] / "results/2018/accuracy/boundary/scores.csv")
    assert set(zip(scores.place, scores["map"], strict=True)) == {
        (place, name) for place in ("map", "border") for name in ("fused", "separate")
    }
