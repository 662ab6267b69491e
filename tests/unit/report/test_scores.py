"""Estimates are written as they should; shares of confusion matrices know what has no share."""

import numpy as np
import pandas as pd
import pytest

from landloom.report.scores import Estimate, precisions, recalls, row_fractions
from landloom.report.wording import DASH


@pytest.fixture
def matrix():
    rows = [[5, 8, 2, 0], [0, 1, 3, 0], [0, 0, 0, 0]]
    return pd.DataFrame(rows, index=[1, 2, 3], columns=[0, 1, 2, 3])


def test_estimates_are_written_in_percent():
    one = Estimate(0.9, 0.6, 0.97, 12, 0.85, 0.8, 0.9)
    assert (one.value_text, one.interval_text) == ("90.0", f"60.0{DASH}97.0")
    assert (one.mean_text, one.range_text) == ("85.0", f"80.0{DASH}90.0")


def test_unknown_scores_are_dashes():
    assert Estimate().value_text == Estimate().mean_text == Estimate().range_text == DASH
    assert Estimate(0.5).interval_text == DASH
    assert not Estimate(0.5).has_interval


def test_unclassified_pixels_take_no_part(matrix):
    assert row_fractions(matrix)[0].tolist() == [0.8, 0.2, 0.0]
    assert recalls(matrix)[:2].tolist() == [0.8, 0.75]
    assert precisions(matrix)[:2].tolist() == pytest.approx([8 / 9, 3 / 5])


def test_untested_class_has_no_shares(matrix):
    assert np.isnan(row_fractions(matrix)[2]).all()
    assert np.isnan(recalls(matrix)[2])
    assert np.isnan(precisions(matrix)[2])
