import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from landloom import sampling
from landloom.config import SampleSettings


@pytest.fixture
def polygons():
    rng = np.random.default_rng(0)
    count = 60
    frame = gpd.GeoDataFrame(
        {"polygon": range(count), "code": rng.choice([1, 2, 5], count), "number": rng.choice([1, 2], count)},
        geometry=[Point(0, 0).buffer(1)] * count,
        crs=32631,
    )
    for run in range(2):
        frame[f"run{run}"] = np.where(rng.random(count) < 0.5, "train", "test")
    return frame


@pytest.fixture
def candidates(polygons):
    rng = np.random.default_rng(1)
    tables = {}
    for tile in ("B", "A", "C"):
        polygon = rng.integers(0, 60, 900)
        cells = rng.choice(100 * 100, 900, replace=False)
        tables[tile] = pd.DataFrame(
            {
                "row": cells // 100,
                "column": cells % 100,
                "polygon": polygon,
                "code": polygons.code.values[polygon],
                "number": polygons.number.values[polygon],
                "looks": rng.integers(0, 6, 900),
            }
        )
    return tables


def counts(selection, run):
    return selection[selection[f"run{run}"]].groupby(["number", "code"]).size()


def available(candidates, polygons, run, minimum=1):
    pixels = pd.concat(candidates.values())
    pixels = pixels[pixels.looks >= minimum]
    trains = polygons.set_index("polygon")[f"run{run}"][pixels.polygon].values == "train"
    return pixels[trains].groupby(["number", "code"]).size()


def test_all(candidates, polygons):
    selection = sampling.select(candidates, polygons, SampleSettings(), 2, 7)
    for run in range(2):
        pd.testing.assert_series_equal(counts(selection, run), available(candidates, polygons, run))


def test_per_class(candidates, polygons):
    settings = SampleSettings(strategy="per_class", number=100, minimum_clear_looks=3)
    selection = sampling.select(candidates, polygons, settings, 2, 7)
    for run in range(2):
        expected = available(candidates, polygons, run, 3).clip(upper=100)
        pd.testing.assert_series_equal(counts(selection, run), expected)
    assert selection.looks.min() >= 3


@pytest.mark.parametrize("number", [3, 50, 301, 10**6])
def test_total(candidates, polygons, number):
    settings = SampleSettings(strategy="total", number=number)
    selection = sampling.select(candidates, polygons, settings, 1, 7)
    there = available(candidates, polygons, 0)
    found = counts(selection, 0)
    for region in (1, 2):
        wanted = min(number, there[region].sum())
        assert found[region].sum() == max(wanted, len(there[region]))
        if wanted > 10:
            assert np.abs(found[region] - there[region] * wanted / there[region].sum()).max() <= 1


def test_only_training_polygons_of_the_run(candidates, polygons):
    selection = sampling.select(candidates, polygons, SampleSettings(), 2, 7)
    roles = polygons.set_index("polygon")
    for run in range(2):
        chosen = selection[selection[f"run{run}"]]
        assert (roles[f"run{run}"][chosen.polygon] == "train").all()


def test_does_not_depend_on_the_order_of_tiles(candidates, polygons):
    settings = SampleSettings(strategy="per_class", number=20)
    one = sampling.select(candidates, polygons, settings, 2, 7)
    other = sampling.select(dict(sorted(candidates.items(), reverse=True)), polygons, settings, 2, 7)
    pd.testing.assert_frame_equal(one, other)


def test_seed_decides(candidates, polygons):
    settings = SampleSettings(strategy="per_class", number=20)
    one = sampling.select(candidates, polygons, settings, 1, 7)
    assert one.equals(sampling.select(candidates, polygons, settings, 1, 7))
    assert not one.equals(sampling.select(candidates, polygons, settings, 1, 8))
