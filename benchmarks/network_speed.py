"""Class probabilities of networks: landloom's on PyTorch against ONNX Runtime and scikit-learn's perceptron.

PyTorch comes from `.venv-networks` (`make networks`); without it, nothing is compared.
"""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import data
from benchmarks.contest import ROOT, Case, Contestant, Job, examine, result_path

# Behind the packages of this environment, which stay what they are.
sys.path += [str(path) for path in ROOT.glob(".venv-networks/lib/python*/site-packages")]

ARCHITECTURES = ("mlp", "tempcnn", "attention")
LAYERS = (512, 512, 512)
BANDS = data.DATES * data.BANDS
NAMES = tuple(
    f"s_B{band}_2018{1 + date // 4:02d}{1 + 7 * (date % 4):02d}" for date in range(data.DATES) for band in range(10)
)
TOLERANCE = 1e-5
BLOCK = 256
"""Pixels that ONNX Runtime is given at a time, as landloom gives PyTorch."""


def make(folder: Path, quick: bool) -> dict[str, Any]:
    """Draw samples and pixels, train everything for an epoch, and write it as each program takes it."""
    count, pixels = (600, 1024) if quick else (4000, 16384)
    features, labels = data.samples(count, seed=1)
    image, _ = data.samples(pixels, seed=2)
    image = np.ascontiguousarray(image[:, :BANDS])
    np.save(folder / "image.npy", image)
    try:
        import torch
    except ImportError:
        return {"PyTorch": "not installed: `make networks`"}
    for name in ARCHITECTURES:
        _save_network(name, np.ascontiguousarray(features[:, :BANDS]), labels, folder)
    _save_perceptron(features[:, :BANDS].astype(np.float32), labels, folder)
    return {
        "pixels": pixels,
        "dates": data.DATES,
        "bands": data.BANDS,
        "classes": data.CLASSES,
        "torch": torch.__version__,
    }


