"""Classes of a map of pixels in each object: the cheap way to classify fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.geo import rasters
from landloom.geo.grids import Window
from landloom.objects.segments import Segments, spans
from landloom.objects.sums import ranks_of


@dataclass(frozen=True)
class PixelMap:
    """Rasters of a tile's map of pixels: labels, 0 where it is unclassified, and confidence in percent."""

    classification: Path | str
    confidence: Path | str


def count_classes(
    segments: Segments, windows: Sequence[Window], pixel_map: PixelMap, codes: Sequence[int]
) -> pd.DataFrame:
    """Count the classes of a map's pixels in each object of a tile, over the pixels that the tile owns.

    Returns
    -------
    DataFrame
        ``object``; ``pixels``; the sum of the ``confidence`` of classified pixels, in percent; and pixels of each
        class, ``pixels_<code>``. All integers: tables of several tiles add up.
    """
    known = spans(segments, windows)
    numbers, places = known.numbers, np.zeros(max(codes) + 1, np.int64)
    places[list(codes)] = np.arange(1, len(codes) + 1)
    counts = np.zeros((len(numbers), len(codes) + 1), np.int64)
    confidence = np.zeros(len(numbers), np.int64)
    with rasters.opened(pixel_map.classification) as labels, rasters.opened(pixel_map.confidence) as certain:
        for window in known.windows:
            part = segments.read(window)
            inside = part.counted.ravel()
            ranks = ranks_of(part.numbers, numbers)[inside].astype(np.int64)
            label = places[labels.read(1, window=window.ranges).ravel()[inside]]
            size = counts.shape[1]
            counts += np.bincount(ranks * size + label, minlength=counts.size).reshape(counts.shape)
            percent = certain.read(1, window=window.ranges).ravel()[inside].astype(np.int64)
            np.add.at(confidence, ranks, np.where(label > 0, percent, 0))
    columns = {f"pixels_{code}": counts[:, place] for place, code in enumerate(codes, 1)}
    return pd.DataFrame({"object": numbers, "pixels": counts.sum(axis=1), "confidence": confidence, **columns})


def decide(tables: Sequence[pd.DataFrame], codes: Sequence[int]) -> pd.DataFrame:
    """Give each object the class of most of its pixels in all tiles, the lower code in a tie.

    Parameters
    ----------
    tables : sequence of DataFrame
        As :func:`count_classes` returns them.
    codes : sequence of int, ascending

    Returns
    -------
    DataFrame
        By the number of the object, of those with a classified pixel: ``pixels``, ``classified_pixels``, ``code``,
        ``share`` of the class among classified pixels and their mean ``confidence``, both in percent, and the pixels
        of each class.
    """
    total = pd.concat(tables, ignore_index=True).groupby("object").sum()
    names = [f"pixels_{code}" for code in codes]
    counts = total[names].to_numpy()
    classified = counts.sum(axis=1)
    found = pd.DataFrame(
        {
            "pixels": total.pixels,
            "classified_pixels": classified,
            "code": np.array(codes, np.int32)[counts.argmax(axis=1)],
            "share": 100 * counts.max(axis=1) / np.maximum(classified, 1),
            "confidence": total.confidence / np.maximum(classified, 1),
        }
    )
    return found.join(total[names])[classified > 0]
