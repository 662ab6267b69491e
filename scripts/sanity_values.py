"""Check the maps of a target of a year: what has no value, whether tiles agree with each other and with mosaics."""

from typing import TYPE_CHECKING

from landloom.accuracy import class_counts
from landloom.checks import evaluation, findings, seam_steps, value_checks
from landloom.checks.settings import SanitySettings
from landloom.core.files import of_tiles
from landloom.geo import grids, ownership, vectors
from landloom.jobs import job
from landloom.maps import mosaic_counts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def ground() -> findings.Context:
    """Return what holds for all runs."""
    footprints = vectors.read_layer(snakemake.input.territory, "footprints")
    map_grid = grids.of_raster(snakemake.input["values"])
    per_pixel = {
        tile: ownership.map_pixels_per_pixel(grid, map_grid) for tile, grid in ownership.grids_of(footprints).items()
    }
    validity, fewest = mosaic_counts.read(snakemake.input.validity), snakemake.params.sanity["fewest_seam_pixels"]
    least, greatest = snakemake.params.target["range"]
    return findings.Context({}, [], {}, per_pixel, validity, fewest, greatest - least)


def runs() -> list[findings.RunResult]:
    """Return what each run made; the files come run by run, in the order of layers."""
    tiles, layers = snakemake.params.tiles, snakemake.params.layers
    mosaics = iter(snakemake.input.mosaics)
    return [
        findings.RunResult(
            run,
            dict(zip(tiles, map(class_counts.read, of_tiles(counts, tiles)), strict=True)),
            {layer: mosaic_counts.read(next(mosaics)) for layer in layers},
            [],
            {},
            {},
            steps=seam_steps.read(table),
        )
        for run, counts, table in zip(
            snakemake.params.runs, snakemake.params.counts, snakemake.input.seams, strict=True
        )
    ]


def main() -> None:
    """Connect the rule to :mod:`landloom.checks.value_checks`."""
    settings, context = SanitySettings(**snakemake.params.sanity), ground()
    found = [finding for run in runs() for finding in value_checks.findings(context, run)]
    evaluation.write(found, settings, snakemake.output.findings)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
