"""Write the report of a year of a target."""

import datetime
from typing import TYPE_CHECKING

from landloom.core.files import of_tiles
from landloom.jobs import job
from landloom.reference.target_settings import TargetSettings
from landloom.report.sources import Edition, TileFiles
from landloom.report.values import value_page
from landloom.report.values.value_page import ValueFiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def tile_files() -> list[TileFiles]:
    """Return the files of each tile."""
    given, params = snakemake.input, snakemake.params
    tiles = params.tiles
    patterns = (params["values"], params.sample_values, params.map_values)
    surveyed, drawn, mapped = (of_tiles(one, tiles) if one else [None] * len(tiles) for one in patterns)
    counts = zip(*(of_tiles(of_run, tiles) for of_run in params.counts), strict=True)
    shifts = list(given.shifts) or [None] * len(tiles)
    grids = of_tiles(params.grids, tiles)
    tables = zip(tiles, given.tables, grids, counts, shifts, surveyed, drawn, mapped, strict=True)
    return [TileFiles(*files) for files in tables]


def main() -> None:
    """Connect the rule to :func:`landloom.report.values.value_page.write`."""
    given = snakemake.input
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    edition = Edition(snakemake.params.title, snakemake.wildcards.year, (first, last), snakemake.params.configuration)
    files = ValueFiles(
        tiles=tile_files(),
        bins=given.bins,
        territory=given.territory,
        dates=given.dates,
        findings=given.findings,
        sample_counts=given.sample_counts or None,
        comparison=given.comparison,
        scores=given.scores,
        summary=given.summary,
        value=given.value,
        half_width=given.half_width,
        validity=given.validity,
        checks=given.checks,
        logs=snakemake.params.logs,
        rasters=list(given.rasters),
        samples=given.samples or None,
        importance=given.importance or None,
        epochs=list(given.epochs),
    )
    value_page.write(edition, TargetSettings(**snakemake.params.target), files, snakemake.output.report)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
