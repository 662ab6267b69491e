"""Keys of iota2 about maps: chains, several models, probabilities, borders of regions, context, objects."""

from landloom.iota2.translation import Translation


def builders(one: Translation) -> list[str]:
    """Answer which chains are built, and begin the section of a number that is mapped; return their names, folded."""
    given = one.take("builders_class_name")
    if given is None:
        return []
    names = [str(name) for name in given.several]
    found = [name.lower().replace("_", "") for name in names]
    said = {
        "i2classification": "the maps",
        "i2featuresmap": "the target `results/{year}/map/features.tif`",
        "i2obia": "`objects`",
        "i2regression": "`target`",
        "i2vectorization": "`vectors`",
    }
    odd = [name for name, plain in zip(names, found, strict=True) if plain not in {*said, "i2tiler"}]
    if odd:
        one.missing(given, f"no chain `{odd[0]}`: steps of one's own are rules of Snakemake")
    elif "i2tiler" in found:
        one.unneeded(given, "rasters are resampled to each tile's grid as they are read")
    else:
        one.same(given, ", ".join(said[name] for name in found))
    if "i2regression" in found:
        one.content["target"] = {}
    return found


def translate(one: Translation, chains: list[str]) -> None:
    """Answer these keys, after regions, reference and samples."""
    if "target" not in one.content:
        one.default("final/diff_seed_0.tif", "map.agreement", True, "codes: test wrong/right 1/2, training 3/4")
    _several_models(one)
    _probabilities(one)
    _borders(one)
    _context(one)
    _objects(one, chains)


def _several_models(one: Translation) -> None:
    mode, area = one.take("classifMode"), one.take("mode_outside_RegionSplit")
    options, ties = one.take("fusionOptions"), one.take("noLabelManagement")
    if mode is None or mode.text.lower() != "fusion" or "regions" not in one.content:
        if mode:
            one.same(mode, "each pixel is classified by the model of its region")
        one.unneeded_all((area, options, ties), "classifMode is not fusion, or there are no regions")
        return
    one.told(mode, "`model.largest_training_area_km2`: several models of a region, whose probabilities are averaged")
    place, how = "model.largest_training_area_km2", "whole polygons are dealt out"
    if area:
        one.different(area, place, float(area.number), how)
    else:
        one.default("chain.mode_outside_RegionSplit", place, 0.1, "as in iota2")
    for given in (options, ties):
        if given:
            one.told(given, "probabilities are averaged in place of votes, so that there are no ties")


def _probabilities(one: Translation) -> None:
    for name in ("enable_probability_map", "generate_final_probability_map"):
        if given := one.take_on(name):
            one.equal(given, "map.probabilities", True)
    if given := one.take_on("dempster_shafer_SAR_Opt_fusion"):
        radar = [name for name in one.content.get("sensors", {}) if name.startswith("sentinel1")]
        optical = [name for name in one.content.get("sensors", {}) if name not in radar]
        if radar and optical:
            one.equal(given, "sensor_fusion.groups", {"radar": radar, "optical": optical})
        else:
            one.missing(given, "needs Sentinel-1 and another sensor")


def _borders(one: Translation) -> None:
    on = one.take_on("enable_boundary_fusion")
    names = {
        "boundary_interior_buffer_size": "interior_m",
        "boundary_exterior_buffer_size": "exterior_m",
        "boundary_fusion_epsilon": "least_weight",
        "boundary_comparison_mode": "compare",
    }
    found = {name: one.find(name) for name in names}
    widths = one.take("boundary_buffer")
    if on is None or "regions" not in one.content:
        one.unneeded_all((on, *found.values(), widths), "off" if on is None else "one region has no borders")
        return
    one.same(on, "`map.boundary_fusion`")
    if widths:
        one.missing(widths, "several widths are several configurations")
    for name, ours in names.items():
        given, place = found[name], f"map.boundary_fusion.{ours}"
        if ours == "least_weight" and (given is None or not given.value):
            if given:
                one.different(given, place, 0.001, "0 would leave pixels without a class")
            else:
                one.default(f"arg_classification.{name}", place, 0.001, "0 would leave pixels without a class")
        elif given:
            one.equal(given, place, given.value)
        elif ours.endswith("_m"):
            one.lacking(place, f"the file has no `{name}`")


def _context(one: Translation) -> None:
    on, iterations = one.take_on("enable_autoContext"), one.take("autoContext_iterations")
    if on is None:
        if iterations:
            one.unneeded(iterations, "off")
        return
    one.put("context.iterations", 3)
    one.told(on, "`context`: superpixels are the same in all tiles; any classifier")
    if iterations:
        one.equal(iterations, "context.iterations", iterations.value)


def _objects(one: Translation, chains: list[str]) -> None:
    given, first = one.take("obia_segmentation_path"), one.take("region_priority")
    if given is None and "i2obia" not in chains:
        if first:
            one.unneeded(first, "no objects are classified")
        return
    if given:
        how = "objects are whole across tiles, where iota2 cuts them"
        one.file(given, "objects.segmentation", how)
    else:
        one.default("chain.obia_segmentation_path", "objects.segmentation", "superpixels", "SLIC in iota2")
    if first and "regions" in one.content:
        one.equal(first, "objects.region", [str(name) for name in first.several])
    elif first:
        one.unneeded(first, "no `regionPath`: one region contains all tiles")
    if used := one.take("stats_used", "obia"):
        one.equal(used, "objects.statistics", [str(name) for name in used.several])
    else:
        one.default("obia.stats_used", "objects.statistics", ["mean"], "as in iota2")
    one.unneeded_section("obia", "segments are read in windows")
