"""Checks of the configured features against the sensors."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.features import formulas, spectral_indices
from landloom.features.selection import Choice, Dated, SensorBands, choose
from landloom.features.settings import FeatureSettings


def problems(
    settings: FeatureSettings, sensors: Sequence[SensorBands], calendars: Mapping[str, str], others: Collection[str]
) -> list[str]:
    """Return a message for each feature that cannot be computed.

    Parameters
    ----------
    settings : FeatureSettings
    sensors : sequence of SensorBands
    calendars : dict of sensor: str
        Value of `output_dates` of each sensor.
    others : collection of str
        Other sources of features: static rasters, functions.
    """
    found = [
        *_of_letters(sensors),
        *_of_indices(settings, sensors),
        *_of_sensor_names(settings, [one.sensor for one in sensors]),
        *_of_expressions(settings, sensors),
        *_of_calendars(settings, calendars),
    ]
    if found:
        return found
    choices = []
    for one in sensors:
        try:
            choices.append(choose(one, settings))
        except InputError as error:
            found.append(str(error))
    found += _of_names(choices)
    if found:
        return found
    if not others and not any(one.together or one.one_by_one or one.statistics for one in choices):
        return ["features: no feature is left; keep some of `bands`, `indices`, `expressions` or `statistics`"]
    dated = [*(one for choice in choices for one in choice.together), *_measured(choices)]
    known = {name for choice in choices for name in choice.bands.names} | {one.name for one in dated}
    return _of_statistics(settings, known | _index_names(settings, sensors) | set(settings.expressions))


def _measured(choices: Sequence[Choice]) -> list[Dated]:
    """Return the inputs of statistics, whether they are features themselves or not."""
    return [statistic.of for choice in choices for statistic in choice.statistics]


def _of_names(choices: Sequence[Choice]) -> list[str]:
    """Return messages for equal feature names of two sensors, where one sensor's name begins with the other's."""
    owners: dict[str, tuple[str, str]] = {}
    found = []
    for one in choices:
        sensor, statistics = one.bands.sensor, (statistic.of for statistic in one.statistics)
        for name in dict.fromkeys(dated.name for dated in (*one.together, *one.one_by_one, *statistics)):
            other, theirs = owners.setdefault(f"{sensor}_{name}", (sensor, name))
            if other != sensor:
                found.append(
                    f"features: {other} with `{theirs}` and {sensor} with `{name}` would both be called "
                    f"{sensor}_{name}; rename a sensor or an expression"
                )
    return found


def _index_names(settings: FeatureSettings, sensors: Sequence[SensorBands]) -> set[str]:
    """Return the indices that some sensor has, including those equal to other features."""
    return {index.name for one in sensors for index in spectral_indices.chosen(settings.indices, one.by_letter)}


def _of_indices(settings: FeatureSettings, sensors: Sequence[SensorBands]) -> list[str]:
    try:
        spectral_indices.check_indices(settings.indices or [], {one.sensor: one.letters for one in sensors})
    except InputError as error:
        return str(error).splitlines()
    return []


def _of_letters(sensors: Sequence[SensorBands]) -> Iterator[str]:
    """Yield messages for letters of bands that no formula knows, and for letters of two bands."""
    known = spectral_indices.standard_letters()
    for one in sensors:
        key = f"sensors.{one.sensor}.common_names"
        for band, letter in one.letters.items():
            if letter not in known:
                close = get_close_matches(letter.upper(), known, 1)
                hint = f" (did you mean {close[0]}?)" if close else ""
                told = f"`{shortened(letter)}` of {band} is no standard letter{hint}"
                yield f"{key}: {told}; those are {', '.join(known)}"
        twice = [letter for letter, count in Counter(one.letters.values()).items() if count > 1]
        for letter in twice:
            bands = [band for band, own in one.letters.items() if own == letter]
            yield f"{key}: {' and '.join(bands)} are both {letter}; a formula takes one band of a letter"


def _of_sensor_names(settings: FeatureSettings, sensors: Collection[str]) -> list[str]:
    """Return messages for unknown sensors."""
    named = {"features.relative_to": list(settings.relative_to)}
    named |= {"features.bands": list(settings.bands)} if isinstance(settings.bands, dict) else {}
    named |= {
        f"features.expressions.{name}.sensors": expression.sensors or []
        for name, expression in settings.expressions.items()
    }
    return [
        f"{key}: {sensor} is not among the sensors {sorted(sensors)}"
        for key, given in named.items()
        for sensor in given
        if sensor not in sensors
    ]


def _of_expressions(settings: FeatureSettings, sensors: Sequence[SensorBands]) -> list[str]:
    """Return messages for invalid expressions, or expressions whose bands no sensor has."""
    found = []
    for name, expression in settings.expressions.items():
        try:
            needed = set(formulas.names_in(expression.formula))
        except InputError as error:
            found.append(f"features.expressions.{name}: {error}")
            continue
        if not needed:
            found.append(f"features.expressions.{name}: `{expression.formula}` has no band")
        if not any(needed <= set(one.by_name) for one in sensors):
            there = "; ".join(f"{one.sensor} has {sorted(one.by_name)}" for one in sensors)
            found.append(f"features.expressions.{name}: no sensor has all of {sorted(needed)}: {there}")
    return found


def _of_calendars(settings: FeatureSettings, calendars: Mapping[str, str]) -> list[str]:
    """Return messages for sensors whose output dates are not their observation dates, without interpolation."""
    if not settings.interpolation.lacking:
        return []
    return [
        f"sensors.{sensor}.output_dates: must be `own` or `union` with "
        f"`features.interpolation.method: {settings.interpolation.method}`, "
        "which keeps values on the days of the observations"
        for sensor, kind in calendars.items()
        if kind == "steps"
    ]


def _of_statistics(settings: FeatureSettings, known: Collection[str]) -> list[str]:
    return [
        f"features.statistics[{position}].of: no sensor has `{name}`; name bands, or indices and expressions that "
        f"are listed in this section: {sorted(known)}"
        for position, entry in enumerate(settings.statistics)
        for name in entry.of
        if name not in known
    ]
