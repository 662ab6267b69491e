"""Rasters that are something else, or nowhere, or larger than any memory."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import Affine, from_gcps, from_origin

from bad_input.inputs import PERIOD, TILE
from fuzz import material
from fuzz.property import refuses_or_accepts, run_with_little_memory, untouched, workplace
from landloom.sensors import registry
from landloom.survey import survey

GRID = {"crs": "EPSG:32630", "transform": from_origin(700_000, 4_880_000, 10, 10), "height": 16, "width": 16}
SITE = 'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
VIRTUAL = (
    '<VRTDataset rasterXSize="16" rasterYSize="16"><VRTRasterBand dataType="Byte" band="1">%s</VRTRasterBand>'
    "</VRTDataset>"
)

pytestmark = pytest.mark.filterwarnings("ignore")
"""Of rasterio, about what is not georeferenced."""


def write(path: Path, **changes: object) -> None:
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype="int16", **(GRID | changes)) as dataset:
        if dataset.width < 1000:
            rows, columns = np.indices((dataset.height, dataset.width))
            dataset.write((1 + rows + columns).astype(np.int16), 1)


def look_through(folder: Path, on_bad_product: str = "stop") -> None:
    content = {"type": "series", "archive": str(folder), "file": "{date}.tif", "bands": {"red": 1}}
    settings = registry.sections_of({"own": content})
    survey.survey(settings, TILE, PERIOD, survey.common_grid(settings, TILE, PERIOD), on_bad_product, 1)


ODD = {
    "crs of a building site": {"crs": SITE},
    "no crs": {"crs": None},
    "geographic": {"crs": "EPSG:4326", "transform": from_origin(0, 44, 1e-4, 1e-4)},
    "beyond the pole": {"crs": "EPSG:4326", "transform": from_origin(0, 440, 1e-4, 1e-4)},
    "not a number": {"transform": Affine(float("nan"), 0, 700_000, 0, -10, 4_880_000)},
    "nowhere": {"transform": Affine(10, 0, float("nan"), 0, -10, 4_880_000)},
    "infinite": {"transform": Affine(10, 0, float("inf"), 0, -10, 4_880_000)},
    "infinite pixels": {"transform": Affine(1e300, 0, 0, 0, -1e300, 0)},
    "tiny pixels": {"transform": Affine(1e-300, 0, 700_000, 0, -1e-300, 4_880_000)},
    "rotated": {"transform": Affine(10, 1, 700_000, 1, -10, 4_880_000)},
    "upside down": {"transform": Affine(10, 0, 700_000, 0, 10, 4_880_000)},
    "far": {"transform": from_origin(1e15, 1e15, 10, 10)},
    "flattened": {"transform": from_gcps([rasterio.control.GroundControlPoint(0, n, n, 1) for n in range(3)])},
    "one pixel": {"height": 1, "width": 1},
    "large": {"height": 20_000, "width": 10, "blockysize": 1, "SPARSE_OK": True},
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("position", [0, 1, None])
def test_raster_that_lies_elsewhere(kind: str, position: int | None, tmp_path: Path):
    """As one of three dates, or as all of them."""
    for number, stamp in enumerate(("20180301", "20180501", "20180701")):
        write(tmp_path / f"{stamp}.tif", **(ODD[kind] if position in (number, None) else {}))
    for on_bad_product in ("stop", "skip"):
        refuses_or_accepts(look_through, tmp_path, on_bad_product, names=(".tif: ",))


@given(data=st.data())
def test_damaged_raster(data: st.DataObject):
    with workplace() as folder:
        for stamp in ("20180301", "20180501"):
            write(folder / f"{stamp}.tif", compress="deflate")
        path = folder / "20180501.tif"
        path.write_bytes(data.draw(material.damaged(path.read_bytes())))
        with untouched(folder):
            refuses_or_accepts(look_through, folder, names=("20180501.tif", "20180301.tif"))


CONTENTS = {
    "file": VIRTUAL % "<SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource>",
    "network": VIRTUAL
    % "<SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1:1/x</SourceFilename></SimpleSource>",
    "itself": VIRTUAL
    % "<SimpleSource><SourceFilename relativeToVRT='1'>20180301.tif</SourceFilename></SimpleSource>",
    "python": VIRTUAL.replace("<VRTRasterBand", '<VRTRasterBand subClass="VRTDerivedRasterBand"')
    % "<PixelFunctionType>f</PixelFunctionType><PixelFunctionLanguage>Python</PixelFunctionLanguage>"
    "<PixelFunctionCode><![CDATA[\nopen('canary', 'w')\ndef f(*a, **k): open('canary', 'w')\n]]></PixelFunctionCode>",
    "laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + VIRTUAL % "&b;",
    "text": "$(touch canary)",
    "zeros": "\0" * 1000,
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_file_that_is_no_raster_but_instructions(kind: str):
    with workplace() as folder:
        (folder / "20180301.tif").write_text(CONTENTS[kind])
        with untouched(folder):
            assert refuses_or_accepts(look_through, folder, names=("20180301.tif: ",))


SURVEY = """
import sys, datetime, pathlib
sys.path.insert(0, sys.argv[2])
from landloom.jobs import job as jobs
from landloom.sensors import registry
from landloom.survey import survey
from landloom.survey.value_settings import LevelSettings, ValueSettings
content = {"type": "series", "archive": sys.argv[1], "file": "{date}.tif", "bands": {"red": 1}}
period = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
try:
    with jobs.logged(sys.argv[2] + "/log", "acquisitions", 2000):
        settings = registry.sections_of({"own": content})
        grid = survey.common_grid(settings, "T30TYP", period)
        values = ValueSettings(levels=LevelSettings(fail=0))
        survey.survey(settings, "T30TYP", period, grid, "stop", 1, values=values)
except SystemExit as error:
    sys.exit(0 if error.code == 1 else 3)
sys.exit(4)
"""


def test_raster_larger_than_memory(tmp_path: Path):
    (tmp_path / "archive").mkdir()
    size = {"height": 2**20, "width": 2**20, "tiled": True, "blockxsize": 2**14, "blockysize": 2**14}
    write(tmp_path / "archive" / "20180301.tif", **size, SPARSE_OK=True, BIGTIFF="YES")
    assert (tmp_path / "archive" / "20180301.tif").stat().st_size < 2**20
    run_with_little_memory(SURVEY, str(tmp_path / "archive"), str(tmp_path), megabytes=6000)
    assert "error: not enough memory" in (tmp_path / "log").read_text()
