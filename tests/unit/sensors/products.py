"""Made-up products under their official names, of empty files: finding them does not look inside."""

import datetime
from pathlib import Path

from landloom.sensors import registry
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.settings import SensorSettings

ALWAYS = (datetime.date(1980, 1, 1), datetime.date(2030, 1, 1))

L3A = "SENTINEL2X_20180415-000000-000_L3A_T31TCJ_C_V1-1"
L8 = "LANDSAT8-OLITIRS-XS_20180115-103629-617_L2A_T31TCJ_D_V1-9"
N2A_OF_L8 = "LANDSAT8_OLITIRS_XS_20160330_N2A_France-MetropoleD0005H0002"
N2A_OF_L5 = "LANDSAT5_TM_XS_20100612_N2A_France-MetropoleD0005H0002"
HLS_L30 = "HLS.L30.T31TCJ.2021001T104801.v2.0"
HLS_S30 = "HLS.S30.T31TCJ.2021003T105439.v2.0"


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
