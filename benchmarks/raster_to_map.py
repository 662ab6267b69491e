"""What Orfeo ToolBox's ImageClassifier does, by landloom: a raster of features in, a raster of labels out.

``python -m benchmarks.raster_to_map FOREST RASTER MAP`` is a whole process, with its start and imports.
"""

import sys
from pathlib import Path

import numpy as np
import rasterio

from landloom.models import files


def classify(forest: Path, raster: Path, result: Path) -> None:
    """Read, predict, write."""
    model = files.load(forest)
    with rasterio.open(raster) as file:
        features = np.ascontiguousarray(np.moveaxis(file.read(), 0, -1).reshape(-1, file.count))
        profile = file.profile
    labels = model.classes[model.predict_proba(features).argmax(axis=1)].astype(np.uint8)
    profile.update(count=1, dtype="uint8")
    with rasterio.open(result, "w", **profile) as file:
        file.write(labels.reshape(1, profile["height"], profile["width"]))


if __name__ == "__main__":
    classify(*map(Path, sys.argv[1:]))
