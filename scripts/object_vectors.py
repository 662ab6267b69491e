"""Write the objects of all tiles as polygons, with their classes."""

import sys
from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.jobs import job
from landloom.maps import object_labels
from landloom.maps.object_map import ObjectTables
from landloom.objects import given_segments, object_table, settings, statistics

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.object_labels`."""
    params, given = snakemake.params, snakemake.input
    section = settings.of_content(params.objects)
    polygons = given_segments.polygons_of(section, params.file)
    labels = object_labels.of_tiles(given.labels, nomenclature.read(given.nomenclature), params.regions)
    if given.get("tables"):
        labels = labels.join(object_labels.statistics_of(tables_of(list(given.tables), given.get("borders"))))
    number = object_labels.write_polygons(polygons, section.field, labels, snakemake.output.vectors)
    missing = len(polygons) - number
    print(f"{number} polygons; {missing} lie outside of the mapped ground, or were never seen", file=sys.stderr)


def tables_of(tables: list[str], borders: str | None) -> list[ObjectTables]:
    """Return the tables of all tiles."""
    names = object_table.Reader(tables[0]).schema.features
    features = statistics.of_features(snakemake.params.statistics, names)
    return [ObjectTables(table, borders, features, ()) for table in tables]


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
