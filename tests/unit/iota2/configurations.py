"""Configurations of iota2, made up: of 2020 and newer, with the files that they name."""

from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely import box

from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.iota2 import importing, reading
from landloom.iota2.answers import Answer
from landloom.iota2.importing import Imported
from landloom.iota2.translation import Options

NAMES = "wheat:1\nmaize:2\nlake:3\n"
COLORS = "0 255 255 255\n1 255 0 255\n2 255 85 0\n3 0 0 255\n"

OLD = """
chain:
{
    outputPath:'{folder}/out'
    nomenclaturePath:'{folder}/names.txt'
    colorTable:'{folder}/colors.txt'
    listTile:'T31TCJ T31TDJ'
    S2Path:'{folder}/s2'
    groundTruth:'{folder}/truth.gpkg'
    dataField:'CODE'
    spatialResolution:10
    ratio:0.7
}
argTrain:
{
    classifier :'rf'
    options :' -classifier.rf.min 5 -classifier.rf.max 25 '
}
argClassification:
{
    classifMode : 'separate'
}
GlobChain:
{
    proj : "EPSG:2154"
}
"""
NEW = """
chain:
{
    output_path : '{folder}/out'
    nomenclature_path : '{folder}/names.txt'
    color_table : '{folder}/colors.txt'
    list_tile : 'T31TCJ T31TDJ'
    s2_path : '{folder}/s2'
    ground_truth : '{folder}/truth.gpkg'
    data_field : 'CODE'
    spatial_resolution : [10, 10]
    proj : "EPSG:2154"
}
arg_train:
{
    ratio : 0.7
    classifier : 'rf'
    otb_classifier_options : {'classifier.rf.min': 5, 'classifier.rf.max': 25}
}
arg_classification:
{
    classif_mode : 'separate'
}
"""


def files(folder: Path) -> Path:
    """Make the files that these configurations name."""
    (folder / "names.txt").write_text(NAMES)
    (folder / "colors.txt").write_text(COLORS)
    for tile in ("T31TCJ", "T31TDJ"):
        for day in ("20180115-105804-037", "20181206-105804-037"):
            (folder / "s2" / tile / f"SENTINEL2A_{day}_L2A_{tile}_D_V1-7").mkdir(parents=True)
    for archive in ("l5", "l8"):
        for tile in ("T31TCJ", "T31TDJ"):
            (folder / archive / tile).mkdir(parents=True)
    for name in ("seg.tif", "vhr.tif", "f.py"):
        (folder / name).touch()
    squares = [box(0, 0, 9, 9), box(9, 0, 18, 9)]
    vector = gpd.GeoDataFrame({"CODE": [1, 2], "region": ["10", "2"]}, geometry=squares, crs="EPSG:2154")
    vector.to_file(folder / "truth.gpkg")
    return folder


def imported(text: str, folder: Path, **given: int) -> Imported:
    """Import a text, whose ``{folder}`` is that of the files."""
    document = reading.of_text(text.replace("{folder}", str(folder)))
    return importing.translated(document, Options("my", (folder,), **given))


def with_keys(section: str, keys: str, text: str = OLD) -> str:
    """Add keys to a section, which may be new."""
    begin = f"\n{section}:\n{{\n"
    return text.replace(begin, f"{begin}{keys}\n") if begin in text else f"{text}{section}:\n{{\n{keys}\n}}\n"


def answer_of(found: Imported, key: str) -> Answer:
    """Return the answer to the only key that ends so."""
    (one,) = [answer for answer in found.answers if answer.key.endswith(key) and answer.line]
    return one


def write_raster(path: Path, bands: int) -> None:
    """Write a raster of 4 x 4 pixels of 10 m."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grid = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 4, 4)
    with rasters.create(path, grid, "int16", {}, bands=bands) as dataset:
        dataset.write(np.ones((bands, 4, 4), np.int16))
