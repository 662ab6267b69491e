"""Checks of the quantities that superpixels are made by, before any job."""

from collections.abc import Collection, Sequence

from landloom.core.text import shortened
from landloom.features.selection import Choice
from landloom.objects.superpixel_settings import SuperpixelSettings


def problems(
    settings: SuperpixelSettings, choices: Sequence[Choice], rasters: Collection[str], functions: Collection[str]
) -> list[str]:
    """Return a message for each quantity that is not among the features.

    Parameters
    ----------
    settings : section of the configuration
    choices : sequence of Choice
        Features of the sensors.
    rasters, functions : collection of str
        Names of static rasters; prefixes of user-defined functions, whose results are not known yet.
    """
    if settings.features is None:
        if any(one.together or one.one_by_one for one in choices):
            return []
        return ["superpixels.features: is needed, since no band or index of a sensor is a feature"]
    known = {*rasters, *(name for one in choices for name in _names(one))}
    return [
        f"superpixels.features: `{name}` is not among the features {shortened(sorted(known))}"
        for name in settings.features
        if name not in known and not any(name.startswith(f"{label}_") for label in functions)
    ]


def _names(choice: Choice) -> list[str]:
    """Return the names of a sensor's quantities, with and without the sensor's."""
    names = [one.name for one in (*choice.together, *choice.one_by_one)]
    names += [f"{one.of.name}_{one.kind}" for one in choice.statistics]
    return [*names, *(f"{choice.bands.sensor}_{name}" for name in names)]
