"""Features by functions of the user's own: what they get, and that windows do not matter."""

import dataclasses
import datetime
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import rasterio
from scipy import ndimage

from landloom.core.errors import InputError
from landloom.features import feature_map, sensor_features
from landloom.features import vectors as features
from landloom.features.functions import calls as user_functions
from landloom.features.functions import trial as function_checks
from landloom.features.functions.rasters import RasterReader
from landloom.features.functions.settings import FunctionSettings
from landloom.features.functions.window_data import TileData, WindowData
from landloom.features.pipeline import TilePipeline
from landloom.features.settings import FeatureSettings
from landloom.features.static_rasters.features import StaticFeature
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.geo.windows import plan
from landloom.jobs import resources
from landloom.reading.observations import SeriesWindow
from landloom.reading.series_reader import TileReader
from landloom.samples import extraction
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand
from landloom.timeseries import gap_filling
from landloom.timeseries.output_dates import days
from running import ROOT

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 90, 70)
COARSE = Grid("EPSG:32631", 299000.0, 4901000.0, 50.0, 50.0, 60, 60)
DATES = tuple(datetime.date(2018, month, 1) for month in (1, 5, 9))
OUTPUTS = tuple(datetime.date(2018, month, 15) for month in (2, 4, 6, 8))
WHOLE = Window(0, 0, 90, 70)
NEVER = slice(5, 8), slice(40, 44)
"""Pixels that are never clear."""

GOOD = """
import numpy as np
from scipy import ndimage

def blurred(data, sigma=1.0):
    'Reaches 4 pixels far, as sigma 1 is cut off there.'
    red = data.interpolated("s", "B4")
    layers = [ndimage.gaussian_filter(one, sigma, output=np.float64) for one in red]
    return np.stack(layers), [f"red{place}" for place in range(len(layers))]

def mixed(data):
    return {"clear": (~data.masks("s")).sum(axis=0), "height": data.raster("height") / 100}
"""


def write(path, values, grid=GRID, nodata=None):
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=values.dtype, nodata=nodata, **grid.profile()
    ) as file:
        file.write(values, 1)
    return RasterBand(str(path))


@pytest.fixture(scope="module")
def observations(tmp_path_factory):
    folder = tmp_path_factory.mktemp("observations")
    rng = np.random.default_rng(2)
    found = []
    for number, date in enumerate(DATES):
        bands = [
            (name, write(folder / f"{name}{number}.tif", rng.integers(0, 5000, (90, 70)).astype(np.int16)))
            for name in ("B4", "B8")
        ]
        cloud = rng.random((90, 70)) < 0.3
        cloud[NEVER] = True
        mask = Mask(write(folder / f"m{number}.tif", cloud.astype(np.uint8)), invalid_bits=1)
        found.append(Acquisition("s", "T", date, f"p{number}", tuple(bands), (mask,)))
    heights = rng.normal(100, 20, (60, 60)).astype(np.float32)
    heights[:5] = -1
    write(folder / "height.tif", heights, COARSE, -1)
    return found, str(folder / "height.tif")


SENSOR = sensor_features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, ["NDVI"], DATES, OUTPUTS)
TILE = TileData(GRID, {"s": SENSOR})


def reader(observations, threads=2):
    return TileReader({"s": observations[0]}, GRID, {"s": "nearest"}, threads)


def user_function(folder, text, name, height=None, **settings):
    path = folder / "my.py"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    section = FunctionSettings(file=str(path), name=name, **settings)
    section = section.model_copy(update={"rasters": {"height": height} if height else {}})
    return user_functions.functions_of([section], GRID, "T", "2018")[0]


@pytest.fixture
def whole_part(observations, tmp_path):
    functions = (
        user_function(tmp_path, GOOD, "blurred", padding_px=4),
        user_function(tmp_path, GOOD, "mixed", observations[1], scale=10, prefix="other"),
    )
    expected = {"blurred": ("red0", "red1", "red2", "red3"), "other": ("clear", "height")}
    return user_functions.FunctionFeatures(functions, expected, TILE)


def window_data(observations, window=WHOLE):
    with reader(observations) as source:
        ((_, series),) = source.stream([window])
    return WindowData(TILE, window, series, {"height": RasterReader(observations[1], GRID)}), series["s"]


def filled(series):
    """The red band of the whole tile by the kernel alone."""
    values = gap_filling.fill_gaps(series.values, series.valid, np.array(days(DATES)), np.array(days(OUTPUTS)))
    return np.where(values == -10000, np.nan, values / 10000)[:, 0].reshape(4, 90, 70)


