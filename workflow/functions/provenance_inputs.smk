"""What the provenance of a year records: which products there are, and what they were made from. No rules here."""

NO_PRODUCTS_OF_A_YEAR = {
    # The provenance itself, and the items that are made from it.
    "provenance",
    # Inputs: recorded as files that were read.
    "demo",
    "romania",
    # Made for whoever asks for them by name: not part of a whole run.
    "features",
    "mosaic_features",
    "style_tile",
    "style_tile_values",
    *(["select_samples", "samples"] if PLAN.frozen else []),
    # Objects have rules of their own in place of these.
    *(["samples", "classify"] if PLAN.objects else []),
    *([] if PLAN.agreement else ["agreement", "mosaic_agreement", "style_agreement"]),
    # Made in some runs and years, or of some layers: functions of their own name these products.
    "cross_validate",
    "cross_validate_values",
    "map_candidates",
    "select_map_samples",
    "compare_fused",
    "mosaic_fusion",
    "mosaic_fusion_values",
}
"""Rules with outputs that `products_of_year` leaves out; it records those of every other rule."""


REMOVABLE = {"prepare"}
"""Rules with products that may be removed once the maps are made: recorded where they are there."""


def products_of_year(wildcards):
    """Return all that rules make once for the job's year, region, run or layer."""
    return [
        path for path in _products(wildcards.year, _makers()) if "{tile}" not in path
    ]


def implied_products_of_tiles(wildcards):
    """Return the patterns of all that rules make for each tile of the job's year: what they make once implies these.

    As inputs, a dozen files of each tile would be half of what Snakemake plans.
    """
    return _of_tiles(wildcards.year, _makers() - REMOVABLE)


def removable_products_of_tiles(wildcards):
    """Return the patterns of what is made for each tile, and may have been removed."""
    return _of_tiles(wildcards.year, _makers() & REMOVABLE)


def removed_products(years):
    """Return products of tiles that jobs have made and somebody has removed, with all that follows from them there.

    No job asks for them, but the provenance reads them.
    """
    if not GONE:
        return []
    made = [
        pattern for year in years for pattern in _of_tiles(year, _makers() - REMOVABLE)
    ]
    return sorted(set(expand(made, tile=PLAN.tiles)).intersection(GONE))


def _of_tiles(year, makers):
    return [path for path in _products(year, makers) if "{tile}" in path]


def _makers():
    """Return the names of the rules whose products are recorded."""
    return {own_name(one) for one in own_rules()} - NO_PRODUCTS_OF_A_YEAR


def _products(year, names):
    """Return what rules make for a year, with `{tile}` left."""
    makers = [getattr(rules, name) for name in sorted(names)]
    return expand(
        [pattern for maker in makers for pattern in maker.output],
        year=year,
        tile="{tile}",
        region=PLAN.regions,
        run=PLAN.runs,
        group=list(PLAN.sensor_groups) or [""],
        layer=PLAN.layers,
        level=PLAN.vector_levels or [""],
    )


def script_digests(wildcards):
    """Return the digest of the code behind each script of the workflow."""
    scripts = {Path(one.script).stem for one in own_rules() if one.script}
    return {script: code_digest(script) for script in sorted(scripts)}


def configuration_of_year(wildcards):
    """Return the configuration as far as it says something of the job's year; what is selected does not."""
    return PLAN.config_of_year(wildcards.year)
