"""What every layer of a map must say of itself, and that all who need it go by the table."""

from contextlib import ExitStack
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.maps import layers, mosaic, output_block
from landloom.maps.layers import LABELS, LAYERS, MOSAICS, VALUE_LAYERS, Request
from landloom.maps.run_map import Run, RunMap
from landloom.maps.settings import MapSettings
from landloom.maps.values.value_maps import ValueMap
from landloom.provenance import stac_collection
from running import ROOT

CODES = np.array([2, 5, 9])
CLASSES = Nomenclature(tuple(LandClass(int(code), f"c{code}", "", "#123456") for code in CODES))
GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 4, 4)


@pytest.fixture(params=list(MOSAICS.values()), ids=lambda layer: layer.name)
def layer(request):
    return request.param


def test_names_are_files_and_keys(layer):
    assert layer.name.isidentifier()
    assert layer.title
    assert layer.description
    assert layer.overviews in ("nearest", "average")
    assert not (layer.legend and layer.overviews == "average")
    assert [one.name for one in MOSAICS.values()].count(layer.name) == 1


def test_what_is_empty_fits_its_type(layer):
    dtype = np.dtype("uint16" if layer.dtype == LABELS else layer.dtype)
    if dtype.kind == "f":
        assert np.isnan([layer.empty, layer.nodata]).all()
        return
    for value in (layer.empty, layer.nodata or 0):
        assert np.iinfo(dtype).min <= value <= np.iinfo(dtype).max
    assert layer.nodata in (None, layer.empty)


def test_a_key_of_the_configuration_switches_it_on():
    keys = set(MapSettings.model_fields)
    for one in LAYERS:
        assert (one.name in keys) == one.on_demand
        if one.on_demand:
            assert one.name in layers.wanted(Request([one.name]))
            assert one.name not in layers.wanted(Request())
            assert MapSettings.model_fields[one.name].default is False
    everything = Request([one.name for one in LAYERS if one.on_demand], True, True)
    assert layers.wanted(everything) == [one.name for one in LAYERS]
    assert layers.wanted(Request()) == ["classification", "confidence"]


@pytest.fixture(params=LAYERS, ids=lambda layer: layer.name)
def written(request):
    """A layer of the classification, a block without labels, and the same with those of some pixels."""
    names = {"classification", "confidence", request.param.name}
    blocks = [output_block.empty_block((4, 5), len(CODES), names) for _ in range(2)]
    probabilities = np.random.default_rng(1).dirichlet(np.ones(len(CODES)), 3).astype(np.float32)
    pixels = np.array([0, 1, 3]), np.array([4, 2, 0])
    output_block.write_layers(blocks[1], probabilities, CODES.astype(np.int32), CODES, pixels)
    return request.param, blocks[0][request.param.name], blocks[1][request.param.name], pixels


def test_a_block_begins_empty_and_takes_the_memory_that_is_planned(written):
    layer, empty, _, _ = written
    assert (empty == (layer.empty if layer.fill is None else layer.fill)).all()
    assert empty.shape == ((len(CODES), 4, 5) if layer.per_class else (4, 5))
    stored = 2 if layer.dtype == LABELS else 0
    assert layer.block_bytes(len(CODES)) == empty.nbytes / 20 + stored


def test_only_pixels_that_are_predicted_are_written(written):
    _, empty, full, (rows, columns) = written
    elsewhere = np.ones((4, 5), bool)
    elsewhere[rows, columns] = False
    np.testing.assert_array_equal(full[..., elsewhere], empty[..., elsewhere])


def test_maps_have_an_asset_and_a_line_in_the_readme(layer):
    if layer.name == "features":
        return
    assert stac_collection.KINDS[layer.name].title == layer.title
    if layer in LAYERS:
        assert f"`map/run{{run}}/{layer.name}.tif`" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("kind", "made", "legend"),
    [(LAYERS, RunMap, CLASSES), (VALUE_LAYERS, ValueMap, SimpleNamespace(range=(0, 1)))],
    ids=["classes", "values"],
)
def test_rasters_and_mosaics_of_them_say_what_their_bands_hold(tmp_path, kind, made, legend):
    run = Run({1: SimpleNamespace()}, {layer.name: tmp_path / f"{layer.name}.tif" for layer in kind}, {})
    with ExitStack() as files:
        made(files, run, GRID, legend)
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None):
        pass
    for layer in kind:
        of_map = tmp_path / f"map/{layer.name}.tif"
        of_map.parent.mkdir(exist_ok=True)
        tile = mosaic.TileLayer(run.outputs[layer.name], tmp_path / "regions.tif")
        mosaic.write({"T": tile}, GRID, of_map, {}, lambda _: None, layer.overviews)
        for path in (run.outputs[layer.name], of_map):
            check_bands(path, layer)


def check_bands(path, layer):
    """Check descriptions, units, scales and nodata of all bands of a layer."""
    with rasterio.open(path) as dataset:
        names = [f"{entry.code} {entry.label}" for entry in CLASSES.classes] if layer.per_class else [layer.name]
        assert list(dataset.descriptions) == names
        assert [unit or "" for unit in dataset.units] == [layer.unit] * len(names)
        assert dataset.scales == (1e-3 if layer.per_class else 1.0,) * len(names)
        np.testing.assert_equal(dataset.nodata, layer.nodata)


def test_a_raster_of_one_band_is_described_by_its_name(tmp_path, layer):
    dtype = "uint8" if layer.dtype == LABELS else layer.dtype
    with rasters.create(tmp_path / f"{layer.name}.tif", GRID, dtype, {}, nodata=layer.nodata):
        pass
    with rasterio.open(tmp_path / f"{layer.name}.tif") as dataset:
        assert dataset.descriptions == (layer.name,)
