"""How long Snakemake takes to plan a country: 1,000 tiles and 3 years of made-up products, none of which is opened.

    python benchmarks/plan.py [--tiles 1000] [--years 3] [--products 3] [--regions 1] [--runs 1] [-- ARGUMENT ...]

makes a configuration, vectors of one polygon, and an archive of empty folders in a temporary folder, runs
``snakemake --profile local --dry-run`` there, and prints one line of JSON: the number of jobs, wall-clock and CPU
seconds, and the largest memory. Arguments after ``--`` go to Snakemake, e.g. a target, or ``--quiet``.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import islice, product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_YEAR = 2018
POLYGON = {"type": "Polygon", "coordinates": [[[0, 43], [1, 43], [1, 44], [0, 44], [0, 43]]]}


def main() -> None:
    """Make the folder, plan, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=1000)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--products", type=int, default=3, help="of each tile and year")
    parser.add_argument("--regions", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("arguments", nargs="*", help="of Snakemake")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, options.tiles, options.years, options.products, options.regions, options.runs)
        print(json.dumps(vars(options) | plan(folder, options.arguments)))


def write_project(folder: Path, tiles: int, years: int, products: int, regions: int, runs: int) -> Path:
    """Write a configuration and all that it names; return its path."""
    names = tile_names(tiles)
    numbers = list(range(FIRST_YEAR, FIRST_YEAR + years))
    areas = [f"region {number}" for number in range(regions)]
    content = {
        "years": dict.fromkeys(numbers),
        "tiles": names,
        "sensors": {"sentinel2": {"type": "sentinel2_theia", "archive": "archive"}},
        "regions": {"file": "regions.geojson", "field": "name", "names": areas},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.geojson", "field": "code"},
        "map": {"crs": "EPSG:3035"},
        "runs": runs,
    }
    _write_polygons(folder / "regions.geojson", "name", areas)
    _write_polygons(folder / "reference.geojson", "code", [1, 2])
    (folder / "classes.csv").write_text("label,name,color\n1,water,#0000ff\n2,forest,#00ff00\n")
    for name, year, number in product(names, numbers, range(products)):
        stamp = f"{year}{1 + number % 12:02d}{1 + number // 12:02d}-105852-460"
        (folder / "archive" / name / f"SENTINEL2A_{stamp}_L2A_{name}_C_V2-2").mkdir(parents=True)
    path = folder / "config.yaml"
    path.write_text(json.dumps(content))  # JSON is YAML
    return path


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
    with (folder / "plan.log").open("w+") as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
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
