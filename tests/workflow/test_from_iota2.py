"""From iota2 to a map: the tutorial's example, and real configurations planned on made-up archives."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely import box

from plans import jobs_of
from running import ROOT, run_snakemake
from unit.sensors import products

EXAMPLE = ROOT / "config/examples/iota2"
PAGE = ROOT / "docs/tutorials/from_iota2.md"
FUNCTIONS = "def get_crswir(self):\n    return 1, []\n\n\ndef get_crre(self):\n    return 1, []\n"


def import_file(folder: Path, source: Path, target: Path, *arguments: str) -> str:
    """Run the command as a user does, in a folder; return what it says."""
    command = [sys.executable, "-m", "landloom.iota2", str(source), "-o", str(target), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_shows_the_example_as_it_is():
    text = PAGE.read_text()
    assert "config/examples/iota2/iota2.cfg" in text
    for line in ("additional_features : '(b4-b3)/(b4+b3), b7+b8'", "module : 'water.py'"):
        assert line in text
        assert line in (EXAMPLE / "iota2.cfg").read_text()


@pytest.mark.long
def test_the_example_becomes_a_map(tiny_demo, tmp_path):
    shutil.copytree(tiny_demo, tmp_path / "demo")
    said = import_file(tmp_path, EXAMPLE / "iota2.cfg", tmp_path / "moved/moved.yaml")
    assert "33 keys: 20 equal, 11 different, 2 not needed" in said
    done = run_snakemake(tmp_path / "moved", config=tmp_path / "moved/moved.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    results = tmp_path / "moved/results/2018"
    with rasterio.open(results / "map/fusion/classification.tif") as dataset:
        assert len(np.unique(dataset.read(1))) > 5
        assert dataset.descriptions == ("classification",)
    with rasterio.open(results / "map/run1/confidence.tif") as dataset:
        assert (dataset.descriptions, dataset.units) == (("confidence",), ("%",))
    assert (results / "map/fusion/classification.sld").is_file()
    names = list(pd.read_parquet(results / "tiles/T31TBJ/samples.parquet").columns)
    dates = [name.rpartition("_")[2] for name in names if name.startswith("sentinel2_NDVI_")]
    assert [name for name in names if name.startswith("water_")] == [f"water_sentinel2_water_{day}" for day in dates]
    samples = pd.read_parquet(results / "tiles/T31TBJ/samples.parquet")
    green, infrared = (samples[f"sentinel2_{band}_{dates[3]}"].astype(float) for band in ("B3", "B11"))
    expected = (1000 * (green - infrared) / (green + infrared + 1)).round()
    assert (expected - samples[f"water_sentinel2_water_{dates[3]}"]).abs().max() <= 1


def sentinel2(folder: Path, *tiles: str) -> None:
    for tile in tiles:
        for day in ("20180115", "20180715"):
            name = f"SENTINEL2A_{day}-105804-037_L2A_{tile}_D_V1-7"
            bands = [
                f"{name}_FRE_{band}.tif" for band in ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")
            ]
            masks = [f"MASKS/{name}_{mask}_R{n}.tif" for mask in ("CLM", "SAT", "EDG") for n in (1, 2)]
            products.touch(folder / tile / name, *bands, *masks, f"{name}_MTD_ALL.xml")


def polygons(path: Path, **fields: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    squares = [box(500000, 6200000, 501000, 6201000), box(502000, 6200000, 503000, 6201000)]
    gpd.GeoDataFrame(fields, geometry=squares, crs="EPSG:2154").to_file(path)


def raster(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    transform = rasterio.transform.from_origin(500000, 6202000, 100, 100)
    keys = {"driver": "GTiff", "width": 9, "height": 9, "count": 1, "dtype": "int16", "crs": "EPSG:2154"}
    with rasterio.open(path, "w", transform=transform, **keys) as dataset:
        dataset.write(np.ones((1, 9, 9), np.int16))


def classes(folder: Path, names: str = "nomenclature.txt", colors: str = "colorFile.txt") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names).write_text("wheat:1\nmaize:2\n")
    (folder / colors).write_text("0 255 255 255\n1 255 0 255\n2 255 85 0\n")


def tutorial(root: Path) -> None:
    """Make the inputs of iota2's tutorials."""
    folder = root / "IOTA2_TEST_S2"
    sentinel2(folder / "sensor_data", "T31TCJ")
    polygons(folder / "vector_data/groundTruth.shp", CODE=[1, 2])
    polygons(folder / "EcoRegion.shp", region=["1", "2"])
    classes(folder)


