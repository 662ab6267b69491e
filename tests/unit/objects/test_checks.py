import pytest

from landloom.features.selection import SensorBands, choose
from landloom.features.settings import FeatureSettings
from landloom.objects.checks import problems
from landloom.objects.superpixel_settings import SuperpixelSettings

BANDS = SensorBands("s2", ("B4", "B8"), {"B4": "R", "B8": "N"})
STATISTICS = [{"of": ["NDVI"], "kinds": ["max"], "only": True}]


def told(features, rasters=(), functions=(), **settings):
    choices = [choose(BANDS, FeatureSettings(**settings))]
    return problems(SuperpixelSettings(features=features), choices, rasters, functions)


@pytest.mark.parametrize("name", ["B8", "s2_B8", "NDVI", "altitude", "own_height"])
def test_what_is_a_feature_can_be_segmented_by(name):
    assert told({name: 1}, ["altitude"], ["own"], indices=["NDVI"]) == []
    assert told({"NDVI_max": 1}, indices=["NDVI"], statistics=STATISTICS) == []


def test_what_is_none_is_told():
    (line,) = told({"NDVI": 0.1, "B8": 0.1}, indices=["NDVI"], statistics=STATISTICS)
    assert line.startswith("superpixels.features: `NDVI` is not among the features ['B4', 'B8', 'NDVI_max', 's2_B4',")
    (line,) = told(None, bands=False, indices=[])
    assert line.startswith("superpixels.features: is needed")
    assert told(None, bands=False, indices=["NDVI"]) == []
