"""Images of made products: backscatter of the right level, the same from packed products, none elsewhere."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import rowcol

from landloom.core.errors import InputError
from landloom.prepared import radar
from landloom.sar.signed_power import NONE, to_power
from landloom.sensors import registry
from unit.prepared.radar_making import SMALL, TILE, grid_of, make_product, middle, write_dem
from unit.sensors.products import ALWAYS
from unit.sensors.sentinel1.making import zipped

GRID = grid_of(rows=40, columns=50)
INCIDENCE = np.radians(37.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("radar")
    make_product(path / "archive", SMALL)
    write_dem(path / "dem.tif")
    return path


def section(folder, archive="archive", **changes):
    given = {"archive": str(folder / archive), "dem": str(folder / "dem.tif"), "heights": "ellipsoid"} | changes
    return registry.section_of({"type": "sentinel1_grd", **given})


def image(settings, memory, grid=GRID):
    made = radar.maker(settings, TILE, grid, memory, 1)
    (product,) = registry.find(settings, TILE, *ALWAYS)
    one = registry.describe(settings, "s", TILE, product)
    parts = [values for _, values in made.parts(one, grid, "bilinear")]
    return np.concatenate(parts, axis=1), made


def test_levels_are_those_of_the_numbers(folder, tmp_path):
    values, made = image(section(folder, noise=False), tmp_path / "m.json")
    assert values.shape == (2, GRID.rows, GRID.columns)
    assert made.nodata == NONE
    power = to_power(values).mean(axis=(1, 2))
    # Looks have a mean of 1; gamma nought of flat ground is beta nought times the tangent of the incidence.
    expected = np.array([300.0, 150.0]) ** 2 / 474.0**2 * np.tan(INCIDENCE)
    np.testing.assert_allclose(power, expected, rtol=0.05)


def test_radiometries_differ_by_the_incidence(folder, tmp_path):
    flat, sigma, gamma = (
        to_power(image(section(folder, radiometry=one), tmp_path / "m.json")[0])
        for one in ("gamma_terrain", "sigma", "gamma")
    )
    np.testing.assert_allclose(flat.mean() / gamma.mean(), 1, atol=0.01)
    np.testing.assert_allclose(sigma.mean() / gamma.mean(), np.cos(INCIDENCE), atol=0.01)


@pytest.mark.parametrize("times", [2, 3, 9])
def test_levels_on_wide_pixels_are_the_same_with_less_speckle(folder, tmp_path, times):
    size = 10.0 * times
    wide = dataclasses.replace(GRID, resolution=size, resolution_y=size, rows=40 // times, columns=50 // times)
    expected, _ = image(section(folder), tmp_path / "m.json")
    found, _ = image(section(folder), tmp_path / "m.json", wide)
    assert found.shape == (2, wide.rows, wide.columns)
    assert (found != NONE).all()
    fine, coarse = (to_power(values) for values in (expected, found))
    np.testing.assert_allclose(coarse.mean(axis=(1, 2)), fine.mean(axis=(1, 2)), rtol=0.05)
    assert (coarse.std(axis=(1, 2)) < 0.75 * fine.std(axis=(1, 2))).all()


def test_beside_ground_without_heights_no_area_is_lacking(folder, tmp_path):
    """Sums of areas lack the facets of voids: what is beside them would be up to 25 dB too bright."""
    with rasterio.open(folder / "dem.tif") as dataset:
        heights, profile = dataset.read(1), dataset.profile | {"nodata": -9999}
    longitude, latitude = middle(SMALL)
    row, column = rowcol(profile["transform"], longitude, latitude)
    heights[row - 1 : row + 1, column - 1 : column + 1] = -9999
    with rasterio.open(tmp_path / "void.tif", "w", **profile) as dataset:
        dataset.write(heights, 1)
    for radiometry, missing in (("gamma_terrain", (0.25, 0.7)), ("gamma", (0.1, 0.4))):
        expected, _ = image(section(folder, radiometry=radiometry), tmp_path / "m.json")
        found, _ = image(section(folder, radiometry=radiometry, dem=str(tmp_path / "void.tif")), tmp_path / "m.json")
        there = found != NONE
        assert missing[0] < 1 - there.mean() < missing[1]
        np.testing.assert_allclose(to_power(found)[there], to_power(expected)[there], rtol=0.03)


def test_a_packed_product_has_the_same_image(folder, tmp_path):
    zipped(make_product(tmp_path / "packed", SMALL))
    expected, _ = image(section(folder), tmp_path / "m.json")
    found, _ = image(section(folder, archive=str(tmp_path / "packed")), tmp_path / "m.json")
    np.testing.assert_array_equal(found, expected)
    assert len(list(Path(tmp_path / "packed").iterdir())) == 1


def test_digests_hold_the_ground_and_the_keys_of_images(folder, tmp_path):
    def made_of(**changes):
        return radar.maker(section(folder, **changes), TILE, GRID, tmp_path / "m.json", 1).made_of

    assert made_of(filter={"method": "lee"}) == made_of(orbits=[59]) == made_of()
    write_dem(tmp_path / "other.tif", hills_m=10)
    others = [made_of(noise=False), made_of(radiometry="sigma"), made_of(mask={"shadow": False})]
    assert made_of() not in [*others, made_of(dem=str(tmp_path / "other.tif"))]


def test_ground_that_is_not_shown_has_no_image(folder, tmp_path):
    away = dataclasses.replace(GRID, top=GRID.top + 9000)
    assert (image(section(folder), tmp_path / "m.json", away)[0] == NONE).all()


def test_ground_without_heights_is_told(folder, tmp_path):
    away = dataclasses.replace(GRID, left=GRID.left + 200_000)
    with pytest.raises(InputError, match="has no heights of"):
        radar.maker(section(folder), TILE, away, tmp_path / "m.json", 1)
