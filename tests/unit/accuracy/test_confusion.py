import numpy as np
import pandas as pd
import pytest
import rasterio
from sklearn import metrics

import naive
from landloom.accuracy import clusters, confusion
from landloom.core import parquet
from landloom.geo import rasters
from landloom.geo.grids import Grid

CODES = [2, 3, 7, 9]


@pytest.fixture
def comparison():
    rng = np.random.default_rng(0)
    reference = rng.choice(CODES[:3], 4000)
    predicted = np.where(rng.random(4000) < 0.7, reference, rng.choice([0, *CODES], 4000))
    table = pd.DataFrame({"polygon": rng.integers(0, 200, 4000), "reference": reference, "predicted": predicted})
    return table.groupby(["polygon", "reference", "predicted"]).size().rename("pixels").reset_index()


def pairs(comparison):
    rows = comparison.loc[comparison.index.repeat(comparison.pixels)]
    return rows.reference.tolist(), rows.predicted.tolist()


def test_confusion_equals_the_naive_count(comparison):
    matrix = confusion.confusion(comparison, CODES)
    np.testing.assert_array_equal(matrix.to_numpy(), naive.confusion(*pairs(comparison), CODES))
    assert matrix.loc[9].sum() == 0


def test_scores_equal_scikit_learn(comparison):
    matrix = confusion.confusion(comparison, CODES)
    reference, predicted = (np.array(values) for values in pairs(comparison))
    kept = predicted != 0
    reference, predicted = reference[kept], predicted[kept]
    assert confusion.overall_accuracy(matrix) == pytest.approx(metrics.accuracy_score(reference, predicted))
    assert confusion.kappa(matrix) == pytest.approx(metrics.cohen_kappa_score(reference, predicted))
    expected = metrics.precision_recall_fscore_support(
        reference, predicted, labels=CODES, average=None, zero_division=np.nan
    )
    scores = confusion.class_scores(matrix)
    for name, values in zip(confusion.SCORES, expected[:3], strict=True):
        np.testing.assert_allclose(scores[name].to_numpy()[:3], values[:3], err_msg=name)
    assert np.isnan(scores.loc[9, "recall"])


def test_polygons_vote():
    rows = [(1, 2, 2, 5), (1, 2, 3, 4), (1, 2, 0, 9), (2, 3, 0, 4), (3, 3, 2, 3), (3, 3, 3, 3)]
    table = pd.DataFrame(rows, columns=["polygon", "reference", "predicted", "pixels"])
    votes = confusion.polygon_majorities(table).set_index("polygon")
    assert votes.predicted.to_dict() == {1: 2, 2: 0, 3: 2}
    assert (votes.pixels == 1).all()


def test_the_intervals_of_a_run_are_by_its_polygons(comparison):
    """And every score is that of the confusion matrix."""
    matrix = confusion.confusion(comparison, CODES)
    found = confusion.run_scores(comparison, CODES, 0, "pixels").set_index(["code", "score"])
    classified = comparison[comparison.predicted != 0]
    right = classified.assign(right=classified.pixels * (classified.reference == classified.predicted))
    sums = right.groupby("polygon")[["right", "pixels"]].sum()
    expected = clusters.ratio(sums.right.to_numpy(), sums.pixels.to_numpy())
    whole = found.loc[(0, "overall_accuracy")]
    assert whole.value == pytest.approx(confusion.overall_accuracy(matrix))
    assert whole[confusion.INTERVAL].tolist() == pytest.approx(
        [expected.standard_error, expected.low, expected.high, 200]
    )
    for score, values in confusion.class_scores(matrix).items():
        np.testing.assert_allclose(found.value.loc[[(code, score) for code in CODES]], values)
    no_interval = found[found.index.get_level_values("score").isin(["kappa", "tested", "unclassified"])]
    assert no_interval[confusion.INTERVAL].isna().all(axis=None)


def test_unclassified_pixels_are_counted_wrong_in_a_second_line(comparison):
    found = confusion.run_scores(comparison, CODES, 0, "pixels").set_index(["code", "score"]).value
    right = comparison.pixels[comparison.reference == comparison.predicted].sum()
    assert found[0, confusion.OVERALL_OF_ALL] == pytest.approx(right / comparison.pixels.sum())
    assert found[0, confusion.OVERALL] == pytest.approx(right / comparison.pixels[comparison.predicted != 0].sum())


