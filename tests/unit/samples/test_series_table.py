"""A table of series trains as the pixels that it was exported from."""

import datetime
import itertools

import numpy as np
import pandas as pd
import pytest

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.features import sensor_features
from landloom.features.assembly import Sources
from landloom.features.pipeline import SensorSource
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow
from landloom.samples import series_table, table_columns, table_features, table_units
from landloom.samples.series_table import Meaning
from landloom.samples.table_settings import TableSettings

LONG = {"layout": "long", "use": "add", "label": "crop", "id": "sample", "date": "day"}
WIDE = {"layout": "wide", "use": "add", "label": "crop"}
BANDS = {"s2": ["B4", "B8"]}
YEAR = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
DATES = [datetime.date(2018, 1, 5) + datetime.timedelta(days=12 * n) for n in range(30)]
OUTPUTS = [datetime.date(2018, 2, 1) + datetime.timedelta(days=20 * n) for n in range(14)]


def meaning(sensors=BANDS, regions=("all",)):
    return Meaning(sensors, {"1": 1, "forêt": 2}, regions, YEAR)


def read(path, sensors=BANDS, regions=("all",), **given):
    return series_table.read(str(path), TableSettings(file=str(path), **given), meaning(sensors, regions))


def write(frame, path):
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(path, index=False)
    return path


def made_series(bands, pixels=70):
    """Return values and validity of some pixels of each sensor, with clouds, and missing bands."""
    rng = np.random.default_rng(4)
    found = {}
    for sensor, names in bands.items():
        values = rng.integers(-200, 9000, (len(DATES), len(names), pixels)).astype(np.int16)
        valid = rng.random((len(DATES), pixels)) < 0.5
        valid[:, 0] |= True  # a pixel that shows all dates: smoothing has a node on each
        found[sensor] = SeriesWindow(values, valid)
    return found


def exported(series, bands, layout):
    """Return the valid observations of all pixels as an export has them."""
    several = len(bands) > 1
    names = {(sensor, band): f"{sensor}_{band}" if several else band for sensor in bands for band in bands[sensor]}
    pixels = next(iter(series.values())).valid.shape[1]
    columns = {
        names[sensor, band]: np.where(series[sensor].valid, series[sensor].values[:, place].astype(float), np.nan)
        for sensor in bands
        for place, band in enumerate(bands[sensor])
    }
    labels = [("01", "fore\u0302t")[pixel % 2] for pixel in range(pixels)]
    if layout == "wide":
        dated = {
            f"{name}_{date:%Y%m%d}": values[place]
            for name, values in columns.items()
            for place, date in enumerate(DATES)
        }
        return pd.DataFrame({"crop": labels, **dated})
    rows = list(itertools.product(range(pixels), range(len(DATES))))
    pixel, date = (np.array(some) for some in zip(*rows, strict=True))
    table = pd.DataFrame({"sample": [f"p{one}" for one in pixel], "day": [str(DATES[one]) for one in date]})
    table = table.assign(crop=[labels[one] for one in pixel])
    table = table.assign(**{name: values[date, pixel] for name, values in columns.items()})
    # As an export has them: in no order, without the rows of clouds.
    table = table[table[list(columns)].notna().any(axis=1)]
    return table.sample(frac=1, random_state=1) if layout == "long" else table


@pytest.mark.parametrize("layout", ["long", "wide"])
@pytest.mark.parametrize(
    ("method", "suffix"),
    [
        ("linear", ".parquet"),
        ("linear", ".csv"),
        ("whittaker", ".parquet"),
        ("savitzky_golay", ".csv"),
        ("none", ".csv"),
    ],
)
def test_exported_samples_have_the_features_of_their_pixels(method, suffix, layout, tmp_path):
    """Byte for byte, by every method of interpolation."""
    bands = BANDS if method == "linear" else {"l8": ["red"], "s2": ["B4", "B8"]}
    settings = FeatureSettings(interpolation={"method": method})
    outputs = dict.fromkeys(bands, DATES if method == "none" else OUTPUTS)
    letters = {"B4": "R", "B8": "N", "red": "R"}
    sources = Sources(
        {
            name: SensorSource(SensorBands(name, tuple(some), {band: letters[band] for band in some}), "nearest")
            for name, some in bands.items()
        },
        {},
        settings,
    )
    series = made_series(bands)
    layout_of_tile = Layout(
        tuple(
            sensor_features.of_settings(source.bands, settings, DATES, outputs[name])
            for name, source in sources.sensors.items()
        )
    )
    pixels = np.arange(next(iter(series.values())).valid.shape[1])
    expected, _ = layout_of_tile.of_window(Window(0, 0, 1, len(pixels)), series).stack(pixels)
    path = write(exported(series, bands, layout), tmp_path / f"t{suffix}")
    table = read(path, bands, **(LONG if layout == "long" else WIDE))
    found = table_features.features(table, sources, outputs)
    names = pd.read_csv(path)["sample"] if layout == "long" and suffix == ".csv" else None
    order = np.arange(len(pixels))
    if layout == "long":
        texts = names if names is not None else pd.read_parquet(path)["sample"]
        order = np.array([int(text[1:]) for text in pd.unique(texts)])
    assert found.names == layout_of_tile.names
    assert found.matrix.tobytes() == expected[order].tobytes()
    assert table.codes.tolist() == [1 + pixel % 2 for pixel in order]
    valid = sum(one.valid.sum(axis=0) for one in series.values())
    assert found.observations.tolist() == valid[order].tolist()


