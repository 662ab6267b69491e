import datetime

import pytest

from landloom.survey.band_labels import day_in, other_name

NAMES = ["nir", "nir_narrow", "B4", "red", "1"]


@pytest.mark.parametrize(
    ("description", "own", "other"),
    [
        ("", "red", ""),
        ("Red, 665 nm", "red", ""),
        ("Red, 665 nm", "nir", "red"),
        ("nir_narrow", "nir", "nir_narrow"),
        ("NIR_narrow", "nir_narrow", ""),
        ("infrared", "nir", ""),
        ("band 1 of 2018-04-01", "nir", ""),
        ("s_B4_20180401", "nir", "B4"),
    ],
)
def test_other_names(description, own, other):
    assert other_name(description, own, NAMES) == other


@pytest.mark.parametrize(
    ("description", "own", "other"),
    [
        ("nir 2018-04-01", "blue", "nir"),
        ("NIR", "Red", "nir"),
        ("nir", "infrared", ""),
        ("blue, not green", "blue", ""),
        ("band 4", "red", ""),
    ],
)
def test_names_that_mean_the_same_to_everybody(description, own, other):
    """They count though the section has no such band."""
    assert other_name(description, own, [own]) == other


@pytest.mark.parametrize(
    ("description", "day"),
    [("B4_20180401", (2018, 4, 1)), ("2018-04-01", (2018, 4, 1)), ("20181399", None), ("20180401-20180501", None)],
)
def test_days_in_descriptions(description, day):
    assert day_in(description) == (datetime.date(*day) if day else None)
