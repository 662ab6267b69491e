"""Estimates are written and cut as they should; shares of confusion matrices know what has no share."""

import numpy as np
import pandas as pd
import pytest

from landloom.report.scores import Estimate, precisions, recalls, row_fractions, student_quantile
from landloom.report.wording import DASH


@pytest.fixture
def matrix():
    rows = [[5, 8, 2, 0], [0, 1, 3, 0], [0, 0, 0, 0]]
    return pd.DataFrame(rows, index=[1, 2, 3], columns=[0, 1, 2, 3])


def test_intervals_are_cut_at_the_range_of_scores_and_marked():
    wide = Estimate(0.9, 0.3)
    assert (wide.low, wide.high) == (pytest.approx(0.6), 1.0)
    assert wide.runs_out
    assert wide.half_width_text().endswith("30.0*")
    assert not Estimate(0.5, 0.2).runs_out


def test_unknown_scores_are_dashes():
    assert Estimate().mean_text() == DASH
    assert Estimate(0.5).half_width_text() == DASH
    assert not Estimate(0.5).runs_out


def test_unclassified_pixels_take_no_part(matrix):
    assert row_fractions(matrix)[0].tolist() == [0.8, 0.2, 0.0]
    assert recalls(matrix)[:2].tolist() == [0.8, 0.75]
    assert precisions(matrix)[:2].tolist() == pytest.approx([8 / 9, 3 / 5])


def test_untested_class_has_no_shares(matrix):
    assert np.isnan(row_fractions(matrix)[2]).all()
    assert np.isnan(recalls(matrix)[2])
    assert np.isnan(precisions(matrix)[2])


def test_quantile_of_two_runs():
    assert student_quantile(2) == pytest.approx(12.706, abs=1e-3)
