import pandas as pd

from landloom.report.notices import of_samples


def test_missing_samples_are_named_by_region_class_and_runs():
    rows = [(0, "west", 1, ""), (0, "west", 2, "none"), (1, "west", 2, "none"), (1, "east", 1, "too few")]
    (found,) = of_samples(pd.DataFrame(rows, columns=["run", "region", "code", "note"]), {1: "maize", 2: "wheat"})
    assert found.details == ("east, maize: too few (run 1)", "west, wheat: none (runs 0, 1)")


def test_nothing_is_missing_or_nothing_was_trained():
    whole = pd.DataFrame({"run": [0], "region": ["west"], "code": [1], "note": [""]})
    assert list(of_samples(whole, {})) == list(of_samples(None, {})) == []
