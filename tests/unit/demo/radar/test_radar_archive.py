"""Radar products of the demonstration: read without complaint, placed where they say, and true to their ground."""

import hashlib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import rasterio
from scipy.ndimage import maximum_filter, minimum_filter

from landloom.demo import archive as whole_demo
from landloom.demo.classes import Code
from landloom.demo.landscape import make_landscape, rasterize_patches
from landloom.demo.layout import make_layout
from landloom.demo.phenology import draw_growth
from landloom.demo.radar import archive as radar_archive
from landloom.demo.radar.archive import make_radar_scene, plan_radar_looks, write_radar
from landloom.demo.radar.backscatter import POLARISATIONS, gamma0_of_patches
from landloom.demo.radar.frame import LINE_S
from landloom.demo.radar.imaging import Speckle
from landloom.demo.radar.relief import STEEPEST_DEG, write_dem
from landloom.geo.grids import Grid, Window
from landloom.sar import products
from landloom.sar.geocoding import LIGHT_M_S, abeam
from landloom.sar.ground_range import nearest_ground_range
from landloom.sar.heights import open_heights, read_heights
from landloom.sensors.sentinel1 import acquisitions, archive, images
from unit.demo.radar import preparing

SEED, YEAR, SIZE_PX, PLAIN_M = 1, 2018, 200, 300.0
SUMMER = (15, -15)
"""Numbers of a pass in July of each direction."""

LANDSCAPE = make_landscape(make_layout(SIZE_PX), SEED)
GROWTH = draw_growth(LANDSCAPE, SEED, YEAR)
TILE = LANDSCAPE.layout.tiles[1]
GRID = Grid(f"EPSG:{TILE.epsg}", float(TILE.left_m), float(TILE.top_m), 10.0, 10.0, SIZE_PX, SIZE_PX)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("radar")
    write_dem(found / "dem.tif", LANDSCAPE.layout, SEED)
    return found


@pytest.fixture(scope="module")
def scene(folder):
    return make_radar_scene(LANDSCAPE, folder / "dem.tif", SEED)


def looks(scene):
    planned = plan_radar_looks(scene, SEED, YEAR)
    return [planned[number] for number in SUMMER]


def written(folder, scene, threads=2, number=2):
    write_radar(folder, scene, LANDSCAPE, GROWTH, looks(scene)[:number], SEED, threads)
    found = acquisitions.joined(archive.slices(folder))
    return sorted(found, key=lambda one: one.direction)


def on_plain(scene):
    """The same ground without hills."""
    level = replace(scene.ground, heights=np.full_like(scene.ground.heights, PLAIN_M))
    return replace(scene, heights=np.full_like(scene.heights, PLAIN_M), ground=level)


@pytest.fixture(scope="module")
def passes(folder, scene):
    return written(folder / "speckled", scene)


@pytest.fixture(scope="module")
def smooth_passes(folder, scene):
    """Next to no speckle: what is wrong in the mean shows in few pixels."""
    return written(folder / "smooth", replace(scene, speckle=Speckle(1e4)))


def heights_of(folder):
    source = open_heights(folder / "dem.tif", "ellipsoid", GRID, preparing.MARGIN_PX + 1)
    return lambda window: read_heights(source, GRID, window)


def plain(window):
    return np.full((window.rows, window.columns), PLAIN_M, np.float32)


def far_from_others():
    """The patch of each pixel's middle, and which pixels have no other patch near."""
    numbers = rasterize_patches(LANDSCAPE, TILE)[4:-3:3, 4:-3:3]
    inner = minimum_filter(numbers, 7) == maximum_filter(numbers, 7)
    inner[:4] = inner[-4:] = inner[:, :4] = inner[:, -4:] = False
    return numbers, inner


def recovered(passes, heights):
    """Of both passes and polarisations: gamma nought, and cosine of local incidence where ground can be measured."""
    for one in passes:
        for polarisation in POLARISATIONS:
            found = preparing.prepare(one.slices, polarisation, GRID, heights, (150.0, 1100.0))
            assert not np.isnan(found.power).any()
            yield found.power, np.where(found.areas < 4, found.incidence, 0)


