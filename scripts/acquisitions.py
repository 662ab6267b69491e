"""Survey the archive of a tile: its grid, products, their checksums, how often each pixel is seen clear."""

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.geo import grids, rasters
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid
from landloom.jobs import job
from landloom.sensors import archive_listing, registry
from landloom.sensors.sentinel1 import nearby
from landloom.sensors.settings import SensorSettings
from landloom.survey import (
    acquisition_table,
    clear_counts,
    descriptions,
    kept_grids,
    source_files,
    survey,
    swaths,
    value_table,
)
from landloom.survey.value_settings import ValueSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.survey.survey.survey`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    sensors = registry.sections_of(snakemake.params.sensors)
    grid = grid_of_tile(sensors, (first, last))
    lines, box = snakemake.params.listing, swaths.box_of(grid)
    known = archive_listing.known(sensors, tile, (first, last), box, lines)
    notes = value_table.Notes()
    acquisitions, found, validity = survey.survey(
        sensors,
        tile,
        (first, last),
        grid,
        snakemake.params.on_bad_product,
        snakemake.threads,
        GridSettings(**snakemake.params.grid),
        ValueSettings(**snakemake.params.values),
        notes,
    )
    for text in notes.texts:
        print(text, file=sys.stderr)
    for record in found:
        if record.filtered:
            print(f"filtered: {record.sensor}, {record.product}: {record.problem}", file=sys.stderr)
        elif record.problem:
            print(f"warning: left out: {record.problem}", file=sys.stderr)
    for sensor in survey.unseen_by(sensors, found):
        print(f"warning: {sensor} does not see tile {tile}: its features are -10000 there", file=sys.stderr)
    memory = Path(".cache", "checksums", year, f"{tile}.json")
    files = source_files.of_acquisitions(acquisitions, memory, snakemake.threads)
    source_files.write(files, snakemake.output.files)
    tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
    clear_counts.write_validity(validity, grid, snakemake.output.validity, tags)
    descriptions.write(acquisitions, snakemake.output.descriptions)
    value_table.write(notes.values, snakemake.output.values)
    nearby.keep(known, archive_listing.memory(tile, year))
    acquisition_table.write(source_files.with_content(found, files, acquisitions), snakemake.output.table)


def grid_of_tile(sensors: dict[str, SensorSettings], period: tuple[datetime.date, datetime.date]) -> Grid:
    """Return the tile's grid, which is there where models are frozen, else is found now and written."""
    found, params = snakemake.input.get("grid"), snakemake.params
    if found:
        return grids.load(found)
    wanted = GridSettings(**params.grid)
    return kept_grids.find(
        sensors, snakemake.wildcards.tile, period, wanted, snakemake.output.grid, params.grid_search
    )


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
