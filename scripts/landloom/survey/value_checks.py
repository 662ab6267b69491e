"""Checks of the values of a tile's bands: units that do not fit into what is stored are told before long jobs.

Stored are integers, reflectance times 10000: floats from 0 to 1 read with a scale of 0.0001 would all become 0 or 1,
and kelvin or decibels with a scale of 1 would be clipped, without a trace in the map's log.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from landloom.core.errors import InputError
from landloom.core.stored_values import GREATEST, LEAST
from landloom.core.text import alike
from landloom.sensors.acquisition import Acquisition, RasterBand
from landloom.survey import value_sample
from landloom.survey.open_files import OpenFiles
from landloom.survey.value_sample import BandValues, Sample
from landloom.survey.value_settings import ValueSettings
from landloom.survey.value_table import Notes, ValueRecord

FEWEST_PIXELS = 100
"""Valid pixels below which a sample says nothing of a band."""

UNCOVERED_FRACTION = 0.001
"""Fraction of the clear pixels that lack a band, above which the masks are not believed to cover missing pixels."""


def checked(
    acquisitions: Sequence[Acquisition],
    files: OpenFiles,
    settings: ValueSettings,
    with_scale: Collection[str],
    threads: int,
    notes: Notes,
) -> tuple[list[Acquisition], dict[Acquisition, InputError]]:
    """Check the sampled values of all sensors of a tile.

    Parameters
    ----------
    files : OpenFiles
        Of the survey, on the grid of the tile.
    with_scale : collection of str
        Sensors whose section has the key `scale`.
    notes : Notes
        Takes warnings and values.

    Returns
    -------
    acquisitions : list of Acquisition
        Those that can be read. Where bands are missing below clear masks, surveys have to read the bands, too.
    broken : dict of Acquisition: InputError
        The others.

    Raises
    ------
    InputError
        If bands are constant, coarse or clipped beyond the limits; the message has all of them.
    """
    good: list[Acquisition] = []
    broken: dict[Acquisition, InputError] = {}
    problems: list[str] = []
    for sensor, group in groupby(acquisitions, key=lambda one: one.sensor):
        records = list(group)
        sample = value_sample.take(records, files, threads)
        where = f"sensors.{sensor}: tile {records[0].tile}"
        problems += judged(where, sensor, sample.bands, settings, notes, with_scale=sensor in with_scale)
        broken |= sample.broken
        good += _read_where_missing([one for one in records if one not in sample.broken], sample, where, notes)
    if problems:
        raise InputError("\n".join(problems))
    return good, broken


def judged(
    where: str,
    sensor: str,
    bands: Mapping[str, BandValues],
    settings: ValueSettings,
    notes: Notes,
    *,
    with_scale: bool,
) -> list[str]:
    """Return what is fatal in the values of a sensor's bands, and note the values and what else is odd.

    Parameters
    ----------
    where : str
        Begins every message.
    bands : dict of str: BandValues
    with_scale : bool
        Whether the section has the key `scale`, by which it may be mended.
    """
    problems: list[tuple[str, str]] = []
    for name, values in bands.items():
        found = list(_findings(values, settings, with_scale))
        problems += [(f"{where}, band {name}", text) for text, fatal in found if fatal]
        warnings = [text for text, fatal in found if not fatal]
        notes.texts += [f"warning: {where}, band {name}: {text}" for text in warnings]
        notes.values.append(_record(sensor, name, values, "; ".join(warnings)))
    return alike(problems, few=2)


def _record(sensor: str, band: str, values: BandValues, warning: str) -> ValueRecord:
    if not values.pixels:
        return ValueRecord(sensor, band, 0, 0.0, math.nan, math.nan, warning)
    fraction = values.clipped / values.pixels
    return ValueRecord(sensor, band, values.pixels, fraction, values.least, values.greatest, warning)


def _read_where_missing(
    acquisitions: list[Acquisition], sample: Sample, where: str, notes: Notes
) -> list[Acquisition]:
    """Return acquisitions whose bands are read by the survey if masks do not cover what is missing in them."""
    uncovered = sample.missing > UNCOVERED_FRACTION * max(sample.clear, 1)
    if not uncovered or not any(one.masks and one.masks_cover_nodata for one in acquisitions):
        return acquisitions
    notes.texts.append(
        f"warning: {where}: {sample.missing / sample.clear:.1%} of the sampled pixels that masks call clear are "
        "missing in a band; valid observations are counted by the bands, too"
    )
    return [replace(one, masks_cover_nodata=False) for one in acquisitions]


def _findings(values: BandValues, settings: ValueSettings, has_scale: bool) -> Iterator[tuple[str, bool]]:
    """Yield what is odd in a band's values, and whether it is fatal."""
    if values.pixels < FEWEST_PIXELS or values.band is None:
        return
    remedy = _remedy(values, values.band, has_scale)
    fraction, clipped, levels = values.clipped / values.pixels, settings.clipped, settings.levels
    if fraction > clipped.warn:
        yield (
            f"{fraction:.1%} of the sampled valid values lie outside of {LEAST} to {GREATEST} after scaling, and "
            f"{'would be' if fraction > clipped.fail else 'are'} clipped (limits: `values.clipped`); {remedy}",
            fraction > clipped.fail,
        )
    between = math.floor(values.greatest + 0.5) - math.floor(values.least + 0.5)
    if between == 0 and levels.fail:
        yield f"all sampled valid values of all dates become {values.least + 0.0:.0f}; {remedy}", True
    elif values.finer and between < levels.warn:
        text = f"the sampled valid values of all dates become only {between + 1} numbers (limits: `values.levels`)"
        yield f"{text}; {remedy}", between < levels.fail


def _remedy(values: BandValues, band: RasterBand, has_scale: bool) -> str:
    """Return what the files hold, and the key to set."""
    least, greatest = sorted((value - band.shift) / band.gain for value in (values.least, values.greatest))
    if least == greatest:
        return f"the files hold {least:g} alone: are they whole, and is this the right band?"
    text = (
        f"the files hold {least:g} to {greatest:g}, read with scale {band.gain / band.unit:g} and offset "
        f"{band.shift / band.unit:g}"
    )
    if not has_scale:
        return f"{text}; are these products of this `type`?"
    largest = max(greatest / GREATEST, least / LEAST) * band.unit
    fitting = np.format_float_positional(min(10.0 ** -math.ceil(math.log10(largest)), 1.0), trim="-")
    return f"{text}; set another `scale`, as {fitting} without an offset (docs/sensors.md, Units)"