def decibels(power):
    return 10 * np.log10(power)


def test_products_are_read_without_complaint(passes):
    assert [(one.direction, one.relative_orbit, len(one.slices)) for one in passes] == [
        ("ascending", 30, 2),
        ("descending", 110, 1),
    ]
    for one in [product for found in passes for product in found.slices]:
        assert one.name.relative_orbit == one.manifest.relative_orbit
        for polarisation in POLARISATIONS:
            image = images.load(one, polarisation)
            with rasterio.open(image.measurement) as dataset:
                assert dataset.dtypes == ("uint16",)
                numbers = dataset.read(1)
                assert len(dataset.gcps[0]) == len(image.annotation.grid.times)
            assert numbers.shape == (image.annotation.timing.lines, image.annotation.timing.samples)
            assert (numbers[:, -24:] == 0).all()
            assert (numbers[:, :-24] > 0).all()


def test_slices_go_on_where_the_others_end(passes):
    first, second = (images.load(one, "VV").annotation for one in passes[0].slices)
    assert (second.start - first.start).total_seconds() - first.timing.last_line == pytest.approx(LINE_S, abs=1e-9)


def test_annotated_points_are_where_geocoding_finds_them(passes):
    for one in [product for found in passes for product in found.slices]:
        annotation = images.load(one, "VH").annotation
        grid, found = annotation.grid, products.scene_of(annotation)
        points = products.points_of(grid)
        times, ranges, look = abeam(found.orbit, points)
        np.testing.assert_allclose(ranges, grid.slant_range_times * LIGHT_M_S / 2, atol=1e-3)
        np.testing.assert_allclose(times, grid.times, atol=1.1e-6)
        pixels = nearest_ground_range(found.conversion, grid.times, ranges) / annotation.timing.pixel_spacing
        np.testing.assert_allclose(pixels, grid.pixels, atol=0.01)
        timing = found.timing
        late = timing.bistatic_constant + timing.bistatic_slope * 2 * ranges / LIGHT_M_S
        np.testing.assert_allclose((times + late) / timing.interval, grid.lines, atol=0.002)
        assert timing.bistatic_slope == pytest.approx(-0.5, abs=0.05)
        upwards = points / np.linalg.norm(points, axis=1, keepdims=True)
        incidence = np.degrees(np.arccos((look * upwards).sum(1)))
        np.testing.assert_allclose(incidence, grid.incidence_angles, atol=1e-4)
        assert 34 < incidence.min() < incidence.max() < 44


def test_backscatter_comes_back_on_slopes(folder, scene, smooth_passes):
    """Of each class without bias, water at -24 dB included, whatever the slope."""
    patches, inner = far_from_others()
    truths = [
        truth
        for look in looks(scene)
        for truth in gamma0_of_patches(LANDSCAPE, GROWTH, SEED, look.time.toordinal(), look.day_of_year)
    ]
    ratios, codes, local = [], [], []
    for truth, (power, incidence) in zip(truths, recovered(smooth_passes, heights_of(folder)), strict=True):
        good = inner & (incidence > 0.15)
        ratios.append(power[good] / truth[patches[good]])
        codes.append(LANDSCAPE.codes[patches[good]])
        local.append(np.degrees(np.arccos(incidence[good])))
    ratio, code, angle = (np.concatenate(part) for part in (ratios, codes, local))
    assert angle.min() < 15
    assert angle.max() > 60
    counts = {kind: (code == kind).sum() for kind in Code}
    assert counts[Code.WATER] > 100
    biases = {kind: decibels(ratio[code == kind].mean()) for kind in Code if counts[kind] > 60}
    assert len(biases) >= 5
    assert {kind: bias for kind, bias in biases.items() if abs(bias) > 0.1} == {}
    assert abs(np.polyfit(angle, decibels(ratio), 1)[0]) < 0.005


