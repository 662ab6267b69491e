"""What the page says of samples that train folds, and of polygons that cover the map."""

import pandas as pd
import pytest

from landloom.report import quoting

COUNTS = pd.DataFrame(
    [(0, "a", 1, 900, 2000), (0, "a", 2, 90, 300), (0, "b", 1, 10, 700), (1, "a", 1, 900, 1500)],
    columns=["run", "region", "code", "reference_pixels", "samples"],
)


def test_models_of_folds_have_fewer_samples_of_frequent_classes():
    found = quoting.fold_training(COUNTS, {"samples_per_class": 400})
    assert (found.most_per_class, found.folds, found.whole) == (400, 400 + 300 + 400, 3000)
    assert quoting.fold_training(COUNTS, {}).most_per_class == 500


@pytest.mark.parametrize("counts", [None, COUNTS[:0]])
def test_nothing_trains(counts):
    assert quoting.fold_training(counts, {}) is None
    assert not quoting.covers_the_map(counts, 10.0)


def test_polygons_may_cover_the_map():
    assert quoting.covers_the_map(COUNTS, 1005.0)
    assert not quoting.covers_the_map(COUNTS, 1100.0)
    assert not quoting.covers_the_map(COUNTS, 0.0)
