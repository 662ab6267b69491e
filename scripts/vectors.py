"""Make polygons of a regularised map."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.jobs import compilation, job
from landloom.maps import styles
from landloom.vector_maps import outputs, simplification, vector_map
from landloom.vector_maps.cell_pieces import Rasters
from landloom.vector_maps.outputs import Targets
from landloom.vector_maps.settings import FORMATS, VectorSettings
from landloom.vector_maps.vector_map import Order

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.vector_maps.vector_map`."""
    simplification.check_geos()
    compilation.prepare(vector_map.use_kernels)
    job.limit_threads(snakemake.threads)
    given, made, level = snakemake.input, snakemake.output, snakemake.wildcards.level
    order = Order(VectorSettings(**snakemake.params.vectors), nomenclature.read(given.nomenclature), level)
    layers = (given.get(name) or None for name in ("confidence", "validity", "zones"))
    work = vector_map.cell_work(
        order, Rasters(given.regularised, given.classification, *layers), snakemake.params.code
    )
    folder = Path(snakemake.params.cells)
    folder.mkdir(parents=True, exist_ok=True)
    vector_map.finish_cells(work, folder)
    written = vector_map.write(order, work, folder, targets(order), Path(made.summary))
    print(f"{written} polygons", file=sys.stderr)
    styles.write_qgis_vector_style(made.style, vector_map.shown_classes(order), vector_map.code_field(order))
    for file, path in zip([made.geopackage, *made.get("zones", [])], made.get("packed", []), strict=False):
        outputs.pack(Path(file), Path(made.style), Path(path))


def targets(order: Order) -> Targets:
    """Return the files to be written."""
    made = snakemake.output
    others = (Path(path) if (path := made.get(name)) else None for name in FORMATS)
    zones = dict(zip(order.zones, map(Path, made.get("zones", [])), strict=False))
    return Targets(Path(made.geopackage), *others, zones=zones)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
