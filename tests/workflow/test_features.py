"""Expressions, Whittaker's smoother and statistics of one sensor, from the archive to the map of a tile."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import rasterio

from bad_input.inputs import TILE, small_configuration
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

FEATURES = {
    "bands": {"s2": ["B8"]},
    "indices": ["NDVI"],
    "expressions": {"wet": "(B3 - B11) / (B3 + B11)"},
    "interpolation": {"method": "whittaker", "smoothing": 500},
    "statistics": [{"of": ["NDVI", "wet"], "kinds": ["p10", "max", "amplitude", "day_of_max"], "only": True}],
}


def configuration(**sensor):
    content = small_configuration(features=FEATURES)
    content["sensors"]["s2"] |= sensor
    content["model"] = {"trees": 30}
    return content


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
    features = [name for name in names if name.startswith("s2_")]
    assert all(name.startswith("s2_B8_2018") for name in features[:-8])
    assert features[-8:-4] == [f"s2_NDVI_{kind}" for kind in ("p10", "max", "amplitude", "day_of_max")]
    with rasterio.open(project / target) as mapped, rasterio.open(project / f"data/2018/truth/{TILE}.tif") as true:
        found, expected = mapped.read(1), true.read(1)
    known = (found > 0) & (expected > 0)
    assert known.mean() > 0.5
    assert (found == expected)[known].mean() > 0.6


def test_faults_of_features_are_told_before_any_job(project: Path):
    content = configuration()
    content["features"] = FEATURES | {"interpolation": {"method": "none"}, "expressions": {"wet": "B3 - B99"}}
    done = run_snakemake(project, "-n", config=write_config(project / "wrong.yaml", content))
    assert done.returncode != 0
    assert "features.expressions.wet: no sensor has all of ['B3', 'B99']" in done.stderr
    assert "sensors.s2.output_dates: must be `own` or `union`" in done.stderr
