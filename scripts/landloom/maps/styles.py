"""Styles of maps: class names, colours and tables for GDAL, QGIS and people."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from landloom.core import tables
from landloom.core.files import write_text
from landloom.core.nomenclature import Nomenclature


def write_class_names(path: Path | str, nomenclature: Nomenclature) -> None:
    """Write the class names in the PAM format of GDAL and QGIS (``.aux.xml``)."""
    names = nomenclature.names_by_code()
    categories = "\n".join(
        f"      <Category>{escape(names.get(code, ''))}</Category>" for code in range(max(names) + 1)
    )
    write_text(
        path,
        f'<PAMDataset>\n  <PAMRasterBand band="1">\n    <CategoryNames>\n{categories}\n    </CategoryNames>\n'
        "  </PAMRasterBand>\n</PAMDataset>\n",
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