def test_arrays_are_those_that_features_are_made_of(observations):
    data, series = window_data(observations)
    np.testing.assert_allclose(data.interpolated("s", "B4"), filled(series), rtol=1e-6)
    matrix, _ = Layout((SENSOR,)).of_window(WHOLE, {"s": series}).stack(np.arange(WHOLE.pixels))
    ndvi = np.where(matrix[:, -4:] == -10000, np.nan, matrix[:, -4:] / 1000).T.reshape(4, 90, 70)
    np.testing.assert_allclose(data.index("s", "NDVI"), ndvi, rtol=1e-6)
    norm = np.hypot(data.interpolated("s", "B4"), data.interpolated("s", "B8"))
    np.testing.assert_allclose(data.index("s", "brightness"), norm, atol=1e-4)
    assert np.isnan(data.index("s", "NDVI")[(slice(None), *NEVER)]).all()


def test_looks_are_those_of_the_files(observations):
    data, _ = window_data(observations)
    for number, observation in enumerate(observations[0]):
        with (
            rasterio.open(observation.masks[0].source.path) as mask,
            rasterio.open(observation.bands[1][1].path) as band,
        ):
            np.testing.assert_array_equal(data.masks("s")[number], mask.read(1) > 0)
            expected = np.where(mask.read(1) > 0, np.nan, band.read(1) / np.float32(10000))
            np.testing.assert_allclose(data.raw("s", "B8")[number], expected, rtol=1e-6)
    assert (data.dates("s"), data.raw_dates("s")) == (list(OUTPUTS), list(DATES))
    assert (data.crs, data.resolution, data.sensors, data.bands("s")) == ("EPSG:32631", 10.0, ["s"], ["B4", "B8"])


def test_places_and_rasters(observations):
    window = Window(20, 30, 40, 33)
    data, _ = window_data(observations, window)
    assert data.shape == (40, 33) == data.masks("s").shape[1:] == data.interpolated("s", "B4").shape[1:]
    assert (data.x[0, 0], data.y[0, 0]) == (300305.0, 4899795.0)
    with rasterio.open(observations[1]) as file:
        heights = np.where(file.read(1) == -1, np.nan, file.read(1))
    positions = [(COARSE.top - data.y) / 50 - 0.5, (data.x - COARSE.left) / 50 - 0.5]
    expected = ndimage.map_coordinates(heights, positions, order=1)
    np.testing.assert_allclose(data.raster("height"), expected, rtol=1e-3)
    with pytest.raises(InputError, match="has 1 bands, no band 2"):
        data.raster("height", 2)


def test_rasters_are_scaled_as_their_files_declare(tmp_path):
    path = tmp_path / "scaled.tif"
    write(path, np.array([[3, 0], [7, 8]], np.uint8), Grid("EPSG:32631", 0.0, 20.0, 10.0, 10.0, 2, 2), nodata=0)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.5,), (10.0,)
    found = RasterReader(str(path), Grid("EPSG:32631", 0.0, 20.0, 10.0, 10.0, 2, 2)).read(Window(0, 0, 2, 2), 1)
    np.testing.assert_array_equal(found, np.array([[11.5, np.nan], [13.5, 14]], np.float32))


@pytest.mark.parametrize("read", [lambda data: data.interpolated("s", "B4"), lambda data: data.masks("s")])
def test_arrays_cannot_be_written_to(observations, read):
    data, series = window_data(observations, Window(0, 0, 3, 3))
    with pytest.raises(ValueError, match="read-only"):
        read(data)[0, 0, 0] = 1
    assert series.valid.flags.writeable


@pytest.mark.parametrize("call", ["interpolated('t', 'B4')", "raw('s', 'B5')", "index('s', 'NDMI')", "raster('x')"])
def test_what_is_not_there_is_named(observations, call):
    data, _ = window_data(observations, Window(0, 0, 3, 3))
    with pytest.raises(ValueError, match=r"no sensor `t`|no band `B5`|lacks|no raster `x`"):
        eval(f"data.{call}", {"data": data})


def test_numbers_are_stored_rounded_and_bounded():
    values = np.array([0.0004, 0.0005, -0.0005, 40, -40, -10, np.nan, np.inf, -np.inf])
    expected = [0, 1, 0, 32767, -32767, -9999, -10000, 32767, -32767]
    np.testing.assert_array_equal(user_functions.to_stored(values, 1000.0), expected)


