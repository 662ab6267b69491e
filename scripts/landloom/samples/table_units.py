"""Units of a table of series: its values against those of the archive."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA, REFLECTANCE_SCALE
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow
from landloom.samples.series_table import SeriesTable
from landloom.samples.table_columns import Band

FACTOR = 4.0
"""By so much do medians differ in all bands at once only where units differ: water, snow and soil differ in some
bands and not in others; units differ by 10, by 100, by 10000."""

SMALLEST = 50
"""Smallest median that is compared, as a stored value: the ratio of smaller ones is of noise."""

WINDOW_SIDE, WINDOWS = 64, 6


def windows(grid: Grid, seed: int) -> list[Window]:
    """Return some windows of a tile, evenly drawn; the median of what they show is near enough to that of all."""
    all_windows = list(grid.windows(WINDOW_SIDE))
    count = min(WINDOWS, len(all_windows))
    chosen = np.random.default_rng([seed, len("units")]).choice(len(all_windows), count, replace=False)
    return [all_windows[position] for position in sorted(chosen)]


def medians_of_windows(found: Iterable[Mapping[str, SeriesWindow]], bands: Sequence[Band]) -> dict[Band, float]:
    """Return the median of each band's valid values over all windows and dates; bands without any are left out.

    Parameters
    ----------
    found : iterable of dict of sensor: SeriesWindow
    bands : sequence of (sensor, band)
        In the order of the series' bands.
    """
    parts: dict[Band, list[np.ndarray]] = {band: [] for band in bands}
    for of_sensors in found:
        for sensor, one in of_sensors.items():
            for position, band in enumerate(band for band in bands if band[0] == sensor):
                parts[band].append(one.values[:, position][one.valid])
    joined = {band: np.concatenate(some) for band, some in parts.items() if some}
    return {band: float(np.median(values)) for band, values in joined.items() if len(values)}


def medians_of_table(table: SeriesTable) -> dict[Band, float]:
    """Return the median of each band's values."""
    columns = zip(table.bands, table.observations.values.T, strict=True)
    return {band: float(np.median(values[values != NODATA])) for band, values in columns}


def check(of_table: Mapping[Band, float], of_archive: Mapping[Band, float]) -> None:
    """Raise if the values of a table are of another unit than those of the archive.

    Raises
    ------
    InputError
        If in all bands the table's median is several times the archive's, or a fraction of it.
    """
    compared = [band for band in of_table if abs(of_archive.get(band, 0.0)) >= SMALLEST]
    ratios = np.array([of_table[band] / of_archive[band] for band in compared])
    if not len(ratios) or not ((ratios > FACTOR).all() or (ratios < 1 / FACTOR).all()):
        return
    band = compared[0]
    shown = (values[band] / REFLECTANCE_SCALE for values in (of_table, of_archive))
    raise InputError(
        "samples.table: values are of another unit than the archive's: by `scale` and `offset`, the median of "
        "{}_{} is {:.4g}, in the archive {:.4g}, and likewise in all bands; mend `scale`".format(*band, *shown)
    )
