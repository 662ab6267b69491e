"""Files of scikit-learn's classifiers: skops files, read without running code, and of the types listed here alone.

A file is a zip archive of JSON and arrays. Beside what skops puts there, `landloom.json` names features, classes and
metadata. skops names arrays by their places in memory; here they are numbered: one model gives the same bytes.
"""

import io
import json
import os
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.models.archives import BROKEN, array_bytes, check_entry
from landloom.models.estimators import checks
from landloom.models.estimators.model import EstimatorModel
from landloom.models.registry import MARKS

FORMAT = "landloom estimators 1"
DESCRIPTION, SCHEMA = MARKS["estimators"], "schema.json"

LOADERS = frozenset(
    {"DictNode", "JsonNode", "ListNode", "LossNode", "NdArrayNode", "ObjectNode", "TreeNode", "TupleNode", "TypeNode"}
)
"""What skops may do: make plain values, arrays, objects of the types below. Never call a function."""

PLAIN_TYPES = frozenset(
    {f"builtins.{name}" for name in ("dict", "list", "tuple", "str", "int", "float", "bool")}
    | {f"numpy.{name}" for name in ("ndarray", "float32", "float64", "int32", "int64", "uint64", "bool")}
)

SKLEARN_TYPES = frozenset(
    f"sklearn.{name}"
    for name in (
        "_loss._loss.CyHalfBinomialLoss",
        "_loss._loss.CyHalfMultinomialLoss",
        "_loss._loss.CyExponentialLoss",
        "_loss.link.Interval",
        "_loss.link.LogitLink",
        "_loss.link.HalfLogitLink",
        "_loss.link.MultinomialLogit",
        "_loss.loss.ExponentialLoss",
        "_loss.loss.HalfBinomialLoss",
        "_loss.loss.HalfMultinomialLoss",
        "calibration.CalibratedClassifierCV",
        "calibration._CalibratedClassifier",
        "calibration._SigmoidCalibration",
        "discriminant_analysis.LinearDiscriminantAnalysis",
        "discriminant_analysis.QuadraticDiscriminantAnalysis",
        "dummy.DummyClassifier",
        "ensemble._bagging.BaggingClassifier",
        "ensemble._gb.GradientBoostingClassifier",
        "ensemble._hist_gradient_boosting.binning._BinMapper",
        "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier",
        "ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "ensemble._weight_boosting.AdaBoostClassifier",
        "linear_model._logistic.LogisticRegression",
        "linear_model._perceptron.Perceptron",
        "linear_model._ridge.RidgeClassifier",
        "linear_model._sgd_fast.EpsilonInsensitive",
        "linear_model._sgd_fast.Hinge",
        "linear_model._sgd_fast.ModifiedHuber",
        "linear_model._sgd_fast.SquaredEpsilonInsensitive",
        "linear_model._sgd_fast.SquaredHinge",
        "linear_model._stochastic_gradient.SGDClassifier",
        "naive_bayes.BernoulliNB",
        "naive_bayes.GaussianNB",
        "neighbors._classification.KNeighborsClassifier",
        "neighbors._nearest_centroid.NearestCentroid",
        "neural_network._multilayer_perceptron.MLPClassifier",
        "pipeline.Pipeline",
        "preprocessing._data.StandardScaler",
        "preprocessing._label.LabelBinarizer",
        "preprocessing._label.LabelEncoder",
        "svm._classes.LinearSVC",
        "svm._classes.NuSVC",
        "svm._classes.SVC",
        "tree._classes.DecisionTreeClassifier",
        "tree._classes.DecisionTreeRegressor",
        "tree._classes.ExtraTreeClassifier",
        "tree._tree.Tree",
    )
)

TRUSTED = PLAIN_TYPES | SKLEARN_TYPES
"""None of them does more than hold data when it is made; what their compiled code needs is checked afterwards."""


def entries(model: EstimatorModel) -> dict[str, bytes]:
    """Return what the file of a model holds, by the names of the entries.

    Raises
    ------
    InputError
        If a member holds something that could not be read again.
    """
    description = {
        "format": FORMAT,
        "feature_names": model.feature_names,
        "classes": model.classes.tolist(),
        "metadata": model.metadata,
    }
    text = json.dumps(description, sort_keys=True, ensure_ascii=False, indent=1)
    return {DESCRIPTION: text.encode(), **dumped(list(model.members), TRUSTED)}


