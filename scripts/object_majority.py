"""Write given polygons with the class of most of their pixels."""

import sys
from typing import TYPE_CHECKING

from landloom.core import nomenclature, parquet
from landloom.jobs import job
from landloom.maps import object_labels
from landloom.objects import given_segments, majority, settings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.majority.decide`."""
    params, given = snakemake.params, snakemake.input
    classes = nomenclature.read(given.nomenclature)
    found = majority.decide([parquet.read(path) for path in given.votes], classes.codes)
    section = settings.of_content(params.objects)
    polygons = given_segments.polygons_of(section, params.file)
    labels = object_labels.with_names(found, classes)
    number = object_labels.write_polygons(polygons, section.field, labels, snakemake.output.vectors)
    print(f"{number} polygons; {len(polygons) - number} have no classified pixel", file=sys.stderr)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
