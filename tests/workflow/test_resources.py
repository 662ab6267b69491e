"""What jobs ask for, by dry runs."""

import re

import geopandas as gpd
import pytest
from shapely.geometry import box
from snakemake_executor_plugin_slurm.partitions import read_partition_file

from landloom import estimates
from landloom.estimates import Work
from running import ROOT, run_snakemake, write_config

LOOKS = 300


def asked(folder, target, *arguments, **options):
    """Return the resources of the job that makes a file."""
    done = run_snakemake(folder, target, "--dry-run", "--printshellcmds", *arguments, **options)
    assert done.returncode == 0, done.stderr + done.stdout
    block = next(part for part in re.split(r"\n(?=rule |localrule )", done.stdout + done.stderr) if target in part)
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)(?=,|\n)", block)}


def minutes_of_map(work):
    seconds = estimates.reading_seconds(work) + estimates.mapping_seconds(work, 100)
    return estimates.minutes(seconds)


def test_a_map_asks_for_the_time_of_a_full_tile_until_its_survey_is_there(tmp_path):
    target = "results/2018/tiles/T31TBJ/run0/classification.tif"
    found = asked(tmp_path, target, "--cores", "1")
    assert found["runtime"] == minutes_of_map(Work())
    assert found["mem_mb"] == 2000
    folder = (tmp_path / target).parent.parent
    folder.mkdir(parents=True)
    (folder / "acquisitions.csv").write_text("header\nlook\n")
    (folder / "grid.json").write_text('{"rows": 10, "columns": 10}')
    assert asked(tmp_path, target, "--cores", "1")["runtime"] == minutes_of_map(Work(100, 1)) < 20


@pytest.fixture
def archive_of_many_looks(tmp_path):
    """A project with an archive of empty files: nobody opens them for a plan."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for day in range(LOOKS):
        (archive / f"2018{1 + day // 25:02d}{1 + day % 25:02d}_ndvi.tif").touch()
    (tmp_path / "nomenclature.csv").write_text("label,name,color\n1,wood,#00ff00\n2,field,#ffff00\n")
    polygons = gpd.GeoDataFrame({"code": [1, 2]}, geometry=[box(0, 0, 9, 9), box(9, 0, 18, 9)], crs="EPSG:32631")
    polygons.to_file(tmp_path / "reference.gpkg")
    sensor = {"type": "series", "archive": "archive", "file": "{date}_ndvi.tif", "date_format": "%Y%m%d"}
    content = {
        "years": {2018: None},
        "tiles": ["T"],
        "sensors": {"s": {**sensor, "bands": {"ndvi": 1}, "scale": 1.0}},
        "features": {"indices": []},
        "nomenclature": "nomenclature.csv",
        "reference": {"file": "reference.gpkg", "field": "code"},
    }
    return write_config(tmp_path / "config.yaml", content)


def test_a_survey_asks_for_the_time_of_what_the_archive_holds(archive_of_many_looks):
    folder = archive_of_many_looks.parent
    target = "results/2018/tiles/T/acquisitions.csv"
    found = asked(folder, target, "--cores", "1", config=archive_of_many_looks)
    assert found["runtime"] == estimates.minutes(estimates.reading_seconds(Work(looks=LOOKS)))


def test_the_example_of_partitions_is_understood():
    partitions = read_partition_file(ROOT / "profiles/slurm/partitions.yaml")
    assert {one.name: one.limits.max_runtime for one in partitions} == {"short": 120, "long": 3 * 24 * 60}
