"""What marks missing pixels holds together: nodata of configuration and file, masks, alpha, numbers that are none."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.enums import ColorInterp

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.features.functions.rasters import RasterReader
from landloom.features.static_rasters import survey as static_raster_survey
from landloom.features.static_rasters.settings import of_content
from landloom.geo.grids import Grid, Window
from landloom.reading import virtual_rasters
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand
from landloom.sensors.coregistration_settings import CoregistrationSettings
from landloom.survey import coregistration

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 24, 24)
WHOLE = Window(0, 0, 24, 24)
IMAGES = {
    "even": GRID,
    "coarser": Grid("EPSG:32631", 300000.0, 4900000.0, 20.0, 20.0, 12, 12),
    "off by a third": Grid("EPSG:32631", 299976.7, 4900023.3, 10.0, 10.0, 30, 30),
    "finer": Grid("EPSG:32631", 300000.0, 4900000.0, 5.0, 5.0, 48, 48),
}
SIGNS = ("configured", "declared", "mask", "msk", "alpha", "none")
OTHER = 7
"""Nodata value of the configuration; that of the file is 9."""


def image(grid, dtype, seed):
    """Return a band without nodata values, and which of its pixels each sign marks."""
    rng = np.random.default_rng(seed)
    values = rng.integers(20, 200, (grid.rows, grid.columns)).astype(dtype)
    return values, {sign: rng.random(values.shape) < 0.03 for sign in SIGNS}


def write(path, grid, values, nodata=None, mask=None, sidecar=False, alpha=None):
    """Write a file of one band, or of a band and of alpha."""
    bands = [values] if alpha is None else [values, alpha]
    options = grid.profile() | {"count": len(bands), "dtype": values.dtype, "nodata": nodata}
    options |= {} if alpha is None else {"alpha": "YES"}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=not sidecar),
        rasterio.open(path, "w", driver="GTiff", **options) as dataset,
    ):
        dataset.write(np.stack(bands))
        if mask is not None:
            dataset.write_mask(mask)
    assert Path(f"{path}.msk").exists() == (sidecar and mask is not None)
    return str(path)


def marked(folder, name, dtype, signs, seed):
    """Write an image whose pixels several signs mark; return its band, and the same with NaN wherever one does."""
    grid = IMAGES[name]
    values, where = image(grid, dtype, seed)
    gone = np.any([where[sign] for sign in signs], axis=0) if signs else np.zeros(values.shape, bool)
    expected = write(folder / "expected.tif", grid, np.where(gone, np.nan, values).astype(np.float32))
    for sign, number in (("configured", OTHER), ("declared", 9), ("none", np.nan)):
        if sign in signs:
            values[where[sign]] = number
    hidden = next((sign for sign in ("mask", "msk") if sign in signs), None)
    path = write(
        folder / "image.tif",
        grid,
        values,
        nodata=9 if "declared" in signs else None,
        mask=None if hidden is None else ~where[hidden],
        sidecar=hidden == "msk",
        alpha=np.where(where["alpha"], 0, 255).astype(dtype) if "alpha" in signs else None,
    )
    return RasterBand(path, nodata=(OTHER,) if "configured" in signs else ()), RasterBand(expected)


def read(band, resampling):
    reader, out = BandReader(band, GRID, resampling), np.empty((GRID.rows, GRID.columns), np.int16)
    reader.reflectance(WHOLE, out)
    reader.close()
    return out


some_signs = st.sets(st.sampled_from(SIGNS)).filter(lambda signs: not {"mask", "msk"} <= signs)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    signs=some_signs,
    name=st.sampled_from(sorted(IMAGES)),
    dtype=st.sampled_from(["uint8", "uint16", "int16", "float32"]),
    resampling=st.sampled_from(["nearest", "bilinear"]),
    seed=st.integers(0, 99),
)
def test_signs_hold_together(tmp_path_factory, signs, name, dtype, resampling, seed):
    signs = signs - {"none"} if dtype != "float32" else signs
    band, expected = marked(tmp_path_factory.mktemp("signs"), name, dtype, signs, seed)
    found, wanted = read(band, resampling), read(expected, resampling)
    # GDAL leaves no pixel beside NaN a value that is not marked as nodata: missing more is no wrong value.
    assert not (found != NODATA)[wanted == NODATA].any()
    if "none" not in signs or name in ("even", "coarser"):
        np.testing.assert_array_equal(found == NODATA, wanted == NODATA)
    there = (found != NODATA) & (wanted != NODATA)
    np.testing.assert_allclose(found[there], wanted[there], atol=0 if resampling == "nearest" else 1)


@pytest.mark.parametrize("name", ["even", "off by a third"])
@pytest.mark.parametrize("sign", ["mask", "msk", "alpha", "declared"])
def test_so_they_do_in_static_rasters_functions_and_references(tmp_path, name, sign):
    band, expected = marked(tmp_path, name, "uint8", {sign}, 1)
    sections = of_content({"found": {"file": band.path}, "wanted": {"file": expected.path}})
    rasters = static_raster_survey.survey(sections, "T", "2018", GRID, tmp_path / "memory.json", 1)
    fractions = [raster.missing_fraction for raster in rasters]
    assert fractions[0] == fractions[1] > 0
    functions = [np.isnan(RasterReader(one.path, GRID).read(WHOLE, 1)) for one in (band, expected)]
    np.testing.assert_array_equal(*functions)
    reference = CoregistrationSettings(reference="x.tif", band="B8", patch_px=32)
    patches = []
    for one in (band, expected):
        with coregistration._of_raster(one.path, reference, GRID) as patch:
            patches.append(patch(WHOLE)[1])
    np.testing.assert_array_equal(*patches)
    assert not patches[0].all()


# Masks


def clear_of(mask):
    reader, clear = MaskReader(mask, GRID), np.ones((GRID.rows, GRID.columns), bool)
    reader.keep_clear(WHOLE, clear)
    reader.close()
    return clear


@pytest.mark.parametrize("name", ["even", "coarser", "off by a third", "finer"])
@pytest.mark.parametrize(
    ("rule", "nodata_is_clear"),
    [
        ({"invalid_values": (1,)}, False),
        ({"invalid_values": (1, 9)}, False),
        ({"invalid_bits": 1}, False),
        ({"valid_values": (0,)}, False),
        ({"valid_values": (0, 9)}, True),
    ],
)
def test_what_a_mask_does_not_tell_is_not_clear(tmp_path, name, rule, nodata_is_clear):
    grid = IMAGES[name]
    flags = np.zeros((grid.rows, grid.columns), np.uint8)
    flags[: grid.rows // 2] = 9
    found = clear_of(Mask(RasterBand(write(tmp_path / "m.tif", grid, flags, nodata=9)), **rule))
    assert found[-8:].all()
    assert found[:8].all() == found[:8].any() == nodata_is_clear


def test_no_bit_is_clear_though_the_file_declares_0_as_nodata(tmp_path):
    flags = np.zeros((24, 24), np.uint8)
    flags[:3] = 2
    band = RasterBand(write(tmp_path / "m.tif", GRID, flags, nodata=0))
    np.testing.assert_array_equal(clear_of(Mask(band, invalid_bits=2)), flags == 0)
    assert not clear_of(Mask(band, invalid_values=(2,))).any()


@pytest.mark.parametrize("nodata", [None, 0, 5])
@pytest.mark.parametrize("sidecar", [True, False])
def test_where_a_mask_is_hidden_it_is_not_clear(tmp_path, nodata, sidecar):
    seen = np.ones((24, 24), bool)
    seen[5:9, 2:7] = False
    flags = np.full((24, 24), 1, np.uint8)
    band = RasterBand(write(tmp_path / "m.tif", GRID, flags, nodata=nodata, mask=seen, sidecar=sidecar))
    np.testing.assert_array_equal(clear_of(Mask(band, valid_values=(0, 1))), seen)


@pytest.mark.parametrize("rule", [{"invalid_values": (1,)}, {"invalid_bits": 1}])
def test_a_mask_of_floats_is_not_clear_where_it_has_no_number(tmp_path, rule):
    flags = np.zeros((24, 24), np.float32)
    flags[0], flags[1], flags[2], flags[3] = np.nan, np.inf, -3.4e38, 1
    band = RasterBand(write(tmp_path / "m.tif", GRID, flags, nodata=-3.4e38))
    assert clear_of(Mask(band, **rule)).all(axis=1).tolist() == [False] * 4 + [True] * 20


def test_a_mask_or_near_infrared_as_the_fourth_band_is_no_alpha_band(tmp_path):
    """GDAL writes four bands of bytes as red, green, blue and alpha."""
    values = np.stack([np.full((24, 24), 50 + number, np.uint8) for number in range(5)])
    values[3, :6], values[4, 20:] = 0, 1
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", dtype="uint8", count=5, photometric="RGB", **GRID.profile()
    ) as dataset:
        dataset.colorinterp = [*dataset.colorinterp[:3], ColorInterp.alpha, ColorInterp.undefined]
        dataset.write(values)
    path = str(tmp_path / "a.tif")
    bands = (("B4", RasterBand(path, 1)), ("B8", RasterBand(path, 4)))
    clouds = Mask(RasterBand(path, 5), invalid_values=(1,))
    flags = Mask(RasterBand(path, 4), invalid_values=(0,))
    for used, masks, expected in (
        (bands, (clouds,), values[4] != 1),
        (bands[:1], (clouds,), (values[4] != 1) & (values[3] > 0)),
        (bands[:1], (flags,), values[3] > 0),
        (bands[:1], (Mask(RasterBand(path, 4), valid_values=(0,)),), values[3] == 0),
    ):
        acquisition = Acquisition("s", "T", datetime.date(2018, 5, 1), "a", used, masks, masks_cover_nodata=False)
        seen = AcquisitionReader(acquisition, GRID, "bilinear").seen(WHOLE)
        np.testing.assert_array_equal(seen, expected)


def test_what_cannot_be_told_on_another_machine_is_refused(tmp_path, monkeypatch):
    """A virtual raster may open a remote file by the driver of GeoTIFF alone, which then shows no mask."""
    band, _ = marked(tmp_path, "even", "uint8", {"mask"}, 1)
    monkeypatch.setattr(virtual_rasters, "path_of", lambda dataset: "")
    monkeypatch.setattr(RasterBand, "is_remote", property(lambda band: True))
    with pytest.raises(InputError, match=r"image\.tif: tells its missing pixels by a mask band .*download it"):
        read(band, "nearest")


def test_a_nodata_value_of_all_bands_together(tmp_path):
    """GDAL's NODATA_VALUES: a pixel is missing where every band has its value."""
    values = np.full((2, 24, 24), 5, np.uint8)
    values[:, :3], values[0, 3:6] = 0, 0
    with rasterio.open(tmp_path / "a.tif", "w", driver="GTiff", dtype="uint8", count=2, **GRID.profile()) as dataset:
        dataset.write(values)
        dataset.update_tags(NODATA_VALUES="0 0")
    found = read(RasterBand(str(tmp_path / "a.tif")), "nearest")
    assert found[:, 0].tolist() == [NODATA] * 3 + [0] * 3 + [5] * 18
