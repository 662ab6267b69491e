"""Ramps of colours, and the documents that hold them."""

import xml.etree.ElementTree as ElementTree

from landloom.maps.ramps import ramp
from landloom.maps.ramps.ramp import Ramp


def test_colours_at_equal_distances():
    colors = Ramp.over(-1, 1, ["#000000", "#777777", "#ffffff"], "m")
    assert colors.stops == ((-1, "#000000"), (0, "#777777"), (1, "#ffffff"))
    assert [colors.label(value) for value, _ in colors.stops] == ["-1 m", "0 m", "1 m"]
    assert Ramp.over(0, 1, ["#000000", "#ffffff"]).label(0.5) == "0.5"


def test_documents_are_xml_whatever_the_unit(tmp_path):
    colors = Ramp.over(0, 80, ["#000000", "#ffffff"], '<"&>')
    ramp.write_qgis_style(tmp_path / "a.qml", colors)
    ramp.write_sld(tmp_path / "a.sld", colors)
    shader = ElementTree.parse(tmp_path / "a.qml").find(".//colorrampshader")
    assert (shader.get("minimumValue"), shader.get("maximumValue")) == ("0", "80")
    (low, high) = ElementTree.parse(tmp_path / "a.sld").iter("{http://www.opengis.net/sld}ColorMapEntry")
    assert (low.get("quantity"), high.get("label")) == ("0", '80 <"&>')
