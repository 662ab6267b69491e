"""Models as they are trained: searched, dealt out, the same with any number of threads."""

import csv
import json

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.metrics import cohen_kappa_score, f1_score

from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.training_data import FitOptions, TrainingSet
from landloom.training import fitting, folds, grid_search
from landloom.training import members as training_members
from landloom.training import settings as model_settings


def samples_of(count, seed, classes=3, polygons=12):
    random = np.random.default_rng(seed)
    codes = random.integers(1, classes + 1, count).astype(np.int32)
    features = (random.normal(0, 300, (count, 5)) + 90 * codes[:, None]).astype(np.int16)
    return TrainingSet(features, codes, codes * 100 + random.integers(0, polygons, count), tuple("abcde"))


SAMPLES = samples_of(300, 1)
ALL = [np.arange(300)]


def by_polygon(samples):
    return folds.of_polygons(samples.codes, samples.polygons, 3, 1)


def fit(content, members=ALL, samples=SAMPLES, threads=1):
    settings = model_settings.of_content(content)
    plan = fitting.TrainingPlan(
        settings, members, by_polygon, lambda member: 5 + member, threads, (), {"key": "value"}
    )
    return fitting.fit(samples, plan)


@pytest.mark.parametrize(
    ("content", "theirs"),
    [
        ({"type": "random_forest", "trees": 6}, RandomForestClassifier(6, max_depth=25, random_state=5)),
        (
            {"type": "random_forest", "trees": 6, "min_samples_split": 40},
            RandomForestClassifier(6, max_depth=25, min_samples_split=40, random_state=5),
        ),
        ({"type": "extra_trees", "trees": 6}, ExtraTreesClassifier(6, max_depth=25, random_state=5)),
        (
            {"type": "sklearn", "classifier": "RandomForestClassifier", "parameters": {"n_estimators": 4}},
            RandomForestClassifier(4, random_state=5),
        ),
    ],
)
def test_forests_are_those_of_scikit_learn(content, theirs):
    model = fit(content, threads=2).model
    expected = theirs.fit(SAMPLES.features, SAMPLES.codes).predict_proba(SAMPLES.features)
    assert np.allclose(model.predict_proba(SAMPLES.features), expected, atol=1e-6)
    assert model.metadata["key"] == "value"
    assert json.loads(model.metadata[fitting.CLASSIFIER_TAG])["classifier"] == type(theirs).__name__


def test_the_search_finds_what_a_naive_one_finds(capsys, tmp_path):
    grid = {"max_depth": [1, 6], "trees": [3, 8]}
    fitted = fit({"trees": 5, "search": {"grid": grid, "folds": 3, "score": "kappa"}}, threads=2)
    fold, expected = by_polygon(SAMPLES), {}
    for depth in (1, 6):
        for trees in (3, 8):
            scores = []
            for one in range(3):
                forest = RandomForestClassifier(trees, max_depth=depth, random_state=5)
                forest.fit(SAMPLES.features[fold != one], SAMPLES.codes[fold != one])
                said = forest.predict(SAMPLES.features[fold == one])
                scores.append(cohen_kappa_score(SAMPLES.codes[fold == one], said))
            expected[depth, trees] = scores
    fitted.search.write(tmp_path / "search.csv")
    rows = list(csv.DictReader((tmp_path / "search.csv").open()))
    assert len(rows) == 4
    for row in rows:
        scores = expected[int(row["max_depth"]), int(row["trees"])]
        assert float(row["mean"]) == pytest.approx(np.mean(scores), abs=1e-6)
        assert float(row["std"]) == pytest.approx(np.std(scores), abs=1e-6)
        assert [float(row[f"fold{one}"]) for one in range(3)] == pytest.approx(scores, abs=1e-6)
    best = max(expected, key=lambda one: np.mean(expected[one]))
    assert fitted.search.chosen == {"max_depth": best[0], "trees": best[1]}
    assert [row["rank"] for row in rows].count("1") == 1
    assert fitted.model.roots.size == best[1]
    chosen = json.loads(fitted.model.metadata[fitting.CLASSIFIER_TAG])["parameters"]
    assert (chosen["max_depth"], chosen["n_estimators"]) == best
    assert f"{fitted.search.chosen}" in capsys.readouterr().err


def test_the_search_of_a_scaled_classifier():
    grid = {"C": [1e-6, 1.0]}
    section = {"grid": grid, "folds": 3, "score": "f1_macro"}
    fitted = fit({"type": "sklearn", "classifier": "LogisticRegression", "search": section})
    assert fitted.search.chosen == {"C": 1.0}
    member = fitted.model.members[0]
    assert member.named_steps["classifier"].C == 1.0
    labels = fitted.model.classes[fitted.model.predict_proba(SAMPLES.features).argmax(axis=1)]
    assert f1_score(SAMPLES.codes, labels, average="macro") > 0.5


