"""Clean the reference polygons and split them into training and test."""

from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.geo import vectors
from landloom.jobs import job
from landloom.reference import cleaning, train_test_split
from landloom.reference import settings as reference_settings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.reference.cleaning` and :mod:`landloom.reference.train_test_split`."""
    settings = reference_settings.ReferenceSettings(**snakemake.params.reference)
    layers = (vectors.read_layer(snakemake.input.territory, layer) for layer in ("footprints", "regions"))
    ground = cleaning.Ground(*layers)
    classes = nomenclature.read(snakemake.params.nomenclature)
    polygons, findings = cleaning.clean(settings, snakemake.wildcards.year, classes, ground)
    polygons = train_test_split.split(polygons, settings, snakemake.params.runs, snakemake.params.seed)
    train_test_split.note_gaps(polygons, ground.regions, classes, findings)
    for row in findings.rows:
        print(f"{row['finding']}: {row['count']}, {row['action']}, e.g. {row['ids']}")
    vectors.write_layers(snakemake.output.polygons, {"polygons": polygons})
    findings.write(snakemake.output.findings)


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
