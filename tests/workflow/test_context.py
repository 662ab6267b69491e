"""Superpixels and auto-context of one tile, from the archive to the report; what changes cost; frozen models."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

import products
from bad_input.inputs import TILE, small_configuration
from landloom.provenance import verify
from plans import Jobs, jobs_of, table
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

CONTEXT = {"iterations": 2, "context_pixels": 60}
SUPERPIXELS = {"side_px": 6}
TOLD = {"report": 1, "provenance": 1}
MAPPED = {"classify": 1, "mosaic": 2, "accuracy": 1, "seams": 1, "sanity": 1, "gate": 1, "map_page": 1, **TOLD}
TRAINED = {"train": 1, **MAPPED}
FOLDED = {"cross_validate": 1, "sample_quality": 1}
COSTS: dict[str, Jobs] = {
    "`context.iterations`, `context.histogram`": TRAINED,
    "`context.context_pixels`": {"samples": 1, **FOLDED, **TRAINED},
    "`superpixels`": {"superpixels": 1, "samples": 1, **FOLDED, **TRAINED},
    "`context` taken out": {"samples": 1, **FOLDED, **TRAINED},
}
SHOWN = ["superpixels", "samples", "cross_validate", "train", "classify", "mosaic"]


def configuration(**changes):
    return small_configuration(tiles=[TILE], **({"context": CONTEXT, "superpixels": SUPERPIXELS} | changes))


@pytest.fixture(scope="module")
def project(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("context") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    done = run_snakemake(folder, config=write_config(folder / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def plan(project: Path, **changes: object):
    config = write_config(project / "changed.yaml", configuration(**changes))
    return run_snakemake(project, "--dry-run", config=config)


def labels(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


def test_the_map_is_about_right(project: Path):
    assert products.undocumented(project) == []
    results = project / "results/2018"
    found, expected = (
        labels(results / f"tiles/{TILE}/run0/classification.tif"),
        labels(project / f"data/2018/truth/{TILE}.tif"),
    )
    known = (found > 0) & (expected > 0)
    assert known.mean() > 0.5
    assert (found == expected)[known].mean() > 0.6
    superpixels = labels(results / f"tiles/{TILE}/superpixels.tif")
    assert 25 < np.bincount(superpixels[superpixels > 0])[1:].mean() < 60
    np.testing.assert_array_equal(superpixels[found > 0] > 0, True)


def test_pixels_around_samples_and_iterations_are_told(project: Path):
    results = project / "results/2018"
    samples = pd.read_parquet(results / f"tiles/{TILE}/samples.parquet")
    around = pd.read_parquet(results / f"tiles/{TILE}/context.parquet")
    assert set(samples.superpixel) == set(around.superpixel)
    assert around.groupby("superpixel").size().max() <= 60
    assert len(around) > 5 * len(set(samples.superpixel))
    steps = pd.read_csv(results / "models/all_run0_context.csv")
    assert steps.iteration.tolist() == [0, 1, 2]
    assert 'id="iterations"' in (results / "report.html").read_text()
    recorded = (results / "provenance.json").read_text()
    assert "superpixels.tif" in recorded
    assert "all_run0_context.csv" in recorded
    assert verify.verify(results / "provenance.json", project)


def test_the_documentation_says_what_changes_cost():
    expected = table(COSTS, SHOWN)
    assert expected in (ROOT / "docs/reruns.md").read_text(), expected


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ("`context.iterations`, `context.histogram`", {"context": CONTEXT | {"iterations": 3}}),
        ("`context.iterations`, `context.histogram`", {"context": CONTEXT | {"histogram": "probabilities"}}),
        ("`context.context_pixels`", {"context": CONTEXT | {"context_pixels": 50}}),
        ("`superpixels`", {"superpixels": SUPERPIXELS | {"side_px": 8}}),
        ("`context` taken out", {"context": None}),
    ],
)
def test_what_changes_cost(project: Path, change: str, keys: dict[str, object]):
    done = plan(project, **keys)
    assert jobs_of(done.stdout + done.stderr) == COSTS[change]


def test_frozen_models_give_the_same_map(project: Path, tmp_path: Path):
    work = Path(shutil.copytree(project, tmp_path / "work"))
    shutil.move(work / "results/2018/models/all_run0.npz", work / "frozen.npz")
    target, frozen = f"results/2018/tiles/{TILE}/run0/classification.tif", {"type": "frozen", "file": "frozen.npz"}
    before = labels(work / target)
    (work / target).unlink()
    done = run_snakemake(work, target, config=write_config(work / "config.yaml", configuration(model=frozen)))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    np.testing.assert_array_equal(labels(work / target), before)
    done = plan(work, model=frozen, context=None)
    assert "frozen.npz was trained with context; give `context` and `superpixels` as there" in done.stderr
    (work / target).unlink()
    other = configuration(model=frozen, context=CONTEXT | {"iterations": 1})
    done = run_snakemake(work, target, config=write_config(work / "config.yaml", other))
    assert "frozen.npz: was trained with another context: give `context.iterations: 2`" in done.stdout + done.stderr


def test_faults_are_told_before_any_job(project: Path):
    for changes, words in (
        ({"superpixels": {"features": {"B99": 0.1}}}, "superpixels.features: `B99` is not among the features"),
        ({"model": {"trees": 10, "reduction": {}}}, "context: cannot be combined with `model.reduction`"),
        ({"samples": {"years": "all"}}, "context: cannot be combined with `samples.years`"),
        ({"context": {"iterations": 6}}, "context.iterations: must be at most 5"),
        ({"superpixels": {"side_px": 2}}, "superpixels.side_px: must be at least 3"),
    ):
        done = plan(project, **changes)
        assert done.returncode != 0
        assert words in done.stderr, done.stderr
