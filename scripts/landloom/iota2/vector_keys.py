"""Keys of iota2 about the vector map, which may have a file of its own beside that of the map."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from landloom.iota2 import places
from landloom.iota2.sensor_keys import Family
from landloom.iota2.translation import Given, Translation

SECTION = "Simplification"
_BEFORE_VECTORS = ("init", "sampling", "dimred", "learning", "classification", "mosaic", "validation")
_OF_A_PROJECT = ("groundTruth", "S2Path", "S2_S2C_Path", "S2_L3A_Path", "L8Path", "l8_usgs_path", "S1Path")


def stands_alone(one: Translation, chains: Sequence[str]) -> bool:
    """Return whether a file makes the vector map alone, of a map that a project of another file makes."""
    return list(chains) == ["i2vectorization"] and not any(one.find(name) for name in _OF_A_PROJECT)


def translate(one: Translation, chains: Sequence[str], families: Sequence[Family]) -> None:
    """Answer these keys, where the chain goes on to the vector map."""
    last = one.find("lastStep")
    is_old_and_on = last is not None and last.text not in _BEFORE_VECTORS
    if "i2vectorization" not in chains and not is_old_and_on:
        return
    one.put("vectors", {})
    _map(one)
    numbers = {
        "rssize": ("resolution_m", "the most frequent class of the map's pixels", 20),
        "douglas": ("tolerance_m", "by the area cut off (Visvalingam), not the distance (Douglas)", 10),
    }
    for name, (ours, how, usual) in numbers.items():
        given = one.take(name, SECTION)
        if given:
            one.different(given, f"vectors.{ours}", float(given.number), how)
        else:
            one.default(f"{SECTION}.{name}", f"vectors.{ours}", usual, "as in iota2")
    _minimum(one, families)
    hermite, how = one.find("hermite", SECTION), "a round of cutting corners (Chaikin)"
    if hermite is None:
        one.default(f"{SECTION}.hermite", "vectors.smoothing", 1, f"{how}, where iota2 smooths, too")
    elif given := one.take("hermite", SECTION):
        one.different(given, "vectors.smoothing", 1, how)
    _zones(one)
    _fields(one)
    one.unneeded_section(SECTION, "not used: polygons are made in cells, by landloom itself")


def _map(one: Translation) -> None:
    """Say which map is vectorised, by the name that iota2 gives it."""
    given, seed = one.take("classification", SECTION), one.take("seed", SECTION)
    if given:
        name = PurePosixPath(given.text).name
        of_run = re.fullmatch(r"Classif_Seed_(\d{1,4})\.tif", name, re.IGNORECASE)
        if of_run:
            one.equal(given, "vectors.map", f"run{int(of_run[1])}")
        elif name.lower() == "classifications_fusion.tif":
            one.equal(given, "vectors.map", "fusion")
        else:
            one.missing(
                given,
                "not Classif_Seed_N.tif or Classifications_fusion.tif; `vectors.map` may be a raster of your own, "
                "with the codes of landloom's nomenclature",
            )
        one.unneeded_all([seed], "`classification` says which map")
    elif seed:
        one.equal(seed, "vectors.map", f"run{int(seed.number)}")


def _minimum(one: Translation, families: Sequence[Family]) -> None:
    """Set the smallest area to the largest of the three that iota2 has, one after another."""
    sides = {"umc1": _pixel_m(one, families), "umc2": one.content["vectors"]["resolution_m"]}
    areas: dict[str, float] = {}
    told: list[Given] = []
    for name, side in sides.items():
        given = one.take(name, SECTION)
        if given and side is None:
            why = f"pixels of a side that the file does not say; give `vectors.minimum_m2`: {given.text} x their area"
            one.missing(given, why)
        elif given and side is not None:
            areas[f"{name} ({given.text} pixels of {side:g} m: {given.number * side**2:g} m2)"] = (
                given.number * side**2
            )
            told.append(given)
    mmu = one.take("mmu", SECTION)
    if mmu is None and not areas:
        one.default(f"{SECTION}.mmu", "vectors.minimum_m2", 1000, "as in iota2")
        return
    least = mmu.number if mmu else 1000
    areas[f"mmu ({least:g} m2{'' if mmu else ', its default'})"] = least
    how = "smaller areas take the class around them, before polygons are made"
    if told:
        how += f"; the largest of {', '.join(areas)}"
    for given in (*told, *filter(None, [mmu])):
        one.different(given, "vectors.minimum_m2", float(max(areas.values())), how)


def _pixel_m(one: Translation, families: Sequence[Family]) -> float | None:
    """Return the side of the map's pixels: of iota2's map, if it is there; None where nothing says it."""
    if side := one.content.get("grid", {}).get("resolution_m"):
        return float(side)
    made = one.find("classification", SECTION)
    if made and (path := one.found(made.text)) and (side := places.pixel_m(path)):
        return side
    native = {30.0 if family.kind.startswith("landsat") else 10.0 for family in families}
    return native.pop() if len(native) == 1 else None


def _zones(one: Translation) -> None:
    file, field, value = (one.take(name, SECTION) for name in ("clipfile", "clipfield", "clipvalue"))
    if file is None or field is None:
        one.unneeded_all((file, field, value), "clipfile and clipfield belong together")
        return
    path = one.file(file, "vectors.zones.file")
    one.field(field, "vectors.zones.field", path)
    if value:
        one.equal(value, "vectors.zones.names", [str(name) for name in value.several])
    else:
        one.names("vectors.zones", path)
    one.put("vectors.zones.separate", True)


def _fields(one: Translation) -> None:
    if given := one.take("dozip", SECTION):
        one.equal(given, "vectors.zip", given.value is True)
    else:
        one.default(f"{SECTION}.dozip", "vectors.zip", True, "as in iota2")
    if given := one.take("statslist", SECTION):
        one.told(given, "all of these are fields of the polygons; `vectors.fields: oso` names them as OSO does")
        one.put("vectors.fields", "oso")
    else:
        one.default(f"{SECTION}.statslist", "vectors.fields", "oso", "fields have the names of OSO, as in iota2")
    for name, why in {"confidence": "that of the same map", "validity": "that of the year"}.items():
        if given := one.take(name, SECTION):
            one.told(given, why)
    if given := one.take("inland", SECTION):
        one.missing(given, "`vectors.sea` takes polygons of the sea, not of inland waters")
    if given := one.take("nomenclature", SECTION):
        one.told(given, "column `group` of the nomenclature, with `levels: [classes, groups]`")
