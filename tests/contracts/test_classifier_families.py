"""What every family of classifiers keeps to: a new one is held to it as soon as it stands in the registry.

It names here a few small sections of its own.
"""

import io
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numba
import numpy as np
import pytest

from bad_input.inputs import small_configuration
from landloom.configuration import configuration
from landloom.configuration.used_members import used_members
from landloom.core.errors import InputError
from landloom.jobs import resources
from landloom.models import files
from landloom.models.networks import pytorch
from landloom.models.registry import CONTEXTUAL, FAMILIES, MARKS, WRAPPER, families_of
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import FitOptions, TrainingSet
from landloom.provenance import code_digests
from landloom.training import fitting, folds, grid_search
from landloom.training import settings as model_settings
from landloom.training.registry import OF_TARGETS, TRAINERS, costs_module, settings_module

NETWORK = {"type": "network", "members": 1, "epochs": 8, "batch": 32}
RATES = {"learning_rate": [1e-9, 0.005]}
SMALL = {
    "forest": [
        {"type": "random_forest", "trees": 5, "search": {"grid": {"max_depth": [1, 8]}, "folds": 3}},
        {"type": "extra_trees", "trees": 5, "search": {"grid": {"max_depth": [1, 8]}, "folds": 3}},
        {"type": "sklearn", "classifier": "RandomForestClassifier", "parameters": {"n_estimators": 4}},
    ],
    "estimators": [
        {"type": "sklearn", "classifier": "KNeighborsClassifier"},
        {"type": "sklearn", "classifier": "SVC", "search": {"grid": {"C": [0.01, 1.0]}, "folds": 3}},
        {"type": "sklearn", "classifier": "HistGradientBoostingClassifier", "parameters": {"max_iter": 4}},
    ],
    "networks": [
        NETWORK | {"architecture": "attention", "members": 2, "search": {"grid": RATES, "folds": 3}},
        NETWORK | {"architecture": "tempcnn", "learning_rate": 0.01},
    ],
}
"""Sections of the configuration whose models are of a family, and trained in a moment."""

REDUCIBLE = [family for family in SMALL if family != "networks"]  # components have no dates
REDUCED = [SMALL[family][0] | {"reduction": {"components": 2}} for family in REDUCIBLE]
NEEDS_PYTORCH = pytest.mark.skipif(bool(pytorch.problem()), reason="networks: see make test-networks")


def where_it_can_be(value, family):
    """Return a parameter of tests that train or read models: those of networks need PyTorch."""
    return pytest.param(value, marks=NEEDS_PYTORCH if family == "networks" else ())


CASES = [where_it_can_be(content, family) for family, contents in SMALL.items() for content in contents] + REDUCED
TRAINED_HERE = [where_it_can_be(family, family) for family in TRAINERS]
SENSORS = ("s",)
NAMES = tuple(f"s_{band}_{date}" for band in ("B4", "B8") for date in ("20180101", "20180111", "20180121"))
METADATA = {"région": "Süd"}


def samples_of(count, seed):
    """Return samples of three classes, eight polygons each."""
    random = np.random.default_rng(seed)
    codes = (4 * random.integers(1, 4, count)).astype(np.int32)
    features = np.clip(random.normal(0, 500, (count, len(NAMES))) + 100 * codes[:, None], -9000, 9000)
    features[random.random(features.shape) < 0.02] = -10000
    return TrainingSet(features.astype(np.int16), codes, codes * 100 + random.integers(0, 8, count), NAMES)


SAMPLES = samples_of(180, 1)
PIXELS = samples_of(2600, 2).features


def trained(content, samples=SAMPLES, members=None, threads=1):
    """Return a model, trained as the workflow does."""
    settings = model_settings.of_content(content)
    how = fitting.TrainingPlan(
        settings,
        members or [np.arange(len(samples.codes))],
        lambda some: folds.of_polygons(some.codes, some.polygons, 3, 1),
        lambda member: 7 + member,
        threads,
        SENSORS,
        METADATA,
    )
    return fitting.fit(samples, how).model


