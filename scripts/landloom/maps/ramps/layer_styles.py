"""Styles of all layers of a map beside that of its classes: ramps of quantities, legends of codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.maps import styles
from landloom.maps.layers import MOSAICS, VALIDITY
from landloom.maps.ramps import ramp as ramps
from landloom.maps.ramps.ramp import Ramp

SUFFIXES = (".qml", ".sld")
"""Styles of QGIS and of the OGC."""

_DOUBT = ("#fde725", "#35b779", "#31688e", "#440154")
_TRUST = _DOUBT[::-1]
_COUNTS = ("#ffffff", "#c6dbef", "#6baed6", "#2171b5", "#08306b")

RAMPS = {
    "confidence": Ramp.over(0, 100, _TRUST, "%"),
    "margin": Ramp.over(0, 100, _TRUST, "%"),
    "entropy": Ramp.over(0, 100, _DOUBT, "%"),
    "probabilities": Ramp.over(0, 1, _TRUST),
    VALIDITY.name: Ramp.over(0, 60, _COUNTS),
}
"""By layer. That of `probabilities` shows the first band: QGIS lets one choose others. It is of probabilities, not of
the numbers stored: QGIS, GeoServer and R multiply these by the scale of the band."""

_NO_GROUP = "#bdbdbd"
_GROUPS = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d")


@dataclass(frozen=True)
class Legends:
    """What legends and ramps follow from.

    Attributes
    ----------
    classes : Nomenclature or None
        For layers of classes.
    groups : sequence of str
        Groups of sensors, in their order.
    span : float
        Of a target's range; 0 without a target.
    unit : str
        Of the target.
    """

    classes: Nomenclature | None = None
    groups: Sequence[str] = ()
    span: float = 0.0
    unit: str = ""


def write(path: Path | str, legends: Legends) -> None:
    """Write the style of a layer, which is named as the layer's file is.

    Parameters
    ----------
    path : path
        With one of :data:`SUFFIXES`.
    legends : Legends
    """
    how = style_of(Path(path).stem, legends)
    of_qgis = Path(path).suffix == SUFFIXES[0]
    if isinstance(how, Ramp):
        (ramps.write_qgis_style if of_qgis else ramps.write_sld)(path, how)
    else:
        (styles.write_qgis_style if of_qgis else styles.write_sld)(path, how)


def style_of(layer: str, legends: Legends) -> Ramp | Nomenclature:
    """Return the colours of a layer: a ramp for a quantity, a legend for codes."""
    if layer == "half_width":
        return Ramp.over(0, legends.span / 2, _DOUBT, legends.unit)
    if layer == "decider":
        return _groups(legends.groups)
    if MOSAICS[layer].legend and legends.classes:
        return legends.classes
    return RAMPS[layer]


def _groups(names: Sequence[str]) -> Nomenclature:
    """Return the legend of deciding groups of sensors: 1 where all agree, from 2 on the groups."""
    agreed = LandClass(1, "all", "all agree", _NO_GROUP)
    others = (
        LandClass(number, name, name, _GROUPS[(number - 2) % len(_GROUPS)]) for number, name in enumerate(names, 2)
    )
    return Nomenclature((agreed, *others), "none")
