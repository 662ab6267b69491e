import datetime
import itertools

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.configuration import configuration
from landloom.core.errors import InputError
from landloom.geo import region_settings
from landloom.timeseries import output_dates
from running import LEAST, ROOT

KEYS = sorted(configuration.Configuration.model_fields)


def lines(content):
    with pytest.raises(InputError) as caught:
        configuration.parse(content)
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize(
    "path",
    [
        "config/config.yaml",
        "config/examples/romania.yaml",
        "config/examples/tree_cover.yaml",
        "config/examples/minimal.yaml",
        "config/examples/fusion.yaml",
        "config/examples/functions.yaml",
        "config/examples/features.yaml",
        "config/examples/sensors.yaml",
        "config/examples/radar.yaml",
        "config/examples/vectors.yaml",
        "config/examples/network.yaml",
        "config/examples/objects.yaml",
    ],
)
def test_shipped_configurations(path):
    configuration.parse(yaml.safe_load((ROOT / path).read_text()))


def test_all_errors_at_once_each_naming_its_key():
    wrong = {
        **LEAST,
        "tilez": [],
        "runs": 0,
        "reference": {"file": "r.shp", "field": "code", "train_fraction": 1.5},
        "sensors": {"s2": {"type": "sentinel2_theia", "archive": "a", "bands": ["B1"], "stepdays": 4}},
    }
    found = lines(wrong)
    assert [line.strip().split(":")[0] for line in found] == [
        "sensors.s2.bands",
        "sensors.s2.stepdays",
        "reference.train_fraction",
        "runs",
        "tilez",
    ]
    assert "did you mean step_days?" in found[1]
    assert "did you mean tile" in found[4]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"years": {}}, "years"),
        ({"years": {1800: None}}, "years"),
        ({"years": {2018: {"start": "2018-12-01", "end": "2018-01-01"}}}, "years"),
        ({"years": {2018: {"start": "2018-02-30"}}}, "years.2018.start"),
        ({"tiles": ["a/b"]}, "tiles[0]"),
        ({"tiles": ["A", "A"]}, "tiles"),
        ({"tile": "T00XXX"}, "configuration"),
        ({"samples": {"strategy": "total"}}, "samples"),
        ({"samples": {"number": 5}}, "samples"),
        ({"samples": {"strategy": "percent", "number": 5}}, "samples"),
        ({"samples": {"regions": {"a": {"strategy": "per_class"}}}}, "samples.regions.a"),
        ({"samples": {"augmentation": {"method": "smote", "amount": "minimum"}}}, "samples.augmentation"),
        ({"regions": {"file": "r", "field": "f", "names": ["Sud-Est", "sud est"]}}, "regions.names"),
        ({"sensors": {"x": {"type": "landsat"}}}, "sensors.x.type"),
        ({"model": {"trees": "many"}}, "model.trees"),
    ],
)
def test_single_errors(change, key):
    found = lines({**LEAST, **change})
    assert len(found) == 1
    assert found[0].strip().startswith(f"{key}: "), found


def test_periods_and_regions():
    parsed = configuration.parse({**LEAST, "years": {2018: {"start": "2017-10-01"}, 2019: None}})
    assert configuration.period_of(parsed, 2018) == (datetime.date(2017, 10, 1), datetime.date(2018, 12, 31))
    assert configuration.region_slugs(parsed) == ["all"]
    assert region_settings.region_slug("Côte d'Azur (Est)") == "cote-d-azur-est"


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(sorted(configuration.Configuration.model_fields)) | st.text(max_size=5),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_nothing_but_input_errors(content):
    if isinstance(content, dict):
        with pytest.raises(InputError):
            configuration.parse(content)


def date(text):
    return datetime.date.fromisoformat(text)


RANGES = {"A": (date("2018-01-11"), date("2018-12-20")), "B": (date("2018-02-01"), date("2018-11-03"))}
YEAR = (date("2018-01-01"), date("2018-12-31"))


