"""A tile's images are moved to where the reference lies, and read from there."""

import datetime
import weakref
from dataclasses import replace

import numpy as np
import pytest
import rasterio
from rasterio.warp import Resampling, calculate_default_transform, reproject
from scipy.ndimage import gaussian_filter

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand
from landloom.sensors.coregistration_settings import CoregistrationSettings
from landloom.survey import coregistration, shift_table
from landloom.survey.coregistration import Sensor
from scenes import FINE, SIDE, clouds, image

GRID = Grid("EPSG:32631", 400000.0, 4800000.0, 10.0, 10.0, SIDE, SIDE)
WHOLE = Window(0, 0, SIDE, SIDE)
STEP_M = GRID.resolution / FINE


def settings(**changes):
    return CoregistrationSettings(**{"reference": "2018-05-01", "band": "B8", "patch_px": 96} | changes)


def write(path, values, grid=GRID, nodata=NODATA):
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=values.dtype, nodata=nodata, **grid.profile()
    ) as file:
        file.write(values, 1)
    return str(path)


def record(folder, day, values, clear=None):
    """Write an image with its mask (1 is cloud), and return it as an acquisition."""
    cloudy = np.zeros((SIDE, SIDE), np.uint8) if clear is None else (~clear).astype(np.uint8)
    date = datetime.date(2018, 5, day)
    band = RasterBand(write(folder / f"{day}.tif", np.round(values).astype(np.int16)))
    mask = Mask(RasterBand(write(folder / f"{day}_mask.tif", cloudy, nodata=None)), invalid_values=(1,))
    return Acquisition("s", "T", date, f"p{day}", (("B4", band), ("B8", band)), (mask,))


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Return images of three seasons: in place, moved, moved below clouds, all clouds, of another landscape."""
    folder = tmp_path_factory.mktemp("observations")
    clear = clouds(7, 0.25)
    cloudy = np.where(clear, image(2, 6, 3), 9000)
    return [
        record(folder, 1, image(1)),
        record(folder, 2, image(2, -3, 8)),
        record(folder, 3, cloudy, clear),
        record(folder, 4, image(1, 2, 2), clouds(2, 0.9)),
        record(folder, 5, np.random.default_rng(1).normal(2000, 300, (SIDE, SIDE))),
        record(folder, 6, image(3, 14, 0)),
    ]


SHARES = {"p1": 1.0, "p2": 0.9, "p3": 0.75, "p4": 0.1, "p5": 0.9, "p6": 0.9}


def find(records, raster=None, threads=2, **changes):
    return coregistration.find(Sensor("s", settings(**changes), "bilinear"), records, SHARES, raster, GRID, threads)


def test_each_image_onto_that_of_a_day(records):
    found = find(records)
    assert [one.status for one in found] == ["reference", "moved", "moved", "not_found", "not_found", "not_found"]
    for one, (down, right) in zip(found[1:3], [(-3, 8), (6, 3)], strict=True):
        assert (one.x_m, one.y_m) == pytest.approx((-right * STEP_M, down * STEP_M), abs=1.0)
        assert 4 <= one.agreeing <= one.patches <= 9
        assert one.spread_m < 3
    cloudy, other, far = found[3:]
    assert "0 patches are valid enough to be compared, 4 are needed" in cloudy.problem
    assert "patches agree, 4 are needed" in other.problem
    assert "a shift of 3.5 pixels is more than 3 (`largest_shift_px`)" in far.problem
    assert find(records, threads=1) == found
    assert find(records[5:], str(records[0].bands[0][1].path), largest_shift_px=4)[0].y_m == pytest.approx(35, abs=1)


@pytest.mark.parametrize(("threads", "of_raster"), [(1, True), (2, False)])
def test_few_patches_are_in_memory(records, monkeypatch, threads, of_raster):
    """Those of a row of the reference, and one of each image that is compared with it."""
    alive, most = weakref.WeakValueDictionary(), []
    real = coregistration.offset_estimation.edges

    def watched(values, clear):
        made = real(values, clear)
        alive[len(most)] = made
        most.append(len(alive))
        return made

    monkeypatch.setattr(coregistration.offset_estimation, "edges", watched)
    find(records, records[0].bands[0][1].path if of_raster else None, threads, patch_px=64)
    assert len(most) > 3 * 5 * 5
    assert max(most) <= 5 + 2 * threads


def test_what_is_asked_for(records):
    left_out = find(records, otherwise="leave_out", reference="2018-05-02", smallest_shift_px=2.9)
    statuses = ["in_place", "reference", "in_place", "left_out", "left_out", "left_out"]
    assert [one.status for one in left_out] == statuses
    kept = shift_table.moved({"s": records}, left_out)["s"]
    assert kept == records[:3]
    moved = shift_table.moved({"s": records, "t": []}, find(records))["s"]
    assert len(moved) == 6
    assert [one.shift_m == (0.0, 0.0) for one in moved] == [True, False, False, True, True, True]
    with pytest.raises(InputError, match=r"sensors.s.coregistration: no acquisition's shift could be found"):
        shift_table.moved({"s": records[3:]}, left_out)
    with pytest.raises(InputError, match=r"no used acquisition of tile T is of 2018-06-01"):
        find(records, reference="2018-06-01")
    with pytest.raises(InputError, match=r"best has no valid patch of 96 pixels in tile T"):
        find(records[3:4], reference="best")


def test_the_clearest_does_not_decide_where_the_ground_lies(tmp_path):
    """Three of four images lie right, the clearest does not: it alone is moved."""
    fractions = {"p1": 0.9, "p2": 1.0, "p3": 0.9, "p4": 0.9}
    records = [record(tmp_path, day, image(day, *((-9, 8) if day == 2 else (0, 0)))) for day in (1, 2, 3, 4)]
    sensor = Sensor("s", settings(reference="best", largest_shift_px=2.5), "bilinear")
    found = coregistration.find(sensor, records, fractions, None, GRID, 2)
    assert [one.status for one in found] == ["in_place", "moved", "in_place", "in_place"]
    assert (found[1].x_m, found[1].y_m) == pytest.approx((-8 * STEP_M, -9 * STEP_M), abs=1.0)
    two = coregistration.find(sensor, records[:2], fractions, None, GRID, 2)
    assert [one.status for one in two] == ["moved", "in_place"]  # who of two is right, nobody knows


def test_reference_of_another_crs_and_resolution(records, tmp_path):
    """Another landscape of 4 m, in the neighbouring zone, float: what lies where does not change."""
    transform, width, height = calculate_default_transform(
        GRID.crs, "EPSG:32630", SIDE, SIDE, GRID.left, GRID.bottom, GRID.right, GRID.top, resolution=4.0
    )
    reference = np.full((height, width), np.nan, np.float32)
    options = {"src_crs": GRID.crs, "dst_crs": "EPSG:32630", "src_transform": GRID.transform, "dst_nodata": np.nan}
    reproject(image(4) / 10000, reference, dst_transform=transform, resampling=Resampling.bilinear, **options)
    profile = {"width": width, "height": height, "transform": transform, "crs": "EPSG:32630", "nodata": np.nan}
    with rasterio.open(tmp_path / "r.tif", "w", driver="GTiff", count=1, dtype="float32", **profile) as file:
        file.write(reference, 1)
    first, second = find(records[:2], str(tmp_path / "r.tif"), smallest_shift_px=0)
    assert (first.x_m, first.y_m) == pytest.approx((0, 0), abs=1.0)
    assert (second.x_m, second.y_m) == pytest.approx((-8 * STEP_M, -3 * STEP_M), abs=1.0)
    with pytest.raises(InputError, match=r"r.tif: has 1 bands, no band 2"):
        find(records[:1], str(tmp_path / "r.tif"), reference_band=2)
    (tmp_path / "broken.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"broken.tif: cannot be read .* as a reference"):
        find(records[:1], str(tmp_path / "broken.tif"))


def read(acquisition, shift_m=(0.0, 0.0), grid=GRID):
    reader = AcquisitionReader(replace(acquisition, shift_m=shift_m), grid, "bilinear")
    values, valid = np.empty((2, grid.rows * grid.columns), np.int16), np.empty(grid.rows * grid.columns, bool)
    reader.read(Window(0, 0, grid.rows, grid.columns), None, values, valid)
    reader.close()
    shape = grid.rows, grid.columns
    return values[0].reshape(shape), valid.reshape(shape)


def test_whole_pixels_are_moved_as_they_are(tmp_path):
    clear = clouds(3, 0.2)
    values = np.round(image(1)).astype(np.int16)
    acquisition = record(tmp_path, 9, values, clear)
    moved, valid = read(acquisition, (20.0, -30.0))
    np.testing.assert_array_equal(moved[3:, 2:][valid[3:, 2:]], values[:-3, :-2][clear[:-3, :-2]])
    np.testing.assert_array_equal(valid[3:, 2:], clear[:-3, :-2])
    assert not valid[:3].any()
    assert not valid[:, :2].any()
    still, valid = read(acquisition)
    np.testing.assert_array_equal(still, values)
    np.testing.assert_array_equal(valid, clear)


def test_parts_of_pixels_within_the_error_of_interpolation(tmp_path):
    """The scene is smooth, so that interpolation does little to it; the shift itself would change it a lot."""
    smooth = [gaussian_filter(image(1, *shift, noise=0), 2) for shift in ((0, 0), (-3, 6))]
    still, there = read(record(tmp_path, 1, smooth[0]))
    moved, seen = read(record(tmp_path, 2, smooth[1]), (-6 * STEP_M, -3 * STEP_M))
    apart, unmoved = (np.abs(one[4:-4, 4:-4] - still[4:-4, 4:-4].astype(int)) for one in (moved, smooth[1]))
    assert there.all()
    assert seen[4:-4, 4:-4].all()
    assert apart.mean() < 0.1 * unmoved.mean()


def test_table_survives_its_file(records, tmp_path):
    found = find(records)
    shift_table.write(found, tmp_path / "shifts.csv")
    again = shift_table.read(tmp_path / "shifts.csv")
    assert [one.status for one in again] == [one.status for one in found]
    for one, other in zip(again, found, strict=True):
        assert (one.product, one.date, one.problem) == (other.product, other.date, other.problem)
        assert (one.x_m, one.y_m) == pytest.approx((other.x_m, other.y_m), abs=6e-4)
    assert "-0.000" not in (tmp_path / "shifts.csv").read_text()
    (tmp_path / "shifts.csv").write_text("sensor,date\ns,2018-01-01\n")
    with pytest.raises(InputError, match=r"shifts.csv: is not a table of shifts"):
        shift_table.read(tmp_path / "shifts.csv")


def test_patches_cover_small_and_large_tiles():
    for rows, side, expected in ((192, 96, 9), (100, 256, 1), (10980, 256, 100), (256, 256, 1)):
        grid = Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, rows, rows)
        windows = coregistration.patches(grid, settings(patch_px=side))
        assert len(windows) == expected
        assert max(window.row + window.rows for window in windows) == rows or expected == 1
        assert all(window.rows == min(side, rows) and window.row >= 0 for window in windows)


def test_settings():
    assert settings(reference=datetime.date(2018, 5, 1)).reference_date == datetime.date(2018, 5, 1)
    assert settings().raster("T", "2018") is None
    assert settings(reference="r/{tile}_{year}.tif").raster("T", "2018") == "r/T_2018.tif"
    with pytest.raises(ValueError, match=r"only {tile} and {year} are known"):
        settings(reference="{region}.tif")


def test_shifts_are_metres_in_degrees_too(tmp_path):
    """Millimetres of the table are fine enough; thousandths of a degree would be a hundred metres."""
    grid = Grid("EPSG:4326", 10.0, 50.0, 1e-4, 1e-4, SIDE, SIDE)

    def in_degrees(day, *shift):
        values = np.round(image(day, *shift)).astype(np.int16)
        band = RasterBand(write(tmp_path / f"{day}.tif", values, grid))
        return Acquisition("s", "T", datetime.date(2018, 5, day), f"p{day}", (("B4", band), ("B8", band)), ())

    records = [in_degrees(1), in_degrees(2, -12, 8)]
    sensor = Sensor("s", settings(), "bilinear")
    found = coregistration.find(sensor, records, {"p1": 1.0, "p2": 1.0}, None, grid, 1)
    shift_table.write(found, tmp_path / "shifts.csv")
    _, shift = shift_table.read(tmp_path / "shifts.csv")
    assert (shift.x_m, shift.y_m) == pytest.approx((-2 * 7.17, -3 * 11.12), abs=1.0)
    _, moved = shift_table.moved({"s": records}, shift_table.read(tmp_path / "shifts.csv"))["s"]
    whole = replace(moved, shift_m=tuple(size * ground.pixel_m(grid)[place] for size, place in ((-2, 1), (-3, 0))))
    still, seen = read(records[1], grid=grid), read(whole, whole.shift_m, grid)
    np.testing.assert_array_equal(seen[0][3:, :-2], still[0][:-3, 2:])
