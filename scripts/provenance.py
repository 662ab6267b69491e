"""Write the provenance of a year, all inputs and products with their checksums, as STAC items and RO-Crate, too."""

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.core import checksums, nomenclature
from landloom.core.files import of_tiles
from landloom.core.version import VERSION
from landloom.jobs import job
from landloom.provenance import record as provenance
from landloom.provenance import research_object, stac_collection
from landloom.provenance.record import Code

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

BESIDE_THE_ARCHIVE = (
    "rasters",
    "grids",
    "reference",
    "regions",
    "nomenclature",
    "models",
    "samples",
    "series",
    "features",
    "fusion",
    "vectors",
    "references",
)
"""Inputs of the rule, named as the keys of the configuration."""

MADE = ("products", "map_samples", "cross_validations", "importances", "fused")
"""Inputs of the rule that are products of the year, beside those of each tile."""


def main() -> None:
    """Connect the rule to :mod:`landloom.provenance.record` and :mod:`landloom.provenance.stac_collection`."""
    target = Path(snakemake.output.provenance)
    year, threads = snakemake.wildcards.year, snakemake.threads
    memory = Path(".cache", "checksums", year, "products.json")
    made = [file for kind in MADE for file in snakemake.input.get(kind, [])]
    made += of_all_tiles(snakemake.params.products_of_tiles)
    made += [file for file in of_all_tiles(snakemake.params.removable) if Path(file).exists()]
    products = provenance.describe_products(made, target.parent, memory, threads)
    others = {use: list(snakemake.input.get(use, [])) for use in BESIDE_THE_ARCHIVE}
    inputs = provenance.describe_inputs(snakemake.input.files, others, snakemake.input.get("ground", []))
    code = Code(VERSION, dict(sorted(snakemake.params.digests.items())), snakemake.params.members)
    found = provenance.document(year, snakemake.params.configuration, code, products, inputs)
    provenance.write(found, target)
    write_descriptions(target)
    for what, entries in (("products", products), ("inputs", inputs)):
        size = sum(entry.bytes for entry in entries.values())
        print(f"{len(entries)} {what}, {size / 1e6:.1f} MB", file=sys.stderr)


def of_all_tiles(patterns: list[str]) -> list[str]:
    """Return the files of all tiles."""
    return [file for pattern in patterns for file in of_tiles(pattern, snakemake.params.tiles)]


def write_descriptions(path: Path) -> None:
    """Describe the maps as STAC items, and all products as a research object, from the provenance."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    given = snakemake.input.nomenclature
    classes = nomenclature.read(given[0]) if given else None
    found, digest = provenance.read(path), checksums.of_file(path)
    items = stac_collection.collection(found, digest, classes, (first, last), snakemake.params.runs)
    stac_collection.write(items, snakemake.output.collection)
    own = {path.name: digest, stac_collection.FILE: checksums.of_file(snakemake.output.collection)}
    crate = research_object.document(found, own, (first.isoformat(), last.isoformat()))
    research_object.write(crate, snakemake.output.crate)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
