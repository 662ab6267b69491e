"""Scikit-learn's regressors: all that the catalogue names are fitted, stored, read back safely."""

import warnings

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.regression import estimator_checks
from landloom.models.regression.interface import Calibration, ValueOptions
from landloom.models.scikit_learn.regressors import FORESTS, REGRESSORS
from landloom.training import registry
from landloom.training import settings as model_settings
from unit.models.regression.test_forest import PIXELS, SAMPLES, folds_of_no_one

PARAMETERS = {
    "GradientBoostingRegressor": {"n_estimators": 4},
    "HistGradientBoostingRegressor": {"max_iter": 4},
    "MLPRegressor": {"hidden_layer_sizes": [4], "max_iter": 20},
}
OPTIONS = ValueOptions(5, 1, Calibration(1.0, 2.0), {"a": "b"}, folds_of_no_one)


def fitted(name):
    content = {"type": "sklearn", "regressor": name, "parameters": PARAMETERS.get(name, {})}
    settings = model_settings.of_content(content)
    trainer = registry.REGRESSORS.load(settings.family)
    assert trainer.problems(settings) == []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of iterations that were too few
        return trainer.fit(SAMPLES, settings, OPTIONS)


@pytest.mark.parametrize("name", sorted(set(REGRESSORS) - set(FORESTS)))
def test_a_regressor_survives_its_file(name, tmp_path):
    model = fitted(name)
    files.save(model, tmp_path / "model")
    files.save(fitted(name), tmp_path / "again")
    assert (tmp_path / "model").read_bytes() == (tmp_path / "again").read_bytes()
    opened = files.load(tmp_path / "model")
    found = model.predict_proba(PIXELS)
    np.testing.assert_array_equal(opened.predict_proba(PIXELS), found)
    assert (opened.metadata, opened.feature_names) == (OPTIONS.metadata, SAMPLES.names)
    assert (found[:, 1] == 2).all()  # no spread: the floor
    np.testing.assert_array_equal(model.predict_proba(PIXELS[100:101]), found[100:101])


def test_a_linear_model_finds_the_line_whatever_the_scale():
    values, _ = fitted("LinearRegression").estimate(SAMPLES.features)
    assert np.corrcoef(values, SAMPLES.values)[0, 1] > 0.98
    assert abs(float((values - SAMPLES.values).mean())) < 0.01


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("SVR", lambda one: setattr(one.named_steps["classifier"], "_dual_coef_", np.zeros((1, 1)))),
        ("DecisionTreeRegressor", lambda one: one.tree_.feature.__setitem__(0, 3)),
        ("KNeighborsRegressor", lambda one: setattr(one.named_steps["classifier"], "_y", np.zeros(2))),
    ],
)
def test_what_compiled_code_goes_by_is_checked(name, harm):
    model = fitted(name)
    estimator_checks.check(model.regressor, 3)
    harm(model.regressor)
    with pytest.raises(ValueError, match=r"broken|uses other features"):
        estimator_checks.check(model.regressor, 3)


def test_other_types_are_not_read(tmp_path):
    model = fitted("Ridge")
    entries = files.entries(model)
    entries["schema.json"] = entries["schema.json"].replace(b"StandardScaler", b"FunctionTransformer")
    from landloom.models.archives import write_archive

    write_archive(tmp_path / "model", entries)
    with pytest.raises(InputError, match=r"types that are not trusted: .*FunctionTransformer"):
        files.load(tmp_path / "model")
