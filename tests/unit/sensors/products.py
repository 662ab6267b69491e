"""Made-up products under their official names, of empty files: finding them does not look inside."""

import datetime
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landloom.sensors import registry
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.settings import SensorSettings
from unit.sensors.sentinel1.made_orbit import Scene
from unit.sensors.sentinel1.making import file_names, manifest

ALWAYS = (datetime.date(1980, 1, 1), datetime.date(2030, 1, 1))

L3A = "SENTINEL2X_20180415-000000-000_L3A_T31TCJ_C_V1-1"
L8 = "LANDSAT8-OLITIRS-XS_20180115-103629-617_L2A_T31TCJ_D_V1-9"
N2A_OF_L8 = "LANDSAT8_OLITIRS_XS_20160330_N2A_France-MetropoleD0005H0002"
N2A_OF_L5 = "LANDSAT5_TM_XS_20100612_N2A_France-MetropoleD0005H0002"
HLS_L30 = "HLS.L30.T31TCJ.2021001T104801.v2.0"
HLS_S30 = "HLS.S30.T31TCJ.2021003T105439.v2.0"
S1 = Scene()


def settings(kind: str, archive: Path, **given: object) -> SensorSettings:
    return registry.sections_of({"own": {"type": kind, "archive": str(archive), **given}})["own"]


def found(kind: str, archive: Path, tile: str = "T31TCJ", **given: object) -> list[Acquisition]:
    """Find and describe the products of a tile."""
    section = settings(kind, archive, **given)
    products = sensors.find(section, tile, *ALWAYS)
    return [sensors.describe(section, "own", tile, product) for product in products]


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def make_l3a(folder: Path, name: str = L3A) -> Path:
    bands = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")
    files = [f"{name}_FRC_{band}.tif" for band in bands]
    files += [f"MASKS/{name}_{mask}_{part}.tif" for mask in ("FLG", "DTS", "WGT") for part in ("R1", "R2")]
    return touch(folder / name, f"{name}_MTD_ALL.xml", *files)


def make_l8(folder: Path, name: str = L8) -> Path:
    files = [f"{name}_{kind}_B{number}.tif" for kind in ("FRE", "SRE") for number in (*range(1, 8), 9, 10, 11)]
    files += [f"MASKS/{name}_{mask}_XS.tif" for mask in ("CLM", "SAT", "EDG", "MG2")]
    return touch(folder / name, *files)


def make_n2a(folder: Path, name: str) -> Path:
    stack = name.replace("_N2A_", "_N2A_ORTHO_SURF_CORR_PENTE_")
    masks = [f"MASK/{name}_{mask}.TIF" for mask in ("NUA", "SAT", "DIV", "NODATA")]
    return touch(folder / name, f"{stack}.TIF", f"{stack}.TIF.aux.xml", *masks)


def files_of_c2(name: str) -> list[str]:
    """Return the files of a Collection 2 Level-2 product, as USGS names them."""
    thermal = ("ST_B10",) if name[3] in "89" else ("ST_B6",)
    numbers = range(1, 8) if name[3] in "89" else (1, 2, 3, 4, 5, 7)
    layers = [*(f"SR_B{number}" for number in numbers), "QA_PIXEL", "QA_RADSAT"]
    layers += [*thermal, "ST_QA", "ST_EMIS"] if "_L2SP_" in name else []
    return [*(f"{name}_{layer}.TIF" for layer in layers), f"{name}_SR_stac.json", f"{name}_thumb_large.jpeg"]


def files_of_hls(name: str) -> list[str]:
    bands = [f"B{number:02d}" for number in range(1, 13)] + ["B8A", "Fmask", "SZA"]
    return [*(f"{name}.{band}.tif" for band in bands), f"{name}.cmr.xml", f"{name}.jpg"]


THEIA = "SENTINEL2A_20180511-105804-037_L2A_T31TCJ_D_V1-7"
SAFE = "S2A_MSIL2A_20180601T105621_N0400_R094_T31TCJ_20180601T140000.SAFE"
DATASTRIP = "DS_VGS4_20180601T120000_S20180601T105616_N04.00"
SAFE_METADATA = """<?xml version="1.0"?><root><BOA_QUANTIFICATION_VALUE>10000</BOA_QUANTIFICATION_VALUE>
<BOA_ADD_OFFSET_VALUES_LIST><BOA_ADD_OFFSET band_id="3">-1000</BOA_ADD_OFFSET></BOA_ADD_OFFSET_VALUES_LIST></root>"""
SAFE_IMAGES = f"{SAFE}/GRANULE/L2A_T31TCJ_A1/IMG_DATA"
C2 = "LC08_L2SP_199029_20180601_20200825_02_T1"
ORBIT = "<M><ORBIT_NUMBER>51</ORBIT_NUMBER></M>"
ITEM = {
    "type": "Feature",
    "stac_version": "1.0.0",
    "id": "S2A_31TCJ_20180601_0_L2A",
    "collection": "sentinel-2-l2a",
    "properties": {
        "datetime": "2018-06-01T10:50:31Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TCJ",
        "sat:relative_orbit": 51,
    },
    "assets": {
        "red": {
            "href": "red.tif",
            "eo:bands": [{"name": "B4", "common_name": "red"}],
            "raster:bands": [{"nodata": 0, "scale": 0.0001, "offset": 0}],
        },
        "scl": {"href": "scl.tif"},
    },
}


