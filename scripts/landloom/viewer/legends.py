"""Legends of layers: classes with names and colours, or a ramp of colours between two values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from landloom.accuracy.agreement_map import LEGEND
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.maps.layers import AGREEMENT, Layer
from landloom.reference.target_values import COLORS, color_of
from landloom.viewer.shown_layers import Shown

RAMP = tuple(color_of(rank / (len(COLORS) - 1)) for rank in range(len(COLORS)))
"""Colours of quantities from the lowest to the highest value, between which the page interpolates."""

_PER_CENT_OF_PROBABILITY = 0.1
"""Probabilities are stored times 1000, and shown in percent."""

_DECIDER = "decider"
_ALL_AGREE = "all agree"
_GROUP_COLORS = ("#bdbdbd", "#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#1f78b4")


@dataclass(frozen=True)
class Context:
    """What legends go by, beside the table of layers.

    Attributes
    ----------
    classes : Nomenclature or None
        None for maps of a target.
    groups : sequence of str
        Groups of sensors whose models are fused, in their order.
    limits : (float, float) or None
        Range of the target.
    unit : str
        Of the target.
    """

    classes: Nomenclature | None = None
    groups: Sequence[str] = ()
    limits: tuple[float, float] | None = None
    unit: str = ""


@dataclass(frozen=True)
class Quantity:
    """How a quantity is shown.

    Attributes
    ----------
    factor : float
        By which stored values are multiplied.
    unit : str
    limits : (float, float) or None
        Shown values at both ends of the ramp; None: as they are found.
    """

    factor: float
    unit: str
    limits: tuple[float, float] | None


def classes_of(layer: Layer, context: Context) -> Nomenclature | None:
    """Return names and colours of a layer's values; None if it is a quantity."""
    if layer.name == AGREEMENT.name:
        return LEGEND
    if layer.name == _DECIDER:
        return _of_groups(context.groups)
    return context.classes if layer.legend else None


def quantity_of(shown: Shown, context: Context) -> Quantity:
    """Return how a layer without classes is shown."""
    layer = shown.layer
    if layer.per_class:
        return Quantity(_PER_CENT_OF_PROBABILITY, "%", (0.0, 100.0))
    if layer.unit == "%":
        return Quantity(1.0, "%", (0.0, 100.0))
    of_target = math.isnan(layer.empty)
    limits = context.limits if layer.name == "value" else None
    return Quantity(1.0, context.unit if of_target else "", limits)


def round_limits(low: float, high: float) -> tuple[float, float]:
    """Return values around a range, with few digits: limits of a ramp as people read them."""
    least = 1e-9 * max(abs(low), abs(high), 1e-3)
    if not high - low > least:
        high = low + max(1.0, 1e6 * least)
    step = round_step((high - low) / 10)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def round_step(least: float) -> float:
    """Return 1, 2 or 5 times a power of ten: the smallest that is not below a positive number."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(digit * power for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= least * (1 - 1e-9))


def _of_groups(groups: Sequence[str]) -> Nomenclature:
    """Return the legend of which group of sensors has decided."""
    names = [_ALL_AGREE, *groups]
    colors = [_GROUP_COLORS[rank % len(_GROUP_COLORS)] for rank in range(len(names))]
    entries = zip(names, colors, strict=True)
    return Nomenclature(tuple(LandClass(code, name, name, color) for code, (name, color) in enumerate(entries, 1)))