def expected_of(observations):
    """All features of the functions by scipy alone, on the whole tile."""
    data, series = window_data(observations)
    red = filled(series).astype(np.float32)
    blurred = np.stack([ndimage.gaussian_filter(one, 1.0, output=np.float64) for one in red])
    clear = series.valid.sum(axis=0).reshape(1, 90, 70)
    height = data.raster("height")[np.newaxis] / 100
    numbers = np.concatenate([blurred * 1000, clear * 10, height * 10])
    return np.where(np.isnan(numbers), -10000, np.floor(numbers + 0.5)).astype(np.int16).reshape(6, -1)


@pytest.mark.parametrize("side", [1000, 33, 16, 9])
def test_windows_and_wanted_pixels_do_not_matter(observations, whole_part, side):
    expected, layout = expected_of(observations), Layout((SENSOR,), whole_part)
    assert layout.names[-6:] == [*(f"blurred_red{date}" for date in range(4)), "other_clear", "other_height"]
    assert layout.scales[-6:] == [1000.0] * 4 + [10.0] * 2
    found = np.full((6, 90, 70), 12345, np.int16)
    chosen = np.random.default_rng(1).random((90, 70)) < 0.05
    with reader(observations) as source:
        windows = list(GRID.windows(side))
        for vectors in features.stream(source, layout, GRID, windows, lambda window: chosen[window.slices]):
            window = vectors.window
            pixels = np.flatnonzero(chosen[window.slices])
            rows, columns = np.divmod(pixels, window.columns)
            found[:, window.row + rows, window.column + columns] = vectors.stack(pixels)[0][:, -6:].T
    np.testing.assert_array_equal(found[:, chosen], expected[:, chosen.ravel()])
    assert (found[:, ~chosen] == 12345).all()


def test_too_little_padding_is_noticed_here(observations, whole_part):
    """That the test above can fail."""
    stingy = dataclasses.replace(
        whole_part,
        functions=tuple(
            dataclasses.replace(one, settings=one.settings.model_copy(update={"padding_px": 1}))
            for one in whole_part.functions
        ),
    )
    with reader(observations) as source:
        found = [
            vectors.stack(np.arange(vectors.window.pixels))[0][:, -6:]
            for vectors in features.stream(source, Layout((), stingy), GRID, [Window(20, 20, 9, 9)])
        ]
    whole = expected_of(observations).reshape(6, 90, 70)[:, 20:29, 20:29].reshape(6, -1)
    assert (found[0].T[:4] != whole[:4]).any()


def test_other_features_and_what_is_seen_stay_as_they_are(observations, whole_part):
    with reader(observations) as source:
        ((_, series),) = source.stream([WHOLE])
    pixels = np.arange(0, WHOLE.pixels, 3)
    plain, seen = Layout((SENSOR,)).of_window(WHOLE, series).stack(pixels)
    both, seen_too = Layout((SENSOR,), whole_part).of_window(WHOLE, series).stack(pixels)
    np.testing.assert_array_equal(both[:, :-6], plain)
    np.testing.assert_array_equal(seen, seen_too)
    only, seen_alone = Layout((features.ValidityOnly("s"),), whole_part).of_window(WHOLE, series).stack(pixels)
    np.testing.assert_array_equal(only, both[:, -6:])
    np.testing.assert_array_equal(seen, seen_alone)
    assert not seen.all()


@pytest.mark.parametrize("most_pixels", [700, 10_000])
def test_samples_and_the_map_of_features_agree(observations, whole_part, tmp_path, most_pixels):
    layout = Layout((SENSOR,), whole_part)
    cells = np.random.default_rng(3).choice(90 * 70, 200, replace=False)
    rows, columns = np.divmod(cells, 70)
    selection = pd.DataFrame({"row": rows.astype(np.int32), "column": columns.astype(np.int32)})
    windows = plan(GRID, [(9, 70)], most_pixels, 4).windows
    with reader(observations) as source:
        table, found = extraction.extract(selection, GRID, windows, layout, source)
    paths = [tmp_path / "one.tif", tmp_path / "two.tif"]
    for threads, path in enumerate(paths, 1):
        with reader(observations, threads) as source:
            feature_map.write([WHOLE], source, layout, GRID, path, {})
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with rasterio.open(paths[0]) as dataset:
        assert list(dataset.descriptions) == layout.names
        assert set(dataset.block_shapes) == {(feature_map.BLOCK_ROWS, 256)}
        assert (dataset.nodata, dataset.scales[0], dataset.scales[-1]) == (-10000, 0.0001, 0.1)
        values = dataset.read()
    np.testing.assert_array_equal(found, values[:, table.row, table.column].T)


