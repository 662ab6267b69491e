"""Inputs of features: images, static rasters, and user-defined functions. No rules here."""


def series_of_tile():
    """Return what the features of a tile are made of, by the names of a job's inputs."""
    return there(
        shifts=PLAN.files.shifts,
        prepared=PLAN.files.prepared,
        archives=PLAN.sensors.made_archives,
        rasters=PLAN.files.rasters,
        functions=PLAN.files.functions,
        function_rasters=PLAN.files.functions and function_rasters,
        table=rules.acquisitions.output.table,
        grid=GRID_OF_TILE,
        dates=PLAN.files.dates,
    )


def raster_files(wildcards):
    """Return the files of the static rasters for the job's tile and year."""
    return with_parts(PLAN.raster_files(wildcards.year, [wildcards.tile]))


def raster_files_of_year(wildcards):
    """Return the files of the static rasters for all tiles of the job's year."""
    return with_parts(PLAN.raster_files(wildcards.year, PLAN.tiles))


def prepared_radar_of_first_tile(wildcards):
    """Return the table of the first tile's images where those of radar are among them: trials cannot do without."""
    if not PLAN.sensors.geocoded:
        return []
    return ancient(PLAN.files.prepared.format(year=wildcards.year, tile=PLAN.tiles[0]))


def function_rasters(wildcards):
    """Return the rasters that user-defined functions read for the job's tile."""
    return with_parts(PLAN.functions.raster_files(wildcards.year, [wildcards.tile]))


def function_rasters_of_first_tile(wildcards):
    """Return the rasters that they read for the first tile, of a job of the year."""
    return with_parts(PLAN.functions.raster_files(wildcards.year, PLAN.tiles[:1]))


def function_inputs(wildcards):
    """Return the files of user-defined functions, and the rasters that they read for all tiles of the year."""
    rasters = with_parts(PLAN.functions.raster_files(wildcards.year, PLAN.tiles))
    return sorted({*PLAN.functions.sources, *rasters})
