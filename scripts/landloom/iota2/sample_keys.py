"""Keys of iota2 about samples: which pixels train, copies, synthetic samples, samples of other years and maps."""

from typing import Any

from landloom.core.errors import InputError
from landloom.iota2 import tables
from landloom.iota2.translation import Given, Translation

_UNUSED = {
    "ram": "jobs ask for the memory of their own work",
    "elev.dem": "not used",
    "elev.geoid": "not used",
    "elev.default": "not used",
    "rand": "`seed` decides",
    "sampler.periodic.offset": "the first pixel is drawn at random",
    "sampler.periodic.jitter": "samples are evenly spaced, from a random start",
}
_NUMBERS = {
    "total": ("strategy.total.v", "total", "number"),
    "constant": ("strategy.constant.nb", "per_class", "number"),
    "percent": ("strategy.percent.p", "percent", "percent"),
    "byclass": ("strategy.byclass.in", "per_class", "numbers"),
    "smallest": (None, "smallest", ""),
    "all": (None, "all", ""),
}
"""Strategies: the key of their number, and their name and the number's key in landloom."""


def translate(one: Translation) -> None:
    """Answer these keys."""
    if given := one.take("sampleSelection"):
        _selection(one, given, "samples")
        for name in ("per_model", "per_models"):
            if several := one.take_inner(given, name):
                _of_regions(one, several)
    if given := one.take("sampleAugmentation"):
        _augmentation(one, given)
    if given := one.take("sampleManagement"):
        columns = ("source", "destination", "label", "number")
        _with_table(one, given, "samples.copies", "copies", columns, "the order of lines does not matter")
    _other_years(one)
    _from_map(one)


def _selection(one: Translation, given: Given, place: str) -> None:
    """Translate a strategy and a sampler."""
    if sampler := one.take_inner(given, "sampler"):
        one.equal(sampler, f"{place}.sampler", sampler.text.lower())
    strategy = one.take_inner(given, "strategy")
    chosen = _NUMBERS.get(strategy.text.lower()) if strategy else None
    if strategy and chosen is None:
        one.missing(strategy, f"strategies are {', '.join(_NUMBERS)}")
    elif strategy and chosen:
        one.equal(strategy, f"{place}.strategy", chosen[1])
    for key, _, ours in _NUMBERS.values():
        number = one.take_inner(given, key) if key else None
        if number and chosen and key == chosen[0]:
            _number(one, number, f"{place}.{ours}")
        elif number:
            one.unneeded(number, "of another strategy")
    for name, why in _UNUSED.items():
        if rest := one.take_inner(given, name):
            one.unneeded(rest, why)


def _number(one: Translation, given: Given, place: str) -> None:
    if place.endswith(".percent"):
        one.different(given, place, round(100 * given.number, 10), "in per cent")
    elif place.endswith(".numbers"):
        _with_table(one, given, place, "numbers", ("label", "number"), "with a header")
    else:
        one.equal(given, place, given.value)


def _of_regions(one: Translation, given: Given) -> None:
    """Translate other strategies of some regions, a mapping each."""
    for content in given.several:
        if not isinstance(content, dict) or "target_model" not in content:
            one.missing(given, "each mapping needs a `target_model`")
            return
        section = _of_region(content)
        if section is None:
            one.missing(
                given, "a strategy with numbers by class in a file is to be written by hand (`samples.regions`)"
            )
            return
        # Names of regions hold no dots that `put` would take for sections.
        one.content.setdefault("samples", {}).setdefault("regions", {})[str(content["target_model"])] = section
    one.told(given, "`samples.regions`; what is not repeated there stays, where iota2 leaves it out")


def _of_region(content: dict[str, Any]) -> dict[str, Any] | None:
    """Return the section of a region; None where it needs a file."""
    found = {"sampler": content["sampler"]} if "sampler" in content else {}
    if "strategy" not in content:
        return found
    key, name, ours = _NUMBERS.get(str(content["strategy"]).lower(), ("", "", "numbers"))
    if ours == "numbers":
        return None
    found["strategy"] = name
    if key:
        number = content.get(key)
        found[ours] = round(100 * number, 10) if ours == "percent" and isinstance(number, int | float) else number
    return found


