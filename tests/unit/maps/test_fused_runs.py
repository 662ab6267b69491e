"""Runs fused in the pass that makes them: as their rasters fused afterwards, and as the mean of plain arrays."""

from contextlib import ExitStack
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import fused, fused_runs
from landloom.maps.fused import MapFiles, Rule
from landloom.maps.fused_runs import METHODS, Fusion, mean_of
from landloom.maps.prediction import Prediction
from landloom.maps.run_map import Run, RunMap

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 300, 40)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (3, 5, 300)))
AREAS = Window(0, 0, 256, 40), Window(256, 0, 44, 40)
KNOWN = ([3, 5, 300], [3, 300], [5, 300], [3, 5, 300])
"""Classes of each run's model."""


@pytest.fixture
def regions(tmp_path):
    """Two regions, a strip without one, and pixels that the tile does not own."""
    values = np.ones((2, GRID.rows, GRID.columns), np.uint8)
    values[0, :, 20:] = 2
    values[0, 280:] = 0
    values[1, :30] = 0
    path = tmp_path / "regions.tif"
    with rasters.create(path, GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(values)
    return path, values


def fused_in_one_pass(folder, regions, method, ties="confidence"):
    """Return the runs' outputs, the fused outputs with their counts, and the probabilities of all runs."""
    random = np.random.default_rng(3)
    models = {1: SimpleNamespace(), 2: SimpleNamespace()}
    runs = [Run(models, outputs_in(folder, f"run{run}_"), {}) for run in range(len(KNOWN))]
    target = Run(models, outputs_in(folder, f"{method}_"), {})
    every = np.zeros((len(KNOWN), GRID.rows * GRID.columns, 3), np.float32)
    with ExitStack() as files:
        maps = [RunMap(files, run, GRID, CLASSES) for run in runs]
        one = METHODS[method](files, Fusion(method, ties, target), GRID, CLASSES)
        for area in AREAS:
            for each in (*maps, one):
                each.begin(area)
            places = np.flatnonzero(regions[0, area.row : area.row + area.rows].ravel() > 0)
            places = places[random.random(len(places)) < 0.9]  # others have no valid observation
            predictions = []
            for run, known in enumerate(KNOWN):
                # Few different probabilities, so that votes and confidences are often tied.
                chance = random.integers(1, 4, (len(places), len(known))).astype(np.float32)
                chance /= chance.sum(axis=1, keepdims=True)
                predictions.append(Prediction(chance, np.array(known, np.int32)))
                bands = np.searchsorted(CLASSES.codes, known)
                every[run][np.ix_(area.row * GRID.columns + places, bands)] = chance
                maps[run].add(np.divmod(places, GRID.columns), predictions[-1])
            one.add(np.divmod(places, GRID.columns), predictions)
            of_area = regions[:, area.row : area.row + area.rows]
            writes = one.finish(area, of_area, [each.block for each in maps])
            for write in writes + [write for each in maps for write in each.finish(area, of_area)]:
                write()
        counts = one.counts()
    return runs, target, counts, every


def outputs_in(folder, prefix):
    return {layer: folder / f"{prefix}{layer}.tif" for layer in fused_runs.LAYERS}


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read(1), dataset.dtypes, dataset.nodata


@pytest.mark.parametrize("ties", ["confidence", "undecided"])
def test_votes_are_those_of_the_rasters(ties, regions, tmp_path, monkeypatch):
    monkeypatch.setattr(fused_runs, "VOTED_PIXELS", 7 * GRID.columns)
    runs, target, counts, _ = fused_in_one_pass(tmp_path, regions[1], "majority", ties)
    maps = [MapFiles(*run.outputs.values()) for run in runs]
    after = MapFiles(tmp_path / "labels.tif", tmp_path / "percent.tif")
    expected = fused.write_tile(maps, Rule(np.ones((len(maps), 3)), ties), CLASSES, regions[0], after, {})
    assert counts == expected
    for layer, path in zip(fused_runs.LAYERS, (after.classification, after.confidence), strict=True):
        found, wanted = read(target.outputs[layer]), read(path)
        np.testing.assert_array_equal(found[0], wanted[0])
        assert found[1:] == wanted[1:]
    if ties == "undecided":
        mapped = read(runs[0].outputs["classification"])[0] > 0
        assert (read(target.outputs["classification"])[0][mapped] == 0).any()


def test_means_are_those_of_plain_arrays(regions, tmp_path):
    _, target, counts, every = fused_in_one_pass(tmp_path, regions[1], "mean_probability")
    mean = every.astype(float).mean(axis=0)
    labels, percent = (read(target.outputs[layer])[0].ravel() for layer in fused_runs.LAYERS)
    seen = mean.sum(axis=1) > 0
    ordered = np.sort(mean, axis=1)
    clear = seen & (ordered[:, -1] - ordered[:, -2] > 1e-6)
    np.testing.assert_array_equal(labels[clear], np.array(CLASSES.codes)[mean.argmax(axis=1)][clear])
    assert np.abs(percent - 100 * ordered[:, -1]).max() <= 0.501
    assert not labels[~seen].any()
    assert counts.pixels[1][0] + counts.pixels[2][0] == (~seen & (regions[1] > 0).all(axis=0).ravel()).sum()


def test_a_class_that_a_run_does_not_know_counts_as_nothing():
    one = Prediction(np.array([[0.25, 0.75]], np.float32), np.array([3, 300], np.int32))
    other = Prediction(np.array([[1.0]], np.float32), np.array([5], np.int32))
    found = mean_of([one, other], np.array(CLASSES.codes, np.int32))
    np.testing.assert_array_equal(found.probabilities, np.array([[0.125, 0.5, 0.375]], np.float32))
    assert found.classes.tolist() == [3, 5, 300]
