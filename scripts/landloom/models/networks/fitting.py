"""Trainer of networks: see :mod:`landloom.training.registry`."""

import hashlib
import json
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np

from landloom.core import tables
from landloom.core.errors import InputError
from landloom.models.file_arrays import let_go
from landloom.models.networks import inputs as network_inputs
from landloom.models.networks import own_class, pytorch, validation
from landloom.models.networks.model import Member, NetworkModel, one_thread
from landloom.models.networks.own_class import OwnClass
from landloom.models.networks.scaling import AT_ONCE, scales_of
from landloom.models.networks.settings import NetworkSettings
from landloom.models.networks.training_state import Epoch
from landloom.models.own_class_settings import OwnClassSettings
from landloom.models.training_data import FitOptions, TrainingSet

TORCH_TAG = "LANDLOOM_TORCH"
"""Where a model keeps with what it was trained."""

EPOCH_COLUMNS = [one.name for one in fields(Epoch)]

OF_SERIES = ("tempcnn", "attention")
"""Architectures that can do nothing without a series."""

LEAST_SAMPLES = 2
"""That weights are fitted to: a batch of one has no variance, which layers scale by."""


def fit(samples: TrainingSet, settings: NetworkSettings, options: FitOptions) -> NetworkModel:
    """Fit the members, each on a thread of its own; the number of threads has no influence on them.

    Raises
    ------
    InputError
        Where PyTorch, dates or polygons are missing, or the loss is no number.
    """
    pytorch.require()
    from landloom.models.networks.training_loop import Material, Purpose, Training  # with PyTorch

    inputs = _inputs_of(samples, settings, options.sensors)
    codes, labels = np.unique(samples.codes, return_inverse=True)
    architecture = _checked_architecture(settings, inputs, len(codes))
    seeds = [_seed(options.seed, member) for member in range(settings.members)]
    digest = _digest(samples, settings, architecture) if options.unfinished else ""

    def trained(member: int) -> Member:
        division = validation.divided(samples, settings.validation_share, seeds[member])
        if len(division.fitted) < LEAST_SAMPLES:
            raise InputError(f"model: {len(samples.codes)} samples are too few to fit a network to")
        material = Material(samples.features, labels, division, len(codes), inputs, architecture)
        scales = scales_of(inputs, samples.features, division.fitted)
        path = _unfinished(options.unfinished, seeds[member])
        purpose = Purpose(f"network {member + 1} of {settings.members}", seeds[member], digest, path)
        arrays, epochs = Training(material, settings, scales, purpose).run()
        return Member(codes.astype(np.int32), arrays, tuple(tuple(map(float, vars(one).values())) for one in epochs))

    threads = 1 if _has_own_class(settings) else min(options.threads, settings.members)
    with ThreadPoolExecutor(threads, initializer=one_thread) as pool:
        members = list(pool.map(trained, range(settings.members)))
    metadata = options.metadata | {TORCH_TAG: pytorch.described()}
    return NetworkModel(architecture, inputs, tuple(members), samples.names, codes.astype(np.int32), metadata)


def predict_labels(
    samples: TrainingSet, settings: NetworkSettings, features: np.ndarray, options: FitOptions
) -> np.ndarray:
    """Return the class codes of other samples by one network that is fitted on these."""
    alone = FitOptions(options.seed, 1, options.folds_of, {}, options.sensors)
    model = fit(samples, settings.model_copy(update={"members": 1}), alone)
    labels: np.ndarray = model.classes[model.predict_proba(np.ascontiguousarray(features)).argmax(axis=1)]
    return labels


def united(models: Sequence[NetworkModel]) -> NetworkModel:
    """Return one model of the members of several."""
    first = models[0]
    classes = np.unique(np.concatenate([one.classes for one in models]))
    members = tuple(member for one in models for member in one.members)
    return NetworkModel(first.architecture, first.inputs, members, first.feature_names, classes, first.metadata)


def shares_out(settings: NetworkSettings) -> bool:
    """Return whether the search leaves all threads to one fit: of a network, each fit has one.

    Classes of a user's own are trained one after the other: their random numbers are one stream for all threads.
    """
    return _has_own_class(settings)


def write_epochs(model: NetworkModel, path: Path | str) -> None:
    """Write what each epoch of each network has come to; what is not known, without validation polygons, is empty."""
    rows = [
        [number, int(epoch), *("" if math.isnan(one) else f"{one:.6f}" for one in values)]
        for number, member in enumerate(model.members, 1)
        for epoch, *values in member.epochs
    ]
    tables.write(path, ["network", *EPOCH_COLUMNS], rows)


def _has_own_class(settings: NetworkSettings) -> bool:
    return isinstance(settings.architecture, OwnClassSettings)


def _checked_architecture(settings: NetworkSettings, inputs: network_inputs.Inputs, classes: int) -> str | OwnClass:
    """Return the architecture; a class of a user's own is tried before anything is trained."""
    from landloom.models.networks import building  # with PyTorch

    found = own_class.of_settings(settings.architecture)
    if isinstance(found, OwnClass):
        with ThreadPoolExecutor(1, initializer=one_thread) as pool:
            pool.submit(building.check, found, inputs.shapes, len(inputs.others), classes).result()
    return found


def _inputs_of(samples: TrainingSet, settings: NetworkSettings, sensors: Sequence[str]) -> network_inputs.Inputs:
    """Return what a network sees of the features.

    Raises
    ------
    InputError
        If nothing has a date, and the architecture is of series.
    """
    found = network_inputs.of_names(samples.names, sensors)
    if not found.series and settings.architecture in OF_SERIES:
        raise InputError(
            f"model.architecture: {settings.architecture} is of series, and no feature has a date; choose features "
            "with dates (docs/features.md), or `mlp`"
        )
    return found


def _seed(seed: int, member: int) -> int:
    """Return the seed of a member, 0 to 2**31 - 1."""
    return int(np.random.default_rng([seed, member]).integers(2**31))


def _digest(samples: TrainingSet, settings: NetworkSettings, architecture: str | OwnClass) -> str:
    """Digest all that decides a network beside its seed: what another training has reached is of no use."""
    code = architecture.code if isinstance(architecture, OwnClass) else ""
    content = hashlib.sha256(json.dumps([settings.model_dump(mode="json"), code, samples.names]).encode())
    for start in range(0, len(samples.features), AT_ONCE):
        content.update(np.ascontiguousarray(samples.features[start : start + AT_ONCE]).data)
        let_go(samples.features)
    for array in (samples.codes, samples.polygons):
        content.update(np.ascontiguousarray(array).data)
    return f"{content.hexdigest()}, {pytorch.described()}"


def _unfinished(folder: Path | None, seed: int) -> Path | None:
    """Return the file of what a network has reached."""
    return folder / f"{seed}.npz" if folder else None
