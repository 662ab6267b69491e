"""Groups of features that are reduced together: by the sensor, band and date in their names."""

from collections.abc import Callable, Sequence

from landloom.features.names import parsed

OTHERS = "others"
"""Group of the features whose names do not tell theirs."""

Key = Callable[[str, str, str], str]
"""Gives the group of a sensor, band and date."""

KEYS: dict[str, Key] = {
    "all": lambda sensor, band, date: "all",
    "sensor": lambda sensor, band, date: sensor,
    "band": lambda sensor, band, date: band,
    "date": lambda sensor, band, date: date,
    "sensor_band": lambda sensor, band, date: f"{sensor}_{band}",
    "sensor_date": lambda sensor, band, date: f"{sensor}_{date}",
}


def groups_of(names: Sequence[str], sensors: Sequence[str], kind: str) -> tuple[str, ...]:
    """Return the group of each feature.

    Parameters
    ----------
    names : sequence of str
        Of the features: see :mod:`landloom.features.names`.
    sensors : sequence of str
        All of them.
    kind : str
        One of `KEYS`.
    """
    if kind == "all":
        return ("all",) * len(names)
    found = [parsed(name, sensors) for name in names]
    # Statistics over all dates are of a sensor, and of no date.
    known = [bool(one.owner and (one.stamp or kind == "sensor")) for one in found]
    key = KEYS[kind]
    return tuple(
        key(one.owner, one.what, one.stamp) if told else OTHERS for one, told in zip(found, known, strict=True)
    )
