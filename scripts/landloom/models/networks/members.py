"""Fitting the networks of a model, each on a thread of its own, whatever they are trained for."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.core import tables
from landloom.core.errors import InputError
from landloom.models.file_arrays import let_go
from landloom.models.networks import inputs as network_inputs
from landloom.models.networks import own_class, pytorch
from landloom.models.networks.inputs import Inputs
from landloom.models.networks.model import Member, NetworkModel, one_thread
from landloom.models.networks.own_class import OwnClass
from landloom.models.networks.scaling import AT_ONCE, scales_of
from landloom.models.networks.settings import NetworkSettings
from landloom.models.networks.training_state import Epoch
from landloom.models.networks.validation import Division
from landloom.models.own_class_settings import OwnClassSettings
from landloom.models.training_data import TrainingSet

if TYPE_CHECKING:
    from landloom.models.networks.goals import Goal

TORCH_TAG = "LANDLOOM_TORCH"
"""Where a model keeps with what it was trained."""

OF_SERIES = ("tempcnn", "attention")
"""Architectures that can do nothing without a series."""

LEAST_SAMPLES = 2
"""That weights are fitted to: a batch of one has no variance, which layers scale by."""


@dataclass(frozen=True, eq=False)
class Work:
    """Samples, and how networks are fitted to them.

    Attributes
    ----------
    samples : TrainingSet
    settings : section of the configuration
    seed, threads : int
        The number of threads has no influence on the networks.
    sensors : sequence of str
        All of them, by which the names of features tell band and date.
    unfinished : path or None
        Folder of what trainings have reached.
    outputs : ndarray of int32, shape (outputs,)
        What each output of a network is for: the code of a class, or the column of a value.
    divided : function
        Gives the samples that are fitted to and those that judge, by the seed of a network.
    goal_of : function
        Gives what a network is trained for, by this division.
    """

    samples: TrainingSet
    settings: NetworkSettings
    seed: int
    threads: int
    sensors: Sequence[str]
    unfinished: Path | None
    outputs: np.ndarray
    divided: "Callable[[int], Division]"
    goal_of: "Callable[[Division], Goal]"


def fitted(work: Work, metadata: dict[str, str]) -> NetworkModel:
    """Fit the members of a model, whose outputs are those of the work.

    Raises
    ------
    InputError
        Where PyTorch, dates or polygons are missing, or the loss is no number.
    """
    pytorch.require()
    samples, settings = work.samples, work.settings
    inputs = _inputs_of(samples, settings, work.sensors)
    architecture = _checked_architecture(settings, inputs, len(work.outputs))
    digest = _digest(samples, settings, architecture) if work.unfinished else ""

    def trained(member: int) -> Member:
        return _trained(work, member, inputs, architecture, digest)

    threads = 1 if has_own_class(settings) else min(work.threads, settings.members)
    with ThreadPoolExecutor(threads, initializer=one_thread) as pool:
        members = tuple(pool.map(trained, range(settings.members)))
    kept = metadata | {TORCH_TAG: pytorch.described()}
    return NetworkModel(architecture, inputs, members, samples.names, work.outputs, kept)


def _trained(work: Work, member: int, inputs: Inputs, architecture: str | OwnClass, digest: str) -> Member:
    """Train a member, by a seed of its own."""
    from landloom.models.networks.training_loop import Material, Purpose, Training  # with PyTorch

    samples, seed = work.samples, _seed(work.seed, member)
    division = work.divided(seed)
    if len(division.fitted) < LEAST_SAMPLES:
        raise InputError(f"model: {len(samples.codes)} samples are too few to fit a network to")
    material = Material(samples.features, work.goal_of(division), division, inputs, architecture)
    scales = scales_of(inputs, samples.features, division.fitted)
    path = _unfinished(work.unfinished, seed, digest)
    purpose = Purpose(f"network {member + 1} of {work.settings.members}", seed, digest, path)
    arrays, epochs = Training(material, work.settings, scales, purpose).run()
    return Member(work.outputs, arrays, tuple(one.row for one in epochs))


def write_epochs(members: Sequence[Member], scores: Sequence[str], path: Path | str) -> None:
    """Write what each epoch of each network has come to; what is not known, without validation polygons, is empty.

    Parameters
    ----------
    members : sequence of Member
    scores : sequence of str
        Their names: see :mod:`landloom.models.networks.goals`.
    path : path
    """
    rows = [
        [number, int(epoch), *("" if math.isnan(one) else f"{one:.6f}" for one in values)]
        for number, member in enumerate(members, 1)
        for epoch, *values in member.epochs
    ]
    tables.write(path, ["network", *Epoch.COLUMNS, *scores], rows)


def has_own_class(settings: NetworkSettings) -> bool:
    """Return whether networks are a class of a user's own, all of whose random numbers are one stream."""
    return isinstance(settings.architecture, OwnClassSettings)


def _checked_architecture(settings: NetworkSettings, inputs: Inputs, outputs: int) -> str | OwnClass:
    """Return the architecture; a class of a user's own is tried before anything is trained."""
    from landloom.models.networks import building  # with PyTorch

    found = own_class.of_settings(settings.architecture)
    if isinstance(found, OwnClass):
        with ThreadPoolExecutor(1, initializer=one_thread) as pool:
            pool.submit(building.check, found, inputs.shapes, len(inputs.others), outputs).result()
    return found


def _inputs_of(samples: TrainingSet, settings: NetworkSettings, sensors: Sequence[str]) -> Inputs:
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
    for array in (samples.codes, samples.polygons, samples.values):
        content.update(b"" if array is None else np.ascontiguousarray(array).data)
    return f"{content.hexdigest()}, {pytorch.described()}"


def _unfinished(folder: Path | None, seed: int, digest: str) -> Path | None:
    """Return the file of what a network has reached: models of other samples, as of other folds, have others."""
    return folder / f"{seed}_{digest[:16]}.npz" if folder else None
