"""Models of one year on another: their features are the same but for the dates in their names."""

import datetime
from collections.abc import Mapping, Sequence

from landloom.calendars import trained_dates
from landloom.errors import InputError
from landloom.models.model import Model, check_features

STAMP = "%Y%m%d"


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

    A name is that of its sensor, what was measured and the date, joined by underscores. The dates of a sensor
    correspond by position; names of other sensors, and all where the numbers of dates differ, stay as they are.
    """
    stamps = {
        (sensor, old.strftime(STAMP)): new.strftime(STAMP)
        for sensor in trained.keys() & dates.keys()
        if len(trained[sensor]) == len(dates[sensor])
        for old, new in zip(trained[sensor], dates[sensor], strict=True)
    }
    sensors = sorted(trained, key=len, reverse=True)  # one sensor's name may begin with another's
    return tuple(_renamed(name, sensors, stamps) for name in names)


def _renamed(name: str, sensors: Sequence[str], stamps: Mapping[tuple[str, str], str]) -> str:
    head, _, stamp = name.rpartition("_")
    places = [(sensor, stamp) for sensor in sensors if name.startswith(f"{sensor}_")]
    return next((f"{head}_{stamps[place]}" for place in places if place in stamps), name)
