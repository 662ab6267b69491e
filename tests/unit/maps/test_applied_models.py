"""Which models are applied where in a tile, and whether they suit its map."""

from contextlib import ExitStack
from types import SimpleNamespace

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps.applied_models import AreaReader, Areas, check_models, model_of, owned_windows

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 80)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (3, 5, 300)))


@pytest.fixture
def areas(tmp_path):
    """Region 1 in the west, 2 in the east, none in the south; weights of 2, 1 and 4, of which 4 has none here."""
    number = np.ones((60, 80), np.uint8)
    number[:, 40:] = 2
    number[50:] = 0
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.stack([number, number > 0]).astype(np.uint8))
    east = np.clip((np.arange(80) - 30) / 20, 0, 1).astype(np.float32)
    stored = np.stack([east, 1 - east, 0 * east])[:, np.newaxis, :].repeat(60, axis=1)
    with rasters.create(tmp_path / "weights.tif", GRID, "float32", {}, bands=3, nodata=None) as file:
        file.write(stored)
        for band, region in enumerate((2, 1, 4), 1):
            file.set_band_description(band, str(region))
    return Areas(tmp_path / "regions.tif", tmp_path / "weights.tif"), number, stored


def test_models_that_act_are_found(areas):
    """A neighbour's model acts beyond its region with weights alone; models without any are not opened."""
    both, plain = areas[0], Areas(areas[0].regions, None)
    west, south = Window(0, 0, 60, 40), Window(50, 0, 10, 80)
    assert owned_windows(plain, [west, south]) == ([west], [1])
    assert owned_windows(both, [west]) == ([west], [1, 2])
    assert owned_windows(both, [Window(0, 0, 60, 20)])[1] == [1]
    assert owned_windows(both, [south]) == ([], [])


def test_windows_have_their_regions_and_weights(areas):
    window = Window(40, 20, 15, 30)
    with ExitStack() as files:
        reader = AreaReader(files, areas[0])
        np.testing.assert_array_equal(reader.numbers(window), areas[1][40:55, 20:50])
        np.testing.assert_array_equal(reader.regions(window)[1], areas[1][40:55, 20:50] > 0)
        weights = reader.weights(window)
        assert list(weights) == [2, 1]
        np.testing.assert_array_equal(weights[1], areas[2][1, 40:55, 20:50])
        assert reader.weights(Window(0, 0, 60, 30)) == {}  # one model alone
        assert AreaReader(files, Areas(areas[0].regions, None)).weights(window) == {}


def test_a_region_without_a_model_is_an_error():
    assert model_of({1: "model"}, 1) == "model"
    with pytest.raises(InputError, match="region number 2 has no model"):
        model_of({1: "model"}, 2)


def model(classes, **metadata):
    return SimpleNamespace(classes=np.array(classes, np.int32), metadata=metadata)


@pytest.mark.parametrize(
    ("unsuited", "message"),
    [
        (model([3, 7]), r"2 has the classes \[7\], which the nomenclature lacks"),
        (
            # A frozen model, after the nomenclature was numbered anew.
            model([3], LANDLOOM_CLASSES='{"1": "1", "2": "2", "3": "oak"}'),
            r"was trained with other labels of its codes: \['3 was `oak`, is `",
        ),
        (model([3], LANDLOOM_CLASSES="["), "the labels that a model keeps cannot be read"),
    ],
)
def test_a_model_of_another_nomenclature_is_an_error(unsuited, message):
    check_models({1: model([3, 300])}, CLASSES)
    with pytest.raises(InputError, match=message):
        check_models({1: model([3, 300]), 2: unsuited}, CLASSES)
