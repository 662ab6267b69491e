import dataclasses
import datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from scipy.ndimage import map_coordinates

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window, transformer
from landloom.reading import opening
from landloom.reading.band_reader import even_factor, is_invalid
from landloom.reading.observations import SeriesWindow
from landloom.reading.series_reader import AcquisitionReader, TileReader, parts
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 80)
COARSE = Grid("EPSG:32631", 300000.0, 4900000.0, 20.0, 20.0, 30, 40)
RNG = np.random.default_rng(3)


def write(path: Path, values: np.ndarray, grid: Grid, nodata: float | None = None) -> RasterBand:
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=values.dtype, nodata=nodata, **grid.profile()
    ) as dataset:
        dataset.write(values, 1)
    return RasterBand(str(path), nodata=() if nodata is None else (nodata,))


def acquisition(bands, masks=(), day=1):
    names = tuple((f"B{number}", band) for number, band in enumerate(bands, 2))
    return Acquisition("s", "T", datetime.date(2018, 1, day), f"p{day}", names, tuple(masks))


def read(acquisitions, windows, resampling="bilinear", threads=2, grid=GRID, wanted=None):
    with TileReader({"s": acquisitions}, grid, {"s": resampling}, threads) as reader:
        return [
            (window, SeriesWindow(series["s"].values.copy(), series["s"].valid.copy()))
            for window, series in reader.stream(windows, wanted)
        ]


@pytest.fixture
def products(tmp_path):
    observations = []
    for day in (1, 2, 3):
        fine = RNG.integers(0, 9000, (60, 80)).astype(np.int16)
        coarse = RNG.integers(0, 9000, (30, 40)).astype(np.int16)
        cloud = (RNG.random((60, 80)) < 0.3).astype(np.uint8) * 4
        bands = [
            write(tmp_path / f"f{day}.tif", fine, GRID, NODATA),
            write(tmp_path / f"c{day}.tif", coarse, COARSE, NODATA),
        ]
        observations.append(
            acquisition(bands, [Mask(write(tmp_path / f"m{day}.tif", cloud, GRID), invalid_bits=0xFF)], day)
        )
    return observations


def test_values_and_masks_are_those_of_the_files(products):
    ((_, series),) = read(products, [Window(0, 0, 60, 80)])
    for observation, one in enumerate(products):
        with rasterio.open(one.bands[0][1].path) as dataset:
            valid = series.valid[observation]
            np.testing.assert_array_equal(series.values[observation, 0][valid], dataset.read(1).ravel()[valid])
        with rasterio.open(one.masks[0].source.path) as dataset:
            np.testing.assert_array_equal(~series.valid[observation].reshape(60, 80), dataset.read(1) > 0)


@pytest.mark.parametrize("side", [7, 16, 33])
@pytest.mark.parametrize("resampling", ["bilinear", "nearest", "cubic"])
def test_windows_agree_with_the_whole(products, side, resampling):
    ((_, whole),) = read(products, [Window(0, 0, 60, 80)], resampling)
    for window, series in read(products, GRID.windows(side), resampling, threads=1):
        cut = whole.values.reshape(3, 2, 60, 80)[:, :, window.slices[0], window.slices[1]].reshape(3, 2, -1)
        clear = whole.valid.reshape(3, 60, 80)[:, window.slices[0], window.slices[1]].reshape(3, -1)
        np.testing.assert_array_equal(series.valid, clear)
        seen = np.broadcast_to(clear[:, None], cut.shape)
        np.testing.assert_array_equal(series.values[seen], cut[seen])


def test_only_wanted_pixels_are_valid_and_all_of_these(products):
    def wanted(window):
        rows, columns = np.mgrid[window.slices]
        return (rows * 7 + columns * 3) % 11 == 0

    every = read(products, GRID.windows(33))
    for (window, some), (_, all_of_them) in zip(read(products, GRID.windows(33), wanted=wanted), every, strict=True):
        expected = all_of_them.valid & wanted(window).ravel()
        np.testing.assert_array_equal(some.valid, expected)
        chosen = np.broadcast_to(expected[:, None], some.values.shape)
        np.testing.assert_array_equal(some.values[chosen], all_of_them.values[chosen])


def test_parts_hold_all_clear_pixels_and_whole_blocks():
    window = Window(40, 7, 200, 90)
    clear = np.zeros((200, 90), bool)
    clear[[3, 4, 90, 199], [10, 50, 11, 12]] = True
    found = list(parts(clear, window, 24))
    # Runs of 24 rows: clear rows 43, 44 | 130 | 239.
    assert found == [Window(40, 7, 8, 90), Window(120, 7, 24, 90), Window(216, 7, 24, 90)]
    assert list(parts(np.zeros((200, 90), bool), window, 24)) == []


def test_masked_blocks_are_not_read(products, tmp_path):
    """The band's file is cut off after its first rows; masks hide the rest."""
    values = np.arange(60 * 80, dtype=np.int16).reshape(60, 80)
    band = write(tmp_path / "cut.tif", values, GRID, NODATA)
    with rasterio.open(band.path) as dataset:
        start = int(dataset.get_tag_item("BLOCK_OFFSET_0_1", "TIFF", bidx=1))
    content = Path(band.path).read_bytes()
    with Path(band.path).open("wb") as file:
        file.write(content[:start])
    hidden = np.zeros((60, 80), np.uint8)
    with rasterio.open(band.path) as dataset:
        rows = dataset.block_shapes[0][0]
    assert rows < 60
    hidden[rows - rows % 16 :] = 1
    mask = Mask(write(tmp_path / "hide.tif", hidden, GRID), invalid_bits=1)
    ((_, series),) = read([acquisition([band], [mask])], [Window(0, 0, 60, 80)])
    np.testing.assert_array_equal(series.values[0, 0][series.valid[0]], values[hidden == 0])
    with pytest.raises(InputError, match=r"cut\.tif"):
        read([acquisition([band])], [Window(0, 0, 60, 80)])


