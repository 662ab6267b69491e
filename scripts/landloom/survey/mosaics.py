"""Survey of annual images: their rows of the table of acquisitions, values, and where they are valid."""

from collections.abc import Mapping, Sequence

import numpy as np

from landloom.core.errors import InputError
from landloom.core.registry import Registry
from landloom.geo.grids import Grid
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.settings import SensorSettings
from landloom.survey import value_checks
from landloom.survey.acquisition_table import AcquisitionRecord
from landloom.survey.swaths import SwathSurvey, why_too_little
from landloom.survey.value_sample import BandValues
from landloom.survey.value_settings import ValueSettings
from landloom.survey.value_table import Notes

SURVEYS = Registry({"annual": "landloom.annual.survey"})
"""By form of images: modules with ``survey(acquisition, section, grid)``, as that of annual images."""


def survey(
    settings: Mapping[str, SensorSettings],
    acquisitions: Sequence[Acquisition],
    grid: Grid,
    least: Mapping[str, float],
    values: ValueSettings,
    notes: Notes,
) -> SwathSurvey:
    """Survey the annual images of a tile.

    Parameters
    ----------
    settings : dict of sensor: SensorSettings
    acquisitions : sequence of Acquisition
    grid : Grid
        Of the tile.
    least : dict of sensor: float
        Fraction of the tile that must be valid at least.
    values : ValueSettings
        Limits of the values of bands.
    notes : Notes
        Takes warnings and values.

    Raises
    ------
    InputError
        If values of bands do not fit into what is stored.
    """
    found = SwathSurvey([], [], [], np.zeros((grid.rows, grid.columns), np.uint16), [])
    problems: list[str] = []
    for one in acquisitions:
        family = settings[one.sensor]
        try:
            shown = SURVEYS.load(family.images).survey(one, family, grid)
        except InputError as error:
            found.left_out.append(AcquisitionRecord(one.sensor, one.date, one.product, str(error), 0.0))
            continue
        where = f"sensors.{one.sensor}: tile {one.tile}"
        found.notes.extend(f"warning: {where}: {text}" for text in shown.notes)
        counted = _counted(shown.acquisition, shown.sample)
        problems += value_checks.judged(where, one.sensor, counted, values, notes, with_scale=True)
        fraction = float(shown.valid.mean())
        why = why_too_little(fraction, least[one.sensor])
        record = AcquisitionRecord(one.sensor, one.date, one.product, why, fraction, filtered=bool(why))
        if why:
            found.left_out.append(record)
            continue
        found.acquisitions.append(shown.acquisition)
        found.records.append(record)
        found.validity[:] += shown.valid
    if problems:
        raise InputError("\n".join(problems))
    return found


def _counted(acquisition: Acquisition, sample: np.ndarray) -> dict[str, BandValues]:
    """Return the sampled values of each band."""
    counted = {name: BandValues() for name, _ in acquisition.bands}
    for (name, band), values in zip(acquisition.bands, sample, strict=True):
        counted[name].add(values, band)
    return counted
