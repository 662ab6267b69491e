"""Functions of the user's own, from the check to the map, with the map of the features."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from scipy import ndimage

from bad_input.inputs import TILE, products_of, small_configuration
from plans import jobs_of
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

EXAMPLES = ROOT / "config/examples/my_functions.py"
TEXTURE = {"file": "mine/my_functions.py", "name": "texture", "arguments": {"sensor": "s2", "radius_px": 3}}
RECORDS = {
    "file": "mine/my_functions.py",
    "name": "observations",
    "arguments": {"sensor": "s2"},
    "scale": 100,
    "keep": ["clear"],
}
TRIED = {"watch_functions": 1, "check_functions": 1, "samples": 1, "train": 1, "classify": 1}


def configuration(padding_px=3):
    functions = [TEXTURE | {"padding_px": padding_px}, RECORDS]
    return small_configuration(tiles=[TILE], features={"indices": ["NDVI"], "functions": functions})


@pytest.fixture(scope="module")
def project(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("functions") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    (folder / "mine").mkdir()
    shutil.copy(EXAMPLES, folder / "mine")
    targets = [f"results/2018/tiles/{TILE}/run0/classification.tif", "results/2018/map/features.tif"]
    done = run_snakemake(folder, *targets, config=write_config(folder / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def values_of(project: Path, tile: str) -> dict[str, np.ndarray]:
    with rasterio.open(project / f"results/2018/tiles/{tile}/features.tif") as dataset:
        return dict(zip(dataset.descriptions, dataset.read(), strict=True))


def test_features_are_those_of_the_samples(project: Path):
    table = pd.read_parquet(project / f"results/2018/tiles/{TILE}/samples.parquet")
    found = values_of(project, TILE)
    assert list(found)[-2:] == ["texture_deviation", "observations_clear"]
    assert len(table) > 50
    for name, values in found.items():
        np.testing.assert_array_equal(table[name], values[table.row, table.column])


def test_a_scene_of_the_first_tile_tries_nothing_again(project: Path):
    product = products_of(project / "data" / "archive")[3]
    product.rename(project / product.name)
    target = f"results/2018/tiles/{TILE}/run0/classification.tif"
    done = run_snakemake(project, target, "--dry-run", config=project / "config.yaml")
    (project / product.name).rename(product)
    jobs = jobs_of(done.stdout)
    assert {"acquisitions", "samples", "classify"} <= jobs.keys(), done.stdout[-2000:]
    assert "check_functions" not in jobs


def test_features_are_what_scipy_makes_of_the_whole_tile(project: Path):
    found = values_of(project, TILE)
    ndvi = np.stack([values for name, values in found.items() if "_NDVI_" in name])
    greenest = np.where(ndvi[0] == -10000, np.nan, ndvi.max(axis=0) / 1000)
    expected = ndimage.generic_filter(greenest, np.std, size=7)
    stored = np.where(np.isnan(expected), -10000, np.round(1000 * np.nan_to_num(expected)))
    assert np.abs(stored - found["texture_deviation"]).max() <= 1
    with rasterio.open(project / f"results/2018/tiles/{TILE}/validity.tif") as dataset:
        np.testing.assert_array_equal(found["observations_clear"], 100 * dataset.read(1))


def test_the_mosaic_has_the_features_of_the_tiles(project: Path):
    with rasterio.open(project / "results/2018/map/features.tif") as dataset:
        assert list(dataset.descriptions) == list(values_of(project, TILE))
        mosaic = dataset.read(dataset.count)
        assert (dataset.dtypes[0], dataset.nodata, dataset.scales[-1]) == ("int16", -10000, 0.01)
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert (mosaic != -10000).any()
    assert set(np.unique(mosaic)) <= {-10000, *np.unique(values_of(project, TILE)["observations_clear"])}


def plan(project: Path, *arguments: str) -> dict[str, int]:
    config = write_config(project / "plan.yaml", configuration())
    target = f"results/2018/tiles/{TILE}/run0/classification.tif"
    done = run_snakemake(project, target, "--dry-run", *arguments, config=config)
    assert done.returncode == 0, done.stdout + done.stderr
    return jobs_of(done.stdout + done.stderr)


def test_a_changed_function_makes_again_what_it_made(project: Path):
    file = project / "mine/my_functions.py"
    kept = file.read_text()
    file.write_text(kept + "\n# a comment\n")
    assert plan(project) == {}
    file.write_text(kept.replace("means[1] - means[0]", "means[0] - means[1]"))
    assert plan(project) == TRIED
    product = products_of(project / "data" / "archive")[3]
    product.rename(project / product.name)
    with_a_scene_less = plan(project)
    (project / product.name).rename(product)
    assert with_a_scene_less.items() >= ({"acquisitions": 1} | TRIED).items()
    file.write_text(kept)


def test_the_check_makes_all_again_where_a_function_opens_files_that_are_not_watched(project: Path):
    assert plan(project, "--forcerun", "watch_functions") == TRIED


def test_a_function_with_too_little_padding_ends_the_run_before_the_long_work(project: Path):
    config = write_config(project / "wrong.yaml", configuration(padding_px=1))
    done = run_snakemake(project, f"results/2018/tiles/{TILE}/samples.parquet", config=config)
    assert done.returncode == 1
    assert "`texture` of mine/my_functions.py: `deviation` depends on the window at" in done.stdout + done.stderr
    assert "rule samples" not in done.stdout + done.stderr


def test_jobs_keep_within_their_memory(project: Path):
    logs = [project / f"logs/2018/tiles/{TILE}/{name}.log" for name in ("features", "samples")]
    for log in [*logs, project / "logs/2018/check_functions.log"]:
        peak, allowed = (
            int(part.split()[-1]) for part in log.read_text().rpartition("peak memory")[2].split(" MB")[:2]
        )
        assert peak < allowed


def test_the_documentation_shows_the_example():
    page = (ROOT / "docs/functions.md").read_text()
    shown = page.partition("```python\n")[2].partition("```")[0]
    assert shown.partition("def ")[2].strip() in EXAMPLES.read_text()
