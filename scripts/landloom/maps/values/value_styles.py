"""Style of a map of a target: a ramp of colours over its range."""

from landloom.maps.ramps.ramp import Ramp
from landloom.reference.target_settings import TargetSettings
from landloom.reference.target_values import COLORS, color_of


def ramp_of(target: TargetSettings) -> Ramp:
    """Return the colours of a target's values."""
    colors = [color_of(position / (len(COLORS) - 1)) for position in range(len(COLORS))]
    low, high = target.range
    return Ramp.over(low, high, colors, target.unit)
