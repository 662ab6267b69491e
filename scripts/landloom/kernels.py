"""Compiling before the work: by one of the jobs that start together, while the others wait for it.

Compiled kernels lie in a folder that all jobs share (``NUMBA_CACHE_DIR``). Without order, each of ten jobs that find
it empty would compile everything, half a minute each, and on one machine at the cost of one another.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding
import numpy as np

from landloom import features, maps, resample
from landloom.calendars import EPOCH
from landloom.index_catalogue import Index
from landloom.models import forest_kernels
from landloom.series import SeriesWindow


def prepare(compile_kernels: Callable[[], None] | None = None) -> None:
    """Make sure that the shared folder has all kernels for this kind of processor.

    Parameters
    ----------
    compile_kernels : function, optional
        What to call where it has not: :func:`use_all`, unless a test counts.
    """
    folder = os.environ.get("NUMBA_CACHE_DIR")
    if not folder:
        return
    marker = Path(folder) / f"{llvmlite.binding.get_host_cpu_name()}.ready"
    if marker.exists():
        return
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        lock = marker.with_suffix(".lock").open("w")
    except OSError:
        return  # a cache that cannot be written: every job compiles for itself
    with lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        if not marker.exists():
            (compile_kernels or use_all)()
            marker.touch()


def use_all() -> None:
    """Call every kernel of reading, features and forests once, with the types that jobs give them."""
    _read()
    _predict(_stack())


def _read() -> None:
    coarse, fine, clear = np.zeros((2, 2), np.int16), np.zeros((4, 4), np.int16), np.ones((4, 4), bool)
    resample.interpolate_bilinear(coarse, 2, 0, 0, fine)
    resample.repeat_nearest(coarse, 2, 0, 0, fine)
    resample.keep_clear(np.zeros((4, 4), np.uint8), np.ones(256, bool), 1, 0, 0, clear)
    for values in (fine, fine[:, 1:3]):  # a whole window, and a part of one
        resample.keep_present(values, clear[0, : values.shape[1]])
    resample.to_reflectance(np.zeros((4, 4), np.uint16), 1.0, 0.0, 0.0, True, fine)


def _stack() -> np.ndarray:
    """Return the features of four pixels."""
    index = Index("NDVI", "(N-R)/(N+R)", ("N", "R"), {})
    date = EPOCH
    sensor = features.SensorFeatures("s", ("R", "N"), True, (index,), {"R": 0, "N": 1}, (date,), (date,))
    window = SeriesWindow(np.ones((1, 2, 4), np.int16), np.ones((1, 4), bool))
    return features.stack([sensor], {"s": window}, np.arange(4))[0]


def _predict(matrix: np.ndarray) -> None:
    """Walk a tree that is a leaf of the first of two classes."""
    leaf = np.array([(0, 0, ~0)], forest_kernels.NODE).view(np.int64)
    rows = np.arange(3), np.arange(2, dtype=np.uint16), np.ones(2, np.float32)
    share = forest_kernels.mean_fractions(matrix, leaf, np.zeros(1, np.int64), *rows, 2, 64)
    area = maps.empty_prediction((1, 4), 2)
    pixels = np.zeros(4, np.int64), np.arange(4)
    classes = np.arange(1, 3, dtype=np.int32), np.arange(2)
    maps.decide(share, *classes, *pixels, area.labels, area.confidence, area.probabilities)