def test_maps_are_compared_by_the_same_polygons(comparison):
    """Most of what makes a polygon hard is common to both maps."""
    odd = comparison.assign(predicted=comparison.predicted.where(comparison.polygon % 50 > 0, 0))
    odd = odd.groupby(["polygon", "reference", "predicted"], as_index=False).pixels.sum()
    found = confusion.difference_of_maps(odd, comparison)
    values = [
        confusion.run_scores(one, CODES, 0, "pixels").set_index(["code", "score"]).value[0, confusion.OVERALL_OF_ALL]
        for one in (odd, comparison)
    ]
    assert found.value == pytest.approx(values[0] - values[1])
    assert found.polygons == 200
    same = confusion.difference_of_maps(comparison, comparison)
    assert same.value == 0
    assert np.isnan([same.standard_error, same.low, same.high]).all()


def test_fractions_of_pixels_stay_fractions():
    table = pd.DataFrame({"polygon": [1, 2], "reference": [2, 2], "predicted": [2, 3], "pixels": [1.5, 0.5]})
    assert confusion.confusion(table, CODES).loc[2].tolist() == [0, 1.5, 0.5, 0, 0]
    assert confusion.confusion(table.assign(pixels=[3, 1]), CODES).dtypes.eq(np.int64).all()


def test_over_runs(comparison):
    """Runs have no interval: it would go to 0 with their number, though they share their polygons."""
    scores = pd.concat([confusion.run_scores(comparison, CODES, run, "pixels") for run in range(3)])
    scores.loc[(scores.run == 1) & (scores.score == "overall_accuracy"), "value"] = 0.5
    summary = confusion.over_runs(scores).set_index(["code", "score"])
    assert list(summary.columns) == ["level", "unit", "mean", "least", "greatest", "runs"]
    value = scores.value.iloc[0]
    assert summary.loc[(0, "overall_accuracy")][["mean", "least", "greatest"]].tolist() == pytest.approx(
        [(2 * value + 0.5) / 3, 0.5, value]
    )
    assert summary.loc[(0, "overall_accuracy"), "runs"] == 3
    assert summary.loc[(9, "recall"), "runs"] == 0
    assert summary.loc[(0, "tested"), "mean"] == comparison.pixels.sum()


def test_the_map_is_read_at_the_test_polygons(tmp_path):
    grid = Grid("EPSG:32631", 0.0, 4e6, 10.0, 10.0, 2100, 30)
    labels = (np.arange(2100 * 30).reshape(2100, 30) % 5).astype(np.uint8)
    with rasters.create(tmp_path / "map.tif", grid, "uint8", {}) as dataset:
        dataset.write(labels, 1)
    candidates = pd.DataFrame(
        {"row": [0, 2099, 2099, 5], "column": [1, 0, 29, 5], "polygon": [4, 4, 4, 6], "code": 2, "number": 1}
    ).assign(test0=False, test1=[True, True, True, False])
    found = confusion.compare(candidates, 1, tmp_path / "map.tif")
    expected = np.unique([labels[0, 1], labels[2099, 0], labels[2099, 29]], return_counts=True)
    assert found.predicted.tolist() == expected[0].tolist()
    assert found.pixels.tolist() == expected[1].tolist()
    with rasterio.open(tmp_path / "map.tif") as dataset:
        assert dataset.block_shapes == [(256, 256)]


