"""A ramp of colours over the values of a raster, as QGIS and other programs read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from landloom.core.files import write_text
from landloom.maps.styles import sld


@dataclass(frozen=True)
class Ramp:
    """Colours at some values, between which those of others lie.

    Attributes
    ----------
    stops : tuple of (value, color)
        Ascending; colours are #rrggbb.
    unit : str
        For the legend; may be empty.
    """

    stops: tuple[tuple[float, str], ...]
    unit: str = ""

    @classmethod
    def over(cls, low: float, high: float, colors: Sequence[str], unit: str = "") -> "Ramp":
        """Return colours at equal distances from ``low`` to ``high``."""
        step = (high - low) / (len(colors) - 1)
        return cls(tuple((low + number * step, color) for number, color in enumerate(colors)), unit)

    @property
    def low(self) -> float:
        """Return the value of the first colour."""
        return self.stops[0][0]

    @property
    def high(self) -> float:
        """Return the value of the last colour."""
        return self.stops[-1][0]

    def label(self, value: float) -> str:
        """Return what the legend says of a value."""
        return f"{value:g} {self.unit}" if self.unit else f"{value:g}"


def write_sld(path: Path | str, ramp: Ramp) -> None:
    """Write a style of the OGC (``.sld``)."""
    entries = "\n".join(
        f'            <ColorMapEntry color="{color}" quantity="{value:.9g}" label={quoteattr(ramp.label(value))}/>'
        for value, color in ramp.stops
    )
    write_text(path, sld(f'          <ColorMap type="ramp">\n{entries}\n          </ColorMap>\n'))


def write_qgis_style(path: Path | str, ramp: Ramp) -> None:
    """Write a QGIS style (``.qml``)."""
    entries = "\n".join(
        f'          <item value="{value:.9g}" color="{color}" alpha="255" label={quoteattr(ramp.label(value))}/>'
        for value, color in ramp.stops
    )
    limits = f'minimumValue="{ramp.low:.9g}" maximumValue="{ramp.high:.9g}"'
    renderer = 'type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor=""'
    write_text(
        path,
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22" styleCategories="Symbology">\n  <pipe>\n'
        f'    <rasterrenderer {renderer} classificationMin="{ramp.low:.9g}" '
        f'classificationMax="{ramp.high:.9g}">\n      <rastershader>\n'
        f'        <colorrampshader colorRampType="INTERPOLATED" classificationMode="1" clip="0" {limits}>\n'
        f"{entries}\n        </colorrampshader>\n      </rastershader>\n    </rasterrenderer>\n  </pipe>\n</qgis>\n",
    )
