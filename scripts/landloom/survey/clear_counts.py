"""Counts of the valid observations of each pixel of a tile, and what masks and hidden pixels mean for them."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from landloom.core.errors import InputError
from landloom.core.progress import Progress
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.reading.band_reader import is_invalid
from landloom.sensors.acquisition import Acquisition, Mask
from landloom.survey.acquisition_table import AcquisitionRecord, broken_record
from landloom.survey.integrity import Inspection
from landloom.survey.open_files import OpenFiles

STRIP_BYTES = 10**8
"""Memory per thread in bytes of the bands of an acquisition that are read at a time."""


def count_clear(
    acquisitions: Sequence[Acquisition],
    files: OpenFiles,
    threads: int,
    least: Mapping[str, float],
    sensors: Collection[str],
) -> tuple[np.ndarray, list[AcquisitionRecord]]:
    """Return the number of valid observations of each pixel (uint16), and the records with their valid fractions.

    An acquisition that cannot be read completely is not counted; its record gives the reason.

    Parameters
    ----------
    files : OpenFiles
        Of the survey, on the grid of the tile; those of an acquisition are closed when it is counted.
    least : dict of sensor: float
        Valid fraction below which an acquisition is not counted.
    sensors : collection of str
        Those that are counted.
    """
    grid = files.grid
    validity = np.zeros((grid.rows, grid.columns), np.uint16)
    progress = Progress("observations", validity.size * len(acquisitions))
    adding = threading.Lock()

    def count(acquisition: Acquisition) -> AcquisitionRecord:
        strips = []
        clear_pixels = 0
        try:
            with files.reader(acquisition) as reader:
                for window in _strips(grid, len(acquisition.bands)):
                    clear = reader.seen(window)
                    clear_pixels += int(np.count_nonzero(clear))
                    strips.append((window, np.packbits(clear, axis=1)))
                    with adding:
                        progress.advance(window.pixels)
        except InputError as error:
            return broken_record(acquisition, error)
        files.release(acquisition)
        record = _record(acquisition, clear_pixels / validity.size, least[acquisition.sensor])
        with adding:
            for window, packed in strips if acquisition.sensor in sensors and not record.problem else ():
                validity[window.slices] += np.unpackbits(packed, axis=1, count=window.columns)
        return record

    with ThreadPoolExecutor(threads) as pool:
        return validity, list(pool.map(count, acquisitions))


def write_validity(validity: np.ndarray, grid: Grid, path: Path | str, tags: rasters.Tags) -> None:
    """Write the number of valid observations of each pixel; no nodata value, since 0 is a count."""
    with rasters.create(path, grid, "uint16", tags, nodata=None) as dataset:
        for window in _strips(grid, 1):
            dataset.write(validity[window.slices], 1, window=window.ranges)


def _strips(grid: Grid, bands: int) -> list[Window]:
    """Cut a grid into windows of its whole width: files in strips would be decoded again for adjacent windows."""
    side = max(min(512, STRIP_BYTES // (2 * bands * grid.columns)), 1)
    starts = range(0, grid.rows, side)
    return [Window(row, 0, min(side, grid.rows - row), grid.columns) for row in starts]


def _record(acquisition: Acquisition, fraction: float, least: float) -> AcquisitionRecord:
    """Return the record of a valid acquisition; it is filtered if its valid fraction is too small."""
    told = f"{fraction:.1%} of the tile is valid, less than {least:.1%} (`minimum_valid_fraction`)"
    why = told if fraction < least else ""
    return AcquisitionRecord(
        acquisition.sensor, acquisition.date, acquisition.product, why, fraction, filtered=bool(why)
    )


def notes_of_masks(
    acquisitions: Sequence[Acquisition], inspections: Mapping[Acquisition, Inspection]
) -> Iterator[str]:
    """Yield notes on nodata values that masks declare, one for each sensor, number and rule."""
    told = set()
    for acquisition in acquisitions:
        files = inspections[acquisition].masks
        for mask, file in zip(acquisition.masks, files, strict=True):
            text = "" if file.nodata is None else _note(mask, file.nodata)
            if text and (acquisition.sensor, text) not in told:
                told.add((acquisition.sensor, text))
                level, said = ("note", text) if mask.calls_clear(file.nodata or 0.0) else ("warning", text)
                yield f"{level}: sensors.{acquisition.sensor}: the mask {file.band.name} {said}"


def _note(mask: Mask, nodata: float) -> str:
    if mask.calls_clear(nodata):
        return f"declares the nodata value {nodata:g}, which a rule calls clear: such pixels are clear"
    if is_invalid(mask, np.array([nodata])).all():
        return ""
    return (
        f"declares the nodata value {nodata:g}, which no rule names: such pixels are not clear (name it in "
        "`valid_values` if they are)"
    )


def with_hidden_pixels(
    acquisitions: Sequence[Acquisition], inspections: Mapping[Acquisition, Inspection]
) -> list[Acquisition]:
    """Return acquisitions as surveys read them: with their bands if a mask or an alpha band hides pixels of these."""
    hidden = {one: any(file.hidden for file in inspections[one].bands) for one in acquisitions}
    return [replace(one, masks_cover_nodata=False) if hidden[one] else one for one in acquisitions]
