import datetime
from types import SimpleNamespace

import pytest

from landloom.core.errors import InputError
from landloom.models import transfer
from landloom.timeseries import output_dates


def days(*texts):
    return [datetime.date.fromisoformat(text) for text in texts]


PERIOD = tuple(days("2020-01-01", "2020-12-31"))
TRAINED = '{"s2": ["2018-02-01", "2018-03-03"], "s2_b": ["2018-05-01"]}'
NAMES = ("s2_B4_20180201", "s2_B4_20180303", "s2_NDVI_20180201", "s2_NDVI_20180303", "s2_b_B4_20180501")
MODEL = SimpleNamespace(feature_names=NAMES, metadata={output_dates.MODEL_TAG: TRAINED})
MOVED = {"s2": days("2020-02-01", "2020-03-03"), "s2_b": days("2020-05-01")}


def test_a_model_fits_the_same_features_of_another_year():
    names = [name.replace("2018", "2020") for name in NAMES]
    transfer.check_model("m.npz", MODEL, names, MOVED)
    transfer.check_model("m.npz", MODEL, NAMES, {"s2": days("2018-02-01", "2018-03-03"), "s2_b": days("2018-05-01")})


def test_features_that_differ_are_named_by_the_dates_of_the_map():
    names = [name.replace("2018", "2020") for name in NAMES]
    with pytest.raises(
        InputError, match=r"m\.npz: .*1 missing \(s2_NDVI_20200303\); 1 unexpected \(s2_EVI_20200303\)"
    ):
        transfer.check_model("m.npz", MODEL, [*names[:3], "s2_EVI_20200303", names[4]], MOVED)
    with pytest.raises(InputError, match=r"5 missing .*s2_B4_20180201"):
        transfer.check_model("m.npz", MODEL, ["x"], {"s2": days("2020-02-01"), "s3": days("2020-02-01")})
    with pytest.raises(InputError, match=r"m\.npz: has no record of its output dates"):
        transfer.check_model("m.npz", SimpleNamespace(feature_names=(), metadata={}), [], {})


def test_names_of_a_sensor_whose_name_begins_as_anothers():
    trained = {"a": days("2018-01-01"), "a_b": days("2018-01-01")}
    dates = {"a": days("2019-01-01"), "a_b": days("2019-01-02")}
    names = ("a_x_20180101", "a_b_x_20180101", "a_x_20180102", "other_20180101")
    assert transfer.names_on(names, trained, dates) == (
        "a_x_20190101",
        "a_b_x_20190102",
        "a_x_20180102",
        "other_20180101",
    )


def test_undated_names_stay_as_they_are():
    trained, dates = {"s2": days("2018-02-01")}, {"s2": days("2020-02-02")}
    names = ("s2_B4_20180201", "s2_mask_20180201", "s2_NDVI_p10", "s2_NDVI_day_of_max", "altitude")
    moved = ("s2_B4_20200202", "s2_mask_20200202", *names[2:])
    assert transfer.names_on(names, trained, dates) == moved


def kept(*dates):
    return {"m": {output_dates.MODEL_TAG: str({"s": list(dates)}).replace("'", '"')}}


@pytest.mark.parametrize(
    ("trained", "period", "expected"),
    [
        (["2020-01-05", "2020-02-29"], ("2021-01-01", "2021-12-31"), ["2021-01-05", "2021-02-28"]),
        (["2020-01-05", "2020-02-29"], ("2024-01-01", "2024-12-31"), ["2024-01-05", "2024-02-29"]),
        (
            ["2020-02-28", "2020-02-29", "2020-03-05"],
            ("2021-01-01", "2021-12-31"),
            ["2021-02-28", "2021-03-01", "2021-03-05"],
        ),
        (["2017-10-15", "2018-06-01"], ("2019-10-01", "2020-09-30"), ["2019-10-15", "2020-06-01"]),
        (["2018-06-01"], ("2016-01-01", "2019-12-31"), ["2018-06-01"]),
        (["2018-06-01"], ("2010-01-01", "2012-12-31"), ["2012-06-01"]),
        (["2018-06-01"], ("2020-01-01", "2022-12-31"), ["2020-06-01"]),
    ],
)
def test_dates_move_by_the_fewest_whole_years(trained, period, expected):
    assert output_dates.dates_of_models(kept(*trained), tuple(days(*period))) == {"s": expected}


def test_every_date_stays_another_day():
    trained = kept("2020-02-28", "2020-02-29", "2020-03-01", "2020-03-05")
    moved = output_dates.dates_of_models(trained, tuple(days("2021-01-01", "2021-12-31")))
    assert moved == {"s": ["2021-02-28", "2021-03-01", "2021-03-02", "2021-03-05"]}


def test_dates_that_fit_in_no_year():
    with pytest.raises(InputError, match=r"m: was trained with dates from 2018-01-05 to 2018-12-01, .* in no year"):
        output_dates.dates_of_models(kept("2018-01-05", "2018-12-01"), tuple(days("2020-03-01", "2020-12-31")))


def test_embeddings_of_another_model_are_refused():
    model = SimpleNamespace(metadata={transfer.MODEL_TAG: '{"own": "a 1"}'})
    transfer.check_embeddings("m.npz", model, {"own": "a 1", "other": "b"})
    transfer.check_embeddings("m.npz", model, {})
    transfer.check_embeddings("m.npz", SimpleNamespace(metadata={}), {"own": "a 2"})
    with pytest.raises(InputError, match=r"m\.npz: was trained with embeddings of `a 1`, .*sensors.own are of `a 2`"):
        transfer.check_embeddings("m.npz", model, {"own": "a 2"})
    with pytest.raises(InputError, match=r"m\.npz: does not tell"):
        transfer.check_embeddings("m.npz", SimpleNamespace(metadata={transfer.MODEL_TAG: "["}), {"own": "a 2"})
