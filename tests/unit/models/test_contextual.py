"""Models of auto-context: a file of several, of any family."""

import zipfile

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.models import contextual, files
from landloom.models.contextual import DESCRIPTION, Contextual, context_names
from landloom.models.registry import entry_names, families_of
from landloom.models.training_data import TrainingSet
from landloom.training import fitting
from landloom.training import settings as model_settings

NAMES = ("s_B4_20180101", "s_B8_20180101")
HOW = {"iterations": 1, "histogram": "labels", "superpixels": {"side_px": 10}}
SECTIONS = {
    "forest": {"type": "random_forest", "trees": 3},
    "estimators": {"type": "sklearn", "classifier": "KNeighborsClassifier"},
}


def member(content, names, codes=(4, 8)):
    rng = np.random.default_rng(1)
    labels = np.repeat(np.array(codes, np.int32), 20)
    features = (labels[:, None] * 100 + rng.normal(0, 50, (len(labels), len(names)))).astype(np.int16)
    samples = TrainingSet(features, labels, np.arange(len(labels)), tuple(names))
    settings = model_settings.of_content(content)
    plan = fitting.TrainingPlan(settings, [np.arange(len(labels))], None, lambda _: 1, 1, ["s"], {"é": "b"})
    return fitting.fit(samples, plan).model


@pytest.fixture(params=SECTIONS)
def model(request):
    content = SECTIONS[request.param]
    members = member(content, NAMES), member(content, NAMES + context_names(np.array([4, 8])))
    return Contextual(members, HOW)


def rewritten(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_a_model_survives_its_file(model, tmp_path):
    for name in ("0", "1"):
        files.save(model, tmp_path / name)
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
    opened = files.load(tmp_path / "0")
    assert opened.how == HOW
    assert (opened.feature_names, opened.classes.tolist(), opened.metadata) == (NAMES, [4, 8], model.metadata)
    matrix = np.random.default_rng(2).integers(0, 900, (30, 4)).astype(np.int16)
    for one, other in zip(opened.members, model.members, strict=True):
        part = np.ascontiguousarray(matrix[:, : len(one.feature_names)])
        np.testing.assert_array_equal(one.predict_proba(part), other.predict_proba(part))
    assert families_of(entry_names(tmp_path / "0")) == ["contextual", model.members[0].family]


def test_pixels_are_not_classified_one_by_one(model):
    with pytest.raises(InputError, match="give the configuration `context`"):
        model.decide(np.zeros((1, 2), np.int16))


def test_what_is_not_whole_is_refused(model, tmp_path):
    entries, path = files.entries(model), tmp_path / "model"
    last = next(name for name in entries if name.startswith("context_1"))
    wrong = [
        {name: data for name, data in entries.items() if name != last},
        {name: data for name, data in entries.items() if name != DESCRIPTION},
        entries | {last: b"nothing"},
        entries | {last: entries[last.replace("_1", "_0")]},
        entries | {DESCRIPTION: b'{"format": "another", "how": {}}'},
        {("context_x.forest" if name == last else name): data for name, data in entries.items()},
    ]
    for one in wrong:
        with pytest.raises(InputError, match="model is not a whole model"):
            files.load(rewritten(path, one))


def test_members_belong_together():
    other = Contextual((member(SECTIONS["forest"], NAMES), member(SECTIONS["forest"], NAMES, (4, 9))), HOW)
    with pytest.raises(ValueError, match="classes of iteration 1"):
        contextual._check(other)
