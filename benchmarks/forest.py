"""Class probabilities of a random forest: landloom against the programs that walk scikit-learn's forests, and OTB."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import data, forest_files, forest_maps, otb
from benchmarks.contest import Case, Contestant, Job, examine, result_path

COLUMNS = 512
TOLERANCE = 1e-4
TIE = 1e-6
"""Sums of float32 in another order differ by less."""
BATCH = 4096
"""Pixels that ONNX Runtime is given at a time."""


def make(folder: Path, quick: bool) -> dict[str, Any]:
    """Draw samples and pixels, train, and write everything in the form that each program takes."""
    count, pixels, trees = (2000, 16 * COLUMNS, 10) if quick else (20_000, 256 * COLUMNS, 100)
    features, labels = data.samples(count, seed=1)
    image, truth = data.samples(pixels, seed=2)
    np.save(folder / "image.npy", image)
    np.save(folder / "truth.npy", truth)
    classifier = forest_files.train(features, labels, trees)
    forest_files.save_all(classifier, folder)
    found = [estimator.tree_ for estimator in classifier.estimators_]
    steps = np.mean([tree.decision_path(image[:1000].astype(np.float32)).sum(axis=1).mean() for tree in found])
    facts = {
        "training samples": count,
        "features": data.FEATURES,
        "classes": data.CLASSES,
        "pixels": pixels,
        "trees": trees,
        "nodes": sum(tree.node_count for tree in found),
        "depth": max(tree.max_depth for tree in found),
        "nodes passed per pixel and tree": round(float(steps), 1),
    }
    if otb.version():
        facts["nodes of the forest that OTB trained"] = otb.train(folder, features, labels, trees)
        otb.write_raster(folder / otb.RASTER, image, COLUMNS)
        otb.write_raster(folder / otb.PIXEL, image[:1], 1)
    return facts


def start_landloom(folder: Path, threads: int) -> Job:
    """`Forest.predict_proba` on int16."""
    from landloom.jobs.job import limit_threads
    from landloom.models import files

    limit_threads(threads)
    model, image = files.load(folder / forest_files.LANDLOOM), np.load(folder / "image.npy")
    return Job(lambda: model.predict_proba(image), len(image))


def start_sklearn(folder: Path, threads: int) -> Job:
    """`RandomForestClassifier.predict_proba` on float32."""
    image = _floats(folder)
    model = forest_files.load_sklearn(folder / forest_files.SKLEARN, threads)
    return Job(lambda: model.predict_proba(image), len(image))


def start_onnx(folder: Path, threads: int) -> Job:
    """Let ONNX Runtime run what skl2onnx made of the forest, batch by batch.

    Every thread has batches of its own in a session of one thread: with two threads inside the session, its walk in
    another order took three times as long as with one.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path, providers = str(folder / forest_files.ONNX), ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(path, options, providers=providers)
    output = session.get_outputs()[1].name
    image = _floats(folder)
    batches = [image[first : first + BATCH] for first in range(0, len(image), BATCH)]
    pool = ThreadPoolExecutor(threads)

    def work() -> np.ndarray:
        return np.concatenate(list(pool.map(lambda batch: session.run([output], {"features": batch})[0], batches)))

    return Job(work, len(image))


def start_treelite(folder: Path, threads: int) -> Job:
    """Treelite's interpreter (GTIL)."""
    import treelite

    model, image = treelite.Model.deserialize(str(folder / forest_files.TREELITE)), _floats(folder)
    return Job(lambda: treelite.gtil.predict(model, image, nthread=threads)[:, 0], len(image))


def start_ydf(folder: Path, threads: int) -> Job:
    """Yggdrasil Decision Forests, on a data set in its own columnar form.

    Its converted forest sends a feature that equals the threshold to the right, scikit-learn's to the left. Features
    are integers and thresholds multiples of a half, so features less a quarter go scikit-learn's way.
    """
    import ydf

    model = ydf.load_model(str(folder / forest_files.YDF))
    columns = {"features": _floats(folder) - np.float32(0.25)}
    image = ydf.create_vertical_dataset(
        columns, data_spec=model.data_spec(), required_columns=model.input_feature_names()
    )
    return Job(lambda: model.predict(image, num_threads=threads), len(columns["features"]))


