"""What a network sees of a feature vector: a series of each sensor, and values without a date beside them."""

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.names import STAMP, parsed

MASK = "mask"
"""Name of the flags that features have without interpolation: they say what nodata says, too."""


@dataclass(frozen=True)
class Series:
    """Dated features of a sensor.

    Attributes
    ----------
    sensor : str
    channels : tuple of str
        Bands, indices and expressions.
    days : tuple of int
        Of the dates, ascending, counted from 1 January of the year of the earliest date of all sensors: by days from
        an epoch, a network would know nothing of another year.
    columns : tuple of int
        Positions in the feature vector: all channels of the first date, then of the next.
    """

    sensor: str
    channels: tuple[str, ...]
    days: tuple[int, ...]
    columns: tuple[int, ...]

    def read(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the series of some pixels.

        Parameters
        ----------
        matrix : ndarray of int16, shape (pixels, features)

        Returns
        -------
        values : ndarray of float32, shape (pixels, dates, channels)
            0 where not valid.
        valid : ndarray of bool, shape (pixels, dates)
            Dates on which no channel is nodata.
        """
        stored = matrix[:, self.columns].reshape(len(matrix), len(self.days), len(self.channels))
        valid = (stored != NODATA).all(axis=2)
        return np.where(valid[:, :, None], stored, 0).astype(np.float32), valid


@dataclass(frozen=True)
class Inputs:
    """What a network sees of a feature vector.

    Attributes
    ----------
    series : tuple of Series
        One of each sensor that has any.
    others : tuple of int
        Positions of the features without a date: statistics, static rasters, results of functions.
    """

    series: tuple[Series, ...]
    others: tuple[int, ...]

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Return the numbers of dates and channels of each series."""
        return [(len(one.days), len(one.channels)) for one in self.series]

    def others_of(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the features without a date, float32 of shape (pixels, others), and which are known, bool."""
        stored = matrix[:, self.others]
        known = stored != NODATA
        return np.where(known, stored, 0).astype(np.float32), known

    def content(self) -> dict[str, Any]:
        """Return the plain values of which :meth:`of_content` makes the same."""
        return {"series": [asdict(one) for one in self.series], "others": self.others}

    @classmethod
    def of_content(cls, content: Any, features: int) -> Self:
        """Return the inputs from plain values of a file.

        Raises
        ------
        ValueError, TypeError, KeyError
            If they are none of a vector of that many features.
        """
        series = tuple(
            Series(
                _text(one["sensor"]),
                tuple(map(_text, one["channels"])),
                tuple(map(_number, one["days"])),
                tuple(map(_number, one["columns"])),
            )
            for one in content["series"]
        )
        others = tuple(map(_number, content["others"]))
        used = [*others, *(column for one in series for column in one.columns)]
        whole = all(len(one.columns) == len(one.days) * len(one.channels) > 0 for one in series)
        if not used or len(set(used)) != len(used) or min(used) < 0 or max(used) >= features or not whole:
            raise ValueError("its inputs are broken")
        if any(late <= early for one in series for early, late in zip(one.days, one.days[1:], strict=False)):
            raise ValueError("its days are not ascending")
        return cls(series, others)


def of_names(names: Sequence[str], sensors: Sequence[str]) -> Inputs:
    """Return what a network sees of features of these names.

    A dated feature that has not all the dates of its sensor counts as one without date.

    Parameters
    ----------
    names : sequence of str
        Of the features, in their order.
    sensors : sequence of str
        All of them: the name of one may begin with that of another.
    """
    found = [parsed(name, sensors) for name in names]
    places: dict[str, dict[str, dict[str, int]]] = {}
    flags = set()
    for column, one in enumerate(found):
        if one.owner and one.stamp and one.what == MASK:
            flags.add(column)
        elif one.owner and one.stamp:
            places.setdefault(one.owner, {}).setdefault(one.what, {})[one.stamp] = column
    dated = {sensor: sorted({stamp for at in of.values() for stamp in at}) for sensor, of in places.items()}
    first = min((stamps[0] for stamps in dated.values()), default="")
    series = []
    for sensor, stamps in dated.items():
        whole = {what: at for what, at in places[sensor].items() if len(at) == len(stamps)}
        columns = tuple(at[stamp] for stamp in stamps for at in whole.values())
        if whole:
            days = tuple(_day(stamp, int(first[:4])) for stamp in stamps)
            series.append(Series(sensor, tuple(whole), days, columns))
    used = flags.union(*(one.columns for one in series))
    return Inputs(tuple(series), tuple(column for column in range(len(names)) if column not in used))


def _day(stamp: str, year: int) -> int:
    """Return the days of a date from 1 January of a year."""
    return (datetime.datetime.strptime(stamp, STAMP).date() - datetime.date(year, 1, 1)).days


def _number(value: Any) -> int:
    if type(value) is not int or abs(value) > 10**6:
        raise ValueError(f"{value!r} is not a number of its inputs")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a name of its inputs is not text")
    return value
