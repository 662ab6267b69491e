"""Two years with every origin of samples: drawn, of another year, of an earlier map, copied, made.

In the second year no crop is known yet: they are learnt from the first, as national maps do it in summer.
"""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import rasterio

from bad_input.inputs import small_configuration
from landloom.demo.archive import make_demo
from landloom.models import files
from plans import jobs_of
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

CROPS = [1, 2, 3]
FORESTS = [6, 7]
WATER = 9
REGIONS = ["atlantic", "mediterranean"]


def configuration():
    content = small_configuration(
        years={2018: None, 2019: None},
        regions={"file": "data/regions.gpkg", "field": "region", "names": REGIONS},
        samples={
            "strategy": "percent",
            "percent": 30,
            "sampler": "periodic",
            "minimum_valid_observations": 3,
            "regions": {"mediterranean": {"strategy": "per_class", "number": 40}},
            "annual": {"labels": CROPS, "year": 2018},
            "from_map": {"labels": FORESTS, "year": 2018, "number": 25, "minimum_confidence": 60},
            "copies": "data/copies.csv",
            "augmentation": {"method": "smote", "amount": "minimum", "number": 60},
        },
        model={
            "type": "sklearn",
            "classifier": "SVC",
            "search": {"grid": {"C": [1, 10]}, "folds": 2},
        },
        cross_validation={"folds": 2, "block_m": 300, "samples_per_class": 30},
    )
    content["sensors"]["s2"] |= {"start": "03-15", "end": "10-31", "step_days": 20}
    return content


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years") / "work"
    make_demo(folder / "data", size_px=200, years=(2018, 2019))
    path = folder / "data/2019/reference.gpkg"
    known = gpd.read_file(path)
    known[~known.code.isin(CROPS)].to_file(path)
    (folder / "data/copies.csv").write_text(f"source,destination,label,number\natlantic,mediterranean,{WATER},15\n")
    done = run_snakemake(folder, config=write_config(folder / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def sources(folder: Path, year: int, region: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"results/{year}/models/{region}_run0_samples.csv")


def test_crops_are_learnt_from_the_year_before(project: Path):
    for region in REGIONS:
        found = sources(project, 2019, region)
        crops = found[found.code.isin(CROPS)]
        assert set(crops[crops.origin != "smote"].code) == set(CROPS)
        assert crops.origin.str.match("drawn in 2018|smote").all()
        before = sources(project, 2018, region)
        assert set(before[before.origin == "drawn"].code) >= set(CROPS)
        assert not before.origin.str.contains("drawn in").any()


def test_forests_are_found_in_the_map_of_the_year_before(project: Path):
    for region in REGIONS:
        found = sources(project, 2019, region).set_index(["code", "origin"]).samples
        assert [found[code, "drawn from an earlier map"] for code in FORESTS] == [25, 25]
        assert not sources(project, 2018, region).origin.str.contains("map").any()


def test_water_is_copied_between_regions(project: Path):
    for year in (2018, 2019):
        found = sources(project, year, "mediterranean").set_index(["code", "origin"]).samples
        assert found[WATER, "copied from atlantic"] == 15
        assert not sources(project, year, "atlantic").origin.str.contains("copied").any()


def test_small_classes_are_filled(project: Path):
    for region in REGIONS:
        per_class = sources(project, 2019, region).groupby("code").samples.sum()
        assert (per_class >= 60).all()


def test_samples_were_seen_often_enough(project: Path):
    for tile in ("T30TYP", "T31TBJ"):
        drawn = pd.read_parquet(project / f"results/2019/tiles/{tile}/samples.parquet")
        with rasterio.open(project / f"results/2019/tiles/{tile}/validity.tif") as dataset:
            records = dataset.read(1)[drawn.row, drawn.column]
        assert len(drawn)
        assert records.min() >= 3


def test_parameters_were_searched(project: Path):
    for region in REGIONS:
        tried = pd.read_csv(project / f"results/2019/models/{region}_run0_search.csv")
        assert sorted(tried.C) == [1, 10]
        model = files.load(project / f"results/2019/models/{region}_run0.skops")
        assert type(model).__name__ == "EstimatorModel"


def test_the_crops_of_the_second_year_are_mapped(project: Path):
    """Against the truth, whose crops have rotated: better than the map of the year before by far."""
    right, stale = [], []
    for tile in ("T30TYP", "T31TBJ"):
        of_year = {}
        for year in (2018, 2019):
            with rasterio.open(project / f"results/{year}/tiles/{tile}/run0/classification.tif") as dataset:
                of_year[year] = dataset.read(1)
        with rasterio.open(project / f"data/2019/truth/{tile}.tif") as dataset:
            truth = dataset.read(1)
        crops = (truth > 0) & (truth <= max(CROPS)) & (of_year[2018] > 0) & (of_year[2019] > 0)
        right.append((of_year[2019] == truth)[crops].mean())
        stale.append((of_year[2018] == truth)[crops].mean())
    print(f"crops right: {right}; by the map of the year before: {stale}")
    assert min(right) > 0.5
    assert min(right) > max(stale) + 0.1


def test_nothing_is_to_be_done_again(project: Path):
    done = run_snakemake(project, config=project / "config.yaml")
    assert "Nothing to be done" in done.stdout + done.stderr


def test_a_polygon_of_the_first_year_reaches_the_second(project: Path):
    """Through samples and the map: years that lend are watched like the year's own."""
    folder = shutil.copytree(project, project.with_name("moved"))
    path = folder / "data/2018/reference.gpkg"
    known = gpd.read_file(path)
    known.drop(index=known.index[known.code == CROPS[0]][:2]).to_file(path)
    done = run_snakemake(folder, "-n", config=folder / "config.yaml")
    jobs = jobs_of(done.stdout + done.stderr)
    assert jobs["train"] == 4
    assert jobs["classify"] == 4