def small(**changes):
    columns = {
        "sample": ["a", "a", "b", "b"],
        "day": ["2018-03-01", "20180401", "2018-03-01T10:30:00", "2018-05-01"],
        "crop": ["1", "1.0", "forêt", "forêt"],
        "B4": [1000, 1200, 800, 900],
        "B8": [3000, 3200, 2800, 2900],
    }
    return pd.DataFrame(columns | changes)


def test_a_small_table(tmp_path):
    path = write(small(zone=["Nord"] * 2 + ["sud"] * 2, field=["x", "x", "x", "x"]), tmp_path / "t.csv")
    table = read(path, regions=("sud", "nord"), region="zone", group="field", **LONG)
    assert table.codes.tolist() == [1, 2]
    assert table.numbers.tolist() == [2, 1]
    assert table.groups.tolist() == [0, 0]
    assert table.observations.values.tolist() == [[1000, 3000], [1200, 3200], [800, 2800], [900, 2900]]
    described = table_features.described(table, np.array([2, 2]))
    assert described.polygon.tolist() == [table_features.FIRST_GROUP] * 2


def test_names_scale_and_missing_values(tmp_path):
    frame = small(B4=[0.1, 65535, 0.08, 0.09], B8=[0.3, 0.32, None, 0.29]).rename(columns={"B4": "red"})
    path = write(frame, tmp_path / "t.parquet")
    table = read(path, **LONG, bands={"B4": "red"}, scale=1, nodata=65535)
    found = table.observations.values.tolist()
    assert found == [[1000, 3000], [NODATA, 3200], [800, NODATA], [900, 2900]]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_forms_of_other_programs(suffix, tmp_path):
    """Samples of sits, with their series unnested, and of WorldCereal."""
    frame = small(day=pd.to_datetime(["2018-03-01", "2018-04-01", "2018-03-01", "2018-05-01"]))
    sits = frame.rename(columns={"day": "Index", "crop": "label", "B4": "B04", "B8": "B08"})
    sits = sits.assign(longitude=1.5, B04=sits.B04 / 10000, B08=sits.B08 / 10000)
    keys = {"layout": "long", "use": "add", "id": "sample"}
    names = {"B4": "B04", "B8": "B08"}
    found = read(
        write(sits, tmp_path / f"s{suffix}"), **keys, date="Index", label="label", scale=1, bands=names
    ).observations.values
    assert found.tolist() == [[1000, 3000], [1200, 3200], [800, 2800], [900, 2900]]
    names = {"B4": "S2-L2A-B04", "B8": "S2-L2A-B08"}
    cereal = frame.rename(columns={"day": "timestamp", "crop": "ewoc_code", **names})
    cereal.loc[1, "S2-L2A-B08"] = 65535
    found = read(
        write(cereal, tmp_path / f"w{suffix}"), **keys, date="timestamp", label="ewoc_code", nodata=65535, bands=names
    ).observations.values
    assert found.tolist() == [[1000, 3000], [1200, NODATA], [800, 2800], [900, 2900]]


