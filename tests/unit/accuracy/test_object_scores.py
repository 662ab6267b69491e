import pandas as pd
import pytest

from landloom.accuracy import object_scores

CANDIDATES = pd.DataFrame(
    {
        "tile": ["A", "A", "A", "B", "B"],
        "object": [7, 3, 5, 3, 8],
        "polygon": [1, 2, 3, 4, 5],
        "code": [10, 10, 20, 20, 20],
        "test0": [True, True, True, True, False],
        "test1": [False] * 5,
    }
)
LABELS = {
    "A": pd.DataFrame({"object": [3, 4, 7], "code": [20, 10, 10], "pixels": [30, 5, 10]}),
    "B": pd.DataFrame({"object": [3, 8], "code": [20, 20], "pixels": [40, 1]}),
}


def overall(scores, unit, score="overall_accuracy"):
    return scores.query("unit == @unit and code == 0 and score == @score")["value"].item()


def test_objects_that_test_count_once_and_by_their_pixels():
    found = object_scores.compare(CANDIDATES, LABELS, 0)
    rows = {tuple(row) for row in found.itertuples(index=False)}
    assert rows == {(1, 10, 10, 10), (2, 10, 20, 30), (3, 20, 0, 0), (4, 20, 20, 40)}
    scores = object_scores.scores(found, [10, 20], 0)
    assert overall(scores, object_scores.OBJECTS) == pytest.approx(2 / 3)
    assert overall(scores, object_scores.OBJECTS, "overall_accuracy_unclassified_wrong") == pytest.approx(2 / 4)
    assert overall(scores, object_scores.AREA) == pytest.approx(50 / 80)
    assert overall(scores, object_scores.OBJECTS, "tested") == 4


def test_a_run_without_such_objects_has_no_scores():
    found = object_scores.scores(object_scores.compare(CANDIDATES, LABELS, 1), [10, 20], 1)
    assert overall(found, object_scores.OBJECTS, "tested") == 0
    assert overall(found, object_scores.OBJECTS) != overall(found, object_scores.OBJECTS)
