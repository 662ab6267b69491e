"""Train-test split of whole polygons in each run; overlapping polygons stay together.

A polygon's role applies to all its parts, however tiles, regions and clouds divide it.
"""

from collections.abc import Callable, Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landloom.core.errors import InputError
from landloom.core.nomenclature import Nomenclature
from landloom.geo import spatial_blocks
from landloom.reference import stratification
from landloom.reference.findings import NO_POLYGON, Findings
from landloom.reference.roles import BOTH, HELD, TEST, TRAIN, masks, run_columns
from landloom.reference.settings import ReferenceSettings, Split

STRATUM = ["number", "code"]
"""Strata of the split: region and class."""

_HELD_STREAM = 10**6
"""Number in the seed of held-out polygons, in place of a run; no run has this number."""
_SHOWN_RUNS = 10

Roles = np.ndarray
"""Role of each polygon, as text."""


def split(polygons: gpd.GeoDataFrame, settings: ReferenceSettings, runs: int, seed: int) -> gpd.GeoDataFrame:
    """Add columns ``run0``, ``run1`` ... with each polygon's role.

    Parameters
    ----------
    polygons : GeoDataFrame
        ``polygon``, ``component`` (equal for overlapping polygons), ``number``, ``code``, and ``tests``: whether
        it comes from the separate test file.

    Returns
    -------
    GeoDataFrame
        In the order of the polygons' ids. In each region and class, at least one polygon trains, and another tests if
        there is one: the single polygon (or block) of a class trains.

    Raises
    ------
    InputError
        If polygons should be held out but none can be, or if blocks leave no test polygon of a run.
    """
    polygons = polygons.sort_values("polygon").reset_index(drop=True)
    units = _units(polygons, settings)
    held = _held_out(polygons, units, settings, seed)
    for run in range(runs):
        roles = np.full(len(polygons), HELD, dtype=object)
        roles[~held] = _SPLITS[settings.split](polygons[~held], units[~held], settings, [seed, run])
        polygons[f"run{run}"] = roles.astype(str)
    _need_division(polygons, settings, held, len(np.unique(units)))
    return polygons


def _need_division(polygons: gpd.GeoDataFrame, settings: ReferenceSettings, held: np.ndarray, units: int) -> None:
    """Raise if no polygon is held out, or none tests, although it should: for example with too large blocks."""
    blocks = (
        f" ({units} blocks of {settings.block_m:g} m; lower reference.block_m)" if settings.split == "blocks" else ""
    )
    if settings.held_out_fraction and not held.any():
        raise InputError(f"reference.held_out_fraction: no polygon can be held out{blocks or '; there are too few'}")
    tests = masks(polygons)
    untested = [name[4:] for name, mask in tests.items() if name.startswith("test") and not mask.any()]
    if blocks and untested:
        raise InputError(f"reference.split: no polygon tests run {untested[0]}{blocks}")


def _units(polygons: gpd.GeoDataFrame, settings: ReferenceSettings) -> np.ndarray:
    """Return the unit of each polygon that is assigned as a whole, numbered by the ids of its polygons."""
    if settings.split != "blocks":
        return np.asarray(pd.factorize(polygons.component)[0])
    blocks = pd.factorize(spatial_blocks.of_polygons(polygons, settings.block_m))[0]
    components = pd.factorize(polygons.component)[0] + blocks.max() + 1
    # Blocks with a common component are merged.
    count = int(components.max()) + 1
    links = coo_array((np.ones(len(blocks)), (blocks, components)), shape=(count, count))
    return np.asarray(pd.factorize(connected_components(links, directed=False)[1][blocks])[0])


def _held_out(polygons: gpd.GeoDataFrame, units: np.ndarray, settings: ReferenceSettings, seed: int) -> np.ndarray:
    """Return which polygons are held out of all runs; enough of each class remain to train and to test."""
    held = np.zeros(len(polygons), bool)
    if settings.held_out_fraction:
        separate = settings.split == "file"
        among = polygons.tests.values if separate else ~held
        choose = _over_strata if settings.split == "blocks" else _within_strata
        fraction, least = 1 - settings.held_out_fraction, 1 if separate else 2
        held[among] = ~choose(polygons[among], units[among], fraction, least, [seed, _HELD_STREAM])
    return held


def _split_polygons(
    polygons: gpd.GeoDataFrame, units: np.ndarray, settings: ReferenceSettings, keys: Sequence[int]
) -> Roles:
    return np.where(_within_strata(polygons, units, settings.train_fraction, 1, keys), TRAIN, TEST)


def _split_blocks(
    polygons: gpd.GeoDataFrame, units: np.ndarray, settings: ReferenceSettings, keys: Sequence[int]
) -> Roles:
    return np.where(_over_strata(polygons, units, settings.train_fraction, 1, keys), TRAIN, TEST)


