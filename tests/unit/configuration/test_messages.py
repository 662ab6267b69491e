"""Errors of a configuration name the key as users write it, and what would be right."""

import pytest

from landloom.configuration import configuration
from landloom.configuration.configuration import ConfigurationError
from running import LEAST

SENSOR = LEAST["sensors"]["s2"]
NAME = "must be of letters (without accents), digits, - and _, a letter or digit first"
MODELS = "'random_forest', 'extra_trees', 'sklearn', 'network', 'frozen'"
FUNCTION = "must be a name of Python (letters, digits, _)"


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"tiles": ["a b"]}, [f"tiles[0]: {NAME}, not 'a b'"]),
        ({"tiles": ["a\n"]}, [f"tiles[0]: {NAME}, not 'a\\n'"]),
        ({"tiles": "T31"}, ["tiles: must be a list, not 'T31'; write [T31]"]),
        ({"years": [2018, 2019]}, ["years: must be a section of keys and values; write {2018: , 2019: }"]),
        (
            {"model": {"type": "random_forst"}},
            [f"model.type: must be one of {MODELS}, not 'random_forst' (did you mean random_forest?)"],
        ),
        # A misspelt type hides nothing.
        (
            {"model": {"type": "random_forst", "trees": 0}},
            [
                f"model.type: must be one of {MODELS}, not 'random_forst' (did you mean random_forest?)",
                "model.trees: must be above 0, not 0",
            ],
        ),
        ({"tile": 3}, ["tile: must be text or a list, not 3; put it in quotes"]),
        ({"years": {2018: {"start": "May"}}}, ["years.2018.start: must be a date as 2018-05-31, not 'May'"]),
        ({"runs": 2.5}, ["runs: must be a whole number, not 2.5"]),
        ({"rasters": {"d m": {"file": "x"}}}, [f"rasters.d m: {NAME}, not 'd m'"]),
        (
            {"nomenclature": None},
            ["nomenclature: is missing; name a CSV file of classes, or a number to map by `target`"],
        ),
        (
            {"features": {"functions": [{"file": "a.py", "name": "1x"}]}},
            [f"features.functions[0].name: {FUNCTION}, not '1x'"],
        ),
        (
            {"features": {"statistics": [{"of": ["NDVI"], "kinds": ["max", "p100"]}]}},
            [
                "features.statistics[0].kinds[1]: must be min, max, mean, amplitude, day_of_max, or p1 to p99 (a "
                "quantile), not 'p100'"
            ],
        ),
        (
            {"sensors": {"s2": SENSOR | {"minimum_valid_fraction": 2}}},
            ["sensors.s2.minimum_valid_fraction: must be below 1, not 2"],
        ),
        (
            {"sensors": {"s2": SENSOR | {"start": "1 May"}}},
            ["sensors.s2.start: must be auto, or month and day as '04-30', not '1 May'"],
        ),
        ({"model": {"type": "random_forest", "trees": "many"}}, ["model.trees: must be a whole number, not 'many'"]),
        (
            {"model": {"max_features": "all"}},
            ["model.max_features: must be 'sqrt' or 'log2' or a whole number or a number, not 'all'"],
        ),
        ({"model": {"type": "frozen", "file": "m", "trees": 5}}, ["model.trees: unknown key here"]),
        (
            {"samples": {"strategy": "percent", "percent": 5, "number": 6}},
            ["samples: strategy percent: needs `percent`; leave out `number`"],
        ),
        (
            {"sensors": {"s2": SENSOR | {"least_clear_share": 0.2}}},
            ["sensors.s2.least_clear_share: unknown key: it is called minimum_valid_fraction now"],
        ),
        (
            {"cross_validation": {"suspicious": {}}},
            ["cross_validation.suspicious: unknown key: it is called suspected now"],
        ),
        ({"model": {"trees": 0}}, ["model.trees: must be above 0, not 0"]),
        (
            {"samples": {"strategy": "some"}},
            ["samples.strategy: must be 'all', 'percent', 'total', 'smallest' or 'per_class', not 'some'"],
        ),
        ({"regions": {"file": "a"}}, ["regions.field: is missing", "regions.names: is missing"]),
    ],
)
def test_lines_of_errors(change, lines):
    with pytest.raises(ConfigurationError) as caught:
        configuration.parse(LEAST | change)
    assert caught.value.lines == lines


def test_a_misspelt_type_of_a_sensor_hides_nothing_either():
    sensors = {"s2": SENSOR | {"type": "sentinel2_thea", "minimum_valid_fraction": 2}, 3: {"type": "seris"}}
    with pytest.raises(ConfigurationError) as caught:
        configuration.parse(LEAST | {"sensors": sensors})
    keys = [line.partition(":")[0] for line in caught.value.lines]
    assert keys[:3] == ["sensors.s2.type", "sensors[3]", "sensors[3].type"]
    assert keys[3:] == ["sensors.s2.minimum_valid_fraction"]
    # Where nothing is similar, it is not known what the other keys ought to be.
    with pytest.raises(ConfigurationError, match=r"model.type: must be one of .*, not 'wood'") as caught:
        configuration.parse(LEAST | {"model": {"type": "wood", "trees": 0}})
    assert len(caught.value.lines) == 1
