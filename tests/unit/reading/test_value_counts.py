import datetime

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from landloom.features import vectors as features
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.reading.counted_values import ValueCount
from landloom.reading.series_reader import TileReader
from landloom.reading.value_counts import Counter
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 80)
WHOLE = Window(0, 0, 60, 80)


def naive(values, counted):
    """Count band by band, value by value."""
    found = []
    for band, row in enumerate(values):
        some = [int(value) for value, here in zip(row, counted, strict=True) if here]
        clipped = sum(value <= -9999 or value == 32767 for value in some)
        found.append(ValueCount("s", f"B{band}", len(some), clipped, min(some, default=0), max(some, default=0)))
    return found


stored = st.sampled_from([-32768, -10000, -9999, -9998, 0, 1, 32766, 32767])


@given(st.lists(st.tuples(stored, stored, st.booleans()), min_size=1, max_size=70), st.integers(0, 70))
def test_equals_the_naive_count_in_any_parts(pixels, cut):
    values = np.array([[one[:2] for one in pixels]], np.int16)[0].T.copy()
    counted = np.array([one[2] for one in pixels])
    first, second = Counter(2), Counter(2)
    first.add(values[:, :cut], counted[:cut])
    second.add(values[:, cut:], counted[cut:])
    first.join(second)
    assert first.counts("s", ["B0", "B1"]) == naive(values, counted)


def write(path, values, nodata=None):
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=values.dtype, nodata=nodata, **GRID.profile()
    ) as file:
        file.write(values, 1)
    return RasterBand(str(path), nodata=() if nodata is None else (nodata,))


@pytest.fixture(scope="module")
def observations(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("products"), np.random.default_rng(4)
    found = []
    for day in (1, 2, 3):
        numbers = rng.choice(np.array([-30000, -10000, -1, 5000, 32767, 60000], np.float32), (2, 60, 80))
        cloud = (rng.random((60, 80)) < 0.3).astype(np.uint8)
        bands = tuple((f"B{band}", write(folder / f"{day}_{band}.tif", numbers[band], -10000)) for band in (0, 1))
        masks = (Mask(write(folder / f"m{day}.tif", cloud), invalid_bits=1),)
        found.append(Acquisition("s", "T", datetime.date(2018, 1, day), f"p{day}", bands, masks))
    return found


def expected(observations, wanted):
    """Count what rasterio reads of the files."""
    counts = [Counter(2) for _ in observations]
    for one, counter in zip(observations, counts, strict=True):
        numbers = np.array([rasterio.open(band.path).read(1) for _, band in one.bands])
        clear = rasterio.open(one.masks[0].source.path).read(1) == 0
        present = clear & (numbers != -10000).all(axis=0) & wanted
        values = np.clip(numbers, -9999, 32767).astype(np.int16)
        counter.add(values.reshape(2, -1), present.ravel())
    return [(one.pixels, one.clipped, one.least, one.greatest) for one in joined(counts)]


def joined(counts):
    total = Counter(2)
    for one in counts:
        total.join(one)
    return total.counts("s", ["B0", "B1"])


class Margin:
    """Stands for features of a window with a margin."""

    names, scales, bytes_per_pixel = (), (), 0

    def __init__(self, margin_px):
        self.margin_px = margin_px


@pytest.mark.parametrize("wants", ["all", "some"])
@pytest.mark.parametrize("margin", [0, 3])
@pytest.mark.parametrize(("side", "threads"), [(1000, 1), (33, 2), (9, 3)])
def test_counts_do_not_depend_on_windows_margins_or_threads(observations, side, threads, margin, wants):
    chosen = np.random.default_rng(1).random((60, 80)) < (0.05 if wants == "some" else 2)
    layout = Layout((), Margin(margin) if margin else None)
    with TileReader({"s": observations, "none": []}, GRID, {"s": "nearest"}, threads, {"none": 1}) as reader:
        asked = (lambda window: chosen[window.slices]) if wants == "some" else None
        for _ in features.stream(reader, layout, GRID, list(GRID.windows(side)), asked):
            pass
    found = [(one.pixels, one.clipped, one.least, one.greatest) for one in reader.value_counts()]
    assert found == expected(observations, chosen)
    assert [(one.sensor, one.band) for one in reader.value_counts()] == [("s", "B0"), ("s", "B1")]


def test_nothing_was_read(observations):
    with TileReader({"s": observations}, GRID, {"s": "nearest"}, 1) as reader:
        pass
    assert reader.value_counts() == [ValueCount("s", band, 0, 0, 0, 0) for band in ("B0", "B1")]
