"""The histogram of confidence at right and wrong test pixels."""

import numpy as np
import pandas as pd

from landloom.report.charts import confidence_chart, in_steps


def test_steps_hold_all_and_sum_to_a_hundred():
    counts = np.zeros(101, int)
    counts[[0, 1, 5, 6, 10, 96, 100]] = 1, 2, 3, 4, 5, 6, 7
    steps = in_steps(counts)
    assert (len(steps), steps.sum()) == (20, 100)
    np.testing.assert_allclose(steps[[0, 1, 19]] * 28 / 100, [6, 9, 13])
    assert not in_steps(0 * counts).any()


def test_a_chart_where_something_tests():
    table = pd.DataFrame({"confidence": np.arange(101), "right": np.arange(101), "wrong": 0})
    chart = confidence_chart(table)
    assert chart.startswith("data:image/png;base64,")
    assert chart == confidence_chart(table)
    assert chart != confidence_chart(table.assign(wrong=5))
    assert confidence_chart(table.assign(right=0)) is None