def _test_what_trains(
    polygons: gpd.GeoDataFrame, units: np.ndarray, settings: ReferenceSettings, keys: Sequence[int]
) -> Roles:
    return np.full(len(polygons), BOTH)


def _split_by_file(
    polygons: gpd.GeoDataFrame, units: np.ndarray, settings: ReferenceSettings, keys: Sequence[int]
) -> Roles:
    return np.where(polygons.tests.values, TEST, TRAIN)


_SPLITS: dict[Split, Callable[[gpd.GeoDataFrame, np.ndarray, ReferenceSettings, Sequence[int]], Roles]] = {
    "polygons": _split_polygons,
    "blocks": _split_blocks,
    "all": _test_what_trains,
    "file": _split_by_file,
}


def _within_strata(
    polygons: pd.DataFrame, units: np.ndarray, fraction: float, least: int, keys: Sequence[int]
) -> np.ndarray:
    """Return which polygons are on the first side: of each stratum, that fraction as closely as whole units allow.

    A unit belongs to the stratum of its first polygon. The first side gets at least the given number of units of a
    stratum, and the second side at least one of the others.
    """
    table = pd.DataFrame({"unit": units, **{name: polygons[name].values for name in STRATUM}})
    table = table.groupby("unit", sort=False).agg(
        number=("number", "first"), code=("code", "first"), size=("unit", "size")
    )
    chosen = []
    for (number, code), group in table.groupby(STRATUM, sort=True):
        count = len(group)
        order = np.random.default_rng([*keys, int(number), int(code)]).permutation(count)
        if count > least:
            reached = np.cumsum(group["size"].values[order])
            wanted = np.floor(reached[-1] * fraction + 0.5)
            order = order[: least + int(np.argmin(np.abs(reached[least - 1 : count - 1] - wanted)))]
        chosen.append(group.index.values[order])
    return np.isin(units, np.concatenate(chosen)) if chosen else np.zeros(0, bool)


def _over_strata(
    polygons: pd.DataFrame, units: np.ndarray, fraction: float, least: int, keys: Sequence[int]
) -> np.ndarray:
    """Return which polygons are on the first side if units contain polygons of several strata."""
    names, positions = np.unique(units, return_inverse=True)
    strata = polygons.groupby(STRATUM, sort=True).ngroup().values
    counts = np.zeros((len(names), int(strata.max()) + 1), np.int64)
    np.add.at(counts, (positions, strata), 1)
    return stratification.divide(counts, fraction, least, np.random.default_rng(list(keys)))[positions]


def note_gaps(
    polygons: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, nomenclature: Nomenclature, findings: Findings
) -> None:
    """Add findings about classes that a run does not train or test in a region, and classes without polygons.

    Findings contain labels, since a corrected name must not rerun the reference and the map.
    """
    positions = dict(zip(regions.number, regions["name"], strict=True))
    labels = nomenclature.label_by_code()
    roles = masks(polygons)
    runs = [name[3:] for name in run_columns(polygons)]
    for (number, code), rows in polygons.groupby(STRATUM, sort=True).indices.items():
        ids = polygons.polygon.values[rows]
        here = {name: bool(mask[rows].any()) for name, mask in roles.items()}
        untested = [run for run in runs if not here[f"test{run}"]]
        untrained = [run for run in runs if not here[f"run{run}"]]
        what = f"class {labels[code]} in region {positions[number]}"
        for finding, action in _gaps(what, len(ids), len(runs), untested, untrained):
            findings.add_of_class(finding, action, list(ids), code)
        if roles["held"].any() and not here["held"]:
            action = "fused maps are not tested for it there"
            findings.add_of_class(f"no polygon of {what} is held out", action, list(ids), code)
    for code in sorted(set(nomenclature.codes) - set(polygons.code)):
        action = "the class is mapped only where samples come from elsewhere"
        findings.add_of_class(f"{NO_POLYGON} {labels[code]}", action, [], code)


def _gaps(
    what: str, polygons: int, runs: int, untested: Sequence[str], untrained: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield what a class lacks in a region, with the consequence."""
    if untrained:
        action = "unless samples come from elsewhere, the model there does not know the class, so that all its test "
        action += "polygons count as errors"
        yield f"no polygon of {what} trains{_in_runs(untrained, runs)}", action
    elif polygons == 1 and len(untested) == runs:
        yield f"the only polygon of {what}", "trains, so the class is untested there"
    elif untested:
        yield f"no polygon of {what} tests{_in_runs(untested, runs)}", "training only, so the class is untested there"


def _in_runs(some: Sequence[str], runs: int) -> str:
    """Return the runs as text, empty for all runs."""
    if len(some) == runs:
        return ""
    more = f" and {len(some) - _SHOWN_RUNS} more" if len(some) > _SHOWN_RUNS else ""
    return f" in run{'s' * (len(some) > 1)} {', '.join(some[:_SHOWN_RUNS])}{more}"
