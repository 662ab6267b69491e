"""How layers are read and shown: bands, scales, colours; for every layer that there is."""

import json
import math

import pytest

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo.grids import Grid
from landloom.maps.layers import LAYERS, MOSAICS, VALUE_LAYERS
from landloom.provenance import stac_layers
from landloom.provenance.record import Raster

CLASSES = Nomenclature((LandClass(1, "1", "Forêt dense", "#00ff00"), LandClass(7, "7", "水", "#0000fe")))


GRID = Grid("EPSG:2154", 458140.0, 6327710.0, 10.0, 10.0, 5, 5)


def raster(name, bands=1):
    layer = MOSAICS[name]
    dtype = "uint8" if layer.dtype == "labels" else layer.dtype
    return Raster("EPSG:2154", (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), (5, 5), dtype, layer.nodata, bands)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_layer_has_its_bands(layer):
    count = 2 if layer.per_class else 1
    fields = stac_layers.fields(layer.name, raster(layer.name, count), GRID, CLASSES)
    assert len(fields["bands"]) == count
    assert fields["raster:spatial_resolution"] == 10
    assert ("nodata" in fields) == (layer.nodata is not None)


@pytest.mark.parametrize(
    ("grid", "metres"),
    [
        (Grid("EPSG:32631", 5e5, 5e6, 20.0, 20.0, 100, 100), 20),
        (Grid("EPSG:4326", 3.0, 45.0, 0.001, 0.001, 100, 100), (111.13 + 78.85) / 2),
        (Grid("EPSG:3857", 0.0, 5621521.0, 10.0, 10.0, 100, 100), 7.06),
        (Grid("EPSG:2263", 9.8e5, 2e5, 30.0, 30.0, 100, 100), 9.144),
    ],
    ids=["utm", "degrees", "mercator", "feet"],
)
def test_the_size_of_a_pixel_is_in_metres_on_the_ground(grid, metres):
    found = stac_layers.fields("confidence", raster("confidence"), grid, CLASSES)
    assert found["raster:spatial_resolution"] == pytest.approx(metres, rel=2e-3)


def test_probabilities_have_a_band_for_each_class():
    fields = stac_layers.fields("probabilities", raster("probabilities", 2), GRID, CLASSES)
    assert fields["bands"] == [
        {"name": "probabilities-1", "description": "Forêt dense"},
        {"name": "probabilities-7", "description": "水"},
    ]
    assert fields["raster:scale"] == 0.001


def test_values_without_number_are_json():
    fields = stac_layers.fields("value", raster("value"), GRID, None)
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
