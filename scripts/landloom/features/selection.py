"""Feature selection of a sensor: names, formulas and their order, without pixels.

This module does not need numpy, so that a configuration is checked quickly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from landloom.core.errors import InputError
from landloom.features import formulas, spectral_indices
from landloom.features.formulas import Expression, Formula
from landloom.features.settings import FeatureSettings

FLAG = "mask"
"""Name of the dates' flags in feature names, without interpolation."""


@dataclass(frozen=True)
class SensorBands:
    """Bands of a sensor.

    Attributes
    ----------
    sensor : str
    names : tuple of str
        Names of its bands in their order.
    letters : dict of str: str
        Standard letter of each band that has one.
    unit : float
        Stored number of 1 in the unit in which formulas have the bands: reflectance, or decibels of radar.
    """

    sensor: str
    names: tuple[str, ...]
    letters: Mapping[str, str]
    unit: float = formulas.REFLECTANCE_SCALE

    @property
    def by_letter(self) -> dict[str, int]:
        """Return the position of each standard letter among the bands."""
        return {self.letters[band]: position for position, band in enumerate(self.names) if band in self.letters}

    @property
    def by_name(self) -> dict[str, int]:
        """Return the position of each name allowed in expressions: bands, and letters other than band names."""
        return self.by_letter | {band: position for position, band in enumerate(self.names)}


@dataclass(frozen=True)
class Dated:
    """Quantity with a value on each output date.

    Attributes
    ----------
    name : str
    position : int
        Position among bands and, after these, expressions.
    scale : float
        Scale factor of the stored number.
    """

    name: str
    position: int
    scale: float = formulas.REFLECTANCE_SCALE


@dataclass(frozen=True)
class Statistic:
    """Statistic of a pixel's series of a quantity."""

    of: Dated
    kind: str


@dataclass(frozen=True)
class Choice:
    """The features of a sensor.

    Attributes
    ----------
    bands : SensorBands
    expressions : tuple of Expression
        All computed formulas, each once.
    together : tuple of Dated
        Features ordered date by date: the bands.
    one_by_one : tuple of Dated
        Features ordered one by one, each over all dates: indices, then expressions.
    statistics : tuple of Statistic
    """

    bands: SensorBands
    expressions: tuple[Expression, ...]
    together: tuple[Dated, ...]
    one_by_one: tuple[Dated, ...]
    statistics: tuple[Statistic, ...]


def choose(bands: SensorBands, settings: FeatureSettings) -> Choice:
    """Return the features of a sensor; formulas and statistics are included if it has their bands.

    Of features with equal formulas, such as NDVI and the near infrared relative to red, only the first stays.

    Raises
    ------
    InputError
        If a band is unknown, a name is used twice or a formula cannot be computed.
    """
    relative = _relative(bands, settings)
    indices, expressions = _indices(bands, settings), _expressions(bands, settings)
    _check_names(bands, settings, list(relative.values()), indices, expressions)
    own = [*indices, *expressions]
    compiled = tuple(dict.fromkeys(one.expression for one in (*relative.values(), *own)))
    computed = {expression: len(bands.names) + rank for rank, expression in enumerate(compiled)}
    dated = {name: Dated(name, position, bands.unit) for position, name in enumerate(bands.names)}
    dated |= {one.name: Dated(one.name, computed[one.expression], one.scale) for one in (*relative.values(), *own)}
    wanted = [relative[band].name if band in relative else band for band in kept_bands(bands, settings)]
    hidden = {name for entry in settings.statistics if entry.only for name in entry.of}
    together = tuple(dated[name] for name in wanted if name not in hidden)
    shown = {one.position for one in together}
    one_by_one = _each_once([dated[one.name] for one in own if one.name not in hidden], shown)
    return Choice(bands, compiled, together, one_by_one, _statistics(dated, settings))


def kept_bands(bands: SensorBands, settings: FeatureSettings) -> tuple[str, ...]:
    """Return the bands that are features, in the sensor's order.

    Raises
    ------
    InputError
        If one is unknown.
    """
    kept = settings.bands.get(bands.sensor, True) if isinstance(settings.bands, dict) else settings.bands
    if isinstance(kept, bool):
        return bands.names if kept else ()
    unknown = [band for band in kept if band not in bands.names]
    if unknown:
        raise InputError(f"features.bands.{bands.sensor}: {unknown} are not among its bands {list(bands.names)}")
    return tuple(band for band in bands.names if band in kept)


