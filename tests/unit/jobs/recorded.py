"""A folder of results with records, as jobs leave them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from landloom.core.checksums import FileDigest
from landloom.provenance import job_records
from landloom.provenance.job_records import InputFile, JobRecord

MODEL, MAP, COUNTS = (f"results/2018/{name}" for name in ("model.npz", "map.tif", "counts.json"))
CONTENTS = {"classes.csv": b"classes", MODEL: b"model", MAP: b"map", COUNTS: b"{}"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def record(rule: str, inputs: list[str], made: list[str], contents: Mapping[str, bytes] = CONTENTS) -> JobRecord:
    """Return the record of a job that has read and made some files."""
    read = [
        InputFile(path, len(contents[path]), 0 if job_records.is_product(path) else 1, digest(contents[path]))
        for path in inputs
    ]
    products = {path: FileDigest(len(contents[path]), digest(contents[path])) for path in made}
    return JobRecord(rule, [f"logs/2018/{rule}.log"], {"code": f"'{rule}'"}, read, products)


def write_results() -> dict[Path, JobRecord]:
    """Write some products and their records into the working directory; return the records."""
    for name, content in CONTENTS.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    for made in (record("train", ["classes.csv"], [MODEL]), record("classify", [MODEL], [MAP, COUNTS])):
        job_records.write_to(job_records.path_of(made.log[0]), made)
    return job_records.read_all(Path("results"))
