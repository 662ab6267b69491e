"""Clean the reference polygons and deal them out to training and test."""

from typing import TYPE_CHECKING

from landloom import jobs, nomenclature, reference, reference_settings, vectors

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.reference`."""
    settings = reference_settings.ReferenceSettings(**snakemake.params.reference)
    footprints = vectors.read_layer(snakemake.input.territory, "footprints")
    regions = vectors.read_layer(snakemake.input.territory, "regions")
    classes = nomenclature.read(snakemake.params.nomenclature)
    polygons, findings = reference.clean(
        settings,
        snakemake.params.reference["file"].replace("{year}", snakemake.wildcards.year),
        classes,
        footprints,
        regions,
    )
    polygons = reference.deal_roles(polygons, settings.train_share, snakemake.params.runs, snakemake.params.seed)
    reference.note_untested(polygons, regions, classes, findings)
    for row in findings.rows:
        print(f"{row['finding']}: {row['count']} polygons {row['action']}, e.g. {row['ids']}")
    vectors.write_layers(snakemake.output.polygons, {"polygons": polygons})
    findings.write(snakemake.output.findings)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
