"""How long Snakemake takes to plan a country: 1,000 tiles and 3 years of made-up products, none of which is opened.

    python benchmarks/plan.py [--tiles 1000] [--years 3] [--products 3] [--regions 1] [--runs 1] [-- ARGUMENT ...]
    python benchmarks/plan.py --tiles 100 --years 1 --radar 120 [--everywhere]

makes a configuration, vectors of one polygon, and an archive of empty folders in a temporary folder, runs
``snakemake --profile local --dry-run`` there, and prints one line of JSON: the number of jobs, wall-clock and CPU
seconds, and the largest memory. Arguments after ``--`` go to Snakemake, e.g. a target, or ``--quiet``.

``--radar`` adds Sentinel-1: so many passes over each tile and year, cut into slices that several tiles share, as
folders with a manifest and empty files, and a folder of heights. The first plan reads all manifests; a second one is
measured, too. With ``--everywhere``, no `boxes` tell where tiles lie.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FIRST_YEAR = 2018
TILES_IN_A_ROW, TILE_DEGREES, GAP_DEGREES = 10, (1.3, 1.0), 0.15
"""Tiles of the radar's ground lie side by side, in degrees of longitude and latitude, with a gap around each."""
SLICE_DEGREES = (2.6, 1.5)
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<XFDU><metadataSection><metadataObject ID="processing"><processing stop="{stop}"><facility>
<software name="Sentinel-1 IPF" version="003.40"/></facility></processing></metadataObject>
<relativeOrbitNumber type="start">{orbit}</relativeOrbitNumber><pass>ASCENDING</pass>
<coordinates>{corners}</coordinates></metadataSection><dataObjectSection>{objects}</dataObjectSection></XFDU>
"""
OBJECT = '<dataObject ID="o{0}"><byteStream size="1"><checksum checksumName="MD5">{0:032x}</checksum>' + (
    "</byteStream></dataObject>"
)
FILES_OF_A_SLICE, OBJECTS_OF_A_MANIFEST = 12, 40
POLYGON = {"type": "Polygon", "coordinates": [[[0, 43], [1, 43], [1, 44], [0, 44], [0, 43]]]}


@dataclass(frozen=True)
class Size:
    """How much there is to plan.

    Attributes
    ----------
    tiles, years, regions, runs : int
    products : int
        Of Sentinel-2, of each tile and year.
    radar : int
        Passes of Sentinel-1 over each tile and year.
    everywhere : bool
        Whether no boxes tell where tiles lie.
    """

    tiles: int = 1000
    years: int = 3
    products: int = 3
    regions: int = 1
    runs: int = 1
    radar: int = 0
    everywhere: bool = False


def main() -> None:
    """Make the folder, plan, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=1000)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--products", type=int, default=3, help="of each tile and year")
    parser.add_argument("--regions", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--radar", type=int, default=0, metavar="PASSES", help="of Sentinel-1, of each tile and year")
    parser.add_argument("--everywhere", action="store_true", help="no boxes tell where tiles lie")
    parser.add_argument("arguments", nargs="*", help="of Snakemake")
    given = vars(parser.parse_args())
    arguments = given.pop("arguments")
    size = Size(**given)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, size)
        for _ in range(2 if size.radar else 1):
            print(json.dumps(given | plan(folder, arguments)), flush=True)


def write_project(folder: Path, size: Size) -> Path:
    """Write a configuration and all that it names; return its path."""
    names = tile_names(size.tiles)
    numbers = list(range(FIRST_YEAR, FIRST_YEAR + size.years))
    areas = [f"region {number}" for number in range(size.regions)]
    content: dict[str, Any] = {
        "years": dict.fromkeys(numbers),
        "tiles": names,
        "sensors": {"sentinel2": {"type": "sentinel2_theia", "archive": "archive"}},
        "regions": {"file": "regions.geojson", "field": "name", "names": areas},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.geojson", "field": "code"},
        "map": {"crs": "EPSG:3035"},
        "runs": size.runs,
    }
    if size.radar:
        content["sensors"]["sentinel1"] = write_radar(folder, names, numbers, size)
    _write_polygons(folder / "regions.geojson", "name", areas)
    _write_polygons(folder / "reference.geojson", "code", [1, 2])
    (folder / "classes.csv").write_text("label,name,color\n1,water,#0000ff\n2,forest,#00ff00\n")
    for name, year, number in product(names, numbers, range(size.products)):
        stamp = f"{year}{1 + number % 12:02d}{1 + number // 12:02d}-105852-460"
        (folder / "archive" / name / f"SENTINEL2A_{stamp}_L2A_{name}_C_V2-2").mkdir(parents=True)
    path = folder / "config.yaml"
    path.write_text(json.dumps(content))  # JSON is YAML
    return path


