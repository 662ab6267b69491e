"""Which features are reduced together: by the sensor, band and date in their names."""

import re
from collections.abc import Callable, Sequence

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
        Of the features, as ``{sensor}_{band or index}_{YYYYMMDD}``.
    sensors : sequence of str
        All of them: the name of one may begin with that of another.
    kind : str
        One of `KEYS`.
    """
    if kind == "all":
        return ("all",) * len(names)
    longest_first = "|".join(map(re.escape, sorted(sensors, key=len, reverse=True)))
    # Statistics over all dates are of a sensor, and of no date.
    rest = "(.+)()" if kind == "sensor" else r"(.+)_(\d{8})"
    pattern = re.compile(rf"({longest_first})_{rest}")
    found = [pattern.fullmatch(name) for name in names]
    return tuple(KEYS[kind](*match.groups()) if match else OTHERS for match in found)