@dataclass(frozen=True)
class MadeProduct:
    """A made-up product of a family, under its official names.

    Attributes
    ----------
    files : dict of path: text
        Of all files, below the archive; rasters are empty.
    section : dict
        Keys of the sensor's section, beside ``type`` and ``archive``.
    tile : str
    again : dict of str: str
        What differs in names and texts where the same acquisition is issued again, later; empty where names tell no
        version.
    """

    files: Mapping[str, str]
    section: Mapping[str, Any]
    tile: str = "T31TCJ"
    again: Mapping[str, str] = field(default_factory=dict)

    def write(self, archive: Path) -> None:
        self._write(archive, {})

    def write_again(self, archive: Path) -> None:
        """Write the product as it is issued again."""
        self._write(archive, self.again)

    def _write(self, archive: Path, changes: Mapping[str, str]) -> None:
        for parts in self.files.items():
            name, text = (
                functools.reduce(lambda one, pair: one.replace(*pair), changes.items(), one) for one in parts
            )
            (archive / name).parent.mkdir(parents=True, exist_ok=True)
            (archive / name).write_text(text)


MADE = {
    "sentinel2_theia": MadeProduct(
        {f"{THEIA}/{THEIA}_FRE_{band}.tif": "" for band in ("B3", "B11")}
        | {f"{THEIA}/MASKS/{THEIA}_{mask}_R{n}.tif": "" for mask in ("CLM", "SAT", "EDG") for n in (1, 2)}
        | {f"{THEIA}/{THEIA}_MTD_ALL.xml": ORBIT},
        {"bands": ["B3", "B11"]},
        again={"V1-7": "V1-10"},
    ),
    "sentinel2_sen2cor": MadeProduct(
        {f"{SAFE}/MTD_MSIL2A.xml": SAFE_METADATA, f"{SAFE}/DATASTRIP/{DATASTRIP}/MTD_DS.xml": "<a/>"}
        | {f"{SAFE_IMAGES}/R10m/T31TCJ_20180601T105621_B03_10m.jp2": ""}
        | {f"{SAFE_IMAGES}/R20m/T31TCJ_20180601T105621_{layer}_20m.jp2": "" for layer in ("B11", "SCL")},
        {"bands": ["B3", "B11"]},
        again={"20180601T140000": "20180602T093000"},
    ),
    "sentinel2_l3a": MadeProduct(
        {f"{L3A}/{L3A}_FRC_{band}.tif": "" for band in ("B3", "B11")}
        | {f"{L3A}/MASKS/{L3A}_FLG_R{n}.tif": "" for n in (1, 2)},
        {"bands": ["B3", "B11"]},
        again={"V1-1": "V1-2"},
    ),
    "landsat8_theia": MadeProduct(
        {f"{L8}/{L8}_FRE_{band}.tif": "" for band in ("B3", "B4")}
        | {f"{L8}/MASKS/{L8}_{mask}_XS.tif": "" for mask in ("CLM", "SAT", "EDG")}
        | {f"{L8}/{L8}_MTD_ALL.xml": ORBIT},
        {"bands": ["B3", "B4"]},
        again={"V1-9": "V2-0"},
    ),
    "landsat_theia_old": MadeProduct(
        {f"{N2A_OF_L5}/{N2A_OF_L5.replace('_N2A_', '_N2A_ORTHO_SURF_CORR_PENTE_')}.TIF": ""}
        | {f"{N2A_OF_L5}/MASK/{N2A_OF_L5}_{mask}.TIF": "" for mask in ("NUA", "SAT", "DIV")},
        {"bands": ["green", "nir08"]},
        "D0005H0002",
    ),
    "landsat_c2": MadeProduct(
        {f"{C2}/{C2}_{layer}.TIF": "" for layer in ("SR_B3", "SR_B5", "QA_PIXEL", "QA_RADSAT")},
        {"bands": ["green", "nir08"]},
        "199029",
        again={"_20200825_": "_20210825_"},
    ),
    "hls": MadeProduct(
        {f"{HLS_S30}/{HLS_S30}.{layer}.tif": "" for layer in ("B03", "B8A", "Fmask")},
        {"bands": ["green", "nir08"]},
        again={".v2.0": ".v2.1"},
    ),
    "series": MadeProduct(
        {f"T31TCJ/20180601_{name}.tif": "" for name in ("green", "nir", "mask")},
        {
            "file": "{tile}/{date}_{band}.tif",
            "bands": {"green": 1, "nir": 1},
            "mask": {"file": "{tile}/{date}_mask.tif", "invalid_values": [1]},
            "common_names": {"green": "G", "nir": "N"},
        },
    ),
    "stac": MadeProduct(
        {"item.json": json.dumps(ITEM), "red.tif": "", "scl.tif": ""},
        {"bands": {"B4": "red"}},
        again={"item.json": "again.json", "_0_L2A": "_1_L2A"},
    ),
    "sentinel1_grd": MadeProduct(
        {f"{S1.name}.SAFE/manifest.safe": manifest(S1)}
        | {f"{S1.name}.SAFE/{name}": "" for name in (*file_names(S1, "vv", 1), *file_names(S1, "vh", 2))},
        {"dem": ".", "heights": "ellipsoid", "boxes": {"T31TCJ": [-10.0, 40.0, 10.0, 50.0]}},
        again={"6FF8": "7AA0", "2021-08-09T20:19:58": "2021-08-10T20:19:58"},
    ),
    "annual": MadeProduct(
        {f"2018_T31TCJ_{part}.tif": "" for part in "ab"},
        {"file": "{year}_{tile}_*.tif", "values": "alphaearth"},
    ),
}
"""By type: a product of each family, for the tests that all families must pass."""