def test_a_window_takes_more_memory_with_functions(whole_part):
    layout = Layout((SENSOR,), whole_part)
    assert (layout.margin_px, Layout((SENSOR,)).margin_px) == (4, 0)
    # Six arrays of the four dates, four results of eight bytes, and six features.
    assert (layout.bytes_per_pixel, Layout((SENSOR,)).bytes_per_pixel) == (4 * 6 * 4 + 8 * 4 + 2 * 6, 0)
    assert resources.function_bytes(6, len(OUTPUTS), 6) >= layout.bytes_per_pixel


def test_an_index_takes_no_copy_of_the_series():
    """Of all bands, beside the array that it returns: functions hold many of these at a time."""
    dates = tuple(datetime.date(2018, 1, 1) + datetime.timedelta(days=5 * observation) for observation in range(20))
    names = [f"B{band}" for band in range(1, 11)]
    sensor = sensor_features.of_sensor("s", names, {"B4": "R", "B8": "N"}, True, [], dates, OUTPUTS)
    window = Window(0, 0, 400, 500)
    values = np.random.default_rng(1).integers(0, 5000, (20, 10, window.pixels)).astype(np.int16)
    grid = dataclasses.replace(GRID, rows=400, columns=500)
    series = {"s": SeriesWindow(values, np.ones((20, window.pixels), bool))}
    data = WindowData(TileData(grid, {"s": sensor}), window, series, {})
    for name in ("NDVI", "brightness"):
        data.index("s", name)  # which compiles
        tracemalloc.start()
        data.index("s", name)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 * len(dates) * window.pixels, f"{name}: {peak / 1e6:.0f} MB"


def test_wanted_pixels_grow_by_the_margin():
    window = Window(5, 5, 20, 30)
    read = GRID.padded(window, 7)
    assert read == Window(0, 0, 32, 42)
    wanted = np.random.default_rng(4).random((20, 30)) < 0.01
    there = np.zeros((32, 42), bool)
    there[5:25, 5:35] = wanted
    expected = ndimage.binary_dilation(there, np.ones((15, 15), bool))
    np.testing.assert_array_equal(features.with_margin(wanted, window, read, 7), expected)


def test_a_tile_that_returns_something_else_is_an_error(observations, whole_part):
    other = dataclasses.replace(whole_part, expected=whole_part.expected | {"other": ("clear",)})
    with reader(observations) as source:
        (vectors,) = features.stream(source, Layout((), other), GRID, [Window(0, 0, 9, 9)])
        with pytest.raises(InputError, match=r"`mixed` of .*my\.py: returned \['clear', 'height'\] where it had"):
            vectors.stack(np.arange(3))


def test_good_functions_pass_and_tell_their_names(observations, whole_part):
    with reader(observations) as source:
        found = function_checks.check(whole_part.functions, TILE, source, Window(10, 0, 60, 60))
    assert found == whole_part.expected


BAD = {
    "return np.zeros((3, 3)), 'a'": r"`a` has the shape \(3, 3\); the window has",
    "return np.zeros((2, *data.shape)), ['a']": "returned 2 arrays with 1 names",
    "return np.zeros((2, *data.shape)), ['a', 'a']": "the same name twice",
    "return np.zeros(data.shape), ['a b']": "the name 'a b' of a result must be of letters",
    "return np.zeros(data.shape)": "returned ndarray; it must return an array with the names",
    "return {}": "returned nothing",
    "return {'a': np.full(data.shape, 'x')}": "must be numeric",
    "return {'a': np.full(data.shape, np.nan)}": r"`a` is NaN or infinite at 2\d+ of 2\d+ pixels",
    "return {'a': np.full(data.shape, data.raw('s', 'B4')[0])}": "`a` is NaN or infinite at",
    "return {'a': np.full(data.shape, np.nanmean(data.raw('s', 'B4')))}": "`a` depends on the window at",
    "red = np.nan_to_num(data.interpolated('s', 'B4')[0])\n    return {'a': ndimage.maximum_filter(red, 7)}": (
        r"`a` depends on the window at \d+ of 625 pixels; .* \(here 1\)"
    ),
    "return {'a': data.x}": r"`a` times `scale` exceeds 32767 at 2\d+ of 2\d+ pixels; choose a smaller `scale`",
    "return {str(data.shape[0]): np.zeros(data.shape)}": r"returned \['\d+'\] for one window and \['\d+'\] for",
    "data.masks('s')[:] = True; return {}": r"bad\.py, line 5: ValueError: assignment destination is read-only",
    "return 1 / 0": r"functions: `bad` of .*bad\.py: .*bad\.py, line 5: ZeroDivisionError: division by zero",
    "raise SystemExit(3)": "line 5: SystemExit: 3",
    "return data.index('s', 'NOPE')": "line 5: InputError: features.indices: spyndex has no index `NOPE`",
}


