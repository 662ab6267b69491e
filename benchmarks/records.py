"""How long it takes to compare the products of a country with the records of their jobs, as each run does first.

    python benchmarks/records.py [--tiles 1000] [--years 3]

writes empty products and their records, as many and as long as those of a finished project, into a temporary folder,
and compares them three times, each in a process of its own: with nothing remembered, with Snakemake's folder gone
again, and with nothing changed. Each prints one line of JSON: wall-clock and CPU seconds, and the largest memory.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from landloom.core.checksums import FileDigest
from landloom.provenance import job_records
from landloom.provenance.job_records import InputFile, JobRecord

EMPTY = hashlib.sha256().hexdigest()
PARAMS = {f"part{number}": repr({"key": "a value of the configuration " * 8}) for number in range(10)}
OF_TILE = {
    "acquisitions": (
        (),
        ("grid.json", "acquisitions.csv", "acquisitions.json", "files.csv", "validity.tif", "values.csv"),
    ),
    "candidates": (("grid.json", "validity.tif"), ("regions.tif", "candidates.parquet")),
    "samples": (("acquisitions.csv", "grid.json", "candidates.parquet"), ("samples.parquet", "sample_values.csv")),
    "classify": (
        ("acquisitions.csv", "grid.json", "regions.tif"),
        ("run0/classification.tif", "run0/confidence.tif", "run0/counts.json", "map_values.csv"),
    ),
}
OF_YEAR = {
    "reference": ("candidates.parquet", "reference.gpkg"),
    "models/all_run0": ("samples.parquet", "models/all_run0.npz"),
    "map/run0/classification": ("run0/classification.tif", "map/run0/classification.tif"),
    "map/run0/confidence": ("run0/confidence.tif", "map/run0/confidence.tif"),
    "map/validity": ("validity.tif", "map/validity.tif"),
    "provenance": ("files.csv", "provenance.json"),
}
COMPARE = """
import json, resource, sys, time
from pathlib import Path
start, cpu = time.perf_counter(), time.process_time()
from landloom.jobs import snakemake_memory, stale_products
from landloom.provenance import job_records
results = Path("results")
found = stale_products.compare(job_records.read_all(results), results, lambda path: True)
snakemake_memory.bring_in_line(found)
wall, cpu = time.perf_counter() - start, time.process_time() - cpu
assert not found.stale and not found.unread, found
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"records": len(found.right), "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mb": peak}))
"""


def main() -> None:
    """Make the folder, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=1000)
    parser.add_argument("--years", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, given.tiles, given.years)
        for state in ("nothing remembered", "Snakemake's folder gone", "nothing changed"):
            if state == "Snakemake's folder gone":
                shutil.rmtree(folder / ".snakemake")
            print(json.dumps({"state": state} | compare(folder)), flush=True)


def write_project(folder: Path, tiles: int, years: int) -> None:
    """Write empty products and the records of the jobs that would have made them."""
    names = [f"T{number:04d}" for number in range(tiles)]
    before = Path.cwd()
    os.chdir(folder)
    try:
        for year in range(2018, 2018 + years):
            for record in records(f"results/{year}", names):
                write(record)
    finally:
        os.chdir(before)


def records(year: str, tiles: list[str]) -> Iterator[JobRecord]:
    """Yield the records of a year."""
    logs = year.replace("results", "logs")
    for tile in tiles:
        for rule, (read, made) in OF_TILE.items():
            place = f"{year}/tiles/{tile}"
            yield record(
                rule,
                f"{logs}/tiles/{tile}/{rule}.log",
                [f"{place}/{one}" for one in read],
                [f"{place}/{one}" for one in made],
            )
    for log, (read, made) in OF_YEAR.items():
        yield record(log, f"{logs}/{log}.log", [f"{year}/tiles/{tile}/{read}" for tile in tiles], [f"{year}/{made}"])


def record(rule: str, log: str, read: list[str], made: list[str]) -> JobRecord:
    """Return the record of a job."""
    inputs = [InputFile(path, 0, 0, EMPTY) for path in read]
    return JobRecord(rule, [log], PARAMS, inputs, {path: FileDigest(0, EMPTY) for path in made})


def write(record: JobRecord) -> None:
    """Write a record and its products; nothing has to be on the disk after a power loss."""
    for product in record.products:
        Path(product).parent.mkdir(parents=True, exist_ok=True)
        Path(product).touch()
    path = job_records.path_of(record.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(job_records.text_of(record))


def compare(folder: Path) -> dict[str, float]:
    """Compare in a process of its own; return what it took."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "scripts")}
    done = subprocess.run(
        [sys.executable, "-c", COMPARE], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