def test_a_product_of_another_projection_is_interpolated_exactly(tmp_path):
    other = Grid("EPSG:32630", 775000.0, 4906000.0, 10.0, 10.0, 900, 900)
    values = RNG.integers(0, 9000, (900, 900)).astype(np.int16)
    band = write(tmp_path / "other.tif", values, other, NODATA)
    ((_, series),) = read([acquisition([band])], [Window(0, 0, 60, 80)])
    x, y = transformer(GRID.crs, other.crs).transform(*GRID.centres(Window(0, 0, 60, 80)))
    positions = [(other.top - y) / 10 - 0.5, (x - other.left) / 10 - 0.5]
    expected = map_coordinates(values.astype(float), positions, order=1)
    assert np.abs(series.values[0, 0].reshape(60, 80) - expected).max() <= 1
    assert series.valid.all()


def test_a_mask_that_does_not_reach_leaves_nothing_valid_outside(tmp_path):
    small = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 50)
    band = write(tmp_path / "b.tif", np.ones((60, 80), np.int16), GRID, NODATA)
    mask = Mask(write(tmp_path / "m.tif", np.zeros((60, 50), np.uint8), small), invalid_bits=1)
    ((_, series),) = read([acquisition([band], [mask])], [Window(0, 0, 60, 80)])
    valid = series.valid[0].reshape(60, 80)
    assert valid[:, :50].all()
    assert not valid[:, 50:].any()


def test_a_warped_mask_whose_clear_value_is_tagged_nodata(tmp_path):
    other = Grid("EPSG:32630", 775000.0, 4906000.0, 10.0, 10.0, 900, 900)
    band = write(tmp_path / "b.tif", np.ones((60, 80), np.int16), GRID, NODATA)
    mask = Mask(write(tmp_path / "m.tif", np.zeros((900, 900), np.uint8), other, 0), invalid_bits=1)
    ((_, series),) = read([acquisition([band], [mask])], [Window(0, 0, 60, 80)])
    assert series.valid.all()


def test_what_masks_do_not_tell_is_seen_in_the_bands(tmp_path):
    values = np.ones((60, 80), np.int16)
    values[:, 40:] = NODATA
    band = write(tmp_path / "b.tif", values, GRID, NODATA)
    mask = Mask(write(tmp_path / "m.tif", np.zeros((60, 80), np.uint8), GRID), invalid_bits=1)
    observation = dataclasses.replace(acquisition([band], [mask]), masks_cover_nodata=False)
    seen = AcquisitionReader(observation, GRID, "nearest").seen(Window(0, 0, 60, 80))
    np.testing.assert_array_equal(seen, values != NODATA)


def test_mask_rules():
    numbers = np.array([0, 1, 2, 3, 8])
    source = RasterBand("x")
    assert is_invalid(Mask(source, invalid_bits=0b10), numbers).tolist() == [False, False, True, True, False]
    assert is_invalid(Mask(source, invalid_values=(0, 8)), numbers).tolist() == [True, False, False, False, True]
    assert is_invalid(Mask(source, valid_values=(1, 2)), numbers).tolist() == [True, False, False, True, True]


def test_bands_of_one_file_are_read_through_one_dataset(tmp_path, monkeypatch):
    """Blocks that hold all bands are decoded once; another acquisition may be read by another thread."""
    values = RNG.integers(1, 9000, (3, 60, 80)).astype(np.int16)
    with rasterio.open(tmp_path / "3.tif", "w", driver="GTiff", count=3, dtype="int16", **GRID.profile()) as dataset:
        dataset.write(values)
    opened, real = [], opening.opened
    monkeypatch.setattr(opening, "opened", lambda band, attempt: opened.append(band.path) or real(band, attempt))
    bands = [RasterBand(str(tmp_path / "3.tif"), number) for number in (3, 1)]
    observation = acquisition(bands, [Mask(RasterBand(str(tmp_path / "3.tif"), 2), invalid_values=(1,))])
    whole = Window(0, 0, 60, 80)
    for _, series in read([observation, observation], [whole]):
        for one in series.values.reshape(2, 2, 60, 80):
            np.testing.assert_array_equal(one, values[[2, 0]])
    assert len(opened) == 2
    reader = AcquisitionReader(observation, GRID, "nearest")
    for _ in range(2):
        assert reader.seen(whole).mean() == np.mean(values[1] != 1)
        assert reader.blocks() == [dataset_blocks(tmp_path / "3.tif")] * 2
        reader.close()
    assert len(opened) == 4


def dataset_blocks(path):
    with rasterio.open(path) as dataset:
        return dataset.block_shapes[0]


def test_even_factor():
    assert even_factor(GRID, GRID) == 1
    assert even_factor(COARSE, GRID) == 2
    assert even_factor(GRID, COARSE) == 0
    shifted = Grid("EPSG:32631", 300010.0, 4900000.0, 20.0, 20.0, 30, 40)
    assert even_factor(shifted, GRID) == 0


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "broken.tif"
    path.write_bytes(b"II*\0 not a tiff at all")
    with pytest.raises(InputError, match=r"broken\.tif"):
        read([acquisition([RasterBand(str(path))])], [Window(0, 0, 60, 80)])
