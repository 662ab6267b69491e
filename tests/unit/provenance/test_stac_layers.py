"""How layers are read and shown: bands, scales, colours; for every layer that there is."""

import json
import math

import pytest

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.maps.layers import LAYERS, MOSAICS, VALUE_LAYERS
from landloom.provenance import stac_layers
from landloom.provenance.record import Raster

CLASSES = Nomenclature((LandClass(1, "1", "Forêt dense", "#00ff00"), LandClass(7, "7", "水", "#0000fe")))


def raster(name, bands=1):
    layer = MOSAICS[name]
    dtype = "uint8" if layer.dtype == "labels" else layer.dtype
    return Raster("EPSG:2154", (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), (5, 5), dtype, layer.nodata, bands)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_layer_has_its_bands(layer):
    count = 2 if layer.per_class else 1
    fields = stac_layers.fields(layer.name, raster(layer.name, count), CLASSES)
    assert len(fields["bands"]) == count
    assert fields["raster:spatial_resolution"] == 10
    assert ("nodata" in fields) == (layer.nodata is not None)


def test_probabilities_have_a_band_for_each_class():
    fields = stac_layers.fields("probabilities", raster("probabilities", 2), CLASSES)
    assert fields["bands"] == [
        {"name": "probabilities-1", "description": "Forêt dense"},
        {"name": "probabilities-7", "description": "水"},
    ]
    assert fields["raster:scale"] == 0.001


def test_values_without_number_are_json():
    fields = stac_layers.fields("value", raster("value"), None)
    assert fields["nodata"] == "nan"
    assert math.isnan(MOSAICS["value"].nodata)
    json.dumps(fields, allow_nan=False)


def test_classes_are_shown_in_their_colours_and_percentages_on_a_ramp():
    names = [*(layer.name for layer in LAYERS), "agreement", "regularised", "report"]
    found = stac_layers.renders(names, CLASSES, None)
    assert found["classification"] == {
        "assets": ["classification"],
        "title": "land cover",
        "colormap": {"1": [0, 255, 0, 255], "7": [0, 0, 254, 255]},
        "nodata": 0,
        "resampling": "nearest",
    }
    assert found["regularised"]["colormap"] == found["separate"]["colormap"] == found["classification"]["colormap"]
    assert found["agreement"]["colormap"]["2"] == [26, 150, 65, 255]
    for name in ("confidence", "margin", "entropy"):
        assert found[name]["rescale"] == [[0, 100]]
        assert found[name]["nodata"] == MOSAICS[name].nodata
    assert not {"report", "probabilities", "decider"} & set(found)


def test_a_target_is_shown_on_its_range():
    found = stac_layers.renders([layer.name for layer in VALUE_LAYERS], None, (0.0, 80.0))
    assert list(found) == ["value"]
    assert found["value"]["rescale"] == [[0.0, 80.0]]
    assert list(found["value"]["colormap"]) == ["0", "64", "128", "191", "255"]
    json.dumps(found, allow_nan=False)
