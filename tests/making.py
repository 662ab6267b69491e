"""Features of made-up series."""

import datetime

import numpy as np

from landloom.features import sensor_features as series_features
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.features.vectors import Layout
from landloom.reading.observations import SeriesWindow
from landloom.timeseries.output_dates import EPOCH


def dates(days):
    return [EPOCH + datetime.timedelta(int(day)) for day in days]


def sensor_features(observation_days, output_days, band_names=("B4", "B8"), letters=None, **features):
    """Return what a section `features` makes of a sensor ``s``; without indices unless it names some."""
    settings = FeatureSettings(**{"indices": [], **features})
    return series_features.of_settings(
        SensorBands("s", tuple(band_names), letters or {}), settings, dates(observation_days), dates(output_days)
    )


def stacked(part, values, valid, pixels=None):
    """Return the feature vectors of some pixels, and which are seen."""
    pixels = np.arange(values.shape[2]) if pixels is None else pixels
    return Layout((part,)).of_window(None, {"s": SeriesWindow(values, valid)}).stack(pixels)
