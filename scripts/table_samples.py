"""Make the features of the series that a table of the user's own has."""

import datetime
import sys
from typing import TYPE_CHECKING

from landloom.core import nomenclature, parquet
from landloom.features import assembly
from landloom.features import pipeline as tiles
from landloom.geo import grids
from landloom.jobs import compilation, job
from landloom.reading import series_reader
from landloom.samples import series_table, table_features, table_units
from landloom.samples.series_table import Meaning, SeriesTable
from landloom.samples.table_settings import TableSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.samples.series_table` and :mod:`landloom.samples.table_features`."""
    params = snakemake.params
    sources = assembly.Sources.of_content(params.sensors, {}, params.features)
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    codes = nomenclature.read(params.nomenclature).code_by_label()
    first, last = map(datetime.date.fromisoformat, params.period)
    bands = {name: source.bands.names for name, source in sources.sensors.items()}
    meaning = Meaning(bands, codes, params.regions, (first, last))
    table = series_table.read(snakemake.input.series[0], TableSettings(**params.series), meaning)
    check_units(table, sources, threads)
    made = table_features.features(table, sources, tiles.read_dates(snakemake.input.dates))
    seen = made.observations > 0
    print(f"{seen.sum()} samples; {(~seen).sum()} without a valid observation are left out", file=sys.stderr)
    described = table_features.described(table, made.observations)[seen].reset_index(drop=True)
    parquet.write_with_features(described, made.names, made.matrix[seen], snakemake.output.samples)


def check_units(table: SeriesTable, sources: assembly.Sources, threads: int) -> None:
    """Compare the table's values with those of the first tile."""
    given = snakemake.input
    grid = grids.load(given.grid)
    pipeline = assembly.of_sensors(sources, assembly.Tables(given.table, given.dates, given.shifts or ""))
    windows = table_units.windows(grid, snakemake.params.seed)
    with tiles.open_reader(pipeline, grid, threads) as reader:
        found = (of_sensors for _, of_sensors in reader.stream(windows))
        of_archive = table_units.medians_of_windows(found, table.bands)
    table_units.check(table_units.medians_of_table(table), of_archive)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