def test_slopes_add_no_spread_to_that_of_speckle(folder, scene, monkeypatch):
    """On ground of one kind, where all pixels count."""
    even = np.full((2, len(LANDSCAPE.patches)), 10**-1.2, np.float32)
    monkeypatch.setattr(radar_archive, "gamma0_of_patches", lambda *_: even)
    spreads = []
    for name, ground, heights in (("hills", scene, heights_of(folder)), ("plain", on_plain(scene), plain)):
        found = list(recovered(written(folder / name, ground, number=1), heights))
        powers = np.concatenate([power[incidence > 0.15] for power, incidence in found])
        assert abs(decibels(powers.mean() / even[0, 0])) < 0.05
        spreads.append(powers.std() / powers.mean())
    assert spreads[0] == pytest.approx(spreads[1], rel=0.1)


def test_speckle_has_its_looks_and_is_alike_in_neighbours():
    field = Speckle().draw((500, 400), np.random.default_rng(4))
    assert field.mean() == pytest.approx(1, abs=0.01)
    assert 1 / field.var() == pytest.approx(4.4, rel=0.05)
    for one, other in ((field[1:], field[:-1]), (field[:, 1:], field[:, :-1])):
        assert 0.4 < np.corrcoef(one.ravel(), other.ravel())[0, 1] < 0.65
    assert abs(np.corrcoef(field[4:].ravel(), field[:-4].ravel())[0, 1]) < 0.05


def test_crops_grow_in_cross_polarisation_and_water_does_not():
    winter, summer = (decibels(gamma0_of_patches(LANDSCAPE, GROWTH, SEED, 1, day)) for day in (20, 210))
    change = {code: np.median((summer - winter)[:, LANDSCAPE.codes == code], axis=1) for code in Code}
    assert change[Code.MAIZE][1] > 3
    np.testing.assert_allclose(change[Code.WATER], 0, atol=1e-5)
    np.testing.assert_allclose(change[Code.BUILT_UP], 0, atol=1e-5)
    cereals = LANDSCAPE.codes == Code.WINTER_CEREALS
    may = decibels(gamma0_of_patches(LANDSCAPE, GROWTH, SEED, 1, 130))
    assert np.median((may - winter)[0, cereals]) < -1


def test_each_orbit_is_flown_every_twelve_days(scene):
    planned = plan_radar_looks(scene, SEED, YEAR) + plan_radar_looks(scene, SEED, YEAR + 1)
    for orbit in (30, 110):
        mine = [look for look in planned if look.track.relative_orbit == orbit]
        assert {(later.time - look.time).days for look, later in pairwise(mine)} == {12}
        assert {later.orbit - look.orbit for look, later in pairwise(mine)} == {175}
        assert len({look.circle for look in mine}) == len(mine)


def test_hills_are_as_steep_as_they_should_be(folder, scene):
    slopes = np.degrees(np.arctan(np.hypot(*np.gradient(scene.heights.astype(float), 20.0))))
    assert slopes.max() == pytest.approx(STEEPEST_DEG, abs=0.1)
    assert np.percentile(slopes, 90) > 20
    reach = 110  # further than the highest ground falls over at 38 degrees of incidence
    around = Window(-reach, -reach, SIZE_PX + 2 * reach, SIZE_PX + 2 * reach)
    assert not np.isnan(heights_of(folder)(around)).any()
    assert np.ptp(scene.heights) / np.tan(np.radians(38)) < 10 * reach


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes_on_one_thread(folder, scene, passes):
    assert len(passes) == 2
    written(folder / "again", scene, threads=1, number=1)
    both, again = digests(folder / "speckled"), digests(folder / "again")
    assert len(again) == 2 * (1 + 2 * 4)
    assert again.items() < both.items()


def test_other_products_do_not_change(tmp_path, monkeypatch):
    monkeypatch.setattr(whole_demo, "plan_radar_looks", lambda *arguments: plan_radar_looks(*arguments)[:1])
    for name, sensors in (("with", ["altitude", "sentinel1"]), ("without", ["altitude"])):
        whole_demo.make_demo(tmp_path / name, size_px=100, sensors=sensors)
    found, without = (digests(tmp_path / name) for name in ("with", "without"))
    radar = {name for name in found if name.startswith("sentinel1/") or name == "dem.tif"}
    assert len(radar) == 1 + 2 * (1 + 2 * 4)
    assert {name: digest for name, digest in found.items() if name not in radar} == without