@pytest.fixture
def clear_looks(observations):
    """The looks of a tile without a cloud: nothing of it is ever NaN."""
    return [dataclasses.replace(observation, masks=()) for observation in observations[0]], observations[1]


def test_a_running_sum_that_carries_what_is_not_read_is_told(clear_looks, tmp_path):
    """Of samples, only the pixels around them are read: one NaN in a running sum stays in all that follow."""
    body = "return {'a': ndimage.uniform_filter(data.interpolated('s', 'B4')[0].astype(float), 7)}"
    text = f"from scipy import ndimage\n\ndef bad(data):\n    {body}\n"
    function = user_function(tmp_path, text, "bad", padding_px=3)
    with reader(clear_looks) as source, pytest.raises(InputError, match=r"`a` differs at \d+ of \d+ pixels if"):
        function_checks.check([function], TILE, source, Window(20, 10, 50, 50))


@pytest.mark.parametrize("padding_px", [0, 3, 40])
def test_pixels_are_tried_among_others_that_are_not_read(padding_px):
    window = Window(20, 10, 50, 50)
    there = function_checks.scattered(window, padding_px)
    read = features.with_margin(there, window, GRID.padded(window, padding_px), padding_px)
    assert there.shape == (50, 50)
    assert there.any()
    assert not read.all()


@pytest.mark.parametrize("body", BAD)
def test_bad_functions_are_told(observations, tmp_path, body):
    path = tmp_path / "bad.py"
    path.write_text(f"import numpy as np\nfrom scipy import ndimage\n\ndef bad(data):\n    {body}\n")
    functions = user_functions.functions_of(
        [FunctionSettings(file=str(path), name="bad", padding_px=1)], GRID, "T", "2018"
    )
    with reader(observations) as source, pytest.raises(InputError, match=BAD[body]):
        function_checks.check(functions, TILE, source, Window(20, 10, 50, 50))


def test_all_functions_that_fail_are_named(observations, tmp_path):
    text = "def one(data):\n    return 1\n\n\ndef two(data):\n    return 2\n"
    functions = [user_function(tmp_path, text, name) for name in ("one", "two")]
    with reader(observations) as source, pytest.raises(InputError) as caught:
        function_checks.check(functions, TILE, source, Window(0, 0, 20, 20))
    assert [line[:28] for line in str(caught.value).splitlines()] == [
        f"features.functions: `{name}` of" for name in ("one", "two")
    ]


def test_a_result_may_be_kept_alone(observations, tmp_path):
    data, _ = window_data(observations, Window(0, 0, 9, 9))
    kept = user_function(tmp_path, GOOD, "blurred", keep=["red2", "red0"])
    assert list(kept.results(data)) == ["red0", "red2"]
    with pytest.raises(InputError, match=r"`keep` has \['green'\], which it does not return; it returns \['red0'"):
        user_function(tmp_path, GOOD, "blurred", keep=["green"]).results(data)


def test_the_window_that_is_tried_is_that_where_most_is_seen():
    validity = np.zeros((300, 300), np.int16)
    validity[150:200, 150:290] = 3
    grid = dataclasses.replace(GRID, rows=300, columns=300)
    assert function_checks.best_window(validity, grid) == Window(128, 128, 128, 128)
    assert function_checks.amid(Window(128, 128, 128, 128)) == Window(160, 160, 64, 64)


@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"a": 5}'])
def test_names_that_are_none(tmp_path, content):
    path = tmp_path / "functions.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"functions\.json: does not contain the results of the functions"):
        user_functions.read_names(path, ["a"])


