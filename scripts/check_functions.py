"""Try the user's own functions on a window of the first tile, before the long work."""

from typing import TYPE_CHECKING

from landloom import (
    feature_settings,
    function_checks,
    grids,
    jobs,
    kernels,
    rasters,
    resample,
    sensor_settings,
    tiles,
    user_functions,
)
from landloom.interpolation import METHODS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.function_checks.check`."""
    settings = feature_settings.FeatureSettings(**snakemake.params.features)
    method = METHODS[settings.interpolation.method]
    kernels.prepare(resample.use_kernels, method.use_kernels)
    threads = jobs.limit_threads(snakemake.threads)
    grid, tile = grids.load(snakemake.input.grid), snakemake.params.tile
    chain = tiles.prepare(
        sensor_settings.of_content(snakemake.params.sensors),
        settings,
        tile,
        snakemake.input.table,
        snakemake.input.dates,
        snakemake.input.shifts or None,
    )
    functions = user_functions.functions_of(settings.functions, grid, tile, snakemake.wildcards.year)
    with rasters.opened(snakemake.input.validity) as dataset:
        window = function_checks.best_window(dataset.read(1), grid)
    with tiles.open_reader(chain, grid, threads) as reader:
        names = function_checks.check(functions, user_functions.data_of(chain, grid), reader, window)
    function_checks.write(names, snakemake.output.functions)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
