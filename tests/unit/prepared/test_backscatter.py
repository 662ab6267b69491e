"""Ready-made backscatter by items: linear power becomes images, which the filter reads as those of other radar."""

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.prepared import forms, image_files
from landloom.reading.series_reader import TileReader
from landloom.sar.signed_power import NONE, to_power
from landloom.sensors import registry
from landloom.survey import survey
from unit.sensors.products import ALWAYS
from unit.sensors.stac_material import TILE, item, stac, write_cog, write_items

GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 60, 70)
ELSEWHERE = Grid("EPSG:32631", 299955.0, 4900075.0, 10.0, 10.0, 90, 100)
BOX = {TILE: [0.4, 44.1, 0.9, 44.3]}
ORBIT = {"sat:orbit_state": "ascending", "sat:relative_orbit": 59, "grid:code": None, "platform": "sentinel-1a"}


def power(seed=1, grid=ELSEWHERE):
    return np.random.default_rng(seed).gamma(4.4, 0.02, (grid.rows, grid.columns)).astype(np.float32)


def section(folder, *days, values=None, grid=ELSEWHERE, properties=ORBIT, **changes):
    """A section, and items of some days as those of the Planetary Computer."""
    items = []
    for number, day in enumerate(days):
        one = item(f"S1A_{day}_rtc", day, **({"s2:processing_baseline": None} | properties))
        one["assets"] = {}
        one["geometry"]["coordinates"] = [[[0.4, 44.1], [0.9, 44.1], [0.9, 44.3], [0.4, 44.3], [0.4, 44.1]]]
        for key in ("vv", "vh"):
            held = power(number, grid) if values is None else values
            own = np.where(held > -100, held * np.float32(0.25 if key == "vh" else 1), held)
            write_cog(folder / one["id"] / f"{key}.tif", own, -32768, grid)
            one["assets"][key] = {"href": f"{one['id']}/{key}.tif", "raster:bands": [{"nodata": -32768}]}
        layover = np.zeros((grid.rows, grid.columns), np.uint8)
        layover[::7] = 2
        write_cog(folder / one["id"] / "mask.tif", layover, 255, grid)
        one["assets"]["mask"] = {"href": f"{one['id']}/mask.tif"}
        items.append(one)
    archive = write_items(folder / "items.json", *items)
    given = {"bands": {"VV": "vv", "VH": "vh"}, "boxes": BOX, "backscatter": "power"}
    return stac(archive, **(given | changes))


def described(settings):
    return [registry.describe(settings, "s1", TILE, one) for one in registry.find(settings, TILE, *ALWAYS)]


def image(settings, one, tmp_path, grid=GRID):
    maker = forms.FORMS.load(settings.images).maker(settings, TILE, grid, tmp_path / "m.json", 1)
    assert maker.nodata == NONE
    return np.concatenate([values for _, values in maker.parts(one, grid, settings.resampling)], axis=1)


def test_power_is_kept_on_the_grid_of_the_tile(tmp_path):
    settings = section(tmp_path, "2021-06-01", grid=GRID)
    (one,) = described(settings)
    assert one.view == "ascending 59"
    found = to_power(image(settings, one, tmp_path))
    np.testing.assert_allclose(found[0], power(0, GRID), rtol=0.01, atol=1e-4)
    np.testing.assert_allclose(found[1], power(0, GRID) / 4, rtol=0.02, atol=1e-4)


def test_images_of_another_grid_are_resampled_as_power_and_gaps_stay(tmp_path):
    values = power(3)
    values[20:30, 10:40] = -32768
    settings = section(
        tmp_path, "2021-06-01", values=values, mask={"asset": "mask", "invalid_values": [1, 2, 3, 255]}
    )
    found = image(settings, described(settings)[0], tmp_path)
    # Its pixels lie halfway between those of the tile, 10 rows and 9 columns of them outside: means of four.
    means = (values[:-1, :-1] + values[1:, :-1] + values[:-1, 1:] + values[1:, 1:])[5:65, 4:74] / 4
    known = (found[0] != NONE) & (means > 0)
    assert 0.7 < known.mean() < 0.9
    np.testing.assert_allclose(to_power(found)[0][known], means[known], rtol=0.01, atol=1e-4)
    assert (found[:, 17:23, 8:33] == NONE).all()