def four_tiles(root: Path) -> None:
    """Make the inputs of the developers' own file, of which most keys are on."""
    data = root / "data"
    tiles = ("D0004H0004", "D0005H0004", "D0004H0003", "D0005H0003")
    for tile in tiles:
        for day in ("20160115", "20160715"):
            products.make_l8(data / tile, products.L8.replace("20180115", day).replace("T31TCJ", tile))
            old = products.N2A_OF_L8.replace("20160330", day).replace("D0005H0002", tile)
            products.make_n2a(data / tile, old)
        for name in ("ALT", "ASP", "SLP"):
            raster(root / f"MNT_L8Grid/{tile}/{tile}_{name}.tif")
    polygons(data / "references/D5H2_groundTruth_samples.shp", CODE=[1, 2])
    polygons(data / "regionShape/4Tiles.shp", region=["1", "4"])
    classes(data / "references", colors="color.txt")
    (root / "MyFile.csv").write_text("1,4,2,10\n")


def madagascar(root: Path) -> None:
    sentinel2(root / "sensor_data", "T38KPD", "T38KPE")
    polygons(root / "Field/data_field_extraction.shp", codecg=[1, 2])
    for name in ("SEGMENTATION/part_seg.tif", "VHR/pansharpbayes_orthocorrect_TOA10000_spot7_20170216.tif"):
        raster(root / name)
    classes(root)


def reconfort(root: Path) -> None:
    sentinel2(root / "s2/2020", "T31TDN", "T31UDP")
    polygons(root / "oaks.shp", dep_cor=[1, 2])
    classes(root / "iota2")
    products.touch(root / "iota2/external_features", "custom_index.py").joinpath("custom_index.py").write_text(
        FUNCTIONS
    )


REAL = {
    "config_MultiRegions": (tutorial, {"/XXXX": ""}, {"train": 2}),
    "config_scikitLearn": (tutorial, {"/XXXX": ""}, {"train": 1}),
    "config_samplesAugmentation": (tutorial, {"/XXXX": ""}, {"train": 2}),
    "Config_4Tuiles_Multi_FUS_Confidence": (
        four_tiles,
        {"../../../../": "/", "../../..": "", "/Path/to": ""},
        {"train": 2, "classify": 4},
    ),
    "config_obia": (madagascar, {"/media/peillet/DATA/Mada": ""}, {"classify_objects": 2, "acquisitions": 2}),
    "reconfort_part1": (reconfort, {"/data/reconfort": "", "iota2/": "/iota2/"}, {"check_functions": 1}),
}
"""With what makes the inputs, beginnings of paths and what they become below the folder of these, and some jobs."""


@pytest.mark.long
@pytest.mark.parametrize("name", REAL)
def test_real_configurations_are_planned_on_made_up_archives(shared_data, tmp_path, name):
    make, places, jobs = REAL[name]
    make(tmp_path)
    text = (shared_data / "iota2_configurations" / f"{name}.cfg").read_text()
    for old, new in places.items():
        for quote in "'\"":
            text = text.replace(f"{quote}{old}", f"{quote}{tmp_path}{new}")
    (tmp_path / "iota2.cfg").write_text(text)
    import_file(tmp_path, tmp_path / "iota2.cfg", tmp_path / "my.yaml")
    done = run_snakemake(tmp_path, "--dry-run", config=tmp_path / "my.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    planned = jobs_of(done.stdout + done.stderr)
    assert planned.items() >= jobs.items(), planned