@pytest.mark.parametrize("threads", [1, 3])
def test_tiles_of_all_runs_are_compared_in_their_order(tmp_path, threads):
    pixels = pd.DataFrame({"row": [0, 1], "column": [1, 0], "polygon": [4, 6], "code": 2, "number": 1})
    pixels = pixels.assign(test0=[True, False], test1=True, observations=3)
    paths, maps = [], {"0": [], "1": []}
    for tile in range(4):
        paths.append(tmp_path / f"{tile}.parquet")
        parquet.write(pixels.assign(polygon=pixels.polygon + 10 * tile), paths[-1])
        for run, labels in enumerate(([[5, 7], [2, 5]], [[5, 2], [9, 5]])):
            maps[str(run)].append(tmp_path / f"{tile}_{run}.tif")
            with rasters.create(
                maps[str(run)][-1], Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 2, 2), "uint8", {}
            ) as file:
                file.write(np.array(labels, np.uint8), 1)
    found = confusion.compare_tiles(paths, maps, threads)
    assert list(found) == ["0", "1"]
    assert found["0"].polygon.tolist() == [4, 14, 24, 34]
    assert found["0"].predicted.tolist() == [7] * 4
    assert found["1"].polygon.tolist() == [4, 6, 14, 16, 24, 26, 34, 36]
    assert found["1"].predicted.tolist() == [2, 9] * 4


CASES = {
    "class absent from the reference": ([2, 2, 3, 3, 3], [2, 9, 3, 2, 9]),
    "class absent from the map": ([2, 7, 7, 3, 3], [2, 2, 3, 3, 3]),
    "each side has a class of its own": ([2, 2, 7, 3], [2, 9, 9, 3]),
    "nothing right": ([2, 3], [3, 2]),
    "one class, all right": ([3, 3], [3, 3]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore")
def test_classes_absent_on_one_side_are_scored_as_by_scikit_learn(case):
    reference, predicted = CASES[case]
    table = pd.DataFrame({"polygon": 1, "reference": reference, "predicted": predicted, "pixels": 1})
    matrix = confusion.confusion(table, CODES)
    np.testing.assert_array_equal(matrix[CODES], metrics.confusion_matrix(reference, predicted, labels=CODES))
    assert confusion.overall_accuracy(matrix) == metrics.accuracy_score(reference, predicted)
    kappa = metrics.cohen_kappa_score(reference, predicted)
    np.testing.assert_allclose(confusion.kappa(matrix), kappa, atol=1e-12)
    expected = metrics.precision_recall_fscore_support(
        reference, predicted, labels=CODES, average=None, zero_division=np.nan
    )
    scores = confusion.class_scores(matrix)
    for name, values in zip(confusion.SCORES, expected[:3], strict=True):
        np.testing.assert_allclose(scores[name], values, err_msg=name)


GROUPS = {2: 2, 3: 2, 7: 7, 9: 7}


def test_groups_are_scored_as_labels_that_were_grouped_before(comparison):
    reference, predicted = ([GROUPS.get(code, 0) for code in codes] for codes in pairs(comparison))
    matrix = confusion.confusion(confusion.aggregated(comparison, GROUPS), [2, 7])
    np.testing.assert_array_equal(matrix.to_numpy(), naive.confusion(reference, predicted, [2, 7]))
    classified = [(one, other) for one, other in zip(reference, predicted, strict=True) if other]
    assert confusion.kappa(matrix) == pytest.approx(metrics.cohen_kappa_score(*zip(*classified, strict=True)))
    assert confusion.overall_accuracy(matrix) > confusion.overall_accuracy(confusion.confusion(comparison, CODES))


def test_polygons_vote_for_groups_by_all_of_their_classes():
    rows = [(1, 2, 7, 4), (1, 2, 2, 3), (1, 2, 3, 3)]
    table = pd.DataFrame(rows, columns=["polygon", "reference", "predicted", "pixels"])
    assert confusion.polygon_majorities(table).predicted.tolist() == [7]
    assert confusion.polygon_majorities(confusion.aggregated(table, GROUPS)).predicted.tolist() == [2]


def test_levels_are_summarised_apart(comparison):
    matrix = confusion.confusion(comparison, CODES)
    scores = pd.concat([confusion.run_scores(comparison, CODES, 0, "pixels", level) for level in ("class", "group")])
    scores.loc[scores.level == "group", "value"] = 0.5
    summary = confusion.over_runs(scores).set_index(["level", "unit", "code", "score"])["mean"]
    assert summary["group", "pixels", 0, "kappa"] == 0.5
    assert summary["class", "pixels", 0, "kappa"] == confusion.kappa(matrix)