def rewritten(path, entries):
    """Write a file as ours of whatever entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.fixture(
    params=CASES,
    ids=lambda content: "-".join(str(content.get(key)) for key in ("type", "classifier", "architecture")),
)
def content(request):
    return request.param


@pytest.fixture(scope="module")
def model_of():
    """Return a function: the model of a section, trained once."""
    known = {}

    def model(content):
        if str(content) not in known:
            known[str(content)] = trained(content)
        return known[str(content)]

    return model


@pytest.fixture
def one_thread():
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    yield
    numba.set_num_threads(before)


def test_every_family_is_held_to_the_contract():
    assert set(SMALL) == set(TRAINERS)
    assert set(FAMILIES) == {CONTEXTUAL, WRAPPER, *TRAINERS, *OF_TARGETS.values()}
    for family, contents in SMALL.items():
        assert {model_settings.of_content(content).family for content in contents} == {family}


@pytest.mark.parametrize("family", TRAINERS)
def test_sections_and_costs_stand_beside_the_trainer(family):
    for section in settings_module(family).SECTIONS:
        assert issubclass(section, TrainedSettings)
        assert section.__doc__
    costs = costs_module(family)
    for content in SMALL[family]:
        settings = model_settings.of_content(content)
        assert settings.suffix in costs.PREDICTION
        assert settings.all_parameters() == settings.with_parameters({}).all_parameters()
        assert resources.training_seconds(100, settings.classifier_name, 100, 1) > 0
        assert resources.training_mb(10_000, settings.classifier_name) > 10_000
    assert resources.TRAINING_COSTS.items() >= costs.TRAINING.items()


@pytest.mark.parametrize("family", TRAINERS)
def test_digests_of_code_hold_the_families_that_are_used(family):
    for content in SMALL[family]:
        plain = used_members(configuration.parse(small_configuration(model=content)))
        assert plain["landloom.models.registry.FAMILIES"] == [family]
        assert plain["landloom.training.registry.TRAINERS"] == [family]
        if family not in REDUCIBLE:
            continue
        reduced = content | {"reduction": {"components": 2}}
        used = used_members(configuration.parse(small_configuration(model=reduced)))
        assert set(used["landloom.models.registry.FAMILIES"]) == {family, WRAPPER}
        iterated = used_members(configuration.parse(small_configuration(model=content, context={})))
        assert set(iterated["landloom.models.registry.FAMILIES"]) == {family, CONTEXTUAL}
    frozen = small_configuration(model={"type": "frozen", "file": "{region}_run{run}.npz"})
    used = used_members(configuration.parse(frozen))
    assert set(used["landloom.models.registry.FAMILIES"]) == set(FAMILIES)
    assert used["landloom.training.registry.TRAINERS"] == []


def imported_by(module):
    """Return the names of all modules that a module imports, directly or not."""
    names, todo = set(), [module]
    while todo:
        name = todo.pop()
        source = code_digests._sources().get(f"{name.replace('.', '/')}.py")
        if source and name not in names:
            names.add(name)
            todo += source.imports
    return names


@pytest.mark.parametrize("family", TRAINERS)
def test_digests_of_a_trainer_hold_its_sections_and_no_costs(family):
    modules = imported_by(TRAINERS[family])
    for content in SMALL[family]:
        assert type(model_settings.of_content(content)).__module__ in modules
    assert not {name for name in modules if name.endswith(".costs")}
    assert TRAINERS[family] not in imported_by("landloom.models.files") | imported_by(FAMILIES[family])


@pytest.mark.parametrize("family", TRAINERS)
def test_parameters_are_checked_before_any_job(family):
    for content in SMALL[family]:
        settings = model_settings.of_content(content)
        if settings.CHECKED_BY:
            assert TRAINERS.load(family).problems(settings) == []


def test_probabilities(content, model_of):
    model = model_of(content)
    found = model.predict_proba(PIXELS)
    assert (found.dtype, found.shape) == (np.float32, (len(PIXELS), 3))
    assert (model.classes.tolist(), model.classes.dtype) == ([4, 8, 12], np.int32)
    assert model.feature_names == NAMES
    assert ((found >= 0) & (found <= 1)).all()
    assert abs(found.sum(axis=1, dtype=np.float64) - 1).max() < 1e-5
    right = model.classes[found.argmax(axis=1)] == samples_of(2600, 2).codes
    assert right.mean() > 0.6
    probabilities, decider = model.decide(PIXELS)
    assert decider is None
    assert np.array_equal(probabilities, found)


def test_a_pixel_has_its_probabilities_whatever_the_others_are(content, model_of, one_thread):
    model = model_of(content)
    whole = model.predict_proba(PIXELS)
    for size in (1, 613):
        part = PIXELS[: 40 * size]
        cuts = [model.predict_proba(part[start : start + size]) for start in range(0, len(part), size)]
        assert np.array_equal(np.concatenate(cuts), whole[: len(part)])
    assert model.predict_proba(PIXELS[:0]).shape == (0, 3)


@pytest.mark.parametrize("wrong", [PIXELS[:5].astype(float), PIXELS[:5, :4], PIXELS[:6].T.copy().T])
def test_features_of_another_kind_are_refused(wrong, content, model_of):
    with pytest.raises(ValueError, match="features must be"):
        model_of(content).predict_proba(wrong)


def test_a_model_survives_its_file_always_of_the_same_bytes(content, model_of, tmp_path):
    model, again = model_of(content), trained(content, threads=2)
    for number, one in enumerate((model, model, again)):
        files.save(one, tmp_path / str(number))
    written = [(tmp_path / str(number)).read_bytes() for number in range(3)]
    assert written[0] == written[1] == written[2]
    opened = files.load(tmp_path / "0")
    assert opened.family == model.family == (WRAPPER if "reduction" in content else opened.family)
    assert (opened.feature_names, opened.classes.tolist()) == (model.feature_names, model.classes.tolist())
    assert opened.metadata == model.metadata
    assert opened.metadata.items() >= METADATA.items()
    assert np.array_equal(opened.predict_proba(PIXELS), model.predict_proba(PIXELS))
    files.save(opened, tmp_path / "3")
    assert (tmp_path / "3").read_bytes() == written[0]


def test_a_file_is_of_one_family(content, model_of):
    model = model_of(content)
    names = list(files.entries(model))
    recognised = families_of(names)
    assert recognised[0] == model.family
    assert len(recognised) == (2 if model.family == WRAPPER else 1)


def test_all_families_are_recognised():
    assert list(MARKS) == list(FAMILIES)
    assert families_of([]) == []


class Danger:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_opening_a_file_runs_no_code(content, model_of, tmp_path):
    canary = tmp_path / "canary"
    entries, array = files.entries(model_of(content)), io.BytesIO()
    np.save(array, np.array([Danger(canary)], object), allow_pickle=True)
    for name in entries:
        for danger in (array.getvalue(), pickle.dumps(Danger(canary))):
            with pytest.raises(InputError, match="landloom"):
                files.load(rewritten(tmp_path / "model", entries | {name: danger}))
    assert not canary.exists()


def test_a_damaged_file_is_an_input_error(content, model_of, tmp_path):
    path = tmp_path / "model"
    with pytest.raises(InputError, match="model cannot be read"):
        files.load(path)
    files.save(model_of(content), path)
    whole, entries = path.read_bytes(), files.entries(model_of(content))
    for cut in (b"", whole[:10], whole[: len(whole) // 2], whole[:-3]):
        path.write_bytes(cut)
        with pytest.raises(InputError, match="model is not a"):
            files.load(path)
    for missing in entries:
        with pytest.raises(InputError, match="model is not a"):
            files.load(rewritten(path, {name: data for name, data in entries.items() if name != missing}))


def test_a_class_with_one_sample_is_trained_or_refused_in_words(content):
    codes = SAMPLES.codes.copy()
    codes[0] = 2
    alone = {key: value for key, value in content.items() if key != "search"}
    outcome = outcome_of(alone, replace(SAMPLES, codes=codes))
    assert outcome == "2 4 8 12" or "class 2 has one training sample" in outcome


def outcome_of(content, samples):
    """Return the classes that a model knows, or why there is none."""
    try:
        return " ".join(map(str, trained(content, samples).classes))
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("family", TRAINED_HERE)
def test_united_models_are_the_mean_of_their_members(family, tmp_path):
    trainer = TRAINERS.load(family)
    for content in SMALL[family]:
        settings, models = model_settings.of_content(content), []
        for seed, kept in enumerate((SAMPLES.codes <= 8, SAMPLES.codes >= 8)):
            options = FitOptions(seed, 1, folds.of_polygons, {"member": str(seed)}, SENSORS)
            models.append(trainer.fit(SAMPLES.subset(np.flatnonzero(kept)), settings, options))
        whole = trainer.united(models)
        expected = np.zeros((len(PIXELS), 3))
        expected[:, :2] += models[0].predict_proba(PIXELS) / 2
        expected[:, 1:] += models[1].predict_proba(PIXELS) / 2
        assert whole.classes.tolist() == [4, 8, 12]
        assert whole.metadata == models[0].metadata
        np.testing.assert_allclose(whole.predict_proba(PIXELS), expected, atol=2e-6)
        files.save(whole, tmp_path / "model")
        opened = files.load(tmp_path / "model")
        assert np.array_equal(opened.predict_proba(PIXELS), whole.predict_proba(PIXELS))


@pytest.mark.parametrize("family", TRAINED_HERE)
def test_the_search_tries_every_combination(family):
    searched = [content for content in SMALL[family] if "search" in content]
    fold = folds.of_polygons(SAMPLES.codes, SAMPLES.polygons, 3, 1)
    for content in searched:
        settings = model_settings.of_content(content)
        one, two = (
            grid_search.search(SAMPLES, settings, fold, FitOptions(5, threads, folds.of_polygons, {}, SENSORS))
            for threads in (1, 2)
        )
        assert np.array_equal(one.scores, two.scores)
        assert one.scores.shape == (2, 3)
        assert one.best == 1  # the other value makes it too weak
        assert one.chosen == one.candidates[1]
