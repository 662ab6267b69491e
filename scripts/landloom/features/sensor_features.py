"""Features of one sensor's series: bands, indices and expressions on the output dates, and their statistics."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.core.threads import run_tasks
from landloom.features import blocks as feature_blocks
from landloom.features import formula_kernels
from landloom.features.blocks import RowLayout
from landloom.features.selection import FLAG, Choice, SensorBands, choose
from landloom.features.settings import FeatureSettings
from landloom.reading.observations import SeriesWindow
from landloom.timeseries import temporal_statistics
from landloom.timeseries.gap_filling import tasks_of, timeline
from landloom.timeseries.output_dates import days
from landloom.timeseries.settings import METHODS, InterpolationSettings


@dataclass(frozen=True)
class SensorFeatures:
    """Computation of the features of one sensor's series.

    Attributes
    ----------
    choice : Choice
        Selected features.
    interpolation : InterpolationSettings
    observation_dates, output_dates : tuple of date
        Dates of the acquisitions, ascending; dates of the interpolation.
    """

    choice: Choice
    interpolation: InterpolationSettings
    observation_dates: tuple[datetime.date, ...]
    output_dates: tuple[datetime.date, ...]

    @property
    def sensor(self) -> str:
        """Return the sensor's name."""
        return self.choice.bands.sensor

    @property
    def method(self) -> ModuleType:
        """Return the module of the interpolation method."""
        return METHODS.load(self.interpolation.method)

    @cached_property
    def names(self) -> list[str]:
        """Return the feature names: bands date by date; each index and expression; flags; statistics."""
        return [name for name, _ in self._features]

    @property
    def scales(self) -> list[float]:
        """Return the scale factor of each feature's stored number."""
        dates = len(self.output_dates)
        found = [one.scale for one in self.choice.together] * dates
        found += [one.scale for one in self.choice.one_by_one for _ in range(dates)]
        found += [1.0] * dates if self.method.LACKING else []
        return found + [1.0 if one.kind == "day_of_max" else one.of.scale for one in self.choice.statistics]

    @cached_property
    def _features(self) -> list[tuple[str, int]]:
        """Return the name and row (see :mod:`landloom.features.blocks`) of each feature."""
        dates, bands = len(self.output_dates), len(self.choice.bands.names)
        stamps = [(date, day.strftime("%Y%m%d")) for date, day in enumerate(self.output_dates)]
        dated = [(one, date, stamp) for date, stamp in stamps for one in self.choice.together]
        dated += [(one, date, stamp) for one in self.choice.one_by_one for date, stamp in stamps]
        found = [
            (
                f"{one.name}_{stamp}",
                date * bands + one.position if one.position < bands else one.position * dates + date,
            )
            for one, date, stamp in dated
        ]
        row = dates * (bands + len(self.choice.expressions))
        undated = [f"{FLAG}_{stamp}" for _, stamp in stamps] if self.method.LACKING else []
        undated += [f"{one.of.name}_{one.kind}" for one in self.choice.statistics]
        found += [(name, row + position) for position, name in enumerate(undated)]
        return [(f"{self.sensor}_{name}", row) for name, row in found]

    @cached_property
    def plan(self) -> Any:
        """Return the parameters of the method's kernel.

        Raises
        ------
        InputError
            If it does not support these dates.
        """
        try:
            return self.method.prepare(
                timeline(days(self.observation_dates), days(self.output_dates)), self.interpolation
            )
        except InputError as error:
            raise InputError(f"sensors.{self.sensor}: {error}") from None

    @cached_property
    def row_layout(self) -> RowLayout:
        """Return the row layout of the blocks."""
        wanted = temporal_statistics.statistics(
            [one.of.position for one in self.choice.statistics],
            [one.kind for one in self.choice.statistics],
            temporal_statistics.day_numbers(self.output_dates),
        )
        return feature_blocks.row_layout(
            formula_kernels.joined(self.choice.expressions),
            wanted,
            [row for _, row in self._features],
            len(self.choice.bands.names),
            len(self.output_dates),
            self.method.LACKING,
        )

    def write(
        self,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        matrix: np.ndarray,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Write the features of some pixels: see :class:`landloom.features.vectors.Part`."""
        window = series[self.sensor]
        what = window.values, window.valid, pixels
        stack = feature_blocks.stack_of(self.method)
        run_tasks(stack, tasks_of(len(pixels)), *what, self.plan, self.row_layout, matrix, column, seen)


def of_settings(
    bands: SensorBands,
    settings: FeatureSettings,
    observation_dates: Sequence[datetime.date],
    output_dates: Sequence[datetime.date],
) -> SensorFeatures:
    """Return the feature computation of a sensor's series.

    Raises
    ------
    InputError
        If features cannot be computed from these bands or dates.
    """
    made = SensorFeatures(
        choose(bands, settings), settings.interpolation, tuple(observation_dates), tuple(output_dates)
    )
    _ = made.plan  # fails before anything is read
    return made


def of_sensor(
    sensor: str,
    bands: Sequence[str],
    letters: Mapping[str, str],
    use_bands: bool,
    index_names: Sequence[str] | None,
    observation_dates: Sequence[datetime.date],
    output_dates: Sequence[datetime.date],
) -> SensorFeatures:
    """Return the computation of a sensor's bands and indices with linear interpolation.

    Parameters
    ----------
    letters : dict of str: str
        Standard letter of each band that has one.
    """
    names = None if index_names is None else list(index_names)
    settings = FeatureSettings(bands=use_bands, indices=names)  # type: ignore[call-arg]
    return of_settings(SensorBands(sensor, tuple(bands), letters), settings, observation_dates, output_dates)
