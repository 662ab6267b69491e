"""Maps of a target: values are cut to the range, counted, fused; models of anything else are refused."""

from contextlib import ExitStack
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.maps import class_maps, mosaic
from landloom.maps.fused_runs import Fusion
from landloom.maps.kinds import KINDS
from landloom.maps.places import _shows
from landloom.maps.prediction import Prediction
from landloom.maps.ramps import ramp
from landloom.maps.run_map import Run
from landloom.maps.values import value_maps, value_styles
from landloom.maps.values.value_maps import CUT, WITHIN
from landloom.models.regression.interface import COLUMNS, TARGET_TAG
from landloom.reference.target_settings import TargetSettings
from landloom.training.value_fitting import tag_of

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 4, 4)
AREA = Window(0, 0, 4, 4)
TARGET = TargetSettings(field="cover", range=(0, 100))
PIXELS = np.array([0, 1, 3]), np.array([1, 2, 0])


def said(*values, half_width=2):
    return Prediction(np.array([(value, half_width) for value in values], np.float32), COLUMNS)


def run_in(folder):
    folder.mkdir()
    return Run({1: SimpleNamespace()}, {layer: folder / f"{layer}.tif" for layer in value_maps.FUSED_LAYERS}, {})


def read(run, layer):
    with rasterio.open(run.outputs[layer]) as dataset:
        return dataset.read(1)


def test_kinds_have_one_interface():
    for kind in map(KINDS.load, KINDS):
        for name in ("read_legend", "codes_of", "check_models", "open_run", "open_fused", "use_kernels"):
            assert callable(getattr(kind, name))
        assert [layer.name for layer in kind.LAYERS][:2] == list(kind.FUSED_LAYERS)
    assert KINDS.load("classes") is class_maps


@pytest.mark.parametrize(("method", "expected"), [("mean", [20, 50, 50]), ("median", [10, 40, 50])])
def test_values_are_cut_counted_and_fused(method, expected, tmp_path):
    runs = [run_in(tmp_path / str(number)) for number in range(4)]
    regions = np.ones((2, 4, 4), np.uint8)
    predictions = [said(0, 40, 110), said(10, 40, -10, half_width=4), said(50, 70, 50, half_width=6)]
    with ExitStack() as files:
        maps = [value_maps.open_run(files, run, GRID, TARGET) for run in runs[:3]]
        fused = value_maps.open_fused(files, Fusion(method, "", runs[3]), GRID, TARGET)
        for one in (*maps, fused):
            one.begin(AREA)
        for one, prediction in zip(maps, predictions, strict=True):
            one.add(PIXELS, prediction)
        fused.add(PIXELS, predictions)
        for write in [*(w for one in maps for w in one.finish(AREA, regions)), *fused.finish(AREA, regions, [])]:
            write()
        counts = [one.counts().pixels[1] for one in (*maps, fused)]
    assert counts == [{0: 13, WITHIN: 2, CUT: 1}] * 2 + [{0: 13, WITHIN: 3, CUT: 0}] * 2
    assert read(runs[0], "value")[PIXELS].tolist() == [0, 40, 100]
    assert read(runs[3], "value")[PIXELS].tolist() == expected
    assert read(runs[3], "half_width")[PIXELS].tolist() == [4] * 3
    assert np.isnan(read(runs[3], "value")).sum() == 13


def test_models_of_another_target_are_refused():
    value_maps.check_models({1: SimpleNamespace(metadata={TARGET_TAG: tag_of(TARGET)})}, TARGET)
    with pytest.raises(InputError, match="region number 2 is of classes, not of the target cover"):
        value_maps.check_models({2: SimpleNamespace(metadata={})}, TARGET)
    other = TargetSettings(field="cover", range=(0, 1))
    with pytest.raises(InputError, match=r"`range` \[0.0, 100.0\] instead of \[0.0, 1.0\]"):
        value_maps.check_models({1: SimpleNamespace(metadata={TARGET_TAG: tag_of(TARGET)})}, other)


def test_a_mosaic_of_fractions_is_written_and_counted(tmp_path):
    values, regions = tmp_path / "value.tif", tmp_path / "regions.tif"
    shown = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    shown[0, 0] = np.nan
    for path, layer, dtype in ((values, shown[None], "float32"), (regions, np.ones((2, 4, 4), np.uint8), "uint8")):
        options = {"driver": "GTiff", "count": len(layer), "dtype": dtype, **GRID.profile()}
        with rasterio.open(path, "w", nodata=np.nan if dtype == "float32" else 0, **options) as dataset:
            dataset.write(layer)
    target = tmp_path / "mosaic.tif"
    counts = mosaic.write({"T1": mosaic.TileLayer(values, regions)}, GRID, target, {}, lambda _: None, "average")
    assert counts == {0: 1, 1: 15}
    with rasterio.open(target) as dataset:
        np.testing.assert_array_equal(dataset.read(1), shown)
        assert np.isnan(dataset.nodata)
    rows = np.array([0.5, 1.5])
    assert _shows(np.array([[np.nan, shown[1, 1]]]), shown[None], rows, rows, 0.0).tolist() == [True, True]


def test_a_style_has_colours_over_the_range(tmp_path):
    colors = value_styles.ramp_of(TARGET.model_copy(update={"unit": "% & more"}))
    ramp.write_qgis_style(tmp_path / "value.qml", colors)
    ramp.write_sld(tmp_path / "value.sld", colors)
    entries = list(ElementTree.parse(tmp_path / "value.sld").iter("{http://www.opengis.net/sld}ColorMapEntry"))
    assert [float(one.get("quantity")) for one in entries][:: len(entries) - 1] == TARGET.range
    items = ElementTree.fromstring((tmp_path / "value.qml").read_text().partition("\n")[2]).findall(".//item")
    assert [item.get("value") for item in items] == ["0", "25", "50", "75", "100"]
    assert items[-1].get("label") == "100 % & more"
