"""Styles of maps: class names, colours and tables for GDAL, QGIS and people."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from landloom.core import tables
from landloom.core.files import write_text
from landloom.core.nomenclature import Nomenclature

_INTEGER, _TEXT = 0, 2
_COLUMNS = (
    ("Value", _INTEGER, 5),
    ("Class", _TEXT, 2),
    ("Label", _TEXT, 0),
    ("Red", _INTEGER, 6),
    ("Green", _INTEGER, 7),
    ("Blue", _INTEGER, 8),
    ("Alpha", _INTEGER, 9),
)
"""Columns of a raster attribute table, with GDAL's numbers of their type and usage."""


def write_class_names(path: Path | str, nomenclature: Nomenclature) -> None:
    """Write class names in the PAM format of GDAL and QGIS (``.aux.xml``), and a raster attribute table."""
    names = nomenclature.names_by_code()
    categories = "\n".join(
        f"      <Category>{escape(names.get(code, ''))}</Category>" for code in range(max(names) + 1)
    )
    write_text(
        path,
        f'<PAMDataset>\n  <PAMRasterBand band="1">\n    <CategoryNames>\n{categories}\n    </CategoryNames>\n'
        f"{_attribute_table(nomenclature)}  </PAMRasterBand>\n</PAMDataset>\n",
    )


def _attribute_table(nomenclature: Nomenclature) -> str:
    """Return GDAL's raster attribute table: value, name, label and colour of each class."""
    columns = "\n".join(
        f'      <FieldDefn index="{rank}"><Name>{name}</Name><Type>{kind}</Type><Usage>{usage}</Usage></FieldDefn>'
        for rank, (name, kind, usage) in enumerate(_COLUMNS)
    )
    rows = "\n".join(
        f'      <Row index="{rank}">'
        + "".join(f"<F>{escape(str(value))}</F>" for value in (entry.code, entry.name, entry.label, *entry.rgb, 255))
        + "</Row>"
        for rank, entry in enumerate(nomenclature.classes)
    )
    return (
        f'    <GDALRasterAttributeTable tableType="thematic">\n{columns}\n{rows}\n    </GDALRasterAttributeTable>\n'
    )


def write_qgis_style(path: Path | str, nomenclature: Nomenclature) -> None:
    """Write a QGIS style (.qml) with the classes' colours and names."""
    entries = "\n".join(
        f'      <paletteEntry value="{entry.code}" color="{entry.color}" alpha="255" label={quoteattr(entry.name)}/>'
        for entry in nomenclature.classes
    )
    write_text(
        path,
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22" styleCategories="Symbology">\n  <pipe>\n'
        '    <rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">\n'
        f"    <colorPalette>\n{entries}\n    </colorPalette>\n    </rasterrenderer>\n  </pipe>\n</qgis>\n",
    )


def write_sld(path: Path | str, nomenclature: Nomenclature) -> None:
    """Write a style of the OGC (SLD 1.0, ``.sld``) with the classes' colours and names."""
    entries = "\n".join(
        f'            <ColorMapEntry color="{entry.color}" quantity="{entry.code}" label={quoteattr(entry.name)}/>'
        for entry in nomenclature.classes
    )
    write_text(path, sld(f'          <ColorMap type="values">\n{entries}\n          </ColorMap>\n'))


def sld(color_map: str) -> str:
    """Return a whole SLD document of a raster around its colours."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" '
        'xmlns:ogc="http://www.opengis.net/ogc">\n'
        "  <NamedLayer>\n    <Name>landloom</Name>\n    <UserStyle>\n      <FeatureTypeStyle>\n        <Rule>\n"
        f"        <RasterSymbolizer>\n{color_map}        </RasterSymbolizer>\n"
        "        </Rule>\n      </FeatureTypeStyle>\n    </UserStyle>\n  </NamedLayer>\n</StyledLayerDescriptor>\n"
    )


def write_qgis_vector_style(path: Path | str, nomenclature: Nomenclature, field: str) -> None:
    """Write a QGIS style (.qml) of polygons with the classes' colours and names, by a field of their codes."""
    entries, symbols = [], []
    for rank, entry in enumerate(nomenclature.classes):
        entries.append(
            f'      <category value="{entry.code}" type="long" symbol="{rank}" render="true" '
            f"label={quoteattr(entry.name)}/>"
        )
        color = ",".join(map(str, (*entry.rgb, 255)))
        symbols.append(
            f'      <symbol type="fill" name="{rank}" alpha="1" clip_to_extent="1">\n'
            '        <layer class="SimpleFill" enabled="1" locked="0" pass="0">\n          <Option type="Map">\n'
            f'            <Option type="QString" name="color" value="{color}"/>\n'
            '            <Option type="QString" name="style" value="solid"/>\n'
            '            <Option type="QString" name="outline_style" value="no"/>\n'
            "          </Option>\n        </layer>\n      </symbol>"
        )
    categories, fills = "\n".join(entries), "\n".join(symbols)
    write_text(
        path,
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22" styleCategories="Symbology">\n'
        f'  <renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="0" enableorderby="0">\n'
        f"    <categories>\n{categories}\n    </categories>\n    <symbols>\n{fills}\n    </symbols>\n"
        "  </renderer-v2>\n</qgis>\n",
    )


def write_class_table(path: Path | str, nomenclature: Nomenclature) -> None:
    """Write codes, labels, names and colours as CSV."""
    rows = ((entry.code, entry.label, entry.name, entry.color) for entry in nomenclature.classes)
    tables.write(path, ("code", "label", "name", "color"), rows)