def _save_network(name: str, features: np.ndarray, labels: np.ndarray, folder: Path) -> None:
    """Train a network, and write it as a model of landloom and in ONNX, batch norm and all."""
    import torch

    from landloom.models import files
    from landloom.models.networks.model import BLOCK as OURS
    from landloom.models.networks.tensors import tensors_of
    from landloom.models.training_data import TrainingSet
    from landloom.training import fitting
    from landloom.training import settings as model_settings

    assert OURS == BLOCK
    samples = TrainingSet(features, labels, labels * 100 + np.arange(len(labels)) % 6, NAMES)
    content = {"type": "network", "architecture": name, "members": 1, "epochs": 1, "batch": 64}
    model = fitting.fit_alone(samples, model_settings.of_content(content), ("s",), 1, 1)
    files.save(model, folder / f"{name}.network")
    (given,), _ = tensors_of(model.inputs, features[:BLOCK])

    class Flat(torch.nn.Module):
        def __init__(self, network: Any) -> None:
            super().__init__()
            self.network = network

        def forward(self, values: Any, valid: Any, days: Any) -> Any:
            nothing = torch.zeros(BLOCK, 0)
            return torch.softmax(self.network([(values, valid, days)], (nothing, nothing.bool())), 1)

    names = ["values", "valid", "days"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no further package is the older one
        flat = Flat(model._networks[0]).eval()
        torch.onnx.export(flat, given, folder / f"{name}.onnx", dynamo=False, opset_version=17, input_names=names)


def _save_perceptron(features: np.ndarray, labels: np.ndarray, folder: Path) -> None:
    """Train scikit-learn's perceptron, and write what it is made of."""
    from sklearn.neural_network import MLPClassifier

    scale = features.std(axis=0)
    classifier = MLPClassifier(LAYERS, max_iter=1, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged
        classifier.fit((features - features.mean(axis=0)) / scale, labels)
    arrays = {f"w{n}": one for n, one in enumerate(classifier.coefs_)}
    arrays |= {f"b{n}": one for n, one in enumerate(classifier.intercepts_)}
    np.savez(folder / "perceptron.npz", mean=features.mean(axis=0), scale=scale, **arrays)


def start_landloom(name: str, folder: Path, threads: int) -> Job:
    """`NetworkModel.predict_proba` on int16."""
    from landloom.jobs.job import limit_threads
    from landloom.models import files

    limit_threads(threads)
    model, image = files.load(folder / f"{name}.network"), np.load(folder / "image.npy")
    return Job(lambda: model.predict_proba(image), len(image))


def start_onnx(name: str, folder: Path, threads: int) -> Job:
    """Let ONNX Runtime run the same network, block by block, each on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
    taken = {one.name for one in session.get_inputs()}
    image = np.load(folder / "image.npy").reshape(-1, data.DATES, data.BANDS).astype(np.float32)
    from landloom.models import files

    (series,) = files.load(folder / f"{name}.network").inputs.series
    whole = {"values": image, "valid": np.ones(image.shape[:2], bool)}
    days = {"days": np.array(series.days, np.float32)}
    blocks = [
        {key: one[start : start + BLOCK] for key, one in whole.items() if key in taken}
        | {key: one for key, one in days.items() if key in taken}
        for start in range(0, len(image), BLOCK)
    ]
    pool = ThreadPoolExecutor(threads)
    return Job(lambda: np.concatenate(list(pool.map(lambda one: session.run(None, one)[0], blocks))), len(image))


def start_sklearn(folder: Path, threads: int) -> Job:
    """`MLPClassifier.predict_proba` on float32, scaled before."""
    from sklearn.neural_network import MLPClassifier

    stored = np.load(folder / "perceptron.npz")
    image = ((np.load(folder / "image.npy") - stored["mean"]) / stored["scale"]).astype(np.float32)
    classifier = MLPClassifier(LAYERS, max_iter=1, random_state=1)
    few = np.arange(data.CLASSES * 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classifier.fit(image[few], 1 + few % data.CLASSES)
    classifier.coefs_ = [stored[f"w{n}"] for n in range(len(LAYERS) + 1)]
    classifier.intercepts_ = [stored[f"b{n}"] for n in range(len(LAYERS) + 1)]
    return Job(lambda: classifier.predict_proba(image), len(image))


def check(folder: Path, threads: int) -> list[str]:
    """Compare the probabilities of both programs that run the same network."""
    lines = []
    for name in ARCHITECTURES:
        paths = [result_path(folder, f"{program}, {name}") for program in ("landloom", "ONNX Runtime")]
        if all(path.exists() for path in paths):
            lines.append(examine(f"{name}, ONNX Runtime", compare, *(np.load(path) for path in reversed(paths))))
    return lines


def compare(found: np.ndarray, expected: np.ndarray) -> str:
    """Describe how probabilities differ.

    Raises
    ------
    ValueError
        If any differs by more than 1e-5.
    """
    difference = float(np.abs(found - expected).max())
    if difference > TOLERANCE:
        raise ValueError(f"probabilities differ by up to {difference:.2g}")
    return f"probabilities within {difference:.1g} of landloom's"


def _ours(name: str) -> Contestant:
    return Contestant(f"landloom, {name}", partial(start_landloom, name), modules=("torch",))


def _onnx(name: str) -> Contestant:
    note = "the same network exported by PyTorch, given float32 and masks, blocks of 256 pixels, each on one thread"
    return Contestant(f"ONNX Runtime, {name}", partial(start_onnx, name), note, modules=("torch", "onnxruntime"))


SKLEARN = Contestant(
    "scikit-learn's MLPClassifier",
    start_sklearn,
    "three layers of 512 as `mlp` has, without batch norm and masks; given float32, scaled before",
)
CASE = Case(
    module=__name__,
    title="Class probabilities of networks",
    description=(
        "Networks of 37 dates of 10 bands and 17 classes, trained for an epoch, give the probabilities of all "
        "classes for pixels in memory. landloom takes int16 and runs PyTorch in blocks of 256 pixels; the others are "
        "given what they take, the conversion not timed."
    ),
    make=make,
    matches=(*((_ours(name), _onnx(name)) for name in ARCHITECTURES), (_ours("mlp"), SKLEARN)),
    check=check,
)