BAD = {
    "band": ({}, {"drop": "B8"}, r"lacks the column `B8`.*it has \['sample'"),
    "name": ({"bands": {"B9": "x"}}, {}, r"bands: `B9` .*not among the bands \['B4', 'B8'\]"),
    "empty": ({}, {"B8": [None] * 4}, "has no value of band B8 of s2"),
    "late": ({}, {"day": ["2018-03-01", "2019-01-01", "2018-03-01", "2018-05-01"]}, r"outside of .*\['2019-01-01'\]"),
    "date": ({}, {"day": ["2018-03-01", "1 May", "2018-03-01", "2018-05-01"]}, r"`day` has \['1 May'\]; dates as"),
    "no date": ({}, {"day": ["2018-03-01", "", "2018-03-01", "2018-05-01"]}, "`day` has"),
    "label": ({}, {"crop": ["1", "1", "Foret", "Foret"]}, r"label `Foret` \(did you mean `forêt`\?\) not in the nom"),
    "no label": ({}, {"crop": ["1", "1", "", ""]}, "sample b has no `crop`"),
    "labels": ({}, {"crop": ["1", "forêt", "1", "1"]}, "sample a has two values of `crop`"),
    "twice": ({}, {"day": ["2018-03-01"] * 4}, "sample a has two values of band B4 of s2 on 2018-03-01"),
    "text": ({}, {"B4": ["1000", "n/a", "800", "900"]}, "`B4` has 'n/a', which is no number"),
    "scale": ({"scale": 1}, {}, r"`B4` has 1000, by `scale` 1 the reflectance 1000; mend `scale`"),
    "infinite": ({}, {"B4": ["1000", "inf", "800", "900"]}, "`B4` has inf"),
    "region": ({"region": "crop"}, {}, "region `1`, `forêt` not in"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_tables_are_refused(fault, tmp_path):
    keys, columns, message = BAD[fault]
    frame = small(**{key: value for key, value in columns.items() if key != "drop"})
    path = write(frame.drop(columns=columns.get("drop", [])), tmp_path / "t.csv")
    with pytest.raises(InputError, match=rf"(?s)^samples.table.*{message}"):
        read(path, **LONG | keys)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-03-01", 17591),
        ("20180301", 17591),
        (" 2018-03-01 10:30:00+00:00", 17591),
        ("20180301.0", 17591),
        ("2018-02-30", None),
        ("201803011", None),
        ("20180301_b", None),
        ("01/03/2018", None),
    ],
)
def test_days(text, expected):
    assert table_columns.day_of(text) == expected


def wide(**changes):
    return pd.DataFrame({"crop": ["1", "forêt"], "B4_20180301": [1000, 800], "B8_2018-03-01": [3000, 2800]} | changes)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (wide(B4_20180401=[1, 2]), "only one of B4 and B8 has a column of 2018-04-01"),
        (wide().drop(columns="B8_2018-03-01"), "lacks columns `B8_<date>`"),
        (wide(**{"B4_2018-03-01": [1, 2]}), "columns of `B4` are of a date that another has"),
        (wide(B4_20170301=[1, 2], B8_20170301=[1, 2]), "dates outside of 2018-01-01 to 2018-12-31"),
    ],
)
def test_bad_wide_tables_are_refused(frame, message, tmp_path):
    assert read(write(wide(), tmp_path / "t.csv"), **WIDE).observations.values.tolist() == [[1000, 3000], [800, 2800]]
    with pytest.raises(InputError, match=f"^samples.table: .*{message}"):
        read(write(frame, tmp_path / "t.csv"), **WIDE)


def test_files_that_are_no_tables(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"nothing")
    with pytest.raises(InputError, match="is neither a parquet file nor a CSV file in UTF-8"):
        read(tmp_path / "t.parquet", **LONG)
    (tmp_path / "t.csv").write_text("sample;day;crop;B4;B8\n")
    with pytest.raises(InputError, match="has no row"):
        read(tmp_path / "t.csv", **LONG)


@pytest.mark.parametrize(
    ("of_table", "refused"),
    [((800, 3000), False), ((300, 250), False), ((8000, 7000), False), ((8, 30), True), ((8000, 30000), True)],
)
def test_units_are_those_of_the_archive(of_table, refused):
    """Water and snow differ from land in some bands, another unit in all."""
    keys = [("s2", "B4"), ("s2", "B8")]
    archive = dict(zip(keys, (900.0, 2800.0), strict=True))
    table = dict(zip(keys, map(float, of_table), strict=True))
    if refused:
        with pytest.raises(InputError, match=r"another unit than the archive's: .* s2_B4 is .*, in the archive 0.09"):
            table_units.check(table, archive)
    else:
        table_units.check(table, archive)
    table_units.check(table, {})


def test_medians_are_of_valid_values(tmp_path):
    grid = Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 100, 100)
    assert table_units.windows(grid, 1) == table_units.windows(grid, 1)
    values = np.array([[[10, 500], [20, 20]]], np.int16)
    one = {"s2": SeriesWindow(values, np.array([[True, False]]))}
    keys = [("s2", "B4"), ("s2", "B8")]
    assert table_units.medians_of_windows([one, one], keys) == {keys[0]: 10.0, keys[1]: 20.0}
    table = read(write(small(B4=[1000, None, 800, 900]), tmp_path / "t.parquet"), **LONG)
    assert table_units.medians_of_table(table)["s2", "B4"] == 900
