"""Write the report of a year."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from landloom.core.files import of_tiles
from landloom.jobs import job
from landloom.report import page
from landloom.report.sources import CONFUSIONS, Edition, TileFiles, YearFiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def tile_files() -> list[TileFiles]:
    """Return the files of each tile."""
    given, params = snakemake.input, snakemake.params
    tiles = params.tiles
    surveyed, drawn, mapped = (
        of_tiles_or_none(one) for one in (params.values, params.sample_values, params.map_values)
    )
    counts = zip(*(of_tiles(of_run, tiles) for of_run in params.counts), strict=True)
    shifts = list(given.shifts) or [None] * len(tiles)
    grids = of_tiles(params.grids, tiles)
    tables = zip(tiles, given.tables, grids, counts, shifts, surveyed, drawn, mapped, strict=True)
    return [TileFiles(*files) for files in tables]


def of_tiles_or_none(pattern: str | None) -> Sequence[str | None]:
    """Return the file of each tile, or None for each where no tile has one."""
    tiles = snakemake.params.tiles
    return of_tiles(pattern, tiles) if pattern else [None] * len(tiles)


def main() -> None:
    """Connect the rule to :func:`landloom.report.page.write`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    edition = Edition(snakemake.params.title, snakemake.wildcards.year, (first, last), snakemake.params.configuration)
    compared = {name: snakemake.input[name] for name in snakemake.params.comparisons}
    files = YearFiles(
        tiles=tile_files(),
        nomenclature=snakemake.input.nomenclature,
        territory=snakemake.input.territory,
        dates=snakemake.input.dates,
        findings=snakemake.input.findings,
        sample_counts=snakemake.input.sample_counts or None,
        confusions={counted: snakemake.input[f"confusion_{counted}"] for counted in CONFUSIONS},
        scores=snakemake.input.scores,
        summary=snakemake.input.summary,
        classification=snakemake.input.classification,
        confidence=snakemake.input.confidence,
        validity=snakemake.input.validity,
        checks=snakemake.input.checks,
        comparisons=compared,
        logs=snakemake.params.logs,
        confidence_counts=snakemake.input.confidence_counts,
        rasters=list(snakemake.input.rasters),
        samples=snakemake.input.samples or None,
        epochs=list(snakemake.input.epochs),
    )
    page.write(edition, files, snakemake.output.report)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