def test_automatic_dates_extrapolate_nowhere():
    dates = output_dates.output_dates("s", output_dates.common_range(RANGES), ("auto", "auto"), 10, YEAR)
    assert dates[0] == date("2018-02-01")
    assert dates[-1] <= date("2018-11-03") < dates[-1] + datetime.timedelta(days=10)
    assert {(b - a).days for a, b in itertools.pairwise(dates)} == {10}


def test_given_dates():
    dates = output_dates.output_dates("s", output_dates.common_range(RANGES), ("03-01", "03-31"), 15, YEAR)
    assert [str(one) for one in dates] == ["2018-03-01", "2018-03-16", "2018-03-31"]
    season = (date("2017-10-01"), date("2018-09-30"))
    dates = output_dates.output_dates("s", output_dates.common_range(RANGES), ("10-15", "02-01"), 60, season)
    assert [str(one) for one in dates] == ["2017-10-15", "2017-12-14"]


def test_given_dates_in_long_and_autumn_periods():
    long = (date("2017-10-01"), date("2018-12-31"))
    dates = output_dates.output_dates("s", output_dates.common_range(RANGES), ("11-01", "12-31"), 30, long)
    assert (str(dates[0]), len(dates)) == ("2017-11-01", 15)
    autumn = (date("2019-10-01"), date("2020-09-30"))
    assert (
        str(output_dates.output_dates("s", output_dates.common_range(RANGES), ("02-29", "03-02"), 30, autumn)[0])
        == "2020-02-29"
    )


def test_no_common_dates():
    apart = {"A": RANGES["A"], "B": (date("2018-01-01"), date("2018-01-05"))}
    with pytest.raises(InputError, match=r"tile A starts on 2018-01-11, that of tile B ends on 2018-01-05"):
        output_dates.output_dates("s", output_dates.common_range(apart), ("auto", "auto"), 10, YEAR)
    with pytest.raises(InputError, match="`02-30` is not a day"):
        output_dates.output_dates("s", output_dates.common_range(RANGES), ("02-30", "auto"), 10, YEAR)


def test_dates_of_frozen_models():
    tag = output_dates.MODEL_TAG
    kept = {tag: '{"s2": ["2019-02-01", "2019-03-01"]}'}
    year = (datetime.date(2019, 1, 1), datetime.date(2019, 12, 31))
    assert output_dates.dates_of_models({"a": kept, "b": kept}, year) == {"s2": ["2019-02-01", "2019-03-01"]}
    with pytest.raises(InputError, match="b: was trained with other dates than a"):
        output_dates.dates_of_models({"a": kept, "b": {tag: '{"s2": ["2019-02-01"]}'}}, year)


@pytest.mark.parametrize("damage", [None, "", "[1]", '{"s": 5}', '{"s": ["2018"]}'])
def test_models_that_tell_no_dates(damage):
    with pytest.raises(InputError, match=r"m\.npz: has no record of its output dates"):
        output_dates.dates_of_models({"m.npz": {output_dates.MODEL_TAG: damage} if damage is not None else {}}, YEAR)


RADAR = {"type": "sentinel1_grd", "archive": "a", "dem": "d.tif", "heights": "ellipsoid"}


def test_radar_needs_the_grid_of_another_sensor_or_a_raster():
    radar = LEAST | {"sensors": {"r": RADAR}}
    assert any("grid.like: is needed" in line for line in lines(radar))
    assert configuration.parse(radar | {"grid": {"like": "{tile}.tif"}}).sensors["r"].UNIT == 100
    both = LEAST | {"sensors": {"r": RADAR, **LEAST["sensors"]}}
    assert configuration.parse(both).sensors["r"].copies
    assert any("images of r have no grid" in line for line in lines(both | {"grid": {"sensor": "r"}}))


def test_keys_with_another_name_are_known_by_it():
    found = lines(LEAST | {"sensors": {"r": RADAR | {"pasz": "ascending"}, **LEAST["sensors"]}})
    assert "sensors.r.pasz: unknown key (did you mean pass?)" in found[0]
    without = {key: value for key, value in RADAR.items() if key != "heights"}
    assert "sensors.r.heights" in lines(LEAST | {"sensors": {"r": without, **LEAST["sensors"]}})[0]