def test_only_functions_leaves_the_rasters_without_time(observations, tmp_path):
    (tmp_path / "my.py").write_text(GOOD)
    names = tmp_path / "functions.json"
    function_checks.write({"blurred": ["red0"]}, names)
    section = {"file": str(tmp_path / "my.py"), "name": "blurred"}
    settings = FeatureSettings(functions=[FunctionSettings(**section)], only_functions=True)
    parts = (SENSOR, StaticFeature("height"))
    pipeline = TilePipeline({"s": observations[0]}, Layout(parts), {"s": list(OUTPUTS)}, {"s": "nearest"}, {"s": 2})
    made = user_functions.with_functions(pipeline, settings, GRID, "T", "2018", names)
    assert made.layout.names == ["height", "blurred_red0"]
    assert made.layout.parts[0] == features.ValidityOnly("s")


def test_arguments_are_the_same_at_each_call(observations, tmp_path):
    body = "seen.append(1)\n    return np.full(data.shape, len(seen)), 'a'"
    text = f"import numpy as np\n\ndef fun(data, seen):\n    {body}\n"
    data, _ = window_data(observations, Window(0, 0, 9, 9))
    function = user_function(tmp_path, text, "fun", arguments={"seen": []})
    assert [function.results(data)["a"][0, 0] for _ in range(2)] == [1, 1]


def test_masked_values_are_missing():
    masked = np.ma.masked_array(np.ones((2, 2), np.int16), mask=[[True, False], [False, False]])
    expected = np.array([[np.nan, 1], [1, 1]])
    for returned in ({"a": masked}, (masked, "a"), (masked[np.newaxis], ["a"]), ([masked], ["a"])):
        np.testing.assert_array_equal(user_functions.layers(returned, (2, 2))["a"], expected)
    whole = user_functions.layers({"a": np.ma.masked_array(np.ones((2, 2), bool))}, (2, 2))["a"]
    np.testing.assert_array_equal(whole, np.ones((2, 2)))


def test_two_functions_whose_results_would_have_one_name(observations, tmp_path):
    text = "import numpy as np\n\ndef a(data, names):\n    return {name: np.zeros(data.shape) for name in names}\n"
    functions = [
        user_function(tmp_path, text, "a", prefix=prefix, arguments={"names": names})
        for prefix, names in (("a", ["x", "b_c"]), ("a_b", ["c"]))
    ]
    message = "features.functions: `a_b_c` is made by a and by a_b; give one another `prefix`"
    with reader(observations) as source, pytest.raises(InputError, match=message):
        function_checks.check(functions, TILE, source, Window(0, 0, 20, 20))


def test_a_result_that_is_named_as_a_feature_of_a_sensor(observations, tmp_path):
    text = "import numpy as np\n\ndef t(data):\n    return {'u_B4_20180215': np.zeros(data.shape)}\n"
    sensor = sensor_features.of_sensor("t_u", ["B4"], {}, True, [], DATES, OUTPUTS)
    tile = TileData(GRID, {"t_u": sensor})
    source = TileReader(
        {"t_u": [one_band(observation) for observation in observations[0]]}, GRID, {"t_u": "nearest"}, 2
    )
    message = "features.functions: `t_u_B4_20180215` is made by the sensors and by t; give one another `prefix`"
    with source, pytest.raises(InputError, match=message):
        function_checks.check([user_function(tmp_path, text, "t")], tile, source, Window(0, 0, 20, 20))


def one_band(observation):
    return dataclasses.replace(observation, sensor="t_u", bands=observation.bands[:1])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("texture", {"deviation": np.nan}), ("observations", {"clear": 0, "gap": np.nan})],
)
def test_examples_go_where_an_optional_sensor_sees_nothing(name, expected):
    sensor = sensor_features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, [], (), OUTPUTS)
    window = Window(0, 0, 8, 9)
    series = {"s": SeriesWindow(np.empty((0, 2, window.pixels), np.int16), np.empty((0, window.pixels), bool))}
    arguments = {"sensor": "s"} | ({"radius_px": 3} if name == "texture" else {})
    section = FunctionSettings(file=str(ROOT / "config/examples/my_functions.py"), name=name, arguments=arguments)
    (function,) = user_functions.functions_of([section], GRID, "T", "2018")
    found = function.results(WindowData(TileData(GRID, {"s": sensor}), window, series, {}))
    assert list(found) == list(expected)
    for result, value in expected.items():
        np.testing.assert_array_equal(found[result], np.full(window.pixels, value).reshape(8, 9))