def write_radar(folder: Path, names: list[str], years: list[int], size: Size) -> dict[str, Any]:
    """Write an archive of Sentinel-1 and a folder of heights; return the section."""
    boxes = {name: _box(number) for number, name in enumerate(names)}
    (folder / "heights").mkdir()
    east, north = (max(box[side] for box in boxes.values()) for side in (2, 3))
    for longitude, latitude in product(range(int(east) + 2), range(int(north) + 2)):
        (folder / f"heights/N{latitude:02d}E{longitude:03d}.hgt").touch()
    columns, rows = (int(edge // length) + 1 for edge, length in zip((east, north), SLICE_DEGREES, strict=True))
    for year, number, column, row in product(years, range(size.radar), range(columns), range(rows)):
        _write_slice(folder / "sentinel1", year, number, column, row)
    section = {"type": "sentinel1_grd", "archive": "sentinel1", "dem": "heights", "heights": "ellipsoid"}
    return section if size.everywhere else section | {"boxes": boxes}


def _box(number: int) -> list[float]:
    """Return west, south, east and north of a tile."""
    row, column = divmod(number, TILES_IN_A_ROW)
    west, south = column * TILE_DEGREES[0], row * TILE_DEGREES[1]
    far = [west + TILE_DEGREES[0] - GAP_DEGREES, south + TILE_DEGREES[1] - GAP_DEGREES]
    return [west + GAP_DEGREES, south + GAP_DEGREES, *far]


def _write_slice(archive: Path, year: int, number: int, column: int, row: int) -> None:
    """Write a slice of a pass: passes lie side by side, each on an orbit of its own."""
    day = datetime.datetime(year, 1, 1) + datetime.timedelta(3 * number, 3600 * column + 25 * row)
    orbit, take = 20000 + 40 * number + column, 0x18000 + 8 * number + column
    times = "_".join(f"{time:%Y%m%dT%H%M%S}" for time in (day, day + datetime.timedelta(seconds=25)))
    safe = archive / f"S1A_IW_GRDH_1SDV_{times}_{orbit:06d}_{take:06X}_{row:04X}.SAFE"
    for part in ("annotation/calibration", "measurement", "preview"):
        (safe / part).mkdir(parents=True)
    for file in range(FILES_OF_A_SLICE):
        (safe / "annotation" / f"{file}.xml").touch()
    west, south = column * SLICE_DEGREES[0], row * SLICE_DEGREES[1]
    east, north = west + SLICE_DEGREES[0], south + SLICE_DEGREES[1]
    corners = " ".join(f"{y},{x}" for x, y in ((west, south), (east, south), (east, north), (west, north)))
    objects = "".join(OBJECT.format(number) for number in range(OBJECTS_OF_A_MANIFEST))
    text = MANIFEST.format(stop=day.isoformat(), orbit=1 + column, corners=corners, objects=objects)
    (safe / "manifest.safe").write_text(text)


def tile_names(count: int) -> list[str]:
    """Return names as those of Sentinel-2's tiles."""
    rows, columns = "ABCDEFGHJKLMNPQRSTUV", "ABCDEFGHJKLMNPQRSTUVWXYZ"
    names = (f"T{zone}{band}{column}{row}" for zone, band, column, row in product(range(30, 36), "TU", columns, rows))
    return list(islice(names, count))


def _write_polygons(path: Path, field: str, values: list) -> None:
    features = [{"type": "Feature", "properties": {field: value}, "geometry": POLYGON} for value in values]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def plan(folder: Path, arguments: list[str]) -> dict[str, float]:
    """Run Snakemake as the README says; return what it took."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--profile", "local", "--dry-run"]
    command += ["--directory", str(folder), "--configfile", str(folder / "config.yaml")]
    return measured(command, ROOT, folder / "plan.log")


def measured(command: list[str], folder: Path, terminal: Path) -> dict[str, float]:
    """Run a dry run of Snakemake in a folder; return jobs, seconds and memory."""
    with terminal.open("w+") as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        log.seek(0)
        output = log.read()
    if status:
        sys.exit(output)
    jobs = re.findall(r"^total +(\d+)$", output, re.M)
    return {
        "jobs": int(jobs[-1]) if jobs else 0,
        "wall_s": round(seconds, 1),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
