"""Label the objects of all tiles that the reference covers."""

import sys
from typing import TYPE_CHECKING

from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.jobs import job
from landloom.objects import labelling

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.labelling.label`."""
    params, given = snakemake.params, snakemake.input
    tables = {tile: parquet.read(path) for tile, path in zip(params.tiles, given.counts, strict=True)}
    rule = labelling.Rule(**params.label, first_regions=tuple(params.first_regions), shared=params.shared)
    candidates, polygons = labelling.label(tables, rule, given.get("borders"))
    parquet.write(candidates, snakemake.output.candidates)
    names = nomenclature.read(params.nomenclature).label_by_code()
    for line in labelling.described(polygons, names):
        print(line, file=sys.stderr)
    write_text(snakemake.output.polygons, frame_text(polygons))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
