"""Style of a map of a target: a ramp of colours over its range."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

from landloom.core.files import write_text
from landloom.maps.styles import sld
from landloom.reference.target_settings import TargetSettings
from landloom.reference.target_values import COLORS, color_of


def write_sld(path: Path | str, target: TargetSettings) -> None:
    """Write a style of the OGC (``.sld``) with the same colours."""
    shares = [position / (len(COLORS) - 1) for position in range(len(COLORS))]
    values = [target.range[0] + share * target.span for share in shares]
    entries = "\n".join(
        f'            <ColorMapEntry color="{color_of(share)}" quantity="{value:.9g}"/>'
        for share, value in zip(shares, values, strict=True)
    )
    write_text(path, sld(f'          <ColorMap type="ramp">\n{entries}\n          </ColorMap>\n'))


def write_qgis_style(path: Path | str, target: TargetSettings) -> None:
    """Write a QGIS style (.qml) with colours between which values are interpolated."""
    shares = [position / (len(COLORS) - 1) for position in range(len(COLORS))]
    values = [target.range[0] + share * target.span for share in shares]
    unit = f" {target.unit}" if target.unit else ""
    entries = "\n".join(
        f'          <item value="{value:.9g}" color="{color_of(share)}" alpha="255" '
        f"label={quoteattr(f'{value:g}{unit}')}/>"
        for value, share in zip(values, shares, strict=True)
    )
    limits = f'minimumValue="{target.range[0]:.9g}" maximumValue="{target.range[1]:.9g}"'
    renderer = 'type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor=""'
    write_text(
        path,
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22" styleCategories="Symbology">\n  <pipe>\n'
        f'    <rasterrenderer {renderer} classificationMin="{target.range[0]:.9g}" '
        f'classificationMax="{target.range[1]:.9g}">\n      <rastershader>\n'
        f'        <colorrampshader colorRampType="INTERPOLATED" classificationMode="1" clip="0" {limits}>\n'
        f"{entries}\n        </colorrampshader>\n      </rastershader>\n    </rasterrenderer>\n  </pipe>\n</qgis>\n",
    )
