"""MODIS composites as stacks of dates, points as reference, models of several years: two of the six crop years.

These two hold all classes. All six, and the protocol of the data's authors, are in `benchmarks/modis.py`.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import modis
from running import run_snakemake

pytestmark = pytest.mark.long

YEARS = (2011, 2012)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = Path(__file__).resolve().parents[3] / "shared/data/dtwsat_mt/inst/lucc_MT/data"
    if not data.is_dir():
        pytest.skip("no MODIS series in ../shared/data")
    folder = tmp_path_factory.mktemp("modis")
    periods = modis.configuration(data)["years"]
    config = modis.write_project(data, folder, years={year: periods[year] for year in YEARS})
    targets = [f"results/{year}/accuracy/summary.csv" for year in YEARS]
    done = run_snakemake(folder, *targets, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def read(project: Path, year: int, name: str) -> pd.DataFrame:
    return pd.read_parquet(project / f"results/{year}/tiles/MT/{name}.parquet")


def test_every_sample_is_a_pixel(project: Path):
    for year, expected in zip(YEARS, (232, 245), strict=True):
        assert len(read(project, year, "candidates")) == expected
        findings = json.loads((project / f"results/{year}/reference_findings.json").read_text())
        assert (findings[0]["finding"], findings[0]["count"]) == ("points", expected)


def test_accuracy_pooled_over_the_years(project: Path):
    """10 % train, the others test: dtwSat's authors have 0.978, by samples of all years at random."""
    right = tested = 0
    for year in YEARS:
        table = pd.read_csv(project / f"results/{year}/accuracy/summary.csv")
        scores = table[(table.level == "class") & (table.unit == "pixels") & (table.code == 0)].set_index("score")[
            "mean"
        ]
        right += scores.overall_accuracy * scores.tested
        tested += scores.tested
    assert tested > 400
    assert right / tested > 0.93


def test_other_years_train_but_where_this_year_tests(project: Path):
    for year in YEARS:
        here = read(project, year, "candidates")
        tested = set(map(tuple, here.loc[here.test0, ["row", "column"]].to_numpy().tolist()))
        sources = pd.read_csv(project / f"results/{year}/models/all_run0_samples.csv")
        for other in YEARS:
            samples = read(project, other, "samples")
            positions = map(tuple, samples.loc[samples.run0, ["row", "column"]].to_numpy().tolist())
            expected = sum(1 for position in positions if other == year or position not in tested)
            origin = "drawn" if other == year else f"drawn in {other}"
            assert sources[sources.origin.str.split(",").str[0] == origin].samples.sum() == expected
    left_out = [len(read(project, year, "samples").query("run0")) for year in YEARS]
    assert sources.samples.sum() < sum(left_out)


def test_each_stack_is_summed_once_and_named_by_each_date(project: Path):
    files = pd.read_csv(project / "results/2012/tiles/MT/files.csv")
    dates = pd.read_csv(project / "results/2012/tiles/MT/acquisitions.csv")
    assert sorted({Path(path).name for path in files.path}) == sorted(
        [*(f"{band}.tif" for band in modis.BANDS), "timeline"]
    )
    assert len(files) == 7 * len(dates) == 7 * 23
    assert files.groupby("path").sha256.nunique().max() == 1