def dumped(members: list[Any], trusted: frozenset[str]) -> dict[str, bytes]:
    """Return what the file of fitted estimators holds of them: skops's description, and arrays.

    Raises
    ------
    InputError
        If one holds a type that is not trusted, which could not be read again.
    """
    import skops.io

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(members))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(content.pop(SCHEMA))
    unknown = sorted(_unknown(schema, trusted))
    if unknown:
        raise InputError(f"a model that holds {', '.join(unknown)} cannot be stored; choose other parameters")
    arrays = {new: _without_padding(content[old]) for old, new in _number(schema).items()}
    return {SCHEMA: json.dumps(schema).encode(), **arrays}


def _without_padding(content: bytes) -> bytes:
    """Return an array's file with zeros between the fields of its records, where there is what was in memory."""
    array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype.fields is None:
        return content
    clean = np.zeros(array.shape, array.dtype)
    for name in array.dtype.names or ():
        clean[name] = array[name]
    return array_bytes(clean)


def loaded(content: bytes, trusted: frozenset[str]) -> list[Any]:
    """Return the fitted estimators of a file; raises ValueError where it holds a type that is not trusted."""
    import skops.io

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(content):
                raise ValueError(f"{entry.filename} is compressed")
        schema = json.loads(archive.read(SCHEMA))
    unknown = sorted(_unknown(schema, trusted))
    if unknown:
        raise ValueError(f"it holds types that are not trusted: {', '.join(unknown[:5])}")
    for name in {node["file"] for node in _nodes(schema) if "file" in node}:
        check_entry(io.BytesIO(content), name)
    return list(skops.io.loads(content, trusted=sorted(trusted)))


def _nodes(schema: Any) -> Any:
    """Yield all nodes of skops's description of an object, in their order."""
    todo = [schema]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if "__loader__" in one:
                yield one
            todo += reversed(one.values())
        elif isinstance(one, list):
            todo += reversed(one)


def _unknown(schema: Any, trusted: frozenset[str]) -> set[str]:
    """Return the types that are not on the list, and what is to be done with those that are not to be made."""
    found = set()
    for node in _nodes(schema):
        name = f"{node.get('__module__')}.{node.get('__class__')}"
        if name not in trusted:
            found.add(name)
        elif node["__loader__"] not in LOADERS:
            found.add(f"a {node['__loader__']} of {name}")
    return found


def _number(schema: Any) -> dict[str, str]:
    """Give nodes and arrays numbers in their order, not places in memory; return the arrays' new names."""
    numbers: dict[int, int] = {}
    names: dict[str, str] = {}
    for node in _nodes(schema):
        node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
        if "file" in node:
            node["file"] = names.setdefault(node["file"], f"{len(names) + 1}.npy")
    return names


def read(path: str | os.PathLike[str]) -> EstimatorModel:
    """Read a model; opening the file never runs code, and what compiled code goes by is checked.

    Raises
    ------
    InputError
        If the file cannot be read, is no whole model as :func:`entries` gives it, or holds types that are not on the
        list.
    """
    with whole_model(path):
        model = _read(Path(path))
        checks.check(model.members, len(model.feature_names))
        _try(model)
    return model


@contextmanager
def whole_model(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise InputError, which names the file of a model, where it cannot be read or is found to be broken."""
    try:
        yield
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (*BROKEN, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} is not a whole model written by landloom: {reason[0]}") from error


def _read(path: Path) -> EstimatorModel:
    """Read a model whose types are all on the list."""
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        description = json.loads(archive.read(DESCRIPTION))
    if description["format"] != FORMAT:
        raise ValueError(f"its format is {description['format']!r}, not {FORMAT!r}")
    members = loaded(content, TRUSTED)
    classes, names = np.array(description["classes"], np.int32), tuple(description["feature_names"])
    if not all(isinstance(name, str) for name in names):
        raise ValueError("a feature's name is not text")
    if classes.ndim != 1 or classes.size == 0 or np.any(classes[1:] <= classes[:-1]):
        raise ValueError("its classes are not ascending")
    return EstimatorModel(tuple(members), names, classes, dict(description["metadata"]))


def _try(model: EstimatorModel) -> None:
    """Raise ValueError for a model that does not predict."""
    if not model.members:
        raise ValueError("it has no member")
    for member in model.members:
        codes = np.asarray(member.classes_)
        if codes.dtype.kind != "i" or not set(codes.tolist()) <= set(model.classes.tolist()):
            raise ValueError("its classes are broken")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        probabilities = model.predict_proba(np.zeros((1, len(model.feature_names)), np.int16))
    if not np.all(probabilities >= 0) or abs(float(probabilities.sum()) - 1) > 1e-3:
        raise ValueError("its probabilities are broken")