def _with_table(one: Translation, given: Given, place: str, what: str, columns: tuple[str, ...], how: str) -> None:
    """Set a key to a table of iota2's, written anew with a header."""
    path = one.found(given.text)
    try:
        if path is None:
            raise InputError(f"{given.text} is not there")
        text = tables.with_header(path, columns)
    except InputError as error:
        one.missing(given, str(error))
        return
    name = f"{one.options.stem}_{what}.csv"
    one.tables[name] = text
    one.different(given, place, name, how)


def _augmentation(one: Translation, given: Given) -> None:
    is_on = one.take_inner(given, "activate")
    if is_on is None or is_on.value is not True:
        one.unneeded(given, "off")
        return
    one.same(is_on, "`samples.augmentation`")
    place = "samples.augmentation"
    if method := one.take_inner(given, "strategy"):
        one.equal(method, f"{place}.method", method.text.lower())
    else:
        one.default(f"{given.key}.strategy", f"{place}.method", "jitter", "as in iota2")
    _amount(one, given, place)
    chosen = one.content["samples"]["augmentation"]["method"]
    numbers = {
        "strategy.jitter.stdfactor": ("jitter", "divisor"),
        "strategy.smote.neighbors": ("smote", "neighbours"),
    }
    for name, (kind, ours) in numbers.items():
        number = one.take_inner(given, name)
        if number and kind == chosen:
            one.equal(number, f"{place}.{ours}", number.value)
        elif number:
            one.unneeded(number, "of another method")
    if regions := one.take_inner(given, "target_models"):
        names = regions.several
        if "all" in names:
            one.same(regions, "all regions")
        else:
            one.equal(regions, f"{place}.regions", [str(name) for name in names])


def _amount(one: Translation, given: Given, place: str) -> None:
    amounts = {"minnumber": "minimum", "balance": "balance", "byclass": "per_class"}
    amount = one.take_inner(given, "samples.strategy")
    chosen = amounts.get(amount.text.lower()) if amount else "minimum"
    if amount and chosen:
        one.equal(amount, f"{place}.amount", chosen)
    elif amount:
        one.missing(amount, f"amounts are {', '.join(amounts)}")
    else:
        one.default(f"{given.key}.samples.strategy", f"{place}.amount", chosen, "as in iota2")
    least, by_class = (one.take_inner(given, f"samples.strategy.{name}") for name in ("minNumber", "byClass"))
    if least and chosen == "minimum":
        one.equal(least, f"{place}.number", least.value)
    elif least:
        one.unneeded(least, "of another amount")
    if by_class and chosen == "per_class":
        _with_table(one, by_class, f"{place}.numbers", "augmentation", ("label", "number"), "with a header")
    elif by_class:
        one.unneeded(by_class, "of another amount")


def _other_years(one: Translation) -> None:
    """Translate annual classes, whose samples come from an earlier year."""
    on, mapped = one.take_on("cropMix"), one.find("samplesClassifMix")
    annual, replaced = one.take("annualCrop"), one.take("ACropLabelReplacement")
    is_used = on is not None or (mapped is not None and mapped.value is True)
    if on:
        labels = ", ".join(map(str, annual.several)) if annual else "..."
        one.missing(
            on,
            f"name the earlier year in `years` and give `samples.annual: {{labels: [{labels}], year: ...}}`; its "
            "products are in the same archives, its polygons in a file with `{year}` in its path",
        )
    if annual:
        if is_used:
            one.missing(
                annual, "`labels` of `samples.annual`, or all others of `samples.from_map`: not written, as told"
            )
        else:
            one.unneeded(annual, "no samples of an earlier year")
    if replaced:
        if is_used:
            how = "give annual classes a `group` in the nomenclature: scores by groups stand beside those by classes"
            one.missing(replaced, how)
        else:
            one.unneeded(replaced, "no samples of an earlier year")


def _from_map(one: Translation) -> None:
    on = one.take_on("samplesClassifMix")
    source, validity = one.take("annualClassesExtractionSource"), one.take("validityThreshold")
    if on is None:
        one.unneeded_all((source, validity), "no samples of an earlier map")
        return
    one.missing(
        on,
        "give `samples.from_map`: `labels` (all but the annual ones), and `classification`, the earlier "
        "Classif_Seed_0.tif, cut and warped to each tile's grid by nearest neighbour",
    )
    if source:
        one.missing(source, "`samples.from_map.classification`: not written, as told")
    if validity:
        least = f"`samples.from_map.minimum_observations: {int(validity.number) + 1}`"
        one.missing(validity, f"{least}, since iota2 asks for more: not written, as told")
