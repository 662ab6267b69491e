import numpy as np

from landloom.timeseries.settings import METHODS
from making import sensor_features, stacked

NONE = {"method": "none"}
LETTERS = {"B4": "R", "B8": "N"}


def test_values_and_flags_of_each_date():
    values = np.array([[10, 20], [100, 300], [201, 600], [7, 8]], np.int16).reshape(4, 2, 1).repeat(4, 2)
    valid = np.array([[1, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0]], bool)
    days = [3, 5, 5, 9]  # two looks on day 5; day 9 is not wanted; day 4 is one of another tile
    part = sensor_features(days, [3, 4, 5], letters=LETTERS, interpolation=NONE, indices=["NDVI"])
    found, seen = stacked(part, values, valid)
    names = ["B4_03", "B8_03", "B4_04", "B8_04", "B4_05", "B8_05", "NDVI_03", "NDVI_04", "NDVI_05"]
    names += ["mask_03", "mask_04", "mask_05"]
    assert [name.replace("s_", "").replace("197001", "") for name in part.names] == [
        f"{name[:-2]}{int(name[-2:]) + 1:02}" for name in names
    ]
    lacking = -10000
    assert found[0].tolist() == [10, 20, lacking, lacking, 151, 450, 333, lacking, 498, 0, 2, 0]
    assert found[1].tolist() == [lacking, lacking, lacking, lacking, 100, 300, lacking, lacking, 500, 1, 2, 0]
    assert found[2].tolist() == [10, 20, *[lacking] * 4, 333, lacking, lacking, 0, 2, 1]
    assert found[3].tolist() == [lacking] * 12  # never seen: flags, too
    assert seen.tolist() == [True, True, True, False]


def test_a_pixel_that_is_clear_on_other_days_alone_is_not_seen():
    values = np.array([70, 80], np.int16).reshape(2, 1, 1).repeat(3, 2)
    valid = np.array([[1, 1, 0], [0, 1, 1]], bool)
    part = sensor_features([1, 5], [5], band_names=["B4"], interpolation=NONE)
    found, seen = stacked(part, values, valid)
    assert found.tolist() == [[-10000, -10000], [80, 0], [80, 0]]
    assert seen.tolist() == [False, True, True]


def test_statistics_are_of_the_clear_looks_alone():
    values = np.array([10, 50, 30], np.int16).reshape(3, 1, 1).repeat(3, 2)
    valid = np.array([[1, 1, 0], [0, 1, 0], [1, 1, 1]], bool)
    wanted = [{"of": ["B4"], "kinds": ["min", "max", "mean", "p50", "day_of_max", "amplitude"], "only": True}]
    part = sensor_features([0, 1, 2], [0, 1], band_names=["B4"], interpolation=NONE, statistics=wanted)
    found, _ = stacked(part, values, valid)
    assert part.names[2:] == [f"s_B4_{kind}" for kind in wanted[0]["kinds"]]
    assert found[:, 2:].tolist() == [[10, 10, 10, 10, 1, 0], [10, 50, 30, 30, 2, 40], [-10000] * 6]


def test_every_method_and_statistic_does_without_looks():
    wanted = [{"of": ["B4", "NDVI"], "kinds": ["min", "max", "mean", "amplitude", "p5", "p50", "day_of_max"]}]
    for method in METHODS:
        part = sensor_features(
            [],
            range(0, 90, 10),
            letters=LETTERS,
            indices=["NDVI"],
            statistics=wanted,
            interpolation={"method": method},
        )
        found, seen = stacked(part, np.empty((0, 2, 300), np.int16), np.empty((0, 300), bool))
        assert found.shape == (300, len(part.names))
        assert (found == -10000).all()
        assert not seen.any()
