"""Models of components: the components are scikit-learn's, and to those who map the model is one like others."""

import io
import json
import zipfile

import numba
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from landloom.accuracy import cross_validation
from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.fusion import sensor_model
from landloom.models import files, transfer
from landloom.models.reduction import MOST, UNITS_PER_SIGMA
from landloom.models.training_data import TrainingSet
from landloom.training import component_analysis, fitting
from landloom.training import reduction as reduction_step
from landloom.training import settings as model_settings
from landloom.training.component_analysis import Reducing
from landloom.training.component_groups import groups_of

SENSORS = ("s2", "s2_old")
BANDS, DATES = ("B4", "B8", "NDVI"), ("20180101", "20180111", "20180121", "20180131")
NAMES = (*(f"{sensor}_{band}_{date}" for sensor in SENSORS for date in DATES for band in BANDS), "slope", "height_m")
GROUPS = {"all": 1, "sensor": 3, "band": 4, "date": 5, "sensor_band": 7, "sensor_date": 9}
FOREST = {"type": "random_forest", "trees": 5}
NEIGHBOURS = {"type": "sklearn", "classifier": "KNeighborsClassifier"}


def samples_of(count, seed):
    """Return samples of three classes whose features go together, of which some are missing."""
    random = np.random.default_rng(seed)
    codes = random.integers(1, 4, count).astype(np.int32)
    causes = random.normal(0, 1, (count, 6)) * 1.7 ** np.arange(6) + 9 * codes[:, None]
    noise = random.normal(0, 60, (count, len(NAMES)))
    features = (1500 + 80 * causes @ np.random.default_rng(0).normal(0, 1, (6, len(NAMES))) + noise).astype(np.int16)
    features[random.random(features.shape) < 0.03] = NODATA
    features[::9, [name.startswith("s2_old") for name in NAMES]] = NODATA
    return TrainingSet(features, codes, np.arange(count) // 5, NAMES)


SAMPLES = samples_of(400, 1)
PIXELS = samples_of(1500, 2).features


def of_kind(kind, components):
    return component_analysis.fit(SAMPLES.features, NAMES, Reducing(groups_of(NAMES, SENSORS, kind), components))


def trained(model, samples=SAMPLES, threads=1, **reduction):
    settings = model_settings.of_content(model | {"reduction": reduction})
    everything = [np.arange(len(samples.codes))]
    plan = fitting.TrainingPlan(settings, everything, None, lambda _: 5, threads, SENSORS, {"a": "b"})
    return fitting.fit(samples, plan).model


def sklearn_components(columns, components):
    """Return the components of the pixels by scikit-learn, and which pixels have any of the features."""
    known = SAMPLES.features[:, columns]
    known = known[(known != NODATA).any(axis=1)].astype(float)
    pca = PCA(components, svd_solver="full")
    pipeline = make_pipeline(SimpleImputer(missing_values=NODATA), StandardScaler(), pca).fit(known)
    found = pipeline.transform(PIXELS[:, columns].astype(float)) / np.sqrt(pca.explained_variance_)
    return found * UNITS_PER_SIGMA, (PIXELS[:, columns] != NODATA).any(axis=1), pca.explained_variance_ratio_.sum()


@pytest.mark.parametrize(("kind", "components"), [(kind, 2) for kind in GROUPS] + [("band", 0.9), ("all", 6)])
def test_components_are_those_of_sklearn(kind, components):
    groups = groups_of(NAMES, SENSORS, kind)
    found = of_kind(kind, components)
    assert list(found.kept) == list(dict.fromkeys(groups))
    assert len(found.kept) == GROUPS[kind]
    columns, start = found.reduction.apply(PIXELS), 0
    for group in found.kept:
        members = np.flatnonzero(np.array(groups) == group)
        expected, seen, kept = sklearn_components(members, components)
        own = columns[:, start : start + expected.shape[1]]
        assert np.abs(own[seen] - np.clip(expected[seen], -MOST, MOST)).max() < 0.5001
        assert (own[~seen] == NODATA).all()
        assert found.kept[group] == pytest.approx(kept)
        start += expected.shape[1]
    assert start == columns.shape[1] == len(set(found.reduction.component_names))


def test_groups_go_by_names():
    names = ("s2_B4_20180101", "s2_old_B4_20180101", "s2_old_my_band_20180111", "slope", "s2_slope")
    assert groups_of(names, SENSORS, "band") == ("B4", "B4", "my_band", "others", "others")
    assert groups_of(names, SENSORS, "sensor_date")[:4] == (
        "s2_20180101",
        "s2_old_20180101",
        "s2_old_20180111",
        "others",
    )
    assert groups_of(names, SENSORS, "sensor") == ("s2", "s2_old", "s2_old", "others", "s2")
    assert groups_of(names, SENSORS, "all") == ("all",) * 5


def test_no_more_components_than_there_is_to_tell():
    assert len(of_kind("all", 1000).reduction.component_names) <= len(NAMES)
    twins = np.repeat(SAMPLES.features[:, :1], 4, axis=1)
    found = component_analysis.fit(twins, ("a", "b", "c", "d"), Reducing(("x",) * 4, 3))
    assert found.reduction.component_names == ("x_component1",)
    still = component_analysis.fit(np.full((9, 2), 7, np.int16), ("a", "b"), Reducing(("x",) * 2, 2))
    assert not still.reduction.apply(np.array([[7, 9]], np.int16)).any()
    unseen = component_analysis.fit(np.full((9, 2), NODATA, np.int16), ("a", "b"), Reducing(("x",) * 2, 2))
    assert unseen.reduction.apply(np.array([[NODATA, NODATA]], np.int16)).tolist() == [[NODATA]]


def test_neither_threads_nor_other_pixels_count():
    reduction = of_kind("band", 3).reduction
    whole = reduction.apply(PIXELS)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    parts = [reduction.apply(np.ascontiguousarray(part)) for part in np.array_split(PIXELS, 13)]
    numba.set_num_threads(before)
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    with pytest.raises(ValueError, match="int16 of shape"):
        reduction.apply(PIXELS[:, :3])


@pytest.mark.parametrize("model", [FOREST, NEIGHBOURS])
def test_survives_its_file(model, tmp_path):
    first, again = trained(model, components=2), trained(model, components=2, threads=2)
    files.save(first, tmp_path / "one")
    files.save(again, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    opened = files.load(tmp_path / "one")
    assert opened.feature_names == NAMES
    assert opened.metadata["a"] == "b"
    assert json.loads(opened.metadata[reduction_step.REDUCTION_TAG])["B4"]["components"] == 2
    np.testing.assert_array_equal(opened.classes, [1, 2, 3])
    np.testing.assert_array_equal(opened.predict_proba(PIXELS), first.predict_proba(PIXELS))
    np.testing.assert_array_equal(
        opened.predict_proba(PIXELS), opened.inner.predict_proba(opened.reduction.apply(PIXELS))
    )


def test_file_without_its_reduction_is_refused(tmp_path):
    files.save(trained(FOREST, components=2), tmp_path / "m")
    with zipfile.ZipFile(tmp_path / "m") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    positions = io.BytesIO()
    np.save(positions, np.arange(26)[::-1] + 1)
    broken = [
        content | {"reduction_columns.npy": positions.getvalue()},
        content | {"reduction.json": content["reduction.json"].replace(b"B4_component1", b"B5_component1")},
        {name: data for name, data in content.items() if name != "reduction_means.npy"},
        {name: data for name, data in content.items() if name != "reduction.json"},
    ]
    for entries in broken:
        with zipfile.ZipFile(tmp_path / "m", "w") as archive:
            for name, data in entries.items():
                archive.writestr(name, data)
        with pytest.raises(InputError, match=r"m is not a whole model written by landloom"):
            files.load(tmp_path / "m")


def test_model_of_features_to_who_maps(tmp_path):
    model = trained(FOREST, groups="date", components=2)
    transfer.check_features(model.feature_names, NAMES)
    fused = sensor_model.joined([model, model], NAMES, SENSORS, np.ones((2, 3)), [1, 2, 3])
    np.testing.assert_array_equal(fused.predict_proba(PIXELS), model.predict_proba(PIXELS))


def test_folds_are_reduced_by_those_that_train_alone(monkeypatch):
    settings = model_settings.of_content(FOREST | {"reduction": {"components": 2}})
    seen, fit = [], component_analysis.fit
    monkeypatch.setattr(
        component_analysis, "fit", lambda features, *others: seen.append(len(features)) or fit(features, *others)
    )
    found = cross_validation.predict(
        settings, SAMPLES, np.arange(400) % 4, cross_validation.Training(10**6, 1, 1, SENSORS)
    )
    assert seen == [300] * 4
    assert (found.predicted[(SAMPLES.features != NODATA).any(axis=1)] == SAMPLES.codes).mean() > 0.5
    assert reduction_step.how_to_reduce(model_settings.of_content(FOREST), NAMES, SENSORS) is None
