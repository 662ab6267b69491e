"""From a raster of features to a map of labels, each program from its start to its end: OTB and landloom."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import forest_files, otb
from benchmarks.contest import Contestant, Job


def start_otb(folder: Path, threads: int) -> Job:
    """Classify the raster, from the start of the program to its end."""
    return _mapping(folder, "otb_map.tif", lambda target: _otb_classify(folder, otb.RASTER, target))


def start_otb_pixel(folder: Path, threads: int) -> Job:
    """Classify a raster of one pixel; its time counts as that of all pixels."""
    target = folder / "otb_pixel.tif"
    return Job(lambda: _otb_classify(folder, otb.PIXEL, target), _count(folder))


def start_otb_copy(folder: Path, threads: int) -> Job:
    """Copy the raster."""
    arguments = ("-in", folder / otb.RASTER, "-out", folder / "otb_copy.tif", "int16")
    return Job(lambda: otb.run(otb.COPY, *arguments), _count(folder))


def start_raster_to_map(folder: Path, threads: int) -> Job:
    """Read, predict and write by landloom in a fresh process."""
    inputs = (folder / forest_files.LANDLOOM, folder / otb.RASTER)
    command = (sys.executable, "-m", "benchmarks.raster_to_map", *inputs)
    return _mapping(folder, "landloom_map.tif", lambda target: otb.run(*command, target))


def _otb_classify(folder: Path, raster: str, target: Path) -> None:
    otb.run(otb.CLASSIFY, "-in", folder / raster, "-model", folder / otb.MODEL, "-out", target, "uint8")


def _mapping(folder: Path, name: str, command: Callable[[Path], None]) -> Job:
    """Make a job of a command that writes a map; the labels are its result."""
    target = folder / name

    def work() -> Path:
        command(target)
        return target

    return Job(work, _count(folder), _read_labels)


def _read_labels(path: Path) -> np.ndarray:
    import rasterio

    with rasterio.open(path) as file:
        return file.read(1).ravel()


def _count(folder: Path) -> int:
    return len(np.load(folder / "image.npy", mmap_mode="r"))


PROGRAMS = (otb.TRAIN, otb.CLASSIFY, otb.COPY)
OTB = Contestant(
    "OTB ImageClassifier",
    start_otb,
    "a forest of its own (OpenCV's), trained on the same samples with the same settings; labels by the trees' votes "
    "instead of probabilities; timed from start to end: the program, its model (XML), reading, writing",
    goal=60,
    expressions=PROGRAMS,
)
RASTER_TO_MAP = Contestant(
    "landloom, raster to map",
    start_raster_to_map,
    "timed from start to end like OTB: Python and its imports, the model, reading the same raster, probabilities, "
    "labels, writing",
)
OTB_AGAIN = replace(OTB, name="OTB ImageClassifier, again", note="the same, now beside a whole process", goal=None)
OTB_PIXEL = Contestant(
    "OTB, one pixel",
    start_otb_pixel,
    "ImageClassifier on a raster of one pixel: how much of its time is start and model (counted as all pixels)",
    expressions=PROGRAMS,
)
OTB_COPY = Contestant(
    "OTB, copy",
    start_otb_copy,
    "ExtractROI of the whole raster: at most how much of ImageClassifier's time is reading (it writes all bands too)",
    expressions=PROGRAMS,
)
MATCH = (RASTER_TO_MAP, OTB_AGAIN, OTB_PIXEL, OTB_COPY)
