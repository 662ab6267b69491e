"""Keys of iota2 about features: indices, expressions, bands, components, functions of the user's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from landloom.core.errors import InputError
from landloom.iota2 import band_math
from landloom.iota2.sensor_keys import Family
from landloom.iota2.translation import Given, Translation

_INDICES = {"ndvi": "NDVI", "ndwi": "NDMI", "brightness": "brightness"}
_NDWI = "iota2's NDWI is (SWIR - NIR) / (SWIR + NIR), the negative of NDMI, which a forest does not notice"
_NDVI = {
    **dict.fromkeys(("sentinel2_theia", "sentinel2_sen2cor", "sentinel2_l3a"), "(B8 - B4) / (B8 + B4)"),
    "landsat8_theia": "(B5 - B4) / (B5 + B4)",
    **dict.fromkeys(("landsat_theia_old", "landsat_c2"), "(nir08 - red) / (nir08 + red)"),
}
"""The formula of NDVI by type of sensor."""

_GROUPS = ("global", "sensor", "band", "date", "sensor_band", "sensor_date")


def translate(one: Translation, families: Sequence[Family]) -> None:
    """Answer these keys, after the archives."""
    _indices(one)
    _extraction(one, families)
    _expressions(one, families)
    _components(one)
    _functions(one)


def _indices(one: Translation) -> None:
    given = one.find("features")
    if given is None:
        one.differs("arg_train.features", f"`features.indices` are NDVI, NDMI and brightness; {_NDWI}")
        return
    wanted = given.value if isinstance(given.value, list) else []
    if not wanted:
        one.equal(given, "features.indices", [])
        return
    odd = [name for name in wanted if str(name).lower() not in _INDICES]
    if odd:
        one.missing(given, f"{odd[0]} is no index of iota2; `features.indices` has those of spyndex")
        return
    names = [_INDICES[str(name).lower()] for name in wanted]
    how = []
    if one.is_old and len(names) < len(_INDICES):
        names, how = list(_INDICES.values()), ["iota2 of 2020 makes all three"]
    if "NDMI" in names:
        how.append(_NDWI)
    if how:
        one.different(given, "features.indices", names, "; ".join(how))
    else:
        one.equal(given, "features.indices", names)


def _extraction(one: Translation, families: Sequence[Family]) -> None:
    if given := one.take("copyinput"):
        if given.value is False:
            one.equal(given, "features.bands", False)
        else:
            one.same(given, "bands are features")
    if given := one.take_on("relrefl"):
        third = {family.name: family.bands[2] for family in families if len(family.bands) > 2}
        one.equal(given, "features.relative_to", third)
    if given := one.take("keepduplicates"):
        one.told(given, "an index that equals a relative reflectance is never kept twice")
    if given := one.take_on("acorfeat"):
        one.missing(
            given,
            "its constant of 0.05 is nearly without effect on numbers of 10000: switch it off, or write the indices "
            "with the constant in `features.expressions`",
        )
    _kept_bands(one, families)


def _kept_bands(one: Translation, families: Sequence[Family]) -> None:
    only = one.take_on("extractBands")
    if only:
        one.same(only, "`features.bands`")
    for family in families:
        given = one.find("keepBands", family.section)
        if given is None:
            continue
        if only is None:
            one.unneeded(given, "counts for nothing without extractBands")
            continue
        names = [family.band(str(name)) for name in given.several]
        if None in names:
            one.missing(given, f"the sensor has the bands {', '.join(family.numbered)}")
        elif one.content.get("features", {}).get("bands") is False:
            one.unneeded(given, "bands are no features (copyinput)")
        else:
            one.equal(given, f"features.bands.{family.name}", names)


def _expressions(one: Translation, families: Sequence[Family]) -> None:
    is_on = one.take_on("useAdditionalFeatures")
    if is_on:
        one.same(is_on, "`features.expressions`")
    for family in families:
        given = one.take("additionalFeatures", family.section)
        if given is None:
            continue
        if is_on is None:
            one.unneeded(given, "useAdditionalFeatures is off")
            continue
        try:
            found = [band_math.translated(text, family.bands) for text in band_math.split(given.text)]
        except InputError as error:
            one.missing(given, str(error))
            continue
        for rank, expression in enumerate(found, start=1):
            content = {"formula": expression.formula, "scale": expression.scale, "sensors": [family.name]}
            one.put(f"features.expressions.{family.name}_{rank}", content)
        shown = ", ".join(expression.formula for expression in found)
        how = [next((expression.how for expression in found if expression.how), "values are those of iota2")]
        if _NDVI[family.kind] in [expression.formula for expression in found]:
            how.append(f"{_NDVI[family.kind]} is the index NDVI, which features have by default")
        one.told(given, "; ".join([f"`features.expressions`: {shown}", *how]))


def _components(one: Translation) -> None:
    on, number, mode = one.take("dimRed"), one.take("targetDimension"), one.take("reductionMode")
    if on is None or on.value is not True:
        one.unneeded_all((on, number, mode), "off")
        return
    one.same(on, "`model.reduction`")
    one.put("model.reduction", {"groups": "all", "components": 4})
    if number:
        one.equal(number, "model.reduction.components", number.value)
    if mode is None:
        return
    if mode.text in _GROUPS:
        one.equal(mode, "model.reduction.groups", "all" if mode.text == "global" else mode.text)
    else:
        one.missing(mode, f"groups are {', '.join(_GROUPS)}")


def _functions(one: Translation) -> None:
    section = "external_features"
    module = one.take("module", section) or _early_module(one, section)
    names = one.take("functions", section) or one.take("function", section)
    if module is None or names is None:
        one.unneeded_all((module, names), "module and functions belong together")
        return
    written = _module_path(one, module, section)
    path = one.path(written)
    padding = _padding(one, section)
    functions = [{"file": path, "interface": "iota2", **named, **padding} for named in _named(names)]
    if problem := one.absent(written):
        one.put("features.functions", functions)
        one.missing(module, f"`file` of `features.functions`: {problem}")
    else:
        one.equal(module, "features.functions", functions)
    one.told(names, "`features.functions`, with `interface: iota2`; results are stored times `scale` (1000) as int16")
    if given := one.take("concat_mode", section):
        if given.value is False:
            one.equal(given, "features.only_functions", True)
        else:
            one.same(given, "beside the other features")
    if given := one.take("exogeneous_data", section):
        file = one.path(given.text).replace("$TILE", "{tile}")
        one.missing(
            given,
            "functions of iota2 see no raster here: give the function `interface: landloom` and "
            f"`rasters: {{exogeneous: {file}}}`, and let it read `data.raster`; its bands can "
            "also be features by themselves (`rasters`)",
        )
    _other_keys(one, section)


def _early_module(one: Translation, section: str) -> Given | None:
    """Return the name of the file, as the first versions had it, beside its folder."""
    return one.take("namefile", section)


def _module_path(one: Translation, module: Given, section: str) -> str:
    """Return the path of the file, as it is written."""
    folder = one.take("codePath", section)
    if folder is None:
        return module.text
    one.same(folder, "folder of `file` in `features.functions`")
    return str(Path(folder.text) / f"{module.text.removesuffix('.py')}.py")


def _named(given: Given) -> list[dict[str, Any]]:
    """Return names and arguments of functions: of text with blanks, or of a list of names, some with a mapping."""
    if isinstance(given.value, str):
        return [{"name": name} for name in given.text.split()]
    found = []
    for one in given.several:
        parts = one if isinstance(one, list) and one else [one]
        arguments = parts[1] if len(parts) > 1 and isinstance(parts[1], Mapping) else {}
        found.append({"name": str(parts[0]), **({"arguments": dict(arguments)} if arguments else {})})
    return found


def _padding(one: Translation, section: str) -> dict[str, int]:
    """Return the wider of both paddings."""
    given = [found for axis in "xy" if (found := one.take(f"padding_size_{axis}", section))]
    widest = max((int(found.number) for found in given), default=0)
    for found in given:
        one.same(found, f"`padding_px: {widest}` of each function")
    return {"padding_px": widest} if widest else {}


def _other_keys(one: Translation, section: str) -> None:
    why = {
        "output_name": "the target `results/{year}/map/features.tif`",
        "custom_write_mode": "the target `results/{year}/map/features.tif`",
        "external_features_flag": "functions that are named are used",
        "no_data_value": "missing values are NaN",
    }
    for name, text in why.items():
        if given := one.take(name, section):
            one.unneeded(given, text)
