"""One forest trained by scikit-learn, in the file format of each program; none of them is a pickle."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestClassifier

LANDLOOM, SKLEARN, ONNX, TREELITE, YDF = "landloom.npz", "sklearn.npz", "forest.onnx", "forest.treelite", "forest.ydf"


def train(features: np.ndarray, labels: np.ndarray, trees: int) -> RandomForestClassifier:
    """Train a forest as landloom does by default."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(trees, max_depth=25, random_state=0, n_jobs=-1).fit(features, labels)


def save_all(classifier: RandomForestClassifier, folder: Path) -> None:
    """Write the forest for landloom, scikit-learn and those of the others that are installed."""
    from landloom.models import files
    from landloom.models.forest import conversion

    names = [f"feature_{number}" for number in range(classifier.n_features_in_)]
    files.save(conversion.from_sklearn(classifier, names, {}), folder / LANDLOOM)
    save_sklearn(classifier, folder / SKLEARN)
    if find_spec("skl2onnx"):
        _save_onnx(classifier, folder / ONNX)
    if find_spec("treelite"):
        import treelite

        treelite.sklearn.import_model(classifier).serialize(str(folder / TREELITE))
    if find_spec("ydf"):
        import ydf

        ydf.from_sklearn(classifier).save(str(folder / YDF))


def _save_onnx(classifier: RandomForestClassifier, path: Path) -> None:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    inputs = [("features", FloatTensorType([None, classifier.n_features_in_]))]
    model = to_onnx(classifier, initial_types=inputs, options={id(classifier): {"zipmap": False}})
    path.write_bytes(model.SerializeToString())


def save_sklearn(classifier: RandomForestClassifier, path: Path) -> None:
    """Write scikit-learn's own arrays of all trees, so that its code walks just what it has trained."""
    states = [estimator.tree_.__getstate__() for estimator in classifier.estimators_]
    np.savez(
        path,
        nodes=np.concatenate([state["nodes"] for state in states]),
        values=np.concatenate([state["values"] for state in states]),
        counts=np.array([state["node_count"] for state in states]),
        depths=np.array([state["max_depth"] for state in states]),
        classes=classifier.classes_,
        features=np.array(classifier.n_features_in_),
    )


def load_sklearn(path: Path, threads: int) -> RandomForestClassifier:
    """Read what `save_sklearn` wrote."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier
    from sklearn.tree._tree import Tree

    with np.load(path) as content:
        arrays = dict(content)
    common = {
        "classes_": arrays["classes"],
        "n_classes_": len(arrays["classes"]),
        "n_features_in_": int(arrays["features"]),
        "n_outputs_": 1,
    }
    classifier = RandomForestClassifier(len(arrays["counts"]), n_jobs=threads)
    vars(classifier).update(common, estimators_=[])
    ends = np.cumsum(arrays["counts"])
    for start, end, depth in zip(ends - arrays["counts"], ends, arrays["depths"], strict=True):
        tree = Tree(common["n_features_in_"], np.array([common["n_classes_"]]), 1)
        part = slice(start, end)
        state = {"nodes": arrays["nodes"][part], "values": arrays["values"][part]}
        tree.__setstate__({"max_depth": int(depth), "node_count": int(end - start), **state})
        estimator = DecisionTreeClassifier()
        vars(estimator).update(common, tree_=tree)
        classifier.estimators_.append(estimator)
    return classifier
