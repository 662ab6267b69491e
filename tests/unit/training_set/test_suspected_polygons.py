"""Suspicious polygons."""

import numpy as np
import pandas as pd

from landloom.training_set import suspected_polygons
from landloom.training_set.settings import SuspectedSettings
from landloom.training_set.training_set import Portion


def predictions(seed):
    """Samples of polygons of one class each, some of which are mostly and confidently taken for another."""
    random = np.random.default_rng(seed)
    polygon = np.repeat(np.arange(40), random.integers(1, 12, 40))
    code = polygon % 4 + 1
    swayed = np.isin(polygon, [3, 4, 11, 12, 13]) & (random.random(len(polygon)) < 0.7)
    predicted = np.where(swayed, (code + polygon % 3) % 4 + 1, code)
    predicted[random.random(len(polygon)) < 0.05] = 2
    confidence = random.uniform(0.4, 1, len(polygon)).astype(np.float32)
    return pd.DataFrame(
        {"polygon": polygon, "code": code, "predicted_polygons": predicted, "confidence_polygons": confidence}
    )


def naive(table, settings):
    """The same by a loop over polygons."""
    rows = {}
    for polygon in sorted(set(table.polygon)):
        here = [row for row in table.itertuples() if row.polygon == polygon]
        odd = [
            row
            for row in here
            if row.predicted_polygons != row.code and row.confidence_polygons >= settings.confidence
        ]
        if odd and len(odd) / len(here) >= settings.fraction:
            taken = [row.predicted_polygons for row in odd]
            most = min(set(taken), key=lambda code: (-taken.count(code), code))
            sure = np.mean([row.confidence_polygons for row in odd if row.predicted_polygons == most])
            rows[polygon] = (len(here), len(odd) / len(here), most, sure)
    return rows


def test_as_a_naive_loop_says():
    found_any = 0
    for seed in range(8):
        for settings in (SuspectedSettings(), SuspectedSettings(confidence=0.8, fraction=0.2)):
            table = predictions(seed)
            found = suspected_polygons.polygons(table, settings)
            expected = naive(table, settings)
            assert set(found.polygon) == set(expected)
            for row in found.itertuples():
                samples, fraction, taken, sure = expected[row.polygon]
                assert (row.samples, row.predicted) == (samples, taken)
                np.testing.assert_allclose([row.suspected_fraction, row.confidence], [fraction, sure], rtol=1e-5)
            assert found.suspected_fraction.is_monotonic_decreasing
            found_any += len(found)
    assert found_any > 25


def portion(polygons, codes):
    count = np.zeros(len(codes), np.int32)
    kept = np.ones(len(codes), bool)
    return Portion("", (), kept, np.array(codes), np.array(polygons), count, count, "T", ("a",), count)


def test_training_goes_on_without_them_unless_a_class_would_be_lost():
    portions = [portion([1, 1, 2, 3], [5, 5, 5, 6]), portion([1, 4], [8, 7])]
    found = suspected_polygons.without(portions, np.array([1, 4]))
    assert [one.polygons.tolist() for one in found] == [[2, 3], [1, 4]]
    assert [one.kept.tolist() for one in found] == [[False, False, True, True], [True, True]]
    same = suspected_polygons.without(portions, np.zeros(0, np.int64))
    assert [one.codes.tolist() for one in same] == [[5, 5, 5, 6], [8, 7]]


def test_regions_and_runs_are_told_apart():
    found = suspected_polygons.of_regions(
        {("0", "a"): predictions(1), ("1", "b"): predictions(2)}, SuspectedSettings(fraction=0.2)
    )
    assert found.columns.tolist() == ["run", "region", *suspected_polygons.COLUMNS]
    assert set(zip(found.run, found.region, strict=True)) == {(0, "a"), (1, "b")}


def test_those_of_a_year_are_of_all_its_regions(tmp_path, capsys):
    settings, paths = SuspectedSettings(), []
    tables = [predictions(seed) for seed in range(4)]
    for number, table in enumerate(tables):
        paths.append(tmp_path / f"{number}.parquet")
        table.to_parquet(paths[-1], index=False)
    found = suspected_polygons.by_year(paths, [2018, 2017], settings)
    for year, those in {2018: tables[:2], 2017: tables[2:]}.items():
        expected = {polygon for table in those for polygon in naive(table, settings)}
        assert set(found[year].tolist()) == expected
        assert f"{year}: {len(expected)} suspected polygons" in capsys.readouterr().err or year == 2017
    nobody = suspected_polygons.by_year([], [2018, 2017], None)
    assert {year: len(those) for year, those in nobody.items()} == {2018: 0, 2017: 0}
