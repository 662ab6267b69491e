"""Models of one year on another: their features are the same but for the dates in their names."""

import datetime
import json
from collections.abc import Mapping, Sequence

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.features.names import STAMP, readings, split_date
from landloom.models.interface import Model, check_features
from landloom.timeseries.output_dates import trained_dates

MODEL_TAG = "LANDLOOM_EMBEDDINGS"
"""Metadata key of a model for those that made the embeddings that it was trained with, JSON by sensor."""


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


def check_embeddings(path: str, model: Model, embeddings: Mapping[str, str]) -> None:
    """Make sure that embeddings are those of the model that a classifier was trained with.

    Where one of both does not tell the model, nothing is compared.

    Parameters
    ----------
    path : str
        Of the classifier, for messages.
    model : Model
    embeddings : dict of sensor: str
        Model that made the embeddings of each sensor that tells it.

    Raises
    ------
    InputError
        If they are of another model.
    """
    try:
        trained = dict(json.loads(model.metadata.get(MODEL_TAG) or "{}"))
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"{path}: does not tell which model made its embeddings; train it again") from None
    for name, own in embeddings.items():
        if trained.get(name, own) != own:
            raise InputError(
                f"{path}: was trained with embeddings of `{shortened(str(trained[name]))}`, but those of "
                f"sensors.{name} are of `{shortened(own)}` (`model`): the same bands mean other things there"
            )


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
