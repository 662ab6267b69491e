"""Expressions, Whittaker's smoother and statistics of one sensor, from the archive to the map of a tile.

They are those of the example of the documentation.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import rasterio
import yaml

from bad_input.inputs import TILE, small_configuration
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

EXAMPLE = yaml.safe_load((ROOT / "config/examples/features.yaml").read_text())
STATISTICS = [f"NDVI_{kind}" for kind in ("min", "max", "amplitude", "p10", "p50", "p90", "day_of_max")]
STATISTICS += ["wetness_mean", "wetness_max"]


def configuration():
    content = small_configuration(features=EXAMPLE["features"])
    # Of the example, all bands: an expression needs some that are no features.
    content["sensors"] = {"sentinel2": EXAMPLE["sensors"]["sentinel2"] | {"archive": "data/archive"}}
    return content | {"model": {"trees": 30, **EXAMPLE["model"]}}


@pytest.fixture(scope="module")
def project(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("features") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    return folder


def test_the_map_is_about_right(project: Path):
    target = f"results/2018/tiles/{TILE}/run0/classification.tif"
    done = run_snakemake(project, target, config=write_config(project / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    names = pd.read_parquet(project / f"results/2018/tiles/{TILE}/samples.parquet").columns
    features = [name.removeprefix("sentinel2_") for name in names if name.startswith("sentinel2_")]
    dated = {name.rsplit("_", 1)[0] for name in features[: -len(STATISTICS)]}
    assert dated == {"B3", "B4", "B8", "B11", "NDVI", "NDMI", "red_edge"}
    assert features[-len(STATISTICS) :] == STATISTICS
    with rasterio.open(project / target) as mapped, rasterio.open(project / f"data/2018/truth/{TILE}.tif") as true:
        found, expected = mapped.read(1), true.read(1)
    known = (found > 0) & (expected > 0)
    assert known.mean() > 0.5
    assert (found == expected)[known].mean() > 0.6


def test_faults_of_features_are_told_before_any_job(project: Path):
    content = configuration()
    wrong = {"interpolation": {"method": "none"}, "expressions": {"wetness": "B3 - B99"}}
    content["features"] = content["features"] | wrong
    done = run_snakemake(project, "-n", config=write_config(project / "wrong.yaml", content))
    assert done.returncode != 0
    assert "features.expressions.wetness: no sensor has all of ['B3', 'B99']" in done.stderr
    assert "sensors.sentinel2.output_dates: must be `own` or `union`" in done.stderr
