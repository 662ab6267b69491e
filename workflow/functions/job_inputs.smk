"""Functions by which rules of all rooms name their inputs and parameters. No rules here."""

from landloom.geo.opening import parts
from landloom.maps.layers import MOSAICS

GRID_OF_TILE = "results/{year}/tiles/{tile}/grid.json"
"""Found by `grid` where models are frozen, else by `acquisitions`."""

REGIONS_OF_TILE = "results/{year}/tiles/{tile}/regions.tif"
"""Drawn by `regions` where models are frozen, else by `candidates`."""


TARGET_UNIT = PLAN.settings.target.unit if PLAN.target else ""
"""Of mapped values; empty for maps of classes, whose layers have units of their own."""


def own_rules():
    """Return the rules of this workflow, not those of one that has it as a module."""
    folder = _folder(rules.acquisitions.rule)
    return [one for one in workflow.rules if _folder(one) == folder]


def _folder(rule):
    """Return the folder, or the address, of the file that holds a rule."""
    return rule.basedir.get_path_or_uri(secret_free=True)


def own_name(rule):
    """Return the name that a rule has here, without what a workflow adds that has this one as a module."""
    before, _, after = rules.acquisitions.rule.name.partition("acquisitions")
    return rule.name.removeprefix(before).removesuffix(after)


def there(**inputs):
    """Return the inputs that this configuration has: in each job's plan, a name without files takes as much as a file."""
    return {name: files for name, files in inputs.items() if files}


def of_tiles(pattern):
    """Return an input function: a file of every tile of the job's year (and run)."""

    def files(wildcards):
        given = dict(wildcards.items())
        return [pattern.format(tile=tile, **given) for tile in PLAN.tiles]

    return files


def implied_of_tiles(pattern):
    """Return a parameter function: the pattern of a file of every tile of the job's year (and run), with `{tile}` left.

    For files that another input implies: as inputs, they would make planning longer by a file for each tile, to no end.
    """

    def left(wildcards):
        return pattern.format(tile="{tile}", **dict(wildcards.items()))

    return left


def of_first_tile(pattern):
    """Return an input function: a file of the first tile of the job's year; none without a pattern."""

    def file(wildcards):
        given = dict(wildcards.items())
        return pattern.format(tile=PLAN.tiles[0], **given) if pattern else []

    return file


def of_runs(file):
    """Return the patterns of a file of each run of a tile: a job that makes them makes those of all runs."""
    return expand(
        "results/{year}/tiles/{tile}/run{run}/{file}",
        run=PLAN.runs,
        file=file,
        allow_missing=True,
    )


def of_runs_and_tiles(pattern):
    """Return an input function: a file of every run and, within it, of every tile, of the job's year."""

    def files(wildcards):
        return [
            pattern.format(year=wildcards.year, run=run, tile=tile)
            for run in PLAN.runs
            for tile in PLAN.tiles
        ]

    return files


def period(wildcards):
    """Return the first and last day of the job's year, as text."""
    return PLAN.periods[wildcards.year]


def title(wildcards):
    """Return the report's title: from a function, since Snakemake takes braces in text for wildcards."""
    return PLAN.settings.title


def config_digest(*keys, **parts):
    """Return a function that gives the digest of what a product of the job's year depends on in the configuration.

    `keys` are those of the configuration, `parts` other things that count. Which products there are, files tell.
    """
    digests = PLAN.config_digests(*keys, **parts)

    def of_year(wildcards):
        return digests[wildcards.year]

    return of_year


def with_parts(paths):
    """Return rasters with the files that belong to them: masks and places beside them, sources of virtual rasters."""
    return parts.of_all(parts.of_raster, paths)


def parts_alone(paths):
    """Return the files that belong to rasters, without these: where the order of inputs tells which is which."""
    return [part for part in with_parts(paths) if part not in paths]


def region_files(wildcards):
    """Return the files of the regions, where there are regions."""
    regions = PLAN.settings.regions
    return parts.of_vector(regions.file) if regions else []


def implied_counts(wildcards):
    """Return the pattern of each run's counts of pixels of a tile, which come with its map."""
    folder = f"results/{wildcards.year}/tiles/{{tile}}"
    return [f"{folder}/run{run}/counts.json" for run in PLAN.runs]


def implied_sample_values(wildcards):
    """Return the pattern of the counted values of a tile's samples, which come with these; None where none train, or objects."""
    if PLAN.frozen or PLAN.objects or PLAN.settings.samples.trains_by_table_alone:
        return None
    return f"results/{wildcards.year}/tiles/{{tile}}/sample_values.csv"


def grid_files_of_year(wildcards):
    """Return the rasters whose grids are those of the tiles, of all tiles of the job's year."""
    like = PLAN.settings.grid.like
    return with_parts(of_tiles(like)(wildcards)) if like else []


def grid_files(wildcards):
    """Return the files of the raster whose grid is that of the job's tile."""
    return with_parts([PLAN.settings.grid.raster(wildcards.tile)])


def reference_files(wildcards):
    """Return the files of the reference polygons of the job's year: one, or that of the test polygons, too."""
    paths = PLAN.settings.reference.paths(wildcards.year)
    return parts.of_all(parts.of_vector, paths)


def nomenclature_file(wildcards):
    """Return the nomenclature: a parameter where its names and colours do not count, beside the classes, which do."""
    return PLAN.nomenclature(wildcards.year)


def given_nomenclature(wildcards):
    """Return the user's own nomenclature; None with a target, whose bins are made of the polygons."""
    return PLAN.config["nomenclature"]


def nomenclature_of_layer(wildcards):
    """Return the nomenclature for the layer that has names and colours."""
    return [PLAN.settings.nomenclature] if MOSAICS[wildcards.layer].legend else []


def styles_of_layers():
    """Return the styles of all layers of a year's maps but the first, and of its validity."""
    folders = [f"run{run}" for run in PLAN.runs]
    layers = [f"{folder}/{layer}" for folder in folders for layer in PLAN.layers[1:]]
    if PLAN.fusion:
        layers += [f"fusion/{layer}" for layer in PLAN.fused_layers[1:]]
    return [
        f"results/{{year}}/map/{layer}{suffix}"
        for layer in ["validity", *layers]
        for suffix in (".qml", ".sld")
    ]


def nomenclature_of_layers():
    """Return the nomenclature, where a layer but the first shows its classes."""
    shown = any(MOSAICS[layer].legend for layer in PLAN.layers[1:])
    return [PLAN.settings.nomenclature] if shown else []


def legends_of_layers():
    """Return what the styles of layers depend on beside the nomenclature."""
    target = PLAN.settings.target
    return {
        "groups": list(PLAN.sensor_groups),
        "span": target.span if target else 0.0,
        "unit": TARGET_UNIT,
    }
