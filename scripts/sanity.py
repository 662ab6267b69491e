"""Check the maps of a year: what is unclassified, whether classes, tiles and mosaics agree."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.accuracy import class_counts
from landloom.checks import evaluation, file_borders, findings, map_checks, seams
from landloom.checks.settings import SanitySettings
from landloom.core import nomenclature
from landloom.core.files import of_tiles
from landloom.geo import grids, ownership, vectors
from landloom.jobs import job
from landloom.maps import mosaic_counts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def samples_of(run: str, column: str) -> dict[str, dict[int, int]]:
    """Return the numbers of a column of the table of samples, by region and class; none where none are drawn."""
    found: dict[str, dict[int, int]] = {}
    if not snakemake.input.sample_counts:
        return found
    with Path(snakemake.input.sample_counts).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["run"] == run:
                found.setdefault(row["region"], {})[int(row["code"])] = int(row[column])
    return found


def ground() -> findings.Context:
    """Return what holds for all runs."""
    tiles, params = snakemake.params.tiles, snakemake.params
    footprints = vectors.read_layer(snakemake.input.territory, "footprints")
    map_grid = grids.of_raster(snakemake.input.classification)
    return findings.Context(
        nomenclature.read(snakemake.input.nomenclature).names_by_code(),
        params.regions,
        {tile: list(ownership.neighbours(footprints, tile)) for tile in tiles},
        {
            tile: ownership.map_pixels_per_pixel(grid, map_grid)
            for tile, grid in ownership.grids_of(footprints).items()
        },
        mosaic_counts.read(snakemake.input.validity),
        params.sanity["fewest_seam_pixels"],
    )


def runs() -> list[findings.RunResult]:
    """Return what each run made; the files come run by run, in the order of layers."""
    tiles, layers = snakemake.params.tiles, snakemake.params.layers
    mosaics, path = iter(snakemake.input.mosaics), snakemake.input.get("file_borders")
    borders = file_borders.read(path) if path else []
    return [
        findings.RunResult(
            run,
            dict(zip(tiles, map(class_counts.read, of_tiles(counts, tiles)), strict=True)),
            {layer: mosaic_counts.read(next(mosaics)) for layer in layers},
            seams.read(table),
            samples_of(run, "reference_pixels"),
            samples_of(run, "samples"),
            [border for border in borders if border.run == run],
        )
        for run, counts, table in zip(
            snakemake.params.runs, snakemake.params.counts, snakemake.input.seams, strict=True
        )
    ]


def main() -> None:
    """Connect the rule to :mod:`landloom.checks.map_checks`."""
    settings = SanitySettings(**snakemake.params.sanity)
    everything = ground()
    found = [finding for run in runs() for finding in map_checks.findings(everything, run)]
    evaluation.write(found, settings, snakemake.output.findings)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
