"""Agreement map: correctly and incorrectly mapped reference pixels, and unclassified ones.

Values (uint8) are 0 without reference; 1 and 2 for wrong and right test pixels; 3 and 4 for wrong and right training
pixels; 5 and 6 for test and training pixels that the map leaves unclassified, neither right nor wrong. Pixels that
train and test, or are held out of all runs, count as test pixels.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.core.nomenclature import UNCLASSIFIED, LandClass, Nomenclature
from landloom.geo import grids, rasters

if TYPE_CHECKING:  # not needed by mosaics, which import the legend
    import pandas as pd

WINDOW_SIDE = 2048
TEST, TRAIN = 1, 3
"""Values of wrong pixels; right pixels have the next value."""

UNCLASSIFIED_TEST, UNCLASSIFIED_TRAIN = 5, 6

LEGEND = Nomenclature(
    (
        LandClass(TEST, "test_wrong", "test, wrong", "#d7191c"),
        LandClass(TEST + 1, "test_right", "test, right", "#1a9641"),
        LandClass(TRAIN, "train_wrong", "training, wrong", "#fdae61"),
        LandClass(TRAIN + 1, "train_right", "training, right", "#a6d96a"),
        LandClass(UNCLASSIFIED_TEST, "test_unclassified", "test, unclassified", "#542788"),
        LandClass(UNCLASSIFIED_TRAIN, "train_unclassified", "training, unclassified", "#b2abd2"),
    ),
    "no reference",
)


def values(reference: np.ndarray, predicted: np.ndarray, trains_only: np.ndarray) -> np.ndarray:
    """Return the agreement of pixels.

    Parameters
    ----------
    reference, predicted : ndarray of int
        Class codes; 0 where the map is not classified.
    trains_only : ndarray of bool
        Whether pixels train and do not test.

    Returns
    -------
    ndarray of uint8
    """
    found = np.where(trains_only, TRAIN, TEST) + (reference == predicted)
    unclassified = np.where(trains_only, UNCLASSIFIED_TRAIN, UNCLASSIFIED_TEST)
    return np.where(predicted == UNCLASSIFIED, unclassified, found).astype(np.uint8)


def write(
    candidates: "pd.DataFrame", run: int, classification: Path | str, path: Path | str, tags: rasters.Tags
) -> None:
    """Write the agreement map of a tile.

    Parameters
    ----------
    candidates : DataFrame
        As returned by :func:`landloom.reference.reference_pixels.find_candidates`: each pixel once.
    """
    trains_only = (candidates[f"run{run}"] & ~candidates[f"test{run}"]).values
    with rasters.opened(classification) as labels:
        grid = grids.of_dataset(labels)
        with rasters.create(path, grid, "uint8", tags) as dataset:
            for window in grid.windows(WINDOW_SIDE):
                rows, columns = candidates.row.values - window.row, candidates.column.values - window.column
                here = (rows >= 0) & (rows < window.rows) & (columns >= 0) & (columns < window.columns)
                if not here.any():
                    continue
                position = rows[here], columns[here]
                block = np.zeros((window.rows, window.columns), np.uint8)
                predicted = labels.read(1, window=window.ranges)[position]
                block[position] = values(candidates.code.values[here], predicted, trains_only[here])
                dataset.write(block, 1, window=window.ranges)