def _floats(folder: Path) -> np.ndarray:
    return np.load(folder / "image.npy").astype(np.float32)


def check(folder: Path, threads: int) -> list[str]:
    """Compare all probabilities with those of scikit-learn, and the maps with the truth."""
    expected, truth = np.load(result_path(folder, "scikit-learn")), np.load(folder / "truth.npy")
    probabilities = _saved(folder, ("landloom", "ONNX Runtime", "treelite"))
    lines = [examine(name, compare, found, expected) for name, found in probabilities.items()]
    for name, votes in _saved(folder, ("YDF",)).items():
        same = votes.argmax(axis=1) == expected.argmax(axis=1)
        lines.append(f"{name}: votes; {same.mean():.2%} of the labels are those of scikit-learn's probabilities")
    maps = _saved(folder, ("OTB ImageClassifier", "landloom, raster to map"))
    maps["scikit-learn"] = expected.argmax(axis=1) + 1
    fractions = (f"{(truth == labels).mean():.2%} by {name}" for name, labels in maps.items())
    return [*lines, f"labels that agree with the truth: {', '.join(fractions)}"]


def _saved(folder: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Load the results of those programs that took part."""
    paths = {name: result_path(folder, name) for name in names}
    return {name: np.load(path) for name, path in paths.items() if path.exists()}


def compare(found: np.ndarray, expected: np.ndarray) -> str:
    """Describe how probabilities differ.

    Raises
    ------
    ValueError
        If any differs by more than 1e-4, or a label differs though the probabilities of both are not the same.
    """
    difference = float(np.abs(found - expected).max())
    labels = found.argmax(axis=1)
    other = np.flatnonzero(labels != expected.argmax(axis=1))
    gaps = expected[other].max(axis=1) - expected[other, labels[other]]
    if difference > TOLERANCE:
        raise ValueError(f"probabilities differ by up to {difference:.2g}")
    if np.any(gaps > TIE):
        raise ValueError(f"labels differ that are no ties: their probabilities lie {gaps.max():.2g} apart")
    same = f"{len(other)} other labels, all of them ties" if len(other) else "the same labels"
    return f"probabilities within {difference:.1g} of scikit-learn's; {same}"


LANDLOOM = Contestant("landloom", start_landloom)
SKLEARN = Contestant("scikit-learn", start_sklearn, "`predict_proba`, given float32; sums in float64", goal=20)
ONNX = Contestant(
    "ONNX Runtime",
    start_onnx,
    f"converted by skl2onnx, given float32, without zipmap, batches of {BATCH} pixels, each on one thread",
    goal=40,
    modules=("skl2onnx", "onnxruntime"),
)
TREELITE = Contestant("treelite", start_treelite, "its interpreter (GTIL), given float32", modules=("treelite",))
YDF_NOTE = (
    "converted by `ydf.from_sklearn`, given its own columns of float32; it counts the trees' votes instead of adding "
    "up the fractions of their leaves, and the conversion has no setting for that"
)
YDF = Contestant("YDF", start_ydf, YDF_NOTE, modules=("ydf",))
CASE = Case(
    module=__name__,
    title="Class probabilities of a random forest",
    description=(
        "A forest trained by scikit-learn and converted for each program gives the probabilities of all classes for "
        "pixels in memory. landloom takes int16; the others are given what they take, the conversion not timed. The "
        "pixels are independent of one another, which is harder for caches and branch prediction than a real image."
    ),
    make=make,
    matches=(
        *((LANDLOOM, peer) for peer in (SKLEARN, ONNX, TREELITE, YDF, forest_maps.OTB)),
        forest_maps.MATCH,
    ),
    check=check,
)
