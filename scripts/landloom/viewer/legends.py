"""Legends of layers: classes with names and colours, or a ramp, with the colours of the styles beside the maps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from landloom.accuracy.agreement_map import LEGEND
from landloom.core.nomenclature import Nomenclature
from landloom.maps.layers import AGREEMENT, VALIDITY, Layer
from landloom.maps.ramps import layer_styles
from landloom.maps.ramps.layer_styles import Legends
from landloom.maps.ramps.ramp import Ramp
from landloom.maps.values.value_styles import ramp_of
from landloom.reference.target_settings import TargetSettings

_PER_CENT, _STORED_PER_CENT = 100.0, 0.1
"""Probabilities are shown in percent: those of the styles, and those that are stored, times 1000."""


@dataclass(frozen=True)
class Context:
    """What legends go by, beside the table of layers.

    Attributes
    ----------
    classes : Nomenclature or None
        None for maps of a target.
    groups : sequence of str
        Groups of sensors whose models are fused, in their order.
    target : TargetSettings or None
        What is mapped in place of classes.
    """

    classes: Nomenclature | None = None
    groups: Sequence[str] = ()
    target: TargetSettings | None = None


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
    colors : tuple of str
        From the lowest to the highest value, at equal distances.
    """

    factor: float
    unit: str
    limits: tuple[float, float] | None
    colors: tuple[str, ...]


def legend_of(layer: Layer, context: Context) -> Nomenclature | Quantity:
    """Return names and colours of a layer's values, or how it is shown as a quantity."""
    if layer.name == AGREEMENT.name:
        return LEGEND
    if layer.legend and context.classes:
        return context.classes
    style = _style(layer, context)
    return _quantity(layer, style) if isinstance(style, Ramp) else style


def _style(layer: Layer, context: Context) -> Ramp | Nomenclature:
    target = context.target
    if target and layer.name == "value":
        return ramp_of(target)
    span, unit = (target.span, target.unit) if target else (0.0, "")
    return layer_styles.style_of(layer.name, Legends(context.classes, context.groups, span, unit))


def _quantity(layer: Layer, ramp: Ramp) -> Quantity:
    colors = tuple(color for _, color in ramp.stops)
    if layer.per_class:
        return Quantity(_STORED_PER_CENT, "%", (_PER_CENT * ramp.low, _PER_CENT * ramp.high), colors)
    return Quantity(1.0, ramp.unit, None if layer.name == VALIDITY.name else (ramp.low, ramp.high), colors)


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