def test_equal_candidates_share_a_rank_and_the_first_is_chosen():
    result = grid_search.Result([{"a": 1}, {"a": 2}, {"a": 3}], np.array([[0.5, 0.5], [0.7, 0.3], [0.2, 0.2]]))
    assert result.chosen == {"a": 1}


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [([4, 4], [4, 4], 1.0), ([4, 4], [4, 5], 0.0), ([4, 4], [5, 5], 0.0), ([4, 5], [5, 5], 0.0)],
)
def test_kappa_is_a_number_where_a_fold_has_one_class(true, predicted, expected):
    assert grid_search.kappa(np.array(true), np.array(predicted)) == expected


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_the_search_passes_over_no_fold_of_one_class():
    features = np.array([[0], [0], [100], [100]] * 5, np.int16)
    codes = np.array([1, 1, 2, 2] * 5)
    codes[16:] = 1  # wrong in half of the last fold
    fold = np.where(codes == 1, np.arange(20) // 10, 2 + np.arange(20) // 10)
    section = {"grid": {"n_neighbors": [3, 1]}, "folds": 4, "score": "kappa"}
    settings = model_settings.of_content({"type": "sklearn", "classifier": "KNeighborsClassifier", "search": section})
    samples = TrainingSet(features, codes.astype(np.int32), np.arange(20), ("a",))
    result = grid_search.search(samples, settings, fold, FitOptions(1, 1, folds.of_polygons, {}))
    assert np.isfinite(result.scores).all()
    assert result.scores.max() == 1.0


def test_the_search_repeats_itself_with_any_number_of_threads(tmp_path):
    content = {"type": "sklearn", "classifier": "SVC", "search": {"grid": {"C": [0.1, 1]}, "folds": 3}}
    for threads in (1, 2):
        fitted = fit(content, threads=threads)
        files.save(fitted.model, tmp_path / f"{threads}.skops")
        fitted.search.write(tmp_path / f"{threads}.csv")
    for suffix in ("skops", "csv"):
        assert (tmp_path / f"1.{suffix}").read_bytes() == (tmp_path / f"2.{suffix}").read_bytes()


AREAS = {int(polygon): 0.1 + 0.01 * (polygon % 7) for polygon in np.unique(SAMPLES.polygons)}


@pytest.mark.parametrize("content", [{"trees": 5}, {"type": "sklearn", "classifier": "LinearDiscriminantAnalysis"}])
def test_probabilities_of_members_are_averaged(content, tmp_path):
    members = training_members.assign_members(SAMPLES, AREAS, 1.5, 3)
    settings = model_settings.of_content(content)
    whole = fit(content, members).model
    alone = [
        fitting.fit(
            SAMPLES,
            fitting.TrainingPlan(settings, [part], by_polygon, lambda _, number=number: 5 + number, 1, (), {}),
        ).model
        for number, part in enumerate(members)
    ]
    expected = np.mean([one.predict_proba(SAMPLES.features) for one in alone], axis=0)
    assert np.allclose(whole.predict_proba(SAMPLES.features), expected, atol=2e-6)
    assert whole.metadata[fitting.MEMBERS_TAG] == str(len(members)) != "1"
    path = tmp_path / f"m{settings.suffix}"
    files.save(whole, path)
    assert np.array_equal(files.load(path).predict_proba(SAMPLES.features), whole.predict_proba(SAMPLES.features))


def test_what_cannot_be_trained_is_said_in_one_message():
    with pytest.raises(InputError, match=r"model: LogisticRegression cannot be trained with these .*lbfgs"):
        fit({"type": "sklearn", "classifier": "LogisticRegression", "parameters": {"l1_ratio": 0.5}})
    single = TrainingSet(SAMPLES.features, SAMPLES.codes.copy(), SAMPLES.polygons, SAMPLES.names)
    single.codes[0] = 9
    with pytest.raises(InputError, match="class 9 has one training sample here; SVC needs two"):
        fit({"type": "sklearn", "classifier": "SVC"}, samples=single)
    one_polygon = TrainingSet(SAMPLES.features, SAMPLES.codes, np.ones(300, np.int64), SAMPLES.names)
    settings = model_settings.of_content({"search": {"grid": {"trees": [1]}, "groups": "block"}})
    with pytest.raises(InputError, match=r"model\.search: the samples lie in one polygon or block"):
        fitting.fit(
            one_polygon,
            fitting.TrainingPlan(settings, ALL, lambda one: one.polygons * 0, lambda _: 1, 1, (), {}),
        )


def test_a_classifier_that_cannot_predict_is_refused_before_it_maps():
    """Nearest neighbours are fitted to any number of samples, and fail when they predict."""
    few = SAMPLES.subset(np.arange(4))
    content = {"type": "sklearn", "classifier": "KNeighborsClassifier"}
    with pytest.raises(InputError, match=r"KNeighborsClassifier cannot be trained .* n_neighbors"):
        fit(content, [np.arange(4)], few)
    fit(content, [np.arange(5)], SAMPLES.subset(np.arange(5)))
