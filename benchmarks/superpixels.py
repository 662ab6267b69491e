"""Superpixels beside skimage's SLIC: ``python -m benchmarks.superpixels FEATURES [--side 10] [--rounds 5]``.

FEATURES is the map of features of a tile (the rule `features`), as of the demo: both segment the same means of its
indices. Printed are the speed of one thread, turn by turn, and the explained variance: the share of the variance of
the numbers that lies between superpixels, for several compactnesses of both. Needs scikit-image.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
import rasterio
from skimage.segmentation import slic

from landloom.objects import segmentation_features, superpixels
from landloom.objects.cells import Cells
from landloom.objects.superpixel_settings import SuperpixelSettings

COMPACTNESS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Of skimage, which brings all numbers to 0 to 1 first."""


def numbers_of(path: Path | str, sensor: str, bands: list[str], settings: SuperpixelSettings) -> np.ndarray:
    """Return the numbers to segment by, int16 of shape (rows, columns, numbers)."""
    with rasterio.open(path) as file:
        features, names = file.read(), file.descriptions
        layout: Any = SimpleNamespace(names=list(names), scales=[1 / scale for scale in file.scales])
    chosen = segmentation_features.chosen(layout, {sensor: bands}, settings)
    matrix = np.ascontiguousarray(features.reshape(len(features), -1).T)
    return chosen.of(matrix).reshape(*features.shape[1:], len(chosen))


def explained_variance(values: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of the variance that lies between segments."""
    flat = values.reshape(-1, values.shape[2]).astype(float)
    _, groups, sizes = np.unique(labels.ravel(), return_inverse=True, return_counts=True)
    centred = flat - flat.mean(axis=0)
    sums = np.stack([np.bincount(groups.ravel(), weights=column) for column in centred.T], axis=1)
    return float((sums**2 / sizes[:, None]).sum() / (centred**2).sum())


def timed(call: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Return the seconds of a processor that a call takes, and what it returns."""
    start = time.process_time()
    found = call()
    return time.process_time() - start, found


def main() -> None:
    """Print speed and explained variance of both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features", type=Path)
    parser.add_argument("--sensor", default="sentinel2")
    parser.add_argument("--bands", nargs="*", default=["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"])
    parser.add_argument("--side", type=int, default=10)
    parser.add_argument("--compactness", type=float, nargs="*", default=[0.3, 0.5, 1.0, 2.0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    numba.set_num_threads(1)
    settings = SuperpixelSettings(side_px=arguments.side)
    values = numbers_of(arguments.features, arguments.sensor, arguments.bands, settings)
    rows, columns, numbers = values.shape
    cells, seen = Cells(0, 0, rows, columns, arguments.side), np.ones((rows, columns), bool)
    print(f"{rows} x {columns} pixels, {numbers} numbers, {settings.iterations} iterations")

    def ours(compactness: float) -> np.ndarray:
        compared = compactness * segmentation_features.UNIT
        return superpixels.find(values, seen, cells, settings.iterations, compared)

    def theirs(compactness: float) -> np.ndarray:
        found: np.ndarray = slic(
            values.astype(np.float32),
            n_segments=cells.down * cells.across,
            compactness=compactness,
            max_num_iter=settings.iterations,
            channel_axis=2,
            convert2lab=False,
        )
        return found

    for name, find, tried in (("landloom", ours, arguments.compactness), ("skimage", theirs, COMPACTNESS)):
        for compactness in tried:
            labels = find(compactness)
            share = explained_variance(values, labels)
            print(f"{name}, compactness {compactness}: {len(np.unique(labels))} segments, variance {share:.4f}")
    seconds = [(timed(lambda: ours(1.0))[0], timed(lambda: theirs(0.1))[0]) for _ in range(arguments.rounds)]
    for name, found in zip(("landloom", "skimage"), zip(*seconds, strict=True), strict=True):
        speeds = sorted(rows * columns / 1e6 / one for one in found)
        print(f"{name}: {np.median(speeds):.2f} Mpx/s ({speeds[0]:.2f} to {speeds[-1]:.2f}), one thread")


if __name__ == "__main__":
    main()
