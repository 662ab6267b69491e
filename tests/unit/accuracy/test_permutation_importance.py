"""What features bring: against a naive version and scikit-learn, and what has to hold of it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance

from landloom.accuracy import cross_validation
from landloom.accuracy import permutation_importance as importance
from landloom.accuracy.permutation_importance import Group
from landloom.models.forest.settings import RandomForestSettings
from landloom.models.training_data import TrainingSet
from landloom.report import importance_chart as chart
from landloom.report.importance_chart import importance_chart

NAMES = ("s2_B4_20180105", "s2_B8_20180105", "s2_B4_20180115", "s2_NDVI_min", "s2_x_B4_20180105", "altitude")


class Wrapped:
    """A scikit-learn classifier as a model of ours."""

    def __init__(self, estimator):
        self.estimator, self.classes = estimator, estimator.classes_

    def predict_proba(self, features):
        return self.estimator.predict_proba(features)


@pytest.fixture(scope="module")
def fitted():
    """Return a model, and samples that it has not seen: the first feature tells most, the last nothing."""
    random = np.random.default_rng(2)
    codes = random.integers(1, 4, 900)
    features = random.normal(0, 100, (900, 4))
    features += codes[:, None] * np.array([150, 60, 30, 0])
    features = features.astype(np.int16)
    forest = RandomForestClassifier(20, random_state=1).fit(features[:500], codes[:500])
    weights = random.uniform(0.5, 2, 400)
    return Wrapped(forest), features[500:], codes[500:], weights


def test_features_are_grouped_by_what_their_names_say():
    found = {(one.by, one.sensor, one.name): one.columns for one in importance.groups_of(NAMES, ["s2", "s2_x"])}
    assert found == {
        ("sensor", "s2", "s2"): (0, 1, 2, 3),
        ("sensor", "s2_x", "s2_x"): (4,),
        ("sensor", "altitude", "altitude"): (5,),
        ("date", "s2", "2018-01-05"): (0, 1),
        ("date", "s2", "2018-01-15"): (2,),
        ("date", "s2_x", "2018-01-05"): (4,),
        ("band", "s2", "B4"): (0, 2),
        ("band", "s2", "B8"): (1,),
        ("band", "s2", "NDVI_min"): (3,),
        ("band", "s2_x", "B4"): (4,),
    }
    assert [one.by for one in importance.groups_of(NAMES, ["s2"])] == sorted(
        [one.by for one in importance.groups_of(NAMES, ["s2"])], key=["sensor", "date", "band"].index
    )


def test_results_of_a_function_are_its_bands():
    names = ("s2_B4_20180105", "texture_deviation", "texture_contrast", "altitude")
    found = {(one.by, one.sensor, one.name): one.columns for one in importance.groups_of(names, ["s2", "texture"])}
    assert found == {
        ("sensor", "s2", "s2"): (0,),
        ("sensor", "texture", "texture"): (1, 2),
        ("sensor", "altitude", "altitude"): (3,),
        ("date", "s2", "2018-01-05"): (0,),
        ("band", "s2", "B4"): (0,),
        ("band", "texture", "deviation"): (1,),
        ("band", "texture", "contrast"): (2,),
    }


def right_of(codes):
    """Return what scores samples of these codes."""
    places = np.arange(len(codes))
    return importance.recognised(TrainingSet(np.zeros((len(codes), 0), np.int16), codes, places, ()), places)


def naive(model, features, codes, weights, groups, random, repeats):
    """Shuffle sample by sample."""
    lost = np.zeros((len(groups), repeats))
    for position, group in enumerate(groups):
        for repeat in range(repeats):
            order = random.permutation(len(features))
            for sample in range(len(features)):
                for matrix, sign in ((features, 1), (None, -1)):
                    vector = features[sample].copy()
                    if matrix is None:
                        for column in group.columns:
                            vector[column] = features[order[sample], column]
                    best = model.classes[model.predict_proba(vector[None]).argmax()]
                    lost[position, repeat] += sign * weights[sample] * (best == codes[sample])
    return lost


def test_against_a_naive_version(fitted):
    model, features, codes, weights = fitted
    part = features[:40], codes[:40], weights[:40]
    groups = [Group("sensor", "s", "s", (0, 2)), Group("band", "s", "B4", (1,))]
    found = importance.of_fold(model, part[0], right_of(part[1]), part[2], groups, np.random.default_rng(4), 2)
    np.testing.assert_allclose(found.lost, naive(model, *part, groups, np.random.default_rng(4), 2), atol=1e-9)
    assert found.weight == pytest.approx(weights[:40].sum())


def test_single_columns_against_scikit_learn(fitted):
    model, features, codes, weights = fitted
    groups = [Group("band", "s", str(column), (column,)) for column in range(4)]
    tally = importance.of_fold(model, features, right_of(codes), weights, groups, np.random.default_rng(1), 30)
    ours = importance.table(groups, [tally])
    theirs = permutation_importance(
        model.estimator, features, codes, scoring="accuracy", n_repeats=30, random_state=1, sample_weight=weights
    )
    error = 4 * np.sqrt((ours.deviation_of_shuffles**2 + theirs.importances_std**2) / 30) + 1e-6
    assert (np.abs(ours.importance - theirs.importances_mean) < error).all()
    assert ours.importance.is_monotonic_decreasing
    assert ours.importance[0] > 0.2
    assert abs(ours.importance[3]) < 0.03
    assert ours.accuracy[0] == pytest.approx(np.average(model.estimator.predict(features) == codes, weights=weights))


def test_features_that_stand_in_for_each_other_bring_more_together():
    """Each of eight dates that show the same brings little, all of them much: why the report warns."""
    random = np.random.default_rng(5)
    codes = random.integers(1, 3, 600)
    alike = (codes[:, None] * 200 + random.normal(0, 100, (600, 8))).astype(np.int16)
    model = Wrapped(RandomForestClassifier(30, random_state=1).fit(alike[:300], codes[:300]))
    groups = [Group("date", "s", str(one), (one,)) for one in range(8)]
    groups.append(Group("sensor", "s", "s", tuple(range(8))))
    tally = importance.of_fold(model, alike[300:], right_of(codes[300:]), np.ones(300), groups, random)
    drops = importance.table(groups, [tally]).importance
    assert drops[8] > 0.4
    assert max(drops[:8]) < 0.1


@pytest.fixture(scope="module")
def examined():
    """Return what cross-validation tells of samples in polygons, one feature of which is the class; and again."""
    random = np.random.default_rng(3)
    polygons = np.repeat(np.arange(60), 25)
    codes = (polygons % 3 + 1).astype(np.int32)
    features = random.integers(0, 1000, (1500, 6)).astype(np.int16)
    features[:, 5] += (codes * 2000).astype(np.int16)
    samples = TrainingSet(features, codes, polygons, NAMES)
    groups = importance.groups_of(NAMES, ["s2", "s2_x"])
    weights = cross_validation.weights(codes, {1: 100, 2: 50, 3: 850})
    fold = polygons % 2
    found = []
    for threads in (1, 2):
        examiner = importance.Examiner(samples, weights, groups, 7)
        training = cross_validation.Training(200, 1, threads, ())
        cross_validation.predict(RandomForestSettings(trees=20), samples, fold, training, examiner)
        found.append(examiner.table())
    return found


def test_what_tells_the_class_brings_most(examined):
    rows = examined[0].set_index(["by", "sensor"]).importance
    assert rows["sensor", "altitude"] > 0.2
    assert rows.drop(("sensor", "altitude")).abs().max() < 0.05
    assert examined[0].pixels.iloc[0] == pytest.approx(1000)
    assert examined[0].accuracy.iloc[0] > 0.9


def test_threads_do_not_count(examined):
    pd.testing.assert_frame_equal(*examined)


def test_few_samples_stand_for_all_of_a_fold(examined, monkeypatch):
    monkeypatch.setattr(importance, "MOST_SAMPLES", 30)
    samples = TrainingSet(np.zeros((100, 1), np.int16), np.ones(100, np.int32), np.arange(100), ("a",))
    seen = []

    class Constant:
        classes = np.array([1])

        def predict_proba(self, features):
            seen.append(len(features))
            return np.ones((len(features), 1))

    examiner = importance.Examiner(samples, np.arange(100.0), [Group("sensor", "a", "a", (0,))], 1)
    examiner(Constant(), np.arange(50, 100))
    assert set(seen) == {30}
    assert examiner.tallies[0].weight == pytest.approx(np.arange(50, 100).sum())
    assert examiner.table().importance[0] == 0


def test_regions_and_runs_are_weighed_by_their_pixels():
    def region(value, pixels):
        return pd.DataFrame([("sensor", "s2", "s2", value, 0.01, 0.9, pixels)], columns=list(importance.COLUMNS))

    nothing = importance.table([], [])
    found = importance.gathered({"a": [region(0.1, 100), region(0.3, 100)], "b": [region(0.6, 800)], "c": [nothing]})
    assert list(zip(found.scope, found.region, strict=True)) == [("map", ""), ("region", "a"), ("region", "b")]
    np.testing.assert_allclose(found.importance, [0.52, 0.2, 0.6])
    np.testing.assert_allclose(found.deviation_of_shuffles, [np.sqrt(1 + 1 + 64) / 1000, np.sqrt(2) / 200, 0.01])
    assert importance.gathered({"c": [nothing]}).empty


def test_the_chart_is_drawn_where_something_is_known(examined):
    table = importance.gathered({"all": [examined[0]]})
    assert importance_chart(table).startswith("data:image/png")
    assert importance_chart(table[table.by == "sensor"]).startswith("data:image/png")
    assert importance_chart(table[:0]) is None
    assert importance_chart(None) is None


@pytest.mark.parametrize("by", ["sensor", "band"])
def test_the_chart_has_the_most_important_bars(by, monkeypatch):
    rows = [("map", "", by, f"r{rank}", f"r{rank}", rank / 1000, 0.0, 0.9, 100) for rank in range(90)]
    drawn = []
    monkeypatch.setattr(chart, "_bars", lambda axes, part, names, scale: drawn.append(part))
    importance_chart(pd.DataFrame(rows, columns=["scope", "region", *importance.COLUMNS]))
    assert len(drawn[0]) == chart.MOST_BARS
    assert drawn[0].importance.min() == pytest.approx(0.05)


def test_what_could_not_be_examined_is_an_empty_table(tmp_path):
    paths = [tmp_path / "importance.csv"]
    importance.write(paths, None)
    assert paths[0].read_text() == ",".join(importance.COLUMNS) + "\n"
    importance.write([], None)


def test_tables_of_models_are_read_by_region(tmp_path):
    paths = []
    for number in range(8):  # two runs of two regions of two groups of sensors
        paths.append(tmp_path / f"{number}.csv")
        row = pd.DataFrame([("sensor", "s", "s", 0.1, 0.0, 0.9, number)], columns=list(importance.COLUMNS))
        paths[-1].write_text(importance.as_csv(row))
    found = importance.read_tables(paths, ["west", "east"], 2)
    pixels = {region: [int(one.pixels.iloc[0]) for one in tables] for region, tables in found.items()}
    assert pixels == {"west": [0, 1, 4, 5], "east": [2, 3, 6, 7]}
