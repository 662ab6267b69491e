"""Rasters without time: read onto the tile's grid, as features; refused where nothing can be made of them."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
import yaml
from rasterio.enums import Resampling
from rasterio.warp import reproject

from landloom.configuration import configuration
from landloom.configuration.configuration import ConfigurationError
from landloom.core.errors import InputError
from landloom.features.pipeline import TilePipeline, open_reader
from landloom.features.sensor_features import of_sensor
from landloom.features.static_rasters import (
    features as static_rasters,
)
from landloom.features.static_rasters import (
    survey as static_raster_survey,
)
from landloom.features.static_rasters import (
    table as static_raster_tables,
)
from landloom.features.static_rasters.features import StaticFeature
from landloom.features.static_rasters.settings import of_content
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.report import notices
from landloom.sensors.acquisition import Acquisition, RasterBand
from running import ROOT

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 80)
AROUND = Grid("EPSG:2154", 498000.0, 6352500.0, 25.0, 25.0, 200, 200)
DAY = datetime.date(2018, 5, 1)
NUMBERS = np.arange(1, 1 + GRID.rows * GRID.columns, dtype=np.float32).reshape(GRID.rows, GRID.columns) / 10


def write(path, values, grid, nodata=None):
    bands = values if values.ndim == 3 else values[None]
    profile = grid.profile() | {"count": len(bands), "dtype": values.dtype}
    with rasterio.open(path, "w", driver="GTiff", nodata=nodata, **profile) as dataset:
        dataset.write(bands)
    return str(path)


def pipeline_of(folder, clear=True):
    """Return the chain of a sensor with one look, of which the upper half is clear, or nothing."""
    red = np.full((GRID.rows, GRID.columns), -10000, np.int16)
    red[: GRID.rows // 2 * clear] = 500
    band = RasterBand(write(folder / "red.tif", red, GRID))
    observation = Acquisition("s", "T", DAY, "p", (("red", band),), (), masks_cover_nodata=False)
    part = of_sensor("s", ["red"], {}, True, [], [DAY], [DAY])
    return TilePipeline({"s": [observation]}, Layout((part,)), {"s": [DAY]}, {"s": "bilinear"}, {"s": 1})


def stacked(pipeline, window=Window(0, 0, GRID.rows, GRID.columns)):  # noqa: B008 - is a tuple
    with open_reader(pipeline, GRID, 1) as reader:
        ((_, series),) = reader.stream([window])
        return pipeline.layout.of_window(window, series).stack(np.arange(window.pixels))


def found_in(folder, **rasters):
    return static_raster_survey.survey(of_content(rasters), "T", "2018", GRID, folder / "memory.json", 1)


def test_a_raster_is_a_feature_behind_those_of_sensors(tmp_path):
    path = write(tmp_path / "T_2018.tif", np.stack([NUMBERS * 0, NUMBERS]), GRID)
    rasters = of_content({"height": {"file": f"{tmp_path}/{{tile}}_{{year}}.tif", "number": 2, "offset": -100}})
    pipeline = static_rasters.with_rasters(pipeline_of(tmp_path), rasters, "T", "2018")
    assert pipeline.layout.names == ["s_red_20180501", "height"]
    assert pipeline.output_dates == {"s": [DAY]}
    assert pipeline.bytes_per_pixel == 6
    features, seen = stacked(pipeline)
    np.testing.assert_array_equal(features[:, 1], np.floor(NUMBERS.ravel() - 100 + 0.5))
    np.testing.assert_array_equal(seen.reshape(60, 80).all(axis=1), np.arange(60) < 30)
    assert (features[~seen, 0] == -10000).all()
    assert rasters["height"].path("T", "2018") == path


def test_windows_do_not_count(tmp_path):
    write(tmp_path / "dem.tif", np.random.default_rng(1).uniform(0, 900, (200, 200)).astype(np.float32), AROUND)
    rasters = of_content({"height": {"file": str(tmp_path / "dem.tif")}})
    pipeline = static_rasters.with_rasters(pipeline_of(tmp_path), rasters, "T", "2018")
    whole = stacked(pipeline)[0].reshape(60, 80, 2)
    np.testing.assert_array_equal(
        stacked(pipeline, Window(13, 21, 30, 40))[0].reshape(30, 40, 2), whole[13:43, 21:61]
    )


@pytest.mark.parametrize("method", ["bilinear", "nearest", "cubic"])
def test_another_grid_is_resampled_as_gdal_does(method, tmp_path):
    x, y = np.meshgrid(np.arange(200), np.arange(200))
    heights = (500 + 3 * x + 40 * np.sin(y / 9)).astype(np.float32)
    path = write(tmp_path / "dem.tif", heights, AROUND)
    rasters = of_content({"height": {"file": path, "resampling": method}})
    features, _ = stacked(static_rasters.with_rasters(pipeline_of(tmp_path), rasters, "T", "2018"))
    expected = np.full((GRID.rows, GRID.columns), np.nan, np.float32)
    with rasterio.open(path) as dataset:
        to = {"dst_transform": GRID.profile()["transform"], "dst_crs": GRID.crs, "resampling": Resampling[method]}
        reproject(rasterio.band(dataset, 1), expected, dst_nodata=np.nan, **to)
    there = ~np.isnan(expected.ravel())
    assert there.all()
    # GDAL's own transformation is exact to an eighth of a pixel: the nearest one is another one here and there.
    assert np.quantile(np.abs(features[:, 1] - expected.ravel()), 0.9) < 1


def test_nodata_leaves_a_pixel_seen_and_its_feature_missing(tmp_path):
    values = NUMBERS.copy()
    values[:10] = 77
    values[10:12] = np.nan
    rasters = {"height": {"file": write(tmp_path / "dem.tif", values, GRID), "nodata": 77}}
    pipeline = static_rasters.with_rasters(pipeline_of(tmp_path), of_content(rasters), "T", "2018")
    features, seen = stacked(pipeline)
    missing = (features[:, 1] == -10000).reshape(60, 80)
    assert missing[:12].all()
    assert not missing[12:].any()
    assert seen[: 12 * 80].all()
    (found,) = found_in(tmp_path, **rasters)
    assert found.missing_fraction == pytest.approx(12 / 60)
    assert (found.least, found.greatest) == pytest.approx((values[12, 0], values[-1, -1]))


@pytest.mark.parametrize(
    "grid",
    [
        GRID,
        Grid("EPSG:32631", 300000.0, 4900000.0, 20.0, 20.0, 30, 40),
        Grid("EPSG:32631", 299993.0, 4900004.0, 10.0, 10.0, 62, 83),
    ],
)
@pytest.mark.parametrize("resampling", ["bilinear", "nearest"])
def test_a_survey_reads_once_and_finds_what_features_hold(tmp_path, monkeypatch, grid, resampling):
    values = np.random.default_rng(1).uniform(-400, 3000, (grid.rows, grid.columns)).astype(np.float32)
    values[5:9, 20:] = 77
    raster = {"file": write(tmp_path / "dem.tif", values, grid), "nodata": 77, "scale": 2, "resampling": resampling}
    pipeline = static_rasters.with_rasters(pipeline_of(tmp_path), of_content({"height": raster}), "T", "2018")
    feature = stacked(pipeline)[0][:, 1]
    read, real = [], static_raster_survey.BandReader.read
    watched = lambda reader, window: read.append(window) or real(reader, window)  # noqa: E731
    monkeypatch.setattr(static_raster_survey.BandReader, "read", watched)
    monkeypatch.setattr(static_raster_survey, "_STRIP_PIXELS", 80 * 7)
    (found,) = found_in(tmp_path, height=raster)
    assert len(read) == 9
    assert found.missing_fraction == np.mean(feature == -10000) > 0
    there = feature[feature != -10000]
    assert found.least <= there.min() + 0.5
    assert found.greatest >= there.max() - 0.5
    if grid == GRID:
        assert (round(found.least), round(found.greatest)) == (there.min(), there.max())


def test_a_raster_makes_no_pixel_seen(tmp_path):
    rasters = of_content({"height": {"file": write(tmp_path / "dem.tif", NUMBERS, GRID)}})
    features, seen = stacked(static_rasters.with_rasters(pipeline_of(tmp_path, clear=False), rasters, "T", "2018"))
    assert not seen.any()
    assert (features[:, 1] != -10000).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scale": 100}, r"rasters\.a: .*dem\.tif has values from 10 to 48000 in tile T .*-9999 to 32767"),
        ({"offset": -20000}, "has values from -19999.9 to -19520 in tile T"),
        ({"number": 3}, r"dem\.tif: has 1 bands, no band 3"),
        ({"file": "dem.txt"}, r"rasters\.a: .*dem\.txt: cannot be read"),
        ({"nodata": 5, "file": "five.tif"}, r"has no value in tile T; .*rasters\.a\.required: false"),
        ({"file": "elsewhere.tif"}, "has no value in tile T; does it cover the tile"),
    ],
)
def test_what_no_feature_can_be_made_of(change, message, tmp_path):
    write(tmp_path / "dem.tif", NUMBERS, GRID)
    write(tmp_path / "five.tif", np.full_like(NUMBERS, 5), GRID)
    write(tmp_path / "elsewhere.tif", NUMBERS, Grid("EPSG:32631", 500000.0, 4900000.0, 10.0, 10.0, 60, 80))
    (tmp_path / "dem.txt").write_text("x")
    file = tmp_path / change.pop("file", "dem.tif")
    with pytest.raises(InputError, match=message):
        found_in(tmp_path, a={"file": str(file), **change}, b={"file": str(tmp_path / "dem.tif")})


def test_a_tile_may_do_without_and_the_report_says_so(tmp_path):
    elsewhere = Grid("EPSG:32631", 500000.0, 4900000.0, 10.0, 10.0, 60, 80)
    path = write(tmp_path / "dem.tif", NUMBERS, elsewhere)
    found = found_in(tmp_path, height={"file": path, "required": False})
    static_raster_tables.write(found, tmp_path / "T.csv")
    (again,) = static_raster_tables.read(tmp_path / "T.csv")
    assert (again.path, again.sha256, again.bytes) == (path, found[0].sha256, Path(path).stat().st_size)
    assert again.missing_fraction == 1
    (notice,) = notices.of_rasters({"T": [again], "U": []})
    assert notice.subject == "Missing values of height"
    assert notice.details == ("T: 100.00% of its pixels",)


def demo_with(**changes):
    return yaml.safe_load((ROOT / "config/config.yaml").read_text()) | changes


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("observations", {}, "rasters.observations: this is the name of a column of the samples"),
        ("run12", {}, "rasters.run12: this is the name"),
        ("sentinel2_dem", {}, "would be taken for a feature of sensors.sentinel2"),
        ("dem", {"scale": 0}, "rasters.dem.scale: must not be 0"),
        ("dem", {"file": "{region}.tif"}, "rasters.dem.file: holds"),
    ],
)
def test_rasters_that_the_configuration_cannot_have(name, change, message):
    with pytest.raises(ConfigurationError, match=message):
        configuration.parse(demo_with(rasters={name: {"file": "dem.tif", **change}}))


def test_rasters_are_in_groups_of_sensors():
    groups = {"sensor_fusion": {"groups": {"a": ["s"], "b": ["t"]}}}
    sensors = {name: {"type": "sentinel2_theia", "archive": "demo/archive"} for name in "st"}
    with pytest.raises(ConfigurationError, match=r"sensor_fusion.groups: .'dem'. must be in a group"):
        configuration.parse(demo_with(rasters={"dem": {"file": "dem.tif"}}, sensors=sensors, **groups))


def test_names_of_features():
    assert StaticFeature("slope").names == ["slope"]


# What the file declares


def write_declared(path, scale, offset):
    write(path, (NUMBERS * 10).astype(np.int16), GRID)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (scale,), (offset,)
    return str(path)


def test_a_declared_scale_is_used_or_must_agree(tmp_path):
    path = write_declared(tmp_path / "dem.tif", 0.1, -5.0)
    expected = np.floor((NUMBERS * 10).astype(np.int16) * 0.1 - 5 + 0.5)
    for given in ({}, {"scale": 0.1}, {"scale": 0.1, "offset": -5}):
        (raster,) = found_in(tmp_path, height={"file": path, **given})
        assert raster.least == pytest.approx(-4.9)
        pipeline = static_rasters.with_rasters(
            pipeline_of(tmp_path), of_content({"height": {"file": path, **given}}), "T", "2018"
        )
        np.testing.assert_array_equal(stacked(pipeline)[0][:, 1], expected.ravel())
    with pytest.raises(InputError, match=r"rasters.height: .*declares the scale 0.1 and the offset -5.*scale 10"):
        found_in(tmp_path, height={"file": path, "scale": 10})
    (raster,) = found_in(tmp_path, height={"file": path, "scale": 2, "file_scaling": "ignore"})
    assert raster.least == 2


@pytest.mark.parametrize(("scale", "coarse"), [(1, True), (1000, False)])
def test_fractions_that_are_rounded_away_are_told(tmp_path, scale, coarse):
    path = write(tmp_path / "slope.tif", NUMBERS / NUMBERS.max(), GRID)
    assert found_in(tmp_path, slope={"file": path, "scale": scale})[0].coarse == coarse
    codes = write(tmp_path / "soils.tif", (NUMBERS % 3).astype(np.uint8), GRID)
    assert not found_in(tmp_path, soil={"file": codes})[0].coarse
