"""Keys of iota2 about place and ground truth: outputs, tiles, grid, classes, regions, polygons, runs."""

from landloom.core.errors import InputError
from landloom.iota2 import tables
from landloom.iota2.translation import Given, Translation

_STEPS = {
    "init": "surveys",
    "sampling": "models",
    "dimred": "models",
    "learning": "models",
    "classification": "maps",
    "mosaic": "maps",
    "validation": "reports",
}
"""Groups of iota2's steps, and the targets of landloom that end with them."""


def translate(one: Translation) -> None:
    """Answer these keys."""
    _outputs(one)
    _tiles_and_grid(one)
    _classes(one)
    _ground_truth(one)
    _regions(one)
    _runs(one)


def _outputs(one: Translation) -> None:
    if given := one.take("outputPath"):
        one.told(given, "`--directory`: products are in `results/{year}/` there")
    if given := one.take("firstStep"):
        if given.text in ("init", "sampling", "dimred", "learning"):
            one.unneeded(given, "what is finished is not made again")
        else:
            one.told(given, "models are trained, too; `model: {type: frozen}` maps with those trained before")
    if given := one.take("lastStep"):
        if given.text in _STEPS:
            one.told(given, f"the target: `snakemake {_STEPS[given.text]}`")
        else:
            one.told(given, "the target: `snakemake`, for all")


def _tiles_and_grid(one: Translation) -> None:
    if given := one.take("listTile"):
        one.equal(given, "tiles", " ".join(map(str, given.several)).split())
    else:
        one.lacking("tiles", "the file has no `listTile`")
    if given := one.take("proj"):
        one.equal(given, "map.crs", given.text)
    if given := one.take("spatialResolution"):
        _resolution(one, given)


def _resolution(one: Translation, given: Given) -> None:
    """Set the side of a pixel; iota2 works in the map's CRS throughout."""
    sides = given.several
    if any(side != sides[0] or not isinstance(side, int | float) for side in sides):
        one.missing(given, "pixels are square here; give one number")
        return
    how = "of the tile's own grid, which is projected once, into the map"
    one.different(given, "grid.resolution_m", sides[0], how)


def _classes(one: Translation) -> None:
    """Make one table of the files of names and of colours."""
    names, colors = one.take("nomenclaturePath"), one.take("colorTable")
    if "target" in one.content:
        one.unneeded_all((names, colors), "a number is mapped, no classes")
        return
    if names is None:
        one.lacking("nomenclature", "the file has no `nomenclaturePath`")
        return
    found = [one.found(given.text) if given else None for given in (names, colors)]
    for given, path in zip((names, colors), found, strict=True):
        if given and path is None:
            one.missing(given, f"{one.absent(given.text)}; the new table of classes is made of it")
    if found[0] is None:
        return
    try:
        table, remarks = tables.classes(found[0], found[1])
    except InputError as error:
        one.missing(names, str(error))
        return
    name = f"{one.options.stem}_classes.csv"
    one.tables[name] = table
    one.different(names, "nomenclature", name, "; ".join(["names and colours in one table", *remarks]))
    if colors and found[1]:
        one.told(colors, f"column `color` of {name}")


def _ground_truth(one: Translation) -> None:
    truth, given = None, one.take("groundTruth")
    if given:
        truth = one.file(given, "reference.file")
    else:
        one.lacking("reference.file", "the file has no `groundTruth`")
    place = "target.field" if "target" in one.content else "reference.field"
    if given := one.take("dataField"):
        one.field(given, place, truth)
    else:
        one.lacking(place, "the file has no `dataField`")
    _split(one)
    _target_range(one)
    if given := one.take("cloud_threshold"):
        how = "at least 1; pixels are left out, polygons not cut; test pixels need no observation"
        one.different(given, "samples.minimum_valid_observations", max(1, int(given.number)), how)


def _split(one: Translation) -> None:
    share, split = one.take("ratio"), one.take("splitGroundTruth")
    is_split = split is None or split.value is not False
    if split and is_split:
        one.same(split, "whole polygons are split, not their pieces in tiles")
    elif split:
        one.equal(split, "reference.split", "all")
    if share and is_split:
        one.equal(share, "reference.train_fraction", share.value)
    elif share:
        one.unneeded(share, "all polygons train and test")


def _target_range(one: Translation) -> None:
    """Set the least and the greatest number that is mapped to those of the polygons."""
    if "target" not in one.content:
        return
    from landloom.geo import vector_files

    path, field = one.content.get("reference", {}).get("file", ""), one.content["target"].get("field", "")
    try:
        values = vector_files.values(vector_files.VectorFile("chain.groundTruth", path), field).dropna()
        one.put("target.range", [float(values.min()), float(values.max())])
    except (InputError, ValueError):
        one.lacking("target.range", "the least and the greatest possible value, as [0, 100]")


def _regions(one: Translation) -> None:
    given, field = one.take("regionPath"), one.take("regionField")
    if given is None:
        if field:
            one.unneeded(field, "no `regionPath`: one region contains all tiles")
        return
    path = one.file(given, "regions.file")
    if field:
        one.field(field, "regions.field", path)
    else:
        one.default("chain.regionField", "regions.field", "region", "as in iota2")
    one.names("regions", path)


def _runs(one: Translation) -> None:
    if given := one.take("runs"):
        one.equal(given, "runs", int(given.number))
    if given := one.take("random_seed"):
        one.different(given, "seed", given.value, "other random numbers: other samples and polygons are drawn")
    if "seed" not in one.content:
        one.differs("chain.random_seed", "`seed: 0`: all is drawn the same the next time, where iota2 draws anew")
    _fusion_of_runs(one)


def _fusion_of_runs(one: Translation) -> None:
    of_fusion = [f"merge_final_classifications_{name}" for name in ("method", "undecidedlabel", "ratio")]
    names = [*of_fusion, "dempstershafer_mob", "fusionOfClassificationAllSamplesValidation"]
    on = one.take_on("merge_final_classifications")
    why = "maps of runs are not fused"
    if on and one.content.get("runs", 1) < 2:
        why = "one run is not fused with others"
        one.unneeded(on, why)
        on = None
    found = {name: one.take(name) for name in names}
    if on is None:
        one.unneeded_all(found.values(), why)
        return
    one.same(on, "`fusion`")
    _fused(one, found)


def _fused(one: Translation, found: dict[str, Given | None]) -> None:
    method, ties, share, mass, whole = found.values()
    one.put("fusion.method", "majority")
    if method:
        is_belief = method.text.lower() == "dempstershafer"
        one.equal(method, "fusion.method", "dempster_shafer" if is_belief else "majority")
    if ties:
        one.different(ties, "fusion.ties", "undecided", "their label is 0, whatever the number")
    else:
        one.default(
            "chain.merge_final_classifications_undecidedlabel", "fusion.ties", "undecided", "0 in place of 255"
        )
    if share:
        one.equal(share, "reference.held_out_fraction", share.value)
    else:
        key = "chain.merge_final_classifications_ratio"
        one.default(key, "reference.held_out_fraction", 0.1, "as in iota2")
    if mass:
        one.equal(mass, "fusion.mass", mass.text.lower())
    if whole and whole.value is True:
        one.missing(whole, "a fused map is tested by polygons that were held out")
    elif whole:
        one.unneeded(whole, "off")