def test_series_are_filtered_and_in_decibels(tmp_path):
    days = ["2021-06-01", "2021-06-13", "2021-06-25"]
    settings = section(tmp_path, *days, grid=GRID)
    kept = []
    for one in described(settings):
        path, values = tmp_path / f"{one.product}.tif", image(settings, one, tmp_path)
        image_files.write(path, GRID, ("VV", "VH"), [(Window(0, 0, 60, 70), values)], "source", NONE)
        kept.append(image_files.as_acquisition(one, path))
    readers = {"s1": forms.SERIES.load(settings.images).readers_of(settings.reading)}
    with TileReader({"s1": kept}, GRID, {"s1": "bilinear"}, 1, {"s1": 2}, readers) as reader:
        _, series = next(iter(reader.stream([Window(0, 0, GRID.rows, GRID.columns)])))
        values = series["s1"].values.astype(float)
    assert (values != NODATA).all()
    decibels = np.stack([10 * np.log10(power(number, GRID)).ravel() for number in range(3)])
    assert values[:, 0].mean() / 100 == pytest.approx(10 * np.log10(0.088), abs=0.3)
    np.testing.assert_allclose(values[:, 0] - values[:, 1], 602, atol=30)
    assert values[:, 0].std() / 100 < 0.7 * decibels.std()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (10 * np.log10(power()), r"vv\.tif: holds -.* where `backscatter: power` wants linear power"),
        (np.where(power() < 0.05, np.float32(-9999), power()), r"holds -9999 .*nodata value \(`nodata`\)"),
    ],
)
def test_what_is_no_power_is_refused(tmp_path, values, words):
    settings = section(tmp_path, "2021-06-01", values=values.astype(np.float32))
    with pytest.raises(InputError, match=words):
        image(settings, described(settings)[0], tmp_path)


def test_items_that_do_not_tell_their_orbit_are_not_filtered_together(tmp_path):
    settings = section(tmp_path, "2021-06-01", properties={**ORBIT, "sat:relative_orbit": None})
    with pytest.raises(InputError, match=r"item S1A_2021-06-01_rtc: has no `sat:relative_orbit`.*method: lee"):
        described(settings)
    lee = section(tmp_path, "2021-06-01", properties={**ORBIT, "sat:relative_orbit": None}, filter={"method": "lee"})
    assert described(lee)[0].view == "ascending"


def test_decibels_that_an_item_tells_are_refused(tmp_path):
    settings = section(tmp_path, "2021-06-01")
    text = (tmp_path / "items.json").read_text()
    (tmp_path / "items.json").write_text(text.replace('{"nodata": -32768}', '{"nodata": -32768, "unit": "dB"}'))
    with pytest.raises(InputError, match="asset vv is in dB, where `backscatter: power` wants linear power"):
        described(settings)


def test_sections_of_backscatter():
    radar = stac("items.json", boxes=BOX, backscatter="power")
    assert (radar.images, radar.unit, radar.is_radar) == ("backscatter", 100, True)
    assert radar.reading == {"filter": {"method": "quegan_yu", "radius": 2}}
    assert radar.copies is not None
    assert registry.common_names(radar) == {}
    optical = stac("items.json")
    assert (optical.images, optical.unit, optical.reading, optical.copies) == ("optical", 10000, {}, None)
    with pytest.raises(ValueError, match="filter: is of `backscatter`"):
        stac("items.json", filter={"method": "lee"})
    with pytest.raises(ValueError, match="common_names: indices are of reflectances"):
        stac("items.json", backscatter="power", common_names={"B4": "R"})


def test_validity_counts_optical_observations_alone(tmp_path):
    """Unless there are none: radar sees through clouds."""
    radar = section(tmp_path / "radar", "2021-06-01", "2021-06-13", grid=GRID)
    one = item("optical", "2021-06-05")
    one["geometry"]["coordinates"] = [[[0.4, 44.1], [0.9, 44.1], [0.9, 44.3], [0.4, 44.3], [0.4, 44.1]]]
    for key, name in (("red", "B04"), ("nir", "B08")):
        values = np.random.default_rng(1).integers(1, 9000, (GRID.rows, GRID.columns)).astype(np.uint16)
        values[:10] = 0
        write_cog(tmp_path / "optical" / f"{name}.tif", values, 0, GRID)
        one["assets"][key]["href"] = f"optical/{name}.tif"
    optical = stac(write_items(tmp_path / "items.json", one), boxes=BOX, mask="none")
    for sensors, counts in (({"s2": optical, "s1": radar}, (0, 1)), ({"s1": radar}, (2, 2))):
        used, _, validity = survey.survey(sensors, TILE, ALWAYS, GRID, "stop", 1)
        assert len(used) == 2 * ("s1" in sensors) + ("s2" in sensors)
        assert set(np.unique(validity[:10])) == {counts[0]}
        assert set(np.unique(validity[10:])) == {counts[1]}
