"""Two sensors on a grid of choice, one of which sees one tile alone and has filters, up to the map of that tile."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import rasterio

from bad_input.inputs import BANDS, OTHER_TILE, TILE, small_configuration
from running import run_snakemake, write_config

pytestmark = pytest.mark.long


def configuration():
    everywhere = {"type": "sentinel2_theia", "archive": "data/archive", "bands": BANDS, "step_days": 60}
    own = {"bands": ["B2"], "output_dates": "own", "orbits": [51], "days": ["11-01", "09-30"], "required": False}
    return small_configuration(
        sensors={"main": everywhere, "other": {**everywhere, **own, "minimum_valid_fraction": 0.5}},
        grid={"sensor": "main", "resolution_m": 30},
    )


@pytest.fixture(scope="module")
def project(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sensors") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    target = f"results/2018/tiles/{TILE}/run0/classification.tif"
    done = run_snakemake(folder, target, config=write_config(folder / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def looks_of(project: Path, tile: str) -> pd.DataFrame:
    table = pd.read_csv(project / f"results/2018/tiles/{tile}/acquisitions.csv")
    return table[table.sensor == "other"]


def test_filters(project: Path):
    """Of the tile of orbit 94, nothing is left; of the other, clear products outside of October."""
    assert set(looks_of(project, TILE).status) == {"filtered"}
    found = looks_of(project, OTHER_TILE)
    used = found[found.status == "used"]
    assert len(used) > 3
    assert (used.valid_fraction >= 0.5).all()
    assert not used.date.str.contains("-10-").any()
    log = (project / f"logs/2018/tiles/{TILE}/acquisitions.log").read_text()
    assert f"warning: other does not see tile {TILE}: its features are -10000 there" in log


def test_own_dates_are_those_of_the_tile_that_is_seen(project: Path):
    found = looks_of(project, OTHER_TILE)
    dates = json.loads((project / "results/2018/dates.json").read_text())
    assert dates["other"] == sorted(set(found[found.status == "used"].date))


def test_features_are_nodata_where_nothing_is_seen(project: Path):
    for tile, unseen in ((TILE, True), (OTHER_TILE, False)):
        table = pd.read_parquet(project / f"results/2018/tiles/{tile}/samples.parquet")
        features = table[[name for name in table if name.startswith("other_")]]
        assert features.shape[1] > 0
        assert (features == -10000).all(axis=None) == unseen
        assert not (table[[name for name in table if name.startswith("main_")]] == -10000).any(axis=None)


def test_the_map_is_on_the_grid(project: Path):
    with rasterio.open(project / f"results/2018/tiles/{TILE}/run0/classification.tif") as dataset:
        assert (dataset.res, dataset.shape) == ((30.0, 30.0), (48, 48))
        assert (dataset.read(1) > 0).any()
