"""Try the user's own functions on a window of the first tile, before the long work."""

from typing import TYPE_CHECKING

from landloom.features import assembly
from landloom.features import pipeline as tiles
from landloom.features.functions import calls as user_functions
from landloom.features.functions import trial as function_checks
from landloom.geo import grids, rasters
from landloom.jobs import compilation, job
from landloom.reading import series_reader

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.features.functions.trial.check`."""
    sources = assembly.Sources.of_content(snakemake.params.sensors, {}, snakemake.params.features)
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid, tile = grids.load(snakemake.input.grid), snakemake.params.tile
    given = snakemake.input
    known = assembly.Tables(given.table, given.dates, given.shifts or "", "", given.prepared or "")
    pipeline = assembly.of_sensors(sources, known)
    functions = user_functions.functions_of(sources.features.functions, grid, tile, snakemake.wildcards.year)
    with rasters.opened(snakemake.input.validity) as dataset:
        window = function_checks.best_window(dataset.read(1), grid)
    with tiles.open_reader(pipeline, grid, threads) as reader:
        names = function_checks.check(functions, user_functions.data_of(pipeline, grid), reader, window)
    function_checks.write(names, snakemake.output.functions)


if __name__ == "__main__":
    with job.recorded(snakemake, unwatched=("table", "validity", "grid", "shifts")):
        main()
