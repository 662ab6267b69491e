import shutil
import subprocess

import numpy as np
import pyogrio
import pytest
import rasterio

from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid
from landloom.objects import statistics, sums
from landloom.objects.sums import Sums

OTB = {
    1: [[11120.032, 30000.496], [13109.4246680775, 0.501996024745159]],
    2: [[11319.4278074866, 30000.5427807487], [12206.5735983609, 0.498833735598542]],
    3: [[12021.7657142857, 30000.3828571429], [12601.5920498928, 0.487478686697925]],
}
"""Means and standard deviations of both bands in some zones of :func:`zones`, by ZonalStatistics of OTB 8.1.1."""

TOLERANCES = np.array([1e-9, 1e-6])
"""Of standard deviations: OTB's sums of squares lose digits in the second band; those of numpy are ours."""


def zones():
    """Zones (40, 50), and two bands: one of all values, one that is large and nearly constant."""
    random = np.random.default_rng(11)
    found = random.integers(1, 9, (8, 10)).repeat(5, 0).repeat(5, 1).astype(np.int32)
    found[0, 0] = 9
    bands = random.integers(-9999, 32767, (3, 40, 50)).astype(np.int16)
    bands[1] = 30000 + random.integers(0, 2, (40, 50))
    return found, bands[:2]


def summed(matrix, slots, objects):
    found, pixels = Sums.empty(objects, matrix.shape[1]), np.zeros(objects, np.int64)
    sums.add(found, pixels, matrix, np.asarray(slots, np.int64), np.ones(len(matrix), bool))
    return pixels, found


def test_statistics_are_those_of_numpy():
    random = np.random.default_rng(3)
    matrix = random.integers(-9999, 32768, (500, 6)).astype(np.int16)
    matrix[:, 0] = 30000 + random.integers(0, 2, 500)  # nearly constant, and large
    matrix[random.random(matrix.shape) < 0.3] = NODATA
    slots = random.integers(0, 7, 500)
    pixels, found = summed(matrix, slots, 7)
    values = np.where(matrix == NODATA, np.nan, matrix.astype(float))
    expected = {
        "mean": np.nanmean,
        "std": lambda part, axis: np.nanstd(part, axis, ddof=1),
        "min": np.nanmin,
        "max": np.nanmax,
    }
    for name, function in expected.items():
        by_object = np.stack([function(values[slots == slot], axis=0) for slot in range(7)])
        np.testing.assert_allclose(statistics.statistic_of(name, pixels, found), by_object, rtol=1e-12, err_msg=name)
    np.testing.assert_array_equal(statistics.statistic_of("count", pixels, found)[:, 0], np.bincount(slots))


def of_zones():
    """Return the mean and the standard deviation of each zone, (zones, bands) each."""
    found, bands = zones()
    pixels, summed_up = summed(np.ascontiguousarray(bands.reshape(2, -1).T), found.ravel() - 1, 9)
    return [statistics.statistic_of(name, pixels, summed_up) for name in ("mean", "std")]


def test_statistics_are_those_that_otb_gave():
    mean, deviation = of_zones()
    for zone, (means, deviations) in OTB.items():
        np.testing.assert_allclose(mean[zone - 1], means, rtol=1e-12)
        assert (np.abs(deviation[zone - 1] / deviations - 1) < TOLERANCES).all()
    assert deviation[8].tolist() == [0, 0]  # of one pixel; OTB says nan


@pytest.mark.skipif(not shutil.which("otbcli_ZonalStatistics"), reason="OTB is not installed")
def test_statistics_are_those_of_otb(tmp_path):
    found, bands = zones()
    grid = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 50)
    for name, values in (("zones", found[np.newaxis]), ("bands", bands)):
        options = {"driver": "GTiff", "count": len(values), "dtype": values.dtype}
        with rasterio.open(tmp_path / f"{name}.tif", "w", **options, **grid.profile()) as file:
            file.write(values)
    command = "otbcli_ZonalStatistics -in bands.tif -inzone labelimage -inzone.labelimage.in zones.tif -out vector"
    subprocess.run([*command.split(), "-out.vector.filename", "s.sqlite"], cwd=tmp_path, check=True, timeout=120)
    table = pyogrio.read_dataframe(tmp_path / "s.sqlite", read_geometry=False).drop_duplicates("polygon_id")
    table = table[table["count"].astype(float) > 1].astype(float)
    mean, deviation = of_zones()
    zone = table.polygon_id.astype(int) - 1
    assert len(zone) == 8
    for band in (0, 1):
        np.testing.assert_allclose(mean[zone, band], table[f"mean_{band}"], rtol=1e-9)
        np.testing.assert_allclose(deviation[zone, band], table[f"stdev_{band}"], rtol=TOLERANCES[band])


def test_classifiers_see_whole_numbers_and_what_is_missing():
    matrix = np.array([[10, NODATA], [13, NODATA], [32767, 5]], np.int16)
    pixels, found = summed(matrix, [0, 0, 1], 3)
    features = statistics.of_features(["mean", "std", "min", "max", "count"], ["s_B4_20180101", "altitude"])
    assert features.names[:4] == ["s_B4_mean_20180101", "altitude_mean", "s_B4_std_20180101", "altitude_std"]
    expected = [
        [12, NODATA, 2, NODATA, 10, NODATA, 13, NODATA, 2],
        [32767, 5, 0, 0, 32767, 5, 32767, 5, 1],
        [NODATA] * 8 + [0],
    ]
    np.testing.assert_array_equal(features.matrix(pixels, found), expected)
    assert features.matrix(np.array([10**6] * 3), found)[0, -1] == 32767


@pytest.mark.parametrize(("mean", "stored"), [(0.5, 0), (1.5, 2), (-0.5, 0), (-2.5, -2)])
def test_halves_are_rounded_to_even(mean, stored):
    assert statistics.stored(np.array([mean])) == stored
