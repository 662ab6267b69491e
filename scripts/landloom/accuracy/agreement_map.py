"""Where a map agrees with the reference: reference pixels that trained or tested, mapped right or wrong.

The map of agreement is uint8: 0 where there is no reference, or where the map is not classified, as scores leave that
out, too; 1 and 2 where test pixels are mapped wrong and right; 3 and 4 the same where pixels trained. What trains and
tests counts as test, and so does what is held out of all runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.core.nomenclature import UNCLASSIFIED, LandClass, Nomenclature
from landloom.geo import grids, rasters

if TYPE_CHECKING:  # which mosaics, that take the legend, do without
    import pandas as pd

WINDOW_SIDE = 2048
NOTHING = 0
TEST, TRAIN = 1, 3
"""Values of wrong pixels; the next of each is that of right ones."""

LEGEND = Nomenclature(
    (
        LandClass(TEST, "test_wrong", "test, wrong", "#d7191c"),
        LandClass(TEST + 1, "test_right", "test, right", "#1a9641"),
        LandClass(TRAIN, "train_wrong", "training, wrong", "#fdae61"),
        LandClass(TRAIN + 1, "train_right", "training, right", "#a6d96a"),
    ),
    "no reference, or not classified",
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
    return np.where(predicted == UNCLASSIFIED, NOTHING, found).astype(np.uint8)


def write(
    candidates: "pd.DataFrame", run: int, classification: Path | str, path: Path | str, tags: rasters.Tags
) -> None:
    """Write the agreement of a tile's map with its reference.

    Parameters
    ----------
    candidates : DataFrame
        As of :func:`landloom.reference.reference_pixels.find_candidates`: each pixel once.
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