def _relative(bands: SensorBands, settings: FeatureSettings) -> dict[str, Formula]:
    """Return the formulas of bands that are given relative to another."""
    reference = settings.relative_to.get(bands.sensor)
    if reference is None:
        return {}
    if reference not in bands.names:
        raise InputError(
            f"features.relative_to.{bands.sensor}: {reference} is not among its bands {list(bands.names)}"
        )
    if bands.unit != formulas.REFLECTANCE_SCALE:
        raise InputError(
            f"features.relative_to.{bands.sensor}: bands of radar are in decibels, of which (a - b) / (a + b) means "
            "nothing; give an expression, as `VH - VV` (in dB), or of `power(VH)` and `power(VV)`"
        )
    index = {band: position for position, band in enumerate(bands.names)}
    return {
        band: formulas.formula(f"{band}_to_{reference}", "(a-b)/(a+b)", {"a": index[band], "b": index[reference]})
        for band in kept_bands(bands, settings)
        if band != reference
    }


def _indices(bands: SensorBands, settings: FeatureSettings) -> list[Formula]:
    found = spectral_indices.chosen(settings.indices, bands.by_letter)
    if bands.unit != formulas.REFLECTANCE_SCALE:  # the norm of decibels means nothing
        found = tuple(index for index in found if index.name != spectral_indices.BRIGHTNESS)
    return [index.of_bands(bands.by_letter, len(bands.names)) for index in found]


def _expressions(bands: SensorBands, settings: FeatureSettings) -> list[Formula]:
    """Return the expressions whose bands the sensor has, or that name the sensor."""
    found = []
    for name, expression in settings.expressions.items():
        try:
            needed = formulas.names_in(expression.formula)
            lacking = [band for band in needed if band not in bands.by_name]
            wanted = expression.sensors is None or bands.sensor in expression.sensors
            if lacking and wanted and expression.sensors:
                raise InputError(f"{bands.sensor} has no band {lacking[0]}; it has {sorted(bands.by_name)}")
            if wanted and not lacking:
                used = {band: bands.by_name[band] for band in needed}
                found.append(formulas.formula(name, expression.formula, used, None, expression.scale, bands.unit))
        except InputError as error:
            raise InputError(f"features.expressions.{name}: {error}") from None
    return found


def _check_names(
    bands: SensorBands,
    settings: FeatureSettings,
    relative: Sequence[Formula],
    indices: Sequence[Formula],
    expressions: Sequence[Formula],
) -> None:
    """Raise if a name is used twice."""
    kinds = [
        ("a flag of its dates", [FLAG] if settings.interpolation.lacking else [], ""),
        ("a band", bands.names, "name the band otherwise"),
        ("a relative band", [one.name for one in relative], "name the band otherwise"),
        ("an index", [one.name for one in indices], "leave it out of `indices`, or name the band otherwise"),
        ("an expression", [one.name for one in expressions], "name the expression otherwise"),
    ]
    taken: dict[str, str] = {}
    for kind, names, remedy in kinds:
        for name in names:
            if name in taken:
                raise InputError(
                    f"features: {bands.sensor} has `{name}` twice, as {taken[name]} and as {kind}; {remedy}"
                )
            taken[name] = kind


def _each_once(dated: Sequence[Dated], shown: set[int]) -> tuple[Dated, ...]:
    """Return the quantities without repetitions."""
    found = []
    for one in dated:
        if one.position not in shown:
            found.append(one)
            shown.add(one.position)
    return tuple(found)


def _statistics(dated: Mapping[str, Dated], settings: FeatureSettings) -> tuple[Statistic, ...]:
    """Return the statistics of the sensor's quantities, each once."""
    found: dict[tuple[int, str], Statistic] = {}
    for entry in settings.statistics:
        for name in entry.of:
            for kind in entry.kinds if name in dated else ():
                found.setdefault((dated[name].position, kind), Statistic(dated[name], kind))
    return tuple(found.values())
