"""Models of one year on another: their features are the same but for the dates in their names."""

import datetime
from collections.abc import Mapping, Sequence

from landloom.core.errors import InputError
from landloom.features.names import STAMP, readings, split_date
from landloom.models.interface import Model, check_features
from landloom.timeseries.output_dates import trained_dates


def check_model(path: str, model: Model, names: Sequence[str], dates: Mapping[str, Sequence[datetime.date]]) -> None:
    """Make sure that features are those that a model was trained with, on dates that correspond by their positions.

    Parameters
    ----------
    path : str
        Of the model, for messages.
    model : Model
    names : sequence of str
        Names of the features to predict from, in their order.
    dates : dict of sensor: sequence of date
        Output dates of the gap filling.

    Raises
    ------
    InputError
        If they differ; the message names the missing and unexpected features, by the dates of the map.
    """
    try:
        check_features(names_on(model.feature_names, trained_dates(path, model.metadata), dates), names)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def names_on(
    names: Sequence[str],
    trained: Mapping[str, Sequence[datetime.date]],
    dates: Mapping[str, Sequence[datetime.date]],
) -> tuple[str, ...]:
    """Return the names of a model's features with the dates of another year.

    The dates of a sensor correspond by position; names of other sensors, and all where the numbers of dates differ,
    stay as they are.
    """
    stamps = {
        (sensor, old.strftime(STAMP)): new.strftime(STAMP)
        for sensor in trained.keys() & dates.keys()
        if len(trained[sensor]) == len(dates[sensor])
        for old, new in zip(trained[sensor], dates[sensor], strict=True)
    }
    return tuple(_renamed(name, list(trained), stamps) for name in names)


def _renamed(name: str, sensors: Sequence[str], stamps: Mapping[tuple[str, str], str]) -> str:
    # Of several readings, that which is of one of the sensor's dates.
    positions = [(one.owner, one.stamp) for one in readings(name, sensors)]
    new = next((stamps[position] for position in positions if position in stamps), None)
    return f"{split_date(name)[0]}_{new}" if new else name
