"""Outputs that cannot be written: full disks, read-only folders. The tests may run as root, so they mount."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import yaml

from bad_input.inputs import TILE, Project, small_configuration, write_project
from landloom.configuration import configuration, preflight
from landloom.core import files, parquet
from landloom.core.errors import InputError
from landloom.geo import rasters, vectors
from landloom.geo.grids import Grid
from landloom.maps import mosaic
from landloom.models import files as model_files
from landloom.models.forest import conversion

GRID = Grid("EPSG:32630", 700_000.0, 4_880_000.0, 10.0, 10.0, 600, 600)
RNG = np.random.default_rng(1)
NOISE = RNG.integers(0, 255, (600, 600)).astype(np.uint8)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount something over a folder, or skip the test where that is not permitted."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounts are not permitted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def full_disk(folder: Path, size: str) -> AbstractContextManager[Path]:
    return mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "none")


def read_only(folder: Path) -> AbstractContextManager[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return mounted(folder, "--bind", "-o", "ro", str(folder))


def write_raster(path: Path) -> None:
    with rasters.create(path, GRID, "uint8", {}) as dataset:
        dataset.write(NOISE, 1)


def write_layers(path: Path) -> None:
    points = gpd.GeoDataFrame({"n": range(3000)}, geometry=shapely.points(RNG.random((3000, 2))), crs="EPSG:4326")
    vectors.write_layers(path, {"points": points})


def write_table(path: Path) -> None:
    parquet.write(pd.DataFrame(RNG.random((5000, 5)), columns=list("abcde")), path)


def write_model(path: Path) -> None:
    features, codes = RNG.integers(0, 100, (3000, 2)).astype(np.int16), RNG.integers(0, 5, 3000)
    model_files.save(conversion.fit(features, codes, ["a", "b"], 1, 1, {"n_estimators": 3}, {}), path)


def write_text(path: Path) -> None:
    files.write_text(path, "x" * 200_000)


WRITERS = [
    (write_raster, "a.tif"),
    (write_layers, "a.gpkg"),
    (write_table, "a.parquet"),
    (write_model, "a.npz"),
    (write_text, "a.txt"),
]


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_full_disk_is_named_and_nothing_is_left(write: Callable[[Path], None], name: str, tmp_path: Path):
    with full_disk(tmp_path / "out", "64k") as folder:
        with pytest.raises(InputError) as caught:
            write(folder / name)
        assert str(caught.value).startswith(f"{folder}/{name}: cannot be written (")
        assert "is the disk full" in str(caught.value)
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "scratch"),
    [
        ("64k", "near"),
        ("400k", "near"),
        ("64k", "beside"),
        ("400k", "beside"),
        ("500k", "beside"),
        ("700k", "beside"),
    ],
)
def test_mosaic_on_a_full_disk(size: str, scratch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The disk holds the mosaic alone or, where the machine's own has no room, also what leads to it."""
    near = tmp_path / "near"
    near.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(near))
    monkeypatch.setattr(files, "_lies_in_memory", lambda _: scratch == "beside")
    write_raster(tmp_path / "layer.tif")
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2) as dataset:
        dataset.write(np.ones((2, 600, 600), np.uint8))
    layers = {TILE: mosaic.TileLayer(tmp_path / "layer.tif", tmp_path / "regions.tif")}
    with full_disk(tmp_path / "out", size) as folder:
        with pytest.raises(InputError, match=r"\.tif: cannot be written \("):
            mosaic.write(layers, GRID, folder / "map.tif", {}, lambda _: None, "nearest")
        assert list(folder.iterdir()) == []
    assert list(near.iterdir()) == []


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_read_only_folder_is_named(write: Callable[[Path], None], name: str, tmp_path: Path):
    with read_only(tmp_path / "out") as folder, pytest.raises(InputError) as caught:
        write(folder / name)
    assert str(caught.value).startswith(f"{folder}/{name}: cannot be written (")
    assert "folder read-only" in str(caught.value)


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_file_where_a_folder_should_be(write: Callable[[Path], None], name: str, tmp_path: Path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(InputError) as caught:
        write(tmp_path / "out" / name)
    assert str(caught.value).startswith(f"{tmp_path}/out/{name}: cannot be written (")
    assert (tmp_path / "out").read_text() == "in the way"


def test_read_only_results_are_noticed_before_any_job(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    project = write_project(tmp_path / "work", small_configuration())
    shutil.copytree(demo, project.folder / "data")
    monkeypatch.chdir(project.folder)
    settings = configuration.parse(yaml.safe_load(project.configuration.read_text(encoding="utf-8")))
    preflight.check(settings)
    with read_only(project.folder / "results"), pytest.raises(InputError) as caught:
        preflight.check(settings)
    assert "results: cannot be written in; mend its permissions, or work in another --directory" in str(caught.value)


@pytest.mark.long
def test_job_on_a_full_disk_says_so_and_leaves_nothing(copy_of_finished: Project, tmp_path: Path):
    target = Path(f"results/2018/tiles/{TILE}/run0/classification.tif")
    (copy_of_finished.folder / target).unlink()
    results = (copy_of_finished.folder / "results").rename(tmp_path / "results")
    with full_disk(copy_of_finished.folder / "results", "8m") as folder:
        shutil.copytree(results, folder, dirs_exist_ok=True)
        fill(folder)
        code, terminal = copy_of_finished.run(str(target))
        left = copy_of_finished.files(str(target.parent))
    log = (copy_of_finished.folder / f"logs/2018/tiles/{TILE}/classify.log").read_text()
    assert code != 0
    assert f"error: {target.parent}/" in log
    assert "cannot be written" in log
    assert "is the disk full" in terminal
    assert "Traceback" not in log + terminal
    assert not left


def fill(folder: Path) -> None:
    """Leave a few kilobytes free."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    os.truncate(ballast, ballast.stat().st_size - 4096)


def test_file_that_is_shorter_than_what_was_written(tmp_path: Path):
    write_raster(tmp_path / "whole.tif")
    content = (tmp_path / "whole.tif").read_bytes()
    (tmp_path / "whole.tif").write_bytes(content[:-1000])
    with rasterio.open(tmp_path / "whole.tif"), pytest.raises(OSError, match="shorter"):
        rasters.check_written(tmp_path / "whole.tif")
