"""Every layer has a style in both forms, which shows all of its values."""

import xml.etree.ElementTree as ElementTree

import pytest

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.maps.layers import AGREEMENT, FEATURES, LAYERS, MOSAICS, VALIDITY
from landloom.maps.ramps import layer_styles
from landloom.maps.ramps.layer_styles import SUFFIXES, Legends, style_of
from landloom.maps.ramps.ramp import Ramp

CLASSES = Nomenclature((LandClass(3, "w", "water & ice", "#0000ff"), LandClass(7, "f", "forest", "#00ff00")))
LEGENDS = Legends(CLASSES, ["optical", "radar"], span=80.0, unit="m³ & more")
OWN = {AGREEMENT.name, FEATURES.name, "value"}
"""Those with styles of their own, or with hundreds of bands and none."""


@pytest.mark.parametrize("layer", sorted(MOSAICS.keys() - OWN))
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_layer_has_colours_for_all_it_may_hold(tmp_path, layer, suffix):
    path = tmp_path / f"{layer}{suffix}"
    layer_styles.write(path, LEGENDS)
    root = ElementTree.parse(path).getroot()
    entries = [one for one in root.iter() if one.tag.rpartition("}")[2] in ("item", "paletteEntry", "ColorMapEntry")]
    values = [float(one.get("value", one.get("quantity"))) for one in entries]
    assert values == sorted(values)
    assert len(values) >= 2
    assert all(one.get("label") for one in entries)
    how = style_of(layer, LEGENDS)
    assert values == pytest.approx([value for value, _ in how.stops] if isinstance(how, Ramp) else how.codes)


def test_percent_layers_go_to_a_hundred_and_others_to_what_they_hold():
    for layer in (one for one in LAYERS if one.unit == "%"):
        assert (style_of(layer.name, LEGENDS).low, style_of(layer.name, LEGENDS).high) == (0, 100)
    assert style_of("half_width", LEGENDS).high == 40
    assert style_of("probabilities", LEGENDS).high == 1  # QGIS multiplies what is stored by the scale of the band
    assert style_of(VALIDITY.name, LEGENDS).low == 0


def test_deciding_groups_by_name():
    assert [entry.name for entry in style_of("decider", LEGENDS).classes] == ["all agree", "optical", "radar"]
    assert style_of("separate", LEGENDS) is CLASSES
